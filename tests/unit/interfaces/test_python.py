"""The public Python surface: the same answers as the commands, documented, and in the manual as it runs."""

import inspect
import json
import re
import subprocess
import sys
from datetime import datetime
from pathlib import Path

import pytest
from click.testing import CliRunner

import fullcourse as fc
from fullcourse.interfaces.cli.examples import EXAMPLES
from fullcourse.interfaces.cli.main import fullcourse

PAGE = Path(__file__).parents[3] / "docs" / "how-to" / "python.md"
COURSE = EXAMPLES / "course.ndjson"
ADULT = Path(__file__).parents[2] / "data" / "levels_tried" / "adult.toml"
NOON = "2026-11-14T12:00+02:00"
LEVEL = "24 mg/L @ 2026-11-03T10:00+00:00"
BEDSIDE = {
    "levels": [LEVEL],
    "dose": "250 mg q12h",
    "since": "2026-10-01",
    "zone": "+00:00",
}
AT_THE_BEDSIDE = (
    "--drug", "cycloserine", "--level", LEVEL, "--dose", "250 mg q12h", "--since", "2026-10-01",
    "--zone", "+00:00",
)  # fmt: skip
READY, PATIENT = EXAMPLES / "ready.toml", EXAMPLES / "synthetic-patient.json"
AT = ("--at", "2026-12-01")


def command(*arguments: object) -> dict:
    done = CliRunner().invoke(fullcourse, [*map(str, arguments), "--format", "json"])
    assert done.exit_code == 0, done.exception
    return json.loads(done.output)


@pytest.mark.parametrize(
    ("answer", "arguments"),
    [
        (lambda: fc.check(READY, drugs=["Seromycin"], at="2026-12-01"), ("check", READY, "--drug", "cycloserine", *AT)),
        (
            lambda: fc.check(PATIENT, regimen=["linezolid", "cycloserine"], profile="who", at="2026-12-01"),
            ("check", PATIENT, "--regimen", "linezolid,cycloserine", "--profile", "who", *AT),
        ),
        (
            lambda: fc.check(
                PATIENT, drugs=["cycloserine"], at="2026-12-01", answers=EXAMPLES / "synthetic-answers.toml"
            ),
            ("check", PATIENT, "--drug", "cycloserine", "--answers", EXAMPLES / "synthetic-answers.toml", *AT),
        ),
        (lambda: fc.dose(READY, "cycloserine", at="2026-12-01"), ("dose", READY, "--drug", "cycloserine", *AT)),
        (lambda: fc.regimen(READY, profile="who", at="2026-12-01"), ("regimen", READY, "--profile", "who", *AT)),
        (lambda: fc.plan(READY, profile="who", at="2026-12-01"), ("plan", READY, "--profile", "who", *AT)),
        (lambda: fc.ask("alcohol?", drug="cycloserine"), ("ask", "alcohol?", "--drug", "cycloserine")),
        (lambda: fc.missed(COURSE, at=NOON), ("missed", COURSE, "--at", NOON)),
        (
            lambda: fc.missed(COURSE, drugs=["clofazimine"], at=datetime.fromisoformat(NOON), profile="who"),
            ("missed", COURSE, "--drug", "clofazimine", "--at", NOON, "--profile", "who"),
        ),
        (
            lambda: fc.monitor(
                PATIENT, plans={"linezolid": "600 mg once a day"}, start="2026-10-01", days=180,
                done={"vision": "2026-11-02"}, profile="who", at="2026-12-01",
            ),
            (
                "monitor", PATIENT, "--plan", "linezolid: 600 mg once a day", "--start", "2026-10-01", "--days", 180,
                "--done", "vision=2026-11-02", "--profile", "who", *AT,
            ),
        ),
        (
            lambda: fc.monitor(READY, course=COURSE, foresee="nothing", at="2026-11-20"),
            ("monitor", COURSE, "--record", READY, "--foresee", "nothing", "--at", "2026-11-20"),
        ),
        (
            lambda: fc.monitor(course=COURSE, answers=READY, at=NOON),
            ("monitor", COURSE, "--answers", READY, "--at", NOON),
        ),
        (
            lambda: fc.outcome(course=COURSE, pulmonary=True, completed=False, at="2026-11-20"),
            ("outcome", COURSE, "--pulmonary", "yes", "--completed", "no", "--at", "2026-11-20"),
        ),
        (
            lambda: fc.outcome(READY, course=COURSE, all_results=True, at="2026-11-20", profile="india"),
            ("outcome", COURSE, "--record", READY, "--all-results", "--at", "2026-11-20", "--profile", "india"),
        ),
        (
            lambda: fc.outcome(READY, drugs=["Seromycin"], start="2026-01-01", days=9, confirmed=True, at="2026-12-01"),
            (
                "outcome", READY, "--drug", "cycloserine", "--start", "2026-01-01", "--days", 9,
                "--confirmed", "yes", *AT,
            ),
        ),
        (
            lambda: fc.triage(
                {"seizure": "unsure", "rash": "no"}, words=["me duele el pecho", "blorp"], weeks=3, drugs=["linezolid"],
                mg_per_day=600, record=READY, country="US", at="2026-12-01",
            ),
            (
                "triage", "--symptom", "seizure=unsure", "--symptom", "rash=no", "--words", "me duele el pecho",
                "--words", "blorp", "--weeks", 3, "--drug", "linezolid", "--mg-per-day", 600, "--record", READY,
                "--country", "US", *AT,
            ),
        ),
        (
            lambda: fc.triage("a symptom of no name", drugs=["nothing"], record={}, rest_no=True, at="2026-12-01"),
            (
                "triage", "--symptom", "a symptom of no name", "--drug", "nothing", "--record",
                EXAMPLES.parent / "conftest-is-not-there", "--rest-no", *AT,
            ),
        ),
        (
            lambda: fc.triage(["rash"], course=COURSE, at=NOON),
            ("triage", "--symptom", "rash", "--course", COURSE, "--at", NOON),
        ),
        (
            lambda: fc.overdose(
                "Seromycin", took="5 capsules", strength="250 mg", when="an hour ago", planned_mg=500, weight_kg=58,
                symptoms=["seizure"], country="US", at="2026-12-01",
            ),
            (
                "overdose", "--drug", "Seromycin", "--took", "5 capsules", "--strength", "250 mg", "--when",
                "an hour ago", "--planned-mg", 500, "--weight-kg", 58, "--symptom", "seizure", "--country", "US", *AT,
            ),
        ),
        (
            lambda: fc.overdose("cycloserine", course=COURSE, words=["muy dormido"], at=NOON),
            ("overdose", "--drug", "cycloserine", "--course", COURSE, "--words", "muy dormido", "--at", NOON),
        ),
        (
            lambda: fc.levels.simulate("cycloserine", "250 mg q12h", days=3, n=20, seed=2),
            (
                "levels", "simulate", "--drug", "cycloserine", "--dose", "250 mg q12h", "--days", 3, "--n", 20,
                "--seed", 2,
            ),
        ),
        (
            lambda: fc.levels.attainment(
                "cycloserine", "250 mg q12h", mic=16.0, patient=ADULT, covariates={"albumin": "3.6 g/dL"}, n=20,
                at="2026-11-03",
            ),
            (
                "levels", "attainment", "--drug", "cycloserine", "--dose", "250 mg q12h", "--mic", "16.0", "--patient",
                ADULT, "--covariate", "albumin=3.6 g/dL", "--n", 20, "--at", "2026-11-03",
            ),
        ),
        (
            lambda: fc.levels.estimate(ADULT, "cycloserine", mic=16.0, average=True, **BEDSIDE),
            ("levels", "estimate", ADULT, *AT_THE_BEDSIDE, "--mic", "16.0", "--average"),
        ),
        (
            lambda: fc.levels.advise(ADULT.read_bytes(), "cycloserine", target="peak 20-35", override="on", **BEDSIDE),
            ("levels", "advise", ADULT, *AT_THE_BEDSIDE, "--target", "peak 20-35", "--override", "on"),
        ),
    ],
    ids=[
        "check", "regimen checked", "with answers", "dose", "regimen", "plan", "ask", "missed", "missed of a drug",
        "monitor", "monitor of a course", "monitor with answers", "outcome", "outcome with a record",
        "outcome of a record", "triage", "triage of what cannot be used", "triage of a course", "overdose",
        "overdose of a course", "simulate", "attainment", "estimate", "advise",
    ],
)  # fmt: skip
def test_an_answer_is_that_of_the_command(answer, arguments) -> None:
    assert without_reasons(json.loads(json.dumps(answer().to_dict()))) == without_reasons(command(*arguments))


def without_reasons(answer: dict) -> dict:
    """Leave out why a record could not be read: a value and a path cannot for different reasons."""
    notes = [re.sub("(?<=The record was not used: ).*", "", note) for note in answer.get("notes", ())]
    return {**answer, "notes": notes} if "notes" in answer else answer


def test_a_course_is_read_from_a_store_that_is_closed_again(tmp_path: Path) -> None:
    store = tmp_path / "courses.sqlite"
    begun = command(
        "course", "start", READY, "--store", store, "--plan", "cycloserine: 250 mg at 08:00", "--zone", "UTC",
        "--start", "2026-12-01", "--at", "2026-12-01T07:00+00:00", "--confirmed-by", "clinician", "--days", 30,
    )  # fmt: skip
    (advice,) = fc.missed(begun["course"], store=store, at="2026-12-02T08:30+00:00").value
    assert advice.verdict.value == "take now"
    store.rename(tmp_path / "moved.sqlite")
    with pytest.raises(fc.InputError):
        fc.missed(begun["course"], store=store, at="2026-12-02T08:30+00:00")


def test_a_record_may_be_values_bytes_text_or_a_path() -> None:
    forms = (json.loads(PATIENT.read_text("utf-8")), PATIENT.read_bytes(), PATIENT.read_text("utf-8"), PATIENT)
    answers = [fc.check(form, drugs=["cycloserine"], at="2026-12-01").to_dict() for form in forms]
    assert all(answer == answers[0] for answer in answers)


def test_a_leaflet_is_that_of_the_command() -> None:
    printed = CliRunner().invoke(fullcourse, ["leaflet", "--drug", "cycloserine", "--record", str(READY), *AT]).output
    assert fc.leaflet("cycloserine", READY, at="2026-12-01") == printed
    assert fc.leaflet("cycloserine", form="html").startswith("<!doctype html>")


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda: fc.check(READY, drugs=["cyclosrine"]), "Did you mean 'cycloserine'"),
        (lambda: fc.check(READY, drugs=["cycloserine"], regimen="linezolid"), "Give one of them"),
        (lambda: fc.check(READY, drugs=["cycloserine"], profile="xx"), "profile 'xx' does not exist"),
        (lambda: fc.check(READY, drugs=["cycloserine"], at="soon"), "is not a date"),
        (lambda: fc.check({}, drugs=["cycloserine"]), "resource"),
        (lambda: fc.leaflet("cycloserine", answers=READY), "give the record too"),
        (lambda: fc.missed(EXAMPLES / "no-such.ndjson"), "holds 0 courses"),
        (lambda: fc.missed(COURSE, at="2026-11-14T12:00"), "has no offset"),
        (lambda: fc.missed(COURSE, drugs=["nothing"], at=NOON), "nothing"),
        (lambda: fc.monitor(), "Give a record or a course"),
        (lambda: fc.monitor(course=COURSE, days=3), "the plan of a course says these"),
        (lambda: fc.monitor(READY, drugs=["cycloserine"], done={"sight": "2026-11-02"}), "names no test"),
        (lambda: fc.outcome(), "Give a record or a course"),
        (lambda: fc.outcome(course=COURSE, drugs=["linezolid"]), "the plan of a course says these"),
        (lambda: fc.triage(), "nothing is told"),
        (lambda: fc.triage(["rash"], weeks=-0.1), "weeks: -0.1 cannot be"),
        (lambda: fc.triage(["rash"], weeks=200.5), "weeks: 200.5 cannot be"),
        (lambda: fc.triage(["rash"], weeks=float("nan")), "weeks: nan cannot be"),
        (lambda: fc.triage(["rash"], mg_per_day=500), "Give one drug"),
        (lambda: fc.overdose("cycloserine"), "how much was taken is not said"),
        (lambda: fc.overdose("cycloserine", took="1 g", weight_kg=0), "above 0 and at most 650"),
        (lambda: fc.overdose("cycloserine", took="1 g", planned_mg=20_001), "planned_mg: 20001 cannot be"),
        (lambda: fc.levels.simulate("cycloserine", "twice"), "twice"),
        (lambda: fc.levels.simulate("cycloserine", "250 mg q12h", covariates={"albumin": "3"}), "Give the patient too"),
        (lambda: fc.levels.estimate(ADULT, "cycloserine", levels="24 mg @ x"), "24 mg"),
        (lambda: fc.levels.advise(ADULT, "cycloserine", target="high", **BEDSIDE), "'high' is not understood"),
    ],
)
def test_what_cannot_be_used_is_said(call, says: str) -> None:
    with pytest.raises(fc.InputError, match=re.escape(says)):
        call()


@pytest.mark.parametrize("name", fc.__all__)
def test_every_public_name_is_documented_and_stands_in_the_manual(name: str) -> None:
    found = getattr(fc, name)
    assert name == "__version__" or inspect.getdoc(found)
    assert name in {"__version__", "Answer"} or f"fc.{name}" in PAGE.read_text("utf-8")
    assert name in dir(fc)


@pytest.mark.parametrize("name", fc.levels.__all__)
def test_every_function_on_levels_is_documented_and_stands_in_the_manual(name: str) -> None:
    said = inspect.getdoc(getattr(fc.levels, name))
    assert said is not None
    assert "mg/L" in said
    assert "InputError" in said
    assert f"fc.levels.{name}(" in PAGE.read_text("utf-8")


@pytest.mark.parametrize("name", [it for it in fc.__all__ if inspect.isfunction(getattr(fc, it))])
def test_every_argument_and_error_of_a_function_is_documented(name: str) -> None:
    found = getattr(fc, name)
    said = inspect.getdoc(found) or ""
    assert "InputError: " in said
    assert [it for it in inspect.signature(found).parameters if f"\n    {it}: " not in said] == []


def test_the_function_triage_keeps_its_name_from_the_step_of_that_name() -> None:
    import fullcourse.triage.judge

    assert inspect.isfunction(fc.triage)
    assert inspect.ismodule(sys.modules["fullcourse.triage"])
    assert fullcourse is not None


def test_an_unknown_name_is_no_name() -> None:
    with pytest.raises(AttributeError, match="no attribute 'chek'"):
        fc.chek  # noqa: B018


def test_the_page_of_the_manual_runs(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.chdir(EXAMPLES)
    for block in re.findall(r"```python\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL):
        exec(compile(block, str(PAGE), "exec"), {})  # noqa: S102 - our own page
    assert "CYCLOSERINE" in capsys.readouterr().out


def test_importing_the_package_loads_nothing_of_it() -> None:
    loaded = "import sys, fullcourse; print([name for name in sys.modules if name.startswith('fullcourse.')])"
    done = subprocess.run([sys.executable, "-c", loaded], capture_output=True, text=True, check=True)  # noqa: S603
    assert done.stdout.strip() == "[]"
