"""Make the elements of E2B(R3) from a report of an adverse event."""
