"""``fullcourse course duplicates``: who may be there twice, shown with why; nothing is ever put together by itself."""

from datetime import datetime

import click

from fullcourse.adapters.exchange.likeness import Agreement, alike_records
from fullcourse.adapters.fhir.read.identity import read_identity
from fullcourse.adapters.input_file import read_bytes
from fullcourse.adapters.published.exchange import duplicates_json
from fullcourse.adapters.store.contract import Recorder
from fullcourse.clinical.errors import InputError
from fullcourse.clinical.event import Event
from fullcourse.interfaces.cli.course_commands.log_file import moment_asked
from fullcourse.interfaces.cli.course_commands.store_input import opened_recorder
from fullcourse.interfaces.cli.echo import echo, print_json
from fullcourse.interfaces.cli.format_option import format_option
from fullcourse.journey.course import LikelyPair, likely_pairs

__all__ = ["duplicates"]


@click.command()
@click.argument("records", metavar="[RECORD]...", nargs=-1)
@click.option("--store", metavar="FILE|URL", help="Compare the courses of this store.")
@click.option("--at", metavar="TIME", help="Now, with its offset; the computer's clock without it.")
@format_option("text", "json")
def duplicates(records: tuple[str, ...], store: str | None, at: str | None, form: str) -> None:
    """Show who may be there twice: among FHIR RECORDs by name, birth date and sex, or among the courses of a store.

    A store holds no names: there, only events can tell. Records are named by their place on the command line, since
    names of files and of people are not repeated.
    """
    now = moment_asked(at)
    if bool(store) == bool(records) or len(records) == 1:
        raise InputError("two records or more are compared, or the courses of one --store. Name one or the other.")
    read = [read_identity(read_bytes(path), f"record {place}") for place, path in enumerate(records, 1)]
    alike = alike_records(read)
    courses, compared, left_out = _courses(store, now) if store else ((), len(read), 0)
    if form == "json":
        print_json(duplicates_json(courses, alike, compared, left_out, now))
        return
    for course in courses:
        echo(f"LIKELY ONE PERSON: {course.first} and {course.second}")
        echo(f"  for it: {'; '.join(course.why)}")
        if course.against:
            echo(f"  against it: {'; '.join(course.against)}")
    for pair in alike:
        echo(f"{pair.likeness.value.upper()}: record {pair.first} and record {pair.second}")
        for agreement in Agreement:
            if fields := [name for name, found in pair.fields if found is agreement]:
                echo(f"  {agreement.value}: {', '.join(fields)}")
    echo(f"{compared} compared, {len(courses) + len(alike)} pairs to look at. Nothing was put together.")
    if left_out:
        echo(f"! {left_out} could not be read, and were not compared.")
    if store:
        echo("No event holds a name, a birth date or a sex: a person who was begun twice, with")
        echo("nothing else in common, is not seen here. Compare the records.")


def _courses(store: str | None, now: datetime) -> tuple[tuple[LikelyPair, ...], int, int]:
    """Return the likely pairs of a store, how many courses were compared, and how many could not be read."""
    with opened_recorder(store, now) as recorder:
        logs = [(patient, _events(recorder, patient)) for patient in recorder.patients()]
    readable = [(patient, events) for patient, events in logs if events is not None]
    return likely_pairs(readable), len(readable), len(logs) - len(readable)


def _events(recorder: Recorder, patient: str) -> tuple[Event, ...] | None:
    try:
        return recorder.events(patient)
    except InputError:
        return None
