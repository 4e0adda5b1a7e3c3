"""What Alembic runs: the changes go over the connection that `migrate.py` hands in."""

from alembic import context

from fullcourse.adapters.store.tables import METADATA

context.configure(connection=context.config.attributes["connection"], target_metadata=METADATA)
with context.begin_transaction():
    context.run_migrations()
