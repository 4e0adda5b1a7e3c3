"""The cases of a store held in memory for whoever asks again and again, and the reports that were made of them.

They begin with the sealed summaries that the command ``programme`` keeps too; a thread reads what changed, and whoever
asks waits for it only so long. What was not looked at yet is counted and said: a report never passes for whole before
it is.
"""

import threading
import time
from collections import OrderedDict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final, final

from fullcourse.adapters.programme.courses import DAMAGED_ROW, CoursesRead, cases_of_course
from fullcourse.adapters.programme.rules import read_report_rules
from fullcourse.adapters.programme.summary import full_edition, read_summary, write_summary
from fullcourse.adapters.published.course_plan import read_drugs
from fullcourse.adapters.store.durable import CourseHead, DurableStore, StoreAway
from fullcourse.adapters.store.summaries import Summaries
from fullcourse.clinical.errors import FullcourseError, InputError
from fullcourse.cohort.programme.case import Case
from fullcourse.cohort.programme.quarter import Quarter
from fullcourse.cohort.programme.report import Gatherer, ProgrammeReport
from fullcourse.knowledge.library import Knowledge

__all__ = ["HeldCases", "HeldReport"]

_BEHIND: Final = timedelta(minutes=2)
"""How far back of the last look is looked again: an event is stamped when it comes, and is there a little later."""
_WRITTEN_AT_ONCE: Final = 200
_BREATH_EVERY: Final = 100
_BREATH_S: Final = 0.005
"""The thread leaves the processor to calls so long after so many courses."""
_REPORTS: Final = 8
"""So many reports are kept: those of the quarters and clinics that were asked for last."""


@dataclass(frozen=True, slots=True)
class HeldReport:
    """A report, and what it rests on.

    Attributes:
        report: Of the quarter.
        read: What was read, and what could not be.
        cases: Of the courses that were read, those of the quarter or not.
        asides: Random ids of courses with events that were set aside.
        waiting: How many courses were not looked at yet: the numbers lack them.
        looked_at: When the store was asked last for what changed: what came later is not in it.
        is_behind: Whether the store did not answer when it was asked the last time.
    """

    report: ProgrammeReport
    read: CoursesRead
    cases: tuple[Case, ...]
    asides: tuple[str, ...]
    waiting: int
    looked_at: datetime
    is_behind: bool


@dataclass(frozen=True, slots=True)
class _Kept:
    """A course that was looked at: where it ended then, its cases, and why there are none where it cannot be read."""

    head: CourseHead
    cases: tuple[Case, ...]
    why: str = ""


@dataclass(frozen=True, slots=True)
class _Made:
    """A report as it is kept, and of how many changes it knows."""

    version: int
    report: ProgrammeReport
    read: CoursesRead
    cases: tuple[Case, ...]
    asides: tuple[str, ...]


@final
class HeldCases:
    """The cases of a store's courses."""

    def __init__(self, store: DurableStore, knowledge: Knowledge) -> None:
        """Take the store; nothing is read before the first `refresh`."""
        self._store, self._knowledge = store, knowledge
        self._kept: dict[str, _Kept] = {}
        self._waiting: dict[str, CourseHead] = {}
        self._is_listed = False
        self._looked_at: datetime | None = None
        self._is_behind, self._version = False, 0
        self._written: list[tuple[CourseHead, bytes]] = []
        self._reports: OrderedDict[tuple[Quarter, date, frozenset[str]], _Made] = OrderedDict()
        self._door, self._making = threading.Lock(), threading.Lock()
        self._worker: threading.Thread | None = None

    def refresh(self, now: datetime, wait_s: float) -> None:
        """Have what changed taken in by a thread, and wait for it so long at most.

        Args:
            now: This moment.
            wait_s: For how long the caller waits, seconds.
        """
        with self._door:
            if self._worker is None or not self._worker.is_alive():
                self._worker = threading.Thread(target=self._take_in, args=(now,), name="programme", daemon=True)
                self._worker.start()
            worker = self._worker
        worker.join(wait_s)

    def report(self, patients: Collection[str], quarter: Quarter, now: datetime) -> HeldReport:
        """Return the report of some courses, as far as they were looked at; made anew only where something changed.

        Args:
            patients: Random ids of those whose courses are counted; those who are not in the store are passed over.
            quarter: Of the report.
            now: This moment; what happened after its day is not seen.
        """
        those = patients if isinstance(patients, frozenset) else frozenset(patients)
        looked_at, is_behind = self._looked_at or now, self._is_behind
        waiting = self._not_looked_at(those)  # first: whoever is read meanwhile is told twice rather than not at all
        with self._making:
            made = self._made(those, quarter, now.date())
        return HeldReport(made.report, made.read, made.cases, made.asides, waiting, looked_at, is_behind)

    def _made(self, patients: frozenset[str], quarter: Quarter, at: date) -> _Made:
        key, version = (quarter, at, patients), self._version
        made = self._reports.get(key)
        if made is None or made.version != version:
            made = self._reports[key] = self._make(patients, quarter, at, version)
        self._reports.move_to_end(key)
        while len(self._reports) > _REPORTS:
            self._reports.popitem(last=False)
        return made

    def _make(self, patients: frozenset[str], quarter: Quarter, at: date, version: int) -> _Made:
        gatherer = Gatherer(quarter, at, read_report_rules(self._knowledge))
        read, every, asides = CoursesRead(), list[Case](), list[str]()
        for patient, kept in self._those(patients):
            if kept.head.is_erased:
                read.erased += 1
            elif kept.why:
                read.unreadable.append((patient, kept.why))
            elif kept.head.events:
                read.worked_out += 1
                every.extend(kept.cases)
                gatherer.take(kept.cases)
            if kept.head.asides and not kept.head.is_erased and kept.head.check:
                read.asides += 1
                asides.append(patient)
        report = gatherer.report(self._knowledge, self._named, read_drugs)
        return _Made(version, report, read, tuple(every), tuple(asides))

    def _those(self, patients: frozenset[str]) -> Iterator[tuple[str, _Kept]]:
        """Yield the courses that were looked at of some patients, by their ids."""
        kept = self._kept
        for patient in sorted(patients):
            one = kept.get(patient)
            if one is not None:
                yield patient, one

    def _not_looked_at(self, patients: frozenset[str]) -> int:
        """Return how many are not looked at yet; before all are listed anybody may be in the store."""
        kept, waiting = self._kept, self._waiting
        if not self._is_listed:
            return sum(1 for patient in patients if patient not in kept)
        return sum(1 for patient in list(waiting) if patient in patients)

    def _named(self, symptom: str) -> str:
        definition = self._knowledge.facts.get(symptom)
        return definition.label if definition else symptom

    def _take_in(self, now: datetime) -> None:
        try:
            if self._looked_at is None:
                self._list()
            else:
                for head in self._store.changed_since(self._looked_at - _BEHIND):
                    self._note(head)
            self._looked_at, self._is_behind = now, False
            self._work_out()
        except FullcourseError:  # the store does not answer, or was closed: the numbers stay, and say so
            self._is_behind = True

    def _list(self) -> None:
        with Summaries(self._store.summaries_place, full_edition()) as summaries:
            for number, (head, summary) in enumerate(summaries.read(self._store), 1):
                if summary is not None and head.check and not head.is_erased:
                    self._keep(head, read_summary(head.patient, summary))
                else:
                    self._note(head)
                if number % _BREATH_EVERY == 0:
                    time.sleep(_BREATH_S)
        self._is_listed = True

    def _note(self, head: CourseHead) -> None:
        """Note that a course has to be looked at, where it ends elsewhere than when it was looked at last."""
        kept = self._kept.get(head.patient)
        if kept is not None and (kept.head.check, kept.head.is_erased) == (head.check, head.is_erased):
            return
        if head.is_erased or not head.events:
            self._keep(head, ())
        elif not head.check:
            self._keep(head, (), DAMAGED_ROW)
        else:
            self._waiting[head.patient] = head

    def _work_out(self) -> None:
        """Read the courses that wait, those that came last first."""
        done = 0
        while self._waiting:
            patient, head = next(reversed(self._waiting.items()))
            try:
                cases = cases_of_course(patient, self._store.events_beside_doses(patient))
            except StoreAway:  # it says nothing about the course
                raise
            except InputError as error:
                self._keep(head, (), str(error))
            else:
                self._keep(head, cases)
                self._written.append((head, write_summary(cases)))
            done += 1
            if done % _BREATH_EVERY == 0:
                time.sleep(_BREATH_S)
            self._write(least=_WRITTEN_AT_ONCE)
        self._write(least=1)

    def _keep(self, head: CourseHead, cases: tuple[Case, ...], why: str = "") -> None:
        before = self._kept.get(head.patient)
        self._kept[head.patient] = _Kept(head, cases, why)
        self._waiting.pop(head.patient, None)
        if before is None or _counted(before) != (cases, why, head.is_erased, head.asides):
            self._version += 1  # a dose more changes no report

    def _write(self, least: int) -> None:
        if len(self._written) < least:
            return
        written: Sequence[tuple[CourseHead, bytes]] = self._written
        self._written = []
        with Summaries(self._store.summaries_place, full_edition()) as summaries:
            summaries.write(written)


def _counted(kept: _Kept) -> tuple[tuple[Case, ...], str, bool, int]:
    """Return everything of a course that a report may count."""
    return kept.cases, kept.why, kept.head.is_erased, kept.head.asides
