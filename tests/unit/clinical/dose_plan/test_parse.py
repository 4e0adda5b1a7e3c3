"""Dose plans as people write them, and those that are refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fullcourse.clinical.dose_plan import clock_hours, parse_dose_plan, planned_doses, say_dose_plan
from fullcourse.clinical.errors import InputError


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("250 mg q12h", "250 mg at 08:00 + 250 mg at 20:00"),
        ("250 mg every 8 hours", "250 mg at 06:00 + 250 mg at 14:00 + 250 mg at 22:00"),
        ("0.5 g bid", "500 mg at 08:00 + 500 mg at 20:00"),
        ("600 mg once a day", "600 mg at 08:00"),
        ("250 mg morning + 500 mg evening", "250 mg in the morning + 500 mg in the evening"),
        ("250 mg 08:00 + 500 mg 20:00", "250 mg at 08:00 + 500 mg at 20:00"),
        ("500 mg M-W-F", "500 mg at 08:00 on mon, wed, fri"),
        (
            "400 mg q24h for 2 weeks then 200 mg three times a week",
            "400 mg at 08:00; from day 15: 200 mg at 08:00 on mon, wed, fri",
        ),
    ],
)
def test_a_plan_is_read_as_it_is_written(text: str, said: str):
    assert said == say_dose_plan(parse_dose_plan(text))


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "not understood"),
        ("250 mg", "does not say how often"),
        ("250 mg q5h", "'q5h' is not understood"),
        ("2 capsules q12h", "is in 'capsules'"),
        ("250 mcg q12h", "is in 'mcg'"),
        ("0 mg q12h", "no dose"),
        ("250 mg q12h then 500 mg q12h", "needs its length"),
        ("250 mg morning + 250 mg morning", "fall on the same time"),
    ],
)
def test_what_is_not_a_plan_is_refused_with_the_reason(text: str, why: str):
    with pytest.raises(InputError, match=why):
        parse_dose_plan(text)


def test_monday_wednesday_friday_gives_three_doses_a_week():
    doses = planned_doses(parse_dose_plan("500 mg M-W-F"), days=7)
    assert [dose.time_h for dose in doses] == [8.0, 56.0, 104.0]


def test_a_plan_that_begins_on_a_sunday_starts_with_no_dose():
    doses = planned_doses(parse_dose_plan("500 mg M-W-F"), days=2, first_weekday=6)
    assert [dose.time_h for dose in doses] == [32.0]


def test_a_second_step_begins_on_its_day():
    doses = planned_doses(parse_dose_plan("400 mg q24h for 14 days then 200 mg q24h"), days=15)
    assert (doses[13].mg, doses[14].mg) == (400.0, 200.0)


def test_a_plan_over_no_day_is_refused():
    with pytest.raises(InputError, match="at least one day"):
        planned_doses(parse_dose_plan("250 mg q12h"), days=0)


def test_a_clock_time_that_is_none_is_refused():
    with pytest.raises(InputError, match="not understood"):
        clock_hours("teatime")


@given(text=st.text(max_size=40))
def test_any_text_is_a_plan_or_a_named_error(text: str):
    try:
        steps = parse_dose_plan(text)
    except InputError as refused:
        assert str(refused).startswith("dose ")
        return
    assert all(dose.mg > 0.0 for step in steps for dose in step.doses)


@pytest.mark.parametrize(
    "written", ["three times a week on tue, thu, sat", "on tue thu sat", "tue/thu/sat", "tue-thu-sat"]
)
def test_days_that_are_named_are_meant_where_their_number_is_said_too(written: str):
    assert parse_dose_plan(f"500 mg {written}")[0].days_of_week == ("tue", "thu", "sat")


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("500 mg twice a week on tue, thu, sat", "two rhythms"),
        ("500 mg 3 times a week every 3 days", "two rhythms"),
        ("500 mg q48h every other day", "two rhythms"),
        ("500 mg weekly twice a week", "two rhythms"),
        ("500 mg after dialysis 3 times a week", "Name them"),
        ("500 mg after dialysis every other day", "Name them"),
        ("250 mg on mon, mon", "names a day twice"),
        ("250 mg mon to wed, fri", "mixes days and spans"),
        ("250 mg morning for 14 days + 500 mg evening", "about every amount"),
        ("0.2 capsules of 250 mg daily", "in quarters"),
        ("250 mg q12h 0 days a week", "several ways"),
        ("0.0000001 g daily", "less than any medicine"),
    ],
)
def test_days_that_are_guessed_or_contradict_are_refused(text: str, why: str):
    with pytest.raises(InputError, match=why):
        parse_dose_plan(text)


@pytest.mark.parametrize(
    ("amount", "taken"), [("50 g", True), ("50.01 g", False), ("0.001 mg", True), ("0.0009 mg", False)]
)
def test_amounts_are_believed_from_a_microgram_to_fifty_grams(amount: str, taken: bool):
    if taken:
        assert parse_dose_plan(f"{amount} daily")
    else:
        with pytest.raises(InputError, match="Check the unit"):
            parse_dose_plan(f"{amount} daily")


@pytest.mark.parametrize(
    ("text", "hours"),
    [
        ("750 mg over 30 min every 24 h", 0.5),
        ("1 g infused over 1 hour on mon, wed, fri", 1.0),
        ("750 mg over 0.5 h q24h for 14 days", 0.5),
        ("1000 mg at 08:00 over 24 h", 24.0),
        ("750 mg q24h", None),
    ],
)
def test_an_infusion_says_how_long_it_is_and_is_said_back(text: str, hours: float | None):
    (step,) = parse_dose_plan(text)
    assert step.over_h == hours
    assert parse_dose_plan(say_dose_plan([step])) == (step,)


@pytest.mark.parametrize(
    "text", ["750 mg over 25 h q24h", "750 mg over 0 min q24h", "750 mg over 30 q24h", "750 mg over lunch"]
)
def test_an_infusion_without_a_length_that_can_be_is_refused(text: str):
    with pytest.raises(InputError):
        parse_dose_plan(text)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("from day 0: 250 mg daily", "days of a plan count from 1"),
        ("250 mg daily for 14 days; from day 14: 500 mg daily", "before the one above it ends"),
        ("250 mg daily for 2 days for 3 days", "it says 'for 2 days' and 'for 3 days' of one step"),
        ("250 mg morning for 14 days + 500 mg evening", "'for 14 days' is about every amount"),
        ("750 mg over 25 h q24h", "^dose '750 mg over 25 h q24h': an infusion .* Correct 'over 25 h'"),
        ("750 mg over 0 min q24h", "^dose .* Correct 'over 0 min'"),
        ("250 mg morning alternating with 500 mg evening", "share one time of day"),
        ("2 capsules of 250 mg alternating with 250 mg", "all counted in a form, or none is"),
        ("250 mg 08:00 and 20:00 after dialysis on mon", "'08:00 and 20:00' and 'after dialysis' are two rhythms"),
        ("250 mg once a day after dialysis on mon", "'once a day' and 'after dialysis' are two rhythms"),
        ("250 mg 08:00 q36h + 250 mg 20:00 q36h", "one amount and one first time"),
        ("0 tablets of 600 mg daily", "above 0, in quarters at most"),
        ("0.1 tablets of 600 mg daily", "above 0, in quarters at most"),
        ("51 g daily", "51 g at once is too much"),
    ],
)
def test_what_contradicts_itself_is_refused_in_its_own_words(text: str, why: str):
    with pytest.raises(InputError, match=why):
        parse_dose_plan(text)


@pytest.mark.parametrize(
    "text",
    ["x" * 90, f"250 mg {'x' * 90}", f"250 {'x' * 90}", f"2 capsules {'x' * 90}", f"250 mg{' ' * 90}"],
)
def test_a_long_plan_is_named_by_its_first_80_characters(text: str):
    with pytest.raises(InputError) as refused:
        parse_dose_plan(text)
    assert str(refused.value).startswith(f"dose '{text[:80]}'")


def test_the_words_beside_dialysis_are_cut_where_they_are_long():
    times = "06:00, 08:00, 10:00, 12:00, 14:00, 16:00, 18:00, 20:00"
    with pytest.raises(InputError, match=f": '{times[:40]}' and 'after dialysis'"):
        parse_dose_plan(f"50 mg {times} after dialysis on mon")


@pytest.mark.parametrize(
    ("text", "days"),
    [("from day 1: 250 mg daily", [1]), ("250 mg daily for 14 days; from day 15: 500 mg daily", [1, 15])],
)
def test_a_step_begins_on_the_day_it_names(text: str, days: list[int]):
    assert [step.from_day for step in parse_dose_plan(text)] == days
