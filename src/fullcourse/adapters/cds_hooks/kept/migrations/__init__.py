"""How the table of feedback came about, by Alembic; its edition stands beside that of the courses, in its own table."""
