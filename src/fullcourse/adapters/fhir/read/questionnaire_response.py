"""Answers to the questions of triage from a FHIR R4 QuestionnaireResponse; a question without an answer is no "no"."""

from collections.abc import Iterator, Mapping
from typing import Final

from fullcourse.adapters.fhir.write.questionnaire import ANSWERS, GATE
from fullcourse.adapters.json_text import decode_text, parse_json
from fullcourse.adapters.triage.questions import TriageQuestions
from fullcourse.clinical.errors import InputError
from fullcourse.triage.report import Heard, joined

__all__ = ["ResponseRead", "read_response"]

ResponseRead = tuple[tuple[tuple[str, Heard], ...], tuple[str, ...]]
"""Symptoms in the order of the answers, and what a person reads."""

_YES_NO: Final = "http://terminology.hl7.org/CodeSystem/v2-0136"
_CODES: Final = {
    (ANSWERS, "yes"): Heard.YES, (ANSWERS, "no"): Heard.NO, (ANSWERS, "unsure"): Heard.UNSURE,
    (_YES_NO, "Y"): Heard.YES, (_YES_NO, "N"): Heard.NO,
}  # fmt: skip
_USED: Final = frozenset(("completed", "amended", "in-progress", "stopped"))
"""Statuses whose answers count: what somebody began to say counts as far as it goes."""


def read_response(data: bytes, asked: TriageQuestions) -> ResponseRead:
    """Return what a response answers.

    A group that is "no" answers each of its symptoms that nobody answered one by one; a group that is yes or unsure,
    with no symptom of it named, makes all of them unsure. An answer that is not understood is left to a person.

    Args:
        data: The JSON of the response.
        asked: The questions.

    Raises:
        InputError: It is no QuestionnaireResponse, or was entered in error.
    """
    content = parse_json(decode_text(data, "the response"), "the response")
    if not isinstance(content, dict) or content.get("resourceType") != "QuestionnaireResponse":
        raise InputError("the response is no FHIR QuestionnaireResponse. Hand in one, in JSON.")
    if content.get("status") not in _USED:
        raise InputError("the response has a status by which it does not count. Hand in one that is completed.")
    answers: list[tuple[str, Heard]] = []
    unread: list[str] = []
    known = {question.fact for question in asked.questions} | {f"{GATE}{group.id}" for group in asked.groups}
    for link, answer in _answers(content):
        heard = _heard(answer)
        if link not in known:
            unread.append(f"an answer to a question that is not known here ({link[:40]})")
        elif heard is None:
            unread.append(f"an answer that is not understood ({link[:40]})")
        else:
            answers.append((link, heard))
    told = joined(answers)
    symptoms = [(name, word) for name, word in told.items() if not name.startswith(GATE)]
    for group in asked.groups:
        gate = told.get(f"{GATE}{group.id}")
        own = [question.fact for question in asked.of_group(group.id)]
        named = [name for name in own if told.get(name) in (Heard.YES, Heard.UNSURE)]
        if gate is Heard.NO:
            symptoms += [(name, Heard.NO) for name in own if name not in told]
        elif gate is not None and not named:
            symptoms += [(name, Heard.UNSURE) for name in own if name not in told]
    return tuple(symptoms), tuple(unread)


def _answers(holder: Mapping[str, object]) -> Iterator[tuple[str, object]]:
    """Yield every answer with the link of its question, however deep it stands."""
    items = holder.get("item")
    for item in items if isinstance(items, list) else ():
        if not isinstance(item, dict):
            continue
        answers = item.get("answer")
        for answer in answers if isinstance(answers, list) else ():
            yield str(item.get("linkId", "")), answer
            if isinstance(answer, dict):
                yield from _answers(answer)
        yield from _answers(item)


def _heard(answer: object) -> Heard | None:
    if not isinstance(answer, dict):
        return None
    said = answer.get("valueBoolean")
    if isinstance(said, bool):
        return Heard.YES if said else Heard.NO
    coding = answer.get("valueCoding")
    if isinstance(coding, dict):
        return _CODES.get((str(coding.get("system", "")), str(coding.get("code", ""))))
    return None
