"""FHIR R4 under `/fhir`: what a course says is read, searched, exported and taken in."""
