"""Which transfers are on their way: a patient left, and no other facility has said yet that they came."""

from dataclasses import dataclass

from fullcourse.clinical.event import Event
from fullcourse.clinical.event_bodies import Transfer
from fullcourse.course.fold import CourseState

__all__ = ["TransferOut", "transfers_of"]


@dataclass(frozen=True, slots=True)
class TransferOut:
    """A transfer with a number, from the sender's side.

    Attributes:
        number: Of the transfer.
        facility: Name or code of the other facility.
        left: The event by which the patient left.
        receipt: The event by which the receipt was taken in, or the arrival where this log holds it; None while
            nobody said that the patient came.
        is_awaited: Whether nobody has said so, of this transfer or of a later one.
    """

    number: str
    facility: str
    left: Event
    receipt: Event | None
    is_awaited: bool


def transfers_of(state: CourseState) -> tuple[TransferOut, ...]:
    """Return the transfers out that have a number, in order of their time."""
    told = [(event, event.body) for event in state.of_kind("transfer") if isinstance(event.body, Transfer)]
    ends = [(event, body.claim_code) for event, body in told if body.direction in ("in", "received")]
    return tuple(
        TransferOut(
            body.claim_code,
            body.facility,
            event,
            next((end for end, number in ends if number == body.claim_code), None),
            not any(number == body.claim_code or event.order < end.order for end, number in ends),
        )
        for event, body in told
        if body.direction == "out" and body.claim_code
    )
