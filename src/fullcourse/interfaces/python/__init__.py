"""Fullcourse from Python: one function for each command about one person, with the same answer as the command's JSON.

``import fullcourse as fc`` brings these functions; nothing is loaded before one of them is called. Each returns an
`Answer`: what was worked out, as the nouns of this package, and the JSON of the command by `Answer.to_dict`.

A record is FHIR R4 as plain values (a Bundle, or one resource), the bytes or the text of a record in FHIR or TOML, or a
`Path`. Every answer is decision support, to be confirmed by a clinician; no clinician has reviewed its content yet.
"""

from fullcourse.interfaces.python.course import missed, monitor, outcome
from fullcourse.interfaces.python.reading import ask, leaflet
from fullcourse.interfaces.python.records import Answer
from fullcourse.interfaces.python.symptoms import overdose, triage
from fullcourse.interfaces.python.treatment import check, dose, pairs, plan, regimen

__all__ = [
    "Answer",
    "ask",
    "check",
    "dose",
    "leaflet",
    "missed",
    "monitor",
    "outcome",
    "overdose",
    "pairs",
    "plan",
    "regimen",
    "triage",
]
