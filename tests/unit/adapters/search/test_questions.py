"""A free question gets the sources' own answer, cited, or is told that they are silent; an emergency comes first."""

import pytest

from fullcourse.adapters.search.questions import LONGEST_QUESTION, Questions
from fullcourse.adapters.search.reply import Reply
from fullcourse.clinical.errors import InputError
from patients import knowledge


@pytest.fixture(scope="module")
def questions() -> Questions:
    return Questions(knowledge())


def ids(reply: Reply) -> list[str]:
    return [answer.id for answer in reply.answers]


# S077: the questions of the mission ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("question", "first"),
    [
        ("What is cycloserine used for?", "cycloserine.leaflet.second-line"),
        ("How does cycloserine work?", "cycloserine.leaflet.how-it-works"),
        ("What should I not take with cycloserine?", "cycloserine.leaflet.alcohol"),
        ("what should I avoid while taking cycloserine?", "cycloserine.leaflet.alcohol"),
        ("How long until cycloserine works?", "cycloserine.leaflet.time-to-work"),
        ("How long does it take for cycloserine to work?", "cycloserine.leaflet.time-to-work"),
    ],
)
def test_the_questions_of_s077_get_the_sources_own_answer_first(
    questions: Questions, question: str, first: str
) -> None:
    assert ids(questions.answer(question))[0] == first


def test_side_effects_are_answered_emergencies_first(questions: Questions) -> None:
    found = ids(questions.answer("What are the side effects of cycloserine?"))
    assert found[0].startswith("cycloserine.triage.")
    assert {"cycloserine.leaflet.common-side-effects", "cycloserine.leaflet.serious-side-effects"} <= set(found[:12])


def test_what_to_avoid_names_every_interaction(questions: Questions) -> None:
    found = set(ids(questions.answer("what should I avoid while taking cycloserine?")))
    named = {name for name in knowledge().statements if name.startswith("cycloserine.interaction.")}
    assert named <= found


# each answer ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("question", "answered"),
    [
        ("Can I drive with cycloserine?", "cycloserine.leaflet.driving"),
        ("what if I forgot a dose of cycloserine", "cycloserine.leaflet.missed-dose"),
        ("where do I keep cycloserine, in the fridge?", "cycloserine.leaflet.storage"),
        ("Can I drink beer on Seromycin?", "cycloserine.interaction.alcohol"),
        ("Can I use mouthwash with cycloserine", "cycloserine.interaction.alcohol-product"),
        ("Is cycloserine safe in pregnancy?", "cycloserine.population.pregnant"),
        ("can i breastfeed on cycloserine", "cycloserine.contraindication.breastfeeding"),
        ("cycloserine and kidney problems", "cycloserine.contraindication.severe-renal"),
        ("how much cycloserine for a child", "cycloserine.dose.children-article"),
        ("my pee is orange on rifampin", "rifampin.tells.red-color"),
    ],
)
def test_a_question_in_everyday_words_is_answered(questions: Questions, question: str, answered: str) -> None:
    assert answered in ids(questions.answer(question))[:6]


@pytest.mark.parametrize(
    ("question", "answered"),
    [
        ("blurry vision on ethambutol", "ethambutol.symptom.vision"),
        ("my heel hurts, I take levofloxacin", "levofloxacin.symptom.tendon"),
        ("achilles tendon moxifloxacin", "moxifloxacin.symptom.tendon"),
        ("sore joints pyrazinamide", "pyrazinamide.symptom.hepatitis"),
        ("is clofazimine skin colour permanent?", "clofazimine.symptom.skin-color"),
        ("my heart is racing on bedaquiline", "bedaquiline.symptom.fainting"),
        ("how often do I need an ECG on delamanid", "delamanid.test.ecg"),
        ("how often are the eyes tested with linezolid", "linezolid.test.vision"),
        ("can I take levofloxacin with milk", "levofloxacin.food.dairy"),
        ("missed a dose of levofloxacin", "levofloxacin.missed-dose"),
        ("can I stop cycloserine when I feel better?", "cycloserine.leaflet.full-course"),
    ],
)
def test_a_symptom_in_a_patients_own_words_is_answered_first(
    questions: Questions, question: str, answered: str
) -> None:
    assert ids(questions.answer(question))[0] == answered


@pytest.mark.parametrize(
    "question",
    ["dose of rifampin for an adult", "how many mg of isoniazid per day", "usual dose of linezolid at night"],
)
def test_a_dose_or_a_time_that_is_not_covered_is_not_answered_by_what_else_is_said(
    questions: Questions, question: str
) -> None:
    reply = questions.answer(question)
    assert ids(reply) == []
    assert any("say nothing" in note for note in reply.notes)


@pytest.mark.parametrize(
    ("question", "answered"),
    [
        ("can I take cycloserine if I have epilepsy?", "cycloserine.contraindication.epilepsy"),
        ("I have fits on cycloserine", "cycloserine.triage.seizure"),
        ("can people with eye disease take ethambutol?", "ethambutol.contraindication.optic-neuritis"),
    ],
)
def test_who_asks_for_leave_hears_first_who_must_not_take_it(
    questions: Questions, question: str, answered: str
) -> None:
    reply = questions.answer(question)
    assert next(answer.id for answer in (*reply.emergencies, *reply.today, *reply.answers)) == answered


def test_the_words_of_a_topic_on_which_nothing_is_told_are_looked_for_in_the_other_statements(
    questions: Questions,
) -> None:
    reply = questions.answer("can I take vitamins with moxifloxacin?")
    assert ids(reply) == ["moxifloxacin.interaction.polyvalent-cations"]


def test_how_much_of_something_else_is_no_question_of_a_dose(questions: Questions) -> None:
    assert "isoniazid.interaction.alcohol" in ids(questions.answer("how much alcohol can I drink with isoniazid?"))


def test_every_answer_is_cited(questions: Questions) -> None:
    reply = questions.answer("what should I avoid while taking cycloserine?")
    assert all(answer.citation.title and answer.citation.section for answer in reply.answers)
    assert {answer.id for answer in reply.answers} <= set(knowledge().statements)


def test_the_drug_may_be_given_apart_from_the_question(questions: Questions) -> None:
    reply = questions.answer("what should I avoid?", questions.drug("Seromycin"))
    assert reply.drugs == ("cycloserine",)
    assert ids(reply)[0] == "cycloserine.leaflet.alcohol"


def test_without_a_drug_what_holds_for_every_medicine_is_told_and_the_drug_is_asked_for(questions: Questions) -> None:
    reply = questions.answer("what should I avoid?")
    assert ids(reply) == ["every.leaflet.tell-all-medicines"]
    assert "Which drug" in reply.notes[0]


# silence --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "question",
    [
        "Does cycloserine cause hair loss?",
        "what is the capital of France, cycloserine?",
        "what about bitcoin and cycloserine",
        "how does cycloserine taste",
    ],
)
def test_when_the_sources_say_nothing_it_is_said(questions: Questions, question: str) -> None:
    reply = questions.answer(question)
    assert not reply.answers
    assert "say nothing" in reply.notes[0]


def test_a_word_that_no_source_speaks_of_is_named_beside_the_answers(questions: Questions) -> None:
    reply = questions.answer("is hair loss a side effect of cycloserine?")
    assert reply.answers
    assert "hair" in reply.not_mentioned
    assert any("hair" in note for note in reply.notes)


# one drug, another drug -----------------------------------------------------------------------------------------------


def test_a_pair_that_is_stated_is_answered_from_either_side(questions: Questions) -> None:
    asked = [questions.answer(f"can I take {one} with {other}?") for one, other in (_PAIR, _PAIR[::-1])]
    assert set(ids(asked[0])) == set(ids(asked[1])) >= {"cycloserine.interaction.isoniazid"}
    assert ids(asked[0])[0] == ids(asked[1])[0] == "cycloserine.interaction.isoniazid"


_PAIR = ("isoniazid", "cycloserine")


def test_a_pair_is_found_through_a_class(questions: Questions) -> None:
    assert "linezolid.interaction.serotonergic" in ids(questions.answer("Can I take Zoloft with linezolid?"))


def test_silence_on_a_pair_is_never_taken_for_safety(questions: Questions) -> None:
    reply = questions.answer("Can I take warfarin with cycloserine?")
    assert not reply.answers
    assert "does not mean that they go together" in reply.notes[0]


def test_a_question_on_another_drug_than_the_one_given_gets_the_pair_only(questions: Questions) -> None:
    reply = questions.answer("what are the interactions of isoniazid?", questions.drug("cycloserine"))
    assert ids(reply) == ["cycloserine.interaction.isoniazid", "cycloserine.leaflet.interactions"]


def test_a_pair_of_the_other_drugs_file_says_whose_wording_it_is(questions: Questions) -> None:
    reply = questions.answer("can I take bedaquiline with rifampin?", questions.drug("rifampin"))
    assert reply.answers
    for answer in reply.answers:
        if answer.drug == "bedaquiline":
            assert answer.text.startswith("Bedaquiline with rifampin: ")


def test_two_drugs_are_answered_apart_where_the_question_is_not_about_both_together(questions: Questions) -> None:
    reply = questions.answer("what are cycloserine and terizidone used for?")
    assert reply.drugs == ("cycloserine", "terizidone")
    assert "cycloserine.leaflet.second-line" in ids(reply)
    for answer in reply.answers:
        assert answer.id.startswith(f"{answer.drug}.")


def test_a_combination_is_taken_apart(questions: Questions) -> None:
    reply = questions.answer("does Rifater make me dizzy?")
    assert not reply.answers
    assert "isoniazid, pyrazinamide, rifampin" in reply.notes[0]


# names ----------------------------------------------------------------------------------------------------------------


def test_a_misspelt_name_that_can_mean_one_drug_only_is_answered_and_said_as_read(questions: Questions) -> None:
    reply = questions.answer("what should i avoid while taking cyclosrine")
    assert reply.did_you_mean == ("cycloserine",)
    assert reply.notes[0] == "'cyclosrine' is read as cycloserine."
    assert ids(reply)[0] == "cycloserine.leaflet.alcohol"


@pytest.mark.parametrize(
    "name", ["cyclosporine", "Cyclosporin", "ciclosporin", "ciclosporine", "cyclosporne", "cyclosporin a", "Neoral"]
)
def test_cyclosporine_is_never_offered_cycloserines_answer(questions: Questions, name: str) -> None:
    reply = questions.answer(f"what should I avoid while taking {name}?")
    assert not reply.answers
    assert reply.did_you_mean == ()
    assert not any("mean" in note for note in reply.notes)
    with pytest.raises(InputError) as caught:
        questions.drug(name)
    assert "mean" not in str(caught.value)


def test_a_name_as_near_to_two_medicines_is_offered_neither(questions: Questions) -> None:
    reply = questions.answer("cyclosorine dose")
    assert reply.did_you_mean == ()
    assert "different medicines" in reply.notes[0]


def test_a_misspelt_drug_given_apart_is_refused_with_the_offer(questions: Questions) -> None:
    with pytest.raises(InputError, match="Did you mean cycloserine"):
        questions.drug("cyclosrine")


def test_a_misspelt_second_drug_keeps_the_answer_back(questions: Questions) -> None:
    reply = questions.answer("can I take ethionamode with cycloserine?")
    assert reply.did_you_mean == ("ethionamide",)
    assert not reply.answers


# emergencies ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("question", "emergency"),
    [
        ("I had a seizure", "emergency.seizure"),
        ("my dad is having a fit!", "emergency.seizure"),
        ("I can't breathe", "emergency.breathing"),
        ("I cannot really breathe", "emergency.breathing"),
        ("my tongue is swollen", "emergency.breathing"),
        ("I feel suicidal", "emergency.suicidal-thoughts"),
        ("I want to die", "emergency.suicidal-thoughts"),
        ("thinking of suicde", "emergency.suicidal-thoughts"),
        ("he passed out", "emergency.collapse"),
        ("she hears voices", "emergency.psychosis"),
        ("my son swallowed the pills", "emergency.overdose"),
        ("short of breath and swollen legs", "emergency.heart-failure"),
    ],
)
def test_an_emergency_is_answered_without_any_drug(questions: Questions, question: str, emergency: str) -> None:
    reply = questions.answer(question)
    assert emergency in [answer.id for answer in reply.emergencies]
    assert reply.emergencies[0].citation.title


def test_the_drugs_own_emergency_statement_leads_where_it_has_one(questions: Questions) -> None:
    reply = questions.answer("I had a seizure after my cycloserine, can I drive?")
    assert reply.emergencies[0].id == "cycloserine.triage.seizure"
    assert "cycloserine.leaflet.driving" in ids(reply)


def test_an_emergency_is_told_even_when_the_drug_is_not_known(questions: Questions) -> None:
    reply = questions.answer("seizure on cyclosporine")
    assert [answer.id for answer in reply.emergencies] == ["emergency.seizure"]
    assert not reply.answers


@pytest.mark.parametrize("question", ["what should I avoid on cycloserine?", "can I drive with cycloserine?"])
def test_a_calm_question_raises_no_emergency(questions: Questions, question: str) -> None:
    assert not questions.answer(question).emergencies


# refusals -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("question", "why"),
    [
        ("   ", "empty"),
        ("x" * (LONGEST_QUESTION + 1), "characters"),
        ("cyclo\u200bserine", "cannot be seen"),
        ("сycloserine dose", "script"),
    ],
)
def test_a_question_that_cannot_be_read_safely_is_refused(questions: Questions, question: str, why: str) -> None:
    with pytest.raises(InputError, match=why):
        questions.answer(question)


def test_a_question_of_the_greatest_length_is_taken(questions: Questions) -> None:
    assert questions.answer("x" * LONGEST_QUESTION).answers == ()
