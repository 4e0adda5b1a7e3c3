"""Which claims speak of one intake, and which may be two: a dose taken twice is urgent, a tap that came twice is not.

Readings of ours, on the page I-0904: claims of one slot are one intake when they name one amount, lie no further apart
than a dose may be late, and come from different witnesses; the same witness said it twice when the times agree to the
minute. Everything else is a possible second dose.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from fullcourse.clinical.event import Event
from fullcourse.clinical.event_bodies import DosePartlyTaken, DoseTaken, DoseVomited

__all__ = ["Intake", "intakes_of", "is_intake"]

_SAME_MINUTE: Final = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Intake:
    """A time at which a drug was taken, as far as anybody says.

    Attributes:
        at: When, the latest that is claimed.
        mg: Amount, mg; the greatest that is claimed.
        claims: The events that say so.
    """

    at: datetime
    mg: float
    claims: tuple[Event, ...]


def is_intake(event: Event) -> bool:
    """Return whether an event says that something was taken, though only a part of it, or brought up again."""
    return isinstance(event.body, DoseTaken | DosePartlyTaken | DoseVomited)


def intakes_of(claims: Iterable[Event], late_after_h: float) -> tuple[Intake, ...]:
    """Return the intakes that the claims of one slot come to, in order of time; a second one may be a double dose.

    Args:
        claims: Of one slot.
        late_after_h: Hours that claims of one intake can lie apart.
    """
    intakes: list[list[Event]] = []
    for event in sorted(filter(is_intake, claims), key=lambda event: (event.occurred_s, event.id)):
        same = next((listed for listed in intakes if _is_same(event, listed, late_after_h)), None)
        if same is None:
            intakes.append([event])
        else:
            same.append(event)
    return tuple(Intake(listed[-1].occurred_at, max(map(_mg, listed)), tuple(listed)) for listed in intakes)


def _is_same(event: Event, listed: Sequence[Event], late_after_h: float) -> bool:
    if any(abs(_mg(event) - _mg(other)) > 1e-9 * _mg(other) for other in listed):
        return False
    apart = event.occurred_at - listed[0].occurred_at
    if all(_witness(event) != _witness(other) for other in listed):
        return apart <= timedelta(hours=late_after_h)
    return apart <= _SAME_MINUTE


def _witness(event: Event) -> tuple[str, str]:
    return event.actor, event.device


def _mg(event: Event) -> float:
    body = event.body
    return body.mg if isinstance(body, DoseTaken | DosePartlyTaken | DoseVomited) else 0.0
