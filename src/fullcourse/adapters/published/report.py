"""The report of an adverse event as JSON; described by a schema. What nobody said is null, and never false."""

from enum import Enum
from typing import Final

from fullcourse.adapters.documents.report_words import bases, where_to_report
from fullcourse.adapters.published.citation import citation_json
from fullcourse.clinical.answer_head import CONTENT_NOTICE, AnswerHead
from fullcourse.clinical.moment import Moment
from fullcourse.clinical.quantity import Interval
from fullcourse.knowledge.library import Knowledge
from fullcourse.pharmacovigilance.case_report import AdverseEventReport
from fullcourse.pharmacovigilance.causality import DrugReactionFacts, KnownReaction
from fullcourse.pharmacovigilance.patient import Measured, ReportedPatient, ReportedTest
from fullcourse.pharmacovigilance.people import Contact, Reporter
from fullcourse.pharmacovigilance.reaction import MeddraTerm, Reaction
from fullcourse.pharmacovigilance.reported_drug import Dosage, ReportedDrug

__all__ = ["report_json"]

REPORT: Final = "fullcourse/report/1"
_CONTACT: Final = Contact.__slots__  # its fields in their order


def report_json(report: AdverseEventReport, knowledge: Knowledge, country: str) -> dict[str, object]:
    """Return a report as plain values that JSON can hold.

    Args:
        report: The report.
        knowledge: Holds what it is judged by, and the numbers of each country.
        country: Two letters in capitals; empty for none.
    """
    words, stated = where_to_report(knowledge, country)
    at = report.reported_on.first_day if report.reported_on else None
    return {
        "schema": REPORT,
        **AnswerHead(knowledge.digest, CONTENT_NOTICE, at=at).as_json(),
        "sent": False,
        "valid": report.is_valid,
        "serious": report.is_serious,
        "complete": report.is_complete,
        "lacks": [
            {"what": it.what, "key": it.key, "need": it.need.value, "e2b_element": it.element or None}
            for it in report.lacks
        ],
        "conflicts": [
            {"what": it.what, "given": it.given, "on_file": it.on_file, "origin": it.origin} for it in report.conflicts
        ],
        "case": _case(report),
        "reporters": [_reporter(it) for it in report.reporters],
        "sender": {**_contact(report.sender.contact), "type": _word(report.sender.type)},
        "patient": _patient(report.patient),
        "reactions": [_reaction(it) for it in report.reactions],
        "drugs": [_drug(it) for it in report.drugs],
        "earlier_drugs": [_drug(it) for it in report.earlier_drugs],
        "later_drugs": [_drug(it) for it in report.later_drugs],
        "bearing_on_causality": [_facts(it, report) for it in report.facts],
        "assessments": [
            {"drug": it.drug, "reaction": it.reaction, "by": it.by, "method": it.method, "result": it.result}
            for it in report.assessments
        ],
        "beside": list(report.beside),
        "not_read": list(report.not_read),
        "whom_to_tell": {"says": words, "statements": [it.id for it in stated]},
        "deadline": None,
        "judged_by": [
            {"statement": it.id, "says": it.says, "citation": citation_json(knowledge.citation(it))}
            for it in bases(knowledge)
        ],
    }


def _case(report: AdverseEventReport) -> dict[str, object]:
    return {
        "id": report.id or None,
        "kind": _word(report.kind),
        "first_received": _day(report.first_received),
        "most_recent": _day(report.most_recent),
        "narrative": report.narrative or None,
        "reporter_comments": report.reporter_comments or None,
        "sender_comments": report.sender_comments or None,
        "expedited": report.expedited,
        "worldwide_id": report.worldwide_id or None,
        "other_ids": [{"of": of, "id": name} for of, name in report.other_ids],
        "first_sender_is_regulator": report.first_sender_is_regulator,
        "has_documents": report.has_documents,
        "documents": list(report.documents),
        "product_available": report.product_available,
        "product_picture": report.product_picture,
        "made_from": list(report.sources),
    }


def _contact(contact: Contact) -> dict[str, object]:
    return {name: getattr(contact, name) or None for name in _CONTACT}


def _reporter(reporter: Reporter) -> dict[str, object]:
    return {
        **_contact(reporter.contact),
        "qualification": _word(reporter.qualification),
        "occupation": reporter.occupation or None,
        "also_reported_to": list(reporter.also_reported_to),
        "withhold_identity": reporter.withhold_identity,
    }


def _patient(patient: ReportedPatient) -> dict[str, object]:
    death = patient.death
    return {
        "initials": patient.initials or None,
        "record_number": patient.record_number or None,
        "birth_date": _day(patient.birth_date),
        "age": _measured(patient.age),
        "age_group": patient.age_group or None,
        "sex": patient.sex or None,
        "weight": _measured(patient.weight),
        "height": _measured(patient.height),
        "pregnant": patient.pregnant,
        "last_menstrual_period": _day(patient.last_menstrual_period),
        "gestation": _measured(patient.gestation),
        "ethnicity": patient.ethnicity or None,
        "race": list(patient.race),
        "no_history": patient.no_history,
        "history_text": patient.history_text or None,
        "history": [
            {
                "words": it.words,
                "continuing": it.continuing,
                "since": _day(it.since),
                "until": _day(it.until),
                "comment": it.comment or None,
                "meddra": _term(it.meddra),
                "origin": it.origin,
            }
            for it in patient.history
        ],
        "tests": [_test(it) for it in patient.tests],
        "death": None
        if death is None
        else {
            "on": _day(death.on),
            "causes": list(death.causes),
            "autopsy": death.autopsy,
            "autopsy_causes": list(death.autopsy_causes),
        },
    }


def _test(test: ReportedTest) -> dict[str, object]:
    return {
        "name": test.name,
        "fact": test.fact or None,
        "value": _range(test.value),
        "unit": test.unit or None,
        "words": test.words or None,
        "on": _day(test.on),
        "low": test.low or None,
        "high": test.high or None,
        "comment": test.comment or None,
        "origin": test.origin,
    }


def _reaction(reaction: Reaction) -> dict[str, object]:
    return {
        "words": reaction.words,
        "language": reaction.language or None,
        "translation": reaction.translation or None,
        "symptom": reaction.symptom or None,
        "meddra": _term(reaction.meddra),
        "start": _day(reaction.start),
        "end": _day(reaction.end),
        "outcome": _word(reaction.outcome),
        "serious": reaction.seriousness.is_serious,
        "seriousness": dict(reaction.seriousness.answers()),
        "highlighted": reaction.highlighted,
        "medically_confirmed": reaction.medically_confirmed,
        "country": reaction.country or None,
    }


def _drug(drug: ReportedDrug) -> dict[str, object]:
    return {
        "name": drug.name,
        "role": _word(drug.role),
        "inn": drug.inn or None,
        "substances": [{"name": it.name, "strength": it.strength, "unit": it.unit or None} for it in drug.substances],
        "manufacturer": drug.manufacturer or None,
        "ndc": drug.ndc or None,
        "authorisation": drug.authorisation or None,
        "authorisation_country": drug.authorisation_country or None,
        "holder": drug.holder or None,
        "obtained_in": drug.obtained_in or None,
        "dosages": [_dosage(it) for it in drug.dosages],
        "indication": drug.indication or None,
        "indication_meddra": _term(drug.indication_meddra),
        "action": _word(drug.action),
        "action_on": _day(drug.action_on),
        "first_dose": _day(drug.first_dose),
        "last_dose": _day(drug.last_dose),
        "last_dose_before_onset": _day(drug.last_dose_before_onset),
        "mg_before_onset": drug.cumulative_mg,
        "mg_before_onset_is_least": drug.cumulative_is_least,
        "additional": list(drug.additional),
        "comment": drug.comment or None,
        "origin": drug.origin,
    }


def _dosage(dosage: Dosage) -> dict[str, object]:
    return {
        "amount": dosage.amount,
        "unit": dosage.unit or None,
        "every": dosage.every,
        "interval": dosage.interval or None,
        "start": _day(dosage.start),
        "end": _day(dosage.end),
        "goes_on": dosage.goes_on,
        "text": dosage.text or None,
        "form": dosage.form or None,
        "route": dosage.route or None,
        "batch": dosage.batch or None,
        "expires": _day(dosage.expires),
        "origin": dosage.origin,
    }


def _facts(facts: DrugReactionFacts, report: AdverseEventReport) -> dict[str, object]:
    again = facts.challenge.rechallenge
    return {
        "drug": facts.drug,
        "drug_name": report.drugs[facts.drug].name,
        "reaction": facts.reaction,
        "reaction_words": report.reactions[facts.reaction].words,
        "days_from_first_dose": _range(facts.days_from_first_dose),
        "days_from_last_dose": _range(facts.days_from_last_dose),
        "days_from_dose_change": _range(facts.days_from_dose_change),
        "dose_change": facts.change or None,
        "stopped_or_reduced": facts.dechallenge,
        "improved_after_it": facts.challenge.improved,
        "rechallenge": _word(again),
        "looked_up": facts.is_looked_up,
        "known": [_known(it) for it in facts.known],
        "other_causes": [
            {"what": it.what, "known": None if it.known is None else _known(it.known), "origin": it.origin}
            for it in facts.other_causes
        ],
        "others_not_looked_up": list(facts.not_looked_up),
    }


def _known(known: KnownReaction) -> dict[str, object]:
    return {
        "statement": known.statement,
        "says": known.says,
        "interpretation": known.is_reading or None,
        "citation": citation_json(known.citation),
    }


def _term(term: MeddraTerm | None) -> dict[str, object] | None:
    if term is None:
        return None
    return {
        "version": term.version or None,
        **{name: getattr(term, name) or None for name in ("llt_code", "llt", "pt_code", "pt")},
    }


def _measured(measured: Measured | None) -> dict[str, object] | None:
    if measured is None:
        return None
    return {
        "value": _range(measured.value),
        "unit": measured.unit,
        "on": _day(measured.on),
        "origin": measured.origin,
    }


def _range(value: Interval | None) -> list[float | None] | None:
    """Return both ends; null for an end that is not known."""
    if value is None:
        return None
    return [end if abs(end) != float("inf") else None for end in (value.low, value.high)]


def _day(moment: Moment | None) -> str | None:
    return None if moment is None else moment.text


def _word(word: Enum | None) -> str | None:
    return None if word is None else str(word.value)
