"""One file for each change of the table, named after its place in the history."""
