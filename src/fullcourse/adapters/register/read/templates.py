"""What each shape says: read once by the one-patient reader, and applied to every line that has it.

The reader gets the shape with stand-ins for what was taken out. Where a stand-in comes back as the date of a piece of
evidence, the line's own date belongs there. So a register is read by the very rules of one record, and a change of
those rules changes both.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np

from fullcourse.adapters.fhir.read.elements import Element
from fullcourse.adapters.fhir.read.fact_index import Match
from fullcourse.adapters.fhir.read.observations import quantity_says
from fullcourse.adapters.fhir.read.reader import FhirReader
from fullcourse.adapters.register.read.lines import DATE_A, DATE_B, LINKED, VALUE
from fullcourse.clinical.errors import InputError
from fullcourse.clinical.fact import Evidence, Standing
from fullcourse.clinical.moment import Moment
from fullcourse.clinical.patient import Medicine
from fullcourse.clinical.quantity import Interval, Quantity, exactly
from fullcourse.clinical.unit_spellings import read_unit
from fullcourse.clinical.units import convert
from fullcourse.cohort.evidence import ABSURD, BESIDE, F64, NO, OVER, STATED, UNSURE, YES, Bools
from fullcourse.knowledge.library import Knowledge
from fullcourse.knowledge.vocabulary import FactDefinition, Found
from fullcourse.rules.on_file import was_left_unread

__all__ = ["UNREAD", "Measurement", "Piece", "Template", "TemplateReader", "Use"]

UNREAD: Final = "unread"
"""Stands among the lists that a shape leaves unclear where a part of it was not read."""

_STAND_INS: Final = {DATE_A: "1871-03-05", DATE_B: "1873-07-11"}
_PATIENT: Final = {"resourceType": "Patient", "id": "p"}
_WHOLE_RECORD: Final = ("Composition", "List")
_ANY = Found("Observation", {})


@dataclass(frozen=True, slots=True)
class Use:
    """Which date belongs somewhere.

    Attributes:
        slot: ``@A`` or ``@B`` for a date of the line; empty for the fixed one, or for none.
        fixed: A date that stands in the shape.
    """

    slot: str = ""
    fixed: Moment | None = None


@dataclass(frozen=True, slots=True)
class Measurement:
    """How the measured value of a line becomes the value of a fact.

    Attributes:
        fact: The fact.
        unit: UCUM code of the unit recorded.
        comparator: As recorded.
        standing: Standing of a value that is possible.
        may_be_absurd: Whether a value that cannot be is absurd; beside a reason for having none it is unusable.
    """

    fact: FactDefinition
    unit: str
    comparator: str
    standing: int
    may_be_absurd: bool

    def ends(self, values: F64) -> tuple[F64, F64, Bools]:
        """Return values as ranges in the unit of the fact, and which of them cannot be.

        It does for columns what `quantity.compared` and `adapters.measures` do for one number.
        """
        low, high = values, values
        match self.comparator:
            case "<":
                low, high = np.full_like(values, -np.inf), np.nextafter(values, -np.inf)
            case "<=":
                low = np.full_like(values, -np.inf)
            case ">=":
                high = np.full_like(values, np.inf)
            case ">":
                low, high = np.nextafter(values, np.inf), np.full_like(values, np.inf)
        if self.unit:
            low, high = self._converted(low), self._converted(high)
        least, most = self.fact.plausible or (0.0, np.inf)
        absurd = (low > most) | (high < least) | ((low == high) & np.isinf(low))
        return low, high, absurd

    def _converted(self, values: F64) -> F64:
        # `convert` only multiplies and divides, which arrays do as floats do.
        return convert(values, self.unit, self.fact.unit, *self.fact.substance)  # type: ignore[arg-type,return-value]


@dataclass(frozen=True, slots=True)
class Piece:
    """One piece of evidence of a shape.

    Attributes:
        fact: Id of the fact.
        standing: `STATED`, `UNSURE` or `ABSURD`.
        word: Number of the word; -1 where there is none.
        low: Lower end of a number that stands in the shape, or first day of a date.
        high: Upper end, or last day.
        on: Its date.
        measured: How the line's value becomes the number; None where the shape says it all.
        is_date_of_line: Whether the value is itself the line's date (a birth date).
    """

    fact: str
    standing: int
    word: int
    low: float
    high: float
    on: Use
    measured: Measurement | None = None
    is_date_of_line: bool = False


@dataclass(frozen=True, slots=True)
class Template:
    """What every line of one shape says.

    Attributes:
        kind: Type of the resource.
        pieces: Evidence.
        medicines: Entries of the medicine list with their start and end.
        unclear: Which lists it adds something to that was not understood; `UNREAD` where a part of it was not read.
        routed: Why its patients must be read one by one; empty when they need not.
    """

    kind: str
    pieces: tuple[Piece, ...] = ()
    medicines: tuple[tuple[Medicine, Use, Use], ...] = ()
    unclear: frozenset[str] = field(default_factory=frozenset)
    routed: str = ""


class TemplateReader:
    """Reads shapes with one vocabulary."""

    def __init__(self, reader: FhirReader, knowledge: Knowledge, elsewhere: Mapping[str, Sequence[bytes]]) -> None:
        """Take the one-patient reader, and the products that resources refer to by ``Type/id``."""
        self._reader, self._knowledge, self._elsewhere = reader, knowledge, elsewhere

    def read(self, shape: bytes, linked: str = "") -> Template:
        """Return what a shape says.

        Args:
            shape: As `lines.read_line` made it.
            linked: The product that it refers to.
        """
        resource: dict[str, object] = json.loads(shape)
        kind = str(resource["resourceType"])
        if not kind:
            return Template("")
        if kind in _WHOLE_RECORD and _refers(resource):
            return Template(kind, routed="a list whose entries are to be looked up")
        try:
            return self._read(resource, kind, linked)
        except InputError:
            return Template(kind, routed="an element that cannot be read")

    def _read(self, resource: dict[str, object], kind: str, linked: str) -> Template:
        others: list[Element] = []
        if linked and kind != "Patient":
            linked_resources = self._linked(linked)
            if linked_resources is None:
                return Template(kind, routed="a product that stands in the register more than once")
            others = linked_resources
        measured = self._measured_in(resource) if kind == "Observation" else None
        if measured is not None and len(measured) > 1:
            return Template(kind, routed="a value of several facts")
        sample = next(iter(measured.values()))[1] if measured else 1.0
        filled = _filled(resource, linked, sample)
        record = self._reader.read(_lines(filled, others))
        if record.overrides:
            return Template(kind, routed="an override")
        pieces = []
        for items in record.evidence.values():
            for evidence in items:
                piece = self._piece(evidence, measured, kind)
                if piece is None:
                    return Template(kind, routed="a date that is computed")
                pieces.append(piece)
        medicines = []
        # Where a date of the line stands in, any other date must be one that the shape holds, and not one computed.
        written = _dates(filled) if any(mark in _dates(resource) for mark in _STAND_INS) else {}
        for medicine in record.medicines:
            since, until = _use(medicine.since, written), _use(medicine.until, written)
            if since is None or until is None:
                return Template(kind, routed="a date that is computed")
            medicines.append((medicine, since, until))
        unread = {UNREAD} if was_left_unread(record) else set()
        unclear = frozenset({evidence.kind for evidence in record.unrecognised} | unread)
        return Template(kind, tuple(pieces), tuple(medicines), unclear)

    def _measured_in(self, resource: Mapping[str, object]) -> dict[str, tuple[Measurement, float]] | None:
        """Return for each number fact how a measured value becomes it; None when nothing is measured."""
        quantity = resource.get("valueQuantity")
        if not isinstance(quantity, dict) or quantity.get("value") != VALUE:
            return None
        clean = {"resourceType": "Observation", "status": "final", "code": resource.get("code")}
        probe = {**clean, "valueQuantity": {**quantity, "value": 1.0}}
        record = self._reader.read(_lines({**probe, "subject": {"reference": "Patient/p"}}, []))
        measured: dict[str, tuple[Measurement, float]] = {}
        for name, pieces in record.evidence.items():
            fact = self._knowledge.facts[name]
            if fact.kind != "number" or all(piece.standing is Standing.BESIDE for piece in pieces):
                continue
            known = read_unit(str(quantity.get("code") or quantity.get("unit") or "").strip(), fact.unit)
            unit = known.code if known is not None else ""
            value = _possible(fact, unit)
            said = quantity_says(Match(fact, _ANY), {**quantity, "value": value}, "Observation")
            if said[3] is not Standing.STATED:
                continue  # it is unusable for its unit or comparator, whatever the value
            comparator = str(quantity.get("comparator") or "").strip()
            absent = resource.get("dataAbsentReason") is not None
            measured[name] = (Measurement(fact, unit, comparator, UNSURE, not absent), value)
        return measured or {"": (_NOTHING, 1.0)}

    def _piece(
        self, evidence: Evidence, measured: Mapping[str, tuple[Measurement, float]] | None, kind: str
    ) -> Piece | None:
        on = _use(evidence.on, {})
        if on is None:
            return None
        fact = self._knowledge.facts[evidence.fact]
        standing = _STANDINGS[evidence.standing]
        if standing == BESIDE:
            return Piece(evidence.fact, standing, -1, -np.inf, np.inf, on)  # that it is there matters, not its value
        is_component = evidence.origin.endswith(".component")
        if measured and evidence.fact in measured and not is_component:
            plan = measured[evidence.fact][0]
            plan = Measurement(plan.fact, plan.unit, plan.comparator, standing, plan.may_be_absurd)
            return Piece(evidence.fact, standing, -1, -np.inf, np.inf, on, plan)
        word, low, high = -1, -np.inf, np.inf
        if isinstance(evidence.value, Interval):
            low, high = evidence.value.low, evidence.value.high
        elif isinstance(evidence.value, bool):
            word = YES if evidence.value else NO
        elif fact.kind == "date" and evidence.value is not None:
            if evidence.value in _STAND_INS.values():
                return Piece(evidence.fact, standing, -1, low, high, on, None, kind == "Patient")
            return None  # a date among answers: rare, and read one by one
        elif evidence.value is not None:
            word = fact.values.index(str(evidence.value))
        return Piece(evidence.fact, standing, word, low, high, on)

    def bodies(self, reference: str) -> list[bytes]:
        """Return the lines of a product that is referred to, every version of each, and of what it refers to itself."""
        bodies: dict[str, None] = {}
        waiting = [reference]
        while waiting:
            name = _local(waiting.pop())
            if name not in bodies and name in self._elsewhere:
                bodies[name] = None
                waiting += [text for body in self._elsewhere[name] for text in _references(json.loads(body))]
        return [body for name in bodies for body in self._elsewhere[name]]

    def named_in_documents(self, line: bytes) -> list[bytes]:
        """Return the lines of the products that a line refers to when it is a whole document or list."""
        if not any(f'"{kind}"'.encode() in line for kind in _WHOLE_RECORD):
            return []
        try:
            resource = json.loads(line)
        except ValueError:
            return []  # the one-patient reader says what is wrong with it
        if not isinstance(resource, dict) or resource.get("resourceType") not in _WHOLE_RECORD:
            return []
        return [body for reference in _references(resource) for body in self.bodies(reference)]

    def _linked(self, reference: str) -> list[Element] | None:
        """Return the product that a reference means with all it refers to itself; None when one is there twice."""
        by_name: dict[str, Element] = {}
        waiting = [reference]
        while waiting:
            name = _local(waiting.pop())
            if name in by_name or name not in self._elsewhere:
                continue
            versions = set(self._elsewhere[name])
            if len(versions) > 1:
                return None
            resource = json.loads(next(iter(versions)))
            by_name[name] = resource
            waiting += _references(resource)
        return list(by_name.values())


_STANDINGS: Final = {
    Standing.STATED: STATED,
    Standing.OVER: OVER,
    Standing.UNSURE: UNSURE,
    Standing.BESIDE: BESIDE,
    Standing.UNUSABLE: UNSURE,
    Standing.ABSURD: ABSURD,
}


def _possible(fact: FactDefinition, unit: str) -> float:
    """Return a value that is possible, in the unit recorded."""
    middle = sum(fact.plausible) / 2 if fact.plausible else 1.0
    try:
        return Quantity(exactly(middle), fact.unit).to(unit, *fact.substance).value.low if unit else middle
    except InputError:
        return middle


def _filled(resource: Mapping[str, object], linked: str, value: float) -> dict[str, object]:
    def fill(element: object) -> object:
        if isinstance(element, dict):
            return {name: fill(inner) for name, inner in element.items()}
        if isinstance(element, list):
            return [fill(inner) for inner in element]
        if isinstance(element, str):
            return _STAND_INS.get(element) or (value if element == VALUE else linked if element == LINKED else element)
        return element

    # Only the places that `read_line` marks hold a mark; it takes dates, a quantity and a reference out of there.
    filled = {name: fill(element) if name in _MARKED else element for name, element in resource.items()}
    if resource["resourceType"] == "Patient":
        return {**filled, "id": "p"}
    about = {"reference": "Patient/p"}
    return {**filled, "subject": about, "patient": about}


_MARKED: Final = frozenset(
    (
        "abatementDateTime", "abatementPeriod", "authored", "authoredOn", "birthDate", "date", "dateAsserted",
        "deceasedDateTime", "effectiveDateTime", "effectiveInstant", "effectivePeriod", "issued", "lastOccurrence",
        "medication", "medicationReference", "onsetDateTime", "onsetPeriod", "performedDateTime", "performedPeriod",
        "recordedDate", "valueQuantity", "whenHandedOver", "whenPrepared",
    )
)  # fmt: skip


def _lines(resource: Mapping[str, object], others: Sequence[Element]) -> bytes:
    everything = [resource, *others] if resource["resourceType"] == "Patient" else [_PATIENT, resource, *others]
    return json.dumps(
        {"resourceType": "Bundle", "type": "collection", "entry": [{"resource": each} for each in everything]}
    ).encode()


def _use(moment: Moment | None, fixed: Mapping[str, None]) -> Use | None:
    """Return where a date comes from; None for one that was computed from a date of the line."""
    if moment is None:
        return Use()
    for slot, text in _STAND_INS.items():
        if moment.text == text:
            return Use(slot)
    return Use("", moment) if not fixed or moment.text in fixed else None


def _dates(value: object) -> dict[str, None]:
    """Return every text of a resource: a date that is not among them was computed."""
    if isinstance(value, dict):
        return {text: None for inner in value.values() for text in _dates(inner)}
    if isinstance(value, list):
        return {text: None for inner in value for text in _dates(inner)}
    return {value.strip(): None} if isinstance(value, str) else {}


def _references(element: object) -> list[str]:
    if isinstance(element, dict):
        own = element.get("reference")
        inner = [text for value in element.values() for text in _references(value)]
        return [own, *inner] if isinstance(own, str) else inner
    if isinstance(element, list):
        return [text for value in element for text in _references(value)]
    return []


def _local(reference: str) -> str:
    """Return a reference as ``Type/id``."""
    return "/".join(reference.split("/_history/", 1)[0].split("/")[-2:])


def _refers(resource: Mapping[str, object]) -> bool:
    return bool(_references(resource))


_NOTHING = Measurement(
    FactDefinition("", "", "", "", "", None, None, "", "", None, (), (), (), "", "", "", ""), "", "", UNSURE, False
)
