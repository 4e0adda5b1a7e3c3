"""How long is one answer in process: a question to a prepared index, and the index of one drug from nothing."""

from fullcourse.adapters.knowledge_cache import load_knowledge
from fullcourse.adapters.medicines.vocabulary import load_vocabulary
from fullcourse.adapters.search.questions import Questions
from timing import line, median_s

ASKED = {
    "what should I avoid while taking cycloserine?": "cycloserine.leaflet.alcohol",
    "What is cycloserine used for?": "cycloserine.leaflet.second-line",
    "How does cycloserine work?": "cycloserine.leaflet.how-it-works",
    "How long until cycloserine works?": "cycloserine.leaflet.time-to-work",
    "Can I take isoniazid with cycloserine?": "cycloserine.interaction.isoniazid",
    "Can I drive with cycloserine?": "cycloserine.leaflet.driving",
}
LIMIT_S = 0.02


def main() -> None:
    knowledge = load_knowledge()
    questions = Questions(knowledge)
    for question, first in ASKED.items():
        assert questions.answer(question).answers[0].id == first
        line(question, median_s(lambda asked=question: questions.answer(asked), 50), LIMIT_S)
    wrong = "what should I avoid on cyclosrine?"
    assert questions.answer(wrong).did_you_mean == ("cycloserine",)
    line(f"{wrong} (offered back)", median_s(lambda: questions.answer(wrong), 50), LIMIT_S)
    load_vocabulary()
    line(
        "words of questions read, one drug indexed, one question",
        median_s(lambda: Questions(knowledge).answer(wrong), 5),
    )
    fresh = next(iter(ASKED))
    line("the same with an answer", median_s(lambda: Questions(knowledge).answer(fresh), 5))


if __name__ == "__main__":
    main()
