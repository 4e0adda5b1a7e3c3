"""Made-up records after public reports of values that other programs misread: each number, or why there is none."""

from datetime import date
from pathlib import Path

import pytest

from fullcourse.clinical.fact import Standing
from fullcourse.clinical.quantity import Interval
from fullcourse.rules.establish import establish
from patients import knowledge
from registers import reader_of

AT = date(2026, 11, 28)
RECORDS = next(parent for parent in Path(__file__).parents if parent.name == "tests") / "data" / "records_tried"
READER = reader_of(knowledge())


@pytest.mark.parametrize(
    ("record", "fact", "low", "high"),
    [
        ("R25", "creatinine", 2.398, 2.398),
        ("R28", "creatinine", 2.398, 2.398),
        ("R30", "creatinine", 2.4, 2.4),
        ("R31", "egfr_reported", 24, 24),
        ("R34", "platelets", float("-inf"), 20),
        ("R35", "alt", 240, 240),
        ("R65", "bilirubin", 1.988, 1.988),
        ("R93", "weight", 52, 52),
        ("R93", "height", 160, 160),
    ],
)
def test_a_number_is_read_as_it_was_meant(record: str, fact: str, low: float, high: float):
    read = READER.read((RECORDS / f"{record}.json").read_bytes(), AT)
    value = establish(read, knowledge(), AT).facts[fact].value
    assert isinstance(value, Interval)
    assert (value.low, value.high) == (pytest.approx(low, rel=1e-3), pytest.approx(high, rel=1e-3))


@pytest.mark.parametrize(
    ("record", "fact", "standings", "recorded"),
    [
        ("R29", "creatinine", {Standing.ABSURD}, 133.0),
        ("R31", "creatinine_clearance", {Standing.BESIDE}, 24.0),
        ("R36", "creatinine", {Standing.UNUSABLE}, 212.0),
        ("R91", "qtcf", {Standing.UNSURE, Standing.BESIDE}, 540.0),
    ],
)
def test_a_number_that_cannot_be_used_is_named_with_its_value_and_the_reason(record, fact, standings, recorded):
    read = READER.read((RECORDS / f"{record}.json").read_bytes(), AT)
    pieces = read.evidence[fact]
    assert {piece.standing for piece in pieces} == standings
    assert all(piece.recorded == recorded and piece.on is not None and piece.reason for piece in pieces)
    established = establish(read, knowledge(), AT).facts[fact]
    assert established.value is None
    assert established.reason


def test_an_hiv_status_as_an_observation_outweighs_a_complete_list_without_it():
    read = READER.read((RECORDS / "R92.json").read_bytes(), AT)
    assert establish(read, knowledge(), AT).facts["hiv_infection"].value is True
