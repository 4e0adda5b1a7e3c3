"""A question that a check leaves open, as JSON."""

from collections.abc import Iterable

from fullcourse.journey.check import Glance, OpenEntry, Question, QuestionGroup

__all__ = ["open_entry_json", "question_group_json", "question_json"]


def question_json(question: Question, groups: Iterable[QuestionGroup]) -> dict[str, object]:
    """Return a question as plain values that JSON can hold, with the groups in which its facts are asked."""
    return {
        "facts": list(question.facts),
        "ask_patient": question.ask_patient,
        "ask_clinician": question.ask_clinician,
        "group": question.group,
        "asked_in": [group.id for group in groups if not set(group.facts).isdisjoint(question.facts)],
        "decides": list(question.decides),
        "answers": [
            {"fact": it.fact, "kind": it.kind, "unit": it.unit or None, "values": list(it.values)}
            for it in question.answers
        ],
        "glances": [_glance_json(glance) for glance in question.glances],
    }


def question_group_json(group: QuestionGroup) -> dict[str, object]:
    """Return a group of questions as plain values that JSON can hold."""
    return {
        "id": group.id,
        "ask_patient": group.ask_patient,
        "ask_clinician": group.ask_clinician,
        "facts": list(group.facts),
        "entries": list(group.entries),
        "glances": [_glance_json(glance) for glance in group.glances],
    }


def _glance_json(glance: Glance) -> dict[str, object]:
    """Return a number from which on a fact decides nothing, with the answer where it does not lie below."""
    return {"fact": glance.fact, "below": glance.at_least, "unit": glance.unit, "otherwise": glance.answer}


def open_entry_json(entry: OpenEntry) -> dict[str, object]:
    """Return an entry that leaves something open as plain values, with what an ``[[entry]]`` of answers names it by."""
    return {
        "kind": entry.kind,
        "text": entry.text,
        "from": entry.origin,
        "why": entry.why,
        "ask": entry.ask,
        "facts": list(entry.facts),
        "answer_as": "medicine" if entry.is_medicine else "entry",
        "answer_text": entry.by_text or None,
    }
