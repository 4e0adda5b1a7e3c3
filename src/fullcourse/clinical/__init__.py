"""The nouns that every step shares, and the published formulas of derived facts. Imports nothing of ours."""

from fullcourse.clinical.citation import Citation, Source
from fullcourse.clinical.dose import Dose, DoseStep, Regimen, RegimenDrug
from fullcourse.clinical.errors import (
    Fault,
    FullcourseError,
    InputError,
    KnowledgeError,
    OutsideLabel,
    SolverStopped,
)
from fullcourse.clinical.event import Event
from fullcourse.clinical.fact import Evidence, Fact, Standing, Value
from fullcourse.clinical.finding import Decision, Finding, Severity, Status
from fullcourse.clinical.instant import check_clock, in_zone, parse_instant, seconds_since_1970
from fullcourse.clinical.level import MATRICES, Level, level_mg_per_l
from fullcourse.clinical.moment import Moment, parse_moment
from fullcourse.clinical.patient import Medicine, NotUsed, Override, PassedOver, Patient, Record, Taken, Unrecognised
from fullcourse.clinical.quantity import ANY, Interval, Quantity, compared, exactly
from fullcourse.clinical.taken_dose import TakenDose

__all__ = [
    "ANY",
    "MATRICES",
    "Citation",
    "Decision",
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
    "Medicine",
    "Moment",
    "NotUsed",
    "OutsideLabel",
    "Override",
    "PassedOver",
    "Patient",
    "Quantity",
    "Record",
    "Regimen",
    "RegimenDrug",
    "Severity",
    "SolverStopped",
    "Source",
    "Standing",
    "Status",
    "Taken",
    "TakenDose",
    "Unrecognised",
    "Value",
    "check_clock",
    "compared",
    "exactly",
    "in_zone",
    "level_mg_per_l",
    "parse_instant",
    "parse_moment",
    "seconds_since_1970",
]
