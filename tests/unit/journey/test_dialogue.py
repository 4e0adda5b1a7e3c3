"""The dialogue of a check: which question comes next, what an answer settles, and when it stops."""

from dataclasses import replace
from datetime import date

from fullcourse.clinical.given_answer import GivenAnswer, GivenMedicine
from fullcourse.clinical.listed_medicine import ListedMedicine, State
from fullcourse.clinical.medicine import Route
from fullcourse.clinical.open_entry import OpenEntry
from fullcourse.clinical.patient import Record
from fullcourse.journey.check import CheckResult, Glance, Question, QuestionGroup
from fullcourse.journey.dialogue import (
    answer_of,
    answer_of_entry,
    answer_of_glance,
    answers_to_several,
    hold_dialogue,
    matters_of,
    next_question,
    settle_entries,
    settle_medicines,
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


def test_the_next_question_is_the_first_with_a_fact_not_yet_put():
    first, second = question("a", "b"), question("c")
    assert next_question([first, second], set()) is first
    assert next_question([first, second], {"a"}) is first
    assert next_question([first, second], {"a", "b"}) is second
    assert next_question([first, second], {"a", "b", "c"}) is None


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


def test_a_question_without_an_answer_is_put_once_and_nothing_is_checked_again():
    put: list[QuestionGroup] = []
    checked: list[object] = []
    begun = result_with(question("a"), question("b"))

    def ask(asked: QuestionGroup):
        put.append(asked)
        return []

    def check(record: object):
        checked.append(record)
        return begun

    ended, given = hold_dialogue(begun, patient({}).record, ask, lambda record, answers: record, check)
    assert [asked.facts for asked in put] == [("a",), ("b",)]
    assert (ended, given, checked) == (begun, (), [])


def test_an_answer_that_settles_the_rest_ends_the_dialogue():
    begun = result_with(question("a"), question("b"))
    settled = replace(begun, questions=(), question_groups=())
    answer = GivenAnswer("a", True, "", ON, "clinician")
    ended, given = hold_dialogue(
        begun, patient({}).record, lambda asked: [answer], lambda record, answers: record, lambda record: settled
    )
    assert (ended, given) == (settled, (answer,))


def test_a_number_asked_by_a_glance_is_asked_again_when_another_answer_moves_the_bound_and_the_later_answer_stands():
    def below(least: float) -> Question:
        return replace(question("height"), glances=(Glance("height", least, "cm"),))

    height = knowledge().facts["height"]
    said = iter([[answer_of_glance(Glance("height", 118.0, "cm"), ON)], [], [answer_of(height, 160.0, ON)]])
    results = iter([result_with(below(150.0), question("height")), result_with()])
    added: list[list[object]] = []

    def add(record, answers):
        added.append([answer.value for answer in answers])
        return record

    begun = result_with(below(118.0))
    _, given = hold_dialogue(begun, patient({}).record, lambda asked: next(said), add, lambda record: next(results))
    assert added == [[">=118"], [160.0]]
    assert [answer.value for answer in given] == [160.0]


def listed(origin: str, ask: str) -> ListedMedicine:
    return ListedMedicine(origin, ("x",), "name", State.PERHAPS, "", Route.UNKNOWN, "", origin, ask)


def test_each_medicine_that_may_be_taken_is_put_once_and_checked_again_after_an_answer():
    entries = (listed("a", "a: is it taken?"), listed("b", ""), listed("c", "c: is it taken?"))
    result = replace(result_with(), medicines=entries)
    put: list[str] = []

    def ask(entry: ListedMedicine) -> GivenMedicine | None:
        put.append(entry.origin)
        return GivenMedicine(entry.name, True, "", entry.origin) if entry.origin == "c" else None

    added: list[str] = []

    def add(record, answers):
        added.extend(answer.settles for answer in answers)
        return record

    checked = replace(result, medicines=())
    last, _, given = settle_medicines(result, Record({}), ask, add, lambda _: checked)
    assert (put, added, [answer.settles for answer in given]) == (["a", "c"], ["c"], ["c"])
    assert last is checked


def entry(origin: str, text: str, *facts: str, by_text: str = "") -> OpenEntry:
    return OpenEntry("problem", text, origin, by_text, "", facts, f"{text}: is it {facts}?")


def test_each_open_entry_is_put_once_though_its_question_changes():
    first = replace(result_with(), open_entries=(entry("a", "x", "f", "g"), entry("a", "y", "f"), entry("b", "z")))
    later = replace(first, open_entries=(entry("a", "x", "f"), entry("b", "z")))
    put: list[tuple[str, str]] = []

    def ask(asked: OpenEntry):
        put.append((asked.origin, asked.text))
        return answer_of_entry(asked, (), ON) if asked.text == "y" else None

    last, _, given = settle_entries(first, Record({}), ask, lambda record, answers: record, lambda _: later)
    assert put == [("a", "x"), ("a", "y"), ("b", "z")]
    assert [answer.origin for answer in given] == ["a"]
    assert last is later


def test_an_answer_names_the_text_of_an_entry_only_where_its_origin_has_several():
    assert answer_of_entry(entry("a", "x", "f"), ["f"], ON).text == ""
    assert answer_of_entry(entry("a", "x", by_text="x"), [], ON).text == "x"
