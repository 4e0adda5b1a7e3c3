"""The questions: one for each symptom, in plain words, in Spanish, and no word for two."""

from dataclasses import replace

import pytest

from fullcourse.adapters.triage.questions import question_faults, read_questions
from fullcourse.clinical.errors import InputError
from fullcourse.triage.report import symptoms_of
from patients import knowledge
from unit.knowledge.test_questions import HIGHEST_GRADE, reading_grade

ASKED = read_questions()


def test_every_symptom_has_one_question_and_every_group_a_few():
    assert sorted(it.fact for it in ASKED.questions) == sorted(symptoms_of(knowledge().facts))
    assert list(question_faults(ASKED, knowledge())) == []
    assert len(ASKED.groups) < 10  # so many answers of somebody who has nothing: a minute
    assert all(ASKED.of_group(group.id) for group in ASKED.groups)


@pytest.mark.parametrize("asked", [*ASKED.groups, *ASKED.questions], ids=lambda it: getattr(it, "fact", "") or it.id)
def test_every_question_reads_at_grade_6_or_lower_and_stands_in_spanish(asked):
    assert reading_grade(asked.ask) <= HIGHEST_GRADE
    assert asked.ask.endswith("?")
    assert "¿" in asked.ask_spanish
    assert asked.ask_spanish.endswith("?")


def test_a_fault_names_what_is_wrong():
    first, *rest = ASKED.questions
    wrong = replace(ASKED, questions=(replace(first, fact="symptom_siezure", group="nowhere"), *rest))
    said = [fault.what for fault in question_faults(wrong, knowledge())]
    assert "no symptom has this id" in said
    assert "no group is called 'nowhere'" in said
    assert "no question asks for this symptom" in said
    twice = replace(ASKED, questions=(replace(first, words=(*first.words, ("rash",))), *rest))
    assert any("means" in fault.what for fault in question_faults(twice, knowledge()))


@pytest.mark.parametrize("name", ["seizure", "symptom_seizure", "Seizure", "symptom-seizure"])
def test_a_symptom_is_named_with_or_without_its_prefix(name):
    assert ASKED.fact(name) == "symptom_seizure"


def test_a_name_that_is_none_is_refused_with_what_is_near():
    with pytest.raises(InputError, match="Did you mean 'seizure'"):
        ASKED.fact("seizur")
