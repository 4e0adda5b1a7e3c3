"""Derived facts over ranges: nothing is guessed, and knowing more never moves a result elsewhere."""

import math
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from fullcourse.clinical import Evidence, Fact, Interval, exactly, parse_moment
from fullcourse.rules.derived import DERIVED
from fullcourse.rules.derived_inputs import Inputs

AT = date(2026, 11, 22)
ROUNDING = 1e-12
"""By how much, of itself, an end may move when floats are rounded otherwise."""

LIMITS = {
    "weight": (20.0, 250.0),
    "height": (90.0, 220.0),
    "creatinine": (0.1, 20.0),
    "qt_interval": (200.0, 700.0),
    "heart_rate": (20.0, 250.0),
}
NAMES = st.sampled_from(sorted(DERIVED))


def is_inside(inner, outer):
    """Return whether a derived value lies in another; unknown holds everything."""
    if outer is None:
        return True
    if inner is None:
        return False
    slack = ROUNDING * max(abs(outer.low), abs(outer.high) if math.isfinite(outer.high) else 0.0)
    return outer.low - slack <= inner.low <= inner.high <= outer.high + slack


def fact(name, value):
    """Return a fact, by one undated piece of evidence where anything is known."""
    if value is None:
        return Fact(name, None)
    return Fact(name, value, "", (Evidence(name, value, parse_moment("2026-11-20", "on"), "Observation/1"),), days=2)


@st.composite
def numbers(draw, low, high):
    """Return what may be known of one number: three nested states, the last one exact."""
    one, two, three, four, five = sorted(draw(st.lists(st.floats(low, high), min_size=5, max_size=5)))
    wide = draw(
        st.sampled_from([None, Interval(one, five), Interval(-math.inf, five), Interval(one, math.inf), exactly(three)])
    )
    if wide is not None and wide.is_exact:
        return (wide, wide, wide)
    return (wide, draw(st.sampled_from([wide, Interval(two, four)])), exactly(three))


@st.composite
def birth_dates(draw):
    """Return three states of a birth date, each more exact than the last."""
    day = draw(st.dates(date(1900, 1, 1), AT)).isoformat()
    return tuple(
        sorted(
            [*draw(st.lists(st.sampled_from([None, day[:4], day[:7], day]), min_size=2, max_size=2)), day],
            key=lambda text: len(text or ""),
        )
    )


@st.composite
def patients(draw):
    """Return three states of one patient: little known, more known, everything known exactly."""
    sex = draw(st.sampled_from(["male", "female"]))
    states = {name: draw(numbers(*limits)) for name, limits in LIMITS.items()}
    states["birth_date"] = draw(birth_dates())
    states["sex"] = draw(st.sampled_from([(None, None, sex), (None, sex, sex), (sex, sex, sex)]))
    return tuple({name: fact(name, three[state]) for name, three in states.items()} for state in range(3))


def derive(name, facts):
    return DERIVED[name].compute(Inputs(facts, AT), name)


@given(name=NAMES, states=patients())
def test_knowing_more_only_narrows_what_is_derived(name, states):
    little, more, everything = (derive(name, facts) for facts in states)
    if everything.value is None:  # outside the people of the formula: nobody knew a value before either
        assert name != "age"
        assert more.value is None
        assert little.value is None
        return
    assert is_inside(more.value, little.value)
    assert is_inside(everything.value, more.value)


@given(name=NAMES, states=patients())
def test_what_is_not_exact_is_explained_and_what_is_exact_asks_for_nothing(name, states):
    for facts in states:
        derived = derive(name, facts)
        assert derived.reason
        assert derived.unit == DERIVED[name].unit
        if derived.value is None:
            assert all(item.fact != name for item in derived.because)
        elif derived.value.is_exact:
            assert derived.missing == ()
        assert set(derived.missing) <= set(DERIVED[name].inputs)


@given(name=NAMES, states=patients())
def test_once_what_it_asks_for_is_answered_it_asks_for_nothing_more(name, states):
    little, _, everything = states
    asked = derive(name, little).missing
    answered = {**little, **{input_name: everything[input_name] for input_name in asked}}
    assert derive(name, answered).missing == ()


@given(states=patients())
def test_the_clearance_that_leads_is_never_above_one_that_is_shown(states):
    for facts in states:
        derived = derive("cockcroft_gault", facts)
        shown = [item.value for item in derived.because if item.fact == derived.id]
        assert all(derived.value.low <= it.low * (1 + ROUNDING) for it in shown)
        assert all(derived.value.high <= it.high * (1 + ROUNDING) for it in shown)


@given(states=patients(), rise=st.floats(1.5, 5.0))
def test_an_acute_rise_of_creatinine_never_leaves_a_clearance(states, rise):
    facts = dict(states[2])
    newest = facts["creatinine"].because[0]
    before = parse_moment((date(2026, 11, 20) - timedelta(days=3)).isoformat(), "on")
    earlier = Evidence("creatinine", exactly(newest.value.low / rise / (1 + ROUNDING)), before, "Observation/2")
    facts["creatinine"] = Fact("creatinine", newest.value, "mg/dL", (newest, earlier), days=2)
    assert derive("cockcroft_gault", facts).value is None
    assert derive("ckd_epi_2021", facts).value is None
