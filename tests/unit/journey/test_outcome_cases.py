"""Every case of `tests/data/course/outcomes.toml`: what is proposed is what the source says."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from course_cases import Case, course, read_cases
from course_events import event
from fullcourse.clinical import Event
from fullcourse.clinical.event_bodies import PlanActivated, ResultInWords
from fullcourse.journey.outcome import Definitions, OutcomeAnswer, Said, Specimen, episode_of_course
from patients import knowledge

PLANS = {
    "susceptible": ("rifampin: 600 mg at 08:00", "isoniazid: 300 mg at 08:00"),
    "resistant": ("bedaquiline: 200 mg at 08:00", "linezolid: 600 mg at 08:00", "cycloserine: 500 mg at 08:00"),
}
TESTS = {"culture": "sputum_culture", "smear": "sputum_smear"}


def as_row(case: Case) -> Case:
    """Return a case with what the shared reader of courses asks for."""
    row = {key: it for key, it in case.row.items() if key not in ("results", "taken", "skipped", "events")}
    row |= {"plan": PLANS[case.row["plan"]], "start": "2026-01-05", "plan_days": 182}
    row |= {f"{key}_days": [list(case.row[key])] for key in ("taken", "skipped") if key in case.row}
    row["events"] = [
        [kind, f"{day}T12:00", body, {"actor": "clinician", **_at_noon(more)}]
        for kind, day, body, *more in case.row.get("events", ())
    ]
    return Case(row)


def _at_noon(more: list[dict[str, str]]) -> dict[str, str]:
    return {key: f"{day}T12:00" for it in more for key, day in it.items()}


def results(case: Case) -> Iterator[Event]:
    interim = ""
    for test, day, word, *more in case.row.get("results", ()):
        made = event(
            ResultInWords(TESTS.get(test, test), word),
            datetime.fromisoformat(f"{day}T09:00").replace(tzinfo=UTC),
            actor="clinician",
            **({"supersedes": interim} if "corrects" in more else {}),
        )
        if "corrects" in more:
            made = replace(made, recorded_at=made.recorded_at + timedelta(days=42))
        interim = made.id if "interim" in more else ""
        yield made


def answer(case: Case) -> OutcomeAnswer:
    log = [*as_row(case).log(), *results(case)]
    profile = case.row.get("profile", "who")
    begun = log[0].body
    assert isinstance(begun, PlanActivated)
    log[0] = replace(log[0], body=replace(begun, plan=replace(begun.plan, profile=profile)))
    now = datetime.fromisoformat(f"{case.row.get('at', '2026-08-01')}T12:00").replace(tzinfo=UTC)
    read = course([it for it in log if it.occurred_at <= now], profile)
    episode = episode_of_course(read, knowledge(), now, Said(**case.row.get("said", {})))
    return Definitions(knowledge(), profile=profile).judge(episode)


CASES = [pytest.param(case, id=case.row["name"]) for case in read_cases("outcomes")]


def first_day(specimens: tuple[Specimen, ...], *, is_open: bool = False) -> str:
    return specimens[0].collected.isoformat() if specimens else "open" if is_open else ""


@pytest.mark.parametrize("case", CASES)
def test_the_outcome_that_is_proposed_is_the_one_of_the_source(case: Case):
    row, found = case.row, answer(case)
    proposed = found.proposed.outcome if found.proposed else ""
    assert proposed == row.get("proposed", proposed)
    statuses = {it.outcome: it.status for it in (*found.judged, *found.derived)}
    assert {name: statuses[name] for name in row.get("status", {})} == row.get("status", {})
    lab = found.laboratory.smear if row.get("by") == "smear" else found.laboratory.culture
    if "converted" in row:
        first = lab.reverted and [day.isoformat() for day, what in lab.earlier if what == "converted"]
        assert (first[-1] if first else first_day(lab.converted, is_open=lab.may_be_converted)) == row["converted"]
    if "reverted" in row:
        assert first_day(lab.reverted) == row["reverted"]
    if "recorded" in row:
        assert found.episode.recorded == row["recorded"]
    if "on" in row:
        assert found.episode.died_on == date.fromisoformat(row["on"])
