"""The need of a whole register: each record read, planned and counted, on all cores; nothing is kept of anybody."""

import math
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

from fullcourse.adapters.fhir.read.patient import HAS_DIED
from fullcourse.adapters.register.engine.room import Room, said_when_full
from fullcourse.adapters.register.input.find import RegisterInput
from fullcourse.adapters.register.input.source import LineSource
from fullcourse.adapters.register.read.assemble import reader_of
from fullcourse.adapters.register.read.extract import Aside, Range, ranges_of, size_of
from fullcourse.adapters.register.read.fact_folder import Progress
from fullcourse.adapters.register.read.one_record import read_one
from fullcourse.adapters.register.read.people import Gathered, collect_lines, gather_range, patients_of
from fullcourse.adapters.register.read.products import Products
from fullcourse.adapters.register.read.workers import Workers
from fullcourse.clinical.errors import InputError
from fullcourse.cohort.need.one_patient import Needer
from fullcourse.cohort.need.total import DIED, UNREADABLE, NeedTotal
from fullcourse.journey.plan import Planner, PlanRequest
from fullcourse.journey.regimen import RegimenRequest
from fullcourse.knowledge.library import Knowledge

__all__ = ["RegisterNeed", "need_of_register"]

BUCKET_BYTES: Final = 4 * 1024 * 1024
"""Lines of so many bytes, in about, are held as text at once."""

_ROOM: Final = Room(
    "How much more is needed is not known yet: the records are divided by patient beside --out, so about as much as "
    "they take unpacked.",
    "Nothing of it was kept. Make room, and give the same command again, or name an --out on another disk.",
)
_MOST_BUCKETS: Final = 4096
_BUCKETS_A_PROCESS: Final = 8
"""So many parts a process, so that none waits long for the last."""


@dataclass(frozen=True, slots=True)
class RegisterNeed:
    """What a register needs, and what was read of it.

    Attributes:
        total: The need.
        lines: Lines read.
        others: Lines about no patient.
        aside: Lines that are not used.
    """

    total: NeedTotal
    lines: int
    others: int
    aside: Sequence[Aside]


@dataclass(frozen=True, slots=True)
class _Job:
    """A register to be planned.

    Attributes:
        knowledge: By which.
        profile: Id of the profile that leads.
        at: Date of the check.
        request: What is asked of everybody.
        folder: For the lines by patient.
        files: Of the export.
        source: Opens them.
        buckets: In how many parts patients are divided.
    """

    knowledge: Knowledge
    profile: str
    at: date
    request: PlanRequest
    folder: Path
    files: Sequence[Path]
    source: LineSource
    buckets: int


def _not_known() -> tuple[str, float]:
    return "", 0.0


def need_of_register(
    inputs: RegisterInput,
    knowledge: Knowledge,
    profile: str,
    at: date,
    start: date,
    work: Path,
    processes: int,
    progress: Progress,
    refuse: Callable[[Sequence[Aside]], None],
    reached: Callable[[], tuple[str, float]] = _not_known,
) -> RegisterNeed:
    """Return what the plans of all patients of an export need.

    Args:
        inputs: The register.
        knowledge: By which.
        profile: Id of the profile that leads.
        at: Date of the check.
        start: First day of every regimen.
        work: A folder that is there; what is written into it is gone at the end, however that comes.
        processes: How many at once.
        progress: Called now and then.
        refuse: Called with the lines that are not used, before anybody is planned.
        reached: Returns the step that is under way and the share of it that is done, to say what a full disk lacks.

    Raises:
        InputError: The disk is full.
    """
    files = inputs.files
    size = size_of(files)
    parts = _BUCKETS_A_PROCESS * processes if processes > 1 else 1
    buckets = max(parts, min(_MOST_BUCKETS, math.ceil(size / BUCKET_BYTES)))
    request = PlanRequest(RegimenRequest(start=start))
    with (
        tempfile.TemporaryDirectory(prefix=".need-", dir=work) as folder,
        said_when_full(Path(folder), reached, _ROOM),
    ):
        job = _Job(knowledge, profile, at, request, Path(folder), files, inputs.source, buckets)
        with Workers(job, processes, _begin) as workers:
            _gather_all(job, workers, size, progress)
            gathered = collect_lines(ranges_of(files), job.folder)
            refuse(gathered.aside)
            total = _plan_all(job, workers, progress)
    return RegisterNeed(total, gathered.lines, gathered.others, gathered.aside)


def _gather_all(job: _Job, workers: Workers[_Job], size: int, progress: Progress) -> None:
    done = lines = 0
    progress("reading", done, size, lines)
    for part, count in workers.do(_gather, list(ranges_of(job.files))):
        lines += count
        done += part.size
        progress("reading", done, size, lines)


def _plan_all(job: _Job, workers: Workers[_Job], progress: Progress) -> NeedTotal:
    total = NeedTotal()
    progress("planning", 0, job.buckets, 0)
    for done, (_, part) in enumerate(workers.do(_plan_bucket, range(job.buckets)), 1):
        total.merge(part)
        progress("planning", done, job.buckets, total.patients)
    return total


class _State:
    """What one process keeps from task to task."""

    def __init__(self, job: _Job) -> None:
        self.job = job
        self.dates = {kind: reading.dates for kind, reading in job.knowledge.readings.items()}
        self.reader = reader_of(job.knowledge)
        self.planner = Planner(job.knowledge, job.knowledge.profile(job.profile))
        self.needer = Needer(job.knowledge)
        self._gathered: tuple[Gathered, Products] | None = None

    def gathered(self) -> tuple[Gathered, Products]:
        """Return the export by patient, when every part of it is read, and what finds the products in it."""
        if self._gathered is None:
            gathered = collect_lines(ranges_of(self.job.files), self.job.folder)
            self._gathered = gathered, Products(gathered.elsewhere)
        return self._gathered

    def plan_bucket(self, bucket: int) -> NeedTotal:
        """Return the need of the patients of a bucket."""
        job, total = self.job, NeedTotal()
        gathered, products = self.gathered()
        for patient in patients_of(gathered, bucket):
            try:
                record = read_one(patient.lines, patient.links, self.reader, products, job.at)
                if HAS_DIED in record.notes:
                    total.add_apart(DIED)
                    continue
                answer = self.planner.plan(record, job.at, job.request)
            except InputError:
                # Its words may hold what stands in the record: `cohort explain` says them to who asks for the patient.
                total.add_apart(UNREADABLE)
            else:
                total.add(self.needer.need(answer))
        return total


_STATE: list[_State] = []


def _begin(job: _Job) -> Callable[[], None]:
    _STATE[:] = [_State(job)]
    return _STATE.clear


def _gather(part: Range) -> int:
    state = _STATE[0]
    return gather_range(part, state.job.folder, state.dates, state.job.buckets, state.job.source)


def _plan_bucket(bucket: int) -> NeedTotal:
    return _STATE[0].plan_bucket(bucket)
