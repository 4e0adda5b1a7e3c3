"""Make the elements of E2B(R3) from a report of an adverse event, for ICH's guide or for FDA.

Nothing is invented. What nobody said is left out, or has the null flavour that says so where an element must stand; a
term of MedDRA stands only where the user gives one. What a report holds beyond E2B's elements is named.
"""

import uuid
from dataclasses import dataclass
from datetime import datetime

from fullcourse.adapters.e2b.mapping.drugs import add_drugs
from fullcourse.adapters.e2b.mapping.patient import add_patient
from fullcourse.adapters.e2b.mapping.values import Draft, hl7_date, put, yes
from fullcourse.adapters.e2b.sections import Null, Section, Value, walk
from fullcourse.adapters.e2b.write import identified
from fullcourse.pharmacovigilance.case_report import AdverseEventReport, ReportKind
from fullcourse.pharmacovigilance.people import Contact, Qualification, Reporter, SenderType
from fullcourse.pharmacovigilance.reaction import Outcome, Reaction

__all__ = ["Parties", "from_report"]

_KINDS = {ReportKind.SPONTANEOUS: "1", ReportKind.STUDY: "2", ReportKind.OTHER: "3", ReportKind.UNKNOWN: "4"}
_QUALIFICATIONS = {one: str(code) for code, one in enumerate(Qualification, start=1)}
_SENDERS = {one: str(code) for code, one in enumerate(SenderType, start=1)}
_OUTCOMES = {
    Outcome.RECOVERED: "1",
    Outcome.RECOVERING: "2",
    Outcome.NOT_RECOVERED: "3",
    Outcome.RECOVERED_WITH_SEQUELAE: "4",
    Outcome.FATAL: "5",
    Outcome.UNKNOWN: "0",
}
_CRITERIA = {
    "death": "E.i.3.2a",
    "life_threatening": "E.i.3.2b",
    "hospitalisation": "E.i.3.2c",
    "disability": "E.i.3.2d",
    "congenital_anomaly": "E.i.3.2e",
    "other_important": "E.i.3.2f",
}
_HIGHLIGHTED = {(True, False): "1", (False, False): "2", (True, True): "3", (False, True): "4"}


@dataclass(frozen=True, slots=True)
class Parties:
    """Between whom a file goes.

    Attributes:
        receiver: ``ich`` or ``fda``.
        sender_id: The sender's identifier, as agreed with the receiver; empty where nobody gave it.
        receiver_id: The receiver's; empty where nobody gave it. FDA's are known.
    """

    receiver: str = "ich"
    sender_id: str = ""
    receiver_id: str = ""


def from_report(report: AdverseEventReport, parties: Parties, made_at: datetime) -> Draft:
    """Return the batch of one report, and what of the report it does not hold.

    Args:
        report: The draft.
        parties: Between whom it goes.
        made_at: When the file is made, with its offset from UTC.
    """
    draft = Draft()
    is_fda = parties.receiver == "fda"
    message = draft.batch.add("N.2.r")
    _case(report, message, is_fda)
    _people(report, message, is_fda, draft)
    add_patient(report, message, is_fda, draft)
    for index, reaction in enumerate(report.reactions, start=1):
        _reaction(reaction, message, is_fda, index, draft)
    identified(draft.batch)
    add_drugs(report, message, draft)
    _header(draft.batch, message, parties, made_at)
    _beyond(report, draft)
    identified(draft.batch)
    return draft


def _header(batch: Section, message: Section, parties: Parties, made_at: datetime) -> None:
    """Add what a batch says of itself; its numbers follow from all that it holds, so the same content has the same."""
    created = made_at.strftime("%Y%m%d%H%M%S%z")
    put(message, {"C.1.2": created})
    content = "\n".join(f"{place} {number} {value}" for place, number, value in walk(batch))
    names = {name: str(uuid.uuid5(uuid.NAMESPACE_OID, f"{name}\n{content}")) for name in ("batch", "message")}
    is_fda = parties.receiver == "fda"
    put(
        batch,
        {
            "N.1.1": "1",
            "N.1.2": names["batch"],
            "N.1.3": parties.sender_id,
            "N.1.4": "ZZFDA" if is_fda else parties.receiver_id,
            "N.1.5": created,
        },
    )
    put(
        message,
        {
            "N.2.r.1": names["message"],
            "N.2.r.2": parties.sender_id,
            "N.2.r.3": "CDER" if is_fda else parties.receiver_id,
            "N.2.r.4": created,
        },
    )


def _case(report: AdverseEventReport, message: Section, is_fda: bool) -> None:
    is_known_elsewhere = bool(report.worldwide_id or report.other_ids)
    first = report.first_sender_is_regulator
    if first is None and not is_known_elsewhere and report.sender.type is not None:
        first = report.sender.type is SenderType.REGULATORY_AUTHORITY  # nobody sent it before this sender
    put(
        message,
        {
            "C.1.1": report.id,
            "C.1.3": _KINDS.get(report.kind) if report.kind else None,
            "C.1.4": hl7_date(report.first_received),
            "C.1.5": hl7_date(report.most_recent),
            "C.1.6.1": _answer(report.has_documents),
            "C.1.7": _answer(report.expedited) or Null("NI"),
            "C.1.8.1": report.worldwide_id or report.id,
            "C.1.8.2": {True: "1", False: "2"}.get(first) if first is not None else None,
            "C.1.9.1": yes(bool(report.other_ids)),
            "H.1": report.narrative.strip() and report.narrative,
            "H.2": report.reporter_comments,
            "H.4": report.sender_comments,
        },
    )
    if is_fda:
        kind = None if report.expedited is None else ("1" if report.expedited else "2")
        put(message, {"FDA.C.1.7.1": kind, "FDA.C.1.12": Null("NI")})
    for title in report.documents:
        message.add("C.1.6.1.r", {"C.1.6.1.r.1": title})
    for source, name in report.other_ids:
        message.add("C.1.9.1.r", {"C.1.9.1.r.1": source, "C.1.9.1.r.2": name})


def _answer(said: bool | None) -> str | None:
    return None if said is None else str(said).lower()


def _people(report: AdverseEventReport, message: Section, is_fda: bool, draft: Draft) -> None:
    for index, reporter in enumerate(report.reporters):
        _reporter(reporter, index == 0, message, is_fda, draft)
    contact = report.sender.contact
    put(
        message,
        {
            "C.3.1": _SENDERS.get(report.sender.type) if report.sender.type else None,
            "C.3.2": contact.organisation,
            "C.3.3.1": contact.department,
            "C.3.3.2": contact.title,
            "C.3.3.3": contact.given_name,
            "C.3.3.4": contact.middle_name,
            "C.3.3.5": contact.family_name,
            "C.3.4.1": contact.street,
            "C.3.4.2": contact.city,
            "C.3.4.3": contact.state,
            "C.3.4.4": contact.postcode,
            "C.3.4.5": contact.country,
            "C.3.4.6": contact.telephone,
            "C.3.4.7": contact.fax,
            "C.3.4.8": contact.email,
        },
    )


def _reporter(reporter: Reporter, is_primary: bool, message: Section, is_fda: bool, draft: Draft) -> None:
    contact, section = reporter.contact, message.add("C.2.r")
    identity = _identity(contact, is_fda)
    if reporter.withhold_identity:  # I-1427
        identity = {element: Null("MSK") for element, value in identity.items() if value}
    put(section, {**identity})
    qualification = _QUALIFICATIONS.get(reporter.qualification) if reporter.qualification else None
    put(section, {"C.2.r.3": contact.country, "C.2.r.4": qualification})
    if is_primary:
        section.values["C.2.r.5"] = "1"
        section.values.setdefault("C.2.r.3", Null("UNK"))
        section.values.setdefault("C.2.r.4", Null("UNK"))
    for name, said in (("occupation", reporter.occupation), ("fax", contact.fax)):
        if said:
            draft.left_out.append(f"the reporter's {name}")
    if contact.email and not is_fda:
        draft.left_out.append("the reporter's e-mail, which is an element of FDA's alone")
    if reporter.also_reported_to:
        draft.left_out.append("who was told already: " + ", ".join(reporter.also_reported_to))


def _identity(contact: Contact, is_fda: bool) -> dict[str, Value | None]:
    return {
        "C.2.r.1.1": contact.title,
        "C.2.r.1.2": contact.given_name,
        "C.2.r.1.3": contact.middle_name,
        "C.2.r.1.4": contact.family_name,
        "C.2.r.2.1": contact.organisation,
        "C.2.r.2.2": contact.department,
        "C.2.r.2.3": contact.street,
        "C.2.r.2.4": contact.city,
        "C.2.r.2.5": contact.state,
        "C.2.r.2.6": contact.postcode,
        "C.2.r.2.7": contact.telephone,
        **({"FDA.C.2.r.2.8": contact.email} if is_fda else {}),
    }


def _reaction(reaction: Reaction, message: Section, is_fda: bool, index: int, draft: Draft) -> None:
    serious = reaction.seriousness.is_serious
    highlighted = None
    if reaction.highlighted is not None and serious is not None:
        highlighted = _HIGHLIGHTED[reaction.highlighted, serious]
    term = reaction.meddra
    section = put(
        message.add("E.i"),
        {
            "E.i.1.1a": reaction.words,
            "E.i.1.1b": reaction.language,
            "E.i.1.2": reaction.translation,
            "E.i.2.1a": term.version if term else None,
            "E.i.2.1b": term.llt_code if term else None,
            "E.i.3.1": highlighted,
            "E.i.4": hl7_date(reaction.start),
            "E.i.5": hl7_date(reaction.end),
            "E.i.7": _OUTCOMES[reaction.outcome or Outcome.UNKNOWN],
            "E.i.8": _answer(reaction.medically_confirmed),
            "E.i.9": reaction.country,
        },
    )
    put(section, {_CRITERIA[name]: yes(said) for name, said in reaction.seriousness.answers() if name in _CRITERIA})
    if is_fda:
        put(section, {"FDA.E.i.3.2h": yes(reaction.seriousness.required_intervention)})
    elif reaction.seriousness.required_intervention:
        draft.left_out.append(f"that reaction {index} took an intervention, which is an element of FDA's alone")
    if term and term.pt_code and not term.llt_code:
        draft.left_out.append(f"the preferred term of reaction {index}: E2B takes the code of the lowest level term")


def _beyond(report: AdverseEventReport, draft: Draft) -> None:
    for what, said in (
        ("whether the product can be looked at", report.product_available),
        ("whether there is a picture of the product", report.product_picture),
    ):
        if said is not None:
            draft.left_out.append(what)
    if report.later_drugs:
        names = ", ".join(drug.name for drug in report.later_drugs)
        draft.left_out.append(f"drugs begun after the reaction, which may be treatment of it: {names}")
    draft.left_out += [f"{it.what}: the input says {it.given}, the file {it.on_file}" for it in report.conflicts]
    draft.left_out += [f"told in the log and not reported: {it}" for it in report.beside]
    draft.left_out += [f"on file and not understood: {it}" for it in report.not_read]
