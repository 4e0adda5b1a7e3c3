"""A course through its commands: begun, logged, asked about, changed, looked at again."""

import json
from collections.abc import Iterator
from pathlib import Path

import jsonschema_rs
import pytest
from click.testing import CliRunner, Result

import fullcourse.adapters.published as published
from fullcourse.clinical.errors import InputError
from fullcourse.interfaces.cli.course_commands.log_file import open_course
from fullcourse.interfaces.cli.main import fullcourse
from fullcourse.journey.organizer import organizer_of
from ics_reader import read_ics

SCHEMAS = Path(published.__file__).parent / "schemas"
RECORD = Path(published.__file__).parents[2] / "examples" / "synthetic-patient.json"
BEGUN = "2026-03-01T10:00+02:00"


def run(*arguments: object) -> Result:
    return CliRunner().invoke(fullcourse, [str(it) for it in arguments])


def done(*arguments: object) -> str:
    result = run(*arguments)
    assert result.exit_code == 0, (result.output, result.exception)
    return result.output


def answer(schema: str, *arguments: object) -> dict[str, object]:
    written = json.loads(done(*arguments, "--format", "json"))
    jsonschema_rs.validator_for(json.loads((SCHEMAS / f"{schema}.json").read_text("utf-8"))).validate(written)
    assert written["time_zones"] >= "2026f"
    return written


def begin(events: Path, *plans: str, record: object = RECORD, more: tuple[str, ...] = ()) -> Result:
    doses = [part for text in plans for part in ("--plan", text)]
    zone = ["--zone", "Africa/Johannesburg", "--start", "2026-03-02", "--confirmed-by", "Dr A", "--at", BEGUN]
    return run("course", "start", record, "--events", events, *doses, *zone, *more)


@pytest.fixture
def course(tmp_path: Path) -> Path:
    events = tmp_path / "course.ndjson"
    result = begin(events, "cycloserine: 250 mg q12h", "linezolid: 600 mg once a day", more=("--profile", "who"))
    assert result.exit_code == 0, result.output
    return events


def test_a_dose_is_asked_about_logged_and_not_advised_twice(course: Path):
    assert "TAKE NOW" in done("missed", course, "--drug", "Cs", "--at", "2026-03-02T08:00+02:00")
    at = "2026-03-02T08:05+02:00"
    assert "Kept" in done("course", "log", course, "dose_taken", "drug=Cs", "mg=250", "--when", at, "--at", at)
    taken = answer("missed-1", "missed", course, "--at", "2026-03-02T08:10+02:00")
    verdicts = {one["drug"]: one["verdict"] for one in taken["advice"]}
    assert verdicts == {"cycloserine": "already taken", "linezolid": "take now"}


def test_danger_comes_first(course: Path):
    at = "2026-03-02T07:00+02:00"
    done("course", "log", course, "symptom", "symptom=symptom_seizure", "--when", at, "--at", at)
    said = done("missed", course, "--at", "2026-03-02T08:00+02:00")
    assert said.count("CALL FIRST") == 2


def test_schedule_supply_show_and_recheck_are_what_their_schemas_say(course: Path):
    at = "2026-03-02T07:00+02:00"
    fields = (
        "drug=cycloserine",
        "form=capsule 250 mg",
        "units=20",
        "lot=A1",
        "expires_on=2026-03-20",
        "repeats_left=0",
    )
    done("course", "log", course, "dispensed", *fields, "--when", at, "--at", at, "--actor", "clinician")
    scheduled = answer("schedule-1", "schedule", course, "--days", "2", "--at", at)
    assert len(scheduled["occasions"]) == 4
    supplied = answer("supply-1", "supply", course, "--country", "ZA", "--at", at)
    assert supplied["supplies"][0]["lasts_low"] == "2026-03-11"
    assert supplied["supplies"][0]["order_on"] == "2026-03-06"  # the 7th is a Saturday
    later = "2026-03-20T09:00+02:00"
    shown = answer("course-1", "course", "show", course, "--at", later)
    assert shown["adherence"]["cycloserine"]["high"] == 1.0
    assert shown["lapses"][0]["days_low"] == 0
    assert shown["completion"][0]["answer"] == "ask"
    again = answer("recheck-1", "course", "recheck", course, "--at", later)
    assert again["is_same"] is True
    for command in (("schedule", course), ("supply", course, "--trip", "2026-03-09"), ("course", "show", course)):
        assert "no clinician has reviewed" in " ".join(done(*command, "--at", at).split())
    assert "They are the same" in done("course", "recheck", course, "--at", later)


def test_a_patient_who_wants_to_stop_is_told_why_not_to_and_the_course_goes_on(course: Path):
    at = "2026-03-05T07:00+02:00"
    done("course", "log", course, "plan_stopped", "decided_by=patient", "--when", at, "--at", at)
    assert "wants to stop" in done("course", "show", course, "--at", at)
    assert "TAKE NOW" in done("missed", course, "--drug", "cycloserine", "--at", "2026-03-05T08:00+02:00")


def test_a_changed_plan_moves_the_doses_to_come(course: Path):
    doses = ("--plan", "cycloserine: 250 mg at 10:00 + 250 mg at 22:00", "--start", "2026-03-04")
    done("course", "change", course, *doses, "--confirmed-by", "Dr B", "--at", "2026-03-03T21:00+02:00")
    told = done("schedule", course, "--days", "3", "--at", "2026-03-03T07:00+02:00")
    assert "2026-03-03 20:00" in told
    assert "2026-03-04 10:00" in told
    assert "2026-03-04 08:00" not in told


def test_the_way_to_another_zone_is_a_proposal_with_its_gaps(course: Path):
    way = ("--drug", "cycloserine", "--last", "2026-03-10T20:00+02:00", "--to", "America/New_York")
    assert "6 to 12 hours" in done("course", "travel", course, *way)


def test_a_night_shift_keeps_the_gaps_and_a_safe_way(course: Path):
    told = done("course", "move", course, "--drug", "Cs", "--by", "-3", "--last", "2026-03-10T20:00+02:00")
    assert "250 mg at 05:00 + 250 mg at 17:00" in told
    assert "9 to 12 hours; left out: 0" in told


def test_what_is_not_in_the_plan_cannot_be_moved(course: Path):
    refused = run("course", "move", course, "--drug", "delamanid", "--by", "2", "--last", "2026-03-10T20:00+02:00")
    assert "delamanid" in str(refused.exception)


def test_a_plan_that_the_record_speaks_against_begins_only_with_a_reason(tmp_path: Path):
    record = tmp_path / "record.toml"
    record.write_text('[[fact]]\nid = "epilepsy"\nvalue = true\non = 2026-02-01\n')
    events = tmp_path / "course.ndjson"
    refused = begin(events, "cycloserine: 250 mg q12h", record=record)
    assert isinstance(refused.exception, InputError)
    assert "cycloserine (contraindicated)" in str(refused.exception)
    assert not events.exists()
    assert begin(events, "cycloserine: 250 mg q12h", record=record, more=("--because", "specialist")).exit_code == 0


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        (("dose_taken", "drug=Cs"), "body.mg"),
        (("dose_taken", "drug=Cs", "mg=0"), "mg"),
        (("dose_taken", "Cs"), "FIELD=VALUE"),
        (("symptom", "symptom=symptom_of_nothing"), "vocabulary"),
        (("dose_taken", "drug=sugar", "mg=1"), "not covered"),
        (("note", "text=a", "--at", "2026-03-02T08:00"), "offset"),
    ],
)
def test_what_cannot_be_logged_is_refused_and_nothing_is_kept(course: Path, arguments: tuple[str, ...], named: str):
    before = course.read_bytes()
    refused = run("course", "log", course, *arguments)
    assert isinstance(refused.exception, InputError)
    assert named in str(refused.exception)
    assert course.read_bytes() == before


def test_a_file_that_ends_in_the_middle_of_a_line_is_refused_whole(course: Path):
    course.write_bytes(course.read_bytes()[:-20])
    refused = run("missed", course)
    assert isinstance(refused.exception, InputError)
    assert "middle of a line" in str(refused.exception)


def test_a_second_course_in_one_file_is_refused(course: Path):
    assert "already" in str(begin(course, "cycloserine: 250 mg q12h").exception)


def test_no_file_and_no_plan_are_said(tmp_path: Path):
    assert "course start" in str(run("missed", tmp_path / "none.ndjson").exception)


def test_the_schedule_is_written_as_a_calendar(course: Path, tmp_path: Path):
    out = tmp_path / "plan.ics"
    at = ("--at", "2026-03-02T07:00+02:00")
    said = done("schedule", course, "--format", "ics", "--days", 2, "--out", out, *at)
    assert "4 reminders, 0 cancelled" in said
    calendar = read_ics(out.read_bytes())
    assert [part["DTSTART"] for part in calendar.parts][:2] == ["20260302T060000Z", "20260302T180000Z"]
    assert {part["SUMMARY"] for part in calendar.parts} == {"Reminder"}
    assert "cycloserine 250 mg" in done("schedule", course, "--format", "ics", "--words", "plain", *at)


def test_what_a_change_of_plan_takes_away_is_told_as_cancelled(course: Path, tmp_path: Path):
    out = tmp_path / "plan.ics"
    change = ("--plan", "linezolid: 600 mg once a day", "--start", "2026-03-04", "--confirmed-by", "Dr A")
    done("course", "change", course, *change, "--at", "2026-03-03T10:00+02:00")
    at = ("--at", "2026-03-03T11:00+02:00")
    done("schedule", course, "--format", "ics", "--days", 3, "--out", out, *at)
    parts = read_ics(out.read_bytes()).parts
    cancelled = {part["DTSTART"] for part in parts if part["STATUS"] == "CANCELLED"}
    assert "20260304T180000Z" in cancelled
    assert "20260303T180000Z" not in cancelled


def test_a_sheet_is_printed_ticked_and_typed_back_in_once(course: Path, tmp_path: Path):
    out = tmp_path / "sheet.pdf"
    at = ("--at", "2026-03-02T07:00+02:00")
    said = done("schedule", course, "--sheet", "weekly", "--paper", "letter", "--out", out, *at)
    assert out.read_bytes().startswith(b"%PDF-")
    name = said.split()[1].rstrip(":")
    assert "21 boxes" in said
    again = done("schedule", course, "--sheet", "weekly", "--discreet", "--out", out, "--force", *at)
    assert again.split()[1] == f"{name}:", "both forms are one sheet"
    boxes = list(_boxes(course, at[1]))
    later = ("--at", "2026-03-12T10:00+02:00")
    assert "Kept: 21 doses" in done("course", "ticks", course, name.lower(), *boxes, "--by", "supporter", *later)
    kept = [json.loads(line) for line in course.read_text("utf-8").splitlines()][-21:]
    assert {(event["kind"], event["claim"], event["actor"]) for event in kept} == {
        ("dose_taken", "supporter", "supporter")
    }
    assert {event["device"] for event in kept} == {f"paper {name}"}
    second = done("course", "ticks", course, name, *boxes, *later)
    assert "Kept: 0 doses" in second and "On record before, nothing added: 21" in second
    assert "taken 14 of" in done("course", "show", course, "--at", "2026-03-09T07:00+02:00")
    wrong = run("course", "ticks", course, name, "222", "XXX", *later)
    assert isinstance(wrong.exception, InputError) and "not on sheet" in str(wrong.exception)


def test_a_sheet_without_a_file_and_a_folder_that_is_not_there_are_refused(course: Path, tmp_path: Path):
    at = ("--at", "2026-03-02T07:00+02:00")
    assert "Add --out FILE" in str(run("schedule", course, "--sheet", "weekly", *at).exception)
    assert "Add --format ics" in str(run("schedule", course, "--out", tmp_path / "plan.txt", *at).exception)
    assert "Add --sheet weekly" in str(run("schedule", course, "--discreet", *at).exception)
    nowhere = tmp_path / "no" / "plan.ics"
    assert "cannot be written" in str(run("schedule", course, "--format", "ics", "--out", nowhere, *at).exception)


def _boxes(events: Path, at: str) -> Iterator[str]:
    opened = open_course(str(events), None, at, None)
    yield from organizer_of(opened.course, opened.knowledge, opened.now, 7).sheet.boxes


def test_uneven_doses_are_said_when_a_plan_begins_and_when_it_is_asked(tmp_path: Path):
    """S013: twice a day is 12 hours apart; no source that was read allows less for cycloserine."""
    events = tmp_path / "uneven.ndjson"
    begun = begin(events, "cycloserine: 250 mg at 08:00 + 250 mg at 18:00")
    told = "not evenly spaced (10 h, 14 h)"
    assert told in " ".join(begun.output.split())
    assert told in " ".join(done("schedule", events, "--at", "2026-03-02T07:00+02:00").split())
    even = begin(tmp_path / "even.ndjson", "cycloserine: 250 mg at 08:20 + 250 mg at 20:20")
    assert "evenly" not in even.output


def test_who_wants_to_stop_is_told_why_not_to_at_once_and_no_course_closes_by_it(course: Path):
    at = ("--when", "2026-03-05T07:00+02:00", "--at", "2026-03-05T07:00+02:00")
    told = " ".join(done("course", "log", course, "plan_stopped", "decided_by=clinician", *at).split())
    assert "Talk with the patient today" in told
    assert "Only what a clinician wrote" in told
    shown = answer("course-1", "course", "show", course, "--at", "2026-03-05T08:00+02:00")
    assert shown["tasks"][0]["by"] == "today"
    assert "TAKE NOW" in done("missed", course, "--drug", "cycloserine", "--at", "2026-03-05T08:00+02:00")


def test_a_dose_is_advised_with_its_amount_and_a_trip_is_answered(course: Path):
    at = "2026-03-02T08:00+02:00"
    assert "Take 250 mg: the dose due Monday 02 March 08:00" in done("missed", course, "--drug", "Cs", "--at", at)
    supplied = answer("supply-1", "supply", course, "--trip", "2026-04-01", "--at", at)
    assert {one["trip"]["answer"] for one in supplied["supplies"]} == {"cannot be assessed"}
    assert "nobody can say how long it lasts" in done("supply", course, "--at", at)


@pytest.mark.parametrize("command", ["missed", "schedule", "supply", "course show", "course recheck"])
def test_no_line_of_an_answer_is_wider_than_a_terminal(course: Path, command: str):
    told = done(*command.split(), course, "--at", "2026-03-20T08:00+02:00")
    assert max(map(len, told.splitlines())) <= 80


def test_after_a_death_nobody_is_asked_to_take_or_to_say_anything(course: Path):
    at = ("--when", "2026-03-04T15:00+02:00", "--at", "2026-03-04T15:00+02:00", "--actor", "clinician")
    fields = ("outcome=died", "definition=who-2021", "confirmed_by=Dr A")
    done("course", "log", course, "outcome", *fields, *at)
    told = done("missed", course, "--at", "2026-03-05T08:00+02:00")
    assert told.count("Nothing is due.") == 2
    assert "Take" not in told
    shown = answer("course-1", "course", "show", course, "--at", "2026-03-05T08:00+02:00")
    assert shown["to_ask"] == []
    assert shown["outcome"]["definition"] == "who-2021"


def kept(*arguments: object) -> dict[str, object]:
    """Return what a command kept, each event held to its own schema too."""
    written = answer("kept-1", *arguments)
    events = jsonschema_rs.validator_for(json.loads((SCHEMAS / "event-1.json").read_text("utf-8")))
    for event in written["kept"]:
        events.validate(event)
        assert event["patient"] == written["course"]
    return written


def test_a_course_begun_and_changed_says_as_json_what_was_kept_and_what_is_uneven(tmp_path: Path):
    events = tmp_path / "course.ndjson"
    plan = ("--plan", "cycloserine: 250 mg at 08:00 + 250 mg at 18:00", "--plan", "linezolid: 600 mg once a day")
    zone = ("--zone", "Africa/Johannesburg", "--start", "2026-03-02", "--confirmed-by", "Dr A", "--at", BEGUN)
    more = ("--because", "specialist", "--profile", "who")
    begun = kept("course", "start", RECORD, "--events", events, *plan, *zone, *more)
    assert [event["kind"] for event in begun["kept"]] == ["plan_activated", "note"]
    assert begun["uneven"] == {"cycloserine": [10.0, 14.0]}
    assert (begun["profile"], begun["at"]) == ("who", "2026-03-01T10:00:00+02:00")
    assert begun["kept"] == [json.loads(line) for line in events.read_text("utf-8").splitlines()]
    even = ("--plan", "cycloserine: 250 mg q12h", "--start", "2026-03-04", "--confirmed-by", "Dr B")
    changed = kept("course", "change", events, *even, "--at", "2026-03-03T10:00+02:00")
    assert [event["kind"] for event in changed["kept"]] == ["plan_changed"]
    assert (changed["uneven"], changed["course"]) == ({}, begun["course"])
    assert (changed["profile"], changed["stop_warning"], changed["only_said"]) == ("who", None, False)


@pytest.mark.parametrize(
    ("event", "is_warned", "is_only_said"),
    [
        (("dose_taken", "drug=Cs", "mg=250"), False, False),
        (("plan_stopped", "decided_by=patient"), True, True),
        (("plan_stopped", "decided_by=clinician", "--actor", "clinician"), False, False),
        (("plan_stopped", "decided_by=patient", "--actor", "clinician"), True, False),
        (("held", 'drugs=["linezolid"]', "reason=other", "--actor", "supporter"), False, True),
        (("held", 'drugs=["linezolid"]', "reason=other", "--actor", "clinician"), False, False),
    ],
)
def test_what_is_logged_says_as_json_why_not_to_stop_and_what_is_only_said(
    course: Path, event: tuple[str, ...], is_warned: bool, is_only_said: bool
):
    told = kept("course", "log", course, *event, "--at", "2026-03-05T09:00+02:00")
    assert [one["kind"] for one in told["kept"]] == [event[0]]
    assert (told["stop_warning"] is not None, told["only_said"]) == (is_warned, is_only_said)
    if is_warned:
        assert told["stop_warning"]["patient"] and told["stop_warning"]["source"]["section"]
    assert json.loads(course.read_text("utf-8").splitlines()[-1]) == told["kept"][0]


def test_ticks_say_as_json_what_was_kept_what_was_there_and_what_was_denied(course: Path):
    at = "2026-03-02T07:00+02:00"
    opened = open_course(str(course), None, at, None)
    sheet = organizer_of(opened.course, opened.knowledge, opened.now, 7).sheet
    first = {slot.drug: (code, slot) for code, slot in reversed(sheet.boxes.items())}
    skipped = ("dose_skipped", "drug=linezolid", "reason=forgotten", f"slot={first['linezolid'][1].id}")
    done("course", "log", course, *skipped, "--when", "2026-03-02T09:00+02:00", "--at", "2026-03-02T09:00+02:00")
    later = ("--at", "2026-03-12T10:00+02:00")
    ticks = ("course", "ticks", course, str(sheet.id))
    told = kept(*ticks, first["linezolid"][0], first["cycloserine"][0], *later)
    assert {event["body"]["drug"] for event in told["kept"]} == {"cycloserine", "linezolid"}
    assert [slot["drug"] for slot in told["denied"]] == ["linezolid"]
    assert told["on_record"] == []
    again = kept(*ticks, first["cycloserine"][0], *later)
    assert (again["kept"], again["denied"]) == ([], [])
    assert [slot["id"] for slot in again["on_record"]] == [first["cycloserine"][1].id]


def test_other_times_of_day_are_proposed_as_json_with_what_a_plan_would_hold(course: Path):
    last = ("--last", "2026-03-10T20:00+02:00")
    way = answer("way-1", "course", "move", course, "--drug", "Cs", "--by", "-3", *last)
    assert way["proposed"]["dose"] == "250 mg at 05:00 + 250 mg at 17:00"
    assert way["last"]["at"] == "2026-03-10T20:00:00+02:00"
    assert [dose["local"] for dose in way["doses"]][:2] == ["2026-03-11T05:00+02:00", "2026-03-11T17:00+02:00"]
    assert (way["shortest_h"], way["longest_h"], way["left_out"]) == (9.0, 12.0, 0)
    assert (way["interval_h"], way["interval_holds"], way["profile"]) == (12.0, False, "who")
    stays = answer("way-1", "course", "move", course, "--drug", "Cs", "--by", "0", *last)
    assert (stays["shortest_h"], stays["longest_h"], stays["interval_holds"]) == (12.0, 12.0, True)


def test_the_way_to_another_zone_is_json_by_its_clock_and_leaves_out_what_comes_too_near(course: Path):
    drug, last = ("--drug", "linezolid"), ("--last", "2026-03-10T08:00+02:00")
    way = answer("way-1", "course", "travel", course, *drug, *last, "--to", "Asia/Tokyo")
    assert (way["zone"], way["proposed"], way["drug"]) == ("Asia/Tokyo", None, "linezolid")
    assert way["last"]["local"] == "2026-03-10T15:00+09:00"
    assert way["doses"][0] == {"at": "2026-03-10T23:00:00+00:00", "local": "2026-03-11T08:00+09:00"}
    assert (way["shortest_h"], way["longest_h"], way["left_out"]) == (17.0, 24.0, 0)
    to = ("--to", "Pacific/Kiritimati")
    half = answer("way-1", "course", "travel", course, *drug, *last, *to)
    assert (half["left_out"], half["shortest_h"], half["longest_h"]) == (0, 12.0, 24.0)
    near = answer("way-1", "course", "travel", course, *drug, "--last", "2026-03-10T08:30+02:00", *to)
    assert (near["left_out"], near["shortest_h"], near["longest_h"]) == (1, 24.0, 35.5)
    assert near["interval_holds"] is False


def test_before_the_first_day_every_drug_is_not_yet_with_its_next_time(tmp_path: Path):
    events = tmp_path / "course.ndjson"
    plans = ("cycloserine: 250 mg q12h", "linezolid: 600 mg once a day", "bedaquiline: 200 mg M-W-F")
    assert begin(events, *plans, more=("--because", "specialist")).exit_code == 0
    told = done("missed", events, "--at", "2026-03-01T12:00+02:00")
    assert told.count("NOT YET") == 3 and told.count("Next dose: Monday 02 March 08:00") == 3
    advised = answer("missed-1", "missed", events, "--at", "2026-03-01T12:00+02:00")["advice"]
    assert {one["drug"]: one["verdict"] for one in advised} == dict.fromkeys(
        ("cycloserine", "linezolid", "bedaquiline"), "not yet"
    )
    assert {one["next_at"] for one in advised} == {"2026-03-02T06:00:00+00:00"}
