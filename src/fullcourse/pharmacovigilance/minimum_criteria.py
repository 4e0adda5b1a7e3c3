"""The four minimum criteria of a valid case: a reporter, a patient, a reaction and a suspect drug, each identifiable.

Source: ICH E2D, as the EU's good pharmacovigilance practices, module VI, section VI.B.2 spells it out (statement
``reporting.minimum-criteria``). Which words identify somebody is our reading (I-1421).
"""

from collections.abc import Iterator

from fullcourse.pharmacovigilance.case_report import AdverseEventReport, Lack, Need
from fullcourse.pharmacovigilance.patient import ReportedPatient
from fullcourse.pharmacovigilance.people import Reporter

__all__ = ["identifies_patient", "identifies_reporter", "missing_criteria"]


def missing_criteria(report: AdverseEventReport) -> tuple[Lack, ...]:
    """Return which of the four criteria lack; none for a valid case."""
    return tuple(_missing(report))


def _missing(report: AdverseEventReport) -> Iterator[Lack]:
    if not any(identifies_reporter(reporter) for reporter in report.reporters):
        what = "an identifiable reporter: a profession, a name or initials, or an address"
        yield Lack(what, "[reporter]", Need.VALID_CASE, "C.2.r")
    if not identifies_patient(report.patient):
        what = "an identifiable patient: age, age group, sex, initials, a record number or a birth date"
        yield Lack(what, "[patient]", Need.VALID_CASE, "D")
    if not any(reaction.words.strip() for reaction in report.reactions):
        yield Lack("a reaction, in the words of whoever noticed it", "[[reaction]] words", Need.VALID_CASE, "E.i.1.1a")
    if not any(drug.name.strip() for drug in report.suspects):
        yield Lack("a suspect drug: nobody said which it is", "[[drug]] role", Need.VALID_CASE, "G.k.1")


def identifies_reporter(reporter: Reporter) -> bool:
    """Return whether somebody real stands behind a report; a country alone is nobody."""
    contact = reporter.contact
    named = (contact.given_name, contact.family_name, contact.organisation, contact.department)
    reached = (contact.street, contact.city, contact.postcode, contact.telephone, contact.email)
    return reporter.qualification is not None or any(word.strip() for word in (*named, *reached))


def identifies_patient(patient: ReportedPatient) -> bool:
    """Return whether a report is about one person; a weight alone is nobody."""
    words = (patient.initials, patient.record_number, patient.age_group, patient.sex)
    is_aged = patient.age is not None and not patient.age.value.is_unknown
    return is_aged or patient.birth_date is not None or patient.gestation is not None or any(map(str.strip, words))
