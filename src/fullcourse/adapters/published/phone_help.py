"""What stands on a phone of whom to call, before it has joined a clinic and without a network: sourced, by country."""

import re
from typing import Final

from fullcourse.adapters.documents.numbers import LOCAL_NUMBER, told
from fullcourse.adapters.languages import Language
from fullcourse.knowledge.library import Knowledge
from fullcourse.knowledge.statements import Statement, Tells
from fullcourse.triage.rules import triage_rules

__all__ = ["phone_help"]

_TOPICS: Final = {"emergency": "emergency number", "crisis": "crisis line", "poison": "poison help"}
_NUMBER: Final = re.compile(r"\d[\d-]*\d")
_EMERGENCY: Final = "emergency_now"
_NAMES_IT: Final = re.compile(r"\bTB\b")
"""A line that names the disease stands behind a tap."""


def phone_help(knowledge: Knowledge, language: Language) -> dict[str, object]:
    """Return the signs of an emergency whatever the drug, and the numbers that sources give, in one language.

    Args:
        knowledge: Holds both.
        language: Of the signs; what its catalogue lacks stays in English, and is marked.
    """
    topics = [it.body.topic for it in knowledge.statements.values() if isinstance(it.body, Tells)]
    countries = sorted({topic[-2:] for topic in topics if topic.startswith(f"{_TOPICS['emergency']}, ")})
    signs = [
        it.statement
        for it in triage_rules(knowledge)
        if not it.drug and it.symptoms and it.action.value == _EMERGENCY and it.statement.patient
    ]
    return {
        "countries": {
            country: {key: _calls(knowledge, it, country) for key, it in _TOPICS.items()} for country in countries
        },
        "otherwise": language.marked(LOCAL_NUMBER),
        "signs": [_sign(it, language) for it in signs],
    }


def _sign(statement: Statement, language: Language) -> dict[str, object]:
    names_it = _NAMES_IT.search(statement.patient) is not None
    return {"statement": statement.id, "says": language.marked(statement.patient), "names_it": names_it}


def _calls(knowledge: Knowledge, topic: str, country: str) -> list[dict[str, object]]:
    return [
        {
            "statement": it.id,
            "shown": number.group(),
            "call": number.group().replace("-", ""),
        }
        for it in told(knowledge, topic, country)
        if (number := _NUMBER.search(it.patient))
    ]
