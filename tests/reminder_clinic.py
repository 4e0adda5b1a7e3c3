"""A clinic whose patients are reminded: a real store, real accounts, senders that keep what they were handed."""

from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import insert

from course_events import PATIENT, at
from fullcourse.adapters.access.access import Access, open_access
from fullcourse.adapters.access.audit.entry import AuditEntry
from fullcourse.adapters.access.caller import Role
from fullcourse.adapters.access.people.accounts import add_account
from fullcourse.adapters.access.people.courses import Consent, place_course, say_consent
from fullcourse.adapters.access.people.devices import invite, join
from fullcourse.adapters.access.store.opening import us
from fullcourse.adapters.access.store.tables import CLINIC, REACH, REMINDED
from fullcourse.adapters.messages.message import Message, Sender, Way
from fullcourse.adapters.reminders.reach import set_quiet, set_reach
from fullcourse.adapters.reminders.round import Custom, Reminders
from fullcourse.adapters.reminders.sent import Became, unsent
from fullcourse.adapters.store.durable import DurableStore
from fullcourse.adapters.store.opening import open_store
from fullcourse.clinical.event import Event
from fullcourse.journey.phone import QuietHours
from patients import knowledge
from reminder_walks import NEVER_QUIET, RHYTHM

__all__ = ["CUSTOM", "NUMBER", "Kept", "ReminderClinic", "reminder_clinic"]

NUMBER = "+27820000000"
CUSTOM = Custom(RHYTHM, 14, 6)
BEGUN = at("2026-03-01T09:00")
PIN = "8305"


@dataclass
class Kept(Sender):
    """Keeps what it is handed; fails as it is told to."""

    messages: list[Message] = field(default_factory=list)
    fails: type[OSError] | None = None

    def send(self, message: Message) -> None:
        if self.fails is not None:
            raise self.fails("not now")
        self.messages.append(message)


class ReminderClinic:
    """What a test does with it."""

    def __init__(self, store: DurableStore, access: Access) -> None:
        self.store, self.access = store, access
        self.senders = {way: Kept() for way in Way}
        with_clinic = insert(CLINIC).values(id="north", name="Synthetic north", made_us=us(BEGUN))
        access.write(lambda connection: connection.execute(with_clinic))
        access.write(lambda connection: add_account(connection, access.keys, (Role.ADMINISTRATOR,), BEGUN))

    def process(self, custom: Custom = CUSTOM, senders: Mapping[Way, Sender] | None = None) -> Reminders:
        """Return the reminders of a process of its own."""
        return Reminders(knowledge(), self.store, self.access, self.senders if senders is None else senders, custom)

    def begin(self, *log: Event) -> None:
        """Put a course into the store and the clinic."""
        self.store.append(log, log[0].recorded_at)
        self.access.write(lambda connection: place_course(connection, log[0].patient, "north", BEGUN))

    def reach(
        self, way: Way, to: str | None, *, account: str = "", device: str = "", quiet: QuietHours | None = NEVER_QUIET,
        language: str = "en", patient: str = PATIENT, now: datetime = BEGUN,
    ) -> None:  # fmt: skip
        """Set an address of somebody."""

        def work(connection) -> None:
            set_reach(connection, self.access.keys, patient, account, {(way, device): to})
            set_quiet(connection, patient, account, quiet, language, now)

        self.access.write(work)

    def phone(self, role: Role = Role.PATIENT, now: datetime = BEGUN) -> tuple[str, str]:
        """Join with a phone; return its device and its account."""
        word, account = invite(self.access, PATIENT, role, AuditEntry(now, "phone.invited", "test"))
        device, _ = join(self.access, word, PIN, "192.0.2.7", now)
        if role is Role.SUPPORTER:
            self.let_see(account, given=True)
        return device, account

    def let_see(self, account: str, *, given: bool) -> None:
        """Write down whether the patient lets a supporter see the course."""
        said = Consent(account, given, account, BEGUN)
        self.access.write(lambda connection: say_consent(connection, PATIENT, said))

    def walk(self, process: Reminders, first: str, last: str, minutes: int = 1) -> Counter[Became]:
        """Have a process look again and again."""
        moment, became = at(first), Counter[Became]()
        while moment < at(last):
            became += process.look(moment)
            moment += timedelta(minutes=minutes)
        return became

    def sent(self, way: Way = Way.SMS) -> list[str]:
        """Return when each message was made that went by a way."""
        return [it.at.strftime("%m-%d %H:%M") for it in self.senders[way].messages]

    def unsent(self, now: str) -> dict[str, int]:
        """Return what the clinic sees."""
        moment = at(now)
        return self.access.read(lambda it: unsent(it, moment - timedelta(days=7), moment)).by_patient

    def rows(self, table=REMINDED) -> list:
        """Return the rows of a table."""
        return self.access.read(lambda it: it.execute(table.select()).all())

    def addresses(self) -> int:
        """Return how many addresses are kept."""
        return len(self.rows(REACH))


@contextmanager
def reminder_clinic(folder: Path) -> Iterator[ReminderClinic]:
    """Open a clinic in a folder; opened again it is the same one."""
    place = folder / "courses.db"
    with open_store(place) as store, closing(open_access(place)) as access:
        yield ReminderClinic(store, access)
