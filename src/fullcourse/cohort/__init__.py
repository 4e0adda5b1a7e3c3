"""The register: the statements that one patient is checked against, for a million at once and with the same answers."""
