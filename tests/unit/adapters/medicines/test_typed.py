"""Typed names: each is read whole or handed back with why, and nothing near is ever chosen."""

import pytest

from fullcourse.adapters.medicines.typed import read_asked, read_names
from fullcourse.clinical.errors import InputError
from patients import knowledge


def test_each_name_is_read_once_with_an_origin_of_its_own():
    typed = read_names(["apixaban, Metformin 500 mg BD", "APIXABAN"])
    assert [it.ingredients for it in typed.medicines] == [("apixaban",), ("metformin",)]
    assert len({it.origin for it in typed.medicines}) == 2
    assert typed.not_read == ()


@pytest.mark.parametrize(
    ("written", "may_mean", "near"),
    [
        ("apixban", (), ("apixaban",)),
        ("LEV", ("levetiracetam", "levofloxacin"), ()),
        ("warfarin stopped", ("warfarin",), ()),
        ("sertraline apixban", ("sertraline",), ("apixaban",)),
        ("qqqqqqqq", (), ()),
        ("no", (), ()),
    ],
)
def test_what_is_not_read_says_what_it_may_mean_and_offers_what_is_near(written, may_mean, near):
    (unread,) = read_names([written]).not_read
    assert (unread.written, unread.may_mean) == (written, may_mean)
    assert set(near) <= set(unread.near)
    assert bool(near) == bool(unread.near)
    assert unread.why


def test_names_that_are_near_are_offered_once_for_each_medicine():
    (unread,) = read_names(["apixabam"]).not_read
    assert unread.near == ("apixaban",)


@pytest.mark.parametrize("text", ["a,,b", "", "metformin,", "x," * 70 + "x", "y" * 7_000])
def test_an_empty_place_and_too_many_names_are_refused(text: str):
    with pytest.raises(InputError):
        read_names([text])


def test_drugs_and_a_regimen_are_asked_about_together():
    asked = read_asked(["rifampicin, H", "BDQ Lzd"], "2HRZE/4HR", knowledge())
    assert [it.ingredients[0] for it in asked[:4]] == ["rifampin", "isoniazid", "bedaquiline", "linezolid"]
    assert asked[4].ingredients == ("ethambutol", "isoniazid", "pyrazinamide", "rifampin")
    assert len({it.origin for it in asked}) == 5


@pytest.mark.parametrize("name", ["warfarin", "HRZE", "rifampicin frobnicol", "cyclosporine"])
def test_what_is_no_covered_drug_or_several_is_refused_as_a_drug(name: str):
    with pytest.raises(InputError):
        read_asked([name], None, knowledge())
