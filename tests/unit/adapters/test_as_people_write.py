"""What people write by hand is read where it means one thing, and stays a fault where it means two."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fullcourse.adapters.answers import read_answers
from fullcourse.adapters.as_people_write import NamedFacts, birth_of_age, said_value
from fullcourse.adapters.medicines.recognise import recognise
from fullcourse.clinical.errors import InputError
from fullcourse.clinical.fact import Standing
from fullcourse.clinical.formulas import age_years
from fullcourse.clinical.moment import parse_moment, parse_span
from fullcourse.clinical.patient import Record
from patients import knowledge

FACTS = knowledge().facts
NAMED = NamedFacts(FACTS.values())


def read(text: str) -> Record:
    return read_answers(text.encode(), FACTS.values(), recognise, "record")


@pytest.mark.parametrize(
    ("name", "fact"),
    [
        ("QTcF", "qtcf"),
        ("potassium", "potassium"),
        ("Hb", "haemoglobin"),
        ("hemoglobin", "haemoglobin"),
        ("SGPT", "alt"),
        ("heart rate", "heart_rate"),
        ("pulse", "heart_rate"),
        ("date of birth", "birth_date"),
        ("DOB", "birth_date"),
        ("gender", "sex"),
        ("breast-feeding", "breastfeeding"),
        ("Body Weight", "weight"),
        ("epilepsy", "epilepsy"),
        ("serum creatinine", "creatinine"),
        ("alanine aminotransferase", "alt"),
    ],
)
def test_a_fact_is_found_by_what_people_call_it(name: str, fact: str) -> None:
    found = NAMED.get(name)
    assert found is not None
    assert found.id == fact


@pytest.mark.parametrize("name", ["", "creatinin", "liver", "QTcX"])
def test_a_name_that_is_none_is_no_fact(name: str) -> None:
    assert NAMED.get(name) is None


def test_every_id_stays_its_own_fact() -> None:
    wrong = []
    for fact in FACTS.values():
        found = NAMED.get(fact.id)
        if found is not fact:
            wrong.append(fact.id)
    assert wrong == []


@pytest.mark.parametrize(
    ("fact", "written", "read_as"),
    [
        ("epilepsy", "yes", True),
        ("epilepsy", " Y ", True),
        ("epilepsy", "No", False),
        ("epilepsy", "perhaps", "perhaps"),
        ("sex", "F", "female"),
        ("sex", "m", "male"),
        ("sex", "Female", "female"),
        ("sex", "other", "other"),
        ("weight", "yes", "yes"),
    ],
)
def test_yes_and_no_and_letters_are_read_where_they_are_the_facts_own(fact: str, written: str, read_as: object) -> None:
    assert said_value(FACTS[fact], written) == read_as


@given(
    age=st.integers(0, 124),
    on=st.dates(date(1990, 1, 1), date(2030, 12, 31)),
    later=st.integers(0, 400),
)
def test_an_age_is_every_birth_that_makes_it_and_no_other(age: int, on: date, later: int) -> None:
    said = birth_of_age(age, "", parse_moment(on.isoformat(), "on"), "record", (0.0, 125.0))
    born = parse_span(str(said.value), "birth_date")
    assert age_years(born.first_day, on) == age_years(born.last_day, on) == age
    assert age_years(born.first_day - timedelta(days=1), on) == age + 1
    assert born.last_day == on or age == 0 or age_years(born.last_day + timedelta(days=1), on) == age - 1
    at = on + timedelta(days=later)
    assert age_years(born.last_day, at) <= age_years(born.first_day, at) <= age_years(born.last_day, at) + 1


def test_an_age_and_another_birth_are_a_fault() -> None:
    both = '[[fact]]\nid = "age"\nvalue = 46\non = 2026-11-20\n[[fact]]\nid = "birth_date"\nvalue = "1985-01-01"\n'
    with pytest.raises(InputError, match="the birth is given twice"):
        read(both)


def test_what_follows_from_other_facts_is_still_no_fact_to_give() -> None:
    with pytest.raises(InputError, match="bmi is computed from other facts"):
        read('[[fact]]\nid = "bmi"\nvalue = 21\nunit = "kg/m2"\n')


def test_an_allergy_to_a_drug_speaks_of_its_fact() -> None:
    (said,) = read('[[allergy]]\nto = "Seromycin"\non = 2026-11-20\n').evidence["allergy_cycloserine"]
    assert (said.value, said.recorded, said.origin) == (True, "Seromycin", "record, allergy 1")


def test_an_allergy_that_nobody_understands_is_named_and_no_fact_is_a_no() -> None:
    known = read('[[allergy]]\nto = "wibble"\n')
    assert [(entry.kind, entry.text) for entry in known.unrecognised] == [("allergy", "wibble")]
    assert known.evidence == {}


def test_an_allergy_to_another_known_medicine_is_understood_and_says_nothing_of_ours() -> None:
    known = read('[[allergy]]\nto = "aspirin"\n')
    assert known.unrecognised == ()
    assert all(piece.value is not False for pieces in known.evidence.values() for piece in pieces)


def test_words_that_speak_of_a_drug_raise_it_and_stay_open() -> None:
    known = read('[[allergy]]\nto = "rash after cycloserine and something"\n')
    assert known.unrecognised
    assert [piece.standing for piece in known.evidence["allergy_cycloserine"]] == [Standing.UNSURE]


def test_no_known_drug_allergy_is_a_no_as_a_record_says_it() -> None:
    assert {piece.value for piece in read('[[allergy]]\nto = "nkda"\n').evidence["allergy_cycloserine"]} == {False}


def test_all_faults_of_a_file_are_said_at_once_and_one_alone_as_it_is() -> None:
    one = '[[fact]]\nid = "weight"\nvalue = 61\n'
    with pytest.raises(InputError, match=r"^\[\[fact\]\] number 1: weight = 61 cannot be used"):
        read(one)
    with pytest.raises(InputError) as caught:
        read(one + '[[fact]]\nid = "zzz"\nvalue = true\n[[medicine]]\nnam = "x"\n[[override]]\nfinding = "x"\n')
    said = str(caught.value)
    assert said.startswith("the record file has 5 faults; nothing of it was used:\n  ")
    for text in ("weight = 61", "no fact 'zzz'", "key 'nam'", "[[medicine]] number 1: name", "reason is missing"):
        assert text in said


def test_a_wrong_value_and_a_wrong_day_of_one_row_are_two_faults() -> None:
    with pytest.raises(InputError, match="has 2 faults"):
        read('[[fact]]\nid = "weight"\nvalue = 61\non = "tomorrow"\n')


def test_very_many_faults_are_counted() -> None:
    with pytest.raises(InputError, match="and 20 more"):
        read("".join(f'[[fact]]\nid = "zzz{number}"\nvalue = true\n' for number in range(60)))
