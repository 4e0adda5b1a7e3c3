"""The questions of a check stand in five groups at most, each fact by name, with the entries that nobody understood."""

from dataclasses import replace

import pytest

from fullcourse.clinical import Unrecognised
from fullcourse.screening.glances import Glance
from fullcourse.screening.question_groups import group_questions
from fullcourse.screening.questions import Question
from patients import knowledge
from small_knowledge import small

ENTRY = Unrecognised("problem", "Otitis media", "Condition/c9", "no code of it is known")


def question(*facts: str) -> Question:
    return Question(facts, "?", "?", knowledge().facts[facts[0]].ask_group, ("x.y.z",))


def test_every_fact_that_can_be_asked_has_one_of_five_groups_and_is_named_in_it():
    known = knowledge()
    every = [definition for definition in known.facts.values() if definition.ask_patient]
    groups = group_questions([question(definition.id) for definition in every], known)
    assert sorted(group.id for group in groups) == [
        "ever",
        "measurements",
        "medicines_and_allergies",
        "person",
        "tuberculosis",
    ]
    assert sorted(fact for group in groups for fact in group.facts) == sorted(definition.id for definition in every)
    for group in groups:
        for fact in group.facts:
            start, joint, rest = known.facts[fact].label.partition(" to ")
            assert start + joint in group.ask_clinician
            assert rest in group.ask_clinician
            assert known.facts[fact].plain in group.ask_patient


def test_the_problem_list_and_the_history_are_one_question():
    (group,) = group_questions(
        [question("epilepsy"), question("diabetes"), question("severe_liver_disease")], knowledge()
    )
    assert (group.id, group.facts) == ("ever", ("epilepsy", "diabetes", "severe_liver_disease"))
    assert group.ask_clinician.endswith("None of these?")


def test_a_single_fact_is_asked_in_its_own_words():
    (group,) = group_questions([question("epilepsy")], knowledge())
    assert group.ask_clinician == knowledge().facts["epilepsy"].ask_clinician


def test_an_entry_that_nobody_understood_is_named_in_the_group_that_it_may_concern():
    ever, allergies = group_questions(
        [question("epilepsy"), question("allergy_cycloserine")], knowledge(), [ENTRY, ENTRY]
    )
    assert (ever.entries, allergies.entries) == (("Otitis media",), ())
    assert ever.ask_clinician.endswith(" On file and not understood: “Otitis media”. Is any of them one of these?")


def test_a_medicine_that_is_known_and_begins_later_is_not_called_not_understood():
    later = Unrecognised("medicine", "carbamazepine 200 mg tablet", "a", "it is dated after the check", True)
    (group,) = group_questions([question("allergy_cycloserine")], knowledge(), [later])
    assert group.ask_clinician.endswith(" Dated after the check: “carbamazepine 200 mg tablet”. Taken now?")
    assert group.entries == ("carbamazepine 200 mg tablet",)


def test_many_entries_are_named_up_to_eight_and_counted():
    entries = [Unrecognised("allergy", f"substance {number}", "a", "w") for number in range(9)]
    (group,) = group_questions([question("allergy_cycloserine")], knowledge(), entries)
    assert "“substance 7” and 1 more." in group.ask_clinician
    assert len(group.entries) == 9


def test_an_entry_of_a_list_that_nothing_is_asked_of_is_in_no_group():
    (group,) = group_questions([question("pregnant")], knowledge(), [ENTRY])
    assert group.entries == ()


def test_whether_a_list_is_complete_is_asked_with_the_facts_of_that_list():
    ever, others = group_questions(
        [
            question(name)
            for name in (
                "problems_complete",
                "epilepsy",
                "allergies_complete",
                "medicines_complete",
                "allergy_isoniazid",
            )
        ],
        knowledge(),
    )
    assert (ever.id, ever.facts) == ("ever", ("problems_complete", "epilepsy"))
    assert (others.id, others.facts) == (
        "medicines_and_allergies",
        ("allergies_complete", "medicines_complete", "allergy_isoniazid"),
    )


def test_a_number_of_which_a_glance_is_enough_is_asked_by_it_alone_and_among_others():
    height = replace(question("height"), glances=(Glance("height", 118.0, "cm"),))
    both, alone = (group_questions(asked, knowledge())[0] for asked in ([height, question("weight")], [height]))
    assert both.glances == alone.glances == (Glance("height", 118.0, "cm"),)
    for group in (both, alone):
        assert "118 cm" in group.ask_clinician
        assert "118 cm" in group.ask_patient
    assert group_questions([question("height")], knowledge())[0].glances == ()


def test_allergies_share_their_first_words_and_other_facts_do_not():
    (allergies,) = group_questions([question("allergy_isoniazid"), question("allergy_linezolid")], knowledge())
    assert "allergy to isoniazid, linezolid" in allergies.ask_clinician
    (ever,) = group_questions([question("epilepsy"), question("diabetes")], knowledge())
    for name in ("epilepsy", "diabetes"):
        assert knowledge().facts[name].label in ever.ask_clinician


def test_eight_entries_are_all_named_and_one_that_is_later_is_no_puzzle():
    entries = [Unrecognised("allergy", f"substance {number}", "a", "w") for number in range(8)]
    (group,) = group_questions([question("allergy_cycloserine")], knowledge(), entries)
    assert "“substance 7”." in group.ask_clinician
    later = Unrecognised("medicine", "carbamazepine 200 mg tablet", "a", "it is dated after the check", True)
    (group,) = group_questions([question("allergy_cycloserine")], knowledge(), [later])
    assert "not understood" not in group.ask_clinician


@pytest.mark.parametrize(
    ("fact", "group"),
    [
        ("weight", "measurements"),
        ("qt_interval", "measurements"),
        ("pregnant", "person"),
        ("sex", "person"),
        ("epilepsy", "ever"),
        ("allergy_linezolid", "medicines_and_allergies"),
    ],
)
def test_numbers_are_asked_together_and_all_else_by_what_it_is_about(fact, group):
    (asked,) = group_questions([question(fact)], knowledge())
    assert asked.id == group


def test_what_is_no_allergy_and_no_susceptibility_keeps_each_label_whole():
    names = {"reaction_a": "reaction to a dye", "reaction_b": "reaction to a bee"}
    text = "".join(
        f'[[fact]]\nid = "{name}"\nkind = "history"\nlabel = "{label}"\nplain = "{label}"\nask_patient = "?"\n'
        'ask_clinician = "?"\nask_group = "mind"\n\n'
        for name, label in names.items()
    )
    (group,) = group_questions([Question(tuple(names), "?", "?", "mind", ("x.y.z",))], small(facts__more=text))
    assert group.ask_clinician == "Any of these: reaction to a dye, reaction to a bee?"
