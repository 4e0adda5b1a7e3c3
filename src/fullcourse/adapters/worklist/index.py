"""What every course of a store is needed for, held in memory and kept beside the store.

Only courses that received something are opened again, and those whose time has come; whoever asks for the list waits
for a few of them, and a thread sees to the rest. What is not worked out yet is counted and said: a course that nobody
looked at is never taken for one that needs nothing.
"""

import contextlib
import threading
import time
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final, final

from fullcourse.adapters.store.durable import CourseHead, DurableStore
from fullcourse.adapters.store.summaries import Summaries
from fullcourse.adapters.worklist.rows import Listing, Shown, listing_of, shown_of
from fullcourse.adapters.worklist.summary import edition_of, read_needs, write_needs
from fullcourse.adapters.zones import load_zone
from fullcourse.clinical.errors import FullcourseError, InputError
from fullcourse.journey.course import course_from
from fullcourse.journey.course.queue import Needs, needs_of
from fullcourse.journey.monitor import Monitor
from fullcourse.knowledge.library import Knowledge

__all__ = ["Worklist"]

_BEHIND: Final = timedelta(minutes=2)
"""How far back of the last look is looked again: an event is stamped when it comes, and is there a little later."""
_WRITTEN_AT_ONCE: Final = 50
_BREATH_S: Final = 0.005
"""The thread that works the rest out leaves the processor to calls between two courses."""


@dataclass(slots=True)
class _Kept:
    """A course that was looked at.

    Attributes:
        head: Where it ended then.
        needs: What it is needed for; None where it cannot be read.
        shown: What was shown of it last.
    """

    head: CourseHead
    needs: Needs | None
    shown: Shown | None = None


@dataclass(frozen=True, slots=True)
class _Listed:
    """The list that was made last: of which courses, after how many changes, and from when until when it holds."""

    patients: Collection[str] | None
    changes: int
    begins: datetime
    ends: datetime | None
    listing: Listing

    def is_of(self, patients: Collection[str] | None, changes: int, now: datetime) -> bool:
        """Return whether it is the list of these courses at a moment."""
        holds = self.begins <= now and (self.ends is None or now < self.ends)
        return holds and self.changes == changes and self.patients == patients


@final
class Worklist:
    """The needs of a store's courses."""

    def __init__(self, store: DurableStore, knowledge: Knowledge, is_working_day: Callable[[date], bool]) -> None:
        """Take the store; nothing is read before the first `refresh`.

        Args:
            store: In which the courses are.
            knowledge: What the sources say.
            is_working_day: Whether something can be ordered on a day.
        """
        self._store, self._knowledge, self._is_working_day = store, knowledge, is_working_day
        self._place = store.summaries_place.with_name(f"{store.summaries_place.name}.worklist")
        self._edition = edition_of(knowledge.digest)
        self._kept: dict[str, _Kept] = {}
        self._waiting: dict[str, CourseHead] = {}
        self._at_work: dict[str, CourseHead] = {}
        self._monitors: dict[str, Monitor] = {}
        self._written: list[tuple[CourseHead, bytes]] = []
        self._looked_at: datetime | None = None
        self._changes = 0
        self._listed: _Listed | None = None
        self._door, self._worker = threading.RLock(), threading.Lock()

    def refresh(self, now: datetime, wait_s: float) -> None:
        """Take in what changed since the last time, and work courses out for so long; a thread does the rest.

        Args:
            now: This moment.
            wait_s: For how long the caller waits, seconds.
        """
        ends = time.monotonic() + wait_s
        with self._door:
            self._look(now)
        while self._waiting and time.monotonic() < ends and self._work_one(now):
            pass
        if self._waiting and self._worker.acquire(blocking=False):
            threading.Thread(target=self._work_rest, args=(now,), name="worklist", daemon=True).start()
        elif not self._waiting:
            self._write(least=1)

    def finish(self, now: datetime, may_go_on: Callable[[], bool] = lambda: True) -> bool:
        """Take in what changed, work every course out before it returns, and return whether it did.

        Args:
            now: This moment.
            may_go_on: Asked between two courses.
        """
        with self._door:
            self._look(now)
        while (may := may_go_on()) and (self._work_one(now) or self._at_work):
            if not self._waiting:
                time.sleep(_BREATH_S)  # the last ones are with another thread
        self._write(least=1)
        return may

    def needs(self, patients: Collection[str] | None) -> Iterator[tuple[str, Needs]]:
        """Yield what courses are needed for, as far as they were looked at; of every course where none are named."""
        kept = self._kept
        for patient in list(kept) if patients is None else patients:
            one = kept.get(patient)
            if one is not None and one.needs is not None:
                yield patient, one.needs

    def listing(self, patients: Collection[str] | None, now: datetime) -> Listing:
        """Return the list at a moment, of every course where none are named; what still holds is not made anew."""
        changes, last = self._changes, self._listed
        if last is not None and last.is_of(patients, changes, now):
            return last.listing
        shown = tuple(self._shown(patients, now))
        ends = min((it.ends for it in shown if it.ends is not None), default=None)
        made = _Listed(patients, changes, now, ends, listing_of(shown))
        if patients is None or isinstance(patients, frozenset):
            self._listed = made
        return made.listing

    def _shown(self, patients: Collection[str] | None, now: datetime) -> Iterator[Shown]:
        kept = self._kept
        for patient in list(kept) if patients is None else patients:
            one = kept.get(patient)
            if one is None or one.needs is None:
                continue
            shown = one.shown
            if shown is None or not shown.holds(now):
                shown = one.shown = shown_of(patient, one.needs, now)
            yield shown

    def not_read(self, patients: Collection[str] | None) -> tuple[int, tuple[str, ...]]:
        """Return how many courses were not looked at yet, and which cannot be read."""
        kept = self._kept
        with self._door:
            waiting = {**self._waiting, **self._at_work}
        those = set(kept) | set(waiting) if patients is None else patients
        unread = tuple([it for it, one in list(kept.items()) if one.needs is None and it in those])
        return sum(1 for it in waiting if it in those and it not in kept), unread

    def _look(self, now: datetime) -> None:
        """Note which courses have to be looked at."""
        if self._looked_at is None:
            with Summaries(self._place, self._edition) as summaries:
                for head, summary in summaries.read(self._store):
                    if self._is_there(head) and summary is not None:
                        self._keep(head.patient, _Kept(head, read_needs(summary)))
                    elif self._is_there(head):
                        self._waiting[head.patient] = head
        else:
            for head in self._store.changed_since(self._looked_at - _BEHIND):
                self._note(head)
        for patient, it in self._kept.items():
            if it.needs is not None and it.needs.good_until <= now:
                self._waiting.setdefault(patient, it.head)
        self._looked_at = now

    def _note(self, head: CourseHead) -> None:
        if not self._is_there(head):
            self._changes += self._kept.pop(head.patient, None) is not None
            self._waiting.pop(head.patient, None)
        elif (there := self._kept.get(head.patient)) is None or there.head.check != head.check:
            self._waiting[head.patient] = head

    def _is_there(self, head: CourseHead) -> bool:
        if not head.is_erased and not head.check:  # a damaged row: it is named, and never passed over
            self._keep(head.patient, _Kept(head, None))
            return False
        return not head.is_erased and head.events > 0

    def _keep(self, patient: str, kept: _Kept) -> None:
        self._kept[patient] = kept
        self._changes += 1

    def _work_one(self, now: datetime) -> bool:
        """Work out the course that changed last; False where none waits."""
        with self._door:
            if not self._waiting:
                return False
            patient, head = self._waiting.popitem()
            self._at_work[patient] = head
        needs: Needs | None = None
        try:
            with contextlib.suppress(InputError):
                needs = self._needs_of(patient, now)
        except BaseException:
            with self._door:
                self._waiting.setdefault(patient, self._at_work.pop(patient))
            raise
        with self._door:
            self._at_work.pop(patient, None)
            self._keep(patient, _Kept(head, needs))
            if needs is not None:
                self._written.append((head, write_needs(needs)))
        self._write(least=_WRITTEN_AT_ONCE)
        return True

    def _needs_of(self, patient: str, now: datetime) -> Needs:
        course = course_from(self._store.events(patient), self._knowledge, load_zone, now)
        profile = course.timeline[-1].plan.profile if course.timeline else "us"
        monitor = self._monitors.get(profile)
        if monitor is None:
            monitor = self._monitors[profile] = Monitor(self._knowledge, self._knowledge.profile(profile))
        return needs_of(course, self._knowledge, now, monitor, self._is_working_day)

    def _write(self, least: int) -> None:
        with self._door:
            if len(self._written) < least:
                return
            written, self._written = self._written, []
        with Summaries(self._place, self._edition) as summaries:
            summaries.write(written)

    def _work_rest(self, now: datetime) -> None:
        try:
            while self._work_one(now):
                time.sleep(_BREATH_S)
            self._write(least=1)
        except FullcourseError:  # the store was closed: the next program that opens it goes on
            return
        finally:
            self._worker.release()
