"""Bulk export: of one's own clinics, for oneself alone, as of one moment, also after the program was stopped."""

import json
import time
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from fhir_service import ENGINES, INTEGRATION, MINE, NORTH, NOW, PROGRAMME, SOUTH, THEIRS, as_of, clinic, sample, schema
from fullcourse.adapters.fhir.exported.job import ExportJobs, JobState
from fullcourse.adapters.fhir.served.course import COURSE_TYPES

ASYNC = {"Prefer": "respond-async"}


def begun(north, path="/fhir/$export", headers=PROGRAMME):
    answer = north.get(path, headers, **ASYNC)
    assert answer.status_code == 202, answer.text
    return answer.headers["content-location"]


def finished(north, where, headers=PROGRAMME):
    until = time.monotonic() + 60
    while time.monotonic() < until:
        answer = north.client.get(where, headers=headers)
        if answer.status_code != 202:
            return answer
        assert answer.headers["retry-after"]
        time.sleep(0.05)
    raise AssertionError("the export does not end")


def lines(north, file, headers=PROGRAMME):
    answer = north.client.get(file["url"], headers=headers)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/fhir+ndjson")
    read = [json.loads(line) for line in answer.text.splitlines()]
    assert len(read) == file["count"]
    return read


@pytest.mark.parametrize("engine", ENGINES)
def test_every_resource_of_ones_clinics_is_taken_out_once_and_no_other(engine, tmp_path):
    with clinic(engine, FULLCOURSE_EXPORT_FOLDER=str(tmp_path / "out")) as north:
        where = begun(north)
        answer = finished(north, where)
        manifest = answer.json()
        assert manifest["request"] == "http://127.0.0.1:8080/fhir/$export"
        assert (manifest["transactionTime"], manifest["requiresAccessToken"]) == (NOW.isoformat(), True)
        assert manifest["error"] == []
        assert answer.headers["expires"] == "Tue, 01 Dec 2026 09:00:00 GMT"
        taken = {file["type"]: lines(north, file) for file in manifest["output"]}
        for kind, resources in taken.items():
            for resource in resources:
                schema().validate(resource)
            assert all(MINE in json.dumps(it) and THEIRS not in json.dumps(it) for it in resources)
            query = "_count=500" if kind == "Patient" else f"patient={MINE}&_count=500"
            searched = north.found(f"/fhir/{kind}?{query}")
            assert sorted(it["id"] for it in searched) == sorted(it["id"] for it in resources)
        assert set(taken) <= set(COURSE_TYPES)
        assert ("id-programme", "fhir.export", MINE, 200) in north.door.log
        assert all(it[2] != THEIRS for it in north.door.log)
        for path in (tmp_path / "out").rglob("*"):
            assert path.stat().st_mode & 0o077 == 0, path


def test_only_who_asked_may_ask_after_it_fetch_it_or_throw_it_away(tmp_path):
    with clinic(FULLCOURSE_EXPORT_FOLDER=str(tmp_path)) as north:
        where = begun(north)
        file = finished(north, where).json()["output"][0]["url"]
        for headers in (INTEGRATION, as_of("programme", SOUTH), as_of("programme")):
            answers = [north.client.get(where, headers=headers), north.client.get(file, headers=headers)]
            answers.append(north.client.delete(where, headers=headers))
            assert {it.status_code for it in answers} == {404}
        assert north.client.get(where).status_code == 401
        assert north.client.get(where, headers=as_of("clinician", NORTH)).status_code == 403
        assert north.client.get(file, headers=PROGRAMME).status_code == 200


def test_what_was_thrown_away_is_not_there_and_what_has_expired_goes(tmp_path):
    now = [NOW]
    with clinic(clock=lambda: now[0], FULLCOURSE_EXPORT_FOLDER=str(tmp_path)) as north:
        where = begun(north)
        file = finished(north, where).json()["output"][0]["url"]
        assert north.client.delete(where, headers=PROGRAMME).status_code == 202
        assert north.client.get(where, headers=PROGRAMME).status_code == 404
        assert north.client.get(file, headers=PROGRAMME).status_code == 404
        assert list(tmp_path.iterdir()) == []
        kept = begun(north)
        finished(north, kept)
        now[0] = NOW + timedelta(hours=23, minutes=59)
        assert north.client.get(kept, headers=PROGRAMME).status_code == 200
        now[0] = NOW + timedelta(hours=24)
        assert north.client.get(kept, headers=PROGRAMME).status_code == 404
        assert list(tmp_path.iterdir()) == []


def test_an_export_that_a_stopped_program_left_is_begun_again_when_it_is_asked_after(tmp_path):
    with clinic(FULLCOURSE_EXPORT_FOLDER=str(tmp_path)) as north:
        where = begun(north)
        whole = finished(north, where).json()
        jobs = ExportJobs(tmp_path)
        (job,) = jobs.of("id-programme")
        jobs.save(replace(job, state=JobState.RUNNING, files=()))
        (tmp_path / job.id / "Observation-1.ndjson").write_bytes(b'{"half')
        again = finished(north, where).json()
        assert again == whole


def test_while_somebody_works_on_an_export_nobody_else_does(tmp_path):
    with clinic(FULLCOURSE_EXPORT_FOLDER=str(tmp_path)) as north:
        where = begun(north)
        finished(north, where)
        jobs = ExportJobs(tmp_path)
        (job,) = jobs.of("id-programme")
        jobs.save(replace(job, state=JobState.RUNNING, files=()))
        with jobs.working(job) as first, jobs.working(job) as second:
            assert (first, second) == (True, False)
            assert north.client.get(where, headers=PROGRAMME).status_code == 202
            time.sleep(0.2)
            assert jobs.job(job.id).state == JobState.RUNNING
            busy = north.get("/fhir/$export", PROGRAMME, **ASYNC)
            assert (busy.status_code, busy.headers["retry-after"]) == (429, "2")
        assert finished(north, where).status_code == 200


def test_an_export_that_fails_says_so_in_the_end_and_never_looks_whole(tmp_path):
    with clinic(FULLCOURSE_EXPORT_FOLDER=str(tmp_path)) as north:
        where = begun(north)
        finished(north, where)
        jobs = ExportJobs(tmp_path)
        (job,) = jobs.of("id-programme")
        jobs.save(replace(job, state=JobState.RUNNING, files=(), since="no time"))
        answer = finished(north, where)
        assert (answer.status_code, answer.json()["resourceType"]) == (500, "OperationOutcome")
        assert jobs.job(job.id).attempts == 3


def test_types_and_what_changed_since_are_taken_out_alone(tmp_path):
    with clinic(FULLCOURSE_EXPORT_FOLDER=str(tmp_path)) as north:
        later = replace(sample()[4], id="01a1aaaa-0000-7000-8000-000000000001", patient=MINE)
        north.store.append([later], NOW - timedelta(minutes=1))
        path = "/fhir/Patient/$export?_type=MedicationAdministration,Observation&_since=2026-11-30T08:00:00Z"
        manifest = finished(north, begun(north, path)).json()
        assert manifest["request"].startswith("http://127.0.0.1:8080/fhir/Patient/$export?_type=")
        (file,) = manifest["output"]
        (only,) = lines(north, file)
        assert only["identifier"][0]["value"] == later.id


def test_courses_that_cannot_be_read_are_told_of_beside_the_others(tmp_path):
    with clinic(FULLCOURSE_EXPORT_FOLDER=str(tmp_path)) as north:
        for patient in ("damaged", "a name with spaces"):
            north.door.clinics[patient] = NORTH
            north.store.append([replace(it, patient=patient) for it in sample()[:5]], NOW - timedelta(days=1))
        north.damage("damaged")
        manifest = finished(north, begun(north)).json()
        (errors,) = manifest["error"]
        told = lines(north, errors)
        assert len(told) == 2
        assert ["damaged" in it["issue"][0]["diagnostics"] for it in told] == [False, True]
        for it in told:
            schema().validate(it)
        assert {file["type"] for file in manifest["output"]} >= {"Patient", "MedicationAdministration"}


def test_what_comes_while_it_is_written_is_not_in_it(tmp_path):
    with clinic(FULLCOURSE_EXPORT_FOLDER=str(tmp_path)) as north:
        ahead = replace(sample()[4], id="01a1aaaa-0000-7000-8000-000000000002", patient=MINE)
        north.store.append([ahead], NOW + timedelta(seconds=1))
        manifest = finished(north, begun(north, "/fhir/$export?_type=MedicationAdministration")).json()
        assert ahead.id not in north.client.get(manifest["output"][0]["url"], headers=PROGRAMME).text


@pytest.mark.parametrize(
    ("path", "headers"),
    [
        ("/fhir/$export", {}),
        ("/fhir/$export?_type=Condition", ASYNC),
        ("/fhir/$export?_type=Patient,", ASYNC),
        ("/fhir/$export?_since=2026-11-30", ASYNC),
        ("/fhir/$export?_since=yesterday", ASYNC),
        ("/fhir/$export?_outputFormat=text/csv", ASYNC),
        ("/fhir/$export?_typeFilter=Patient", ASYNC),
        (f"/fhir/$export?patient={THEIRS}", ASYNC),
    ],
)
def test_an_export_that_is_asked_for_otherwise_is_refused(path, headers, tmp_path):
    with clinic(log=sample()[:2], FULLCOURSE_EXPORT_FOLDER=str(tmp_path / "out")) as north:
        answer = north.get(path, PROGRAMME, **headers)
        assert (answer.status_code, answer.json()["resourceType"]) == (400, "OperationOutcome")
        assert not (tmp_path / "out").exists()


def test_without_a_folder_nothing_is_exported_and_says_which_setting(tmp_path):
    with clinic(log=sample()[:2]) as north:
        answer = north.get("/fhir/$export", PROGRAMME, **ASYNC)
        assert (answer.status_code, "FULLCOURSE_EXPORT_FOLDER" in answer.text) == (404, True)
        rest = north.get("/fhir/metadata").json()["rest"][0]
        assert "operation" not in rest
        assert all("operation" not in it for it in rest["resource"])


@pytest.mark.parametrize("job", ["x", "00000000-0000-4000-8000-000000000000", "%2Fetc"])
def test_no_path_leads_out_of_the_folder(job, tmp_path):
    (tmp_path / "job.json").write_text("{}")
    with clinic(log=sample()[:2], FULLCOURSE_EXPORT_FOLDER=str(tmp_path / "out")) as north:
        assert north.get(f"/fhir/export-files/{job}", PROGRAMME).status_code == 404
        where = begun(north)
        finished(north, where)
        for file in ("job.json", "..%2f..%2fjob.json", "lock", "Patient-2.ndjson"):
            assert north.client.get(f"{where}/{file}", headers=PROGRAMME).status_code == 404


def test_a_link_in_the_place_of_a_file_is_not_followed(tmp_path):
    target = tmp_path / "target"
    target.write_text("not ours")
    with clinic(log=sample()[:2], FULLCOURSE_EXPORT_FOLDER=str(tmp_path / "out")) as north:
        where = begun(north)
        finished(north, where)
        jobs = ExportJobs(tmp_path / "out")
        (job,) = jobs.of("id-programme")
        for path in (tmp_path / "out" / job.id).glob("*.ndjson"):
            path.unlink()
            path.symlink_to(target)
        jobs.save(replace(job, state=JobState.RUNNING, files=()))
        assert finished(north, where).status_code == 200
        assert target.read_text() == "not ours"


def test_a_job_that_cannot_be_read_is_no_job(tmp_path: Path):
    jobs = ExportJobs(tmp_path)
    name = ExportJobs.new_id()
    (tmp_path / name).mkdir()
    for content in (b"", b"[]", b"{}", b'{"id": 1}'):
        (tmp_path / name / "job.json").write_bytes(content)
        assert jobs.job(name) is None
    jobs.sweep(datetime.fromisoformat("2030-01-01T00:00:00+00:00"))
