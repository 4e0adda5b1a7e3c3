from datetime import date

import pytest

from fullcourse.clinical.listed_medicine import State
from fullcourse.clinical.medicine import Medicine, Route, Taken
from fullcourse.clinical.moment import parse_moment
from fullcourse.clinical.patient import Record
from fullcourse.rules.listed_medicines import list_medicines

AT = date(2026, 6, 15)


def entry(taken: Taken, origin: str = "MedicationRequest/m", since="2026-06-01", until=None, **more) -> Medicine:
    dates = [parse_moment(text, "date") if text else None for text in (since, until)]
    name = more.pop("name", "Exampline 5 mg")
    return Medicine(name, more.pop("ingredients", ("exampline",)), (), "name", taken, *dates, origin, **more)


def listed(*entries: Medicine):
    return list_medicines(Record({}, entries), AT)


@pytest.mark.parametrize(
    ("medicine", "state", "why"),
    [
        (entry(Taken.NOW), State.NOW, "ordered 2026-06-01"),
        (entry(Taken.NOW, until="2026-06-14"), State.PERHAPS, "ordered 2026-06-01, until 2026-06-14"),
        (entry(Taken.NOW, until="2026-06-15"), State.NOW, "ordered 2026-06-01, until 2026-06-15"),
        (
            entry(Taken.NOW, until="2026-06-01", lasts=(0, 30)),
            State.NOW,
            "ordered 2026-06-01, supply to 2026-07-01",
        ),
        (entry(Taken.MAYBE, why="on-hold"), State.PERHAPS, "ordered 2026-06-01, on-hold"),
        (entry(Taken.PAST, why="stopped"), State.PAST, "ordered 2026-06-01, stopped"),
        (entry(Taken.NOW, since="2026-06-16"), State.LATER, "begins 2026-06-16"),
        (entry(Taken.NOW, "MedicationStatement/m"), State.NOW, "reported since 2026-06-01"),
        (entry(Taken.NOW, "record, medicine 1"), State.NOW, "since 2026-06-01"),
        (
            entry(Taken.SUPPLIED, "MedicationAdministration/m", until="2026-06-01", lasts=(1, 31)),
            State.PERHAPS,
            "given 2026-06-01, lasts to 2026-06-02 or 2026-07-02",
        ),
        (
            entry(Taken.SUPPLIED, until="2026-06-01", lasts=(0, 13)),
            State.PAST,
            "ordered 2026-06-01, may last to 2026-06-14",
        ),
    ],
)
def test_an_entry_is_listed_with_its_state_and_what_says_so(medicine: Medicine, state: State, why: str) -> None:
    (shown,) = listed(medicine)
    assert (shown.state, shown.why) == (state, why)


def test_what_may_be_taken_comes_first_and_is_asked_by_its_name() -> None:
    now = entry(Taken.NOW, name="Other", ingredients=("otherine",))
    first, second = listed(now, entry(Taken.MAYBE, why="on-hold"))
    assert first.ask == "Exampline 5 mg, ordered 2026-06-01, on-hold: is it taken?"
    assert second.ask == ""


def test_one_name_is_asked_once() -> None:
    assert [bool(it.ask) for it in listed(entry(Taken.MAYBE), entry(Taken.MAYBE, "MedicationRequest/n"))] == [
        True,
        False,
    ]


def test_what_another_entry_says_is_taken_is_not_asked() -> None:
    assert not any(it.ask for it in listed(entry(Taken.MAYBE), entry(Taken.NOW, "MedicationRequest/n")))


def test_what_acts_only_where_it_is_put_is_listed_and_not_asked() -> None:
    (shown,) = listed(entry(Taken.MAYBE, route=Route.LOCAL, applied="into the eye"))
    assert (shown.route, shown.applied, shown.ask) == (Route.LOCAL, "into the eye", "")


def test_the_last_day_of_the_calendar_is_no_error() -> None:
    (shown,) = listed(entry(Taken.SUPPLIED, until="9999-12-31", lasts=(0, 92)))
    assert shown.why.endswith("9999-12-31")
