"""A report in words: yes, no and nobody said stay three things; dates stay as exact as they are."""

import pytest

from fullcourse.adapters.documents.report_words import (
    bases,
    days_words,
    dosage_words,
    drug_heading,
    history_words,
    measured_words,
    result_words,
    seriousness_words,
    term_words,
    where_to_report,
    yes_no,
)
from fullcourse.clinical.moment import parse_moment
from fullcourse.clinical.quantity import Interval, exactly
from fullcourse.pharmacovigilance.patient import HistoryEntry, Measured, ReportedPatient, ReportedTest
from fullcourse.pharmacovigilance.reaction import MeddraTerm, Seriousness
from fullcourse.pharmacovigilance.reported_drug import Dosage, DrugRole, ReportedDrug
from patients import knowledge


def test_what_nobody_said_is_not_known():
    assert [yes_no(it) for it in (True, False, None)] == ["yes", "no", "not known"]
    assert measured_words(None) == "not known"
    assert history_words(ReportedPatient()) == "nobody gave any, which is not the same as none"
    assert history_words(ReportedPatient(no_history=True)) == "none that matters, as the reporter says"
    assert drug_heading(ReportedDrug("x", None)) == "x (role not stated)"
    assert drug_heading(ReportedDrug("x", DrugRole.SUSPECT)) == "x (suspect)"


@pytest.mark.parametrize(
    ("days", "words"),
    [
        (None, "not known"),
        (exactly(0.0), "0 days"),
        (exactly(1.0), "1 day"),
        (Interval(3.0, 33.0), "3 to 33 days"),
        (exactly(-19.0), "19 days BEFORE it"),
        (Interval(-364.0, 364.0), "-364 to 364 days"),
    ],
)
def test_days_that_lie_before_are_said_to(days, words):
    assert days_words(days) == words


@pytest.mark.parametrize(
    ("dosage", "words"),
    [
        (Dosage(250.0, "mg", 12.0, "h"), "250 mg every 12 hours; not known to not known"),
        (Dosage(250.0, "mg", 1.0, "d", goes_on=True), "250 mg every day; not known to goes on"),
        (Dosage(2.0, "{DF}", None, "{asnecessary}"), "2 pieces as needed; not known to not known"),
        (Dosage(500.0, "mg", batch="L1", route="oral"), "500 mg; oral; lot L1; not known to not known"),
        (
            Dosage(expires=parse_moment("2030-01", "x"), end=parse_moment("2026", "x")),
            "expires 2030-01; not known to 2026",
        ),
    ],
)
def test_a_dosage_is_said_as_far_as_it_is_known(dosage, words):
    assert dosage_words(dosage) == words


def test_numbers_terms_and_results_carry_unit_version_and_origin():
    assert measured_words(Measured(exactly(1.0), "a")) == "1 year [input]"
    assert measured_words(Measured(exactly(52.0), "kg", parse_moment("2026-11-01", "x"), "Observation/w")) == (
        "52 kg [Observation/w, 2026-11-01]"
    )
    assert term_words(None).startswith("not coded")
    assert (
        term_words(MeddraTerm("27.1", "10039906", "Seizure", pt="Seizure")) == "27.1: LLT 10039906 Seizure; PT Seizure"
    )
    assert (
        result_words(ReportedTest("ALT", exactly(90.0), "U/L", high="40"))
        == "ALT 90 U/L (normal ? to 40), undated [input]"
    )
    entry = HistoryEntry("epilepsy", True, parse_moment("2019", "x"), comment="mild")
    assert history_words(ReportedPatient(history=(entry,))) == "epilepsy, 2019 to goes on (mild) [input]"


def test_each_criterion_stands_under_what_was_said_of_it():
    words = seriousness_words(Seriousness(death=False, hospitalisation=True))
    assert words.startswith("yes: hospitalisation; no: death; not known: life-threatening")
    assert "intervention" not in words
    assert "no: required intervention" in seriousness_words(Seriousness(required_intervention=False))


@pytest.mark.parametrize("country", ["", "IN", "ZA", "GB", "us"])
def test_only_the_united_states_have_a_number(country):
    words, statements = where_to_report(knowledge(), country)
    assert not any(letter.isdigit() for letter in words)
    assert statements == ()


def test_the_number_of_the_united_states_comes_from_its_statement():
    words, statements = where_to_report(knowledge(), "US")
    assert "800-332-1088" in words
    assert [it.id for it in statements] == ["emergency.reporting.us"]


def test_what_a_report_is_judged_by_is_stated_and_cited():
    assert [it.id for it in bases(knowledge())][:4] == [
        "reporting.minimum-criteria",
        "reporting.identifiable",
        "reporting.required-elements",
        "reporting.seriousness",
    ]
