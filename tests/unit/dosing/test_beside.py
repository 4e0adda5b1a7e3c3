"""What comes with a dose: vitamins by its size, and tests that it asks for."""

import pytest

from dose_answers import answer_of


def dosed(**facts):
    return answer_of({"profile": "us", "drug": "cycloserine", "facts": facts}).dosed


@pytest.mark.parametrize(("born", "asked"), [("1961-11-23", True), ("1961-11-22", False)])
def test_above_500_mg_a_day_the_level_comes_with_the_dose_and_at_500_it_does_not(born, asked):
    # A day before 65 years the titration goes to 1000 mg, from 65 it stays at 500.
    watched = dosed(birth_date=born)
    assert watched.plan.most_mg_per_day == (1000 if asked else 500)
    assert any("500 mg" in it.says for it in watched.watch) is asked


def test_a_supplement_is_offered_with_its_source_and_never_added():
    found = dosed()
    assert found.supplements
    for it in found.supplements:
        assert it.citation.source
        assert it.name not in {planned.step.form for planned in found.plan.steps}


def test_pyridoxine_counts_by_the_amount_of_the_first_day():
    amounts = {it.claim: it.mg_per_day for it in dosed().supplements if it.name in ("pyridoxine", "vitamin B6")}
    assert amounts
    assert all(low is None or low > 0 for low, _ in filter(None, amounts.values()))
