"""FHIR R4 records: from bytes to evidence, medicines, and an account of everything that was not used."""

from fullcourse.adapters.fhir.read.reader import FhirReader, read_fhir

__all__ = ["FhirReader", "read_fhir"]
