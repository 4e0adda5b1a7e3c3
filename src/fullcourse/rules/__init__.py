"""The closed forms of a statement and their two readers: one patient, and SQL for many."""
