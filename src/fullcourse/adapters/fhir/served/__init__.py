"""What the service answers of a course in FHIR R4: one list of resources, each with what it is found by."""
