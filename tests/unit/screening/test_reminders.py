"""Questions say what is on file: once, with its value, and when was it."""

from dataclasses import replace

from fullcourse.clinical import OnFile, parse_moment
from fullcourse.screening.questions import Question
from fullcourse.screening.reminders import reminded, value_of

HAEMOGLOBIN = OnFile("haemoglobin", ("haemoglobin",), 7.0, "g/dL", None, "no date", "give its date", "Observation/1")
STALE = OnFile(
    "haemoglobin", ("haemoglobin",), 7.0, "g/dL", parse_moment("2026-01-02T08:00:00Z", "on"), "older than 35 days",
    "measure again", "Observation/1",
)  # fmt: skip
QUESTION = Question(("haemoglobin",), "Plain?", "Haemoglobin?", "blood", ("x",))


def test_a_question_says_what_is_on_file_about_its_facts():
    (question,) = reminded([QUESTION], [HAEMOGLOBIN])
    assert question.ask_clinician == "Haemoglobin? On file: haemoglobin 7 g/dL, undated; when was it?"
    assert question.ask_patient == "Plain?"
    (question,) = reminded([QUESTION], [STALE])
    assert question.ask_clinician.endswith("haemoglobin 7 g/dL, 2026-01-02: older than 35 days; measure again.")


def test_a_question_about_other_facts_is_left_as_it_is():
    other = Question(("weight",), "Plain?", "Weight?", "body", ("x",))
    assert reminded([other], [HAEMOGLOBIN]) == (other,)
    assert reminded([other], []) == (other,)


def test_three_entries_are_said_and_the_others_counted():
    (question,) = reminded([QUESTION], [HAEMOGLOBIN] * 5)
    assert question.ask_clinician.count("undated") == 3
    assert question.ask_clinician.endswith("and 2 more.")


def test_a_value_reads_as_recorded():
    def said(recorded):
        return value_of(OnFile("fits", ("fits",), recorded, "", None, "no date", "give its date", "x"))

    assert [said(value) for value in (True, False, None, "<30")] == [
        "fits yes",
        "fits no",
        "fits no value",
        "fits “<30”",
    ]


def test_three_entries_are_all_said():
    (question,) = reminded([QUESTION], [HAEMOGLOBIN] * 3)
    assert question.ask_clinician.count("undated") == 3
    assert "more" not in question.ask_clinician


def test_an_entry_without_a_day_that_cannot_be_used_for_another_reason_says_that_reason():
    (question,) = reminded([QUESTION], [replace(HAEMOGLOBIN, why="no unit is recorded", mend="give its unit")])
    assert question.ask_clinician.endswith("haemoglobin 7 g/dL: no unit is recorded; give its unit.")
