"""The service: REST, FHIR R4 and CDS Hooks over the same journey as the commands."""
