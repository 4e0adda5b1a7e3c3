"""Feedback on cards, read strictly: what became of each, and why."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from fullcourse.adapters.cds_hooks.reading.request import BadCall

__all__ = ["Feedback", "read_feedback"]

_UUID: Final = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_WORD: Final = re.compile(r"[\x21-\x7e]{1,200}")
_MOST: Final = 200
_LONGEST_COMMENT: Final = 2_000
_FULL_TIME: Final = re.compile(r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:[Zz]|[+-]\d\d:\d\d)")
_TO_MICROSECONDS: Final = re.compile(r"(\.\d{6})\d+")


@dataclass(frozen=True, slots=True)
class Feedback:
    """What became of one card.

    Attributes:
        card: Its UUID, in lower case.
        outcome: ``accepted`` or ``overridden``.
        at: When, in UTC.
        code: Of the reason of an override; empty for none.
        system: Of that code.
        comment: Of whoever overrode it; it may name a person.
        accepted: UUIDs of the suggestions that were taken.
    """

    card: str
    outcome: str
    at: datetime
    code: str = ""
    system: str = ""
    comment: str = ""
    accepted: tuple[str, ...] = ()


def read_feedback(value: object) -> tuple[Feedback, ...]:
    """Return the feedback of one call.

    Raises:
        BadCall: It cannot be read; the message names the field.
    """
    listed = value.get("feedback") if isinstance(value, dict) else None
    if not isinstance(listed, list) or not 0 < len(listed) <= _MOST:
        raise BadCall(f"'feedback' must be a list of one to {_MOST}.")
    return tuple(_one(entry, f"feedback[{number}]") for number, entry in enumerate(listed, 1))


def _one(entry: object, place: str) -> Feedback:
    if not isinstance(entry, dict):
        raise BadCall(f"'{place}' must be an object.")
    card, outcome = entry.get("card"), entry.get("outcome")
    if not isinstance(card, str) or not _UUID.fullmatch(card):
        raise BadCall(f"'{place}.card' must be the UUID of a card.")
    if outcome not in ("accepted", "overridden"):
        raise BadCall(f"'{place}.outcome' must be 'accepted' or 'overridden'.")
    at = _moment(entry.get("outcomeTimestamp"), place)
    if outcome == "accepted":
        return Feedback(card.lower(), "accepted", at, accepted=_accepted(entry.get("acceptedSuggestions"), place))
    code, system, comment = _reason(entry.get("overrideReason"), place)
    return Feedback(card.lower(), "overridden", at, code, system, comment)


def _moment(given: object, place: str) -> datetime:
    wrong = BadCall(f"'{place}.outcomeTimestamp' must be a time with its offset, as 2026-11-30T08:00:00Z.")
    if not isinstance(given, str) or not _FULL_TIME.fullmatch(given):
        raise wrong
    try:
        return datetime.fromisoformat(_TO_MICROSECONDS.sub(r"\1", given.upper())).astimezone(UTC)
    except (ValueError, OverflowError):
        raise wrong from None


def _accepted(given: object, place: str) -> tuple[str, ...]:
    if not isinstance(given, list) or not given:
        raise BadCall(f"'{place}.acceptedSuggestions' must be a list.")
    ids: list[str] = []
    for suggestion in given:
        identity = suggestion.get("id") if isinstance(suggestion, dict) else None
        if not isinstance(identity, str) or not _UUID.fullmatch(identity):
            raise BadCall(f"'{place}.acceptedSuggestions' must hold the ids of suggestions.")
        ids.append(identity.lower())
    return tuple(ids)


def _reason(given: object, place: str) -> tuple[str, str, str]:
    """Return code, system and comment of why a card was overridden; a client may send none."""
    if given is None:
        return "", "", ""
    if not isinstance(given, dict):
        raise BadCall(f"'{place}.overrideReason' must be an object.")
    reason = given.get("reason")
    comment = given.get("userComment", "")
    if reason is not None and not isinstance(reason, dict):
        raise BadCall(f"'{place}.overrideReason.reason' must be a Coding.")
    if not isinstance(comment, str) or len(comment) > _LONGEST_COMMENT:
        raise BadCall(f"'{place}.overrideReason.userComment' must be a text of at most {_LONGEST_COMMENT} letters.")
    words = []
    for name in ("code", "system"):
        word = (reason or {}).get(name, "")
        if word != "" and (not isinstance(word, str) or not _WORD.fullmatch(word)):
            raise BadCall(f"'{place}.overrideReason.reason.{name}' must be a {name} without spaces.")
        words.append(word)
    return words[0], words[1], comment
