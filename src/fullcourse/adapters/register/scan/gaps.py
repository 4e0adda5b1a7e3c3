"""What the scan of lines leaves out of a type of resource, and where its gaps are.

It says no more than `read/kept.py` does: an element that is left out here is one that is not kept there, and a gap is
one whose text `kept` hands on as it stands. Whatever else a reader may look at is kept, byte for byte.
`tests/properties/test_scanned_lines.py` holds both against each other.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import accumulate
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from fullcourse.adapters.fhir.read.bundle import SUBJECTS
from fullcourse.adapters.fhir.read.resource_types import R4_TYPES
from fullcourse.adapters.register.read.kept import NOT_READ

__all__ = ["DATE", "ID", "NUMBER", "PATIENT", "Rules", "rules_of"]

_SKIP, _KEEP, _OBJECT, _LIST, _EITHER, _REFERENCE, DATE, ID, PATIENT, NUMBER = range(10)
"""As in ``scan.c``."""

_READ_BY_THEMSELVES: Final = ("Bundle", "Composition", "List", "Medication", "Substance")
"""Types of which every line differs in what is read, or of which there are few."""


@dataclass(frozen=True, slots=True)
class _Node:
    """What is done with a value; of an object or a list of objects, with each element.

    Attributes:
        kind: What it is.
        elements: Of an object: what is done with the elements of these names.
        other: With those of other names.
    """

    kind: int
    elements: Mapping[str, "_Node"]
    other: int = _SKIP


_KEPT: Final = _Node(_KEEP, {})
_DATED: Final = _Node(DATE, {})
_MEASURED: Final = _Node(_OBJECT, {"value": _Node(NUMBER, {})}, _KEEP)
_PERIOD: Final = _Node(_OBJECT, {"start": _DATED, "end": _DATED})
_SUBJECT: Final = _Node(_REFERENCE, {"reference": _Node(PATIENT, {})})
_ALWAYS: Final = {"resourceType": _KEPT, "id": _Node(ID, {}), "contained": _KEPT}
_PROBLEM: Final = {
    **_ALWAYS,
    **dict.fromkeys(("clinicalStatus", "verificationStatus", "code", "modifierExtension"), _KEPT),
}
_DOSAGE: Final = _Node(_EITHER, {
    "route": _KEPT,
    "timing": _Node(_OBJECT, {
        "repeat": _Node(_OBJECT, {"boundsDuration": _KEPT, "boundsPeriod": _Node(_OBJECT, {"end": _DATED})}),
    }),
})  # fmt: skip
_MEDICINE: Final = {
    **_ALWAYS,
    **dict.fromkeys((
        "status", "intent", "doNotPerform", "modifierExtension", "medicationCodeableConcept", "medicationReference",
        "medication", "reasonCode", "daysSupply",
    ), _KEPT),
    "dosage": _DOSAGE,
    "dosageInstruction": _DOSAGE,
    "effectivePeriod": _PERIOD,
    "dispenseRequest": _Node(_OBJECT, {
        "expectedSupplyDuration": _KEPT, "numberOfRepeatsAllowed": _KEPT, "validityPeriod": _PERIOD,
    }),
}  # fmt: skip
_OF_TYPE: Final[Mapping[str, Mapping[str, _Node]]] = {
    "Patient": {
        **_ALWAYS, **dict.fromkeys(("gender", "deceasedBoolean", "active", "managingOrganization"), _KEPT),
        "birthDate": _DATED, "deceasedDateTime": _DATED,
    },
    "Observation": {
        **_ALWAYS, "valueQuantity": _MEASURED, "component": _Node(_LIST, {"valueQuantity": _MEASURED}, _KEEP),
        **dict.fromkeys(NOT_READ - {"resourceType", "id"}, _Node(_SKIP, {})),
    },
    "Condition": {
        **_PROBLEM, **dict.fromkeys(("abatementAge", "abatementRange", "abatementString"), _KEPT),
        "abatementDateTime": _DATED, "abatementPeriod": _PERIOD,
    },
    "AllergyIntolerance": {**_PROBLEM, "type": _KEPT, "reaction": _Node(_LIST, {"substance": _KEPT})},
    "Procedure": {**_ALWAYS, **dict.fromkeys(("status", "code", "modifierExtension"), _KEPT)},
    "QuestionnaireResponse": {
        **_ALWAYS, **dict.fromkeys(("status", "questionnaire", "item", "modifierExtension"), _KEPT),
    },
    **dict.fromkeys(
        ("MedicationAdministration", "MedicationDispense", "MedicationRequest", "MedicationStatement"), _MEDICINE
    ),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Rules:
    """What is done with each type of resource, laid out for the scan.

    Attributes:
        kind: Of each node.
        other: The node of names that are not listed.
        first: The first of its names.
        count: How many names it lists.
        name_begin: Where each name begins among the letters, and where the last ends.
        name_node: The node of each name.
        type_begin: Where each type begins, and where the last ends.
        type_node: The node of each type.
        letters: Of names and types.
    """

    kind: npt.NDArray[np.int32]
    other: npt.NDArray[np.int32]
    first: npt.NDArray[np.int32]
    count: npt.NDArray[np.int32]
    name_begin: npt.NDArray[np.int64]
    name_node: npt.NDArray[np.int32]
    type_begin: npt.NDArray[np.int64]
    type_node: npt.NDArray[np.int32]
    letters: npt.NDArray[np.uint8]


def rules_of(dates: Mapping[str, tuple[str, ...]]) -> Rules:
    """Return what is done with each type of resource.

    Args:
        dates: The dating elements of each type, as paths.
    """
    roots = {}
    for kind in sorted(R4_TYPES - {*_READ_BY_THEMSELVES}):
        elements = dict(_OF_TYPE.get(kind, _ALWAYS))
        subjects = ("subject", "patient", "beneficiary") if kind not in SUBJECTS else (SUBJECTS[kind],)
        if kind != "Patient":
            elements |= dict.fromkeys(subjects, _SUBJECT)
        for path in dates.get(kind, ()) if kind in _OF_TYPE and kind != "Patient" else ():
            elements = _with_date(elements, path.split("."))
        roots[kind] = _Node(_OBJECT, elements, _KEEP if kind == "Observation" else _SKIP)
    return _laid_out(roots)


def _with_date(elements: Mapping[str, _Node], path: list[str]) -> dict[str, _Node]:
    """Return elements with a gap at a path."""
    name, *inner = path
    if not inner:
        return {**elements, name: _DATED}
    here = elements.get(name, _Node(_OBJECT, {}))
    return {**elements, name: _Node(here.kind, _with_date(here.elements, inner), here.other)}


def _laid_out(roots: Mapping[str, _Node]) -> Rules:
    nodes = [_Node(_SKIP, {}), _KEPT]  # the first two are those of names that are not listed
    number_of: dict[int, int] = {}
    names: list[tuple[str, int]] = []
    firsts: list[int] = [0, 0]

    def put(node: _Node) -> int:
        if not node.elements:
            nodes.append(node)
            firsts.append(0)
            return len(nodes) - 1
        if id(node) in number_of:
            return number_of[id(node)]
        inner = [(name, put(element)) for name, element in node.elements.items()]
        number_of[id(node)] = len(nodes)
        nodes.append(node)
        firsts.append(len(names))
        names.extend(inner)
        return len(nodes) - 1

    types = [(kind, put(node)) for kind, node in roots.items()]
    letters = "".join(name for name, _ in [*names, *types]).encode()
    ends = [0, *accumulate(len(name) for name, _ in [*names, *types])]

    def array(values: Any, kind: Any = np.int32) -> Any:
        return np.array(values, kind)

    return Rules(
        array([node.kind for node in nodes]), array([node.other for node in nodes]), array(firsts),
        array([len(node.elements) for node in nodes]), array(ends[: len(names) + 1], np.int64),
        array([node for _, node in names]), array(ends[len(names) :], np.int64), array([node for _, node in types]),
        np.frombuffer(letters, np.uint8),
    )  # fmt: skip
