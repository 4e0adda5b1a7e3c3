"""The dialogue of a check: which question comes next, what an answer settles, and when it stops."""

from dataclasses import replace
from datetime import date

import pytest

from fullcourse.clinical.errors import InputError
from fullcourse.clinical.given_answer import GivenAnswer
from fullcourse.clinical.listed_medicine import ListedMedicine, State
from fullcourse.clinical.medicine import Route
from fullcourse.clinical.on_file import OnFile
from fullcourse.clinical.open_entry import OpenEntry
from fullcourse.journey.check import CheckResult, Glance, Question, QuestionGroup
from fullcourse.journey.dialogue import (
    Dialogue,
    answer_of,
    answer_of_entry,
    answer_of_glance,
    answers_of_day,
    answers_to_several,
    is_undated,
    matters_of,
)
from patients import AT, knowledge, patient

ON = date(2026, 11, 22)


def question(*facts: str) -> Question:
    return Question(facts, "", "", "", ())


def result_with(*questions: Question) -> CheckResult:
    groups = tuple(QuestionGroup("", "", "", question.facts, (), question.glances) for question in questions)
    return CheckResult(AT, "us", "", patient({}), (), (), questions, (), (), (), question_groups=groups)


def definitions_of(*kinds: str):
    of_kinds = [definition for definition in knowledge().facts.values() if definition.kind in kinds]
    return of_kinds[:3]


def test_several_matters_of_yes_or_no_are_asked_together_and_the_rest_one_by_one():
    yes_or_no, numbers = definitions_of("history", "state"), definitions_of("number")
    asked = question(*(definition.id for definition in (*yes_or_no, *numbers)))
    assert matters_of(asked, knowledge()) == (tuple(yes_or_no), tuple(numbers))


def test_one_matter_of_yes_or_no_is_asked_by_itself():
    alone = definitions_of("history", "state")[:1]
    assert matters_of(question(alone[0].id), knowledge()) == ((), tuple(alone))


def test_naming_some_says_nothing_of_the_others():
    first, second, third = definitions_of("history", "state")
    assert answers_to_several([first, second, third], [second], False, ON) == (answer_of(second, True, ON),)


def test_the_others_are_no_only_when_that_was_said():
    first, second, third = definitions_of("history", "state")
    assert answers_to_several([first, second, third], [second], True, ON) == (
        answer_of(second, True, ON),
        answer_of(first, False, ON),
        answer_of(third, False, ON),
    )


def test_none_of_these_is_a_no_to_each():
    definitions = definitions_of("history", "state")
    answers = answers_to_several(definitions, (), True, ON)
    assert [(answer.fact, answer.value) for answer in answers] == [(each.id, False) for each in definitions]


def test_a_number_is_in_the_unit_that_was_asked_for_and_a_yes_has_none():
    number, yes_or_no = definitions_of("number")[0], definitions_of("state")[0]
    assert answer_of(number, 4.5, ON) == GivenAnswer(number.id, 4.5, number.unit, ON, "clinician")
    assert answer_of(yes_or_no, True, ON).unit == ""


def dialogue(begun: CheckResult, *later: CheckResult, added: list[object] | None = None) -> Dialogue:
    """A dialogue whose check says one result after another; the answers that it adds are noted."""
    results = iter(later)

    def add(record, answers):
        if added is not None:
            added.append([getattr(answer, "value", None) for answer in answers])
        return record

    return Dialogue(begun, patient({}).record, add, lambda record: next(results))


def yes(fact: str) -> GivenAnswer:
    return GivenAnswer(fact, True, "", ON, "clinician")


def test_a_question_without_an_answer_is_put_once_and_nothing_is_checked_again():
    talk = dialogue(result_with(question("a"), question("b")))
    put = []
    while (asked := talk.question) is not None:
        put.append((talk.number, talk.left, asked.facts))
        talk.answer([])
    assert put == [(1, 1, ("a",)), (2, 0, ("b",))]
    assert talk.given == ()


def test_the_next_question_is_the_first_with_a_fact_not_yet_put():
    talk = dialogue(result_with(question("a", "b"), question("c")), result_with(question("b", "d"), question("a")))
    talk.answer([yes("a")])
    assert talk.question is not None
    assert talk.question.facts == ("b", "d")
    talk.answer([])
    assert talk.question is None


def test_an_answer_that_settles_the_rest_ends_the_dialogue():
    begun = result_with(question("a"), question("b"))
    settled = replace(begun, questions=(), question_groups=())
    talk = dialogue(begun, settled)
    talk.answer([yes("a")])
    assert (talk.question, talk.result, talk.given) == (None, settled, (yes("a"),))


def test_the_way_back_takes_the_answer_back_and_asks_its_question_again():
    begun, later = result_with(question("a"), question("b")), result_with(question("b"))
    talk = dialogue(begun, later, later)
    assert not talk.back()
    talk.answer([yes("a")])
    assert talk.result is later
    assert talk.back()
    assert (talk.result, talk.given, talk.number) == (begun, (), 1)
    assert talk.question is not None
    assert talk.question.facts == ("a",)
    talk.answer([yes("a")])
    assert (talk.result, talk.given) == (later, (yes("a"),))


def test_an_answer_that_cannot_be_leaves_the_question_where_it_was():
    begun = result_with(question("a"))

    def refuse(record, answers):
        raise InputError("7000 kg cannot be")

    talk = Dialogue(begun, patient({}).record, refuse, lambda record: begun)
    with pytest.raises(InputError):
        talk.answer([yes("a")])
    assert talk.given == ()
    assert talk.question is not None


def test_a_number_asked_by_a_glance_is_asked_again_when_another_answer_moves_the_bound_and_the_later_answer_stands():
    def below(least: float) -> Question:
        return replace(question("height"), glances=(Glance("height", least, "cm"),))

    height = knowledge().facts["height"]
    added: list[object] = []
    talk = dialogue(
        result_with(below(118.0)), result_with(below(150.0), question("height")), result_with(), added=added
    )
    for answers in ([answer_of_glance(Glance("height", 118.0, "cm"), ON)], [], [answer_of(height, 160.0, ON)]):
        talk.answer(answers)
    assert added == [[">=118"], [160.0]]
    assert [answer.value for answer in talk.given] == [160.0]


def listed(origin: str, ask: str) -> ListedMedicine:
    return ListedMedicine(origin, ("x",), "name", State.PERHAPS, "", Route.UNKNOWN, "", origin, ask)


def test_medicines_come_first_then_entries_then_values_without_a_date_then_what_is_not_known():
    entries = (listed("a", "a: is it taken?"), listed("b", ""))
    undated = OnFile("weight", ("weight",), 61.0, "kg", None, "no date", "give its date", "record")
    begun = replace(
        result_with(question("f")), medicines=entries, open_entries=(entry("e", "x", "f"),), on_file=(undated,)
    )
    talk = dialogue(begun)
    put = []
    while (asked := talk.question) is not None:
        put.append(type(asked).__name__)
        talk.answer([])
    assert put == ["ListedMedicine", "OpenEntry", "OnFile", "QuestionGroup"]


def test_a_value_is_asked_for_its_day_only_where_the_day_alone_is_missing():
    def held(**more: object) -> OnFile:
        known = {"recorded": 61.0, "unit": "kg", "on": None, "why": "no date"}
        return OnFile("weight", ("weight",), mend="", origin="record", **{**known, **more})  # type: ignore[arg-type]

    assert is_undated(held())
    assert not is_undated(held(why="older than 35 days"))
    assert not is_undated(held(recorded=None))
    assert answers_of_day(held(), ON) == (GivenAnswer("weight", 61.0, "kg", ON, "clinician"),)


def entry(origin: str, text: str, *facts: str, by_text: str = "") -> OpenEntry:
    return OpenEntry("problem", text, origin, by_text, "", facts, f"{text}: is it {facts}?")


def test_each_open_entry_is_put_once_though_its_question_changes():
    first = replace(result_with(), open_entries=(entry("a", "x", "f", "g"), entry("a", "y", "f"), entry("b", "z")))
    later = replace(first, open_entries=(entry("a", "x", "f"), entry("b", "z")))
    talk = dialogue(first, later)
    put = []
    while (asked := talk.question) is not None:
        put.append((asked.origin, asked.text))
        talk.answer([answer_of_entry(asked, (), ON)] if asked.text == "y" else [])
    assert put == [("a", "x"), ("a", "y"), ("b", "z")]
    assert [answer.origin for answer in talk.given] == ["a"]
    assert talk.result is later


def test_an_answer_names_the_text_of_an_entry_only_where_its_origin_has_several():
    assert answer_of_entry(entry("a", "x", "f"), ["f"], ON).text == ""
    assert answer_of_entry(entry("a", "x", by_text="x"), [], ON).text == "x"
