"""From the bytes of a FHIR record to a Record: the one way in.

It uses no clock and opens no file. Everything that it does not use is counted by type and reason.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date

from fullcourse.adapters.fhir.read.allergies import read_allergy
from fullcourse.adapters.fhir.read.bundle import SUBJECTS, Entry, gather_bundle
from fullcourse.adapters.fhir.read.conditions import read_condition, read_procedure
from fullcourse.adapters.fhir.read.documents import read_composition, read_list, read_questionnaire_response
from fullcourse.adapters.fhir.read.elements import children, text
from fullcourse.adapters.fhir.read.evidence import FactIndex, Gathered, Reading, Recognise
from fullcourse.adapters.fhir.read.medicines import OTHER_VERSIONS, read_medicine
from fullcourse.adapters.fhir.read.observations import read_observation
from fullcourse.adapters.fhir.read.patient import birth_is_later, read_patient
from fullcourse.adapters.json_text import decode_text, parse_json, parse_json_lines
from fullcourse.clinical.errors import InputError
from fullcourse.clinical.patient import Record, Unrecognised
from fullcourse.knowledge.pk.modelled_drugs import modelled_drugs
from fullcourse.knowledge.vocabulary import FactDefinition, ResourceReading

__all__ = ["FhirReader", "read_fhir"]

_READERS: Mapping[str, Callable[[Entry, Reading], None]] = {
    "AllergyIntolerance": read_allergy,
    "Composition": read_composition,
    "Condition": read_condition,
    "List": read_list,
    "MedicationAdministration": read_medicine,
    "MedicationDispense": read_medicine,
    "MedicationRequest": read_medicine,
    "MedicationStatement": read_medicine,
    "Observation": read_observation,
    "Procedure": read_procedure,
    "QuestionnaireResponse": read_questionnaire_response,
}
# Read where another resource refers to them, or for the record as a whole.
_READ_ELSEWHERE = ("Medication", "Patient", "Substance")


class FhirReader:
    """Reads records with one vocabulary, whose index is built once."""

    def __init__(
        self,
        vocabulary: Iterable[FactDefinition],
        readings: Sequence[ResourceReading],
        recognise: Recognise,
        level_codes: Mapping[str, frozenset[str]] | None = None,
    ) -> None:
        """Index the vocabulary.

        Args:
            vocabulary: Every fact, with the ways in which it is found.
            readings: How each type of resource is read.
            recognise: Reads a product's name and codes into ingredients.
            level_codes: The drugs whose levels are read, each with the codes of Observations that are levels of it
                whatever their words; the drugs that have a model, without codes, when None.
        """
        self._level_codes = dict.fromkeys(modelled_drugs(), frozenset()) if level_codes is None else level_codes
        self._index = FactIndex(vocabulary)
        self._readings = {reading.resource: reading for reading in readings}
        self._recognise = recognise

    def read(self, data: bytes, at: date | None = None) -> Record:
        """Read a Bundle of any kind, one resource, or NDJSON.

        Args:
            data: The bytes of the record.
            at: Day of the check: a later birth date is absurd. None leaves that to whoever knows the day.

        Raises:
            InputError: It cannot be read safely; the message names the place, never the patient.
        """
        bundle = gather_bundle(_values(decode_text(data)))
        gathered = Gathered(notes=bundle.notes, not_used=bundle.set_aside)
        reading = Reading(bundle, self._index, self._readings, self._recognise, gathered, self._level_codes)
        read_patient(reading, at)
        for entry in bundle.entries:
            self._read_entry(entry, reading)
        return gathered.record()

    def as_of(self, record: Record, at: date) -> Record:
        """Return a record that was read without a day as it would have been read with one."""
        return birth_is_later(record, self._index, at)

    def _read_entry(self, entry: Entry, reading: Reading) -> None:
        gathered = reading.gathered
        for contained in children(entry.resource, "contained", entry.origin):
            if (kind := text(contained, "resourceType", f"{entry.origin}.contained")) in _READERS:
                gathered.skip(f"contained {kind}", "only resources that stand alone are read", may_matter=True)
        configured = self._readings.get(entry.kind)
        reader = _READERS.get(entry.kind)
        if configured is not None and configured.ignored:
            gathered.skip(entry.kind, configured.ignored)
        elif reader is None:
            if entry.kind in OTHER_VERSIONS:
                why = f"{entry.kind} is of another version of FHIR; R4 is read"
                gathered.unrecognised.append(Unrecognised("medicine", "a medicine order", entry.origin, why))
            elif entry.kind not in _READ_ELSEWHERE:
                gathered.skip(entry.kind, "no fact uses it")
        elif entry.kind in SUBJECTS and not reading.bundle.is_about_patient(entry):
            gathered.skip(entry.kind, "it is about a group, a device or a place")
        else:
            reader(entry, reading)


def read_fhir(
    data: bytes,
    vocabulary: Iterable[FactDefinition],
    readings: Sequence[ResourceReading],
    recognise: Recognise,
    at: date | None = None,
) -> Record:
    """Read one FHIR record; see ``FhirReader`` for reading many with one vocabulary."""
    return FhirReader(vocabulary, readings, recognise).read(data, at)


def _values(record: str) -> list[object]:
    """Return the one value of the text, or one for each line when its first line is a whole object already."""
    first, _, rest = record.strip().partition("\n")
    if rest.strip() and first.rstrip().endswith("}") and _is_whole(first):
        return parse_json_lines(record)
    return [parse_json(record)]


def _is_whole(line: str) -> bool:
    try:
        return isinstance(parse_json(line), dict)
    except InputError:
        return False
