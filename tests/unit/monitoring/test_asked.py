"""A statement that asks for a test is left out only where it certainly does not ask."""

import pytest

from fullcourse.monitoring.asked import DOSE, Asked, DoseSpan, Watcher
from patients import knowledge, patient

WATCHER = Watcher(knowledge())
DRUGS = knowledge().drugs
WEEKLY_BY_DOSE = "cycloserine.monitoring.level-weekly-dose"
WEEKLY_BY_KIDNEY = "cycloserine.monitoring.level-weekly-renal"


def asked(drug: str, *spans: tuple[int, float], facts: list[dict[str, object]] | None = None) -> dict[str, Asked]:
    found = WATCHER.asked(patient(facts or []), DRUGS[drug], [DoseSpan(*span) for span in spans])
    return {it.statement: it for it in found}


@pytest.mark.parametrize(
    ("spans", "from_day"),
    [
        ([(1, 500.0)], None),  # the label: above 500 mg a day, not at it
        ([(1, 500.01)], 1),
        ([(1, 500.0), (15, 750.0), (29, 1000.0)], 15),  # from the step that passes it, not from the last
        ([(1, 750.0), (15, 500.0)], 1),
    ],
)
def test_a_dose_that_rises_brings_its_test_from_the_day_it_passes_the_threshold(spans, from_day):
    found = asked("cycloserine", *spans).get(WEEKLY_BY_DOSE)
    assert (found.from_day if found and found.certain else None) == from_day


def test_without_a_planned_dose_a_test_that_depends_on_it_stays_open():
    found = asked("cycloserine")[WEEKLY_BY_DOSE]
    assert not found.certain
    assert found.missing == (DOSE,)


def test_the_planned_dose_is_the_reason():
    (piece,) = asked("cycloserine", (1, 500.0), (15, 750.0))[WEEKLY_BY_DOSE].because
    assert (piece.origin, piece.recorded, piece.unit) == ("dose plan, from day 15", 750.0, "mg")


def test_what_is_not_known_of_the_kidneys_leaves_a_test_open_and_what_is_known_settles_it():
    assert not asked("cycloserine")[WEEKLY_BY_KIDNEY].certain
    assert asked("cycloserine", facts=[{"id": "dialysis", "value": True}])[WEEKLY_BY_KIDNEY].certain


@pytest.mark.parametrize("inn", sorted(DRUGS))
def test_every_test_of_every_drug_has_a_source_and_a_claim(inn):
    for it in asked(inn).values():
        assert it.citation.source
        assert it.says
        assert it.drug == inn
