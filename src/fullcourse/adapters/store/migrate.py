"""Brings the tables of a store to an edition, by Alembic, forwards and back."""

from pathlib import Path
from typing import Final

from sqlalchemy import Connection, inspect, text

from fullcourse.clinical.errors import InputError

__all__ = ["COURSES", "EDITION", "edition_of", "move_to"]

EDITION: Final = "0002"
"""The newest edition of the tables, which this version of the program reads and writes."""

COURSES: Final = "alembic_version"
"""The table in which the edition of the tables of courses stands."""

_HISTORY: Final = Path(__file__).parent / "migrations"
_BARE: Final = "base"


def edition_of(connection: Connection, table: str = COURSES) -> str:
    """Return the edition of tables; empty for a database without any.

    Args:
        connection: To the database.
        table: In which the edition stands.
    """
    if not inspect(connection).has_table(table):
        return ""
    return str(connection.execute(text(f"SELECT version_num FROM {table}")).scalar() or "")  # noqa: S608 - our own words


def move_to(connection: Connection, edition: str, history: Path = _HISTORY, table: str = COURSES) -> None:
    """Bring the tables to an edition in the transaction of the connection.

    Args:
        connection: In a transaction, which the caller ends.
        edition: For example `EDITION`, or ``base`` for none.
        history: Folder of the changes.
        table: In which the edition stands: two histories in one database have two.
    """
    from alembic import command  # a third of a second, which only a store waits for whose tables change
    from alembic.config import Config
    from alembic.script import ScriptDirectory

    settings = Config()
    settings.set_main_option("script_location", str(history).replace("%", "%%"))
    settings.attributes["connection"] = connection
    known = {revision.revision for revision in ScriptDirectory.from_config(settings).walk_revisions()}
    if edition_of(connection, table) not in {"", *known}:
        raise InputError(
            "the store was made by a newer version of this program. Update the program, and open it again."
        )
    current = edition_of(connection, table) or _BARE
    back = edition == _BARE or (current != _BARE and edition < current)
    (command.downgrade if back else command.upgrade)(settings, edition)
