"""The grammar of names, on a vocabulary small enough to see."""

import pytest

from fullcourse.adapters.medicines.names import read_name
from fullcourse.adapters.medicines.silent import is_silent

NAMES = {"alpha": ("alpha",), "beta": ("beta",), "alphabrand": ("alpha",), "gamma acid": ("gamma",)}


class Small:
    """Four names and one brand that nobody confirmed."""

    def of_name(self, folded):
        return NAMES.get(folded, ())

    def of_brand(self, folded):
        return ("beta",) if folded == "betabrand" else ()

    def is_trade_name(self, folded):
        return folded in ("alphabrand", "betabrand")


@pytest.mark.parametrize(
    ("name", "ingredients"),
    [
        ("alpha", ("alpha",)),
        ("alpha 5 mg oral tablet", ("alpha",)),
        ("alpha 5mg tablets", ("alpha",)),
        ("24 hr alpha 5 mg extended release oral tablet", ("alpha",)),
        ("12 hr abuse-deterrent alpha 5 mg oral tablet", ("alpha",)),
        ("gamma acid 5 mg/ml injectable solution", ("gamma",)),
        ("beta 5 mg / alpha 5 mg oral tablet", ("alpha", "beta")),
        ("alpha 5 mg /beta 5 mg oral tablet", ("alpha", "beta")),
        ("alpha/beta", ("alpha", "beta")),
        ("alpha 5", ("alpha",)),
        ("alphabrand 500", ("alpha",)),
        ("alpha/beta 875/125", ("alpha", "beta")),
        ("alpha 5 mg/beta 10 mg tablets", ("alpha", "beta")),
        ("alpha 5 mg + beta 10 mg 1-0-1", ("alpha", "beta")),
        ("alpha-beta 5/5 mg tablet", ("alpha", "beta")),
        ("alpha + beta", ("alpha", "beta")),
        ("alpha, 5 mg/ 1 tablet, tablet", ("alpha",)),
        ("{7 (alpha 5 mg oral tablet) / 7 (inert ingredients 1 mg oral tablet) } pack", ("alpha",)),
        ("{1 (5 ml) (alpha 5 mg/ml oral solution) / 2 (beta 5 mg oral tablet [x]) } pack [y]", ("alpha", "beta")),
        ("alphabrand (alpha) 5 mg tablets", ("alpha",)),
        ("betabrand (beta) 5 mg tablets", ("beta",)),
        ("alpha 5 mg [betabrand]", ("alpha",)),
    ],
)
def test_a_name_is_read_part_by_part(name, ingredients):
    assert read_name(name, Small()).ingredients == ingredients


@pytest.mark.parametrize(
    ("name", "partial"),
    [
        ("alpha 5 mg / omega 5 mg oral tablet", ("alpha",)),
        ("alpha 5 mg oral tablet omega", ("alpha",)),
        ("alpha forte 5 mg", ("alpha",)),
        ("alpha and omega 5 mg", ("alpha",)),
        ("betabrand 5 mg", ("beta",)),
        ("betabrand", ("beta",)),
        ("alphabrand (beta)", ("alpha",)),
        ("{7 (alpha 5 mg oral tablet) / 7 (omega 1 mg oral tablet) } pack", ("alpha",)),
        ("{7 (alpha 5 mg oral tablet) omega } pack", ("alpha",)),
        ("{7 (alpha 5 mg oral tablet", ("alpha",)),
        ("{7 (alpha 5 mg oral tablet) } omega", ("alpha",)),
        ("alphabrand 3", ("alpha",)),
        ("alpha 875/125", ("alpha",)),
        ("alpha 875/125 mg", ("alpha",)),
        ("alpha 875 mg / 125 mg tablets", ("alpha",)),
        ("alpha 5 mg + 10 mg", ("alpha",)),
        ("alpha of", ("alpha",)),
        ("omega", ()),
        ("inert ingredients", ()),
    ],
)
def test_a_name_that_is_not_understood_as_a_whole_says_what_is_known_of_it(name, partial):
    reading = read_name(name, Small())
    assert reading.ingredients == ()
    assert reading.partial == partial or (reading.partial == ("alpha", "beta") and "(beta)" in name)
    assert reading.reason


def test_brand_and_ingredients_may_not_contradict_each_other():
    reading = read_name("beta 5 mg oral tablet [alphabrand]", Small())
    assert (reading.ingredients, reading.partial) == ((), ("alpha", "beta"))
    assert reading.reason == "brand and ingredients disagree"


def test_parts_that_name_nothing_known_are_counted():
    assert read_name("omega 5 mg / alpha 5 mg / psi 5 mg oral tablet", Small()).missing == 2


@pytest.mark.parametrize(
    "text",
    [
        *("", "5 mg", "5 MG/ML".lower(), "1,000 unt", "0.1 mg/actuat nasal spray", "oral tablet"),
        *(
            "5mg od",
            "1 g qds prn",
            "500 mg b.d. x 5/7",
            "1-0-1",
            "2 puffs",
            "20 units nocte",
            "q6h",
            "3x/week",
            "150 mg im 3-monthly",
        ),
        *(
            "with food",
            "as per inr",
            "1/2 tab mane",
            "400 mg od x 2/52 then 200 mg 3x/week",
            "850 mg cada 12 horas",
            "1000 мг 2 раза в день",
        ),
    ],
)
def test_strengths_and_dose_forms_name_no_substance(text):
    assert is_silent(text)


@pytest.mark.parametrize(
    "text",
    ["5", "alpha", "5 mg alpha", "tablet with", "oral tablet in", "5 mgx", "stopped", "5 mg?", "od or bd", "bpm"],
)
def test_anything_else_may_name_a_substance(text):
    assert not is_silent(text)
