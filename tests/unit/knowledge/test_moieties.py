"""What holds for a drug because of its moiety: each statement of a kind, under its name, through one of its own."""

from fullcourse.knowledge.moieties import with_moieties
from patients import knowledge

STATED = [
    ("a.toml", {"id": "one.triage.fit", "point": "one.fit", "says": "A fit: stop.", "covers": ["S025"], "when": []}),
    ("a.toml", {"id": "one.triage.grams", "point": "one.grams", "says": "Above 1 g."}),
    ("a.toml", {"id": "one.dose.start", "point": "one.dose", "says": "250 mg."}),
    ("b.toml", {"id": "two.tells.same", "point": "two.same", "says": "It becomes one."}),
]
HOW = {"kinds": ["triage"], "through": "two.tells.same", "but_not": ["one.triage.grams"]}
DRUGS = [("b.toml", {"inn": "two", "moiety": "one", "as_moiety": HOW})]


def test_a_statement_of_the_moiety_holds_under_the_drugs_name_and_says_whose_it_is():
    *kept, (file, row) = with_moieties(STATED, DRUGS)
    assert kept == STATED
    assert file == "b.toml"
    assert row == {
        "id": "two.triage.fit",
        "point": "two.fit",
        "says": "Of one: a fit: stop.",
        "when": [],
        "through": "two.tells.same",
    }


def test_a_statement_of_its_own_stands_before_the_moietys():
    own = ("b.toml", {"id": "two.triage.fit", "point": "two.fit", "says": "Its own."})
    assert with_moieties([*STATED, own], DRUGS) == [*STATED, own]


def test_without_the_line_nothing_holds():
    assert with_moieties(STATED, [("b.toml", {"inn": "two", "moiety": "one"})]) == STATED


def test_terizidone_is_asked_about_every_symptom_that_cycloserine_is_but_not_about_its_gram():
    stated = knowledge().statements
    own = {name.split(".", 1)[1] for name in stated if name.startswith("cycloserine.triage.")}
    derived = {name.split(".", 1)[1] for name in stated if name.startswith("terizidone.triage.")}
    assert own - derived == {"triage.took-more-than-1-g"}
    assert derived <= own
    for name in derived:
        assert stated[f"terizidone.{name}"].through == "terizidone.leaflet.same-as-cycloserine"
        assert stated[f"terizidone.{name}"].body == stated[f"cycloserine.{name}"].body
