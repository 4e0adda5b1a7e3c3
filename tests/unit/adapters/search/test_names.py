"""A name is taken only as spelt; a near one is offered back, unless it may be another medicine's."""

import pytest

from fullcourse.adapters.search.names import Named, Names
from fullcourse.adapters.search.words import tokens
from patients import knowledge


@pytest.fixture(scope="module")
def names() -> Names:
    return Names(knowledge(), ["alcohol", "water", "what", "about"])


def found(names: Names, question: str) -> Named:
    return names.find(tokens(question), question.split(), ())


@pytest.mark.parametrize("name", ["cycloserine", "Cycloserine", "SEROMYCIN", "D-cycloserine", "Cs"])
def test_inn_label_brand_and_abbreviation_name_the_drug(names: Names, name: str) -> None:
    assert [drug.inn for drug in found(names, f"what about {name}").drugs] == ["cycloserine"]


def test_an_abbreviation_is_told_from_a_word_by_its_capitals(names: Names) -> None:
    assert found(names, "what about cs").drugs == ()


def test_a_name_of_several_words_is_found(names: Names) -> None:
    assert [drug.inn for drug in found(names, "what about p-aminosalicylic acid").drugs] == ["p-aminosalicylic acid"]


def test_another_spelling_of_a_drug_is_the_drug(names: Names) -> None:
    assert [drug.inn for drug in found(names, "what about rifampicin").drugs] == ["rifampin"]


@pytest.mark.parametrize("name", ["cyclosporine", "ciclosporin", "Cyclosporin A", "CYCLOSPORIN"])
def test_a_look_alike_is_another_medicine(names: Names, name: str) -> None:
    named = found(names, f"what about {name}")
    assert named.drugs == ()
    assert [other.looks_like for other in named.others] == ["cycloserine"]


def test_a_brand_of_another_medicine_is_read_into_its_ingredient(names: Names) -> None:
    assert [other.ingredients for other in found(names, "what about coumadin").others] == [("warfarin",)]


def test_an_everyday_word_is_no_medicine(names: Names) -> None:
    assert found(names, "what about alcohol") == Named((), (), (), (0, 1, 2))


@pytest.mark.parametrize(
    ("word", "offered"),
    [
        ("cyclosrine", ("cycloserine",)),
        ("cycloserin", ("cycloserine",)),
        ("seromicin", ("seromycin",)),
        ("isonazid", ("isoniazid",)),
        ("cyclosporne", ("cyclosporine",)),
        ("cyclosorine", ("cycloserine", "cyclosporine")),
        ("bitcoin", ()),
        ("cs", ()),
    ],
)
def test_the_nearest_names_are_offered_all_when_equally_near(names: Names, word: str, offered: tuple[str, ...]) -> None:
    assert names.offered(word) == offered


def test_an_unknown_word_near_a_name_is_named_and_no_drug(names: Names) -> None:
    named = found(names, "what about cyclosrine")
    assert named.near == (("cyclosrine", ("cycloserine",)),)
    assert named.drugs == ()


def test_a_word_that_is_known_otherwise_is_no_misspelt_name(names: Names) -> None:
    assert names.find(["cyclosrine"], ["cyclosrine"], ["cyclosrine"]).near == ()
