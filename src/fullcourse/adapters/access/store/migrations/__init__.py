"""The history of the tables of access, as Alembic reads it; `opening.py` is its door."""
