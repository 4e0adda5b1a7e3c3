"""Where the events of courses are kept: one contract, and what keeps it."""
