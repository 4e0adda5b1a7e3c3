"""The public Python surface: the same answers as the commands, documented, and in the manual as it runs."""

import inspect
import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

import fullcourse as fc
from fullcourse.interfaces.cli.examples import EXAMPLES
from fullcourse.interfaces.cli.main import fullcourse

PAGE = Path(__file__).parents[3] / "docs" / "how-to" / "python.md"
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
    ],
    ids=["check", "regimen checked", "with answers", "dose", "regimen", "plan", "ask"],
)  # fmt: skip
def test_an_answer_is_that_of_the_command(answer, arguments) -> None:
    assert json.loads(json.dumps(answer().to_dict())) == command(*arguments)


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
    ],
    ids=["drug", "both", "profile", "date", "record", "answers"],
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
