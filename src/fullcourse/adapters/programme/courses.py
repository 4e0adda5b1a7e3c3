"""The cases of every course of a store, or of a folder of event files; what cannot be read is named."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Final

from fullcourse.adapters.programme.summary import full_edition, read_summary, write_summary
from fullcourse.adapters.published.course_plan import plan_json
from fullcourse.adapters.store.contract import Recorder
from fullcourse.adapters.store.durable import CourseHead, DurableStore
from fullcourse.adapters.store.event_file import EventFile
from fullcourse.adapters.store.memory import MemoryRecorder
from fullcourse.adapters.store.summaries import Summaries
from fullcourse.adapters.zones import load_zone
from fullcourse.clinical.errors import InputError
from fullcourse.clinical.event import Event
from fullcourse.cohort.programme.case import Case
from fullcourse.cohort.programme.reading import cases_of
from fullcourse.course.fold import fold

__all__ = ["DAMAGED_ROW", "CoursesRead", "cases_of_course", "cases_of_recorder", "cases_of_store", "recorder_of_files"]

DAMAGED_ROW: Final = "the patient's row is not what was written"
"""Why a course is not counted whose row in the store is damaged."""

_WRITTEN_AT_ONCE: Final = 1000
_EVENT_FILES: Final = ("*.ndjson", "*.jsonl")
_Cases = tuple[Case, ...]


@dataclass(slots=True)
class CoursesRead:
    """What was read, and what could not be.

    Attributes:
        erased: Courses whose key was destroyed on demand: nothing of them is counted.
        unreadable: Random id of each course that is damaged or cannot be read, or the name of such a file of events,
            with why: nothing of it is counted.
        asides: Courses with events that were set aside, for a person to look at.
        summarised: Courses of which nothing was added since they were looked at last.
        worked_out: Courses that were read event by event.
        note: What is to be known of the reading; empty where nothing is.
    """

    erased: int = 0
    unreadable: list[tuple[str, str]] = field(default_factory=list)
    asides: int = 0
    summarised: int = 0
    worked_out: int = 0
    note: str = ""


def cases_of_store(store: DurableStore, read: CoursesRead, *, from_events: bool = False) -> Iterator[_Cases]:
    """Yield the cases of each course of a store.

    Args:
        store: The store.
        read: Filled while courses are read.
        from_events: Whether what was worked out before is not looked at.
    """
    with Summaries(store.summaries_place, full_edition()) as summaries:
        waiting: list[tuple[CourseHead, bytes]] = []
        for head, summary in summaries.read(store):
            if not _is_to_be_read(head, read):
                continue
            if summary is not None and not from_events:
                read.summarised += 1
                yield read_summary(head.patient, summary)
                continue
            cases = _worked_out(head.patient, store, read)
            if cases is None:
                continue
            waiting.append((head, write_summary(cases)))
            if len(waiting) >= _WRITTEN_AT_ONCE:
                summaries.write(waiting)
                waiting.clear()
            yield cases
        summaries.write(waiting)
        if summaries.failed:
            read.note = (
                f"What was worked out could not be kept ({summaries.failed}): the next report is as slow as this."
            )


def _is_to_be_read(head: CourseHead, read: CoursesRead) -> bool:
    if head.is_erased:
        read.erased += 1
        return False
    if not head.check:
        read.unreadable.append((head.patient, DAMAGED_ROW))
        return False
    read.asides += head.asides > 0
    return head.events > 0


def _worked_out(patient: str, store: DurableStore, read: CoursesRead) -> _Cases | None:
    try:
        cases = cases_of_course(patient, store.events_beside_doses(patient))
    except InputError as error:
        read.unreadable.append((patient, str(error)))
        return None
    read.worked_out += 1
    return cases


def recorder_of_files(place: Path, now: datetime, read: CoursesRead) -> Recorder:
    """Return the events of a file, or of a folder of files.

    Args:
        place: A file, or a folder whose ``.ndjson`` and ``.jsonl`` files are read.
        now: When events were received that carry no time of receipt.
        read: Takes the files of a folder that cannot be read, and how many files have another ending.

    Raises:
        InputError: There is no such file, or a file that is named itself cannot be read.
    """
    is_folder = place.is_dir()
    files = sorted(path for kind in _EVENT_FILES for path in place.glob(kind)) if is_folder else [place]
    if not files or not files[0].is_file():
        raise InputError(f"{place.name} holds no file of events (.ndjson). Name a store, a folder or a file of events.")
    together = MemoryRecorder()
    for file in files:
        try:
            _add(EventFile(file, now), together, now)
        except InputError as error:
            if not is_folder:
                raise
            read.unreadable.append((file.name, str(error)))
    others = sum(1 for path in place.iterdir() if path not in files) if is_folder else 0
    if others:
        read.note = (
            f"{others} of the folder's entries are no file of events (.ndjson, .jsonl): nothing was read of them."
        )
    return together


def cases_of_recorder(recorder: Recorder, read: CoursesRead) -> Iterator[_Cases]:
    """Yield the cases of each course; ``read`` is filled meanwhile."""
    for patient in recorder.patients():
        read.asides += bool(recorder.set_aside(patient))
        try:
            cases = cases_of_course(patient, recorder.events(patient))
        except InputError as error:
            read.unreadable.append((patient, str(error)))
            continue
        read.worked_out += 1
        yield cases


def _add(file: EventFile, together: MemoryRecorder, now: datetime) -> None:
    for patient in file.recorder.patients():
        for event in file.recorder.events(patient):
            together.append([event], event.received_at or now)
        together.append([aside.event for aside in file.recorder.set_aside(patient)], now)


def cases_of_course(patient: str, events: Iterable[Event]) -> _Cases:
    """Return the cases of one course; raises InputError for events of which no course can be made."""
    return cases_of(patient, fold(events), load_zone, lambda plan: plan_json(plan)["drugs"])
