"""What Alembic runs: the changes go over the connection that the store of feedback hands in."""

from alembic import context

from fullcourse.adapters.cds_hooks.kept.feedback_store import EDITION_TABLE
from fullcourse.adapters.cds_hooks.kept.tables import METADATA

context.configure(
    connection=context.config.attributes["connection"], target_metadata=METADATA, version_table=EDITION_TABLE
)
with context.begin_transaction():
    context.run_migrations()
