"""What Alembic runs: the changes go over the connection that `migrate.py` hands in."""

from alembic import context

from fullcourse.adapters.access.store.opening import EDITION_TABLE
from fullcourse.adapters.access.store.tables import METADATA

context.configure(
    connection=context.config.attributes["connection"], target_metadata=METADATA, version_table=EDITION_TABLE
)
with context.begin_transaction():
    context.run_migrations()
