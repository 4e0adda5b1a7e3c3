"""With --format json an error is JSON too, on standard error, with the exit code that it has in text."""

import json
import subprocess
import sys
from importlib.resources import files

import jsonschema_rs
import pytest

from fullcourse.clinical.errors import Fault, InputError, KnowledgeError, OutsideLabel, SolverStopped
from fullcourse.interfaces.cli.error_json import error_json, json_is_asked
from fullcourse.interfaces.exit_codes import error_word, exit_code

FILE = files("fullcourse.adapters.published") / "schemas" / "error-1.json"
IS_VALID = jsonschema_rs.validator_for(json.loads(FILE.read_text("utf-8")))


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("check", "there-is-no-such-file.json", "--drug", "cycloserine"), "input"),
        (("check", "--no-such-option"), "usage"),
        (("dose",), "usage"),
        (("levels", "simulate", "--drug", "meropenem", "--dose", "1 g q8h"), "input"),
        (("knowledge", "show", "no such drug"), "input"),
    ],
)
def test_the_command_says_why_as_json_and_exits_as_in_text(words: tuple[str, ...], code: str) -> None:
    call = [sys.executable, "-m", "fullcourse", *words]
    asked = subprocess.run([*call, "--format", "json"], capture_output=True, text=True, check=False)  # noqa: S603 - our own command
    told = subprocess.run(call, capture_output=True, text=True, check=False)  # noqa: S603 - our own command
    (line,) = asked.stderr.splitlines()
    said = json.loads(line)
    IS_VALID.validate(said)
    assert (asked.stdout, said["code"], said["exit"], asked.returncode) == ("", code, told.returncode, told.returncode)
    assert said["message"].split("\n")[0].split(". ")[0] in " ".join(told.stderr.split()).replace("\n", " ")


@pytest.mark.parametrize(
    ("words", "asked"),
    [
        (("check", "--format", "json"), True),
        (("check", "--format=json"), True),
        (("check", "--format", "text"), False),
        (("check", "json", "--format"), False),
        ((), False),
    ],
)
def test_json_is_asked_for_by_the_option_alone(words: tuple[str, ...], asked: bool) -> None:
    assert json_is_asked(words) is asked


def test_each_fault_of_the_knowledge_stands_by_itself() -> None:
    error = KnowledgeError(
        [Fault("drugs/x.toml", "x.caution.y", "it is wrong", "Mend it."), Fault("y.toml", "", "z", "")]
    )
    said = json.loads(error_json(error_word(error), exit_code(error), str(error), error.faults))
    IS_VALID.validate(said)
    assert [fault["where"] for fault in said["faults"]] == ["drugs/x.toml x.caution.y", "y.toml"]


@pytest.mark.parametrize("error", [InputError("x"), OutsideLabel("x"), KnowledgeError([]), SolverStopped("x")])
def test_every_kind_of_error_has_its_word_in_the_schema(error: Exception) -> None:
    IS_VALID.validate(json.loads(error_json(error_word(error), exit_code(error), "x")))
