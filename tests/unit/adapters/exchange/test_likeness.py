"""Two records are compared field by field: a missing field is never a difference, and no pair is put together."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fullcourse.adapters.exchange.likeness import Agreement, Likeness, alike_records, soundex
from fullcourse.adapters.fhir.read.identity import Identity

LIKELY, CANNOT_TELL = Likeness.LIKELY, Likeness.CANNOT_TELL


def person(name: str = "welch cory", born: str = "1980-05-04", sex: str = "female", **more) -> Identity:
    names = frozenset([tuple(name.split())] if name else [])
    given = {"identifiers": {}, "phones": frozenset(), **more}
    return Identity(names, born, sex, **given)


def likeness(one: Identity, other: Identity) -> Likeness | None:
    pairs = alike_records([one, other])
    return pairs[0].likeness if pairs else None


CASES = [
    # what is other in the second record, and what a person has to be told
    ("sounds alike", {"name": "welch cori"}, LIKELY),
    ("family and given name exchanged", {"name": "cory welch"}, LIKELY),
    ("a second given name", {"name": "welch cory ann"}, LIKELY),
    ("an initial", {"name": "welch c"}, LIKELY),
    ("two letters exchanged", {"name": "wlech cory"}, LIKELY),
    ("day and month exchanged", {"born": "1980-04-05"}, LIKELY),
    ("one digit of the year", {"born": "1981-05-04"}, LIKELY),
    ("two digits", {"born": "1991-05-04"}, None),
    ("a year alone", {"born": "1980"}, LIKELY),
    ("another year alone", {"born": "1981"}, None),
    ("no birth date", {"born": ""}, CANNOT_TELL),
    ("no sex", {"sex": ""}, LIKELY),
    ("the other sex, and all else the same", {"sex": "male"}, LIKELY),
    ("the other sex, and a name only alike: twins are two", {"sex": "male", "name": "welch cori"}, None),
    ("a twin: one birth date and family name", {"name": "welch mary"}, None),
    ("another script", {"name": "уэлч кори"}, CANNOT_TELL),
    ("no name", {"name": ""}, CANNOT_TELL),
    ("another person", {"name": "moyo tendai", "born": "1962-11-30"}, None),
    ("one name, another birth date: a common name", {"born": "1962-11-30"}, None),
]


@pytest.mark.parametrize(("case", "changed", "told"), CASES, ids=[case[0] for case in CASES])
def test_a_pair_is_judged(case, changed, told):
    assert likeness(person(), person(**changed)) is told
    assert likeness(person(**changed), person()) is told


def test_one_identifier_is_enough_and_another_is_none_against():
    card = {"identifiers": {"urn:card": frozenset({"7"})}}
    other = {"identifiers": {"urn:card": frozenset({"8"})}}
    assert likeness(person(**card), person("moyo tendai", "1962-11-30", "male", **card)) is LIKELY
    assert likeness(person(**card), person(**other)) is LIKELY
    (pair,) = alike_records([person(**card), person(**other)])
    assert dict(pair.fields)["identifier"] is Agreement.DIFFERS


def test_a_family_shares_a_phone_and_is_not_one_person():
    phone = {"phones": frozenset({"25550100"})}
    assert likeness(person(**phone), person("welch mary", "1999-01-01", **phone)) is None
    assert likeness(person(**phone), person(born="", **phone)) is LIKELY


def test_every_pair_of_a_list_is_named_by_its_places():
    pairs = alike_records([person(), person("moyo tendai", "1962-11-30"), person()])
    assert [(pair.first, pair.second) for pair in pairs] == [(1, 3)]


def test_the_best_of_several_names_counts():
    married = Identity(frozenset({("welch", "cory"), ("banda", "cory")}), "1980-05-04", "female", {}, frozenset())
    assert likeness(married, person("banda cory")) is LIKELY


@pytest.mark.parametrize(
    ("word", "code"),
    [("washington", "w252"), ("lee", "l000"), ("gutierrez", "g362"), ("pfister", "p236"), ("jackson", "j250"),
     ("tymczak", "t522"), ("vandeusen", "v532"), ("ashcraft", "a261")],
)  # fmt: skip
def test_soundex_is_that_of_the_national_archives(word, code):
    assert soundex(word) == code


WORDS = st.text(st.sampled_from("abcdehlmnorstvz"), min_size=2, max_size=8)


@given(WORDS, WORDS, st.sampled_from(["", "1980", "1980-05-04", "1980-04-05"]), st.sampled_from(["", "male", "female"]))
def test_taking_something_away_never_makes_two_people_of_a_likely_pair(family, given_name, born, sex):
    one = person(f"{family} {given_name}", "1980-05-04", "female")
    assert likeness(one, one) is LIKELY
    assert likeness(one, person(f"{family} {given_name}", "", sex if sex != "male" else "")) is not None
    assert likeness(one, person("", born if born != "1980-04-05" else "", "")) is not None
