"""How the measured values of many lines become the values of a fact."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np

from fullcourse.adapters.fhir.read.fact_index import Match
from fullcourse.adapters.fhir.read.observations import quantity_says
from fullcourse.adapters.fhir.read.reader import FhirReader
from fullcourse.adapters.register.read.taken_out import VALUE
from fullcourse.clinical.errors import InputError
from fullcourse.clinical.fact import Standing
from fullcourse.clinical.quantity import Quantity, exactly
from fullcourse.clinical.unit_spellings import read_unit
from fullcourse.clinical.units import convert
from fullcourse.cohort.evidence import F64, UNSURE, Bools
from fullcourse.knowledge.library import Knowledge
from fullcourse.knowledge.vocabulary import FactDefinition, Found

__all__ = ["Measurement", "measurements_of"]

_ANY: Final = Found("Observation", {})


@dataclass(frozen=True, slots=True)
class Measurement:
    """How the measured value of a line becomes the value of a fact.

    Attributes:
        fact: Id of the fact; empty where no fact is measured.
        fact_unit: Its unit.
        substance: Molar mass, g/mol, and charge of what is measured, for conversions between mass and amount.
        plausible: Ends of what can be, in the unit of the fact; None for 0 and more.
        unit: UCUM code of the unit recorded; empty for the unit of the fact.
        comparator: As recorded.
        standing: Standing of a value that is possible.
        may_be_absurd: Whether a value that cannot be is absurd; beside a reason for having none it is unusable.
    """

    fact: str
    fact_unit: str
    substance: tuple[float | None, int | None]
    plausible: tuple[float, float] | None
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
        least, most = self.plausible or (0.0, np.inf)
        absurd = (low > most) | (high < least) | ((low == high) & np.isinf(low))
        return low, high, absurd

    def _converted(self, values: F64) -> F64:
        # `convert` only multiplies and divides, which arrays do as floats do.
        return convert(values, self.unit, self.fact_unit, *self.substance)  # type: ignore[arg-type,return-value]


def measurements_of(
    resource: Mapping[str, object], reader: FhirReader, knowledge: Knowledge
) -> dict[str, tuple[Measurement, float]] | None:
    """Return for each number fact how a measured value becomes it, with a value that is possible.

    Args:
        resource: The shape of an Observation.
        reader: The one-patient reader.
        knowledge: Its vocabulary.

    Returns:
        None when nothing is measured; one without a fact where no fact uses the value.
    """
    quantity = resource.get("valueQuantity")
    if not isinstance(quantity, dict) or quantity.get("value") != VALUE:
        return None
    probe = {
        "resourceType": "Observation",
        "status": "final",
        "code": resource.get("code"),
        "valueQuantity": {**quantity, "value": 1.0},
        "subject": {"reference": "Patient/p"},
    }
    record = reader.read_values([{"resourceType": "Patient", "id": "p"}, probe])
    measured: dict[str, tuple[Measurement, float]] = {}
    for name, pieces in record.evidence.items():
        fact = knowledge.facts[name]
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
        plan = Measurement(name, fact.unit, fact.substance, fact.plausible, unit, comparator, UNSURE, not absent)
        measured[name] = plan, value
    return measured or {"": (_NOTHING, 1.0)}


def _possible(fact: FactDefinition, unit: str) -> float:
    """Return a value that is possible, in the unit recorded."""
    middle = sum(fact.plausible) / 2 if fact.plausible else 1.0
    try:
        return Quantity(exactly(middle), fact.unit).to(unit, *fact.substance).value.low if unit else middle
    except InputError:
        return middle


_NOTHING: Final = Measurement("", "", (None, None), None, "", "", UNSURE, may_be_absurd=False)
