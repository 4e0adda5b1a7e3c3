"""May this patient take this drug? What applies, what cannot be assessed, and what to ask."""
