"""A gap is named: what no statement about a drug covers, and what stands in another drug's file."""

import pytest

from fullcourse.adapters.documents.uncovered import MATTERS, elsewhere, uncovered
from fullcourse.screening.rulebook import slug
from patients import knowledge

DRUGS = sorted(knowledge().drugs)


def gaps(inn: str) -> tuple[str, ...]:
    return uncovered(knowledge(), knowledge().drugs[inn])


def test_the_first_drug_has_no_gap() -> None:
    assert gaps("cycloserine") == ()


def test_what_no_source_says_is_named() -> None:
    assert {"storage", "a missed dose", "too much taken"} <= set(gaps("amikacin"))


def test_what_a_source_says_is_no_gap() -> None:
    assert not {"storage", "a missed dose", "food", "driving"} & set(gaps("bedaquiline"))


@pytest.mark.parametrize("inn", DRUGS)
def test_every_matter_is_covered_by_a_statement_or_a_table_of_doses_or_named(inn: str) -> None:
    own = [item for name, item in knowledge().statements.items() if name.startswith(f"{slug(knowledge().drugs[inn])}.")]
    own += elsewhere(knowledge(), knowledge().drugs[inn])
    stated = {matter.label for matter in MATTERS if any(map(matter.is_in, own))}
    listed = {"dose"} if any(knowledge().doses.tables_for(inn)) else set()
    assert [matter.label for matter in MATTERS if matter.label not in stated | listed] == list(gaps(inn))


@pytest.mark.parametrize("inn", DRUGS)
def test_no_drug_lacks_contraindications_or_interactions(inn: str) -> None:
    assert not {"contraindications", "interactions"} & set(gaps(inn))


def test_a_pair_of_the_other_drugs_file_is_found_and_a_pair_of_its_own_is_not() -> None:
    found = {item.id for item in elsewhere(knowledge(), knowledge().drugs["bedaquiline"])}
    assert "delamanid.interaction.bedaquiline" in found
    assert not any(name.startswith(("bedaquiline.", "screening.")) for name in found)
