"""The questions of triage as a FHIR R4 Questionnaire: a group is one question; its symptoms follow where it is yes."""

from typing import Final

from fullcourse.adapters.fhir.write.elements import Resource, identifier, stable_id
from fullcourse.adapters.triage.questions import TriageQuestions
from fullcourse.clinical.answer_head import LEARNING_NOTICE

__all__ = ["ANSWERS", "GATE", "questionnaire"]

ANSWERS: Final = "urn:fullcourse:answer"
"""The code system of yes, no and unsure."""

GATE: Final = "any-of-"
"""What the linkId of a group's own question begins with."""

_TRANSLATION: Final = "http://hl7.org/fhir/StructureDefinition/translation"
_OPTIONS: Final = (("yes", "Yes"), ("no", "No"), ("unsure", "Not sure"))


def questionnaire(asked: TriageQuestions, digest: str) -> Resource:
    """Return the questionnaire.

    Args:
        asked: The questions.
        digest: Of the knowledge, as the version.
    """
    return {
        "resourceType": "Questionnaire",
        "id": stable_id("questionnaire", "triage"),
        "identifier": [identifier("questionnaire", "triage")],
        "version": digest[:12],
        "name": "FullcourseTriage",
        "title": "How do you feel?",
        "status": "draft",
        "subjectType": ["Patient"],
        "description": f"One question a group of symptoms; its symptoms follow where it is yes. {LEARNING_NOTICE}",
        "item": [
            {
                "linkId": group.id,
                "type": "group",
                "item": [
                    _question(f"{GATE}{group.id}", group.ask, group.ask_spanish),
                    *(
                        {
                            **_question(question.fact, question.ask, question.ask_spanish),
                            "enableWhen": [
                                {"question": f"{GATE}{group.id}", "operator": "=", "answerCoding": _coding(code)}
                                for code in ("yes", "unsure")
                            ],
                            "enableBehavior": "any",
                        }
                        for question in asked.of_group(group.id)
                    ),
                ],
            }
            for group in asked.groups
        ],
    }


def _question(link: str, ask: str, ask_spanish: str) -> Resource:
    return {
        "linkId": link,
        "text": ask,
        "_text": {
            "extension": [
                {
                    "url": _TRANSLATION,
                    "extension": [{"url": "lang", "valueCode": "es"}, {"url": "content", "valueString": ask_spanish}],
                }
            ]
        },
        "type": "choice",
        "answerOption": [{"valueCoding": {**_coding(code), "display": shown}} for code, shown in _OPTIONS],
    }


def _coding(code: str) -> dict[str, object]:
    return {"system": ANSWERS, "code": code}
