"""The index of a drug holds its own statements and its pairs, and weighs rare words more."""

from fullcourse.adapters.search.index import DrugIndex
from fullcourse.adapters.search.words import stem
from patients import knowledge


def index(inn: str) -> DrugIndex:
    return DrugIndex(knowledge(), inn, ["the", "a"])


def ids(inn: str) -> set[str]:
    return {statement.id for statement in index(inn).statements}


def test_every_statement_of_the_drug_is_there() -> None:
    own = {name for name in knowledge().statements if name.startswith("cycloserine.")}
    assert own <= ids("cycloserine")


def test_a_pair_in_the_other_drugs_file_is_there_and_nothing_else_of_that_file() -> None:
    foreign = {name for name in ids("terizidone") if not name.startswith("terizidone.")}
    assert "cycloserine.duplicate.terizidone" in foreign
    assert all(name.split(".")[1] in {"interaction", "duplicate"} for name in foreign)


def test_a_statement_that_holds_all_of_a_question_is_covered_whole() -> None:
    searched = index("cycloserine")
    matches = searched.match([stem("mouthwash"), stem("sauces")], {})
    best = max(zip(matches, searched.statements, strict=True), key=lambda pair: pair[0].score)
    assert best[0].coverage == 1
    assert "hidden-alcohol" in best[1].id or "alcohol-product" in best[1].id


def test_a_word_of_the_same_meaning_counts_less_than_the_word() -> None:
    searched = index("cycloserine")
    same = {"sauc": frozenset({"sauc", "ketchup"}), "ketchup": frozenset({"sauc", "ketchup"})}
    by_word = max(match.score for match in searched.match(["sauc"], same))
    by_meaning = max(match.score for match in searched.match(["ketchup"], same))
    assert 0 < by_meaning < by_word


def test_a_word_that_nobody_wrote_covers_nothing() -> None:
    searched = index("cycloserine")
    assert all(match.coverage == 0 for match in searched.match(["bitcoin"], {}))
    assert not searched.knows("bitcoin", {})


def test_a_pair_is_found_by_name_and_by_class() -> None:
    searched = index("linezolid")
    serotonergic = knowledge().statements["linezolid.interaction.serotonergic"]
    assert searched.speaks_of(serotonergic, "sertraline")
    assert not searched.speaks_of(serotonergic, "ibuprofen")


def test_a_third_drugs_statement_is_not_about_the_pair() -> None:
    searched = index("isoniazid")
    third = [item for item in searched.statements if item.id.startswith("terizidone.")]
    assert third
    assert not any(searched.speaks_of(item, "cycloserine") for item in third)
