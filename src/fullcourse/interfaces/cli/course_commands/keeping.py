"""``fullcourse course verify``, ``erase`` and ``unheard``: the store itself, looked after."""

from datetime import timedelta

import click

from fullcourse.adapters.published.store import (
    ERASED_BACKUPS,
    ERASED_STAYS,
    erased_json,
    unheard_json,
    verified_json,
)
from fullcourse.interfaces.cli.course_commands.log_file import moment_asked, opened_store, store_option
from fullcourse.interfaces.cli.course_commands.told import tell
from fullcourse.interfaces.cli.echo import echo, print_json
from fullcourse.interfaces.cli.format_option import format_option

__all__ = ["erase", "unheard", "verify"]

_DAMAGE = 1
"""Exit code where a course or the store is damaged."""


@click.command()
@store_option
@format_option("text", "json")
def verify(store: str | None, form: str) -> None:
    """Check every course of the store, name those that are damaged, and end with 1 where any is."""
    found = opened_store(store).verify()
    if form == "json":
        print_json(verified_json(found))
    else:
        whole = found.patients - len(found.damaged)
        echo(f"{whole} of {found.patients} courses are whole ({found.erased} erased); {found.events} events.")
        for damaged in found.damaged:
            echo(f"! DAMAGED {damaged.patient}: {'; '.join(damaged.broken)}")
        for line in found.store:
            echo(f"! {line}")
        if found.damaged:
            echo("Nothing is worked out from a damaged course. Restore it from a backup; the others go on.")
        echo(f"{found.engine}.")
        if found.engine_fault:
            tell(found.engine_fault)
    if found.damaged or found.store:
        click.get_current_context().exit(_DAMAGE)


@click.command()
@click.argument("patient", metavar="PATIENT")
@store_option
@click.option("--yes", is_flag=True, help="Do not ask whether this is meant.")
@click.option("--at", metavar="TIME", help="Now, with its offset; the computer's clock without it.")
@format_option("text", "json")
def erase(patient: str, store: str | None, yes: bool, at: str | None, form: str) -> None:
    """Destroy the key of PATIENT, so that nothing of the course can be read again; this cannot be undone.

    Backups made before hold the key still: throw them away, or erase again after a restore.
    """
    now = moment_asked(at)
    opened = opened_store(store)
    if not yes:
        click.confirm("Nobody will be able to read this course again. Erase it?", abort=True, err=form == "json")
    opened.erase(patient, now)
    if form == "json":
        print_json(erased_json(patient, now))
        return
    tell(f"Erased: its key is destroyed. {ERASED_STAYS}")
    tell(ERASED_BACKUPS)


@click.command()
@store_option
@click.option("--days", type=click.IntRange(1), required=True, help="Of whom nothing was received for so many days.")
@click.option("--at", metavar="TIME", help="Now, with its offset; the computer's clock without it.")
@format_option("text", "json")
def unheard(store: str | None, days: int, at: str | None, form: str) -> None:
    """List the courses of which nothing was received for so long: for a policy on how long records are kept.

    Nothing is erased by itself: 'course erase' does it, for one course after another.
    """
    now = moment_asked(at)
    listed = list(opened_store(store).unheard_since(now - timedelta(days=days)))
    if form == "json":
        print_json(unheard_json(listed, days, now))
        return
    for one in listed:
        echo(f"{one.patient}  {one.received_at:%Y-%m-%d}")
    echo(f"{len(listed)} courses of which nothing was received for {days} days.")
