"""``fullcourse course backup`` and ``restore``: a whole store, copied while it runs, and made again of the copy."""

import os
from pathlib import Path
from typing import Final

import click

from fullcourse.adapters.published.exchange import backup_json
from fullcourse.adapters.store.opening import KEY_FILE_VARIABLE, default_store
from fullcourse.clinical.errors import InputError
from fullcourse.interfaces.cli.course_commands.log_file import moment_asked, store_option
from fullcourse.interfaces.cli.echo import echo, print_json
from fullcourse.interfaces.cli.format_option import format_option

__all__ = ["backup", "restore"]

_SQLITE: Final = "sqlite:///"


@click.command()
@store_option
@click.option("--out", required=True, metavar="FILE", help="The backup to write.")
@click.option("--at", metavar="TIME", help="Now, with its offset; the computer's clock without it.")
@format_option("text", "json")
def backup(store: str | None, out: str, at: str | None, form: str) -> None:
    """Copy a store into a file, also while another program writes to it.

    Every event that was acknowledged before the command began is in the backup. The key file is not.
    """
    now, place, path = moment_asked(at), _in_a_file(store or default_store()), Path(out)
    from fullcourse.adapters.store.backup import back_up, back_up_beside

    made = back_up(place, path, now)
    beside = back_up_beside(place, path)
    if form == "json":
        print_json(backup_json("backup", path.name, made, now))
        return
    echo(f"{path.name}: {made.patients} courses ({made.erased} erased), {made.events} events.")
    echo(f"They end at {made.heads[:12]}. Write this down beside the backup.")
    for copy in beside:
        echo(f"{copy.name}: beside it, of the service. Keep the two together.")
    echo("The key file is NOT in it. Keep a copy of the key file in another place: without")
    echo("it nobody can read the backup, and with it a course that is erased later can")
    echo("still be read from here.")


@click.command()
@click.argument("file", metavar="FILE")
@click.option("--store", required=True, metavar="NEW", help="Where the store is to stand; nothing may be there.")
@click.option("--with-damaged", is_flag=True, help="Go on where courses are damaged: they are named, the others work.")
@click.option("--at", metavar="TIME", help="Now, with its offset; the computer's clock without it.")
@format_option("text", "json")
def restore(file: str, store: str, with_damaged: bool, at: str | None, form: str) -> None:
    """Make a store of the backup FILE, after every course in it was checked. The key file has to be there already."""
    now, place = moment_asked(at), _in_a_file(store)
    named = os.environ.get(KEY_FILE_VARIABLE)
    key_file = Path(named) if named else place.with_name(f"{place.name}.key")
    from fullcourse.adapters.store.backup import restore as restored_from
    from fullcourse.adapters.store.backup import restore_beside

    made = restored_from(Path(file), place, key_file, with_damaged=with_damaged)
    restore_beside(Path(file), place)
    if form == "json":
        print_json(backup_json("restore", place.name, made, now))
        return
    echo(f"{place.name}: {made.patients} courses ({made.erased} erased), {made.events} events, all checked.")
    echo(f"They end at {made.heads[:12]}, as they did on {made.made_at:%Y-%m-%d %H:%M %z}.")
    for damaged in made.damaged:
        echo(f"! DAMAGED {damaged.patient}: {'; '.join(damaged.broken)}")
    echo("What was logged or erased after that is not in it:")
    echo("erase again who was erased since.")


def _in_a_file(store: str) -> Path:
    if store.startswith(("postgresql:", "postgres:")):
        raise InputError(
            "a PostgreSQL store is backed up by PostgreSQL's own tools, which know its log: 'pg_dump --format=custom' "
            "for one database, pg_basebackup with archived WAL for the server. Restore with 'pg_restore', then run "
            "'course verify'."
        )
    if store.endswith((".ndjson", ".jsonl")):
        raise InputError("a file of events is one file: copy it while no command runs. Name a database for --store.")
    return Path(store.removeprefix(_SQLITE)).expanduser()
