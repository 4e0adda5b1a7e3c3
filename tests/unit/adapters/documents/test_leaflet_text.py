"""A leaflet as text fits a terminal, and ends with its sources and what it is not."""

from fullcourse.adapters.documents.leaflet import make_leaflet
from fullcourse.adapters.documents.leaflet_text import leaflet_text
from patients import knowledge


def text(inn: str) -> str:
    return leaflet_text(make_leaflet(knowledge(), knowledge().drugs[inn], "US"))


def test_no_line_is_wider_than_78_characters() -> None:
    assert max(map(len, text("cycloserine").splitlines())) <= 78


def test_the_drug_and_its_other_names_stand_first() -> None:
    assert text("cycloserine").startswith("CYCLOSERINE  (D-cycloserine, Seromycin)\n")


def test_every_number_of_a_source_is_explained() -> None:
    whole = text("cycloserine")
    body, sources = whole.split("\nSOURCES\n")
    numbers = {word.strip("[]") for word in body.replace("\n", " ").split() if word.startswith("[")}
    assert numbers
    assert all(f"[{number}] " in sources for number in numbers)


def test_it_says_what_it_is_not_and_what_it_rests_on() -> None:
    end = " ".join(text("cycloserine").splitlines()[-4:])
    assert "does not replace your doctor" in end
    assert knowledge().digest[:12] in end
