"""FHIR records and resources: read from records, written for others."""
