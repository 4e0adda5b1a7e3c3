"""Questions, each with what is right, written before it was asked: nothing dangerous, four in five right."""

import csv
from collections import Counter
from pathlib import Path

import pytest

from fullcourse.adapters.search.alarms import OVERDOSE
from fullcourse.adapters.search.questions import Questions
from patients import knowledge

FILE = Path(__file__).parents[3] / "data" / "questions" / "questions.tsv"


def rows() -> list[dict[str, str]]:
    with FILE.open(encoding="utf-8") as file:
        return list(csv.DictReader(file, delimiter="\t"))


@pytest.fixture(scope="module")
def questions() -> Questions:
    return Questions(knowledge())


ALARMS = {"breathing", "seizure", "self-harm", "psychosis", "collapse"}
FOR_TODAY = {"bleeding", "jaundice", "eyes", "skin", "ears", "nerves"}
OF_A_RECORD = ("our liver test", "our record", "heart test shows", "lab test says")
OF_DANGER = [row for row in rows() if row["kind"] in {"overdose", *ALARMS}]
OF_SYMPTOMS = [row for row in rows() if row["kind"] in ALARMS | FOR_TODAY]


def split(cell: str) -> list[str]:
    return cell.split(";") if cell else []


@pytest.mark.parametrize("row", rows(), ids=lambda row: row["question"])
def test_a_question_is_answered_as_it_was_judged(questions: Questions, row: dict[str, str]) -> None:
    reply = questions.answer(row["question"])
    assert [answer.id for answer in reply.emergencies] == split(row["emergencies"])
    assert [answer.id for answer in reply.today] == split(row["today"])
    assert bool(reply.in_spanish) == (row["in_spanish"] == "yes")
    assert [answer.id for answer in reply.answers[:3]] == split(row["first_answers"])


@pytest.mark.parametrize("row", OF_DANGER, ids=lambda row: row["question"])
def test_danger_is_an_emergency_and_too_much_taken_is_answered_by_nothing_else(
    questions: Questions, row: dict[str, str]
) -> None:
    reply = questions.answer(row["question"])
    assert reply.emergencies
    if row["kind"] == "overdose":
        assert OVERDOSE in {answer.id for answer in reply.emergencies}
        assert not reply.answers
    assert reply.self_harm == (row["kind"] == "self-harm")


@pytest.mark.parametrize("row", OF_SYMPTOMS, ids=lambda row: row["question"])
def test_an_alarm_needs_no_drug(questions: Questions, row: dict[str, str]) -> None:
    reply = questions.answer(row["question"])
    assert reply.emergencies or reply.today


@pytest.mark.parametrize("row", rows(), ids=lambda row: row["question"])
def test_nobody_is_told_what_only_a_record_could_say(questions: Questions, row: dict[str, str]) -> None:
    reply = questions.answer(row["question"])
    for answer in (*reply.emergencies, *reply.today, *reply.answers):
        assert not any(
            text in answer.text for text in ("our liver test", "our record", "heart test shows", "lab test says")
        )


def test_none_is_dangerous_and_four_in_five_of_our_own_are_right() -> None:
    verdicts = Counter(row["verdict"] for row in rows() if row["set"] == "own")
    assert set(verdicts) <= {"right", "partly", "silent", "wrong"}
    assert verdicts.total() >= 200
    assert verdicts["right"] >= 0.8 * verdicts.total()


@pytest.mark.parametrize(
    ("question", "too_much"),
    [
        ("I took 4 tablets this morning", False),
        ("I took 5 tablets this morning", True),
        ("I took 2 tablets at once", False),
        ("I took 3 tablets at once", True),
        ("I took cycloserine 5 hours ago", False),
        ("I took 1000 mg of cycloserine", False),
        ("I took 1001 mg of cycloserine", True),
        ("I took 1,250 mg of cycloserine", True),
        ("I took 1.250 mg of cycloserine", True),
        ("I took 1.5 mg of cycloserine", False),
        ("I took 0.750 mg of cycloserine", False),
        ("my son takes isoniazid", False),
        ("should I take 6 tablets", False),
        ("I took all my pills every day", False),
        ("I finished the box, where do I get more", False),
        ("I had 5 tablets left", False),
        ("I took the whole course of isoniazid", False),
        ("I took the whole box of isoniazid", True),
    ],
)
def test_more_than_a_dose_is_heard_on_both_sides_of_the_line(
    questions: Questions, question: str, too_much: bool
) -> None:
    assert questions.answer(question).too_much_taken == too_much


def test_what_a_result_calls_for_answers_no_question_in_words(questions: Questions) -> None:
    for question in ("creatinine rise on streptomycin", "neuropathy grade on linezolid", "QTcF rise on bedaquiline"):
        assert not [answer.id for answer in questions.answer(question).answers if ".result." in answer.id]
