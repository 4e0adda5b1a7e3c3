"""FHIR records of many patients: from lines of a bulk export to columns of evidence."""
