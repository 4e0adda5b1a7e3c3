"""The history of the tables, as Alembic reads it; `migrate.py` is its door."""
