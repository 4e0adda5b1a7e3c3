"""A look at everybody who may be reminded: who is to be told now is told, once, and what became of it is kept.

What a look found is remembered until the log or the wishes change or the next moment comes, so that a look each minute
opens few courses. Another process, a restart or a look made twice changes nothing: a reminder is taken in the database
before it is sent.
"""

import json
import logging
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final, final

from sqlalchemy import Connection

from fullcourse.adapters.access.access import Access
from fullcourse.adapters.access.people.courses import subject_of
from fullcourse.adapters.messages.message import AddressGone, Message, Sender, Way
from fullcourse.adapters.reminders.reach import (
    Address,
    Reached,
    forget,
    heard_from_phones,
    reached,
    reached_of,
    set_reach,
    tidy,
)
from fullcourse.adapters.reminders.sent import Became, Ledger, Taken, prune
from fullcourse.adapters.reminders.words import words_of
from fullcourse.adapters.store.durable import DamagedCourse, DurableStore, ErasedCourse, NotKept, StoreAway
from fullcourse.adapters.zones import load_zone
from fullcourse.journey.course import course_from
from fullcourse.journey.phone import Reminder, Reminding, Rhythm, Told, reminding_at
from fullcourse.knowledge.library import Knowledge

__all__ = ["Custom", "Reminders"]

_LOG: Final = logging.getLogger("fullcourse.service")
_OVERLAP: Final = timedelta(minutes=10)
"""The store is asked for what came in since the last look and so long before it: clocks of machines differ."""
_SOON: Final = timedelta(minutes=1)
_TIDY_EVERY: Final = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Custom:
    """What a clinic chose.

    Attributes:
        rhythm: After how long somebody is told again.
        days_valid: For so many days a phone advises without hearing from the service.
        most_a_day: So many reminders are sent to one person within 24 hours.
    """

    rhythm: Rhythm
    days_valid: int
    most_a_day: int


@dataclass(frozen=True, slots=True)
class _Looked:
    """What the last look at a course found: its head, when its wishes were changed, and when to look again."""

    check: bytes
    changed_us: int
    next_at: datetime


@final
class Reminders:
    """Everybody who may be reminded, for one process."""

    def __init__(
        self, knowledge: Knowledge, store: DurableStore, access: Access, senders: Mapping[Way, Sender], custom: Custom
    ) -> None:
        """Take what is open.

        Args:
            knowledge: What the sources say.
            store: Of courses.
            access: Keeps addresses, and what became of reminders.
            senders: By which ways messages leave.
            custom: What the clinic chose.
        """
        self._knowledge, self._store, self._access = knowledge, store, access
        self._senders, self._custom = senders, custom
        self._looked: dict[str, _Looked] = {}
        self._last: datetime | None = None
        self._tidied: datetime | None = None

    def look(self, now: datetime, may_go_on: Callable[[], bool] = lambda: True) -> Counter[Became]:
        """Tell whoever is to be told now, and return how many reminders became what.

        Args:
            now: The moment.
            may_go_on: Asked between two patients; what is left waits for the next look.
        """
        self._tidy(now)
        changed = self._changed(now)
        people = self._access.read(reached)
        self._looked = {patient: it for patient, it in self._looked.items() if patient in people}
        became: Counter[Became] = Counter()
        for patient, changed_us in people.items():
            if not may_go_on():
                return became
            known = self._looked.get(patient)
            check = changed.get(patient, known.check if known is not None else b"")
            if known is None or (known.check, known.changed_us) != (check, changed_us) or known.next_at <= now:
                next_at = self._tried(patient, now, became)
                self._looked[patient] = _Looked(check, changed_us, next_at)
        self._last = now
        if became:
            told = {
                one.value.replace(" ", "_"): count for one, count in sorted(became.items(), key=lambda it: it[0].value)
            }
            _LOG.info("%s", json.dumps({"event": "reminders", **told}))
        return became

    def _changed(self, now: datetime) -> dict[str, bytes]:
        """Return the heads of courses to which something was added since the last look; of none at the first."""
        if self._last is None or self._last > now:
            self._looked.clear()
            return {}
        return {head.patient: head.check for head in self._store.changed_since(self._last - _OVERLAP)}

    def _tidy(self, now: datetime) -> None:
        if self._tidied is None or not self._tidied <= now < self._tidied + _TIDY_EVERY:
            self._tidied = now
            self._access.write(tidy, is_beside_rights=True)
            self._access.write(lambda connection: prune(connection, now), is_beside_rights=True)

    def _tried(self, patient: str, now: datetime, became: Counter[Became]) -> datetime:
        """Look at one patient; a course that cannot be worked out silences nobody else, and its error names nobody."""
        try:
            return self._look_at(patient, now, became)
        except (NotKept, StoreAway):
            raise
        except Exception as error:  # noqa: BLE001 - whatever it is, the others are told
            _LOG.error("%s", json.dumps({"event": "reminder_failed", "error": type(error).__name__}))
            return now + _TIDY_EVERY

    def _look_at(self, patient: str, now: datetime, became: Counter[Became]) -> datetime:
        """Tell whoever is to be told of a patient's doses, and return when to look again."""
        try:
            course = course_from(self._store.events(patient), self._knowledge, load_zone, now)
        except ErasedCourse:
            self._access.write(lambda connection: forget(connection, (patient,)), is_beside_rights=True)
            return now + _TIDY_EVERY
        except DamagedCourse:  # nothing is worked out from it; 'course verify' and the desk name it
            return now + _TIDY_EVERY
        listed, heard = self._people(patient)
        until = None if heard is None else heard + timedelta(days=self._custom.days_valid)
        told = tuple(Told(it.account, it.quiet, is_supporter=it.is_supporter) for it in listed)
        seen = reminding_at(course, patient, self._knowledge, now, told, self._custom.rhythm, until)
        by_account, ledger = {it.account: it for it in listed}, Ledger(self._access, patient, self._custom.most_a_day)
        is_open = False
        for reminder in (*seen.reminders, *seen.withheld):
            taken = ledger.take(reminder, now)
            is_open = is_open or taken is Taken.LATER
            if taken is not Taken.MINE:
                continue
            end, way = Became.WITHHELD, ""
            if reminder in seen.reminders:
                end, way = self._tell(patient, by_account[reminder.account], reminder, seen, now)
            ledger.note(reminder, end, way, now)
            became[end] += 1
            is_open = is_open or end is Became.FAILED
        return min(seen.next_at, now + _SOON) if is_open else seen.next_at

    def _people(self, patient: str) -> tuple[tuple[Reached, ...], datetime | None]:
        """Return who can be reached, supporters only where the patient lets them see the course, and the last call."""

        def read(connection: Connection) -> tuple[tuple[Reached, ...], datetime | None]:
            listed = reached_of(connection, self._access.keys, patient)
            subject = subject_of(connection, patient)
            let_in = frozenset[str]() if subject is None else subject.supporters
            may = tuple(it for it in listed if not it.is_supporter or it.account in let_in)
            return may, heard_from_phones(connection, patient)

        return self._access.read(read)

    def _tell(
        self, patient: str, whom: Reached, reminder: Reminder, seen: Reminding, now: datetime
    ) -> tuple[Became, str]:
        """Send a reminder by the first way that takes it, and return what became of it and the way."""
        subject, text = words_of(reminder.stage, whom.language)
        quiet = seen.quiet_from.get(reminder.account)
        holds = self._custom.rhythm.again or self._custom.rhythm.supporter
        message = Message(
            "", subject, text, now, key=reminder.id, holds=holds if quiet is None else min(holds, quiet - now)
        )
        has_failed = is_withheld = False
        for way in Way:
            addresses = [it for it in whom.addresses if it.way is way]
            sender = self._senders.get(way)
            if not addresses or sender is None:
                continue
            if way is not Way.PUSH and not reminder.is_whole:
                is_withheld = True
                continue
            sent = [self._sends(patient, whom, sender, it, message) for it in addresses]
            if any(sent):
                return Became.SENT, way.value
            has_failed = has_failed or None in sent
        if has_failed:
            return Became.FAILED, ""
        return (Became.WITHHELD if is_withheld else Became.NO_ADDRESS), ""

    def _sends(self, patient: str, whom: Reached, sender: Sender, address: Address, message: Message) -> bool | None:
        """Return whether a message was handed over; None where it may be tried again, False where nobody is there."""
        if address.way is Way.PUSH:
            message = replace(message, subject="", text="")
        try:
            sender.send(replace(message, to=address.to, way=address.way))
        except AddressGone:
            gone = {(address.way, address.device): None}
            self._access.write(
                lambda connection: set_reach(connection, self._access.keys, patient, whom.account, gone),
                is_beside_rights=True,
            )
            return False
        except OSError:
            return None
        return True
