"""What somebody wrote to harm whoever reads it, through every output: it is shown as what it is, or not at all.

What a store or a file of a course keeps stays as it was written; what is shown of it is without control, direction and
no width, a page escapes it, and no spreadsheet works it out.
"""

import contextlib
import csv
import io
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import pytest

from cds_calls import allergy, answered, call, condition, observation, order, sent
from clinic_service import NORTH, as_of, clinic_service
from e2b_files import SCENARIO_1
from every_command import EXAMPLES
from fhir_service import MINE, clinic, generated
from fullcourse.adapters.published.event import event_line, read_event_line
from fullcourse.interfaces.cli.main import main
from hostile_text import HOSTILE, LONG, SAID_TOGETHER, UNREADABLE, cells_that_compute, faults_in, in_toml
from reports import WHOLE

RECORD: Final = EXAMPLES / "synthetic-patient.json"
AT: Final = ("--at", "2026-11-22")
NOW: Final = ("--at", "2026-12-03T10:00+02:00")
DRUG: Final = ("--drug", "cycloserine")
_WRITTEN: Final = {"because", "lot", "text", "purpose", "facility", "claim_code", "language"}
WORDS: Final = 250
"""The most characters that a report takes as the words of a reaction."""
MEASURED: Final = ("--covariate", "creatinine=0.9 mg/dL", "--covariate", "weight=58 kg")
TEXTS: Final = {"all of it": SAID_TOGETHER, "a formula": HOSTILE["a formula"], "very long": LONG}
"""Each by itself is tried on the one function that cleans, in ``test_seen_text``."""


class Said:
    """What a command said on both streams, and its exit code."""

    def __init__(self, words: tuple[object, ...], monkeypatch: pytest.MonkeyPatch) -> None:
        told, failed = io.TextIOWrapper(io.BytesIO(), "utf-8"), io.TextIOWrapper(io.BytesIO(), "utf-8")
        monkeypatch.setattr(sys, "argv", ["fullcourse", *map(str, words)])
        with contextlib.redirect_stdout(told), contextlib.redirect_stderr(failed):
            try:
                main()
            except SystemExit as left:
                self.code = left.code
        told.flush()
        failed.flush()
        self.out, self.err = (it.buffer.getvalue().decode("utf-8") for it in (told, failed))


@pytest.fixture
def said(monkeypatch: pytest.MonkeyPatch) -> Callable[..., Said]:
    """Return a caller of the program that holds whatever it says to be harmless."""

    def ask(*words: object, html: bool = False) -> Said:
        done = Said(words, monkeypatch)
        assert done.code in (0, 1, 2), (done.out[:300], done.err[:500])
        assert [*faults_in(done.out, html=html), *faults_in(done.err)] == [], words[:2]
        assert "internal error" not in done.err
        return done

    return ask


def record(folder: Path, text: str) -> Path:
    """Write a record in which everything that people write is a text."""
    bundle = json.loads(RECORD.read_text("utf-8"))
    about = {"reference": "Patient/p"}
    for entry in bundle["entry"]:
        if entry["resource"]["resourceType"] == "Patient":
            about = {"reference": f"Patient/{entry['resource']['id']}"}
    concept, note = {"text": text, "coding": [{"system": text, "code": text, "display": text}]}, [{"text": text}]
    now = "2026-11-01"
    more: list[dict[str, Any]] = [
        {"resourceType": "Condition", "code": concept, "subject": about, "recordedDate": now, "note": note},
        {"resourceType": "Condition", "code": {"text": text}, "subject": about, "onsetString": text, "note": note},
        {"resourceType": "AllergyIntolerance", "code": {"text": text}, "patient": about, "note": note},
        {
            "resourceType": "AllergyIntolerance", "code": {"text": "cycloserine"}, "patient": about,
            "reaction": [{"manifestation": [concept], "description": text}],
        },
        {
            "resourceType": "MedicationStatement", "status": "active", "medicationCodeableConcept": {"text": text},
            "subject": about, "effectiveDateTime": now, "dosage": [{"text": text}],
        },
        {"resourceType": "MedicationRequest", "status": text, "intent": "order", "subject": about, "id": text[:40],
         "medicationCodeableConcept": concept, "authoredOn": now},
        {"resourceType": "Observation", "status": "final", "code": concept, "subject": about, "valueString": text,
         "effectiveDateTime": now},
        {
            "resourceType": "Observation", "status": "final", "subject": about, "effectiveDateTime": now,
            "code": {"coding": [{"system": "http://loinc.org", "code": "2160-0", "display": text}]},
            "valueQuantity": {"value": 1, "unit": text, "code": text, "system": "http://unitsofmeasure.org"},
        },
        {
            "resourceType": "QuestionnaireResponse", "status": "completed", "subject": about, "authored": now,
            "item": [{"linkId": text, "text": text, "answer": [{"valueString": text}]}],
        },
        {"resourceType": "List", "status": "current", "mode": "working", "title": text, "code": concept},
    ]  # fmt: skip
    bundle["entry"] += [{"resource": it} for it in more]
    path = folder / "record.json"
    path.write_text(json.dumps(bundle), "utf-8")
    return path


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_what_a_record_says(text: str, said: Callable[..., Said], tmp_path: Path):
    path = record(tmp_path, text)
    shown = said("check", path, *DRUG, *AT, "--full").out
    assert "Decision" in shown or "DECISION" in shown.upper()
    assert len(shown) < 200_000
    assert said("check", path, *DRUG, *AT, "--format", "json").code == 0
    assert said("leaflet", *DRUG, "--record", path, *AT, "--format", "html", html=True).code == 0


@pytest.mark.parametrize("text", [SAID_TOGETHER, LONG], ids=["all of it", "very long"])
def test_what_a_record_says_in_every_step(text: str, said: Callable[..., Said], tmp_path: Path):
    path = record(tmp_path, text)
    level = ("--dose", "250 mg q12h", "--level", "31 mg/L @ 2026-11-03T10:05+02:00", *MEASURED)
    for words in (
        ("plan", path, *AT), ("plan", path, *AT, "--format", "json"), ("regimen", path, *AT, "--format", "fhir"),
        ("regimen", path, *AT), ("dose", path, *DRUG, *AT), ("dose", path, *DRUG, *AT, "--format", "json"),
        ("leaflet", *DRUG, "--record", path, *AT), ("levels", "estimate", path, *DRUG, *level),
        ("levels", "estimate", path, *DRUG, *level, "--format", "json", "--plot", tmp_path / "curve.svg"),
        ("monitor", path, *DRUG, "--start", "2026-10-01", *AT),
        ("monitor", path, *DRUG, "--start", "2026-10-01", *AT, "--format", "fhir"),
        ("monitor", path, *DRUG, "--start", "2026-10-01", *AT, "--format", "json"),
        ("outcome", path, *DRUG, "--start", "2026-10-01", *AT, "--why"),
        ("outcome", path, *DRUG, "--start", "2026-10-01", *AT, "--format", "json"),
        ("triage", "--symptom", "rash", *DRUG, "--record", path, *AT),
        ("triage", "--symptom", "rash", *DRUG, "--record", path, *AT, "--format", "json"),
        ("overdose", *DRUG, "--took", "10 g", "--record", path, *AT),
        ("course", "duplicates", path, RECORD), ("course", "duplicates", path, RECORD, "--format", "json"),
    ):  # fmt: skip
        said(*words)
    assert list(faults_in((tmp_path / "curve.svg").read_text("utf-8"), html=True)) == []


@pytest.mark.parametrize("text", UNREADABLE.values(), ids=UNREADABLE)
def test_what_no_record_can_hold_is_refused_or_shown_clean(text: str, said: Callable[..., Said], tmp_path: Path):
    path = record(tmp_path, text)
    said("check", path, *DRUG, *AT)
    said("check", path, *DRUG, *AT, "--format", "json")


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_what_is_said_on_the_command_line(text: str, said: Callable[..., Said]):
    for words in (
        ("check", "--drug", text), ("check", *DRUG, "--with", text, "--format", "json"),
        ("check", *DRUG, "--with", text),
        ("triage", "--words", text, *DRUG, *AT), ("triage", "--words", text, *DRUG, *AT, "--format", "json"),
        ("triage", "--symptom", text, "--country", text, "--drug", text), ("triage", "--symptom", text, "--at", text),
        ("overdose", *DRUG, "--took", text), ("ask", text), ("ask", text, "--format", "json"), ("ask", text, *DRUG),
        ("levels", "estimate", RECORD, *DRUG, "--dose", text, "--level", text), ("leaflet", "--drug", text),
        ("knowledge", "show", text), ("plan", RECORD, "--profile", text), ("course", "show", text[:200]), (text,),
        ("dose", RECORD, "--drug", text, "--format", "json"), ("check", text[:200], *DRUG, "--format", "json"),
    ):  # fmt: skip
        said(*words)


def begun(folder: Path, said: Callable[..., Said], text: str) -> Path:
    """Begin a course and log what people write into it."""
    log = folder / "course.ndjson"
    plan = ("--plan", "cycloserine: 250 mg q12h", "--start", "2026-12-01", "--zone", "Africa/Johannesburg")
    why = ("--because", text, "--confirmed-by", text[:200], "--at", "2026-12-01T08:00+02:00")
    assert said("course", "start", RECORD, "--events", log, *plan, *why).code == 0
    for words in (
        ("note", f"text={text}"), ("dose_taken", "drug=cycloserine", "mg=250", f"lot={text}"),
        ("visit", "planned_at=2026-12-09", f"purpose={text}"), ("dispensed", "drug=cycloserine", "form=capsule 250 mg",
        "quantity=60", f"lot={text}"), ("symptom", "symptom=rash"), ("transfer", "direction=out", f"facility={text}"),
        ("consent", f"purpose={text}", "given=true", f"language={text}"), ("plan_stopped", f"because={text}",
        f"decided_by={text}"), ("result", "fact=weight", "value=60", f"unit={text}"), (text[:80], f"x={text}"),
        ("symptom", f"symptom={text}"), ("dose_skipped", "drug=cycloserine", f"reason={text}"),
    ):  # fmt: skip
        said("course", "log", log, *words, "--device", text[:40], *NOW)
    return log


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_what_is_logged_of_a_course(text: str, said: Callable[..., Said], tmp_path: Path):
    log = begun(tmp_path, said, text)
    lines = log.read_text("utf-8").rstrip("\n").split("\n")
    kept = [json.loads(it)["body"] for it in lines]
    assert [it["text"] for it in kept if "text" in it][-1] == text, "what is kept is kept as it was written"
    for words in (
        ("course", "show", log), ("course", "show", log, "--format", "json"), ("missed", log, *DRUG, *NOW),
        ("monitor", log, *NOW), ("monitor", log, *NOW, "--format", "json"), ("outcome", log, *NOW),
        ("outcome", log, *NOW, "--format", "json"), ("schedule", log, *NOW, "--format", "ics"),
        ("schedule", log, *NOW, "--format", "ics", "--words", "plain", "--tests"), ("supply", log, *NOW),
        ("supply", log, *NOW, "--format", "json"), ("course", "recheck", log, *NOW), ("schedule", log, *NOW),
        ("triage", "--symptom", "rash", "--course", log, *NOW), ("overdose", *DRUG, "--took", "10 g", "--course", log),
        ("schedule", log, *NOW, "--sheet", "weekly", "--out", tmp_path / "sheet.pdf", "--force"),
    ):  # fmt: skip
        said(*words)


def test_a_course_carried_elsewhere_keeps_what_was_written(said: Callable[..., Said], tmp_path: Path):
    log, out = begun(tmp_path, said, SAID_TOGETHER), tmp_path / "course.zip"
    assert said("course", "export", log, "--out", out, *NOW).code == 0
    assert said("course", "import", out, "--store", tmp_path / "other.db", *NOW).code == 0
    patient = json.loads(log.read_text("utf-8").split("\n")[0])["patient"]
    again = tmp_path / "again.zip"
    assert said("course", "export", patient, "--store", tmp_path / "other.db", "--out", again, *NOW).code == 0
    assert said("course", "show", patient, "--store", tmp_path / "other.db", *NOW).code == 0


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_what_a_report_says(text: str, said: Callable[..., Said], tmp_path: Path):
    report = tmp_path / "report.toml"
    words = WHOLE.replace('"A fit, two weeks after the first dose."', in_toml(text))
    report.write_text(words.replace('words = "fit"', f"words = {in_toml(text[:WORDS])}"), "utf-8")
    out = tmp_path / "report.xml"
    forms = [("--format", it) for it in ("text", "json", "fhir", "medwatch")]
    for more in (*forms, ("--format", "e2b", "--incomplete", "--out", out)):
        assert said("report", report, *AT, *more).code in (0, 1)
    assert said("report", "--read", out, *AT).code == 0
    assert said("report", "--read", out, *AT, "--format", "json").code == 0


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_what_a_file_of_e2b_says(text: str, said: Callable[..., Said], tmp_path: Path):
    written = "".join(it if it in "\t\n\r" or it >= " " else "?" for it in text)  # no XML holds the others
    path = tmp_path / "report.xml"
    escaped = written.replace("&", "&amp;").replace("<", "&lt;").replace('"', "&quot;")
    source = SCENARIO_1.read_text("utf-8")
    path.write_text(source.replace("Drug A", escaped).replace('extension="', f'extension="{escaped[:200]}', 3), "utf-8")
    shown = said("report", "--read", path, *AT)
    assert shown.code == 0
    assert said("report", "--read", path, *AT, "--format", "json").code == 0


def test_what_a_register_says(said: Callable[..., Said], tmp_path: Path):
    folder = tmp_path / "export"
    folder.mkdir()
    bundle = json.loads(record(tmp_path, SAID_TOGETHER).read_text("utf-8"))
    (folder / "all.ndjson").write_text("".join(json.dumps(it["resource"]) + "\n" for it in bundle["entry"]), "utf-8")
    patient = next(it["resource"]["id"] for it in bundle["entry"] if it["resource"]["resourceType"] == "Patient")
    need = tmp_path / "need.csv"
    said("cohort", "screen", folder, *DRUG, *AT, "--out", tmp_path / "findings.parquet", "--summary")
    said("cohort", "explain", patient, folder, *DRUG, *AT)
    said("cohort", "explain", SAID_TOGETHER, folder, *DRUG, *AT)
    assert said("cohort", "plan", folder, *AT, "--start", "2026-12-01", "--out", need).code == 0
    assert cells_that_compute(csv.reader(io.StringIO(need.read_text("utf-8")))) == []


@pytest.mark.parametrize("text", [*TEXTS.values(), *UNREADABLE.values()], ids=[*TEXTS, *UNREADABLE])
def test_what_is_sent_to_the_service(text: str, tmp_path: Path):
    with clinic_service(tmp_path) as client:
        who = as_of("clinician", NORTH)
        whole = json.loads(record(tmp_path, text).read_text("utf-8"))
        for path, body in (
            ("check", {"drugs": ["cycloserine"], "record": whole, "at": "2026-11-22"}),
            ("check", {"drugs": [text], "record": whole}), ("check", {text: text}), ("courses", {"plan": text}),
            ("triage", {"words": [text], "drugs": [text]}), ("events", [text]), ("ask", {"question": text}),
            ("triage", {"words": [text]}), ("pairs", {"drugs": ["cycloserine"], "beside": [text]}),
        ):  # fmt: skip
            path = f"/api/v1/{path}"
            reply = client.post(path, content=json.dumps(body), headers={**who, "Content-Type": "application/json"})
            assert reply.status_code < 500, (path, reply.text[:300])
            assert list(faults_in(reply.text)) == [], (path, reply.text[:300])


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_what_fhir_shows_of_a_course(text: str):
    lines = [json.loads(event_line(it)) for it in generated()]
    for line in lines:
        body = line["body"]
        body.update(dict.fromkeys(body.keys() & _WRITTEN, text))
    with clinic(log=[read_event_line(json.dumps(it), "the log", 1) for it in lines]) as served:
        for kind in ("MedicationStatement", "CarePlan", "Observation", "Provenance", "MedicationDispense"):
            reply = served.get(f"/fhir/{kind}?patient={MINE}")
            assert reply.status_code < 500
            assert list(faults_in(reply.text)) == [], kind
        whole = served.get(f"/fhir/Patient/{MINE}/$everything")
        assert list(faults_in(whole.text)) == []


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_what_cards_say_of_orders(text: str):
    drafts = (order("cycloserine", "1", status="draft", mg=250), order(text, "2", status="draft"))
    prefetch = sent(condition(text, text), allergy(text, text), observation(text, text, 1, text, "o"))
    told = json.dumps(answered(call("order-sign", drafts, prefetch)), ensure_ascii=False)
    assert "summary" in told
    assert list(faults_in(told)) == []
