"""What a report means for the next dose: a drug is held by its statement, every TB medicine in an emergency."""

from asked_of_triage import judged
from fullcourse.triage.judge import Triage
from fullcourse.triage.next_dose import NextDoseWord, next_dose_of
from fullcourse.triage.report import Report


def test_an_emergency_holds_every_tb_medicine():
    held = next_dose_of(judged(["symptom_seizure"], ["cycloserine", "linezolid"]))
    assert (held.word, held.drugs) == (NextDoseWord.HOLD, ())


def test_a_drug_is_held_where_its_own_statement_says_so():
    held = next_dose_of(judged(["symptom_vision_change"], ["ethambutol", "isoniazid"]))
    assert (held.word, held.drugs) == (NextDoseWord.HOLD, ("ethambutol",))


def test_a_grave_matter_for_today_is_asked_about_first():
    asked = next_dose_of(judged(["symptom_low_mood"], ["cycloserine"]))
    assert (asked.word, asked.drugs) == (NextDoseWord.ASK_FIRST, ("cycloserine",))


def test_a_mild_one_changes_nothing():
    assert next_dose_of(judged(["symptom_orange_urine"], ["rifampin"])).word is NextDoseWord.AS_PLANNED


def test_words_that_a_person_reads_are_asked_about_first():
    unread = Triage(judged().urgency, (), Report({}, unread=("green ear",)), (), ())
    assert next_dose_of(unread).word is NextDoseWord.ASK_FIRST
