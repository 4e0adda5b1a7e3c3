"""A question that a check leaves open, as JSON."""

from fullcourse.journey.check import Question

__all__ = ["question_json"]


def question_json(question: Question) -> dict[str, object]:
    """Return a question as plain values that JSON can hold."""
    return {
        "facts": list(question.facts),
        "ask_patient": question.ask_patient,
        "ask_clinician": question.ask_clinician,
        "group": question.group,
        "decides": list(question.decides),
    }
