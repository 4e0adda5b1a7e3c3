"""Tell the lines of an export apart by what of them may be read, by compiled code where a C compiler built it."""
