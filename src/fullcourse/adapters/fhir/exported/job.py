"""A job of an export, kept in a folder of its own: what was asked, by whom, and how far it has come.

A program that stops leaves the job as it is; whoever asks for its state next finds that nobody works on it, and begins
it again. Everything is the owner's alone (0600, in a folder of 0700), and goes when it has expired.
"""

import json
import os
import re
import shutil
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import BinaryIO, Final

from fullcourse.adapters.store.place import try_lock

__all__ = ["ExportFile", "ExportJob", "ExportJobs", "JobState", "open_owned"]

_ID: Final = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_NAME: Final = "job.json"
_LOCK: Final = "lock"
_FLAGS: Final = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)


class JobState:
    """How far a job has come."""

    RUNNING: Final = "running"
    DONE: Final = "done"
    FAILED: Final = "failed"


@dataclass(frozen=True, slots=True)
class ExportFile:
    """One file of a job.

    Attributes:
        kind: Type of its resources.
        name: Of the file in the folder of the job.
        count: How many resources.
        is_error: Whether it tells what could not be exported.
    """

    kind: str
    name: str
    count: int
    is_error: bool = False


@dataclass(frozen=True, slots=True)
class ExportJob:
    """One job.

    Attributes:
        id: Random.
        caller: Random id of whose it is.
        clinics: In which the caller worked when it was asked for.
        request: Address that was called.
        kinds: Types that are exported.
        since: Only what changed after it, ISO 8601; empty for everything.
        moment: As of which it is exported, ISO 8601.
        expires: When its files go, ISO 8601.
        state: One of `JobState`.
        files: Those that are whole.
        attempts: How often it was begun and did not come to its end.
    """

    id: str
    caller: str
    clinics: tuple[str, ...]
    request: str
    kinds: tuple[str, ...]
    since: str
    moment: str
    expires: str
    state: str = JobState.RUNNING
    files: tuple[ExportFile, ...] = ()
    attempts: int = 0


class ExportJobs:
    """The jobs in one folder."""

    def __init__(self, folder: Path) -> None:
        """Take the folder; it is made where it is not there."""
        self._folder = folder

    def begin(self, job: ExportJob) -> None:
        """Keep a new job."""
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        (self._folder / job.id).mkdir(mode=0o700)
        self.save(job)

    @staticmethod
    def new_id() -> str:
        """Return an id that nobody can guess."""
        return str(uuid.uuid4())

    def save(self, job: ExportJob) -> None:
        """Write how far a job has come, whole or not at all; raises FileNotFoundError for one that was deleted."""
        draft = self._folder / job.id / f"{_NAME}.{uuid.uuid4()}"
        with open_owned(draft) as file:
            file.write(json.dumps(asdict(job)).encode())
            file.flush()
            os.fsync(file.fileno())
        draft.replace(self._folder / job.id / _NAME)

    def job(self, job_id: str) -> ExportJob | None:
        """Return a job; None for one that is not there, was deleted, or cannot be read."""
        if not _ID.fullmatch(job_id):
            return None
        try:
            return _job(json.loads((self._folder / job_id / _NAME).read_bytes()))
        except (OSError, ValueError, TypeError, KeyError):
            return None

    def of(self, caller: str) -> tuple[ExportJob, ...]:
        """Return the jobs of a caller, by their ids."""
        return tuple(job for job in self._all() if job.caller == caller)

    def _all(self) -> Iterator[ExportJob]:
        with suppress(FileNotFoundError):
            for path in sorted(self._folder.iterdir()):
                if (job := self.job(path.name)) is not None:
                    yield job

    def remove(self, job_id: str) -> None:
        """Throw a job and its files away; what works on it finds nothing more to write to, and ends."""
        if _ID.fullmatch(job_id):
            shutil.rmtree(self._folder / job_id, ignore_errors=True)

    def sweep(self, now: datetime) -> None:
        """Throw away what has expired."""
        for job in tuple(self._all()):
            if datetime.fromisoformat(job.expires) <= now:
                self.remove(job.id)

    def path(self, job: ExportJob, file: ExportFile) -> Path:
        """Return where a file of a job is."""
        return self._folder / job.id / file.name

    def folder(self, job: ExportJob) -> Path:
        """Return the folder of a job."""
        return self._folder / job.id

    @contextmanager
    def working(self, job: ExportJob) -> Iterator[bool]:
        """Yield whether this is now the only one that works on a job; no other can while the block lasts.

        A program that is killed lets go of it by itself.
        """
        try:
            lock = os.open(self._folder / job.id / _LOCK, os.O_RDWR | os.O_CREAT | _FLAGS, 0o600)
        except FileNotFoundError:
            yield False
            return
        try:
            yield try_lock(lock)
        finally:
            os.close(lock)


def open_owned(path: Path) -> BinaryIO:
    """Return a new file that only its owner may read; raises FileExistsError where something is there."""
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | _FLAGS, 0o600), "wb")


def _job(kept: Mapping[str, object]) -> ExportJob:
    read = ExportJob(**kept)  # type: ignore[arg-type]  # what we wrote ourselves; anything else is no job
    files = tuple(ExportFile(**one) for one in kept["files"])  # type: ignore[attr-defined]
    return replace(read, clinics=tuple(read.clinics), kinds=tuple(read.kinds), files=files)
