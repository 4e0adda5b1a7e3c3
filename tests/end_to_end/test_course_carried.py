"""A course is carried by commands: out of one store, into another, to another facility, and closed by a receipt."""

import json
import zipfile
from dataclasses import replace
from pathlib import Path

import jsonschema_rs
import pytest
from click.testing import CliRunner, Result

import fullcourse.adapters.published as published
from carried import NOW, dose, every_kind
from course_events import started
from fullcourse.adapters.store.event_file import EventFile
from fullcourse.clinical.errors import InputError
from fullcourse.interfaces.cli.main import fullcourse

SCHEMAS = Path(published.__file__).parent / "schemas"
AT = "2026-11-28T14:00+02:00"
PATIENT = "6f1c2f0a-synthetic"


def run(*arguments: object) -> Result:
    return CliRunner().invoke(fullcourse, [str(it) for it in arguments])


def done(*arguments: object) -> str:
    result = run(*arguments)
    assert result.exit_code == 0, (result.output, result.exception)
    return result.output


def refused(*arguments: object) -> str:
    result = run(*arguments)
    assert isinstance(result.exception, InputError), result.output
    return str(result.exception)


def valid(schema: str, value: object) -> dict:
    jsonschema_rs.validator_for(json.loads((SCHEMAS / f"{schema}.json").read_text("utf-8"))).validate(value)
    return value


def answer(schema: str, *arguments: object) -> dict:
    return valid(schema, json.loads(done(*arguments, "--format", "json")))


@pytest.fixture
def events(tmp_path: Path) -> Path:
    path = tmp_path / "course.ndjson"
    EventFile(path, NOW).append(every_kind()[:-2], NOW)
    return path


def test_a_course_goes_through_a_database_and_comes_back_the_same(events: Path, tmp_path: Path):
    out = answer("export-1", "course", "export", "--store", events, "--out", tmp_path / "a.zip", "--at", AT)
    came = answer("import-1", "course", "import", tmp_path / "a.zip", "--store", tmp_path / "b.db", "--at", AT)
    assert (came["new"], came["patient"], came["log_digest"]) == (out["events"], PATIENT, out["log_digest"])
    back = answer("export-1", "course", "export", PATIENT, "--store", tmp_path / "b.db", "--out", tmp_path, "--at", AT)
    assert back["file"] == f"course-{out['log_digest'][:12]}.zip"
    assert (back["events"], back["log_digest"]) == (out["events"], out["log_digest"])
    again = answer("import-1", "course", "import", tmp_path / back["file"], "--store", tmp_path / "b.db", "--at", AT)
    assert (again["new"], again["same"]) == (0, out["events"])
    with zipfile.ZipFile(tmp_path / "a.zip") as archive:
        valid("person-1", json.loads(archive.read("manifest.json")))


def test_what_is_odd_is_said(events: Path, tmp_path: Path):
    EventFile(events, NOW).append([dose(on="2036-03-02T08:05")], NOW)
    EventFile(events, NOW).append(every_kind()[-1:], NOW)
    done("course", "export", "--store", events, "--out", tmp_path / "a.zip", "--at", AT)
    said = done("course", "import", tmp_path / "a.zip", "--store", tmp_path / "b.db", "--at", AT)
    assert "is from the future (2036-03-02" in said
    assert "1 of the unknown kind 'hologram_shown': kept as they came" in said
    assert max(map(len, said.splitlines())) < 130


def test_a_damaged_file_makes_no_store_and_takes_nothing(events: Path, tmp_path: Path):
    done("course", "export", "--store", events, "--out", tmp_path / "a.zip", "--at", AT)
    data = (tmp_path / "a.zip").read_bytes()
    for damaged in (data[:-100], data[:500] + b"\0" + data[501:], b"", b"%PDF-1.7", b"PK\x03\x04" + bytes(500)):
        (tmp_path / "x.zip").write_bytes(damaged)
        refused("course", "import", tmp_path / "x.zip", "--store", tmp_path / "b.db", "--at", AT)
    assert not (tmp_path / "b.db").exists()


def test_an_export_is_not_named_after_anybody_and_overwrites_nothing(events: Path, tmp_path: Path):
    said = refused("course", "export", "--store", events, "--out", tmp_path / f"{PATIENT}.zip", "--at", AT)
    assert "named after the patient" in said
    assert PATIENT not in said
    assert "is there already" in refused("course", "export", "--store", events, "--out", events, "--at", AT)
    assert "knows nobody" in refused("course", "export", "x", "--store", events, "--out", tmp_path / "a", "--at", AT)


def test_a_transfer_is_sent_received_and_closed(events: Path, tmp_path: Path):
    file, receiver = tmp_path / "t.fct", tmp_path / "c.db"
    sent = answer(
        "transfer-1", "course", "transfer", "out", "--store", events, "--to", "Clinic C", "--from", "Clinic B",
        "--out", file, "--at", AT,
    )  # fmt: skip
    later = "2026-12-03T14:00+02:00"
    shown = done("course", "show", events, "--at", later)
    assert "! TRANSFERRED OUT to Clinic C on 2026-11-28" in shown
    assert "NOT YET RECEIVED for 5 days" in shown
    assert "CLOSED" not in shown
    take = ("course", "transfer", "in", file, "--as", "Clinic C", "--store", receiver, "--at", later)
    came = answer("transfer-1", *take, "--code", sent["code"].lower())
    assert (came["transfer"], came["facility"]) == (sent["transfer"], "Clinic B")
    assert "received here on 2026-12-03" in refused(*take, "--code", sent["code"], "--receipt", tmp_path / "r2")
    receipt = tmp_path / "t.fct.receipt.json"
    valid("receipt-1", json.loads(receipt.read_text("utf-8")))
    done(*take, "--code", sent["code"], "--receipt", tmp_path / "again.json", "--receipt-only")
    assert json.loads((tmp_path / "again.json").read_text("utf-8")) == json.loads(receipt.read_text("utf-8"))
    closing = ("course", "transfer", "receipt", receipt, "--store", events, "--at", later)
    assert answer("transfer-1", *closing)["facility"] == "Clinic C"
    assert "closed already" in refused(*closing)
    shown = done("course", "show", events, "--at", later)
    assert "CLOSED: transferred out" in shown
    assert "NOT YET RECEIVED" not in shown
    overview = answer("course-1", "course", "show", events, "--at", later)
    assert [it["is_awaited"] for it in overview["transfers"]] == [False]


def test_a_code_is_asked_for_and_nothing_comes_of_a_wrong_one(events: Path, tmp_path: Path):
    file, receiver = tmp_path / "t.fct", tmp_path / "c.db"
    done("course", "transfer", "out", "--store", events, "--to", "C", "--out", file, "--at", AT)
    take = ["course", "transfer", "in", str(file), "--as", "C", "--store", str(receiver), "--at", AT]
    result = CliRunner().invoke(fullcourse, take, input="0000-0000-001N\n")
    assert "does not open" in str(result.exception)
    assert not receiver.exists()
    assert not (tmp_path / "t.fct.receipt.json").exists()
    lost = refused(*take, "--code", "0000-0000-002C", "--receipt-only")
    assert "misread" in lost


def test_a_departure_without_its_file_is_taken_back(events: Path, tmp_path: Path):
    send = ("course", "transfer", "out", "--store", events, "--to", "C", "--at", AT)
    assert "cannot be written" in refused(*send, "--out", tmp_path / "none" / "t.fct")
    assert "TRANSFERRED" not in done("course", "show", events, "--at", AT)


def test_a_receipt_that_answers_nothing_here_is_refused(events: Path, tmp_path: Path):
    file = tmp_path / "t.fct"
    sent = answer("transfer-1", "course", "transfer", "out", "--store", events, "--to", "C", "--out", file, "--at", AT)
    take = ("course", "transfer", "in", file, "--as", "C", "--store", tmp_path / "c.db", "--at", AT)
    done(*take, "--code", sent["code"])
    closing = ("course", "transfer", "receipt", tmp_path / "t.fct.receipt.json", "--at", AT)
    assert "answers no transfer" in refused(*closing, "--store", tmp_path / "other.ndjson")


def test_a_store_is_backed_up_and_restored(events: Path, tmp_path: Path, monkeypatch):
    monkeypatch.delenv("FULLCOURSE_KEY_FILE", raising=False)
    done("course", "export", "--store", events, "--out", tmp_path / "a.zip", "--at", AT)
    done("course", "import", tmp_path / "a.zip", "--store", tmp_path / "b.db", "--at", AT)
    made = answer(
        "backup-1", "course", "backup", "--store", tmp_path / "b.db", "--out", tmp_path / "x.backup", "--at", AT
    )
    back = ("course", "restore", tmp_path / "x.backup", "--store", tmp_path / "c.db", "--at", AT)
    assert "key file c.db.key is not there" in refused(*back)
    (tmp_path / "c.db.key").write_bytes((tmp_path / "b.db.key").read_bytes())
    came = answer("backup-1", *back)
    assert (came["heads"], came["events"], came["damaged"]) == (made["heads"], made["events"], [])
    assert "is there already" in refused(*back)
    (tmp_path / "d.db.key").write_bytes((tmp_path / "b.db.key").read_bytes())
    said = done("course", "restore", tmp_path / "x.backup", "--store", f"sqlite:///{tmp_path}/d.db", "--at", AT)
    assert "1 courses (0 erased)" in said
    assert "erase again who was erased since" in said
    assert "NOT in it" in done("course", "backup", "--store", tmp_path / "d.db", "--out", tmp_path / "y", "--at", AT)


def test_what_is_no_database_in_a_file_is_backed_up_by_other_means(events: Path, tmp_path: Path):
    send = ("course", "backup", "--out", tmp_path / "x", "--store")
    assert "pg_dump" in refused(*send, "postgresql://localhost/courses")
    assert "copy it while no command runs" in refused(*send, events)


def _record(path: Path, family: str, given: str, born: str, sex: str) -> Path:
    patient = {
        "resourceType": "Patient",
        "name": [{"family": family, "given": [given]}],
        "birthDate": born,
        "gender": sex,
    }
    path.write_text(json.dumps(patient), "utf-8")
    return path


def test_records_of_one_person_are_shown_and_no_name_is(tmp_path: Path):
    one = _record(tmp_path / "Welch.json", "Welch", "Cori", "1980-05-04", "female")
    two = _record(tmp_path / "Welch2.json", "Welch", "Cory", "1980-05-04", "female")
    three = _record(tmp_path / "Moyo.json", "Moyo", "Tendai", "1962-11-30", "male")
    said = done("course", "duplicates", one, two, three)
    assert "LIKELY ONE PERSON: record 1 and record 2\n  same: birth date, sex\n  alike: name\n" in said
    assert "3 compared, 1 pairs to look at. Nothing was put together." in said
    assert not {"welch", "cor", "moyo", "1980"} & set(said.casefold().split())
    assert "elch" not in said
    written = answer("duplicates-1", "course", "duplicates", one, two, three)
    assert written["records"][0]["fields"]["name"] == "alike"
    assert "two records or more" in refused("course", "duplicates", one)
    assert "two records or more" in refused("course", "duplicates")


def test_courses_of_a_store_that_share_their_events_are_shown_and_stay_two(tmp_path: Path):
    store, one = tmp_path / "a.ndjson", dose(device="")
    EventFile(store, NOW).append([one, replace(one, patient="another")], NOW)
    before = store.read_bytes()
    said = done("course", "duplicates", "--store", store)
    assert f"LIKELY ONE PERSON: {PATIENT} and another\n  for it: the same events (1)\n" in said
    written = answer("duplicates-1", "course", "duplicates", "--store", store)
    assert (written["compared"], len(written["courses"])) == (2, 1)
    assert store.read_bytes() == before


def test_a_course_in_a_zone_that_nobody_knows_is_not_locked_in(tmp_path: Path):
    store = tmp_path / "a.ndjson"
    EventFile(store, NOW).append([started("cycloserine: 250 mg q12h", zone="Mars/Olympus")], NOW)
    done("course", "export", store, "--out", tmp_path / "a.zip", "--at", AT)
    with zipfile.ZipFile(tmp_path / "a.zip") as archive:
        assert b"by the clocks of Mars/Olympus" in archive.read("course.fhir.json")
    assert answer("import-1", "course", "import", tmp_path / "a.zip", "--store", tmp_path / "b.db")["new"] == 1
