"""What a running service has open, made once at its start."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime

from fullcourse.adapters.access.caller import ANONYMOUS, Caller, Subject
from fullcourse.adapters.store.durable import DurableStore
from fullcourse.interfaces.api.figures import Figures
from fullcourse.interfaces.api.settings import Settings
from fullcourse.interfaces.api.shared_figures import SharedFigures
from fullcourse.knowledge.library import Knowledge

__all__ = ["Doorkeeper", "Service", "now"]


def now() -> datetime:
    """Return this moment, with the offset of the place."""
    return datetime.now(UTC).astimezone()


class Doorkeeper:
    """Tells who calls and whose course it is. This one knows nobody: every call is anonymous, and no course is had."""

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

    def assign(self, patient: str, clinic: str, caller: Caller, at: datetime) -> None:
        """Write down which clinic has a course that begins; raises where it cannot be written."""
        del patient, clinic, caller, at

    def saw(self, caller: Caller, right: str, subject: Subject | None, call_id: str, status: int, at: datetime) -> None:
        """Write down that a call was answered; raises where it cannot be written, and then nothing is answered."""
        del caller, right, subject, call_id, status, at


@dataclass(frozen=True, slots=True)
class Service:
    """What a running service has open.

    Attributes:
        settings: What was set.
        knowledge: What the sources say.
        door: Tells who calls.
        store: Of courses; None where the service keeps nothing.
        now: The clock.
        figures: What is counted.
        shared: Where several processes leave what each counted; None for one process.
    """

    settings: Settings
    knowledge: Knowledge
    door: Doorkeeper = field(default_factory=Doorkeeper)
    store: DurableStore | None = None
    now: Callable[[], datetime] = now
    figures: Figures = field(default_factory=Figures)
    shared: SharedFigures | None = None
