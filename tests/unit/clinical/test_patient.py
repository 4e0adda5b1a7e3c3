"""A patient as established, and the record behind it."""

from datetime import date

from fullcourse.clinical.fact import Evidence
from fullcourse.clinical.patient import Medicine, NotUsed, Override, Patient, Record, Taken, Unrecognised


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
