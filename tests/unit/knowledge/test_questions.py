"""Whatever is asked of a patient, or told, reads at grade 6 or lower; and whatever can be asked is asked."""

import re
from collections.abc import Iterator

import pytest

from fullcourse.knowledge.library import Knowledge
from fullcourse.knowledge.reader import read_knowledge

HIGHEST_GRADE = 6.0
_VOWELS = re.compile(r"[aeiouy]+")
_TWO_IN_A_ROW = re.compile(r"(?<![tcs])i[ao]|iet|(?<!p)eo")  # di-al-y-sis, anx-i-e-ty; not na-tion, not peo-ple


@pytest.fixture(scope="module")
def knowledge() -> Knowledge:
    return read_knowledge()


def syllables(word: str) -> int:
    """Count groups of vowels, two for those spoken apart, less an e that is silent at the end."""
    bare = re.sub(r"[^a-z]", "", word.lower())
    groups = len(_VOWELS.findall(bare)) + len(_TWO_IN_A_ROW.findall(bare))
    if bare.endswith("e") and not bare.endswith(("le", "ee")) and groups > 1:
        groups -= 1
    if bare.endswith("ed") and not bare.endswith(("ted", "ded")) and groups > 1:
        groups -= 1
    return max(groups, 1)


def reading_grade(text: str) -> float:
    """Return the grade of Flesch and Kincaid (1975): 0.39 words a sentence + 11.8 syllables a word - 15.59."""
    sentences = [sentence for sentence in re.split(r"[.?!:]+", text) if sentence.strip()]
    words = re.findall(r"[A-Za-z0-9']+", text)
    return 0.39 * len(words) / len(sentences) + 11.8 * sum(map(syllables, words)) / len(words) - 15.59


def questions(knowledge: Knowledge) -> Iterator[tuple[str, str]]:
    for fact in knowledge.facts.values():
        if fact.ask_patient:
            yield fact.id, fact.ask_patient
    for group in knowledge.groups.values():
        yield group.id, group.ask_patient.replace("{facts}", "this, this")


def test_the_grade_follows_its_formula() -> None:
    assert reading_grade("Are you on dialysis?") == pytest.approx(0.39 * 4 + 11.8 * 7 / 4 - 15.59)
    counted = {
        "fits": 1,
        "disease": 2,
        "medicine": 3,
        "little": 2,
        "wanted": 2,
        "asked": 1,
        "dialysis": 4,
        "anxiety": 4,
    }
    assert {word: syllables(word) for word in counted} == counted


def test_a_hard_sentence_is_seen_to_be_hard() -> None:
    hard = "Have you previously experienced epileptic convulsions or hypersensitivity reactions to medications?"
    assert reading_grade(hard) > HIGHEST_GRADE


def test_every_question_for_a_patient_reads_at_grade_6_or_lower(knowledge: Knowledge) -> None:
    graded = {name: round(reading_grade(text), 1) for name, text in questions(knowledge)}
    assert {name: grade for name, grade in graded.items() if grade > HIGHEST_GRADE} == {}


def test_what_every_statement_tells_a_patient_reads_at_grade_6_or_lower(knowledge: Knowledge) -> None:
    told = {name: item.patient for name, item in knowledge.statements.items() if item.patient}
    graded = {name: round(reading_grade(text), 1) for name, text in told.items()}
    assert {name: grade for name, grade in graded.items() if grade > HIGHEST_GRADE} == {}


def test_every_question_asks(knowledge: Knowledge) -> None:
    asked = [fact for fact in knowledge.facts.values() if fact.ask_patient]
    assert asked
    for fact in asked:
        assert "?" in fact.ask_patient, fact.id
        assert "?" in fact.ask_clinician, fact.id
        assert fact.ask_group in knowledge.groups, fact.id
        assert len(fact.ask_patient) <= 200, fact.id


def test_whatever_a_rule_may_want_can_be_asked_unless_a_step_or_a_formula_gives_it(knowledge: Knowledge) -> None:
    silent = {
        fact.id
        for fact in knowledge.facts.values()
        if fact.kind != "given" and not fact.derived and not fact.ask_patient
    }
    assert silent == set()


def test_no_group_is_empty_and_each_has_its_own_place(knowledge: Knowledge) -> None:
    used = {fact.ask_group for fact in knowledge.facts.values() if fact.ask_group}
    grouped = {group.within for group in knowledge.groups.values() if group.within} | {"measurements"}  # every number
    assert used | grouped == set(knowledge.groups)
    assert len({group.order for group in knowledge.groups.values()}) == len(knowledge.groups)
    assert all(
        group.ask_patient.count("{facts}") == group.ask_clinician.count("{facts}") == 1
        for group in knowledge.groups.values()
    )


def test_one_answer_can_settle_what_a_group_still_asks(knowledge: Knowledge) -> None:
    group = knowledge.groups["mind and brain"]
    words = ", ".join(knowledge.facts[name].plain for name in ("epilepsy", "depression", "severe_anxiety", "psychosis"))
    asked = group.ask_patient.replace("{facts}", words)
    assert "fits (epilepsy), depression, severe anxiety, psychosis" in asked
    assert "none" in asked
