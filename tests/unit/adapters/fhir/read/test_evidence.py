from fhir_records import FACTS
from fullcourse.adapters.fhir.read.codes import Concept
from fullcourse.adapters.fhir.read.evidence import Gathered, holds
from fullcourse.adapters.fhir.read.fact_index import FactIndex
from fullcourse.clinical.patient import NotUsed, Unrecognised

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


def test_a_coded_answer_is_held_by_code_or_by_exact_wording() -> None:
    assert holds({"icd-10": ("A15.0",)}, (), Concept((("icd-10", "A150"),), ()))
    assert holds({}, ("never",), Concept((), ("Never",)))
    assert not holds({}, ("never",), Concept((), ("never again",)))


def test_what_was_gathered_is_counted_and_in_order() -> None:
    gathered = Gathered()
    gathered.skip("Claim", "no fact uses it")
    gathered.skip("Claim", "no fact uses it")
    gathered.unrecognised += 2 * [Unrecognised("medicine", "x", "MedicationRequest/1", "why")]
    record = gathered.record()
    assert record.not_used == (NotUsed("Claim", "no fact uses it", 2),)
    assert len(record.unrecognised) == 1
