"""What each shape says: read once by the one-patient reader, and applied to every line that has it.

The reader gets the shape with stand-ins for what was taken out. Where a stand-in comes back as the date of a piece of
evidence, the line's own date belongs there. So a register is read by the very rules of one record, and a change of
those rules changes both.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Final

import msgspec

from fullcourse.adapters.fhir.read.bundle import Entry
from fullcourse.adapters.fhir.read.documents import says_nothing_known
from fullcourse.adapters.fhir.read.elements import Element
from fullcourse.adapters.fhir.read.reader import FhirReader
from fullcourse.adapters.register.read.kept_lists import ENTRY_ID
from fullcourse.adapters.register.read.lines import DAMAGED
from fullcourse.adapters.register.read.measurement import Measurement, measurements_of
from fullcourse.adapters.register.read.products import Products, references_in
from fullcourse.adapters.register.read.taken_out import DATE_A, DATE_B, LINKED, VALUE
from fullcourse.clinical.errors import InputError
from fullcourse.clinical.fact import Evidence, Standing
from fullcourse.clinical.medicine import Medicine
from fullcourse.clinical.moment import Moment, parse_day
from fullcourse.clinical.patient import Record
from fullcourse.clinical.quantity import Interval
from fullcourse.cohort.evidence import ABSURD, BESIDE, NO, OVER, STATED, UNSURE, YES
from fullcourse.knowledge.library import Knowledge
from fullcourse.rules.on_file import was_left_unread

__all__ = ["UNREAD", "Piece", "Template", "TemplateReader", "Use"]

UNREAD: Final = "unread"
"""Stands among the lists that a shape leaves unclear where a part of it was not read."""

_STAND_INS: Final = {DATE_A: "1871-03-05", DATE_B: "1873-07-11"}
_OTHER_STAND_IN: Final = "1869-05-21"
"""In the place of the first, to tell how a date is computed from it."""
_PATIENT: Final = {"resourceType": "Patient", "id": "p"}
_ABOUT: Final = {"reference": "Patient/p"}
_WHOLE_RECORD: Final = ("Composition", "List")
_ENTERED_IN_ERROR: Final = {"coding": [{"code": "entered-in-error"}]}
_WORDED: Final = ("Condition", "Procedure")
_DECODE: Final = msgspec.json.Decoder().decode
_ENCODE: Final = msgspec.json.Encoder().encode


@dataclass(frozen=True, slots=True)
class Use:
    """Which date belongs somewhere.

    Attributes:
        slot: ``@A`` or ``@B`` for a date of the line; empty for the fixed one, or for none.
        fixed: A date that stands in the shape.
        days: For how many days after the last day of the line's date it is; None where it is that date itself.
    """

    slot: str = ""
    fixed: Moment | None = None
    days: int | None = None


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
        is_joined: Whether it says this only where all its entries are among the patient's resources.
        is_silent: Whether no list with it is complete: it says that nothing is known, or cannot be read.
    """

    kind: str
    pieces: tuple[Piece, ...] = ()
    medicines: tuple[tuple[Medicine, Use, Use], ...] = ()
    unclear: frozenset[str] = field(default_factory=frozenset)
    routed: str = ""
    is_joined: bool = False
    is_silent: bool = False


class TemplateReader:
    """Reads shapes with one vocabulary."""

    def __init__(self, reader: FhirReader, knowledge: Knowledge, products: Products) -> None:
        """Take the one-patient reader, and the products that resources refer to."""
        self._reader, self._knowledge, self._products = reader, knowledge, products

    def read(self, shape: bytes, linked: str = "") -> Template:
        """Return what a shape says.

        Args:
            shape: As `lines.read_line` made it.
            linked: The product that it refers to.
        """
        resource: dict[str, object] = _DECODE(shape)
        kind = str(resource["resourceType"])
        if not kind:
            return Template("")
        if shape == DAMAGED:
            return Template(kind, routed="a line that cannot be read")
        try:
            template = self._document(resource, kind) if kind in _WHOLE_RECORD else self._read(resource, kind, linked)
        except InputError:
            return Template(kind, routed="an element that cannot be read")
        return replace(template, is_silent=True) if _is_silent(resource, kind) else template

    def told_by(self, shape: bytes) -> tuple[object, ...]:
        """Return what decides what a shape says; shapes that are alike in it say the same.

        Of a diagnosis or procedure, words come into it only as far as facts speak of them: much of them is free text,
        which nobody else writes.
        """
        resource: dict[str, object] = _DECODE(shape)
        kind, code = resource["resourceType"], resource.get("code")
        if kind not in _WORDED or not isinstance(code, dict) or not isinstance(codings := code.get("coding"), list):
            return (shape,)
        try:
            words = self._reader.words_count(kind, code)
        except InputError:
            return (shape,)
        bare = [{name: value for name, value in coding.items() if name != "display"} for coding in codings]
        return _ENCODE({**resource, "code": {**code, "text": None, "coding": bare}}), words

    def says_by_components(self, shape: bytes) -> bool:
        """Tell whether components of an Observation say anything, so that their numbers may count."""
        resource: dict[str, object] = _DECODE(shape)
        try:
            return self._do_components_say(resource)
        except InputError:
            return True

    def _do_components_say(self, resource: dict[str, object]) -> bool:
        alone = {name: value for name, value in resource.items() if name != "component"}
        return self._template(resource, "Observation", "", None) != self._template(alone, "Observation", "", None)

    def _document(self, resource: dict[str, object], kind: str) -> Template:
        """Return what a list says when all its entries are there, if that makes a difference."""
        alone = self._read(resource, kind, "")
        named = references_in(resource)
        if not named or not alone.unclear - {UNREAD}:
            return alone  # without any of its entries it leaves nothing open: nobody reads this list
        if not all(reference.endswith(f"/{ENTRY_ID}") for reference in named):
            return Template(kind, routed="a list whose entries are to be looked up")
        stubs = [_stub(reference.split("/")[0]) for reference in dict.fromkeys(named)]
        template = self._template(resource, kind, "", None, stubs)
        if template.unclear - {UNREAD}:
            return Template(kind, routed="a list with entries of another kind, or with text beside them")
        return replace(template, is_joined=True)

    def _read(self, resource: dict[str, object], kind: str, linked: str) -> Template:
        others: Sequence[Element] = ()
        if linked and kind != "Patient":
            products = self._products.one_of_each(linked)
            if products is None:
                return Template(kind, routed="a product that stands in the register more than once")
            others = products
        measured = None
        if kind == "Observation":
            measured = measurements_of(resource, self._reader, self._knowledge)
            if measured and len(measured) > 1:
                return Template(kind, routed="a value of several facts")
            if measured and resource.get("component") and self._do_components_say(resource):
                return Template(kind, routed="a value beside components that are read")
        return self._template(resource, kind, linked, measured, others)

    def _template(
        self,
        resource: dict[str, object],
        kind: str,
        linked: str,
        measured: Mapping[str, tuple[Measurement, float]] | None,
        others: Sequence[Element] = (),
    ) -> Template:
        sample = next(iter(measured.values()))[1] if measured else 1.0
        filled = _filled(resource, linked, sample)
        record = self._record(filled, others)
        if record.overrides:
            return Template(kind, routed="an override")
        pieces = []
        for items in record.evidence.values():
            for evidence in items:
                piece = self._piece(evidence, measured, kind)
                if piece is None:
                    return Template(kind, routed="a date that is computed")
                pieces.append(piece)
        medicines = self._medicines(record, resource, filled, others)
        if medicines is None:
            return Template(kind, routed="a date that is computed")
        unread = {UNREAD} if was_left_unread(record) else set()
        unclear = frozenset({evidence.kind for evidence in record.unrecognised} | unread)
        return Template(kind, tuple(pieces), medicines, unclear)

    def _record(self, resource: Element, others: Sequence[Element]) -> Record:
        patient = () if resource["resourceType"] == "Patient" else (_PATIENT,)
        return self._reader.read_values([*patient, resource, *others])

    def _medicines(
        self, record: Record, resource: Mapping[str, object], filled: Mapping[str, object], others: Sequence[Element]
    ) -> tuple[tuple[Medicine, Use, Use], ...] | None:
        """Return medicines with where their dates come from; None where nobody can tell."""
        uses = [(_use(medicine.since), _use(medicine.until)) for medicine in record.medicines]
        odd = [use.fixed.text for both in uses for use in both if use.fixed is not None]
        if odd and _texts(resource).keys() & _STAND_INS.keys() and not set(odd) <= _texts(filled).keys():
            # Some date is in no line: it was computed from the line's own, by adding days if by anything.
            other = {**filled, **_filled({name: resource[name] for name in _A_MARKED if name in resource}, "", 0.0,
                                         _OTHER_STAND_IN)}  # fmt: skip
            again = self._record(other, others).medicines
            for number, (since, until) in enumerate(uses):
                if until.fixed is None or until.fixed.text in _texts(filled):
                    continue
                moved = again[number].until if len(again) == len(uses) else None
                days = _days_after(_STAND_INS[DATE_A], until.fixed)
                if moved is None or days is None or _days_after(_OTHER_STAND_IN, moved) != days:
                    return None
                uses[number] = since, Use(DATE_A, None, days)
            if any(since.fixed is not None and since.fixed.text not in _texts(filled) for since, _ in uses):
                return None
        return tuple(
            (_product(medicine), since, until) for medicine, (since, until) in zip(record.medicines, uses, strict=True)
        )

    def _piece(
        self, evidence: Evidence, measured: Mapping[str, tuple[Measurement, float]] | None, kind: str
    ) -> Piece | None:
        on = _use(evidence.on)
        fact = self._knowledge.facts[evidence.fact]
        standing = _STANDINGS[evidence.standing]
        if standing == BESIDE:
            return Piece(
                evidence.fact, standing, -1, -math.inf, math.inf, on
            )  # that it is there matters, not its value
        if measured and evidence.fact in measured:
            plan = replace(measured[evidence.fact][0], standing=standing)
            return Piece(evidence.fact, standing, -1, -math.inf, math.inf, on, plan)
        word, low, high = -1, -math.inf, math.inf
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


_STANDINGS: Final = {
    Standing.STATED: STATED,
    Standing.OVER: OVER,
    Standing.UNSURE: UNSURE,
    Standing.BESIDE: BESIDE,
    Standing.UNUSABLE: UNSURE,
    Standing.ABSURD: ABSURD,
}
_A_MARKED: Final = ("authoredOn", "effectiveDateTime", "effectivePeriod", "whenHandedOver", "whenPrepared")
_MARKED: Final = frozenset(
    (
        "abatementDateTime", "abatementPeriod", "authored", "authoredOn", "birthDate", "date", "dateAsserted",
        "deceasedDateTime", "dispenseRequest", "dosage", "dosageInstruction", "effectiveDateTime", "effectiveInstant",
        "effectivePeriod", "issued", "lastOccurrence", "medication", "medicationReference", "onsetDateTime",
        "onsetPeriod", "performedDateTime", "performedPeriod", "recordedDate", "valueQuantity", "whenHandedOver",
        "whenPrepared",
    )
)  # fmt: skip
"""Only these hold a mark; `kept` takes dates, a quantity and a reference out of there."""


def _is_silent(resource: Element, kind: str) -> bool:
    """Tell whether no list with this entry is complete: it says that nothing is known, or cannot be read."""
    try:
        return says_nothing_known(Entry(kind, resource, kind))
    except InputError:
        return True


def _stub(kind: str) -> Element:
    """Return a resource that is there and says nothing, in the place of an entry of a list."""
    return {
        "resourceType": kind,
        "id": ENTRY_ID,
        "status": "entered-in-error",
        "verificationStatus": _ENTERED_IN_ERROR,
        "subject": _ABOUT,
        "patient": _ABOUT,
    }


def _product(medicine: Medicine) -> Medicine:
    """Return what of a medicine is alike in every line of a shape."""
    return Medicine(
        medicine.name, medicine.ingredients, medicine.codes, "", medicine.taken, None, None, "", lasts=medicine.lasts,
        route=medicine.route,
    )  # fmt: skip


def _filled(
    resource: Mapping[str, object], linked: str, value: float, date_a: str = _STAND_INS[DATE_A]
) -> dict[str, object]:
    stand_ins = {DATE_A: date_a, DATE_B: _STAND_INS[DATE_B], VALUE: value, LINKED: linked}

    def fill(element: object) -> object:
        if isinstance(element, dict):
            return {name: fill(inner) for name, inner in element.items()}
        if isinstance(element, list):
            return [fill(inner) for inner in element]
        return stand_ins.get(element, element) if isinstance(element, str) else element

    filled = {name: fill(element) if name in _MARKED else element for name, element in resource.items()}
    if resource.get("resourceType") == "Patient":
        return {**filled, "id": "p"}
    return {**filled, "subject": _ABOUT, "patient": _ABOUT}


def _use(moment: Moment | None) -> Use:
    """Return where a date comes from, as far as the date itself tells."""
    if moment is None:
        return Use()
    for slot, text in _STAND_INS.items():
        if moment.text == text:
            return Use(slot)
    return Use("", moment)


def _days_after(day: str, moment: Moment) -> int | None:
    """Return how many days after a day a date is; None where it is no plain day."""
    days: timedelta = moment.first_day - parse_day(day, "day")
    return days.days if moment.text == moment.first_day.isoformat() else None


def _texts(value: object) -> dict[str, None]:
    """Return every text of a resource: a date that is not among them was computed."""
    if isinstance(value, dict):
        return {text: None for inner in value.values() for text in _texts(inner)}
    if isinstance(value, list):
        return {text: None for inner in value for text in _texts(inner)}
    return {value.strip(): None} if isinstance(value, str) else {}
