"""Cases of toxicity foreseen, worked out by hand before the program could answer."""

import tomllib
from datetime import date, timedelta
from pathlib import Path

import pytest

from fullcourse.clinical import Evidence, Record
from fullcourse.clinical.fact import Standing
from fullcourse.clinical.quantity import compared
from fullcourse.journey.monitor import Foreseen, Monitor, Treatment, Trend, is_for_susceptible
from patients import AT, evidence, knowledge

CASES = tomllib.loads((Path(__file__).parents[2] / "foreseen_cases.toml").read_text("utf-8"))
MONITOR = Monitor(knowledge(), knowledge().profile("us"))


def record_of(case: dict) -> Record:
    found: dict[str, tuple[Evidence, ...]] = {}
    newest = date.fromisoformat(case.get("newest", "2026-11-21"))
    for name, values in case.get("series", {}).items():
        days = [newest - timedelta(weeks=len(values) - 1 - place) for place in range(len(values))]
        found[name] = tuple(evidence(name, it, on=day.isoformat()) for day, it in zip(days, values, strict=True))
    for row in case.get("facts", []):
        name = row["id"]
        value = compared("<", row["below"]) if "below" in row else row["value"]
        piece = evidence(name, value, row.get("unit", ""), row.get("on", AT.isoformat()))
        if row.get("standing") == "absurd":
            piece = piece._replace(value=None, standing=Standing.ABSURD, reason="outside what is possible")
        found[name] = (*found.get(name, ()), piece)
    return Record(found)


def foreseen(case: dict) -> tuple[Foreseen, Trend]:
    start, drugs = date.fromisoformat(case.get("start", "2026-09-01")), tuple(case["drugs"])
    treatment = Treatment(drugs, {}, start, as_susceptible=is_for_susceptible(drugs))
    answer = MONITOR.monitor(record_of(case), AT, treatment)
    (own,) = [it for it in answer.foreseen if it.drug == case["expect"]["drug"]]
    (trend,) = [it for it in own.trends if it.fact == case["expect"]["fact"]]
    return own, trend


@pytest.mark.parametrize("case", [*CASES["foreseen"], *CASES["reported"]], ids=lambda case: case["id"])
def test_foreseen(case):
    own, trend = foreseen(case)
    expect = case["expect"]
    assert trend.standing.value == expect["standing"]
    assert len(trend.counted) == expect["counted"]
    assert len(trend.left_out) == expect.get("left_out", len(trend.left_out))
    assert all(piece.reason for piece in trend.left_out)
    heading = trend.headings[0] if trend.headings else None
    if "per_week" in expect:
        assert trend.per_week == pytest.approx(expect["per_week"])
    if "statement" in expect:
        assert heading is not None
        assert heading.threshold.statement == expect["statement"]
    for end in ("first", "last"):
        if end in expect:
            assert heading is not None
            assert getattr(heading, end).isoformat() == expect[end]
    if "ask" in expect:
        assert bool(own.ask) == expect["ask"]
