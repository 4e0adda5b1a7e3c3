"""Search by the rules of FHIR R4 over resources that were made: what is asked, what matches, one page of it."""
