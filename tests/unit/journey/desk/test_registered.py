"""Where a register and a record say different things it is named; where either says nothing, nothing is."""

from datetime import date

import pytest

from fullcourse.adapters.written_answers import write_answers
from fullcourse.clinical.given_answer import GivenAnswer
from fullcourse.interfaces.python.records import read_record
from fullcourse.journey.desk import register_differs
from patients import knowledge

DAY = date(2026, 11, 20)


def differs(facts: dict[str, object], **register: str) -> tuple[str, ...]:
    answers = [GivenAnswer(fact, value, "", DAY, "clinician") for fact, value in facts.items()]
    record = read_record(write_answers(answers).encode(), None, DAY, knowledge())
    words = {"hiv": "", "site": "", "resistance": "", **register}
    return register_differs(record, knowledge(), DAY, **words)


@pytest.mark.parametrize(
    ("facts", "register", "named"),
    [
        ({"hiv_infection": True}, {"hiv": "negative"}, ("hiv",)),
        ({"hiv_infection": False}, {"hiv": "positive"}, ("hiv",)),
        ({"hiv_infection": True}, {"hiv": "positive"}, ()),
        ({"hiv_infection": True}, {"hiv": "not known"}, ()),
        ({"hiv_infection": True}, {}, ()),
        ({"pulmonary_tuberculosis": True}, {"site": "extrapulmonary"}, ("site",)),
        ({"pulmonary_tuberculosis": False}, {"site": "pulmonary"}, ("site",)),
        ({"extrapulmonary_tuberculosis": True}, {"site": "pulmonary"}, ()),
        ({"rifampin_susceptibility": "resistant"}, {"resistance": "isoniazid-resistant"}, ("resistance",)),
        ({"rifampin_susceptibility": "resistant"}, {"resistance": "multidrug-resistant"}, ()),
        ({"rifampin_susceptibility": "susceptible"}, {"resistance": "rifampicin-resistant"}, ("resistance",)),
        ({"rifampin_susceptibility": "susceptible"}, {"resistance": "no rifampicin resistance"}, ()),
        ({"rifampin_susceptibility": "intermediate"}, {"resistance": "no rifampicin resistance"}, ()),
    ],
)
def test_what_differs_is_named(facts, register, named):
    assert differs(facts, **register) == named
