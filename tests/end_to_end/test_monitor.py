"""``fullcourse monitor`` as its users call it: a record, a course, both outputs, FHIR, and what is refused."""

import json
from pathlib import Path

import jsonschema_rs
import pytest
from click.testing import CliRunner, Result

import fullcourse.adapters.published as published
from fullcourse.clinical.errors import InputError
from fullcourse.interfaces.cli.main import fullcourse
from ics_reader import read_ics
from terminals import in_terminal

SCHEMA = jsonschema_rs.validator_for(
    json.loads((Path(published.__file__).parent / "schemas" / "monitor-1.json").read_text("utf-8"))
)
FHIR = jsonschema_rs.validator_for(
    json.loads((Path(__file__).parents[1] / "conformance/data/fhir-r4-care-plan.schema.json").read_text("utf-8"))
)
RECORD = Path(published.__file__).parents[2] / "examples" / "synthetic-patient.json"
FACTS = """
[[fact]]
id = "alt"
value = 160
unit = "U/L"
on = 2026-11-20

[[fact]]
id = "alt_upper_limit"
value = 40
unit = "U/L"
on = 2026-11-20

[[fact]]
id = "neuropathy_grade"
value = 2
unit = "1"
on = 2026-11-21
"""
PLANS = ("--plan", "linezolid: 600 mg once a day", "--plan", "bedaquiline: 400 mg once a day")
AT = ("--at", "2026-11-22")


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


@pytest.fixture
def record(tmp_path: Path) -> Path:
    path = tmp_path / "record.toml"
    path.write_text(FACTS)
    return path


@pytest.fixture
def course(tmp_path: Path) -> Path:
    events = tmp_path / "course.ndjson"
    plans = ("--plan", "cycloserine: 250 mg q12h", "--plan", "linezolid: 600 mg once a day")
    zone = ("--zone", "Africa/Johannesburg", "--start", "2026-03-02", "--confirmed-by", "Dr A")
    at = ("--at", "2026-03-01T10:00+02:00")
    done("course", "start", RECORD, "--events", events, *plans, *zone, *at, "--profile", "who", "--days", "540")
    return events


def log(course: Path, kind: str, *fields: str, at: str) -> None:
    done("course", "log", course, kind, *fields, "--when", at, "--at", at, "--actor", "clinician")


def test_a_record_says_first_what_results_call_for_then_what_is_due_then_the_days_to_come(record: Path):
    asked = ("monitor", record, *PLANS, "--start", "2026-09-30", "--days", "182", *AT)
    said = done(*asked)
    places = [said.index(word) for word in ("WHAT RESULTS CALL FOR", "RESULTS\n", "TESTS", "NEXT")]
    assert places == sorted(places)
    assert "linezolid: STOP; call the prescriber now" in said
    assert "Beside it, open: WHO" in said
    assert "no clinician has" in said
    assert max(map(len, in_terminal(*asked).lines)) <= 80


def test_why_names_the_source_of_each_test_and_what_its_results_call_for(record: Path):
    said = done("monitor", record, *PLANS, "--start", "2026-09-30", *AT, "--why")
    assert "jac-linezolid-2003" in said
    assert "→" in said


def test_json_keeps_its_schema_with_and_without_a_first_day(record: Path):
    begun = answer("monitor", record, *PLANS, "--start", "2026-09-30", "--days", "182", *AT)
    assert begun["treatment"] == {
        "drugs": ["linezolid", "bedaquiline"], "starts_on": "2026-09-30", "ends_on": "2027-03-30", "day": 54,
        "open_end": False,
    }  # fmt: skip
    assert {lead["drug"]: lead["do"] for lead in begun["leads"]}["linezolid"] == "stop"
    bare = answer("monitor", record, *PLANS, *AT)
    assert {test["due"]["standing"] for test in bare["tests"] if test["certain"]} == {"undated"}
    assert all(visit["on"] is None for visit in bare["visits"])


def test_fhir_is_valid_and_each_certain_test_is_a_draft_request_of_the_plan(record: Path):
    bundle = json.loads(
        done("monitor", record, *PLANS, "--start", "2026-09-30", "--days", "182", *AT, "--format", "fhir")
    )
    FHIR.validate(bundle)
    plan, *requests, outcome = [entry["resource"] for entry in bundle["entry"]]
    assert (plan["resourceType"], plan["status"], plan["intent"]) == ("CarePlan", "draft", "proposal")
    assert outcome["resourceType"] == "OperationOutcome"
    assert {it["resourceType"] for it in requests} == {"ServiceRequest"}
    addresses = {entry["fullUrl"] for entry in bundle["entry"]}
    assert {it["reference"]["reference"] for it in plan["activity"]} <= addresses
    assert len(plan["activity"]) == len(requests)
    asked = {
        test["test"]
        for test in answer("monitor", record, *PLANS, "--start", "2026-09-30", *AT)["tests"]
        if test["certain"]
    }
    assert {it["code"]["text"] for it in requests} == asked
    stop = [it for it in outcome["issue"] if it.get("details") == {"text": "linezolid: stop"}]
    assert stop[0]["severity"] == "error"


def test_a_course_brings_its_plan_and_a_result_closes_what_it_answers(course: Path):
    at = "2026-03-09T12:00+02:00"
    before = {it["test"]: it for it in answer("monitor", course, "--at", at)["tests"]}
    assert before["blood count"]["due"]["standing"] == "overdue"
    for fact, value, unit in (("haemoglobin", 12, "g/dL"), ("platelets", 200, "10*9/L"), ("neutrophils", 3, "10*9/L")):
        log(course, "result", f"fact={fact}", f"value={value}", f"unit={unit}", at="2026-03-09T09:00+02:00")
    after = {it["test"]: it for it in answer("monitor", course, "--at", at)["tests"]}
    assert after["blood count"]["due"] == {
        "standing": "done", "next_on": "2026-03-16", "last_done": "2026-03-09", "missed": 1, "lacks": [],
    }  # fmt: skip


def test_a_part_of_a_blood_count_leaves_it_overdue_and_names_what_it_lacks(course: Path):
    log(course, "result", "fact=haemoglobin", "value=12", "unit=g/dL", at="2026-03-09T09:00+02:00")
    tests = {it["test"]: it for it in answer("monitor", course, "--at", "2026-03-09T12:00+02:00")["tests"]}
    due = tests["blood count"]["due"]
    assert (due["standing"], due["lacks"]) == ("overdue", ["neutrophils", "platelets"])


def test_a_kept_visit_closes_the_review_and_the_test_that_it_names(course: Path):
    log(course, "visit", "kept=true", "purpose=vision", at="2026-03-01T12:00+02:00")
    tests = {it["test"]: it for it in answer("monitor", course, "--at", "2026-03-03T12:00+02:00")["tests"]}
    assert tests["vision"]["due"]["last_done"] == "2026-03-01"
    assert tests["clinical review"]["due"]["last_done"] == "2026-03-01"
    assert tests["neuropathy"]["due"]["standing"] == "overdue"


def test_a_result_of_a_course_in_another_unit_is_read_and_one_that_cannot_be_is_named(course: Path):
    log(course, "result", "fact=creatinine", "value=90", "unit=umol/L", at="2026-03-03T09:00+02:00")
    log(course, "result", "fact=alt", "value=40", "unit=mg/dL", at="2026-03-03T09:00+02:00")
    log(course, "result", "fact=platelets", "value=90000", "unit=10*9/L", at="2026-03-03T09:00+02:00")
    readings = {it["fact"]: it for it in answer("monitor", course, "--at", "2026-03-03T12:00+02:00")["readings"]}
    assert readings["creatinine"]["newest"] == pytest.approx(1.018, abs=0.001)
    assert readings["creatinine"]["other"]["unit"] == "umol/L"
    for fact in ("alt", "platelets"):
        assert readings[fact]["newest"] is None
        assert readings[fact]["set_aside"][0]["why"]


def test_symptoms_of_a_course_count_as_symptoms_of_hepatitis(tmp_path: Path):
    events = tmp_path / "course.ndjson"
    plan = ("--plan", "isoniazid: 300 mg once a day", "--plan", "rifampin: 600 mg once a day")
    zone = ("--zone", "Africa/Johannesburg", "--start", "2026-03-02", "--confirmed-by", "Dr A", "--because", "trial")
    done("course", "start", RECORD, "--events", events, *plan, *zone, "--at", "2026-03-01T10:00+02:00")
    for fact, value in (("alt", 130), ("alt_upper_limit", 40)):
        log(events, "result", f"fact={fact}", f"value={value}", "unit=U/L", at="2026-03-20T09:00+02:00")
    at = ("--at", "2026-03-20T12:00+02:00")
    first = {lead["drug"]: lead["do"] for lead in answer("monitor", events, *at)["leads"]}
    assert first["isoniazid"] == "consider stopping"
    log(events, "symptom", "symptom=symptom_jaundice", at="2026-03-20T10:00+02:00")
    assert {lead["drug"]: lead["do"] for lead in answer("monitor", events, *at)["leads"]}["isoniazid"] == "stop"


def test_a_drug_that_began_later_counts_its_own_weeks(course: Path):
    plan = ("--plan", "cycloserine: 250 mg q12h", "--plan", "linezolid: 600 mg once a day")
    more = ("--plan", "bedaquiline: 400 mg once a day")
    at = "2026-05-01T10:00+02:00"
    done("course", "change", course, *plan, *more, "--start", "2026-05-02", "--confirmed-by", "Dr A", "--at", at)
    log(course, "result", "fact=neuropathy_grade", "value=2", "unit=1", at="2026-05-10T09:00+02:00")
    log(course, "result", "fact=lasting_disability_threatens", "value=0", "unit=1", at="2026-05-10T09:00+02:00")
    said = {it["statement"]: it for it in answer("monitor", course, "--at", "2026-05-10T12:00+02:00")["responses"]}
    assert said["linezolid.result.neuropathy-who"]["do"] == "reduce"  # day 70 of linezolid


@pytest.mark.parametrize(
    ("more", "part"),
    [
        (("--drug", "aspirin"), "not covered"),
        (("--done", "vision"), "names no test and day"),
        (("--done", "sight=2026-11-02"), "names no test and day"),
        (("--days", "30"), "no first day"),
        (("--plan", "linezolid"), "has no colon"),
        (("--record", "other.json"), "stands beside a course"),
        ((), "no TB drug"),
    ],
)
def test_what_cannot_be_is_refused_with_its_mend(record: Path, more: tuple[str, ...], part: str):
    plans = ("--drug", "linezolid") if "--days" in more or "--done" in more else ()
    result = run("monitor", record, *plans, *more, *AT)
    assert isinstance(result.exception, InputError)
    assert part in str(result.exception)


def test_a_course_in_a_store_is_asked_by_its_id_and_a_date_is_the_patients(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.delenv("FULLCOURSE_DATABASE_URL", raising=False)
    monkeypatch.delenv("FULLCOURSE_KEY_FILE", raising=False)
    store = ("--store", tmp_path / "clinic.db")
    plan = ("--plan", "linezolid: 600 mg once a day", "--zone", "Pacific/Auckland", "--start", "2026-03-02")
    more = ("--confirmed-by", "Dr A", "--at", "2026-03-01T10:00+13:00", "--days", "540")
    printed = done("course", "start", RECORD, *store, *plan, *more)
    name = printed.splitlines()[0].removeprefix("Course ")
    assert answer("monitor", name, *store, "--at", "2026-03-09")["at"] == "2026-03-09"


def test_a_course_says_its_own_drugs(course: Path):
    result = run("monitor", course, "--drug", "linezolid", *AT)
    assert isinstance(result.exception, InputError)
    assert "Leave them out" in str(result.exception)


def test_the_bundled_record_in_fhir_is_monitored_beside_its_course_and_alone(course: Path):
    alone = answer("monitor", RECORD, "--start", "2026-10-02", *AT)
    assert {reading["fact"] for reading in alone["readings"]} >= {"creatinine", "haemoglobin", "alt"}
    said = done("monitor", RECORD, "--start", "2026-10-02", *AT)
    assert "That clears nothing" in said
    beside = answer("monitor", course, "--record", RECORD, "--at", "2026-03-09")
    assert beside["treatment"]["drugs"] == ["cycloserine", "linezolid"]
    bundle = json.loads(done("monitor", RECORD, "--start", "2026-10-02", *AT, "--format", "fhir"))
    FHIR.validate(bundle)


def test_a_positive_culture_and_an_eye_that_is_harmed_are_shown_in_words(tmp_path: Path):
    path = tmp_path / "record.toml"
    rows = (("sputum_culture", '"positive"'), ("optic_neuritis_now", "true"))
    path.write_text("".join(f'[[fact]]\nid = "{name}"\nvalue = {value}\non = 2026-11-20\n\n' for name, value in rows))
    said = done("monitor", path, "--drug", "linezolid", "--drug", "bedaquiline", "--start", "2026-07-01", *AT)
    assert "linezolid: STOP; call the prescriber now" in said
    assert "culture of sputum for tuberculosis: positive on 2026-11-20" in said
    assert "optic neuritis found during this treatment: yes on 2026-11-20" in said
    assert "the treatment: REPEAT" in said


FALLING = "".join(
    f'[[fact]]\nid = "{fact}"\nvalue = {value}\nunit = "{unit}"\non = 2026-{day}\n'
    for fact, unit, values in (("haemoglobin", "g/dL", (11.4, 10.8, 10.2, 9.6)), ("qtcf", "ms", (430, 445, 460, 475)))
    for day, value in zip(("10-31", "11-07", "11-14", "11-21"), values, strict=True)
)
PERSON = """
[[fact]]
id = "birth_date"
value = "1986-01-01"
[[fact]]
id = "sex"
value = "female"
[[fact]]
id = "weight"
value = 58
unit = "kg"
on = 2026-11-14
[[fact]]
id = "height"
value = 165
unit = "cm"
on = 2026-11-14
[[fact]]
id = "creatinine"
value = 0.9
unit = "mg/dL"
on = 2026-11-14
"""


@pytest.fixture
def falling(tmp_path: Path) -> Path:
    path = tmp_path / "falling.toml"
    path.write_text(FALLING + PERSON)
    return path


def test_what_is_foreseen_stands_with_its_numbers_says_that_it_is_unvalidated_and_fits_the_screen(falling: Path):
    asked = ("monitor", falling, *PLANS, "--start", "2026-09-15", *AT)
    said = done(*asked)
    words = " ".join(said.split())
    assert "validated in none" in words
    assert "haemoglobin falls 0.6 g/dL a week (90%: 0.6 to 0.6; 4 results, 2026-10-31 to 2026-11-21" in words
    assert "could pass 8 g/dL about 2026-12-09: Withhold it." in words
    assert "ask for electrocardiogram now: the plan has it on 2026-12-07" in words
    assert "No source states this" in words
    assert max(map(len, in_terminal(*asked).lines)) <= 80


def test_json_has_every_part_of_what_is_foreseen_and_nothing_leaves_it_empty(falling: Path):
    asked = ("monitor", falling, *PLANS, "--start", "2026-09-15", *AT)
    by_drug = {it["drug"]: it for it in answer(*asked)["foreseen"]}
    (ahead,) = by_drug["linezolid"]["trends"][0]["headings"]
    assert (ahead["value"], ahead["first"], ahead["do"]) == (8.0, "2026-12-09", "hold")
    assert by_drug["linezolid"]["exposure"] is None
    bare = answer(*asked, "--foresee", "nothing")
    assert bare.pop("foreseen") == []
    whole = answer(*asked)
    del whole["foreseen"]
    assert whole == bare


def test_levels_are_predicted_from_the_doses_of_a_plan_where_they_are_asked_for(falling: Path):
    plans = ("--plan", "cycloserine: 500 mg q12h")
    asked = ("monitor", falling, *plans, "--start", "2026-09-15", *AT, "--foresee", "levels")
    (own,) = answer(*asked)["foreseen"]
    assert [(it["measure"], it["mg_per_l"]) for it in own["exposure"]["limits"]] == [("peak", 30.0), ("peak", 35.0)]
    assert own["warns"]
    assert not own["exposure"]["doses_recorded"]
    words = " ".join(done(*asked).split())
    assert "its peak is likelier above 30 mg/L than below" in words
    assert "as prescribed, which nobody recorded" in words


def test_levels_of_a_course_come_from_the_doses_that_were_recorded_and_what_nobody_said_is_told(
    course: Path, tmp_path: Path
):
    person = tmp_path / "person.toml"
    person.write_text(PERSON.replace("2026-11-14", "2026-03-01"))
    for day in range(2, 12):
        for hour in ("08:00", "20:00"):
            when = f"2026-03-{day:02d}T{hour}+02:00"
            log(course, "dose_taken", "drug=cycloserine", "mg=250", at=when)
    asked = ("monitor", course, "--record", person, "--at", "2026-03-13T12:00+02:00", "--foresee", "levels")
    exposure = {it["drug"]: it["exposure"] for it in answer(*asked)["foreseen"]}["cycloserine"]
    assert exposure["doses_recorded"], exposure["why_not"]
    assert exposure["doses"] == 20
    assert any("of 3 planned doses nobody said" in note for note in exposure["notes"])


def test_a_course_gives_a_calendar_of_tests_alone_and_beside_its_doses(course: Path, tmp_path: Path):
    out, at = tmp_path / "tests.ics", ("--at", "2026-03-10T12:00+02:00")
    said = done("monitor", course, *at, "--format", "ics", "--words", "plain", "--alarm", "900", "--out", out)
    assert "days of tests" in said
    tests = {part["UID"]: part for part in read_ics(out.read_bytes()).parts}
    assert all(("DTSTART;VALUE=DATE", part["DTSTART"]) in part.properties for part in tests.values())
    assert any("blood count" in part.text("SUMMARY") for part in tests.values())
    done("schedule", course, *at, "--format", "ics", "--days", "90", "--tests", "--out", tmp_path / "all.ics")
    both = {part["UID"] for part in read_ics((tmp_path / "all.ics").read_bytes()).parts}
    assert tests.keys() < both
    assert b"Nomvula" not in out.read_bytes()


def test_a_calendar_of_tests_is_refused_where_it_could_not_be_found_again_or_would_lose_something(
    course: Path, record: Path
):
    for arguments in (
        ("monitor", record, *PLANS, *AT, "--format", "ics"),
        ("monitor", course, "--done", "vision=2026-03-09", "--format", "ics"),
        ("monitor", record, *PLANS, *AT, "--out", "x.ics"),
        ("schedule", course, "--tests"),
    ):
        assert isinstance(run(*arguments).exception, InputError)
