"""Every member of every class makes each statement about the class apply, whether it came by name or by code."""

import pytest

from fullcourse.clinical import Taken
from fullcourse.knowledge.statements import TakingCondition
from fullcourse.knowledge.walk import atoms_of
from fullcourse.rules.situation import Situation
from patients import knowledge, medicine, patient

CLASSES = knowledge().classes
MEMBERS = [(name, member) for name, known in CLASSES.items() for member in known.ingredients]
PREFIXES = [(name, prefix) for name, known in CLASSES.items() for prefix in known.atc]
SUGGESTIVE = [(name, word) for name, known in CLASSES.items() for word in known.names]


@pytest.mark.parametrize(("name", "member"), MEMBERS, ids=[f"{name}: {member}" for name, member in MEMBERS])
def test_a_member_by_its_ingredient_counts_as_taken(name, member):
    taken = Situation(patient(medicines=[member]), knowledge()).taking(name, None)
    assert taken.number.low == 1


@pytest.mark.parametrize(("name", "prefix"), PREFIXES, ids=[f"{name}: {prefix}" for name, prefix in PREFIXES])
def test_a_product_known_by_its_atc_code_alone_counts_as_taken(name, prefix):
    entry = medicine("product", ingredients=(), codes=(("atc", prefix),))
    assert Situation(patient(medicines=[entry]), knowledge()).taking(name, None).number.low == 1


@pytest.mark.parametrize(("name", "word"), SUGGESTIVE, ids=[f"{name}: {word}" for name, word in SUGGESTIVE])
def test_a_product_whose_name_suggests_membership_counts_as_perhaps_taken(name, word):
    entry = medicine(f"some {word} product", ingredients=(), codes=())
    taken = Situation(patient({"medicines_complete": True}, [entry]), knowledge()).taking(name, None)
    assert (taken.number.low, taken.number.high) == (0, 1)


def test_a_medicine_of_no_class_counts_as_no_member():
    person = patient({"medicines_complete": True}, ["fictionalol"])
    situation = Situation(person, knowledge())
    assert [name for name in CLASSES if situation.taking(name, None).number.high > 0] == []


def test_every_class_is_asked_for_by_a_statement_or_by_the_count_of_the_regimen():
    asked = {
        atom.target
        for statement in knowledge().statements.values()
        for atom in atoms_of(statement.body)
        if isinstance(atom, TakingCondition)
    }
    assert {name for name in CLASSES if name not in asked} - {"class.tb_drugs"} == set()


def test_a_member_that_was_stopped_is_taken_no_more():
    entry = medicine("sertraline", Taken.PAST)
    person = patient({"medicines_complete": True}, [entry])
    assert Situation(person, knowledge()).taking("class.serotonergic", None).number.high == 0
