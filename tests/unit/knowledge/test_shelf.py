"""Statements on a shelf are those that a whole reading gives, built when somebody asks."""

import pytest

from fullcourse.knowledge.reader import build, parse, read_files
from fullcourse.screening.rulebook import GENERAL, rulebook, slug
from patients import knowledge


@pytest.fixture(scope="module")
def shelved():
    return build(parse(read_files()), knowledge().digest, linted=True)


def test_a_shelf_holds_what_a_whole_reading_gives(shelved):
    whole = knowledge().statements
    assert list(shelved.statements) == list(whole)
    assert len(shelved.statements) == len(whole)
    for name, statement in whole.items():
        assert (shelved.statements[name].body, shelved.statements[name].says) == (statement.body, statement.says)


def test_a_statement_is_built_once(shelved):
    name = next(iter(shelved.statements))
    assert shelved.statements[name] is shelved.statements[name]


def test_another_id_is_not_there(shelved):
    assert "exampline.caution.x" not in shelved.statements
    with pytest.raises(KeyError):
        shelved.statements["exampline.caution.x"]


def test_every_drug_has_the_same_rules_from_a_shelf(shelved):
    whole = knowledge()
    for drug in whole.drugs.values():
        one, other = rulebook(whole, drug), rulebook(shelved, shelved.drugs[drug.inn])
        assert [item.id for item in one.statements] == [item.id for item in other.statements]
        points = {item.point for item in one.statements}
        assert {point: [item.id for item in one.at_point[point]] for point in points} == {
            point: [item.id for item in other.at_point[point]] for point in points
        }


def test_what_speaks_of_a_drug_is_only_part_of_a_formulary(shelved):
    drug = shelved.drugs["cycloserine"]
    assert len(list(shelved.about(drug, frozenset({slug(drug), GENERAL})))) < len(shelved.statements) * 0.4
