"""Only what can still change the decision is asked, the most decisive first, together what belongs together."""

from datetime import date

import pytest

from fullcourse.clinical import Fact, Finding, Override, Patient, Record, Severity, Status
from fullcourse.screening.questions import find_questions
from fullcourse.screening.screen import Screener
from patients import knowledge, patient
from small_knowledge import small, statement

DRUG = '[drug]\ninn = "exampline"\nlabel = "Exampline"\n\n'
FACTS = """
[[group]]
id = "women"
order = 2
ask_patient = "{facts}?"
ask_clinician = "{facts}?"

[[fact]]
id = "low_mood"
kind = "history"
label = "depression"
plain = "low mood"
ask_patient = "Low mood?"
ask_clinician = "Depression?"
ask_group = "mind"

[[fact]]
id = "nursing"
kind = "state"
label = "breast-feeding"
ask_patient = "Do you breast-feed?"
ask_clinician = "Breast-feeding?"
ask_group = "women"
"""


def says(fact: str, severity: str, more: str = "") -> str:
    return statement(
        f'when = [{{ fact = "{fact}", is = true }}]\nthen = {{ finding = "caution", severity = "{severity}"{more} }}',
        f"exampline.caution.{fact.replace('_', '-')}",
    )


def ask(statements: str, overrides=(), **values):
    known = small(DRUG + statements, facts__more=FACTS)
    facts = {name: Fact(name, None, missing=(name,)) for name in known.facts}
    facts |= {name: Fact(name, value) for name, value in values.items()}
    patient = Patient(date(2026, 1, 1), facts, (), (), Record({}, overrides=tuple(overrides)))
    return find_questions([Screener(known, known.profile("us")).screen(patient, known.drug("exampline"))], known)


def test_facts_of_one_group_are_asked_together_and_say_what_they_decide():
    (question,) = ask(says("fits", "contraindicated") + says("low_mood", "contraindicated"))
    assert question.facts == ("fits", "low_mood")
    assert question.ask_patient == "Any of these: epilepsy, low mood?"
    assert question.ask_clinician == "Any of these: epilepsy, depression?"
    assert question.decides == ("exampline.caution.fits", "exampline.caution.low-mood")


def test_a_single_fact_is_asked_in_its_own_words():
    (question,) = ask(says("fits", "contraindicated"))
    assert question.ask_patient == "Have you had fits?"


def test_the_most_decisive_group_comes_first():
    questions = ask(says("fits", "major") + says("nursing", "contraindicated"))
    assert [question.group for question in questions] == ["women", "mind"]


def test_a_settled_decision_asks_nothing():
    assert ask(says("fits", "contraindicated") + says("nursing", "contraindicated"), fits=True) == ()
    assert ask(says("fits", "contraindicated"), fits=False) == ()


def test_after_an_override_the_questions_are_found_again():
    text = says("fits", "contraindicated") + says("nursing", "contraindicated")
    override = Override("exampline.caution.fits", "benefit outweighs", "", None)
    assert [question.facts for question in ask(text, [override], fits=True)] == [("nursing",)]


def test_a_moderate_matter_is_asked_only_while_no_caution_stands():
    text = says("fits", "moderate") + says("nursing", "moderate")
    assert [question.facts for question in ask(text, fits=False)] == [("nursing",)]
    assert ask(text, fits=True) == ()


def test_minor_and_informing_matters_are_never_asked():
    assert ask(says("fits", "minor") + says("nursing", "info")) == ()


def test_what_would_contraindicate_is_asked_even_where_its_being_open_weighs_little():
    assert len(ask(says("fits", "contraindicated", ', unresolved = "info"'))) == 1


def test_a_question_says_what_an_answer_is_fact_by_fact() -> None:
    found = find_questions(
        [Screener(knowledge(), knowledge().profile("who")).screen(patient({}), knowledge().drug("linezolid"))],
        knowledge(),
    )
    assert found
    for question in found:
        assert [it.fact for it in question.answers] == list(question.facts)
        for it in question.answers:
            fact = knowledge().facts[it.fact]
            assert (it.kind, it.unit, it.values) == (fact.kind, fact.unit, fact.values)
            assert (it.kind == "number") is bool(it.unit)
            assert (it.kind == "choice") is bool(it.values)


def open_finding(**changes) -> Finding:
    parts = ("x.company.y", "company", Status.CANNOT_ASSESS, Severity.MODERATE, Severity.MODERATE, "Said.", "")
    return Finding(*parts, (), ("fits",), ())._replace(**changes)


@pytest.mark.parametrize(
    ("changes", "is_asked"),
    [
        ({}, True),
        ({"severity": Severity.MINOR}, False),
        ({"leads": False}, False),
        ({"override": Override("x.company.y", "benefit outweighs", "", None)}, False),
        ({"status": Status.APPLIES}, False),
        ({"status": Status.DOES_NOT_APPLY}, False),
        ({"missing": ("pregnant",)}, False),  # nobody can be asked for it: it has no question
    ],
)
def test_of_drugs_together_what_is_open_leads_and_is_moderate_or_worse_is_asked(changes, is_asked):
    questions = find_questions([], small(facts__more=FACTS), [open_finding(**changes)])
    assert [it.facts for it in questions] == ([("fits",)] if is_asked else [])


def test_a_number_is_asked_apart_from_what_is_yes_or_no():
    number = FACTS + (
        '\n[[fact]]\nid = "pulse"\nkind = "number"\nlabel = "pulse"\nunit = "/min"\nask_patient = "Pulse?"\n'
        'ask_clinician = "Pulse?"\nask_group = "mind"\n'
    )
    both = open_finding(missing=("fits", "pulse", "low_mood"))
    questions = find_questions([], small(facts__more=number), [both])
    assert sorted(it.facts for it in questions) == [("fits", "low_mood"), ("pulse",)]
