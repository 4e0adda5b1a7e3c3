"""``fullcourse digest``: the morning's list of a clinic, to print or to send."""

from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import click

from fullcourse.adapters.extras import needs
from fullcourse.adapters.knowledge_cache import load_knowledge
from fullcourse.adapters.store.durable import DurableStore
from fullcourse.adapters.store.opening import default_store, key_file_of, open_store
from fullcourse.adapters.store.place import StoreTaken
from fullcourse.adapters.working_days import every_day_is_open, working_days_of
from fullcourse.clinical.errors import InputError
from fullcourse.interfaces.cli.course_commands.log_file import moment_asked, opened_store, store_option
from fullcourse.interfaces.cli.format_option import format_option
from fullcourse.interfaces.cli.out_file import force_option, write_out

__all__ = ["digest"]


@click.command()
@store_option
@click.option("--clinic", metavar="ID", default="", help="Whose courses; without it every course of the store.")
@click.option("--country", metavar="CODE", default="", help="Whose holidays count for orders, two letters.")
@click.option("--at", metavar="TIME", help="Now, with its offset; the computer's clock without it.")
@click.option("--out", metavar="FILE", help="Write it into a file.")
@click.option("--to", metavar="ADDRESS", default="", help="Who gets a message with the numbers alone; with --outbox.")
@click.option("--outbox", metavar="FOLDER", default="", help="Where the message is put for a mail program to send.")
@click.option("--desk", metavar="ADDRESS", default="", help="Address of the desk, for the message.")
@force_option
@format_option("text", "html")
def digest(
    store: str | None,
    clinic: str,
    country: str,
    at: str | None,
    out: str | None,
    to: str,
    outbox: str,
    desk: str,
    form: str,
) -> None:
    """Print for whom somebody is needed today, and for what: for the board at seven, or for a message.

    While a service has a store in a file, the list is made of a copy of that moment, which is removed afterwards.
    """
    if bool(to) != bool(outbox):
        raise InputError("--to and --outbox go together: who gets the message, and where it is put. Name both.")
    if outbox and not Path(outbox).is_dir():
        raise InputError(f"--outbox: {Path(outbox).name} is no folder. Make it first.")
    with needs("service", "the list of a clinic"):
        from fullcourse.adapters.messages.files import FileSender
        from fullcourse.adapters.worklist.digest import Digest, digest_html, digest_text, message_of
        from fullcourse.adapters.worklist.index import Worklist
    now, is_working_day = moment_asked(at), working_days_of(country) if country else every_day_is_open
    place = store or default_store()
    try:
        opened = opened_store(store)
    except StoreTaken:
        opened = _copy_of(place, now)
    patients = _patients_of(place, clinic) if clinic else None
    worklist = Worklist(opened, load_knowledge(), is_working_day)
    worklist.finish(now)
    _, unread = worklist.not_read(patients)
    made = Digest(clinic, now, worklist.listing(patients, now), len(unread))
    text = digest_html(made) if form == "html" else digest_text(made)
    if outbox:
        try:
            FileSender(Path(outbox)).send(message_of(made, to, desk))
        except OSError as error:
            raise InputError(f"--outbox: the message cannot be written ({error.strerror}).") from None
    if out is not None:
        write_out(out, text.encode())
    else:
        click.echo(text, nl=False)


def _copy_of(place: str, now: datetime) -> DurableStore:
    """Open a copy of a store that a service has: sealed as the store is, for its owner alone, gone with the command."""
    from fullcourse.adapters.store.backup import back_up

    path = Path(place.removeprefix("sqlite:///")).expanduser()
    context = click.get_current_context()
    folder = context.with_resource(TemporaryDirectory(prefix="fullcourse-digest-"))
    copy = Path(folder) / path.name
    back_up(path, copy, now)
    opened = open_store(copy, key_file=key_file_of(place))
    context.call_on_close(opened.close)
    return opened


def _patients_of(place: str, clinic: str) -> frozenset[str]:
    """Return the patients of a clinic; raises InputError where nobody has it."""
    from fullcourse.adapters.access.people.courses import courses_of
    from fullcourse.adapters.access.store.opening import look_into

    kept = look_into(place)
    try:
        listed = kept.database.read(lambda connection: frozenset(courses_of(connection, frozenset((clinic,)))))
    finally:
        kept.close()
    if not listed:
        raise InputError("--clinic: no clinic of this id has a course here. Check the id.")
    return listed
