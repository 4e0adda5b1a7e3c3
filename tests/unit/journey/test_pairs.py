"""Names alone: pairs of nobody in particular, from both sides, and never a clearance."""

from datetime import date

import pytest

from fullcourse.adapters.medicines.typed import read_names
from fullcourse.clinical.finding import Severity, Status
from fullcourse.journey.pairs import PairsAnswer, PairState, pairs_of_names
from patients import knowledge

AT = date(2026, 11, 29)


def asked(text: str, profile: str = "us") -> PairsAnswer:
    typed = read_names([text])
    return pairs_of_names(typed.medicines, typed.not_read, knowledge(), knowledge().profile(profile), AT)


def state(text: str) -> PairState:
    (pair,) = asked(text).pairs
    return pair.state


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("rifampin, apixaban", PairState.FINDING),
        ("bedaquiline, metformin", PairState.NO_INTERACTION_EXPECTED),
        ("linezolid, amoxicillin", PairState.NOT_COVERED),
        ("rifampin, ciprofloxacin eye drops", PairState.LOCAL),
        ("rifampin, apixban", PairState.NOT_READ),
    ],
)
def test_each_state_says_what_is_known(text: str, expected: PairState):
    assert state(text) is expected


def test_an_ingredient_of_a_product_that_no_statement_touches_is_named():
    (pair,) = asked("rifampin, co-amoxiclav").pairs
    assert pair.state is PairState.NOT_COVERED
    assert "amoxicillin" in pair.not_covered


def test_a_product_of_drugs_alone_is_its_drugs_and_none_is_held_against_itself():
    answer = asked("rifampin, Rifinah")
    assert [it.name for it in answer.named] == ["rifampin", "isoniazid"]
    assert answer.named_again == ("rifampin",)
    assert [set(pair.names) for pair in answer.pairs] == [{"rifampin", "isoniazid"}]


def test_two_medicines_of_which_neither_is_a_covered_drug_are_named_as_not_looked_at():
    answer = asked("rifampin, apixaban, metformin")
    assert answer.apart == (("apixaban", "metformin"),)
    assert not any(set(pair.names) == {"apixaban", "metformin"} for pair in answer.pairs)


def test_one_of_a_regimen_is_no_pair_with_each_other_one():
    found = {pair.names: pair.findings for pair in asked("BPaLM").pairs if pair.findings}
    assert list(found) == [("bedaquiline", "moxifloxacin")]


def test_what_holds_for_all_of_them_is_said_beside_the_pairs():
    answer = asked("bedaquiline, levofloxacin, clofazimine, haloperidol")
    assert "regimen.company.qt-three" in {it.id for it in answer.together}
    assert all(it.status is Status.APPLIES for it in answer.together)


@pytest.mark.parametrize(("severity", "reached"), [(Severity.CONTRAINDICATED, False), (Severity.MAJOR, True)])
def test_a_severity_is_reached_by_what_applies_and_leads(severity: Severity, reached: bool):
    assert asked("rifampin, itraconazole").reaches(severity) is reached


def test_what_is_said_against_a_pair_stands_before_what_nobody_knows_and_that_before_remarks():
    states = [(pair.state, pair.severity) for pair in asked("isoniazid, spironolactone, levodopa, phenytoin").pairs]
    assert states == [
        (PairState.FINDING, Severity.MAJOR),
        (PairState.NOT_COVERED, None),
        (PairState.FINDING, Severity.MINOR),
    ]
