"""The next phase of a course through its commands: begun with a day, asked for, kept, prolonged and ended."""

import json
from pathlib import Path

import jsonschema_rs
import pytest
from click.testing import CliRunner, Result

import fullcourse.adapters.published as published
from fullcourse.clinical.errors import InputError
from fullcourse.interfaces.cli.main import fullcourse

PACKAGE = Path(published.__file__).parents[2]
RECORD = PACKAGE / "examples" / "first-line.toml"
HRZE = ("isoniazid: 300 mg q24h", "rifampin: 600 mg q24h", "pyrazinamide: 1500 mg q24h")
HR = HRZE[:2]


def run(*arguments: object) -> Result:
    return CliRunner().invoke(fullcourse, [str(it) for it in arguments])


def done(*arguments: object) -> str:
    result = run(*arguments)
    assert result.exit_code == 0, (result.output, result.exception)
    return " ".join(result.output.split())


def answer(schema: str, *arguments: object) -> dict:
    written = json.loads(run(*arguments, "--format", "json").output)
    text = (PACKAGE / "adapters" / "published" / "schemas" / f"{schema}.json").read_text("utf-8")
    jsonschema_rs.validator_for(json.loads(text)).validate(written)
    return written


def doses(*plans: object) -> list[object]:
    return [part for text in plans for part in ("--plan", text)]


def begin(events: Path, *more: object, plans: tuple[object, ...] = HRZE) -> Result:
    said = ["--zone", "UTC", "--start", "2026-12-01", "--confirmed-by", "Dr A", "--at", "2026-11-30T10:00Z"]
    because = ["--because", "a test of phases"]
    return run("course", "start", RECORD, "--events", events, *doses(*plans), *said, *because, *more)


def change(events: Path, start: str, *more: object, plans: tuple[object, ...] = HR) -> str:
    said = ["--start", start, "--confirmed-by", "Dr A", "--at", f"{start}T06:00Z"]
    return done("course", "change", events, *doses(*plans), *said, *more)


def due(events: Path, at: str) -> object:
    return answer("course-1", "course", "show", events, "--at", at)["next_phase"]


@pytest.fixture
def course(tmp_path: Path) -> Path:
    result = begin(tmp_path / "course.ndjson", "--phase-ends", "2027-01-25")
    assert result.exit_code == 0, result.output
    assert "The next phase is due on 2027-01-26." in result.output
    return tmp_path / "course.ndjson"


@pytest.mark.parametrize(
    ("at", "says"),
    [
        ("2027-01-18T23:59Z", "NEXT PHASE due on 2027-01-26 "),
        ("2027-01-19T00:00Z", "! NEXT PHASE due on 2027-01-26: change the plan"),
        ("2027-01-25T23:59Z", "! NEXT PHASE due on 2027-01-26: change the plan"),
        ("2027-01-26T00:00Z", "! NEXT PHASE was due on 2027-01-26, and the phase before goes on"),
    ],
)
def test_show_names_the_day_and_from_a_week_before_what_to_do(course: Path, at: str, says: str):
    shown = done("course", "show", course, "--at", at)
    assert says in shown
    assert ("! NEXT PHASE" in shown) is says.startswith("!")


@pytest.mark.parametrize(("at", "says"), [("2027-01-25", "is due on"), ("2027-01-26", "was due on")])
def test_monitor_names_the_day(course: Path, at: str, says: str):
    assert f"The next phase {says} 2027-01-26" in done("monitor", course, "--at", at)
    assert answer("monitor-1", "monitor", course, "--at", at)["treatment"]["next_phase_on"] == "2027-01-26"


def test_a_course_without_a_further_phase_names_none(tmp_path: Path):
    events = tmp_path / "course.ndjson"
    result = begin(events)
    assert (result.exit_code, "next phase" in result.output.lower()) == (0, False)
    assert due(events, "2027-02-20T10:00Z") is None
    assert "NEXT PHASE" not in done("course", "show", events, "--at", "2027-02-20T10:00Z")
    assert "next phase" not in done("monitor", events, "--at", "2027-02-20").lower()
    assert "next_phase_on" not in answer("monitor-1", "monitor", events, "--at", "2027-02-20")["treatment"]


@pytest.mark.parametrize(("start", "kept"), [("2026-12-20", True), ("2027-01-25", True), ("2027-01-26", False)])
def test_a_change_keeps_the_day_while_the_phase_is_not_over_and_says_so(course: Path, start: str, kept: bool):
    told = change(course, start)
    assert ("The next phase is due on 2027-01-26." in told) is kept
    assert (due(course, f"{start}T12:00Z") is not None) is kept


def test_a_change_says_that_no_phase_follows_or_names_a_new_day(course: Path):
    change(course, "2026-12-20", "--phase-ends", "none")
    assert due(course, "2026-12-21T12:00Z") is None
    change(course, "2026-12-22", "--phase-ends", "2027-02-22")
    assert due(course, "2026-12-23T12:00Z") == {"due_on": "2027-02-23", "asked_from": "2027-02-16"}


@pytest.mark.parametrize(("day", "why"), [("soon", "is not a date"), ("2026-11-30", "before its plan begins")])
def test_a_day_that_cannot_be_is_refused_and_nothing_is_kept(tmp_path: Path, day: str, why: str):
    result = begin(tmp_path / "course.ndjson", "--phase-ends", day)
    assert isinstance(result.exception, InputError)
    assert why in str(result.exception)
    assert not (tmp_path / "course.ndjson").exists()


def proposal(folder: Path, *more: object) -> Path:
    """Write a proposal of a regimen in two phases."""
    path = folder / "plan.json"
    path.write_text(run("plan", RECORD, "--format", "json", "--profile", "who", "--at", "2026-11-30", *more).output)
    return path


def unmixed(path: Path, length: str | None = None) -> Path:
    """Take the combinations out of a proposal, which a course by commands cannot count."""
    written = json.loads(path.read_text("utf-8"))
    for dose in written["doses"]:
        for step in dose["steps"]:
            step.update(holds_mg=None, form=None, doses=[{**it, "units": None} for it in step["doses"]])
    for regimen in written["composition"]["regimens"]:
        if length is not None:
            regimen["phases"][0]["length"] = length
    path.write_text(json.dumps(written))
    return path


def test_a_proposal_without_dates_is_placed_on_the_day_on_which_it_is_begun(tmp_path: Path):
    events = tmp_path / "course.ndjson"
    result = begin(events, plans=(unmixed(proposal(tmp_path)),))
    assert result.exit_code == 0, result.output
    assert "! Not planned yet" in result.output
    assert due(events, "2026-12-02T12:00Z") == {"due_on": "2027-02-01", "asked_from": "2027-01-25"}


def test_a_proposal_that_does_not_say_how_long_its_phase_lasts_needs_a_day(tmp_path: Path):
    path, events = unmixed(proposal(tmp_path), "as long as needed"), tmp_path / "course.ndjson"
    refused = begin(events, plans=(path,))
    assert isinstance(refused.exception, InputError)
    assert str(refused.exception).startswith("--phase-ends: a later phase of the plan waits")
    assert begin(events, "--phase-ends", "2027-01-31", plans=(path,)).exit_code == 0
    assert due(events, "2026-12-02T12:00Z") == {"due_on": "2027-02-01", "asked_from": "2027-01-25"}
