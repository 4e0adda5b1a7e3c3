"""``fullcourse reminders``: what a service does each minute, done once: for who has a timetable of their own."""

from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Final

import click

from fullcourse.adapters.extras import needs
from fullcourse.adapters.knowledge_cache import load_knowledge
from fullcourse.adapters.store.opening import default_store
from fullcourse.clinical.errors import InputError
from fullcourse.interfaces.api.settings import read_settings
from fullcourse.interfaces.cli.course_commands.log_file import moment_asked, opened_store, store_option
from fullcourse.interfaces.cli.echo import echo

__all__ = ["reminders"]

_WAIT_S: Final = 5.0
_DAYS_BACK: Final = timedelta(days=7)


@click.command()
@store_option
@click.option("--until", metavar="TIME", help="Now, with its offset; the computer's clock without it.")
@click.option("--outbox", metavar="FOLDER", help="Where text messages and mails are put; else $FULLCOURSE_OUTBOX.")
def reminders(store: str | None, until: str | None, outbox: str | None) -> None:
    """Send the reminders that are due, each once however often this is called, and say what could not be sent.

    A running service does this by itself each minute. Called by a timer instead, it is called each few minutes: what
    is due between two calls comes with the next. A store in a file is one program's at a time.
    """
    settings = read_settings()
    if outbox is not None:
        settings = settings.changed(FULLCOURSE_OUTBOX=outbox)
    with needs("service", "reminders"):
        from fullcourse.adapters.access.access import open_access
        from fullcourse.adapters.reminders.sent import Became, unsent
        from fullcourse.interfaces.api.reminding import reminders_of, ways_of
    if outbox is not None and not Path(outbox).is_dir():
        raise InputError(f"--outbox: {Path(outbox).name} is no folder. Make it first.")
    if not ways_of(settings):
        raise InputError(
            "there is no way by which a reminder could leave. Name a folder for text messages and mails with --outbox, "
            "or push services in FULLCOURSE_PUSH_SERVICES."
        )
    now, opened = moment_asked(until), opened_store(store)
    with closing(open_access(store or default_store(), wait_s=_WAIT_S)) as access:
        became = reminders_of(settings, load_knowledge(), opened, access).look(now)
        not_sent = access.read(lambda connection: unsent(connection, now - _DAYS_BACK, now))
    sent = became[Became.SENT]
    echo(f"Until {now:%Y-%m-%d %H:%M}: {sent} sent, {became.total() - sent} not sent.")
    if not_sent.people:
        echo(f"! Not sent in the last {_DAYS_BACK.days} days: {not_sent.reminders}, of {not_sent.people} courses:")
        for patient, count in not_sent.by_patient.items():
            echo(f"  {patient}  {count}")
