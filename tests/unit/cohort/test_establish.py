"""Evidence over columns: of a shape it is decided once, and each patient gets the value and age of their own piece."""

from datetime import date

import numpy as np
import pytest

from columns_of import part_of
from fullcourse.clinical import Evidence, Interval, Record, Standing, exactly, parse_moment
from fullcourse.cohort import establish
from fullcourse.cohort.establish import as_fact, establish_columns
from fullcourse.cohort.shapes import gathered
from fullcourse.rules.found import found
from fullcourse.rules.on_file import did_not_count
from small_knowledge import small

AT = date(2026, 6, 15)
KNOWN = small()


def item(fact, value, on="2026-06-10", standing=Standing.STATED):
    read = exactly(float(value)) if isinstance(value, int | float) and not isinstance(value, bool) else value
    return Evidence(fact, read, parse_moment(on, "on") if on else None, "Observation/1", None, "", standing)


def columns(*people, at=AT):
    records = [
        Record({piece.fact: tuple(it for it in pieces if it.fact == piece.fact) for piece in pieces})
        for pieces in people
    ]
    groups = gathered(part_of(records, KNOWN).evidence, KNOWN, at)
    return establish_columns(groups, len(records))


def test_patients_of_one_shape_keep_their_own_values_and_ages():
    facts, established = columns(
        [item("weight", 60, "2026-06-01"), item("weight", 58, "2026-06-10")],
        [item("weight", 81, "2026-06-14"), item("weight", 80, "2026-05-30")],
    )
    assert facts["weight"].low.tolist() == [58.0, 81.0]
    assert facts["weight"].days.tolist() == [5, 1]
    assert established.kind[0] == established.kind[1]


def test_the_order_of_a_record_makes_no_other_shape():
    _, established = columns(
        [item("weight", 60, "2026-06-01"), item("weight", 58, "2026-06-10")],
        [item("weight", 58, "2026-06-10"), item("weight", 60, "2026-06-01")],
    )
    assert established.kind[0] == established.kind[1]


@pytest.mark.parametrize(("other", "known"), [(60.0 * (1 + 1e-12), True), (60.1, False)])
def test_values_that_are_equal_but_for_rounding_are_decided_in_the_order_of_the_record(other, known):
    facts, established = columns(
        [item("weight", 60, "2026-06-10"), item("weight", other, "2026-06-10")],
        [item("weight", other, "2026-06-10"), item("weight", 60, "2026-06-10")],
    )
    assert (established.kind[0] == established.kind[1]) is not known
    assert facts["weight"].low.tolist() == ([60.0, other] if known else [-np.inf, -np.inf])


def test_what_a_clock_elsewhere_dates_tomorrow_is_as_old_as_today_and_of_another_shape_than_older_ones():
    """A yes of today beside a no of tomorrow elsewhere, and a yes of five days ago beside a no of four."""
    facts, established = columns(
        [item("fits", True, "2026-06-15"), item("fits", False, "2026-06-16T08:00:00+14:00")],
        [item("fits", True, "2026-06-10"), item("fits", False, "2026-06-11T08:00:00+14:00")],
    )
    assert facts["fits"].days.tolist() == [0, 5]
    assert established.kind[0] != established.kind[1]


def test_a_shape_that_was_decided_before_is_not_decided_again(monkeypatch):
    columns([item("weight", Interval(41.0, 43.0), "2026-06-01"), item("weight", 42, "2026-06-01")])
    monkeypatch.setattr(establish, "found", None)
    facts, _ = columns([item("weight", Interval(51.0, 53.0), "2026-06-02"), item("weight", 52, "2026-06-02")])
    assert facts["weight"].has_evidence.tolist() == [True]


def test_more_pieces_than_a_shape_holds_are_decided_for_their_patient_alone():
    many = [item("alt", 50 + number, f"2026-{1 + number // 28:02d}-{1 + number % 28:02d}") for number in range(100)]
    facts, established = columns(many, many)
    assert facts["alt"].low.tolist() == [149.0, 149.0]
    assert established.kind[0] != established.kind[1]


def test_nobody_has_no_facts():
    facts, established = columns([])
    assert facts == {}
    assert established.kind.size == 0


def stated(fact, value, *on):
    return [item(fact, value, day) for day in on]


TWINS = {
    "how far it goes": ([item("fits", False, "2024-01-01")], [item("fits", False, "2024-01-01", Standing.UNSURE)]),
    "over is not stated": ([item("fits", False)], [item("fits", False, standing=Standing.OVER)]),
    "beside is not unsure": (
        [item("alt", None, standing=Standing.BESIDE)],
        [item("alt", None, standing=Standing.UNSURE)],
    ),
    "its word": (stated("fits", True, "2026-06-10"), stated("fits", False, "2026-06-10")),
    "whether it is dated": (
        [item("weight", 60, None), item("weight", 61)],
        [item("weight", 60, "2026-01-10"), item("weight", 61)],
    ),
    "whether it lies after the check": (stated("alt", 60, "2026-06-15"), stated("alt", 60, "2026-06-16")),
    "its shelf life": (stated("weight", 60, "2026-05-16"), stated("weight", 60, "2026-05-15")),
    "whether it has a value": (stated("alt", 60, "2026-06-10"), stated("alt", None, "2026-06-10")),
    "what says the same": (
        [item("weight", 60), item("weight", 60)],
        [item("weight", 60), item("weight", 61)],
    ),
    "which are of one day": (
        stated("fits", True, "2026-06-10T08:00:00Z", "2026-06-10T09:00:00Z"),
        stated("fits", True, "2026-06-09T08:00:00Z", "2026-06-10T09:00:00Z"),
    ),
    "what may be as new as the newest": (
        [item("weight", 60, "2026-06-10"), item("weight", 61, "2026-06-10T09:00:00Z")],
        [item("weight", 60, "2026-06-10T01:00:00Z"), item("weight", 61, "2026-06-10T09:00:00Z")],
    ),
    "days that run against the clock": (
        [item("fits", True, "2026-06-10T23:00:00-05:00"), item("fits", True, "2026-06-11T01:00:00Z")],
        [item("fits", True, "2026-06-10T23:00:00Z"), item("fits", True, "2026-06-11T01:00:00Z")],
    ),
}


@pytest.mark.parametrize("what", TWINS)
def test_evidence_that_differs_in_one_thing_alone_is_decided_each_for_itself(what):
    """Both ways round, so that neither is decided by having come first."""
    for people in (TWINS[what], TWINS[what][::-1]):
        establish._kept.cache_clear()
        facts, established = columns(*people)
        (name,) = facts
        for number, pieces in enumerate(people):
            alone = found(KNOWN.facts[name], pieces, AT)
            column, definition = as_fact(KNOWN.facts[name], facts[name], number), KNOWN.facts[name]
            assert (column.value, column.days) == (alone.value, alone.days)
            assert bool(column.because) is bool(alone.because)
            unused = bool(did_not_count(definition, alone, pieces, AT))
            assert bool(established.unused[established.groups.patient == number][0]) is unused
        assert established.kind[0] != established.kind[1]
