"""`$export`: asked for, asked after, fetched and thrown away by the same caller; another finds nothing.

Source: FHIR Bulk Data Access 2.0.0, Export.
"""

import json
import logging
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Final
from urllib.parse import urlencode

from fullcourse.adapters.access.caller import Subject
from fullcourse.adapters.fhir.exported.job import ExportJob, ExportJobs, JobState
from fullcourse.adapters.fhir.exported.writing import Opened, write_export
from fullcourse.adapters.fhir.served.course import COURSE_TYPES, CourseLog
from fullcourse.adapters.fhir.taken.taking import instant
from fullcourse.clinical.errors import InputError
from fullcourse.interfaces.api.call import JSON, Call, Reply
from fullcourse.interfaces.api.fhir.courses import log_of, store_of, subjects_of
from fullcourse.interfaces.api.fhir.told import BASE, base_of, outcome_reply, refuse_other_kinds
from fullcourse.interfaces.api.problems import BadRequest, NotFound, Problem, TooMany
from fullcourse.interfaces.api.routes import Handler
from fullcourse.interfaces.api.service import Seen

__all__ = ["EXPORT", "FILES", "NDJSON", "delete_export", "export_file", "export_status", "exports"]

EXPORT: Final = "fhir.export"
NDJSON: Final = "application/fhir+ndjson"
FILES: Final = f"{BASE}/export-files"
"""Where jobs and their files are."""

_LOG: Final = logging.getLogger("fullcourse.service")
_FORMS: Final = frozenset((NDJSON, "application/ndjson", "ndjson"))
_WAIT_S: Final = "2"
_ATTEMPTS: Final = 3
"""So often an export is begun before it counts as failed: the database may have been gone, or the program stopped."""


def _jobs(call: Call) -> ExportJobs:
    folder = call.service.settings.text("FULLCOURSE_EXPORT_FOLDER")
    if not folder:
        raise NotFound("This service exports nothing: FULLCOURSE_EXPORT_FOLDER names no folder for its files.")
    jobs = ExportJobs(Path(folder))
    jobs.sweep(call.now)
    return jobs


def exports(where: str) -> Handler:
    """Return what begins an export at an address below the base."""

    def export(call: Call) -> Reply:
        refuse_other_kinds(call)
        store_of(call)
        jobs = _jobs(call)
        if "respond-async" not in call.headers.get("prefer", "").lower():
            raise BadRequest("An export takes long, and is answered later alone. Call it with Prefer: respond-async.")
        if (call.asked("_outputFormat") or NDJSON).replace(" ", "+") not in _FORMS:
            raise BadRequest(f"_outputFormat: only {NDJSON} is written.")
        hours = call.service.settings.number("FULLCOURSE_EXPORT_HOURS")
        asked = urlencode([(name, value) for name, values in call.query.items() for value in values])
        job = ExportJob(
            id=ExportJobs.new_id(),
            caller=call.caller.id,
            clinics=tuple(sorted(call.caller.clinics)),
            request=f"{base_of(call)}{where}{'?' if asked else ''}{asked}",
            kinds=_kinds(call),
            since=_since(call),
            moment=call.now.isoformat(),
            expires=(call.now + timedelta(hours=hours)).isoformat(),
        )
        if any(it.state == JobState.RUNNING for it in jobs.of(call.caller.id)):
            raise TooMany("An export of yours is not finished. Wait for it, or delete it.", {"Retry-After": _WAIT_S})
        jobs.begin(job)
        _run(call, jobs, job)
        return Reply(b"", 202, JSON, {"Content-Location": _address(call, job)})

    return export


def _kinds(call: Call) -> tuple[str, ...]:
    asked = [kind for text in call.query.get("_type", ()) for kind in text.split(",")]
    unknown = sorted(set(asked) - set(COURSE_TYPES))
    if unknown:
        raise BadRequest(f"_type: only {', '.join(COURSE_TYPES)} are exported. Leave out what is not among them.")
    return tuple(kind for kind in COURSE_TYPES if not asked or kind in asked)


def _since(call: Call) -> str:
    text = call.asked("_since")
    if text is None:
        return ""
    try:
        return instant(text.replace(" ", "+"), "_since", call.now).isoformat()
    except InputError as error:
        raise BadRequest(str(error)) from None


def _address(call: Call, job: ExportJob) -> str:
    return f"{base_of(call)}{FILES.removeprefix(BASE)}/{job.id}"


def _run(call: Call, jobs: ExportJobs, job: ExportJob) -> None:
    """Work on a job beside the calls, where nobody does yet."""
    threading.Thread(target=_work, args=(call, jobs, job), name=f"export {job.id}", daemon=True).start()


def _work(call: Call, jobs: ExportJobs, job: ExportJob) -> None:
    with jobs.working(job) as is_ours:
        if not is_ours:
            return
        try:
            jobs.save(write_export(jobs, job, _patients(call, job), call.service.knowledge))
        except FileNotFoundError:
            return  # it was deleted
        except Exception as error:  # noqa: BLE001 - whatever it is, who waits must hear in the end that nothing comes
            _LOG.error("%s", json.dumps({"export": job.id, "error": type(error).__name__}))
            attempts = job.attempts + 1
            state = JobState.FAILED if attempts >= _ATTEMPTS else JobState.RUNNING
            with suppress(OSError):  # it is tried again when its state is asked for
                jobs.save(replace(job, state=state, files=(), attempts=attempts))


def _patients(call: Call, job: ExportJob) -> Iterator[Opened]:
    """Yield whose courses the caller may export; that each was taken out is written down before it is read."""

    def reads(subject: Subject) -> Callable[[], CourseLog | None]:
        def read() -> CourseLog | None:
            try:
                return log_of(call, subject)
            except NotFound:
                return None

        return read

    for subject in subjects_of(call, EXPORT):
        at = call.service.now()
        written = call.service.door.saw(Seen(call.caller, EXPORT, True, (subject.patient,), job.id, 200, at, call.peer))
        if written is not None:
            written.result()
        yield subject.patient, reads(subject)


def _own(call: Call) -> tuple[ExportJobs, ExportJob]:
    """Return a job of the caller's own; another's is not found, nor one of clinics that the caller has left."""
    jobs = _jobs(call)
    job = jobs.job(call.path["job"])
    if job is None or job.caller != call.caller.id or not set(job.clinics) <= call.caller.clinics:
        raise NotFound
    return jobs, job


def export_status(call: Call) -> Reply:
    """Tell how far an export has come; where nobody works on it, since the program was stopped, begin it again."""
    jobs, job = _own(call)
    if job.state == JobState.FAILED:
        detail = "The export failed; the log says how. Delete it and ask for it again."
        return outcome_reply(Problem(500, "export_failed", "The export failed", detail))
    if job.state == JobState.RUNNING:
        _run(call, jobs, job)
        return Reply(b"", 202, JSON, {"X-Progress": "in progress", "Retry-After": _WAIT_S})
    where = _address(call, job)
    listed = [{"type": it.kind, "url": f"{where}/{it.name}", "count": it.count} for it in job.files if not it.is_error]
    errors = [{"type": it.kind, "url": f"{where}/{it.name}", "count": it.count} for it in job.files if it.is_error]
    manifest: Mapping[str, object] = {
        "transactionTime": job.moment,
        "request": job.request,
        "requiresAccessToken": True,
        "output": listed,
        "error": errors,
    }
    expires = format_datetime(datetime.fromisoformat(job.expires).astimezone(UTC), usegmt=True)
    return Reply(json.dumps(manifest).encode(), 200, JSON, {"Expires": expires})


def export_file(call: Call) -> Reply:
    """Give one file of an export."""
    jobs, job = _own(call)
    file = next((it for it in job.files if it.name == call.path["file"]), None)
    if job.state != JobState.DONE or file is None:
        raise NotFound
    try:
        return Reply(jobs.path(job, file).read_bytes(), 200, NDJSON)
    except FileNotFoundError:
        raise NotFound from None


def delete_export(call: Call) -> Reply:
    """Throw an export and its files away."""
    jobs, job = _own(call)
    jobs.remove(job.id)
    return Reply(b"", 202, JSON)
