"""Jobs of exports are kept whole, are their owner's alone, and go when they have expired."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from fullcourse.adapters.fhir.exported.job import ExportFile, ExportJob, ExportJobs, JobState, open_owned

NAME = "0d9f2b3c-1111-4222-8333-444455556666"
OTHER = "0d9f2b3c-1111-4222-8333-444455557777"
JOB = ExportJob(
    NAME, "account-1", ("north",), "https://clinic.example/fhir/$export", ("Patient", "Observation"), "",
    "2026-11-30T09:00:00+00:00", "2026-12-01T09:00:00+00:00",
)  # fmt: skip


@pytest.fixture
def jobs(tmp_path):
    return ExportJobs(tmp_path / "out" / "exports")


def test_a_job_is_read_back_as_it_was_kept(jobs):
    jobs.begin(JOB)
    assert jobs.job(NAME) == JOB
    done = replace(JOB, state=JobState.DONE, files=(ExportFile("Patient", "Patient-1.ndjson", 3),), attempts=2)
    jobs.save(done)
    assert jobs.job(NAME) == done
    assert sorted(path.name for path in jobs.folder(JOB).iterdir()) == ["job.json"]


def test_a_folder_and_what_is_in_it_are_the_owners_alone(jobs, tmp_path):
    jobs.begin(JOB)
    with jobs.working(JOB) as alone:
        assert alone is True
        modes = {path.stat().st_mode & 0o777 for path in jobs.folder(JOB).iterdir()}
    assert modes == {0o600}
    assert {(path.stat().st_mode & 0o777) for path in (jobs.folder(JOB), jobs.folder(JOB).parent)} == {0o700}
    with open_owned(tmp_path / "new") as file:
        file.write(b"x")
    assert (tmp_path / "new").stat().st_mode & 0o777 == 0o600
    with pytest.raises(FileExistsError):
        open_owned(tmp_path / "new")


def test_a_second_job_finds_the_folder_there_and_one_name_is_one_job(jobs):
    jobs.begin(JOB)
    jobs.begin(replace(JOB, id=OTHER))
    with pytest.raises(FileExistsError):
        jobs.begin(JOB)


def test_the_jobs_of_a_caller_are_by_their_ids_and_no_others(jobs):
    assert jobs.of("account-1") == ()
    for name, caller in ((OTHER, "account-1"), (NAME, "account-1"), (ExportJobs.new_id(), "account-2")):
        jobs.begin(replace(JOB, id=name, caller=caller))
    assert [job.id for job in jobs.of("account-1")] == [NAME, OTHER]


def test_a_name_that_is_none_leads_nowhere(jobs, tmp_path):
    jobs.begin(JOB)
    (jobs.folder(JOB).parent / "kept").mkdir()
    for name in ("../x", "", "kept", NAME.upper()):
        assert jobs.job(name) is None
        jobs.remove(name)
    assert (jobs.folder(JOB).parent / "kept").is_dir()
    assert jobs.job(OTHER) is None


def test_a_job_that_is_thrown_away_is_gone_with_its_files(jobs):
    jobs.begin(JOB)
    jobs.path(JOB, ExportFile("Patient", "Patient-1.ndjson", 1)).write_text("{}\n")
    jobs.remove(NAME)
    assert not jobs.folder(JOB).exists()
    with pytest.raises(FileNotFoundError):
        jobs.save(JOB)
    with jobs.working(JOB) as alone:
        assert alone is False
    jobs.remove(NAME)


@pytest.mark.parametrize(("early", "is_kept"), [(timedelta(microseconds=1), True), (timedelta(), False)])
def test_a_job_goes_at_the_moment_when_it_expires(jobs, early, is_kept):
    jobs.begin(JOB)
    jobs.sweep(datetime.fromisoformat(JOB.expires) - early)
    assert (jobs.job(NAME) is not None) is is_kept


def test_one_alone_works_on_a_job_and_lets_go_of_it(jobs):
    jobs.begin(JOB)
    with jobs.working(JOB) as first:
        assert first is True
        with jobs.working(JOB) as second:
            assert second is False
    with jobs.working(JOB) as again:
        assert again is True


def test_a_new_id_is_one_that_leads_to_a_job(jobs):
    name = ExportJobs.new_id()
    jobs.begin(replace(JOB, id=name))
    assert jobs.job(name) is not None
    assert ExportJobs.new_id() != name
