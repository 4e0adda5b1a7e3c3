"""What holds for every command: an answer that was not delivered is no success, and no pipe or device is waited for.

The commands and their parameters are those that the program lists, so that a new one is tried as well.
"""

import contextlib
import io
import os
import signal
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from every_command import EXAMPLES, answering, commands, names_a_path
from fullcourse.interfaces.cli.main import main

PATIENT: Final = str(EXAMPLES / "synthetic-patient.json")
NAMES: Final = [" ".join(words) for words, _ in commands()]
WRITTEN: Final = {"out", "save", "html", "plot", "new", "receipt", "folder", "outbox"}
"""Parameters of files and folders that are written, not read."""
NO_FILE: Final = {"dose", "events", "editions", "tests", "old", "doses of course start", "doses of course change"}
"""Plans in words; files that begin empty; folders, which no pipe is."""
NO_PATH: Final = {
    "file of new", "patient of cohort explain", "patient of course erase", "model of levels show",
    "store of course restore",
    "model of levels fit", "model of levels predict", "mic of levels attainment",
}  # fmt: skip
"""What is written, an id, or a file by its ending alone: tried apart."""
DRUG: Final = "--drug cycloserine"
LAST: Final = "2026-11-03T10:05+02:00"
LEVELS: Final = f"{DRUG} --dose 250mg_q12h --level 31mg/L@2026-11-03T10:05+02:00"
BEGUN: Final = "--plan cycloserine:_250mg_q12h --start 2026-12-01 --zone UTC --confirmed-by prescriber --days 2"
READ: Final = {
    "check": {"records": f"@ {DRUG}", "answers": f"R {DRUG} --answers @"},
    "plan": {"record": "@", "forms_in_stock": "R --forms-in-stock @", "answers": "R --answers @"},
    "regimen": {"record": "@", "forms_in_stock": "R --forms-in-stock @", "answers": "R --answers @"},
    "dose": {
        "record": f"@ {DRUG}", "forms_in_stock": f"R {DRUG} --forms-in-stock @", "answers": f"R {DRUG} --answers @",
    },
    "leaflet": {"record": f"{DRUG} --record @", "answers": f"{DRUG} --record R --answers @"},
    "cohort diff": {"inputs": f"--knowledge K K @ {DRUG}"},
    "cohort explain": {"inputs": f"p @ {DRUG}"},
    "cohort facts": {"inputs": "@ --out o"},
    "cohort levels": {"inputs": f"@ {DRUG} --dose 250mg_q12h --out o"},
    "cohort plan": {"inputs": "@ --start 2026-12-01 --out o"},
    "cohort screen": {"inputs": f"@ {DRUG} --out o"},
    "knowledge compare": {"label": "cycloserine @"},
    "course start": {
        "record": f"@ --store s.db {BEGUN}", "store": f"R --store @ {BEGUN}",
        "answers": f"R --store s.db --answers @ {BEGUN}",
    },
    "course change": {"course": f"@ {BEGUN}", "store": f"U --store @ {BEGUN}"},
    "course log": {"course": "@ note text=x", "store": "U note text=x --store @"},
    "course ticks": {"course": "@ sheet 1", "store": "U sheet 1 --store @"},
    "course show": {"course": "@", "store": "U --store @"},
    "course recheck": {"course": "@", "store": "U --store @"},
    "course move": {
        "course": f"@ {DRUG} --by 1 --last {LAST}", "store": f"U {DRUG} --by 1 --last {LAST} --store @",
    },
    "course restore": {"file": "@ --store new.db"},
    "course backup": {"store": "--store @ --out o"},
    "course duplicates": {"records": "R @", "store": "--store @"},
    "course export": {"course": "@ --out o", "store": "U --store @ --out o"},
    "course import": {"file": "@ --store s.db", "store": "F --store @"},
    "course transfer in": {
        "file": "@ --code ABCD-EFGH-JKMN --as y --store s.db", "store": "F --code ABCD-EFGH-JKMN --as y --store @",
    },
    "course transfer out": {"course": "@ --to x --out o", "store": "U --to x --out o --store @"},
    "course transfer receipt": {"file": "@ --store s.db", "store": "F --store @"},
    "course travel": {
        "course": f"@ {DRUG} --to Asia/Manila --last {LAST}",
        "store": f"U {DRUG} --to Asia/Manila --last {LAST} --store @",
    },
    "course verify": {"store": "--store @"},
    "audit verify": {"store": "--store @"},
    "digest": {"store": "--store @"},
    "reminders": {"store": "--outbox . --store @"},
    "serve": {"store": "--store @"},
    "course unheard": {"store": "--days 3 --store @"},
    "course erase": {"store": "U --store @ --yes"},
    "missed": {"course": "@", "store": "U --store @"},
    "triage": {
        "response": f"{DRUG} --response @", "record": f"--symptom rash {DRUG} --record @",
        "answers": f"--symptom rash {DRUG} --record R --answers @", "course": f"--symptom rash {DRUG} --course @",
        "store": f"--symptom rash {DRUG} --course U --store @",
    },
    "overdose": {
        "record": f"{DRUG} --took 10g --record @", "answers": f"{DRUG} --took 10g --record R --answers @",
        "course": f"{DRUG} --took 10g --course @", "store": f"{DRUG} --took 10g --course U --store @",
    },
    "report": {
        "given": "@", "record": "T --record @", "answers": "T --record R --answers @", "course": "T --course @",
        "store": "T --course U --store @", "e2b_file": "--read @",
    },
    "schedule": {"course": "@", "store": "U --store @"},
    "supply": {"course": "@", "store": "U --store @"},
    "monitor": {
        "record_or_course": f"@ {DRUG} --start 2026-10-01", "store": "U --store @",
        "record": "U --store s.db --record @", "answers": f"R {DRUG} --start 2026-10-01 --answers @",
    },
    "outcome": {
        "record_or_course": f"@ {DRUG} --start 2026-10-01", "store": "U --store @",
        "record": "U --store s.db --record @", "answers": f"R {DRUG} --start 2026-10-01 --answers @",
    },
    "programme": {"store": "--store @ --quarter 2026-Q3", "stock": "--store s.db --quarter 2026-Q3 --forms-in-stock @"},
    "levels simulate": {
        "patient": f"{DRUG} --dose 250mg_q12h --patient @",
        "answers": f"{DRUG} --dose 250mg_q12h --patient R --answers @",
    },
    "levels attainment": {
        "patient": f"{DRUG} --dose 250mg_q12h --patient @",
        "answers": f"{DRUG} --dose 250mg_q12h --patient R --answers @",
    },
    **{
        f"levels {name}": {
            "patient": f"@ {LEVELS}{more}", "answers": f"R {LEVELS}{more} --answers @",
            "doses": f"R {DRUG} --level 31mg/L@2026-11-03T10:05+02:00{more} --doses @",
        }
        for name, more in (("estimate", ""), ("advise", ""), ("sampling", ""), ("late", " --hours-late 3"))
    },
    "levels fit": {"data": "@ --model cycloserine-alghamdi-2019"},
    "levels predict": {"data": "@ --model cycloserine-alghamdi-2019", "effects": "D --model M --effects @"},
}  # fmt: skip
"""By command and parameter, words with which it comes as far as opening what the parameter names.

``@`` is the pipe, ``R`` a record, ``U`` an id of a course, ``K`` a folder of knowledge, ``T`` a report begun.
"""
SETTLED_WITHOUT: Final = {
    "cohort diff inputs",
    "levels predict effects",
    "programme stock",
    "monitor record",
    "outcome record",
    "report record",
    "report answers",
    "report course",
    "report store",
}
"""What needs more than words to come as far as opening it: tried for not waiting, whatever it says."""
MEANT_TO_ANSWER: Final = {"triage", "overdose"}
"""An emergency is answered whether or not the record can be opened."""
NOT_OPENED: Final = (
    "a pipe",
    "is no file or folder",  # of a register
    "no course of this id", "knows nobody of that id",  # what is no file is an id
    "nobody has signed in",  # the audit stands beside the store, in a file of its own
    "no exported course", "no store in a file", "is no receipt", "the receipt is not JSON", "the key file", "the code ",
)  # fmt: skip
"""What is said of it instead of opening it."""


class Done:
    """What a command that ran in this process said, and its exit code."""

    def __init__(self, words: list[str], monkeypatch: pytest.MonkeyPatch, output: io.TextIOWrapper | None = None):
        said = io.TextIOWrapper(io.BytesIO(), "utf-8")
        monkeypatch.setattr(sys, "argv", ["fullcourse", *words])
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(), "utf-8"))
        with contextlib.redirect_stderr(said), contextlib.redirect_stdout(output or said):
            try:
                main()
                self.code = 0
            except SystemExit as left:
                self.code = left.code if isinstance(left.code, int) else 1
        said.flush()
        self.said = said.buffer.getvalue().decode("utf-8")


@pytest.fixture
def soon() -> Iterator[None]:
    def too_long(*_: object) -> None:
        raise TimeoutError("a command waited")

    before = signal.signal(signal.SIGALRM, too_long)
    signal.alarm(60)
    yield
    signal.alarm(0)
    signal.signal(signal.SIGALRM, before)


def test_every_parameter_that_names_a_file_is_tried():
    known = {(name, parameter) for name, of in READ.items() for parameter in of}
    listed = {
        (" ".join(words), str(parameter.name))
        for words, command in commands()
        for parameter in command.params
        if names_a_path(parameter, command)
        and parameter.name not in WRITTEN | NO_FILE
        and f"{parameter.name} of {' '.join(words)}" not in NO_PATH | NO_FILE
    }
    listed -= {(name, "folder") for name in NAMES} | {("course start", "doses"), ("course change", "doses")}
    assert listed - known == set()
    assert known - listed == set()


@pytest.mark.parametrize(
    ("name", "parameter"), [(name, of) for name in READ for of in READ[name]], ids=lambda it: it.replace(" ", "-")
)
@pytest.mark.usefixtures("soon")
def test_no_command_waits_for_a_pipe(name: str, parameter: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(tmp_path)
    os.mkfifo(tmp_path / "pipe")
    Path("report.toml").write_text("[reaction]\n", "utf-8")
    Path("some.file").write_text("no exported course\n", "utf-8")
    stands = {
        "@": "pipe", "R": PATIENT, "U": "019aaaaa-0000-7000-8000-000000000000", "T": "report.toml", "F": "some.file",
        "K": str(EXAMPLES.parent / "knowledge"), "D": "some.file", "M": "cycloserine-alghamdi-2019",
        "250mg_q12h": "250 mg q12h", "31mg/L@2026-11-03T10:05+02:00": "31 mg/L @ 2026-11-03T10:05+02:00", "10g": "10 g",
        "cycloserine:_250mg_q12h": "cycloserine: 250 mg q12h",
    }  # fmt: skip
    done = Done([*name.split(), *(stands.get(word, word) for word in READ[name][parameter].split())], monkeypatch)
    assert "internal error" not in done.said
    if f"{name} {parameter}" in SETTLED_WITHOUT:
        return
    assert done.code == 2 or name in MEANT_TO_ANSWER, done.said
    assert any(it in done.said for it in NOT_OPENED) or done.code == 0, done.said


@pytest.mark.parametrize("name", NAMES, ids=lambda name: name.replace(" ", "-"))
def test_no_command_takes_a_full_disk_for_success(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("fullcourse.interfaces.cli.main.drop_output", lambda: None)
    full = Path("/dev/full").open("w", encoding="utf-8")  # noqa: SIM115 - closing it fails, as it should
    done = Done(list(answering(tmp_path)[name]), monkeypatch, full)
    with contextlib.suppress(OSError):
        full.close()
    assert done.code == 2, done.said
    assert "could not be written whole" in done.said


@pytest.mark.parametrize("name", NAMES, ids=lambda name: name.replace(" ", "-"))
def test_no_command_takes_a_reader_that_left_for_success(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("fullcourse.interfaces.cli.main.drop_output", lambda: None)
    reader, writer = os.pipe()
    os.close(reader)
    closed = os.fdopen(writer, "w", encoding="utf-8")
    done = Done(list(answering(tmp_path)[name]), monkeypatch, closed)
    with contextlib.suppress(OSError):
        closed.close()
    assert done.code == 2, done.said
    assert "could not be written whole" in done.said
    assert "Traceback" not in done.said


@pytest.mark.parametrize("encoding", ["ascii", "cp1252"])
@pytest.mark.parametrize("name", NAMES, ids=lambda name: name.replace(" ", "-"))
def test_every_command_answers_in_another_encoding(
    name: str, encoding: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    output = io.TextIOWrapper(io.BytesIO(), encoding)
    done = Done(list(answering(tmp_path)[name]), monkeypatch, output)
    assert done.code == 0, done.said
    output.flush()
    # Where a terminal says ASCII the library that prints takes it for a locale that was not set, and writes UTF-8.
    assert len(output.buffer.getvalue().decode("utf-8" if encoding == "ascii" else encoding)) > 20
