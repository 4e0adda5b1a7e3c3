"""Writes what is stated about a drug as FHIR R5: clinical use definitions, and a document shaped like a leaflet."""
