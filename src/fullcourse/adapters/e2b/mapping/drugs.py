"""Make the elements of drugs (G.k) from a report: suspects first, with what bears on each reaction."""

import re

from fullcourse.adapters.e2b.mapping.values import Draft, hl7_date, joined, number, put, ucum
from fullcourse.adapters.e2b.sections import Section
from fullcourse.adapters.e2b.table import elements
from fullcourse.clinical.quantity import Interval
from fullcourse.pharmacovigilance.case_report import AdverseEventReport
from fullcourse.pharmacovigilance.causality import DrugReactionFacts, Rechallenge
from fullcourse.pharmacovigilance.reported_drug import ActionTaken, Dosage, DrugRole, ReportedDrug

__all__ = ["add_drugs"]

_NDC = re.compile(r"\d{4,5}-\d{3,4}(?:-\d{1,2})?")
_ROLES = {DrugRole.SUSPECT: "1", DrugRole.CONCOMITANT: "2", DrugRole.INTERACTING: "3", DrugRole.NOT_ADMINISTERED: "4"}
_ACTIONS = {
    ActionTaken.WITHDRAWN: "1",
    ActionTaken.REDUCED: "2",
    ActionTaken.INCREASED: "3",
    ActionTaken.NOT_CHANGED: "4",
    ActionTaken.UNKNOWN: "0",
    ActionTaken.NOT_APPLICABLE: "9",
}
_RECHALLENGES = {
    Rechallenge.CAME_BACK: "1",
    Rechallenge.DID_NOT_COME_BACK: "2",
    Rechallenge.OUTCOME_UNKNOWN: "3",
    Rechallenge.NOT_DONE: "4",
}


def add_drugs(report: AdverseEventReport, message: Section, draft: Draft) -> None:
    """Add the drugs, suspects first, as FDA wants them; the reactions have their ids already.

    Args:
        report: The draft of the report.
        message: Takes the elements.
        draft: Takes what E2B has no element for.
    """
    order = sorted(range(len(report.drugs)), key=lambda at: report.drugs[at] not in report.suspects)
    for at in order:
        section = message.add("G.k")
        _drug(report.drugs[at], section, draft)
        _bearing(report, at, section, message, draft)


def _drug(drug: ReportedDrug, section: Section, draft: Draft) -> None:
    coded, other = _additional(drug)
    term = drug.indication_meddra
    put(
        section,
        {
            "G.k.1": _ROLES.get(drug.role) if drug.role else None,
            "G.k.2.1.1b": drug.ndc if _NDC.fullmatch(drug.ndc) else None,
            "G.k.2.2": drug.name,
            "G.k.2.4": drug.obtained_in,
            "G.k.3.1": drug.authorisation,
            "G.k.3.2": drug.authorisation_country,
            "G.k.3.3": drug.holder,
            "G.k.5a": None if drug.cumulative_is_least else number(drug.cumulative_mg),
            "G.k.5b": "mg" if drug.cumulative_mg is not None and not drug.cumulative_is_least else None,
            "G.k.8": _ACTIONS.get(drug.action) if drug.action else None,
            "G.k.11": joined([*other, drug.comment]),
        },
    )
    for substance in drug.substances:
        strength = number(substance.strength)
        put(
            section.add("G.k.2.3.r"),
            {
                "G.k.2.3.r.1": substance.name,
                "G.k.2.3.r.3a": strength,
                "G.k.2.3.r.3b": ucum(substance.unit) if strength else None,
            },
        )
    for dosage in drug.dosages or ((Dosage(start=drug.first_dose, end=drug.last_dose),) if drug.first_dose else ()):
        _dosage(dosage, section, drug.name, draft)
    if drug.indication or term:
        put(
            section.add("G.k.7.r"),
            {
                "G.k.7.r.1": drug.indication,
                "G.k.7.r.2a": term.version if term else None,
                "G.k.7.r.2b": term.llt_code if term else None,
            },
        )
    for code in coded:
        section.add("G.k.10.r", {"G.k.10.r": code})
    _left_out(drug, draft)


def _left_out(drug: ReportedDrug, draft: Draft) -> None:
    if drug.manufacturer:
        draft.left_out.append(f"the manufacturer of {drug.name}: G.k.3.3 is the holder of the authorisation")
    if drug.ndc and not _NDC.fullmatch(drug.ndc):
        draft.left_out.append(f"the number of {drug.name}, which is no NDC")
    if drug.action_on is not None:
        draft.left_out.append(
            f"when something was done with {drug.name} ({drug.action_on.text}): say it in the narrative"
        )
    if drug.cumulative_mg is not None and drug.cumulative_is_least:
        draft.left_out.append(f"the amount of {drug.name} on file, which is a least and not the whole")


def _additional(drug: ReportedDrug) -> tuple[list[str], list[str]]:
    codes = {meaning.lower(): code for code, meaning in elements()["G.k.10.r"].codes}
    words = [(word, codes.get(word.lower().replace("-", " ").strip())) for word in drug.additional]
    return [code for _, code in words if code], [word for word, code in words if code is None]


def _dosage(dosage: Dosage, section: Section, name: str, draft: Draft) -> None:
    values = put(
        Section(),
        {
            "G.k.4.r.1a": number(dosage.amount),
            "G.k.4.r.1b": ucum(dosage.unit) if dosage.amount is not None else None,
            "G.k.4.r.2": number(dosage.every),
            "G.k.4.r.3": dosage.interval,
            "G.k.4.r.4": hl7_date(dosage.start),
            "G.k.4.r.5": hl7_date(dosage.end),
            "G.k.4.r.7": dosage.batch,
            "G.k.4.r.8": dosage.text,
            "G.k.4.r.9.1": dosage.form,
            "G.k.4.r.10.1": dosage.route,
        },
    )
    if not values.is_empty():
        section.groups.setdefault("G.k.4.r", []).append(values)
    if dosage.expires is not None:
        draft.left_out.append(f"the expiry date of {name}")


def _bearing(report: AdverseEventReport, at: int, section: Section, message: Section, draft: Draft) -> None:
    ids = [reaction.values["E.i@id"] for reaction in message.repeated("E.i")]
    for index, identity in enumerate(ids):
        facts = next((it for it in report.facts if (it.drug, it.reaction) == (at, index)), None)
        judged = [it for it in report.assessments if (it.drug, it.reaction) == (at, index)]
        pair = Section({"G.k.9.i.1": identity})
        if facts is not None:
            _facts(facts, pair, report.drugs[at].name, draft)
        for one in judged:
            put(
                pair.add("G.k.9.i.2.r"),
                {"G.k.9.i.2.r.1": one.by, "G.k.9.i.2.r.2": one.method, "G.k.9.i.2.r.3": one.result},
            )
        if len(pair.values) > 1 or pair.groups:
            section.groups.setdefault("G.k.9.i", []).append(pair)


def _facts(facts: DrugReactionFacts, pair: Section, name: str, draft: Draft) -> None:
    for days, element in ((facts.days_from_first_dose, "G.k.9.i.3.1"), (facts.days_from_last_dose, "G.k.9.i.3.2")):
        known = _days(days)
        if known is not None:
            put(pair, {f"{element}a": known, f"{element}b": "d"})
        elif days is not None:
            draft.left_out.append(
                f"the days between a dose of {name} and the reaction ({days}), which E2B cannot say so"
            )
    rechallenge = facts.challenge.rechallenge
    put(pair, {"G.k.9.i.4": _RECHALLENGES.get(rechallenge) if rechallenge else None})
    if facts.challenge.improved is not None:
        draft.left_out.append(f"whether it abated after {name} was stopped or reduced: say it in the narrative")


def _days(days: Interval | None) -> str | None:
    return number(days.low) if days is not None and days.is_exact and days.low >= 0 else None
