"""From the bytes of a FHIR record to a Record: the one way in.

It uses no clock and opens no file. Everything that it does not use is counted by type and reason; a resource that
cannot be read is set aside by name, and leaves the lists open that it may belong to.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date

from fullcourse.adapters.fhir.read.allergies import read_allergy
from fullcourse.adapters.fhir.read.bundle import SUBJECTS, Entry, gather_bundle
from fullcourse.adapters.fhir.read.codes import concept_at
from fullcourse.adapters.fhir.read.conditions import read_condition, read_procedure
from fullcourse.adapters.fhir.read.contested import read_contested
from fullcourse.adapters.fhir.read.documents import read_composition, read_list, read_questionnaire_response
from fullcourse.adapters.fhir.read.elements import children, shown, text
from fullcourse.adapters.fhir.read.evidence import Gathered, Reading
from fullcourse.adapters.fhir.read.fact_index import FactIndex
from fullcourse.adapters.fhir.read.listed import EVERY_LIST, MEDICINES, called, name_misplaced
from fullcourse.adapters.fhir.read.medicines import OTHER_VERSIONS, read_medicine
from fullcourse.adapters.fhir.read.observations import read_observation
from fullcourse.adapters.fhir.read.observed import ObservedConcepts
from fullcourse.adapters.fhir.read.patient import birth_is_later, read_patient
from fullcourse.adapters.fhir.read.resource_types import R4_TYPES
from fullcourse.adapters.fhir.read.wording import words_count
from fullcourse.adapters.json_text import decode_text, parse_json, parse_json_lines
from fullcourse.adapters.medicines.looked_up import LookedUp
from fullcourse.adapters.medicines.recognising import Recognise
from fullcourse.clinical.errors import InputError
from fullcourse.clinical.fact import Evidence, Standing
from fullcourse.clinical.patient import Record, Unrecognised
from fullcourse.knowledge.pk.modelled_drugs import modelled_drugs
from fullcourse.knowledge.vocabulary import FactDefinition, OtherMatter, ResourceReading

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
_OPENS: Mapping[str, tuple[str, ...]] = {
    "AllergyIntolerance": ("allergy",),
    "Condition": ("problem",),
    "Procedure": ("problem",),
    **dict.fromkeys(MEDICINES, ("medicine",)),
}
"""Which lists a resource that cannot be read leaves open; documents and questionnaires may speak of any."""


class FhirReader:
    """Reads records with one vocabulary, whose index is built once."""

    def __init__(
        self,
        vocabulary: Iterable[FactDefinition],
        readings: Sequence[ResourceReading],
        recognise: Recognise,
        level_codes: Mapping[str, frozenset[str]] | None = None,
        other_matters: Iterable[OtherMatter] = (),
    ) -> None:
        """Index the vocabulary.

        Args:
            vocabulary: Every fact, with the ways in which it is found.
            readings: How each type of resource is read.
            recognise: Reads a product's name and codes into ingredients.
            level_codes: The drugs whose levels are read, each with the codes of Observations that are levels of it
                whatever their words; the drugs that have a model, without codes, when None.
            other_matters: Codes known to mean something that no fact is about; without them, whatever no fact knows
                leaves its list open.
        """
        levels = dict.fromkeys(modelled_drugs(), frozenset()) if level_codes is None else level_codes
        self._vocabulary = tuple(vocabulary)
        self._index = FactIndex(self._vocabulary, other_matters)
        self._observed = ObservedConcepts(self._index, levels)
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
        return self.read_values(_values(decode_text(data)), at)

    def read_values(self, values: Iterable[object], at: date | None = None) -> Record:
        """Read the same from values that `parse_json` returned: one value, or one for each line of NDJSON.

        Raises:
            InputError: As for `read`.
        """
        bundle = gather_bundle(values)
        gathered = Gathered(notes=bundle.notes, not_used=bundle.set_aside)
        names = LookedUp(self._recognise)
        reading = Reading(bundle, self._index, self._observed, self._readings, names, gathered)
        read_patient(reading, at)
        for entry in bundle.entries:
            if not entry.contested:
                self._read_entry(entry, reading)
        for contents in bundle.contested():
            read_contested(contents, self._read_entry, _OPENS, reading)
        names.refuse_too_many()
        name_misplaced(gathered, self._vocabulary)
        return gathered.record()

    def as_of(self, record: Record, at: date) -> Record:
        """Return a record that was read without a day as it would have been read with one."""
        return birth_is_later(record, self._index, at)

    def words_count(self, kind: str, code: object) -> tuple[object, ...]:
        """Return as much of the words of a diagnosis or procedure as counts, as `wording.words_count` does.

        Args:
            kind: ``Condition`` or ``Procedure``.
            code: Its element ``code``.

        Raises:
            InputError: An element has another type than in FHIR R4.
        """
        concept = concept_at({"code": code}, "code", kind)
        return () if concept is None else words_count(kind, concept, self._index)

    def _read_entry(self, entry: Entry, reading: Reading) -> None:
        gathered = reading.gathered
        configured = self._readings.get(entry.kind)
        reader = _READERS.get(entry.kind)
        if configured is not None and configured.ignored:
            gathered.skip(entry.kind, configured.ignored)
        elif reader is None:
            if entry.kind in OTHER_VERSIONS:
                why = f"{entry.kind} is of another version of FHIR; R4 is read"
                gathered.unrecognised.append(Unrecognised("medicine", "a medicine order", entry.origin, why))
            elif entry.kind not in R4_TYPES:
                why = "FHIR R4 has no resource of this type, so that nobody can say what it holds"
                _leave_open(EVERY_LIST, f"a {entry.kind}", entry, why, reading)
            elif entry.kind not in _READ_ELSEWHERE:
                gathered.skip(entry.kind, "no fact uses it")
        elif entry.kind in SUBJECTS and not reading.bundle.is_about_patient(entry):
            gathered.skip(entry.kind, "it is about a group, a device or a place")
            return
        else:
            try:
                reader(entry, reading)
            except InputError as error:
                _set_aside(entry, error, reading)
        if entry.resource.get("contained") is not None:
            try:
                _name_contained(entry, reading)
            except InputError as error:
                _leave_open(EVERY_LIST, f"what a {entry.kind} contains", entry, shown(str(error)), reading)


def _set_aside(entry: Entry, error: InputError, reading: Reading) -> None:
    """Name a resource that cannot be read; the rest of the record counts."""
    reading.gathered.notes[f"{entry.origin} was set aside, everything else was read: {shown(str(error))}"] = None
    try:
        title = called(entry)
    except InputError:
        title = f"a {entry.kind} that cannot be read"
    kinds = _OPENS.get(entry.kind, EVERY_LIST)
    if entry.kind == "Observation":
        kinds = _lists_measured(entry, reading)
    _leave_open(kinds, title, entry, shown(str(error)), reading)


def _lists_measured(entry: Entry, reading: Reading) -> tuple[str, ...]:
    """Leave open the facts that a measurement speaks of, which an older one must not decide; return the lists of them.

    Of a measurement that may speak of anything, the problem list stays open.
    """
    try:
        concept = concept_at(entry.resource, "code", entry.origin)
    except InputError:
        return EVERY_LIST
    matches = reading.index.by_code("Observation", concept.codes) if concept else []
    on = reading.date(entry)
    for match in {match.fact.id: match for match in matches}.values():
        reason = "the measurement cannot be read"
        piece = Evidence(match.fact.id, None, on, entry.origin, None, "", Standing.UNUSABLE, reason)
        reading.gathered.add(piece)
    return ("problem",) if not matches or any(match.fact.listed_in for match in matches) else ()


def _name_contained(entry: Entry, reading: Reading) -> None:
    """Name what stands inside another resource and is not read there; an entry of a list leaves the list open."""
    for contained in children(entry.resource, "contained", entry.origin):
        kind = text(contained, "resourceType", f"{entry.origin}.contained")
        within = contained.get("contained") is not None
        if kind not in R4_TYPES or within:
            what = "another resource" if within else f"a {shown(kind)[:40] or 'resource without a type'}"
            why = f"{what} stands inside it, of which nobody can say what it holds"
            _leave_open(EVERY_LIST, f"what a {entry.kind} contains", entry, why, reading)
        if kind not in _READERS:
            continue
        reading.gathered.skip(f"contained {kind}", "only resources that stand alone are read", may_matter=True)
        inside = Entry(kind, contained, entry.origin, "", entry.resource)
        why = f"it stands inside a {entry.kind}; only resources that stand alone are read"
        _leave_open(_OPENS.get(kind, ()), called(inside), entry, why, reading)


def _leave_open(kinds: Iterable[str], title: str, entry: Entry, why: str, reading: Reading) -> None:
    reading.gathered.unrecognised.extend(Unrecognised(kind, title, entry.origin, why) for kind in kinds)


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
