"""``fullcourse course transfer out``, ``in`` and ``receipt``: a person's care moves to another facility."""

import secrets
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

import click

from fullcourse.adapters.exchange.carrying import Log, log_of, take_in
from fullcourse.adapters.exchange.claim_code import CHANCE_BITS, claim_code
from fullcourse.adapters.exchange.container import MAX_FILE_BYTES
from fullcourse.adapters.exchange.person_file import PersonFile, log_digest
from fullcourse.adapters.exchange.receipt import Receipt, read_receipt, receipt_bytes
from fullcourse.adapters.exchange.sealed_file import new_token, number_of, short
from fullcourse.adapters.exchange.transfer import (
    arrived_at,
    open_transfer,
    refuse_second_arrival,
    refuse_unless_ours,
    sealed_course,
    sent_with,
)
from fullcourse.adapters.exchange.whole_file import read_file, refuse_identity, write_whole
from fullcourse.adapters.published.exchange import transferred_json
from fullcourse.clinical.errors import FullcourseError
from fullcourse.clinical.event import Event
from fullcourse.interfaces.cli.course_commands.carry import fhir_of, print_imported
from fullcourse.interfaces.cli.course_commands.log_file import moment_asked, new_event, store_option
from fullcourse.interfaces.cli.course_commands.store_input import course_named, one_patient, opened_recorder
from fullcourse.interfaces.cli.echo import echo, print_json
from fullcourse.interfaces.cli.format_option import format_option
from fullcourse.interfaces.cli.lazy import Commands

__all__ = ["transfer"]

_RECEIPT_BYTES: Final = 65_536


@click.group(cls=Commands)
def transfer() -> None:
    """Send a course to another facility, take one in, and close the transfer with its receipt."""


@transfer.command("out")
@click.argument("course", metavar="[COURSE]", required=False)
@click.option("--to", "receiver", required=True, metavar="NAME", help="Name or code of the facility that gets it.")
@click.option("--from", "sender", default="", metavar="NAME", help="Name or code of this facility.")
@store_option
@click.option("--out", required=True, metavar="FILE", help="The encrypted file to write.")
@click.option("--at", metavar="TIME", help="Now, with its offset; the computer's clock without it.")
@format_option("text", "json")
def out_(
    course: str | None, receiver: str, sender: str, store: str | None, out: str, at: str | None, form: str
) -> None:
    """Write COURSE into a file that a claim code opens, and log the departure.

    The code is shown once and kept nowhere. Tell it by another way than the file goes. Until the receipt is back the
    patient is yours: the course goes on here, and is shown as not yet received.
    """
    now, path = moment_asked(at), Path(out)
    code, token = claim_code(secrets.randbits(CHANCE_BITS)), new_token()
    number = number_of(token)
    patient, place = course_named(course, store)
    with opened_recorder(place, now) as recorder:
        person = one_patient(recorder, patient)
        refuse_identity(path, person)
        log = log_of(recorder, person)
        left = _moved(person, log.events, "out", receiver, number, (now, now))
        recorder.append([left], now)
        try:
            log = log_of(recorder, person)
            log = Log(tuple(sent_with(log.events, left)), log.set_aside)
            write_whole(path, sealed_course(log, fhir_of(log), code, token, sender))
        except FullcourseError:
            recorder.append([_taken_back(left, now)], now)
            raise
    if form == "json":
        print_json(transferred_json("out", number, receiver, now, code=code, file=path.name))
        return
    echo(f"{path.name}: {len(log.events)} events, encrypted. Transfer {short(number)} to {receiver}.")
    echo(f"CLAIM CODE: {code}")
    echo("It is shown once and kept nowhere. Tell it by another way than the file goes:")
    echo("whoever has both can read the course. Attempts on a copy of the file cannot be")
    echo("counted; each one is made slow instead.")
    echo("NOT YET RECEIVED: the patient is yours until 'course transfer receipt' has taken")
    echo("the receipt in.")


@transfer.command("in")
@click.argument("file", metavar="FILE")
@click.option("--code", metavar="CODE", help="As it was told; asked for without it.")
@click.option("--as", "receiver", required=True, metavar="NAME", help="Name or code of this facility.")
@store_option
@click.option("--receipt", metavar="FILE", help="The receipt to write; FILE.receipt.json without it.")
@click.option("--receipt-only", is_flag=True, help="Write a lost receipt again; nothing else is done.")
@click.option("--at", metavar="TIME", help="Now, with its offset; the computer's clock without it.")
@format_option("text", "json")
def in_(
    file: str,
    code: str | None,
    receiver: str,
    store: str | None,
    receipt: str | None,
    receipt_only: bool,
    at: str | None,
    form: str,
) -> None:
    """Open FILE with its claim code, take the course in, log the arrival, and write the receipt for the sender."""
    now = moment_asked(at)
    code = code or click.prompt("Claim code", err=True)  # an answer as JSON stands alone on standard output
    person = open_transfer(read_file(Path(file), MAX_FILE_BYTES), code, "the file")
    path = Path(receipt) if receipt else Path(f"{file}.receipt.json")
    refuse_identity(path, person.patient)
    imported = None
    with opened_recorder(store, now) as recorder:
        if receipt_only:
            write_whole(path, _receipt(person, receiver, arrived_at(recorder.events(person.patient), person.transfer)))
        else:
            refuse_second_arrival(recorder.events(person.patient), person.transfer)
            came = _moved(person.patient, person.events, "in", person.sender, person.transfer, (now, now))
            taken = []
            write_whole(
                path,
                _receipt(person, receiver, now),
                lambda: taken.append(take_in(recorder, recorder.append, person, now, [came])),
            )
            imported = taken[0]
    if form == "json":
        written = transferred_json("in", person.transfer, person.sender, now, file=path.name, imported=imported)
        print_json(written)
        return
    if imported is not None:
        echo(f"Transfer {short(person.transfer)} from {person.sender}: received.")
        print_imported(imported, now)
    echo(f"Send {path.name} back to {person.sender}:")
    echo("until it is there, the patient is theirs too.")


@transfer.command("receipt")
@click.argument("file", metavar="FILE")
@store_option
@click.option("--at", metavar="TIME", help="Now, with its offset; the computer's clock without it.")
@format_option("text", "json")
def receipt_(file: str, store: str | None, at: str | None, form: str) -> None:
    """Close a transfer at the sender with the receipt in FILE."""
    now = moment_asked(at)
    receipt = read_receipt(read_file(Path(file), _RECEIPT_BYTES), "the receipt")
    with opened_recorder(store, now) as recorder:
        events = recorder.events(receipt.patient)
        refuse_unless_ours(receipt, events)
        times = receipt.received_at, now
        closed = _moved(receipt.patient, events, "received", receipt.facility, receipt.transfer, times, claim="import")
        recorder.append([closed], now)
    if form == "json":
        print_json(transferred_json("received", receipt.transfer, receipt.facility, now))
        return
    echo(f"Transfer {short(receipt.transfer)}: received by {receipt.facility} at {receipt.received_at.isoformat()}.")
    if receipt.received_at > now:
        echo("! That is in the future: a clock is wrong, here or there.")
    echo("The course is closed here: transferred out.")


def _moved(
    patient: str,
    events: tuple[Event, ...],
    direction: str,
    facility: str,
    number: str,
    times: tuple[datetime, datetime],
    claim: str = "self",
) -> Event:
    body = {"direction": direction, "facility": facility, "claim_code": number}
    zone = events[-1].zone if events else "UTC"
    return new_event(patient, "transfer", body, times, zone, actor="clinician", claim=claim)


def _taken_back(left: Event, now: datetime) -> Event:
    """Return what takes a departure back whose file could not be written."""
    body = {"because": "the file of the transfer could not be written"}
    more = {"actor": "clinician", "claim": "self", "supersedes": left.id}
    later = now + timedelta(microseconds=1)  # only what was written down later takes something back
    return new_event(left.patient, "retracted", body, (later, later), left.zone, **more)


def _receipt(person: PersonFile, receiver: str, received_at: datetime) -> bytes:
    return receipt_bytes(
        Receipt(
            person.transfer,
            person.token,
            person.patient,
            receiver,
            received_at,
            len(person.events),
            log_digest(person.events),
        )
    )
