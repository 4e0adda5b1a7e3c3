"""How long a medicine is taken by what its entry says: its end, its supply with every repeat, a completed act."""

from typing import Any

import pytest

from fullcourse.adapters.fhir.read.bundle import Entry
from fullcourse.adapters.fhir.read.courses import course_of
from fullcourse.clinical.errors import InputError
from fullcourse.clinical.medicine import Taken
from fullcourse.knowledge.vocabulary import Lasting

LASTING = Lasting(surely_days=1, perhaps_days=31, after_supply_days=14)
OPEN = (None, (0, 0))
DAYS = 36_600
"""The longest that anything is read to last."""


def course(kind: str, word: str, lasting: Lasting | None = LASTING, **elements: Any):
    """Return whether it is taken, its end as text, and how long it lasts after that."""
    taken, until, lasts = course_of(Entry(kind, elements, f"{kind}/m"), word, lasting)
    return taken, (until.text if until is not None else None), lasts


def bounds(**repeat: Any) -> dict[str, Any]:
    return {"timing": {"repeat": repeat}}


def weeks(value: float) -> dict[str, Any]:
    return {"boundsDuration": {"value": value, "code": "wk"}}


def supply(days: float, **more: Any) -> dict[str, Any]:
    return {"dispenseRequest": {"expectedSupplyDuration": {"value": days, "code": "d"}, **more}}


@pytest.mark.parametrize(
    ("word", "taken"),
    [("now", Taken.NOW), ("stated", Taken.NOW), ("past", Taken.PAST), ("maybe", Taken.MAYBE), ("unsure", Taken.MAYBE)],
)
def test_a_statement_ends_where_it_says_and_lasts_no_longer(word: str, taken: Taken) -> None:
    assert course("MedicationStatement", word) == (taken, *OPEN)
    period = {"start": "2024-01-01", "end": "2024-03-01"}
    assert course("MedicationStatement", word, effectivePeriod=period) == (taken, "2024-03-01", (0, 0))


def test_a_statement_without_an_end_of_its_own_ends_with_its_dosages() -> None:
    ends = [bounds(boundsPeriod={"end": "2024-03-01"}), bounds(boundsPeriod={"end": "2024-05-01"})]
    assert course("MedicationStatement", "now", dosage=ends) == (Taken.NOW, "2024-05-01", (0, 0))
    period = {"end": "2024-02-01"}
    made = course("MedicationStatement", "now", dosage=ends, effectivePeriod=period)
    assert made == (Taken.NOW, "2024-02-01", (0, 0))
    since = {"effectiveDateTime": "2024-01-01", "dosage": [bounds(**weeks(2))]}
    assert course("MedicationStatement", "now", **since) == (Taken.NOW, "2024-01-15", (0, 0))


@pytest.mark.parametrize(
    ("elements", "end"),
    [
        ({"effectiveDateTime": "2024-05-06"}, "2024-05-06"),
        ({"effectivePeriod": {"start": "2024-05-06", "end": "2024-05-07"}}, "2024-05-07"),
        ({"effectivePeriod": {"start": "2024-05-06"}}, "2024-05-06"),
    ],
)
def test_a_dose_that_was_given_lasts_from_its_end_as_far_as_that_is_known(elements: dict[str, Any], end: str) -> None:
    assert course("MedicationAdministration", "done", **elements) == (Taken.SUPPLIED, end, (1, 31))


@pytest.mark.parametrize("word", ["now", "maybe"])
def test_a_dose_that_is_being_given_has_an_end_only_where_it_says_so_and_lasts_no_longer(word: str) -> None:
    taken = {"now": Taken.NOW, "maybe": Taken.MAYBE}[word]
    begun = {"effectivePeriod": {"start": "2024-05-06"}}
    assert course("MedicationAdministration", word, **begun) == (taken, *OPEN)
    over = {"effectivePeriod": {"start": "2024-05-06", "end": "2024-05-07"}}
    assert course("MedicationAdministration", word, **over) == (taken, "2024-05-07", (0, 0))


@pytest.mark.parametrize(
    ("word", "elements", "expected"),
    [
        ("done", {"daysSupply": {"value": 30, "code": "d"}}, (Taken.SUPPLIED, "2024-05-06", (30, 44))),
        ("done", {}, (Taken.SUPPLIED, "2024-05-06", (1, 31))),
        ("maybe", {"daysSupply": {"value": 30, "code": "d"}}, (Taken.MAYBE, "2024-05-06", (0, 30))),
        ("maybe", {}, (Taken.MAYBE, *OPEN)),
        ("past", {}, (Taken.PAST, *OPEN)),
    ],
)
def test_what_was_handed_out_lasts_for_its_supply(word: str, elements: dict[str, Any], expected: object) -> None:
    assert course("MedicationDispense", word, whenHandedOver="2024-05-06", **elements) == expected
    assert course("MedicationDispense", word, whenPrepared="2024-05-06", **elements) == expected


def test_what_was_handed_out_counts_from_then_and_not_from_when_it_was_prepared() -> None:
    made = course("MedicationDispense", "done", whenPrepared="2024-05-01", whenHandedOver="2024-05-06")
    assert made == (Taken.SUPPLIED, "2024-05-06", (1, 31))


@pytest.mark.parametrize("kind", ["MedicationAdministration", "MedicationDispense", "MedicationRequest"])
def test_of_a_type_of_which_nothing_is_known_a_completed_act_is_not_read_to_last(kind: str) -> None:
    when = {"effectiveDateTime": "2024-05-06", "whenHandedOver": "2024-05-06", "authoredOn": "2024-05-06"}
    assert course(kind, "done", None, **when) == (Taken.SUPPLIED, "2024-05-06", (0, 0))


def test_of_a_type_of_which_nothing_is_known_a_supply_lasts_for_its_days_and_no_longer() -> None:
    supplied = {"whenHandedOver": "2024-05-06", "daysSupply": {"value": 30, "code": "d"}}
    assert course("MedicationDispense", "done", None, **supplied) == (Taken.SUPPLIED, "2024-05-06", (30, 30))


@pytest.mark.parametrize(
    ("word", "taken"), [("now", Taken.NOW), ("done", Taken.MAYBE), ("past", Taken.PAST), ("maybe", Taken.MAYBE)]
)
def test_an_order_with_an_end_lasts_to_it_whatever_its_supply(word: str, taken: Taken) -> None:
    ends = {"dosageInstruction": [bounds(boundsPeriod={"end": "2024-10-01"})], **supply(30)}
    assert course("MedicationRequest", word, authoredOn="2024-05-01", **ends) == (taken, "2024-10-01", (0, 0))


@pytest.mark.parametrize(
    ("more", "days"),
    [
        ({}, 30),
        ({"numberOfRepeatsAllowed": 0}, 30),
        ({"numberOfRepeatsAllowed": 1}, 60),
        ({"numberOfRepeatsAllowed": 1219}, DAYS),
        ({"numberOfRepeatsAllowed": 1220}, DAYS),
        ({"numberOfRepeatsAllowed": 36_600}, DAYS),
        ({"numberOfRepeatsAllowed": 99_999}, DAYS),
        ({"numberOfRepeatsAllowed": 10**400}, DAYS),
        ({"numberOfRepeatsAllowed": -1}, 30),
    ],
)
def test_an_order_lasts_for_its_supply_with_every_repeat_however_many(more: dict[str, Any], days: int) -> None:
    request = {"authoredOn": "2024-05-01", **supply(30, **more)}
    assert course("MedicationRequest", "now", **request) == (Taken.NOW, "2024-05-01", (0, days))
    assert course("MedicationRequest", "done", **request) == (Taken.SUPPLIED, "2024-05-01", (0, days + 14))


def test_an_order_that_names_no_supply_is_open_while_it_runs_and_may_last_once_it_is_completed() -> None:
    for request in ({}, {"dispenseRequest": {}}, {"dispenseRequest": {"numberOfRepeatsAllowed": 3}}):
        assert course("MedicationRequest", "now", authoredOn="2024-05-01", **request) == (Taken.NOW, *OPEN)
        assert course("MedicationRequest", "done", authoredOn="2024-05-01", **request) == (
            Taken.SUPPLIED, "2024-05-01", (0, 31),
        )  # fmt: skip


@pytest.mark.parametrize("word", ["past", "maybe"])
def test_the_supply_of_an_order_that_does_not_run_says_nothing(word: str) -> None:
    taken = {"past": Taken.PAST, "maybe": Taken.MAYBE}[word]
    assert course("MedicationRequest", word, authoredOn="2024-05-01", **supply(30)) == (taken, *OPEN)


def test_what_may_be_handed_out_until_a_day_lasts_from_that_day_on() -> None:
    request = {"authoredOn": "2024-05-01", **supply(30, validityPeriod={"end": "2024-06-01"})}
    assert course("MedicationRequest", "now", **request) == (Taken.NOW, "2024-06-01", (0, 30))


@pytest.mark.parametrize(
    ("length", "end"),
    [
        ({"value": 1, "code": "d"}, "2024-05-02"),
        ({"value": 1, "unit": "day"}, "2024-05-02"),
        ({"value": 10, "unit": "days"}, "2024-05-11"),
        ({"value": 1, "code": "mo"}, "2024-06-01"),
        ({"value": 1, "code": "a"}, "2025-05-02"),
        ({"value": 1.2, "code": "d"}, "2024-05-03"),
        ({"value": 0, "code": "d"}, "2024-05-01"),
        ({"value": DAYS, "code": "d"}, "2124-07-16"),
        ({"value": DAYS + 1, "code": "d"}, None),
        ({"value": -1, "code": "d"}, None),
        ({"value": 3, "code": "h"}, None),
        ({"value": 3}, None),
        ({"code": "d"}, None),
        ({"value": DAYS, "code": "a"}, None),
    ],
)
def test_a_length_is_the_most_days_that_it_can_be_and_open_where_it_is_not_understood(
    length: dict[str, Any], end: str | None
) -> None:
    request = {"authoredOn": "2024-05-01", "dosageInstruction": [bounds(boundsDuration=length)]}
    assert course("MedicationRequest", "now", **request) == (Taken.NOW, end, (0, 0))


def test_a_length_without_a_day_to_begin_at_leaves_the_order_open() -> None:
    assert course("MedicationRequest", "now", dosageInstruction=[bounds(**weeks(2))]) == (Taken.NOW, *OPEN)


def test_the_latest_end_of_the_dosages_counts_and_one_without_an_end_leaves_all_open() -> None:
    first, last = bounds(boundsPeriod={"end": "2024-06-01"}), bounds(boundsPeriod={"end": "2024-09-01"})
    for dosages in ([first, last], [last, first]):
        assert course("MedicationRequest", "now", dosageInstruction=dosages) == (Taken.NOW, "2024-09-01", (0, 0))
    for open_one in ({}, {"timing": {}}, bounds(frequency=1), bounds(boundsRange={"low": {"value": 1}})):
        assert course("MedicationRequest", "now", dosageInstruction=[last, open_one]) == (Taken.NOW, *OPEN)
    assert course("MedicationRequest", "now", dosageInstruction=[]) == (Taken.NOW, *OPEN)


@pytest.mark.parametrize(
    ("elements", "place"),
    [
        ({"dosageInstruction": [{"timing": "daily"}]}, r"MedicationRequest/m\.dosageInstruction\.timing"),
        (
            {"dosageInstruction": [{"timing": {"repeat": []}}]},
            r"MedicationRequest/m\.dosageInstruction\.timing\.repeat",
        ),
        ({"dispenseRequest": {"numberOfRepeatsAllowed": "3"}}, r"dispenseRequest\.numberOfRepeatsAllowed"),
    ],
)
def test_an_element_of_another_type_is_refused_by_its_place(elements: dict[str, Any], place: str) -> None:
    with pytest.raises(InputError, match=place):
        course("MedicationRequest", "now", **elements)
