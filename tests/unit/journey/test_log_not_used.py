"""What a log holds and nothing reads is named, in monitoring, in outcomes and in reports."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

import fullcourse
from fullcourse.interfaces.cli.main import fullcourse as command

LOG = Path(fullcourse.__file__).parent / "examples" / "course.ndjson"
AT = "2026-12-05"


def event(number: int, kind: str, body: dict, at: str = "2026-11-20T09:00:00+02:00", **more: str) -> str:
    first = json.loads(LOG.read_text("utf-8").splitlines()[0])
    first |= {"id": f"01a1f000-5c00-7000-a2ea-{number:012d}", "kind": kind, "occurred_at": at, "body": body}
    first |= {"recorded_at": "2026-11-20T10:00:00+02:00"}
    return json.dumps(first | more)


def told(folder: Path, *events: str, at: str = AT) -> list[dict]:
    log = folder / "log.ndjson"
    log.write_text(LOG.read_text("utf-8") + "\n".join(events) + "\n", "utf-8")
    result = CliRunner().invoke(command, ["monitor", str(log), "--at", at, "--format", "json", "--foresee", "nothing"])
    assert result.exit_code == 0, result.exception
    return json.loads(result.output)["not_used"]


def result_of(fact: str) -> dict:
    return {"fact": fact, "value": 2.1, "unit": "mmol/L"}


def test_a_log_that_is_read_whole_leaves_nothing(tmp_path: Path):
    assert told(tmp_path, event(1, "result", result_of("potassium"))) == []


@pytest.mark.parametrize(
    ("kind", "body", "what", "why"),
    [
        ("result", result_of("serum_potassium"), "result 'serum_potassium'", "it is no fact that is known here"),
        (
            "test_result",
            {"fact": "culture", "value": "positive"},
            "result 'culture'",
            "it is no fact that is known here",
        ),
        ("symptom", {"symptom": "fits"}, "symptom 'fits'", "it is no fact that is known here"),
        ("lab_panel", {"k": 2.1}, "event of kind 'lab_panel'", "this version does not know the kind"),
    ],
)
def test_what_nothing_reads_is_named_and_counted(tmp_path: Path, kind: str, body: dict, what: str, why: str):
    events = event(1, kind, body), event(2, kind, body)
    assert told(tmp_path, *events) == [{"what": what, "why": why, "count": 2}]


def test_a_result_dated_after_the_question_is_named_once_it_is_written_down(tmp_path: Path):
    slip = event(1, "result", result_of("potassium"), at="2027-11-20T09:00:00+02:00")
    (named,) = told(tmp_path, slip)
    assert named["what"] == "result 'potassium'"
    assert "2027-11-20" in named["why"]
    assert told(tmp_path, slip, at="2026-11-19") == []


def test_triage_says_which_symptom_of_the_log_is_dated_later(tmp_path: Path):
    log = tmp_path / "log.ndjson"
    fit = event(1, "symptom", {"symptom": "symptom_seizure"}, at="2027-11-20T09:00:00+02:00")
    log.write_text(LOG.read_text("utf-8") + fit + "\n", "utf-8")
    asked = ["triage", "--course", str(log), "--symptom", "symptom_rash=no", "--at", "2026-11-20T11:00+02:00"]
    result = CliRunner().invoke(command, asked)
    assert "symptom 'symptom_seizure': it is dated 2027-11-20" in " ".join(result.output.split())


def test_what_was_taken_back_is_not_named(tmp_path: Path):
    wrong = event(1, "result", result_of("serum_potassium"))
    back = event(2, "retracted", {}, supersedes="01a1f000-5c00-7000-a2ea-000000000001")
    later = json.dumps(json.loads(back) | {"recorded_at": "2026-11-20T11:00:00+02:00"})
    assert told(tmp_path, wrong, later) == []
