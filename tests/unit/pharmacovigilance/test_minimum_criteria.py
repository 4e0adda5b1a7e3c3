"""Each of the four criteria from both sides, and each thing that identifies somebody by itself."""

from dataclasses import fields, replace

import pytest

from fullcourse.clinical.moment import parse_moment
from fullcourse.clinical.quantity import ANY, exactly
from fullcourse.pharmacovigilance.case_report import AdverseEventReport, Need
from fullcourse.pharmacovigilance.minimum_criteria import identifies_patient, identifies_reporter, missing_criteria
from fullcourse.pharmacovigilance.patient import Measured, ReportedPatient
from fullcourse.pharmacovigilance.people import Contact, Qualification, Reporter
from fullcourse.pharmacovigilance.reaction import Reaction
from fullcourse.pharmacovigilance.reported_drug import DrugRole, ReportedDrug

DAY = parse_moment("1990-05-31", "day")
VALID = AdverseEventReport(
    reactions=(Reaction("fit"),),
    drugs=(ReportedDrug("cycloserine", DrugRole.SUSPECT),),
    patient=ReportedPatient(sex="female"),
    reporters=(Reporter(qualification=Qualification.CONSUMER),),
)


def missing(**change: object) -> list[str]:
    return [lack.element for lack in missing_criteria(replace(VALID, **change))]


def test_four_things_make_a_valid_case():
    assert missing_criteria(VALID) == ()


@pytest.mark.parametrize(
    ("change", "element"),
    [
        ({"reporters": ()}, "C.2.r"),
        ({"reporters": (Reporter(),)}, "C.2.r"),
        ({"patient": ReportedPatient()}, "D"),
        ({"reactions": ()}, "E.i.1.1a"),
        ({"reactions": (Reaction("  "),)}, "E.i.1.1a"),
        ({"drugs": ()}, "G.k.1"),
        ({"drugs": (ReportedDrug("cycloserine", None),)}, "G.k.1"),
        ({"drugs": (ReportedDrug("cycloserine", DrugRole.CONCOMITANT),)}, "G.k.1"),
        ({"drugs": (ReportedDrug(" ", DrugRole.SUSPECT),)}, "G.k.1"),
    ],
)
def test_one_that_lacks_is_named(change, element):
    assert missing(**change) == [element]


def test_all_four_are_named_at_once_and_each_is_needed_for_a_valid_case():
    lacks = missing_criteria(replace(VALID, reporters=(), patient=ReportedPatient(), reactions=(), drugs=()))
    assert [lack.need for lack in lacks] == [Need.VALID_CASE] * 4


@pytest.mark.parametrize(
    "patient",
    [
        ReportedPatient(initials="A B"),
        ReportedPatient(record_number="17"),
        ReportedPatient(birth_date=DAY),
        ReportedPatient(age=Measured(exactly(34.0), "a")),
        ReportedPatient(age_group="adult"),
        ReportedPatient(sex="male"),
        ReportedPatient(gestation=Measured(exactly(20.0), "wk")),
    ],
)
def test_any_one_of_these_identifies_a_patient(patient):
    assert identifies_patient(patient)


@pytest.mark.parametrize(
    "patient",
    [
        ReportedPatient(),
        ReportedPatient(initials="  "),
        ReportedPatient(age=Measured(ANY, "a")),
        ReportedPatient(weight=Measured(exactly(52.0), "kg"), height=Measured(exactly(160.0), "cm")),
        ReportedPatient(pregnant=True, history_text="epilepsy", ethnicity="x", race=("y",)),
    ],
)
def test_a_weight_a_history_or_a_race_is_nobody(patient):
    assert not identifies_patient(patient)


IDENTIFYING = frozenset(
    ("given_name", "family_name", "organisation", "department", "street", "city", "postcode", "telephone", "email")
)


@pytest.mark.parametrize("name", [field.name for field in fields(Contact)])
def test_a_name_or_an_address_identifies_a_reporter_and_a_title_or_a_country_does_not(name):
    assert identifies_reporter(Reporter(Contact(**{name: "x"}))) is (name in IDENTIFYING)


@pytest.mark.parametrize("qualification", list(Qualification))
def test_any_profession_identifies_a_reporter(qualification):
    assert identifies_reporter(Reporter(qualification=qualification))
