"""What a concept means as that which was observed: the same whenever it is asked, and only so many are kept."""

import pytest

from fhir_records import fact
from fullcourse.adapters.fhir.read.codes import Concept
from fullcourse.adapters.fhir.read.fact_index import FactIndex, Match
from fullcourse.adapters.fhir.read.observed import ObservedConcepts, matters
from fullcourse.knowledge.vocabulary import Found
from patients import knowledge

INDEX = FactIndex(knowledge().facts.values())
OBSERVED = ObservedConcepts(INDEX, {"linezolid": frozenset({"35669-1"}), "cycloserine": frozenset()})


def test_a_code_of_a_fact_matches_and_its_words_speak_of_it() -> None:
    said = OBSERVED.of(Concept((("loinc", "2823-3"),), ("Potassium",)))
    assert [match.fact.id for match in said.matches] == ["potassium"]
    assert [fact.id for fact in said.spoken] == ["potassium"]
    assert said is OBSERVED.of(Concept((("loinc", "2823-3"),), ("Potassium",)))


def test_a_level_is_told_by_its_code_or_by_its_words() -> None:
    assert OBSERVED.of(Concept((("loinc", "35669-1"),), ("A drug",))).drugs_by_code == ("linezolid",)
    by_words = OBSERVED.of(Concept((), ("Cycloserine trough",), ("35669-1",)))
    assert (by_words.drugs_by_code, by_words.drugs_by_words) == (("linezolid",), ("cycloserine",))


def test_words_raise_matters_of_yes_or_no() -> None:
    assert "epilepsy" in {match.fact.id for match in OBSERVED.of(Concept((), ("Epilepsy",))).raised}


@pytest.mark.parametrize(
    ("concept", "why", "may_matter"),
    [
        (Concept((), ("Colour",)), "its code is of no system that is read here", True),
        (Concept((("loinc", "2823-4"),), ("Colour",)), "its code cannot be one of its code system", True),
        (Concept((("loinc", "5778-6"),), ()), "its code is not known here, and no words say what was measured", True),
        (Concept((("loinc", "5778-6"),), ("Color of Urine",)), "no fact uses it", False),
        (Concept((), ("Linezolid level",)), "its code cannot be one of its code system", True),
    ],
)
def test_why_no_fact_uses_it(concept: Concept, why: str, *, may_matter: bool) -> None:
    said = OBSERVED.of(concept)
    assert (said.why_unused, said.may_matter) == (why, may_matter)


def test_no_more_is_kept_than_so_many() -> None:
    own = ObservedConcepts(INDEX, {})
    first = own.of(Concept((), ("first",)))
    for number in range(8_192):
        own.of(Concept((), (f"number {number}",)))
    again = own.of(Concept((), ("first",)))
    assert again == first
    assert again is not first


def test_every_fact_that_the_codes_speak_of_matches_once_and_in_their_order() -> None:
    ways = [Found("Observation", {"loinc": (code,)}) for code in ("2823-3", "2160-0", "29463-7")]
    potassium, creatinine, weight = (
        fact(name, "number", way) for name, way in zip(("potassium", "creatinine", "weight"), ways, strict=True)
    )
    index = FactIndex([potassium, creatinine, weight])
    codes = (("loinc", "29463-7"), ("loinc", "2823-3"), ("loinc", "2160-0"))
    said = ObservedConcepts(index, {}).of(Concept(codes, ()))
    assert [match.fact.id for match in said.matches] == ["weight", "potassium", "creatinine"]


def test_words_are_matched_only_where_no_code_of_a_system_of_facts_stands() -> None:
    smoking = fact("smoker", "state", Found("Observation", {"loinc": ("72166-2",)}, ("tobacco smoking status",)))
    own = ObservedConcepts(FactIndex([smoking]), {})
    words = ("Tobacco smoking status",)

    def matched(*codes: tuple[str, str]) -> list[str]:
        return [match.fact.id for match in own.of(Concept(codes, words)).matches]

    assert matched() == ["smoker"]
    assert matched(("snomed", "229819007")) == ["smoker"]
    assert matched(("loinc", "5778-6")) == []
    assert matched(("loinc", "72166-2")) == ["smoker"]


def test_matters_are_those_of_yes_or_no() -> None:
    way = Found("Condition", {}, ("epilepsy",))
    kinds = ("history", "state", "number", "choice", "date")
    matches = [Match(fact(f"a_{kind}", kind, way), way) for kind in kinds]
    assert [match.fact.id for match in matters(matches)] == ["a_history", "a_state"]
