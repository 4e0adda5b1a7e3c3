"""The steps from files to facts on all cores, in one set of processes that keep what they have learned."""

import gc
import json
import multiprocessing
import multiprocessing.connection
import os
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from types import TracebackType
from typing import Generic, TypeVar

from fullcourse.adapters.register.input.source import PLAIN, LineSource
from fullcourse.adapters.register.read.assemble import Assembler, part_legend, reader_of
from fullcourse.adapters.register.read.blocks import BlockReader
from fullcourse.adapters.register.read.extract import Extracted, Range, collect, ranges_of, read_range
from fullcourse.adapters.register.read.products import Products
from fullcourse.adapters.register.read.templates import TemplateReader
from fullcourse.knowledge.library import Knowledge

__all__ = ["Job", "Workers", "assemble_bucket", "begin_facts", "nothing_collected", "read_part"]

Task = TypeVar("Task")
Result = TypeVar("Result")
Asked = TypeVar("Asked")


@dataclass(frozen=True, slots=True)
class Job:
    """A register to be read into facts.

    Attributes:
        knowledge: Its vocabulary decides what is looked for.
        at: Date of the check.
        folder: For the facts.
        files: Of the export.
        buckets: In how many parts patients are divided.
        source: Opens the files.
        register: What tells this register from others.
    """

    knowledge: Knowledge
    at: date
    folder: Path
    files: Sequence[Path]
    buckets: int
    source: LineSource = PLAIN
    register: str = ""

    @property
    def rows(self) -> Path:
        """The folder of rows, until the facts are made."""
        return self.folder / "rows"

    def facts_of(self, bucket: int) -> Path:
        """Return the table of facts of a bucket."""
        return self.folder / f"facts-{bucket:05d}.parquet"

    def note_of(self, bucket: int) -> Path:
        """Return the file that is there when the facts of a bucket are."""
        return self.folder / f"facts-{bucket:05d}.json"

    def legend_of(self, bucket: int) -> dict[str, object]:
        """Return what the table of facts of a bucket says of itself, wherever it lies."""
        return part_legend(self.knowledge.digest, self.at, self.register, bucket, self.buckets)

    def extracted(self) -> Extracted:
        """Return the export as read, when every part is."""
        return collect(ranges_of(self.files), self.rows)


class _State:
    """What one process keeps from task to task."""

    def __init__(self, job: Job) -> None:
        self.job = job
        dates = {kind: reading.dates for kind, reading in job.knowledge.readings.items()}
        self.fhir = reader_of(job.knowledge)
        self.reader = BlockReader(dates, job.buckets, TemplateReader(self.fhir, job.knowledge, Products({})))
        self._assembler: Assembler | None = None

    @property
    def assembler(self) -> Assembler:
        if self._assembler is None:
            job = self.job
            self._assembler = Assembler(job.extracted(), self.fhir, job.knowledge, job.at, job.source)
        return self._assembler


_STATE: list[_State] = []


def begin_facts(job: Job) -> Callable[[], None]:
    """Prepare this process for a job; return what forgets it."""
    _STATE[:] = [_State(job)]
    return _STATE.clear


@contextmanager
def nothing_collected() -> Iterator[None]:
    """Look for no circles of objects meanwhile: a line leaves none, and to look takes longer than to read it."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _begin_process(begin: Callable[[Asked], Callable[[], None]], job: Asked) -> None:
    threading.Thread(target=_end_with_parent, daemon=True).start()
    begin(job)


def _end_with_parent() -> None:
    """End this process when the one that started it does, however that ends: nobody would stop it otherwise."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        multiprocessing.connection.wait([parent.sentinel])
        os._exit(1)


def read_part(part: Range) -> int:
    """Read a part of the export into rows; return its number of lines."""
    state = _STATE[0]
    with nothing_collected():
        return read_range(part, state.job.rows, state.reader, state.job.source)


def assemble_bucket(bucket: int) -> int:
    """Make the facts of a bucket of patients; return their number."""
    state = _STATE[0]
    part = state.assembler.write(bucket, state.job.facts_of(bucket), state.job.legend_of(bucket))
    done = state.job.note_of(bucket)
    draft = done.with_suffix(f".{os.getpid()}.draft")
    draft.write_text(json.dumps({"patients": part.patients, "routed": dict(part.routed), "errors": part.errors}))
    draft.replace(done)
    return part.patients


class Workers(Generic[Asked]):
    """Does the tasks of a job: in other processes, or in this one where one is enough."""

    def __init__(self, job: Asked, processes: int, begin: Callable[[Asked], Callable[[], None]]) -> None:
        """Start so many processes; none beside this one for 1.

        Args:
            job: What the tasks are of.
            processes: How many.
            begin: Prepares a process for the job, and returns what forgets it.
        """
        self._pool: ProcessPoolExecutor | None = None
        self._forget: Callable[[], None] | None = None
        if processes > 1:
            spawn = multiprocessing.get_context("spawn")
            self._pool = ProcessPoolExecutor(processes, spawn, _begin_process, (begin, job))
        else:
            self._forget = begin(job)

    def __enter__(self) -> "Workers[Asked]":
        """Return itself."""
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        """Stop; tasks that have not begun are not done."""
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)
        if self._forget is not None:
            self._forget()

    def do(self, step: Callable[[Task], Result], tasks: Sequence[Task]) -> Iterator[tuple[Task, Result]]:
        """Yield each task with what its step returns, as they are done."""
        if self._pool is None:
            for task in tasks:
                yield task, step(task)
            return
        waiting = {self._pool.submit(step, task): task for task in tasks}
        for future in as_completed(waiting):
            yield waiting[future], future.result()
