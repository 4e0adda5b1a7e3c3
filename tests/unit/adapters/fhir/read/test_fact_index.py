from hypothesis import given
from hypothesis import strategies as st

from fhir_records import FACTS
from fullcourse.adapters.fhir.read.codes import Concept
from fullcourse.adapters.fhir.read.fact_index import FactIndex

INDEX = FactIndex(FACTS)


def test_a_code_leads_to_its_facts_only_in_its_own_resource() -> None:
    assert [match.fact.id for match in INDEX.by_code("Condition", [("snomed", "84757009")])] == ["epilepsy"]
    assert INDEX.by_code("Observation", [("snomed", "84757009")]) == []


def test_snomed_codes_are_exact() -> None:
    assert INDEX.by_code("Condition", [("snomed", "847570090")]) == []


def test_a_system_is_known_only_where_facts_are_coded_in_it() -> None:
    assert INDEX.knows("Condition", Concept((("snomed", "1"),), ()))
    assert not INDEX.knows("Condition", Concept((("icd-9-cm", "345.9"),), ()))


def test_a_wording_raises_a_matter_only_as_whole_words() -> None:
    raised = INDEX.raised_by("Condition", ["Status: epilepsy, drug-resistant"])
    assert {match.fact.id for match in raised} == {"epilepsy"}
    assert INDEX.raised_by("Condition", ["antiepilepsyx"]) == []


@given(
    st.lists(
        st.sampled_from(["epilepsy", "no epilepsy", "antiepilepsyx", "peripheral neuropathy", "x" * 400]), max_size=3
    )
)
def test_what_names_raise_is_the_same_when_it_is_asked_again(names: list[str]) -> None:
    first = INDEX.raised_by("Condition", names)
    assert FactIndex(FACTS).raised_by("Condition", names) == first
    first.clear()  # an answer is the asker's own
    assert INDEX.raised_by("Condition", names) == FactIndex(FACTS).raised_by("Condition", names)
