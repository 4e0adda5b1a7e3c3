"""Serum levels and given doses of a record, each at its hour: Observation and MedicationAdministration.

No code for a level of most TB drugs is settled, so an Observation counts as a level when its code or its words name the
drug and its unit is one of mass per volume. An order or a dispense says nothing of a dose that was taken, so only
administrations count as doses. What names a drug and cannot be used is kept with the reason, never dropped silently;
and none of it makes a record unreadable to whoever asks for no level.
"""

import math
import re
from datetime import datetime
from typing import Final

from fullcourse.adapters.fhir.read.bundle import Entry
from fullcourse.adapters.fhir.read.codes import Concept
from fullcourse.adapters.fhir.read.elements import child, number, shown, text
from fullcourse.adapters.fhir.read.evidence import Reading
from fullcourse.adapters.fhir.read.observed import Observed
from fullcourse.clinical.dose import MOST_HOURS_OVER
from fullcourse.clinical.errors import InputError
from fullcourse.clinical.instant import parse_instant, seconds_since_1970
from fullcourse.clinical.level import Level, level_mg_per_l
from fullcourse.clinical.patient import PassedOver
from fullcourse.clinical.taken_dose import TakenDose
from fullcourse.clinical.units import convert, find_unit

__all__ = ["read_given_dose", "read_level"]

_FINAL = ("final", "amended", "corrected")
_MATRICES = {"saliva": "saliva", "csf": "csf", "cerebr": "csf", "plasma": "plasma"}
"""Part of a wording, and what it says the level was measured in; serum where none is there."""

_OTHER_MEANING = "an extension changes its meaning in a way that is not understood"


_INFUSED: Final = re.compile(r"47625008|intraven|infus")
"""SNOMED CT code and words of a route or method whose period is that of an infusion; a tablet is taken at once."""

_OF_THE_ORGANISM: Final = re.compile(r"\bmic\b|inhibitory|susceptib|resistan|breakpoint|critical concentration")
"""Words of a test of the organism: it has the unit of a level, and would be taken for one."""


_OF_A_METABOLITE: Final = re.compile(r"\bm2\b|metabolite|desmethyl|desacetyl|deacetyl|\bn-?acetyl|hydroxy")
"""Words of a metabolite: its level names the drug and has the unit of one, and would be taken for the drug's."""


class _Unusable(Exception):
    """It names a drug and cannot be used; the message says why."""


def read_given_dose(entry: Entry, ingredients: tuple[str, ...], doubt: str, reading: Reading) -> None:
    """Read the dose that one MedicationAdministration says was given.

    Args:
        entry: The MedicationAdministration.
        ingredients: INN in lower case of all that the product has or may have.
        doubt: Why the product is not certain; empty when it is.
        reading: The record being read.
    """
    try:
        reading.gathered.doses.append(_dose(entry, ingredients, doubt))
    except _Unusable as reason:
        reading.gathered.passed_over.append(PassedOver(ingredients, f"MedicationAdministration {reason}"))


def _dose(entry: Entry, ingredients: tuple[str, ...], doubt: str) -> TakenDose:
    resource, place = entry.resource, entry.origin
    status = resource.get("status")
    if status != "completed":
        raise _Unusable(f"with status {shown(str(status))[:30]}")
    if resource.get("modifierExtension"):
        raise _Unusable(f"of which {_OTHER_MEANING}")
    if doubt or not ingredients:
        raise _Unusable("of a product that is not recognised with certainty")
    if len(ingredients) > 1:
        raise _Unusable("of a product of several drugs, whose amount does not say how much of each")
    mg = _amount_mg(entry)
    try:
        period = child(resource, "effectivePeriod", place) or {}
        when = text(resource, "effectiveDateTime", place) or text(period, "start", f"{place}.effectivePeriod")
        at = parse_instant(when, place)
    except InputError:
        raise _Unusable("without a time of day") from None
    over_h = _hours_over(entry, mg, at)
    return TakenDose(at, mg, observed=True, origin=place, drug=ingredients[0], over_h=over_h)


def _hours_over(entry: Entry, mg: float, at: datetime) -> float:
    """Return how long a dose was infused, h: by its rate, else by the period of an infusion; 0 without both."""
    place = f"{entry.origin}.dosage"
    try:
        dosage = child(entry.resource, "dosage", entry.origin) or {}
        rate = child(dosage, "rateQuantity", place) or {}
        value, code = number(rate, "value", f"{place}.rateQuantity"), text(rate, "code", f"{place}.rateQuantity")
        ends = text(child(entry.resource, "effectivePeriod", entry.origin) or {}, "end", entry.origin)
    except InputError:
        raise _Unusable("whose rate of infusion cannot be read") from None
    if dosage.get("rateRatio"):
        raise _Unusable("whose rate of infusion is a ratio of volumes")
    if rate:
        mg_per_h = {"mg/h": 1.0, "g/h": 1000.0, "mg/min": 60.0}.get(code)
        if value is None or not value > 0.0 or mg_per_h is None:
            raise _Unusable("whose rate of infusion is not in mg/h, g/h or mg/min")
        hours = mg / (value * mg_per_h)
    elif ends and _INFUSED.search(f"{dosage.get('route')} {dosage.get('method')}".lower()):
        try:
            hours = seconds_since_1970(parse_instant(ends, place)) / 3600.0 - seconds_since_1970(at) / 3600.0
        except InputError:
            raise _Unusable("whose end has no time of day") from None
    else:
        return 0.0
    if not 0.0 <= hours <= MOST_HOURS_OVER:
        raise _Unusable("whose infusion lasts below 0 or above 24 hours")
    return hours


def _amount_mg(entry: Entry) -> float:
    place = f"{entry.origin}.dosage"
    try:
        dosage = child(entry.resource, "dosage", entry.origin) or {}
        quantity = child(dosage, "dose", place) or {}
        value = number(quantity, "value", f"{place}.dose")
        code, unit = (text(quantity, name, f"{place}.dose") for name in ("code", "unit"))
    except InputError:
        raise _Unusable("without an amount in mg or g") from None
    if value is None or not 0.0 < value < math.inf or (code or unit) not in ("mg", "g"):
        raise _Unusable("without an amount in mg or g")
    if find_unit(unit) is not None and unit != (code or unit):
        raise _Unusable("whose unit is one in words and another in code")
    return convert(value, code or unit, "mg")


def read_level(entry: Entry, concept: Concept, observed: Observed, reading: Reading) -> None:
    """Read one Observation as a level, where it names a drug; others are no matter of this module.

    Args:
        entry: The Observation.
        concept: Its code.
        observed: What the code means.
        reading: The record being read.
    """
    by_code, by_words = observed.drugs_by_code, observed.drugs_by_words
    if not by_code and not by_words:
        return
    drugs = tuple(dict.fromkeys((*by_code, *by_words))) if "valueQuantity" in entry.resource else by_code
    if not drugs:
        return
    try:
        reading.gathered.levels.append(_level(entry, concept, drugs))
    except _Unusable as reason:
        reading.gathered.passed_over.append(PassedOver(drugs, f"Observation {reason}"))


def _level(entry: Entry, concept: Concept, drugs: tuple[str, ...]) -> Level:
    resource, place = entry.resource, entry.origin
    words = " ".join(concept.names).lower()
    if _OF_THE_ORGANISM.search(words):
        raise _Unusable("of the organism (an MIC or a susceptibility test), which is no level in the patient")
    if _OF_A_METABOLITE.search(words):
        raise _Unusable("of a metabolite, which is not the drug itself")
    if resource.get("status") not in _FINAL:
        raise _Unusable(f"with status {shown(str(resource.get('status')))[:30]}")
    if resource.get("modifierExtension"):
        raise _Unusable(f"of which {_OTHER_MEANING}")
    if resource.get("focus"):
        raise _Unusable("about somebody or something beside the patient")
    if resource.get("dataAbsentReason"):
        raise _Unusable("with a reason for having no value")
    value, comparator, unit, written = _quantity(entry)
    if comparator in (">", ">="):
        raise _Unusable("above the range of the assay")
    if comparator not in ("", "<", "<="):
        raise _Unusable("with a comparator that bounds nothing")
    mg_per_l = level_mg_per_l(value, unit)
    try:
        at = parse_instant(text(resource, "effectiveDateTime", place), place)
    except InputError:
        mg_per_l = None
    if mg_per_l is None:
        raise _Unusable("without a level in mass per volume at a time of day")
    matrix = next((name for part, name in _MATRICES.items() if part in words), "serum")
    return Level(mg_per_l, at, comparator != "", matrix, "", place, written, drugs)


def _quantity(entry: Entry) -> tuple[float, str, str, str]:
    """Return value, comparator, unit, and value with unit as written."""
    place = f"{entry.origin}.valueQuantity"
    try:
        quantity = child(entry.resource, "valueQuantity", entry.origin) or {}
        value = number(quantity, "value", place)
        comparator, code, unit = (text(quantity, name, place) for name in ("comparator", "code", "unit"))
    except InputError:
        value = None
    if value is None or not 0.0 <= value < math.inf or (comparator and value == 0.0):
        raise _Unusable("without a level in mass per volume at a time of day")
    in_code, in_words = level_mg_per_l(1.0, code), level_mg_per_l(1.0, unit)
    if in_code is not None and in_words is not None and in_code != in_words:
        raise _Unusable("whose unit is one in words and another in code")
    unit = code or unit
    return value, comparator, unit, f"{quantity['value']} {unit}"
