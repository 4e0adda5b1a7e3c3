"""One entry of the course's append-only log.

State is a fold over events, so an event never changes: a correction is a new event that names the one it replaces.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from enum import Enum

from fullcourse.clinical.errors import InputError
from fullcourse.clinical.event_bodies import Body, Retracted, UnknownKind

__all__ = ["Claim", "Event"]

_set = object.__setattr__
"""What a frozen class sets its own fields by."""


class Claim(Enum):
    """How it is known what an event says: apart from who wrote it down, and with what program."""

    SELF = "self"
    """Who speaks says it of what they did themselves: a patient's dose, a clinician's decision."""
    OBSERVED = "observed"
    """A health worker saw it."""
    VIDEO = "video"
    """Somebody saw it in a video."""
    SUPPORTER = "supporter"
    """A supporter or a relative says so."""
    DEVICE = "device"
    """A box that was opened, a call that came in: the medicine itself was not seen."""
    IMPORT = "import"
    """It stood in another system."""


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened in a course, or was decided.

    Attributes:
        id: UUIDv7, made where it happened.
        patient: Random id of the patient; never a name.
        body: What it says, one of a closed list of kinds.
        occurred_at: When it happened; with an offset, which is kept as a fixed one: two times of one zone would be
            subtracted by the clock on the wall, and one in the hour that comes twice would equal none.
        recorded_at: When it was written down; with an offset.
        zone: IANA name of the patient's time zone then.
        claim: How it is known.
        actor: Who says so: ``patient``, ``supporter``, ``clinician``, ``device``.
        source: The program that wrote it, with its version.
        device: Random id of the device.
        supersedes: Id of the event that it corrects; empty for none.
        received_at: When the store took it; None until then. It is no part of what the event says: the same event is
            received at another time by every store.
        occurred_s: Seconds since 1970 of ``occurred_at``, worked out once.
        recorded_s: Likewise of ``recorded_at``.
        order: What events are put in order by: when they happened, when they were written down, and their id.

    Raises:
        InputError: A time has no offset, or a retraction names nothing.
    """

    id: str
    patient: str
    body: Body
    occurred_at: datetime
    recorded_at: datetime
    zone: str
    claim: Claim
    actor: str
    source: str
    device: str
    supersedes: str = ""
    received_at: datetime | None = field(default=None, compare=False)
    occurred_s: float = field(init=False, repr=False, compare=False)
    recorded_s: float = field(init=False, repr=False, compare=False)
    order: tuple[float, float, str] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Work out the seconds by which events are put in order."""
        if self.occurred_at.tzinfo.__class__ is not timezone or self.recorded_at.tzinfo.__class__ is not timezone:
            self._fix("occurred_at", self.occurred_at)
            self._fix("recorded_at", self.recorded_at)
        if self.received_at is not None:
            self._fix("received_at", self.received_at)
        if not self.supersedes and isinstance(self.body, Retracted):
            raise InputError("supersedes: a retraction names the event that it takes back. Add its id.")
        occurred_s, recorded_s = self.occurred_at.timestamp(), self.recorded_at.timestamp()
        _set(self, "occurred_s", occurred_s)
        _set(self, "recorded_s", recorded_s)
        _set(self, "order", (occurred_s, recorded_s, self.id))

    def _fix(self, name: str, at: datetime) -> None:
        """Keep an offset as a fixed one."""
        if at.tzinfo is None:
            raise InputError(f"{name}: the time has no offset, and could be hours off. Write 2026-11-03T10:05+02:00.")
        if at.tzinfo.__class__ is not timezone:
            _set(self, name, at.replace(tzinfo=timezone(at.utcoffset() or timedelta()), fold=0))

    @property
    def kind(self) -> str:
        """Return the kind, also one that this version does not know."""
        return self.body.named if isinstance(self.body, UnknownKind) else self.body.kind

    @property
    def is_back_entered(self) -> bool:
        """Return whether it was written down more than a day after it happened."""
        return self.recorded_s - self.occurred_s > DAY_S


DAY_S = 86_400.0
