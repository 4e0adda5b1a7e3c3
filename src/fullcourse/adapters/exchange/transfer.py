"""A person's care moves from one facility to another: sent, taken in, and closed by a receipt.

The sender's log gets the departure with the number of the transfer, the receiver's the whole course and the arrival
with the same number, the sender's the receipt at last. Until then the patient is the sender's, and is shown as not yet
received.
"""

from collections.abc import Sequence
from datetime import datetime

from fullcourse.adapters.exchange.carrying import Log
from fullcourse.adapters.exchange.claim_code import parse_claim_code
from fullcourse.adapters.exchange.person_file import PersonFile, log_digest, read_person_file, write_person_file
from fullcourse.adapters.exchange.receipt import Receipt
from fullcourse.adapters.exchange.sealed_file import fits_token, number_of, open_sealed, seal, short
from fullcourse.adapters.fhir.write.elements import Resource
from fullcourse.clinical.errors import InputError
from fullcourse.clinical.event import Event
from fullcourse.clinical.event_bodies import Transfer

__all__ = [
    "arrived_at",
    "departure_of",
    "open_transfer",
    "refuse_second_arrival",
    "refuse_unless_ours",
    "sealed_course",
    "sent_with",
]


def sealed_course(log: Log, fhir: Resource, code: str, token: str, sender: str) -> bytes:
    """Return the file of a transfer.

    Args:
        log: What the sender's store keeps of the person, up to the departure and it included.
        fhir: The Bundle of all of it.
        code: The claim code, in its one form.
        token: Of the transfer.
        sender: Name or code of the sending facility.
    """
    number = number_of(token)
    person = write_person_file(
        log.events, log.set_aside, fhir, transfer=number, token=token, sender=sender or "not said"
    )
    return seal(person, code, number)


def open_transfer(data: bytes, code: str, what: str) -> PersonFile:
    """Return the course of a transfer.

    Raises:
        InputError: The code was misread or is another's, or the file is no transfer, or no whole one.
    """
    opened, number = open_sealed(data, parse_claim_code(code), what)
    person = read_person_file(opened, what)
    if person.transfer != number or not fits_token(person.token, number):
        raise InputError(f"{what} contradicts itself: its number is not that of the course in it. Have it sent again.")
    if departure_of(person.events, number) is None:
        raise InputError(f"{what} contradicts itself: nobody leaves by it. Have it sent again.")
    return person


def departure_of(events: Sequence[Event], number: str) -> Event | None:
    """Return the event by which a patient left with a transfer, also where it was taken back; None where none is."""
    return _told(events, "out", number)


def arrived_at(events: Sequence[Event], number: str) -> datetime:
    """Return when a transfer was taken in here.

    Raises:
        InputError: It was not.
    """
    arrived = _told(events, "in", number)
    if arrived is None:
        raise InputError("this transfer was not taken in here, so there is no receipt. Leave out --receipt-only.")
    return arrived.occurred_at


def refuse_second_arrival(events: Sequence[Event], number: str) -> None:
    """Refuse to take a transfer in that was taken in before.

    Raises:
        InputError: It was.
    """
    if arrived := _told(events, "in", number):
        raise InputError(
            f"transfer {short(number)} was received here on {arrived.occurred_at:%Y-%m-%d %H:%M %z} already: a code "
            "counts once. Nothing was taken. If its receipt was lost, write it again with --receipt-only."
        )


def refuse_unless_ours(receipt: Receipt, events: Sequence[Event]) -> Event:
    """Return the departure that a receipt answers.

    Args:
        receipt: As it was read.
        events: Of the person, in the order of receipt.

    Raises:
        InputError: It answers none of this store, was made without opening the file, names other events than were sent,
            or came before.
    """
    left = departure_of(events, receipt.transfer)
    if left is None:
        raise InputError("the receipt answers no transfer that was sent from this store. Check whose it is.")
    if not fits_token(receipt.token, receipt.transfer):
        raise InputError("whoever wrote the receipt has not opened the transfer. Nothing was closed; ask the facility.")
    if closed := _told(events, "received", receipt.transfer):
        facility = closed.body.facility if isinstance(closed.body, Transfer) else ""
        again = "This receipt is" if facility == receipt.facility else "A second facility, named in this receipt, is"
        raise InputError(
            f"transfer {short(receipt.transfer)} was closed already, by a receipt of {closed.occurred_at:%Y-%m-%d}. "
            f"{again} not taken in. If two facilities opened the file, talk with both."
        )
    sent = sent_with(events, left)
    if (receipt.events, receipt.log_digest) != (len(sent), log_digest(sent)):
        raise InputError(
            "what the receipt says was received is not what was sent. Nothing was closed; have the receipt written "
            "again, or send the course again."
        )
    return left


def sent_with(events: Sequence[Event], left: Event) -> Sequence[Event]:
    """Return the events of a person that were sent: those received before the departure, and it."""
    return events[: 1 + next(place for place, event in enumerate(events) if event.id == left.id)]


def _told(events: Sequence[Event], direction: str, number: str) -> Event | None:
    wanted = (direction, number)
    return next(
        (
            event
            for event in events
            if isinstance(event.body, Transfer) and (event.body.direction, event.body.claim_code) == wanted
        ),
        None,
    )
