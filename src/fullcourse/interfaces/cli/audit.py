"""``fullcourse audit verify``: whether the audit of the service is what was written."""

import click

from fullcourse.adapters.extras import needs
from fullcourse.adapters.store.opening import default_store
from fullcourse.interfaces.cli.course_commands.log_file import store_option
from fullcourse.interfaces.cli.echo import echo, print_json
from fullcourse.interfaces.cli.format_option import format_option
from fullcourse.interfaces.cli.lazy import Commands

__all__ = ["audit"]

_BROKEN = 1
"""Exit code where the audit is not what was written."""


@click.group(cls=Commands)
def audit() -> None:
    """The audit of the service: who saw or changed what, when, from where and why. Auditors read it over HTTP."""


@audit.command()
@store_option
@click.option("--head", metavar="HEAD", default="", help="What an earlier check printed: the audit has to hold it.")
@format_option("text", "json")
def verify(store: str | None, head: str, form: str) -> None:
    """Check that no entry was removed, changed or moved, and end with 1 where one was; also while the service runs.

    Note the head that is printed somewhere else: with --head a later check finds an audit that was put back whole.
    """
    with needs("service", "the audit"):
        from fullcourse.adapters.access.audit.reading import verify_audit
        from fullcourse.adapters.access.store.opening import look_into
        from fullcourse.adapters.published.audit import audit_verified_json
    kept = look_into(store or default_store())
    try:
        found = verify_audit(kept, head)
    finally:
        kept.close()
    if form == "json":
        print_json(audit_verified_json(found))
    else:
        for line in found.broken:
            echo(f"! {line}")
        if found.broken:
            echo("Nothing after that place can be relied on. Compare with a backup of the database.")
        else:
            echo(f"The audit is whole: {found.entries} entries.")
            echo(f"Head: {found.head}")
    if found.broken:
        click.get_current_context().exit(_BROKEN)
