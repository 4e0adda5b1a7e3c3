from fullcourse.adapters.fhir.read.codes import Concept
from fullcourse.adapters.fhir.read.evidence import Gathered, holds
from fullcourse.clinical.patient import NotUsed, Unrecognised


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
