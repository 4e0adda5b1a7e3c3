"""The nouns that every step shares, and the published formulas of derived facts. Imports nothing of ours.

A noun's module is loaded when the noun is first named: a short command names few, and each takes time to load.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from fullcourse.clinical.citation import Citation, Source
    from fullcourse.clinical.course_plan import CoursePlan
    from fullcourse.clinical.dose import Dose, DoseStep, Regimen, RegimenDrug
    from fullcourse.clinical.errors import (
        Fault,
        FullcourseError,
        InputError,
        KnowledgeError,
        OutsideLabel,
        SolverStopped,
    )
    from fullcourse.clinical.event import Claim, Event
    from fullcourse.clinical.fact import Evidence, Fact, Standing, Value
    from fullcourse.clinical.finding import Decision, Finding, Severity, Status
    from fullcourse.clinical.instant import check_clock, in_zone, parse_instant, seconds_since_1970
    from fullcourse.clinical.level import MATRICES, Level, level_mg_per_l
    from fullcourse.clinical.management import Do, Management
    from fullcourse.clinical.medicine import Medicine, Route, Taken
    from fullcourse.clinical.moment import Moment, parse_moment
    from fullcourse.clinical.on_file import NotCleared, OnFile
    from fullcourse.clinical.patient import NotUsed, Override, PassedOver, Patient, Record, SettledEntry, Unrecognised
    from fullcourse.clinical.quantity import ANY, Interval, Quantity, compared, exactly
    from fullcourse.clinical.taken_dose import TakenDose
    from fullcourse.clinical.zone import Zone

__all__ = [
    "ANY",
    "MATRICES",
    "Citation",
    "Claim",
    "CoursePlan",
    "Decision",
    "Do",
    "Dose",
    "DoseStep",
    "Event",
    "Evidence",
    "Fact",
    "Fault",
    "Finding",
    "FullcourseError",
    "InputError",
    "Interval",
    "KnowledgeError",
    "Level",
    "Management",
    "Medicine",
    "Moment",
    "NotCleared",
    "NotUsed",
    "OnFile",
    "OutsideLabel",
    "Override",
    "PassedOver",
    "Patient",
    "Quantity",
    "Record",
    "Regimen",
    "RegimenDrug",
    "Route",
    "SettledEntry",
    "Severity",
    "SolverStopped",
    "Source",
    "Standing",
    "Status",
    "Taken",
    "TakenDose",
    "Unrecognised",
    "Value",
    "Zone",
    "check_clock",
    "compared",
    "exactly",
    "in_zone",
    "level_mg_per_l",
    "parse_instant",
    "parse_moment",
    "seconds_since_1970",
]

_HOME: Final = {
    "Citation": "citation",
    "Source": "citation",
    "Dose": "dose",
    "DoseStep": "dose",
    "Regimen": "dose",
    "RegimenDrug": "dose",
    "Fault": "errors",
    "FullcourseError": "errors",
    "InputError": "errors",
    "KnowledgeError": "errors",
    "OutsideLabel": "errors",
    "SolverStopped": "errors",
    "Claim": "event",
    "Event": "event",
    "CoursePlan": "course_plan",
    "Zone": "zone",
    "Evidence": "fact",
    "Fact": "fact",
    "Standing": "fact",
    "Value": "fact",
    "Decision": "finding",
    "Finding": "finding",
    "Severity": "finding",
    "Status": "finding",
    "check_clock": "instant",
    "in_zone": "instant",
    "parse_instant": "instant",
    "seconds_since_1970": "instant",
    "Level": "level",
    "MATRICES": "level",
    "level_mg_per_l": "level",
    "Do": "management",
    "Management": "management",
    "Moment": "moment",
    "parse_moment": "moment",
    "Medicine": "medicine",
    "Route": "medicine",
    "Taken": "medicine",
    "NotCleared": "on_file",
    "OnFile": "on_file",
    "NotUsed": "patient",
    "Override": "patient",
    "PassedOver": "patient",
    "Patient": "patient",
    "Record": "patient",
    "SettledEntry": "patient",
    "Unrecognised": "patient",
    "ANY": "quantity",
    "Interval": "quantity",
    "Quantity": "quantity",
    "compared": "quantity",
    "exactly": "quantity",
    "TakenDose": "taken_dose",
}
"""The module of each noun."""


def __getattr__(name: str) -> object:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    noun: object = getattr(import_module(f"{__name__}.{_HOME[name]}"), name)
    globals()[name] = noun
    return noun
