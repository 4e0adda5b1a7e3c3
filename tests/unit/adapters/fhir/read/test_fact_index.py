from hypothesis import given
from hypothesis import strategies as st

from fhir_records import FACTS, fact
from fullcourse.adapters.fhir.read.codes import Concept
from fullcourse.adapters.fhir.read.fact_index import FactIndex
from fullcourse.knowledge.vocabulary import Found, OtherMatter

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


def test_a_fact_is_found_by_its_own_id_where_it_is_observed_and_is_no_date_and_not_worked_out() -> None:
    index = FactIndex(FACTS)

    def named(name: str) -> list[str]:
        return [match.fact.id for match in index.by_code("Observation", [("fullcourse", name)])]

    assert named("weight") == ["weight"]
    assert named("epilepsy") == ["epilepsy"]
    assert [named(name) for name in ("age", "birth_date", "treatment_day", "nobody_knows")] == [[], [], [], []]
    measured_or_worked_out = fact("bmi", "number", Found("Observation", {"loinc": ("39156-5",)}), derived="bmi")
    index = FactIndex([measured_or_worked_out])
    assert [it.fact.id for it in index.by_code("Observation", [("fullcourse", "bmi")])] == ["bmi"]


def test_a_name_of_four_letters_raises_and_a_shorter_one_does_not() -> None:
    names = Found("Condition", {}, ("gout", "hiv"))
    index = FactIndex([fact("a_matter", "history", names, label="a")])
    assert [it.fact.id for it in index.raised_by("Condition", ["acute gout"])] == ["a_matter"]
    assert index.raised_by("Condition", ["hiv since 2019"]) == []


def test_a_wording_of_several_words_raises_only_as_a_whole_and_facts_come_in_the_order_of_the_vocabulary() -> None:
    named = [
        fact("swelling", "history", Found("Condition", {}, ("peripheral oedema",))),
        fact("nerves", "history", Found("Condition", {}, ("peripheral neuropathy",))),
    ]
    index = FactIndex(named)
    assert [it.fact.id for it in index.raised_by("Condition", ["Peripheral neuropathy of the feet"])] == ["nerves"]
    assert index.raised_by("Condition", ["peripheral"]) == []
    both = "peripheral neuropathy and peripheral oedema"
    assert [it.fact.id for it in index.raised_by("Condition", [both])] == ["swelling", "nerves"]


def test_a_class_of_one_letter_is_a_prefix_of_what_is_known_to_mean_something_else() -> None:
    matter = OtherMatter("blood", "medicines for the blood", "AllergyIntolerance", {"atc": ("B",)}, "s")
    index = FactIndex(FACTS, [matter])
    assert index.means_something_else("AllergyIntolerance", [("atc", "B01AC06")])
    assert not index.means_something_else("AllergyIntolerance", [("atc", "C01AA05")])
    assert not index.means_something_else("Condition", [("atc", "B01AC06")])
