"""One entry of the course's append-only log.

State is a fold over events, so an event never changes: a correction is a new event that names the one it replaces.
"""

from dataclasses import dataclass
from datetime import datetime

__all__ = ["Event"]


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened in a course, or was decided.

    Attributes:
        id: UUIDv7, made where it happened.
        patient: Random id of the patient; never a name.
        kind: For example ``dose_taken``, ``dose_missed``, ``symptom_reported``.
        occurred_at: When it happened; with an offset.
        recorded_at: When it was written down; with an offset.
        zone: IANA name of the patient's time zone then.
        actor: Who says so: ``patient``, ``supporter``, ``clinician``, ``device``.
        source: The program that made it.
        device: Random id of the device.
        drug: INN, where it is about one drug.
        slot: The planned dose it is about.
        mg: Amount, mg.
        because: Reason, in the actor's words.
        supersedes: Id of the event that it corrects.
    """

    id: str
    patient: str
    kind: str
    occurred_at: datetime
    recorded_at: datetime
    zone: str
    actor: str
    source: str
    device: str
    drug: str | None = None
    slot: str | None = None
    mg: float | None = None
    because: str | None = None
    supersedes: str | None = None
