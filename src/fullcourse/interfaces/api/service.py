"""What a running service has open, made once at its start."""

from collections.abc import Callable, Mapping
from concurrent.futures import Future
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime

from fullcourse.adapters.access.access import Access
from fullcourse.adapters.access.caller import ANONYMOUS, Caller, Subject
from fullcourse.adapters.access.people.devices import Skew
from fullcourse.adapters.store.durable import DurableStore
from fullcourse.interfaces.api.figures import Figures
from fullcourse.interfaces.api.settings import Settings
from fullcourse.interfaces.api.shared_figures import SharedFigures
from fullcourse.knowledge.library import Knowledge

__all__ = ["Doorkeeper", "Seen", "Service", "now"]


def now() -> datetime:
    """Return this moment, with the offset of the place."""
    return datetime.now(UTC).astimezone()


class Doorkeeper:
    """Tells who calls and whose course it is. This one knows nobody: every call is anonymous, and no course is had.

    `fullcourse.interfaces.api.access.door.Door` is the one that knows people.
    """

    is_slow = False
    """Whether asking it goes over a network, so that nobody may wait for it who serves others."""

    def caller(self, headers: dict[str, str], peer: str, at: datetime) -> Caller:
        """Return who sent a request, `ANONYMOUS` for one without credentials.

        Args:
            headers: By their names in lower case.
            peer: Address from which it came.
            at: When it came.

        Raises:
            NotSignedIn: There are credentials, and they do not hold.
            TooMany: They were tried too often.
        """
        del headers, peer, at
        return ANONYMOUS

    def subject(self, patient: str) -> Subject | None:
        """Return whose data a patient's is, or None for a patient of whom nothing is known."""
        del patient
        return None

    def patients_of(self, caller: Caller, right: str) -> tuple[str, ...]:
        """Return the patients over whom a caller has a right, in order of their ids: for lists and exports."""
        del caller, right
        return ()

    def assign(self, patient: str, clinic: str, caller: Caller, at: datetime) -> None:
        """Write down which clinic has a course that begins; raises where it cannot be written, or another has it."""
        del patient, clinic, caller, at

    def note_clock(self, caller: Caller, told: datetime, at: datetime) -> Skew | None:
        """Keep by how much the clock of a caller's phone is off; None where nothing is kept."""
        del caller, told, at
        return None

    def refuse_forged(self, caller: Caller, method: str, headers: Mapping[str, str], body: bytes) -> None:
        """Refuse a call that a page of others had a browser send; raises Forbidden."""
        del caller, method, headers, body

    def saw(self, seen: "Seen") -> Future[None] | None:
        """Write down that a call was answered or refused.

        Returns:
            Done once it is on the disk: nothing is sent before. None where nothing is written.
        """
        del seen
        return None


@dataclass(frozen=True, slots=True)
class Seen:
    """What became of a call.

    Attributes:
        caller: Who called.
        right: That its route asks for.
        is_about_patient: Whether its address names a patient.
        patients: Random ids of those whose data was asked for or is in the answer; empty for one who is not here.
        call: Number of the call.
        status: HTTP status of the answer.
        at: When it came.
        peer: Address from which it came.
        about: Random id of what else it was about.
    """

    caller: Caller
    right: str
    is_about_patient: bool
    patients: tuple[str, ...]
    call: str
    status: int
    at: datetime
    peer: str
    about: str = ""


@dataclass(frozen=True, slots=True)
class Service:
    """What a running service has open.

    Attributes:
        settings: What was set.
        knowledge: What the sources say.
        door: Tells who calls.
        store: Of courses; None where the service keeps nothing.
        now: The clock.
        access: Accounts, sessions and the audit; None where nobody can sign in.
        figures: What is counted.
        shared: Where several processes leave what each counted; None for one process.
        parts: What a part of the service made for itself at its first call, by its name.
        ends: What those parts opened, to be let go of when the service ends, before store and access.
    """

    settings: Settings
    knowledge: Knowledge
    door: Doorkeeper = field(default_factory=Doorkeeper)
    store: DurableStore | None = None
    now: Callable[[], datetime] = now
    access: Access | None = None
    figures: Figures = field(default_factory=Figures)
    shared: SharedFigures | None = None
    parts: dict[str, object] = field(default_factory=dict, compare=False, repr=False)
    ends: ExitStack = field(default_factory=ExitStack, compare=False, repr=False)
