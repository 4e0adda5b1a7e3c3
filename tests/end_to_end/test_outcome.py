"""``fullcourse outcome`` as its users call it: a course, a record, both outputs, and what is refused."""

import json
from pathlib import Path

import jsonschema_rs
import pytest
from click.testing import CliRunner, Result

import fullcourse.adapters.published as published
from fullcourse.clinical.errors import InputError
from fullcourse.interfaces.cli.main import fullcourse
from terminals import in_terminal

SCHEMA = jsonschema_rs.validator_for(
    json.loads((Path(published.__file__).parent / "schemas" / "outcome-1.json").read_text("utf-8"))
)
RECORD = Path(published.__file__).parents[2] / "examples" / "synthetic-patient.json"
FACTS = """
[[fact]]
id = "sputum_culture"
value = "positive"
on = 2026-01-02

[[fact]]
id = "sputum_culture"
value = "negative"
on = 2026-03-02

[[fact]]
id = "sputum_culture"
value = "negative"
on = 2026-03-30
"""
SAID = ("--pulmonary", "yes", "--completed", "yes")


def run(*arguments: object) -> Result:
    return CliRunner().invoke(fullcourse, [str(it) for it in arguments], env={"COLUMNS": "80"})


def done(*arguments: object) -> str:
    result = run(*arguments)
    assert result.exit_code == 0, (result.output, result.exception)
    return result.output


def answer(*arguments: object) -> dict:
    written = json.loads(done(*arguments, "--format", "json"))
    SCHEMA.validate(written)
    return written


def log(course: Path, kind: str, *fields: str, at: str) -> None:
    done("course", "log", course, kind, *fields, "--when", at, "--at", at, "--actor", "clinician")


@pytest.fixture
def course(tmp_path: Path) -> Path:
    events = tmp_path / "course.ndjson"
    plans = ("--plan", "cycloserine: 250 mg q12h", "--plan", "linezolid: 600 mg once a day")
    zone = ("--zone", "Africa/Johannesburg", "--start", "2026-01-05", "--confirmed-by", "Dr A")
    at = ("--at", "2026-01-04T10:00+02:00")
    done("course", "start", RECORD, "--events", events, *plans, *zone, *at, "--profile", "who", "--days", "182")
    for day, word in (("01-02", "positive"), ("03-02", "negative"), ("03-30", "negative"), ("05-04", "contaminated")):
        log(events, "test_result", "fact=sputum_culture", f"value={word}", at=f"2026-{day}T09:00+02:00")
    return events


@pytest.fixture
def record(tmp_path: Path) -> Path:
    path = tmp_path / "record.toml"
    path.write_text(FACTS)
    return path


def test_a_course_says_what_is_proposed_then_the_results_then_what_speaks_for_and_against(course: Path):
    asked = ("outcome", course, *SAID, "--at", "2026-07-20")
    said = done(*asked)
    parts = ("PROPOSED: CURED", "RESULTS", "WHAT SPEAKS FOR AND AGAINST", "no clinician has")
    places = [said.index(word) for word in parts]
    assert places == sorted(places)
    assert "CONVERTED on 2026-03-02" in said
    assert "not read: culture" in said
    assert max(map(len, in_terminal(*asked).lines)) <= 80


def test_the_event_that_is_named_records_the_outcome_and_is_shown_as_recorded(course: Path):
    before = answer("outcome", course, *SAID, "--at", "2026-07-20")
    event = before["proposed"]["event"]
    assert before["recorded"] is None
    fields = [f"{key}={value}" for key, value in event["body"].items()]
    log(course, event["kind"], *fields, "confirmed_by=Dr A", at="2026-07-20T10:00+02:00")
    after = answer("outcome", course, "--pulmonary", "yes", "--at", "2026-07-21")
    assert after["recorded"] == {"outcome": "cured", "definition": "who-tb-outcomes-2021", "on": "2026-07-20"}
    assert {it["outcome"]: it["status"] for it in after["derived"]}["treatment success"] == "met"
    assert "OUTCOME: cured, by who-tb-outcomes-2021" in done("course", "show", course, "--at", "2026-07-21T10:00+02:00")


def test_nothing_is_proposed_while_the_end_is_not_reached_or_nobody_says_that_it_was_completed(course: Path):
    assert answer("outcome", course, "--at", "2026-05-02")["proposed"] is None
    late = done("outcome", course, "--at", "2026-07-20")
    assert "NO OUTCOME IS PROPOSED YET" in late
    assert "--completed yes or no" in " ".join(late.split())


def test_another_edition_is_asked_for_by_name_and_a_profile_brings_its_own(course: Path):
    by_name = answer("outcome", course, *SAID, "--at", "2026-07-20", "--definitions", "india-tog-2016-outcomes")
    by_profile = answer("outcome", course, *SAID, "--at", "2026-07-20", "--profile", "india")
    assert by_name["definitions"] == by_profile["definitions"] == "india-tog-2016-outcomes"
    assert by_profile["proposed"]["outcome"] == "completed"


def test_a_plain_record_is_judged_as_far_as_it_goes_and_says_what_it_does_not_tell(record: Path):
    asked = ("--drug", "bedaquiline", "--drug", "linezolid", "--start", "2026-01-05", "--days", "182")
    written = answer("outcome", record, *asked, "--at", "2026-08-01")
    assert written["bacteriology"]["culture"]["converted_on"] == "2026-03-02"
    assert {it["status"] for it in written["outcomes"]} == {"open"}
    assert answer("outcome", record, *asked, *SAID, "--at", "2026-08-01")["proposed"]["outcome"] == "cured"
    said = " ".join(done("outcome", record, *asked, "--at", "2026-08-01").split())
    assert "No definitions of the profile's own" in said


def test_a_record_beside_a_course_adds_its_results(course: Path, record: Path):
    record.write_text(FACTS.replace('"negative"', '"positive"').replace("2026-03", "2026-06"))
    written = answer("outcome", course, "--record", record, *SAID, "--at", "2026-07-20")
    assert written["bacteriology"]["culture"]["reverted_on"] == "2026-06-02"
    assert written["proposed"] is None


def test_a_culture_that_a_record_holds_and_nothing_reads_leaves_completed_open(tmp_path: Path):
    culture = {
        "resourceType": "Observation", "id": "c1", "status": "final", "effectiveDateTime": "2026-06-20",
        "code": {"text": "Mycobacterium culture"}, "valueCodeableConcept": {"text": "Positive"},
    }  # fmt: skip
    patient = {"resourceType": "Patient", "id": "p"}
    bundle = {"resourceType": "Bundle", "type": "collection", "entry": [{"resource": it} for it in (patient, culture)]}
    path = tmp_path / "record.json"
    path.write_text(json.dumps(bundle))
    asked = ("--drug", "linezolid", "--start", "2026-01-05", "--days", "182", "--at", "2026-08-01", *SAID)
    written = answer("outcome", path, *asked)
    assert (written["proposed"], written["bacteriology"]["observations_not_read"]) == (None, 1)
    assert "one may be a smear or a culture" in " ".join(done("outcome", path, *asked).split())
    assert answer("outcome", path, *asked, "--all-results")["proposed"]["outcome"] == "completed"


def test_positive_results_that_nothing_resolves_stand_at_the_top_while_treatment_goes_on(course: Path):
    for day in ("04-20", "04-27"):
        log(course, "test_result", "fact=sputum_culture", "value=positive", at=f"2026-{day}T09:00+02:00")
    said = " ".join(done("outcome", course, "--at", "2026-05-01").split())
    assert "NOT RESOLVED: culture positive 2026-04-20, culture positive 2026-04-27." in said
    assert said.index("NOT RESOLVED") < said.index("RESULTS")
    written = answer("outcome", course, "--at", "2026-05-01")
    assert len(written["bacteriology"]["unresolved_positives"]) == 2


def test_why_says_of_outcomes_that_are_not_met_too_what_they_ask(course: Path):
    said = done("outcome", course, *SAID, "--at", "2026-07-20", "--why")
    assert "failed: NOT MET [who-tb-outcomes-2021, D24.DE.2; our reading I-1432]" in said


def test_a_culture_in_a_course_closes_the_culture_of_monitoring(course: Path):
    tests = json.loads(done("monitor", course, "--at", "2026-03-31T12:00+02:00", "--format", "json"))["tests"]
    culture = next(it for it in tests if it["test"] == "sputum culture")
    assert culture["due"]["last_done"] == "2026-03-30"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--drug", "rifampin"), "the plan of a course says these"),
        (("--definitions", "who-1996"), "no definitions are of 'who-1996'"),
    ],
)
def test_what_cannot_be_is_refused_with_what_to_do(course: Path, arguments: tuple[str, ...], message: str):
    result = run("outcome", course, *arguments)
    assert isinstance(result.exception, InputError)
    assert message in str(result.exception)


def test_a_result_in_words_of_a_fact_that_is_none_is_refused(course: Path):
    result = run("course", "log", course, "test_result", "fact=nobody_knows", "value=negative")
    assert isinstance(result.exception, InputError)
    assert "is in no vocabulary" in str(result.exception)


def test_a_record_beside_a_record_is_refused(record: Path):
    result = run("outcome", record, "--record", record)
    assert isinstance(result.exception, InputError)
    assert "stands beside a course" in str(result.exception)


def test_the_help_has_an_example():
    assert "outcome course.ndjson --completed yes" in " ".join(done("outcome", "--help").split())
