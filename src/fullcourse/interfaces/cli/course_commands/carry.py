"""``fullcourse course export`` and ``import``: one person's course as one file."""

from datetime import UTC, datetime
from pathlib import Path

import click

from fullcourse.adapters.exchange.carrying import Imported, Log, log_of, take_in
from fullcourse.adapters.exchange.container import MAX_FILE_BYTES
from fullcourse.adapters.exchange.person_file import log_digest, read_person_file, write_person_file
from fullcourse.adapters.exchange.whole_file import read_file, refuse_identity, write_whole
from fullcourse.adapters.fhir.write.course_bundle import course_bundle
from fullcourse.adapters.fhir.write.elements import Resource
from fullcourse.adapters.knowledge_cache import load_knowledge
from fullcourse.adapters.published.exchange import exported_json, imported_json
from fullcourse.adapters.zones import load_zone
from fullcourse.clinical.errors import InputError
from fullcourse.clinical.zone import Zone
from fullcourse.interfaces.cli.course_commands.log_file import moment_asked, store_option
from fullcourse.interfaces.cli.course_commands.store_input import course_named, one_patient, opened_recorder
from fullcourse.interfaces.cli.echo import echo, print_json
from fullcourse.interfaces.cli.format_option import format_option

__all__ = ["export", "fhir_of", "import_", "print_imported"]


@click.command()
@click.argument("course", metavar="[COURSE]", required=False)
@store_option
@click.option("--out", required=True, metavar="FILE", help="The file to write; of a folder, a name is chosen in it.")
@click.option("--at", metavar="TIME", help="Now, with its offset; the computer's clock without it.")
@format_option("text", "json")
def export(course: str | None, store: str | None, out: str, at: str | None, form: str) -> None:
    """Write everything that is kept of COURSE into one file: events as they came, and the same as FHIR R4.

    COURSE is the random id, or a file of events; it may be left out where the store holds one. The file is not
    encrypted: use 'course transfer out' to send it.
    """
    now = moment_asked(at)
    patient, place = course_named(course, store)
    with opened_recorder(place, now) as recorder:
        person = one_patient(recorder, patient)
        log = log_of(recorder, person)
    data = write_person_file(log.events, log.set_aside, fhir_of(log))
    digest = log_digest(log.events)
    path = Path(out) / f"course-{digest[:12]}.zip" if Path(out).is_dir() else Path(out)
    refuse_identity(path, person)
    read_person_file(data, path.name)  # what could not be read again is not handed out
    write_whole(path, data)
    if form == "json":
        print_json(exported_json(path.name, len(log.events), len(log.set_aside), digest, now))
        return
    echo(f"{path.name}: {len(log.events)} events, {len(log.set_aside)} set aside.")
    echo(f"They come to {digest[:12]}, which the other side has to see too.")
    echo("The file is not encrypted. Whoever has it can read the course; it holds no name.")


@click.command("import")
@click.argument("file", metavar="FILE")
@store_option
@click.option("--at", metavar="TIME", help="Now, with its offset; the computer's clock without it.")
@format_option("text", "json")
def import_(file: str, store: str | None, at: str | None, form: str) -> None:
    """Take the course of FILE into a store: all of it, or nothing.

    What the store knows already stays as it is; what contradicts it is kept apart for a person to look at.
    """
    now = moment_asked(at)
    person = read_person_file(read_file(Path(file), MAX_FILE_BYTES), "the file")
    with opened_recorder(store, now) as recorder:
        imported = take_in(recorder, recorder.append, person, now)
    if form == "json":
        print_json(imported_json(imported, now))
        return
    print_imported(imported, now)


def fhir_of(log: Log) -> Resource:
    """Return what FHIR can say of a log."""
    return course_bundle(log.events, load_knowledge(), _zone_or_utc)


def _zone_or_utc(name: str) -> Zone:
    """Return a zone; UTC under its name where this edition lacks it, so that no course is locked in for its zone.

    The Bundle tells no time by the zone's clock: it names the zone, and the order of plans is that of their events.
    """
    try:
        return load_zone(name)
    except InputError:
        return Zone(name, UTC, "")


def print_imported(imported: Imported, now: datetime) -> None:
    """Print what became of the events of a file."""
    echo(f"Course {imported.patient}: {imported.new} events new, {imported.same} known already.")
    if imported.set_aside:
        echo(f"! {imported.set_aside} contradict another event under one id: kept apart, for a person to look at.")
    for event in imported.future:
        ahead = max(event.occurred_at, event.recorded_at)
        echo(f"! {event.kind} {event.id} is from the future ({ahead.isoformat()}; now {now.isoformat()}):")
        echo("  taken, but a clock is wrong. Correct the event or the clock.")
    for kind, count in sorted(imported.unknown.items()):
        echo(f"! {count} of the unknown kind '{kind[:40]}': kept as they came. Update this program.")
    echo(f"The log comes to {imported.log_digest[:12]}.")
