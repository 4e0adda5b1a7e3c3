"""One file for each change of the tables, named after its place in the history."""
