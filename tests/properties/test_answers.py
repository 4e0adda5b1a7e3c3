"""Whatever is asked: answers are statements about the drugs asked about, cited; emergencies are never lost."""

from hypothesis import given
from hypothesis import strategies as st

from fullcourse.adapters.search.questions import Questions
from fullcourse.screening.rulebook import rulebook
from patients import knowledge

QUESTIONS = Questions(knowledge())
AGAIN = Questions(knowledge())
DRUGS = sorted(knowledge().drugs)
WORDS = sorted(
    {word for item in knowledge().statements.values() for word in item.says.split() if word.isascii()}
    | {"what", "not", "with", "how", "side", "effects", "avoid", "cyclosporine", "warfarin", "cyclosrine"}
)
SENTENCES = st.lists(st.sampled_from(WORDS), min_size=1, max_size=8).map(" ".join)


def about(inn: str) -> set[str]:
    drug = knowledge().drugs[inn]
    own = {name for name in knowledge().statements if name.startswith(f"{inn.replace(' ', '-')}.")}
    return own | {statement.id for statement in rulebook(knowledge(), drug).statements}


@given(question=SENTENCES, inn=st.sampled_from(DRUGS))
def test_a_question_about_one_drug_never_gets_another_drugs_answer(question: str, inn: str) -> None:
    reply = QUESTIONS.answer(question, knowledge().drugs[inn])
    assert reply.drugs == (inn,)
    named = QUESTIONS.answer(question).drugs
    allowed = about(inn).union(*(about(other) & _pairs(inn, other) for other in named)) if named else about(inn)
    assert {answer.id for answer in reply.answers} <= allowed


def _pairs(inn: str, other: str) -> set[str]:
    """Return the statements of another drug's file that speak of this drug."""
    slug = f"{other.replace(' ', '-')}."
    return {
        name for name, item in knowledge().statements.items() if name.startswith(slug) and (inn in f"{item}".lower())
    }


@given(question=SENTENCES)
def test_every_answer_is_a_statement_with_its_source_or_there_is_a_note(question: str) -> None:
    reply = QUESTIONS.answer(question)
    for answer in (*reply.answers, *reply.emergencies):
        assert answer.citation == knowledge().citation(knowledge().statements[answer.id])
    assert reply.answers or reply.emergencies or reply.notes


@given(
    before=SENTENCES,
    emergency=st.sampled_from(["I can't breathe", "he had a seizure", "I feel suicidal", "she collapsed"]),
    after=SENTENCES,
)
def test_an_emergency_is_found_whatever_stands_around_it(before: str, emergency: str, after: str) -> None:
    alone = {answer.citation.section for answer in QUESTIONS.answer(emergency).emergencies}
    reply = QUESTIONS.answer(f"{before} {emergency} {after}"[:500])
    assert alone
    assert len(reply.emergencies) >= 1


@given(question=SENTENCES)
def test_asking_twice_gives_the_same(question: str) -> None:
    assert AGAIN.answer(question) == QUESTIONS.answer(question)
