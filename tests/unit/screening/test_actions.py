"""What is open about a number holds a decision up only where the number is on file."""

import pytest

from fullcourse.clinical import Severity, Status
from fullcourse.screening.screen import Screener
from patients import knowledge, patient


def finding(drug: str, name: str, facts: dict[str, object]):
    known = knowledge()
    check = Screener(known, known.profile("us")).screen(patient(facts), known.drug(drug))
    return next(it for it in check.findings if it.id == f"{drug}.{name}")


@pytest.mark.parametrize(
    ("drug", "name", "facts", "weight"),
    [
        ("isoniazid", "action.alt-five-times", {}, Severity.INFO),
        ("isoniazid", "action.alt-five-times", {"alt": 300.0}, Severity.CONTRAINDICATED),
        ("isoniazid", "action.alt-five-times", {"alt": 20.0, "alt_upper_limit": 40.0}, Severity.INFO),
        ("isoniazid", "action.alt-with-symptoms", {"hepatitis_symptom": True}, Severity.INFO),
        ("isoniazid", "action.alt-with-symptoms", {"alt": 130.0, "alt_upper_limit": 40.0}, Severity.CONTRAINDICATED),
        ("delamanid", "action.qtcf-men", {"sex": "male"}, Severity.INFO),
        ("delamanid", "action.qtcf-men", {"qtcf": 460.0}, Severity.MODERATE),
        ("bedaquiline", "action.electrolytes-low", {"potassium": 4.0}, Severity.INFO),
        ("bedaquiline", "contraindication.qtcf-above-500", {}, Severity.CONTRAINDICATED),
    ],
)
def test_an_open_statement_on_a_number_weighs_when_the_number_is_there(drug, name, facts, weight):
    found = finding(drug, name, facts)
    assert (found.status, found.weight) == (Status.CANNOT_ASSESS, weight)


def test_its_severity_is_that_of_the_statement_whether_it_weighs_or_not():
    assert finding("isoniazid", "action.alt-five-times", {}).severity is Severity.CONTRAINDICATED
