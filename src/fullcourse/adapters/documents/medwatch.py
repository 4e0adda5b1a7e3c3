"""The fields of form FDA 3500 by its own letters, filled from a report, to be copied into the form or read out.

It is a page of ours and not the form: nothing is sent. Source: statement ``reporting.form-us``. Sections and fields are
those of the form that expires on 2027-09-30; the device section stays empty, since no device is reported here.
"""

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from importlib import resources
from itertools import pairwise
from typing import Final

from fullcourse.adapters.documents.report_words import (
    CRITERIA,
    NOT_KNOWN,
    history_words,
    result_words,
    seriousness_words,
    term_words,
    yes_no,
)
from fullcourse.adapters.extras import needed
from fullcourse.clinical.answer_head import CONTENT_NOTICE, AnswerHead
from fullcourse.clinical.errors import InputError
from fullcourse.clinical.moment import Moment
from fullcourse.pharmacovigilance.case_report import AdverseEventReport
from fullcourse.pharmacovigilance.causality import Challenge, DrugReactionFacts
from fullcourse.pharmacovigilance.patient import Measured
from fullcourse.pharmacovigilance.people import Contact, Qualification
from fullcourse.pharmacovigilance.reported_drug import Dosage, ReportedDrug

__all__ = ["FormField", "FormSection", "form_3500", "form_3500_pdf"]

_MOST: Final = {"B5": 4000, "B6": 2000, "B7": 2000}
"""The most characters of a box of the form."""
_MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_DOES_NOT_APPLY: Final = "doesn't apply"
_LEFT_EMPTY: Final = "left empty: no device is reported"
_HOURS_A_DAY: Final = 24.0


@dataclass(frozen=True, slots=True)
class FormField:
    """One box of the form.

    Attributes:
        number: Letter and number, for example ``B5``.
        label: What the form asks for, in our words.
        value: What goes into it; ``not known`` where nobody said.
    """

    number: str
    label: str
    value: str

    @property
    def is_known(self) -> bool:
        """Return whether there is something to copy."""
        return self.value != NOT_KNOWN

    @property
    def note(self) -> str:
        """Return what is to be heeded in copying; empty where nothing is."""
        most = _MOST.get(self.number)
        if most is None or len(self.value) <= most:
            return ""
        return f"{len(self.value)} characters, and the box takes {most}: continue on another page, and say so"


@dataclass(frozen=True, slots=True)
class FormSection:
    """One section of the form.

    Attributes:
        letter: ``A`` to ``G``.
        title: In our words.
        fields: Its boxes; those of each suspect product one after another.
    """

    letter: str
    title: str
    fields: tuple[FormField, ...]


def form_3500(report: AdverseEventReport) -> tuple[FormSection, ...]:
    """Return the sections of the form in their order."""
    suspects = [it for number, drug in enumerate(report.suspects, 1) for it in _product(number, drug, report)]
    product = [
        FormField("C1", "product available for evaluation? (never sent to the FDA)", yes_no(report.product_available)),
        FormField("C2", "picture of the product?", yes_no(report.product_picture)),
    ]
    nobody = FormField("D1", "name, strength, manufacturer", f"{NOT_KNOWN}: no drug is called suspect")
    return (
        FormSection("A", "Patient", tuple(_patient(report))),
        FormSection("B", "Adverse event", tuple(_event(report))),
        FormSection("C", "Product availability", tuple(product)),
        FormSection("D", "Suspect products", tuple(suspects) or (nobody,)),
        FormSection("E", "Suspect medical device", (FormField("E1-8", "device", _LEFT_EMPTY),)),
        FormSection("F", "Other (concomitant) products", tuple(_others(report))),
        FormSection("G", "Reporter", tuple(_reporter(report))),
    )


def _patient(report: AdverseEventReport) -> Iterator[FormField]:
    patient = report.patient
    named = patient.initials or patient.record_number
    yield FormField("A1", "patient identifier, in confidence; no name, no number of the state", named or NOT_KNOWN)
    born = f"born {_day(patient.birth_date)}" if patient.birth_date else ""
    age = _plain(patient.age) if patient.age else patient.age_group
    yield FormField("A2", "age at the event, or birth date", "; ".join(filter(None, (age, born))) or NOT_KNOWN)
    yield FormField("A3", "sex", patient.sex or NOT_KNOWN)
    yield FormField("A4", "weight", _plain(patient.weight) if patient.weight else NOT_KNOWN)
    yield FormField("A5", "ethnicity, only as the patient says it", patient.ethnicity or NOT_KNOWN)
    yield FormField("A6", "race, only as the patient says it", ", ".join(patient.race) or NOT_KNOWN)


def _event(report: AdverseEventReport) -> Iterator[FormField]:
    yield FormField("B1", "type of report", "adverse event")
    ticked = dict.fromkeys(
        CRITERIA[name] for it in report.reactions for name, answer in it.seriousness.answers() if answer
    )
    death = report.patient.death
    on = f" (death on {_day(death.on)})" if death and death.on else ""
    yield FormField("B2", "outcome attributed to it: tick", f"{', '.join(ticked)}{on}" if ticked else NOT_KNOWN)
    starts = dict.fromkeys(f"{it.words}: {_day(it.start)}" for it in report.reactions if it.start)
    yield FormField("B3", "date of the event", "; ".join(starts) or NOT_KNOWN)
    yield FormField("B4", "date of this report", _day(report.reported_on))
    yield FormField("B5", "what happened", _story(report))
    yield FormField(
        "B6", "tests and laboratory data, with dates", "; ".join(map(result_words, report.patient.tests)) or NOT_KNOWN
    )
    pregnant = f"; pregnant: {yes_no(report.patient.pregnant)}" if report.patient.pregnant is not None else ""
    height = f"; height {_plain(report.patient.height)}" if report.patient.height else ""
    yield FormField("B7", "other history, allergies, pregnancy", f"{history_words(report.patient)}{pregnant}{height}")


def _story(report: AdverseEventReport) -> str:
    """Return the narrative with each reaction's end, which the form has no box of its own for."""
    ends = [
        f"{it.words}: outcome {it.outcome.value if it.outcome else NOT_KNOWN}"
        + (f", over on {_day(it.end)}" if it.end else "")
        + f"; {seriousness_words(it.seriousness)}"
        + (f"; MedDRA {term_words(it.meddra)}" if it.meddra else "")
        for it in report.reactions
    ]
    return " ".join(filter(None, (report.narrative.strip(), "; ".join(ends)))) or NOT_KNOWN


def _product(number: int, drug: ReportedDrug, report: AdverseEventReport) -> Iterator[FormField]:
    facts = [it for it in report.facts if report.drugs[it.drug] is drug]
    mark = f"#{number} "
    strength = ", ".join(f"{it.name} {it.strength:g} {it.unit}" for it in drug.substances if it.strength is not None)
    lots = ", ".join(dict.fromkeys(it.batch for it in drug.dosages if it.batch))
    named = (
        drug.name,
        strength,
        drug.manufacturer,
        f"NDC {drug.ndc}" if drug.ndc else "",
        f"lot {lots}" if lots else "",
    )
    yield FormField("D1", f"{mark}name, strength, manufacturer, NDC, lot", "; ".join(filter(None, named)))
    doses = "; then ".join(dict.fromkeys(filter(None, map(_dose, drug.dosages))))
    yield FormField("D2", f"{mark}dose, frequency, route", doses or NOT_KNOWN)
    yield FormField("D3", f"{mark}dates of use", _dates(drug))
    yield FormField("D4", f"{mark}reason for use", drug.indication or NOT_KNOWN)
    yield FormField("D5", f"{mark}product type (over the counter, generic, compounded and so on)", NOT_KNOWN)
    expiry = ", ".join(dict.fromkeys(_day(it.expires) for it in drug.dosages if it.expires))
    yield FormField("D6", f"{mark}expiry date", expiry or NOT_KNOWN)
    yield FormField("D7", f"{mark}event abated after stopping or a lower dose?", _each(facts, report, _abated))
    yield FormField("D8", f"{mark}event came back after giving it again?", _each(facts, report, _reappeared))


def _dose(dosage: Dosage) -> str:
    every = ""
    if dosage.every and dosage.interval in ("h", "d"):
        hours = dosage.every * (_HOURS_A_DAY if dosage.interval == "d" else 1.0)
        every = f" every {hours:g} h"
    amount = f"{dosage.amount:g} {dosage.unit.replace('{DF}', 'pieces')}{every}" if dosage.amount is not None else ""
    return ", ".join(filter(None, (amount or dosage.text, dosage.route)))


def _dates(drug: ReportedDrug) -> str:
    starts = [it.start for it in drug.dosages if it.start]
    ends = [it.end for it in drug.dosages if it.end]
    goes_on = any(it.goes_on for it in drug.dosages)
    first = drug.first_dose or (min(starts, key=lambda it: it.first_day) if starts else None)
    last = drug.last_dose or (max(ends, key=lambda it: it.last_day) if ends else None)
    words = f"started {_day(first)}; "
    words += "goes on" if goes_on else f"last taken {_day(last)}"
    done = drug.action.value if drug.action else ""
    return f"{words}; {done} {_day(drug.action_on)}" if drug.action and drug.action_on else words


def _each(facts: list[DrugReactionFacts], report: AdverseEventReport, say: Callable[[DrugReactionFacts], str]) -> str:
    """Return one answer where it is the same for every reaction, else each with its reaction."""
    said = {it.reaction: say(it) for it in facts}
    if len(set(said.values())) <= 1:
        return next(iter(said.values()), NOT_KNOWN)
    return "; ".join(f"{report.reactions[place].words}: {words}" for place, words in said.items())


def _abated(facts: DrugReactionFacts) -> str:
    if facts.dechallenge is None:
        return NOT_KNOWN
    return yes_no(facts.challenge.improved) if facts.dechallenge else _DOES_NOT_APPLY


def _reappeared(facts: DrugReactionFacts) -> str:
    told: Challenge = facts.challenge
    if told.given_again is None:
        return NOT_KNOWN
    return yes_no(told.came_back) if told.given_again else _DOES_NOT_APPLY


def _others(report: AdverseEventReport) -> Iterator[FormField]:
    listed = report.others
    if not listed:
        yield FormField("F1", "other products taken then, with dates", NOT_KNOWN)
    for number, drug in enumerate(listed, 1):
        role = "" if drug.role else " (nobody said whether it is suspect)"
        yield FormField("F1", f"#{number} name and dates", f"{drug.name}{role}; {_dates(drug)}")


def _reporter(report: AdverseEventReport) -> Iterator[FormField]:
    reporter = report.reporters[0] if report.reporters else None
    contact = reporter.contact if reporter else Contact()
    name = " ".join(filter(None, (contact.title, contact.given_name, contact.middle_name, contact.family_name)))
    address = (contact.organisation, contact.department, contact.street, contact.city, contact.state, contact.postcode)
    whole = ", ".join(filter(None, (name, *address, contact.country, contact.telephone, contact.email)))
    yield FormField("G1", "name, address, telephone, e-mail", whole or NOT_KNOWN)
    qualification = reporter.qualification if reporter else None
    yield FormField(
        "G2",
        "health professional?",
        NOT_KNOWN if qualification is None else yes_no(qualification.is_health_professional),
    )
    occupation = (reporter.occupation if reporter else "") or _occupation(qualification)
    yield FormField("G3", "occupation", occupation or NOT_KNOWN)
    told = ", ".join(reporter.also_reported_to) if reporter else ""
    yield FormField("G4", "also reported to", told or NOT_KNOWN)
    withheld = reporter.withhold_identity if reporter else None
    yield FormField("G5", "keep my identity from the manufacturer", yes_no(withheld))


def _occupation(qualification: Qualification | None) -> str:
    return qualification.value if qualification else ""


def _plain(measured: Measured) -> str:
    unit = {"a": "years", "mo": "months", "wk": "weeks", "d": "days"}.get(measured.unit, measured.unit)
    return f"{measured.value} {unit}"


def _day(moment: Moment | None) -> str:
    """Return a date as the form writes it, dd-mmm-yyyy, no more exact than it is known."""
    if moment is None:
        return NOT_KNOWN
    day = moment.first_day
    if moment.is_exact_day:
        return f"{day.day:02}-{_MONTHS[day.month - 1]}-{day.year}"
    if (moment.first_day.year, moment.first_day.month) == (moment.last_day.year, moment.last_day.month):
        return f"{_MONTHS[day.month - 1]}-{day.year}"
    return str(day.year)


_LONG_WORD: Final = re.compile(r"\S{40}(?=\S)")
"""So many letters without a space can leave the column, and what leaves the page is lost."""
_NO_LETTER: Final = "could not be displayed"


def _breakable(text: str) -> list[str]:
    """Return the parts of a text between which a line may break inside a long word; nothing is put into the words."""
    ends = [0, *(found.end() for found in _LONG_WORD.finditer(text)), len(text)]
    return [text[start:end] for start, end in pairwise(ends)]


def form_3500_pdf(report: AdverseEventReport, knowledge: str, leads: tuple[str, ...], made_at: datetime) -> bytes:
    """Return the page as an accessible PDF (PDF/UA-1), readable in black and white.

    Args:
        report: The report.
        knowledge: Digest of the knowledge.
        leads: Lines that stand above the fields: what it is, whether it is valid, whom it is told to.
        made_at: The moment it is made, in UTC.

    Raises:
        InputError: The package for it is not installed, or the report has letters that its fonts lack.
    """
    typst = needed("typst", "course", "a printed page")
    template = resources.files("fullcourse").joinpath("adapters", "documents", "templates", "form_3500.typ")
    data = {
        "title": "Fields of form FDA 3500, to be copied",
        "leads": list(leads),
        "sections": [
            {
                "title": f"{section.letter}. {section.title}",
                "fields": [
                    {
                        "number": it.number,
                        "label": it.label,
                        "value": _breakable(it.value),
                        "note": it.note,
                        "known": it.is_known,
                    }
                    for it in section.fields
                ],
            }
            for section in form_3500(report)
        ],
        "foot": AnswerHead(knowledge, CONTENT_NOTICE).foot(),
    }
    try:
        written: bytes = typst.compile(
            template.read_bytes(),
            format="pdf",
            ignore_system_fonts=True,
            sys_inputs={"data": json.dumps(data)},
            pdf_standards=["ua-1"],
            timestamp=made_at.replace(microsecond=0),
        )
    except typst.TypstError as error:
        if _NO_LETTER not in str(error):
            raise
        raise InputError(
            "the report has letters that the fonts of the page lack, and a page with gaps could be taken for whole. "
            "No page was written. Leave out --out FILE.pdf: as text, with --format json and in an E2B file each letter "
            "stands."
        ) from None
    return written
