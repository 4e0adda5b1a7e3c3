"""A patient as established, and the record behind it."""

from datetime import UTC, date, datetime

from fullcourse.clinical.fact import Evidence
from fullcourse.clinical.level import Level
from fullcourse.clinical.ordered_dose import OrderedDose
from fullcourse.clinical.patient import Medicine, NotUsed, Override, PassedOver, Patient, Record, Taken, Unrecognised
from fullcourse.clinical.taken_dose import TakenDose


def test_a_medicine_is_a_report_unless_it_is_ordered():
    entry = Medicine("Cycloserine 250 MG", ("cycloserine",), (), "name", Taken.NOW, None, None, "MedicationStatement/1")
    assert not entry.ordered


def test_an_empty_record_says_nothing():
    record = Record({})
    assert (record.medicines, record.unrecognised, record.not_used, record.overrides, record.notes) == ((),) * 5


def test_the_record_is_not_printed_with_the_patient():
    record = Record({"weight": (Evidence("weight", None, None, "Observation/secret"),)})
    assert "secret" not in repr(Patient(date(2026, 11, 22), {}, (), (), record))


def test_what_was_not_understood_and_not_used_says_why():
    assert Unrecognised("medicine", "product X", "MedicationStatement/2", "name not known").why == "name not known"
    assert NotUsed("Observation", "no fact uses it", 12).count == 12
    assert Override("a.b.c", "no alternative", "clinician", None).on is None


def test_a_record_with_answers_added_holds_both_and_changes_neither():
    read = Evidence("weight", None, None, "Observation/1")
    answered = Evidence("weight", None, None, "answers")
    record, answers = Record({"weight": (read,)}, notes=("read",)), Record({"weight": (answered,), "height": ()})
    both = record.plus(answers)
    assert both.evidence == {"weight": (read, answered), "height": ()}
    assert both.notes == ("read",)
    assert record.evidence == {"weight": (read,)}


def test_doses_and_levels_of_two_records_are_those_of_one_patient_by_drug_and_time():
    morning, evening = datetime(2026, 11, 3, 8, tzinfo=UTC), datetime(2026, 11, 3, 20, tzinfo=UTC)
    first = Record({}, doses=(TakenDose(evening, 250.0, drug="cycloserine"),), passed_over=(PassedOver((), "a"),))
    second = Record(
        {},
        doses=(TakenDose(morning, 250.0, drug="cycloserine"), TakenDose(morning, 300.0, drug="isoniazid")),
        levels=(Level(31.0, evening, drugs=("cycloserine",)),),
        passed_over=(PassedOver(("cycloserine",), "a"), PassedOver(("isoniazid",), "b")),
    )
    both = first.plus(second)
    assert [dose.at for dose in both.doses_of("cycloserine")] == [morning, evening]
    assert [level.mg_per_l for level in both.levels_of("cycloserine")] == [31.0]
    assert not both.levels_of("isoniazid")
    assert both.passed_over_of("cycloserine") == {"a": 2}
    assert both.passed_over_of("isoniazid") == {"a": 1, "b": 1}


def test_the_orders_of_a_drug_are_its_own_in_the_order_of_the_record():
    first, other, second = (OrderedDose(drug, f"MedicationRequest/{n}") for n, drug in enumerate("aba"))
    record = Record({}, orders=(first, other, second))
    assert record.orders_of("a") == (first, second)
    assert record.orders_of("c") == ()
