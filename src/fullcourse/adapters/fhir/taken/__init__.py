"""From FHIR resources that others send to events of a course: all of it understood, or none of it taken."""
