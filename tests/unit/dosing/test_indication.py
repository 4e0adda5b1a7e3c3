"""Against which disease a drug is given: tuberculosis, unless the record says a urinary infection alone."""

import pytest

from fullcourse.dosing.claims import TUBERCULOSIS
from fullcourse.dosing.indication import URINARY, indication_of
from fullcourse.rules.situation import Situation
from patients import knowledge, patient

LUNG, ELSEWHERE, URINE = "pulmonary_tuberculosis", "extrapulmonary_tuberculosis", "urinary_tract_infection"


@pytest.mark.parametrize(
    ("facts", "found"),
    [
        ({}, (TUBERCULOSIS, ())),
        ({URINE: False}, (TUBERCULOSIS, ())),
        ({URINE: True, LUNG: True}, (TUBERCULOSIS, ())),
        ({URINE: True, LUNG: False, ELSEWHERE: False}, (URINARY, ())),
        ({URINE: True}, (URINARY, (LUNG, ELSEWHERE))),
        ({URINE: True, LUNG: False}, (URINARY, (ELSEWHERE,))),
    ],
)
def test_indication(facts, found):
    assert indication_of(Situation(patient(facts), knowledge())) == found
