"""Writes the files of an export: newline-delimited JSON, one type a file, none larger than can be answered at once."""

import json
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import BinaryIO, Final

from fullcourse.adapters.fhir.exported.job import ExportFile, ExportJob, ExportJobs, JobState, open_owned
from fullcourse.adapters.fhir.served.course import CourseLog, course_served
from fullcourse.adapters.fhir.write.elements import Resource
from fullcourse.adapters.fhir.write.naming import ServerNames
from fullcourse.adapters.store.durable import DamagedCourse, ErasedCourse
from fullcourse.knowledge.library import Knowledge

__all__ = ["write_export"]

_MOST_BYTES: Final = 16_000_000
_ERROR: Final = "OperationOutcome"
Opened = tuple[str, Callable[[], CourseLog | None]]
"""A patient's random id, and what reads what is kept: None for a course that has not begun."""


class _Files:
    """The files that are written, a new one where one is full."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._open: dict[str, tuple[BinaryIO, str, int, int]] = {}
        self.done: list[ExportFile] = []
        self._numbers: dict[str, int] = {}

    def write(self, kind: str, resource: Resource) -> None:
        """Write a resource on a line of its own."""
        line = json.dumps(resource, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode() + b"\n"
        if kind in self._open and self._open[kind][2] + len(line) > _MOST_BYTES:
            self._close(kind)
        if kind not in self._open:
            number = self._numbers[kind] = self._numbers.get(kind, 0) + 1
            name = f"{kind}-{number}.ndjson"
            self._open[kind] = open_owned(self._folder / name), name, 0, 0
        file, name, size, count = self._open[kind]
        file.write(line)
        self._open[kind] = file, name, size + len(line), count + 1

    def _close(self, kind: str) -> None:
        file, name, _, count = self._open.pop(kind)
        file.close()
        self.done.append(ExportFile(kind, name, count, is_error=kind == _ERROR))

    def close(self) -> tuple[ExportFile, ...]:
        """Finish every file."""
        for kind in tuple(self._open):
            self._close(kind)
        return tuple(sorted(self.done, key=lambda it: (it.kind, it.name)))


def write_export(jobs: ExportJobs, job: ExportJob, patients: Iterable[Opened], knowledge: Knowledge) -> ExportJob:
    """Write the files of a job from its first one on, and return it as it is then.

    Args:
        jobs: Where it is kept.
        job: The job; nobody else works on it.
        patients: Whose courses are exported, one after the other, by their ids.
        knowledge: What the sources say.

    Raises:
        OSError: The disk did not take it, or the job was deleted meanwhile.
    """
    folder = jobs.folder(job)
    for path in folder.glob("*.ndjson"):
        path.unlink()
    moment = datetime.fromisoformat(job.moment)
    since = datetime.fromisoformat(job.since) if job.since else None
    files = _Files(folder)
    try:
        for patient, opened in patients:
            why = _write_course(files, job, (patient, opened), knowledge, (moment, since))
            if why:
                files.write(_ERROR, _told(patient, why))
    finally:
        whole = files.close()
    return replace(job, state=JobState.DONE, files=whole)


def _write_course(
    files: _Files,
    job: ExportJob,
    course: Opened,
    knowledge: Knowledge,
    span: tuple[datetime, datetime | None],
) -> str:
    """Write one course; return why it could not be read, or nothing."""
    (patient, opened), (moment, since) = course, span
    if not ServerNames.is_named(patient):
        return "its id is none that FHIR can hold"
    try:
        log = opened()
    except ErasedCourse:
        return "it was erased on demand"
    except DamagedCourse:
        return "what is stored is not what was written, and nothing of it is used"
    if log is None:
        return ""
    for it in course_served(log.until(moment), knowledge, moment, job.kinds):
        if since is None or it.updated > since:
            files.write(it.kind, it.resource)
    return ""


def _told(patient: str, why: str) -> Resource:
    text = f"The course of Patient/{patient} is not in this export: {why}."
    return {"resourceType": _ERROR, "issue": [{"severity": "error", "code": "incomplete", "diagnostics": text}]}
