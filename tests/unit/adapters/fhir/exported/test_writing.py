"""Files of an export hold each resource once, by type, none too long; what cannot be read is told of beside them."""

import json
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import pairwise

import pytest

import fullcourse.adapters.fhir.exported.writing as writing
from fhir_service import MINE, sample
from fullcourse.adapters.fhir.exported.job import ExportJob, ExportJobs, JobState
from fullcourse.adapters.fhir.exported.writing import write_export
from fullcourse.adapters.fhir.served.course import CourseLog, course_served
from fullcourse.adapters.store.durable import DamagedCourse, ErasedCourse
from patients import knowledge

EVENTS = tuple(sample()[:12])
MOMENT = datetime.fromisoformat("2026-11-30T09:00:00+00:00")
KINDS = ("MedicationAdministration", "Patient")
NAMES = ("0d9f2b3c-1111-4222-8333-444455556666", "account-1", ("north",), "https://clinic.example/fhir/$export")
JOB = ExportJob(*NAMES, KINDS, "", MOMENT.isoformat(), "2026-12-01T09:00:00+00:00")


@pytest.fixture
def jobs(tmp_path):
    made = ExportJobs(tmp_path)
    made.begin(JOB)
    return made


def known(patient=MINE, events=EVENTS):
    return patient, lambda: CourseLog(patient, tuple(replace(it, patient=patient) for it in events))


def raising(error):
    def opened():
        raise error

    return MINE, opened


def lines(jobs, job, kind):
    read = []
    for file in job.files:
        if file.kind == kind:
            written = [json.loads(line) for line in jobs.path(job, file).read_text("utf-8").splitlines()]
            assert len(written) == file.count
            read += written
    return read


def test_each_resource_of_the_types_asked_for_is_written_once(jobs):
    job = write_export(jobs, JOB, [known()], knowledge())
    wanted = course_served(CourseLog(MINE, EVENTS), knowledge(), MOMENT, KINDS)
    for kind in KINDS:
        assert lines(jobs, job, kind) == [it.resource for it in wanted if it.kind == kind]
    assert job == replace(JOB, state=JobState.DONE, files=job.files)
    assert [(file.kind, file.name, file.is_error) for file in job.files] == [
        ("MedicationAdministration", "MedicationAdministration-1.ndjson", False),
        ("Patient", "Patient-1.ndjson", False),
    ]


def test_several_courses_stand_in_one_file_of_a_type(jobs):
    job = write_export(jobs, JOB, [known(), known("second")], knowledge())
    assert [it["id"] for it in lines(jobs, job, "Patient")] == [MINE, "second"]


def test_what_an_attempt_before_left_is_written_anew(jobs):
    left = jobs.folder(JOB) / "Patient-9.ndjson"
    left.write_text("half")
    first = write_export(jobs, JOB, [known()], knowledge())
    assert not left.exists()
    assert write_export(jobs, JOB, [known()], knowledge()) == first


def test_what_came_after_the_moment_is_not_in_it(jobs):
    early = EVENTS[7].recorded_at
    job = write_export(jobs, replace(JOB, moment=early.isoformat()), [known()], knowledge())
    doses = [it["effectiveDateTime"] for it in lines(jobs, job, "MedicationAdministration")]
    assert len(doses) == 4 == sum(1 for it in EVENTS if it.kind == "dose_taken" and it.recorded_at <= early)


def test_since_a_moment_only_what_changed_after_it_is_written(jobs):
    changed = EVENTS[-1].recorded_at
    job = write_export(jobs, replace(JOB, since=changed.isoformat()), [known()], knowledge())
    assert job.files == ()
    before = (changed - timedelta(microseconds=1)).isoformat()
    job = write_export(jobs, replace(JOB, since=before), [known()], knowledge())
    assert {it.kind for it in job.files} == set(KINDS)
    assert len(lines(jobs, job, "MedicationAdministration")) == 1


def test_a_course_that_has_not_begun_leaves_nothing(jobs):
    assert write_export(jobs, JOB, [(MINE, lambda: None)], knowledge()).files == ()


@pytest.mark.parametrize(
    ("opened", "why"),
    [
        (raising(ErasedCourse(MINE)), "it was erased on demand"),
        (raising(DamagedCourse(MINE, ("a",))), "what is stored is not what was written, and nothing of it is used"),
        (known("no id of FHIR"), "its id is none that FHIR can hold"),
    ],
)
def test_a_course_that_cannot_be_read_is_told_of_beside_the_others(jobs, opened, why):
    job = write_export(jobs, JOB, [opened, known()], knowledge())
    (told,) = lines(jobs, job, "OperationOutcome")
    (issue,) = told["issue"]
    assert issue["diagnostics"] == f"The course of Patient/{opened[0]} is not in this export: {why}."
    assert (issue["severity"], issue["code"]) == ("error", "incomplete")
    assert {file.kind: file.is_error for file in job.files} == {
        "MedicationAdministration": False, "OperationOutcome": True, "Patient": False,
    }  # fmt: skip


def test_no_file_is_longer_than_can_be_answered_and_nothing_is_lost_between(jobs, monkeypatch):
    whole = write_export(jobs, replace(JOB, kinds=KINDS[:1]), [known()], knowledge())
    resources = lines(jobs, whole, KINDS[0])
    sizes = [len(line) for line in jobs.path(whole, whole.files[0]).read_bytes().splitlines(keepends=True)]
    assert len(sizes) == 8
    most = sizes[0] + sizes[1]
    monkeypatch.setattr(writing, "_MOST_BYTES", most)
    parted = write_export(jobs, replace(JOB, kinds=KINDS[:1]), [known()], knowledge())
    names = [f"MedicationAdministration-{number}.ndjson" for number in range(1, len(parted.files) + 1)]
    assert [file.name for file in parted.files] == names
    files = [jobs.path(parted, file).read_bytes() for file in parted.files]
    assert parted.files[0].count == 2
    assert all(len(file) <= most for file in files)
    assert all(len(file) + len(after.splitlines(keepends=True)[0]) > most for file, after in pairwise(files))
    assert lines(jobs, parted, KINDS[0]) == resources


def test_a_disk_that_fails_leaves_no_file_open_and_says_so(jobs):
    def opened():
        raise OSError("no space left")

    with pytest.raises(OSError, match="no space left"):
        write_export(jobs, JOB, [known(), (MINE, opened)], knowledge())


def test_text_is_written_as_it_is_and_without_spaces(jobs):
    write_export(jobs, replace(JOB, kinds=("Patient",)), [known()], knowledge())
    line = (jobs.folder(JOB) / "Patient-1.ndjson").read_bytes()
    assert line.startswith(b'{"resourceType":"Patient","id":"')
    assert line.endswith(b"}\n")
