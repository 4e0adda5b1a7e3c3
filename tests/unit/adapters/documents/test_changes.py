"""What moved between two editions is said in words, field by field, with who is affected."""

import shutil

import pytest

from fullcourse.adapters.documents.changes import Changes, changes_between
from fullcourse.knowledge.reader import HERE, read_knowledge
from patients import knowledge


@pytest.fixture(scope="module")
def moved(tmp_path_factory: pytest.TempPathFactory) -> Changes:
    folder = tmp_path_factory.mktemp("new") / "knowledge"
    shutil.copytree(HERE, folder, ignore=shutil.ignore_patterns("__pycache__", "*.py"))

    def edit(file: str, before: str, after: str) -> None:
        path = folder / file
        text = path.read_text("utf-8")
        assert before in text
        path.write_text(text.replace(before, after, 1), "utf-8")

    edit("drugs/cycloserine.toml", 'says = "Not in psychosis."', 'says = "Never in psychosis."')
    edit("drugs/cycloserine.toml", 'clearance", below = 30,', 'clearance", below = 35,')
    edit("drugs/cycloserine_leaflet.toml", 'id = "cycloserine.leaflet.food"', 'id = "cycloserine.leaflet.food-new"')
    bands, longer = "guidelines/doses_who_longer_b.toml", "guidelines/regimens_longer.toml"
    edit(bands, "from = 46, below = 56, give = [{ mg = 750", "from = 46, below = 55, give = [{ mg = 750")
    edit(bands, "{ from = 56, below = 70, give = [{ mg = 750", "{ from = 55, below = 70, give = [{ mg = 750")
    edit("guidelines/doses_limits.toml", "max_mg_per_day = 300", "max_mg_per_day = 400")
    edit(longer, 'id = "longer.amikacin-susceptible"', 'id = "longer.amikacin-shown-susceptible"')
    edit(longer, '"longer.amikacin-susceptible",', '"longer.amikacin-shown-susceptible",')
    edit("classes/formulary_serotonin.toml", '"sertraline"', '"newdrug"')
    return changes_between(knowledge(), read_knowledge(folder))


def test_the_same_knowledge_has_no_changes() -> None:
    same = changes_between(knowledge(), knowledge())
    assert same == Changes(knowledge().digest, knowledge().digest, (), (), (), ())


def test_statements_added_and_removed_are_named_with_their_claim(moved: Changes) -> None:
    assert [change.id for change in moved.added] == ["cycloserine.leaflet.food-new"]
    assert [change.id for change in moved.removed] == ["cycloserine.leaflet.food"]
    assert moved.added[0].says == "With or without food."


def test_a_changed_field_is_shown_before_and_after(moved: Changes) -> None:
    change = next(change for change in moved.changed if change.id == "cycloserine.contraindication.psychosis")
    assert [(item.field, item.before, item.after) for item in change.fields] == [
        ("claim", "Not in psychosis.", "Never in psychosis.")
    ]
    assert change.affects == "psychosis is yes"


def test_a_changed_rule_is_said_in_words_with_who_is_affected_now_and_before(moved: Changes) -> None:
    change = next(change for change in moved.changed if change.id == "cycloserine.contraindication.severe-renal")
    (rule,) = change.fields
    assert rule.field == "rule"
    assert "below 30 mL/min" in rule.before
    assert "below 35 mL/min" in rule.after
    assert "below 35 mL/min" in change.affects
    assert "(before: " in change.affects


def test_nothing_else_is_called_changed(moved: Changes) -> None:
    assert {change.id for change in moved.changed} == {
        "cycloserine.contraindication.psychosis",
        "cycloserine.contraindication.severe-renal",
    }


def test_a_class_shows_who_left_and_who_joined_and_how_much_rests_on_it(moved: Changes) -> None:
    (row,) = moved.tables
    assert (row.kind, row.what) == ("class", "changed")
    assert row.statements >= 1
    assert [(field.before, field.after) for field in row.fields] == [("sertraline", "newdrug")]


def test_a_changed_band_of_doses_is_shown_as_a_table_prints_it(moved: Changes) -> None:
    (change,) = (it for it in moved.clauses if it.id == "cycloserine.dose.who-longer")
    gives = "750 mg (3 × capsule 250 mg) of cycloserine, once a day"
    assert (change.kind, change.what) == ("dose table", "changed")
    assert [(item.field, item.before, item.after) for item in change.fields] == [
        ("from 46 kg below 56 kg", gives, ""),
        ("from 56 kg below 70 kg", gives, ""),
        ("from 46 kg below 55 kg", "", gives),
        ("from 55 kg below 70 kg", "", gives),
    ]


def test_a_changed_maximum_is_shown_before_and_after(moved: Changes) -> None:
    (change,) = (it for it in moved.clauses if it.kind == "dose limit")
    assert [(item.field, item.before, item.after) for item in change.fields] == [
        ("at most", "300 mg a day", "400 mg a day")
    ]


def test_a_criterion_that_went_and_one_that_came_are_named_with_the_place_that_asks_for_it(moved: Changes) -> None:
    named = {(it.kind, it.id, it.what) for it in moved.clauses}
    assert ("criterion", "longer.amikacin-susceptible", "removed") in named
    assert ("criterion", "longer.amikacin-shown-susceptible", "added") in named
    (built,) = (it for it in moved.clauses if it.id == "who-longer")
    assert [item.field for item in built.fields] == ["candidate amikacin"]
