"""Feedback is read strictly."""

from datetime import UTC, datetime
from typing import Any

import pytest

from fullcourse.adapters.cds_hooks.reading.feedback import Feedback, read_feedback
from fullcourse.adapters.cds_hooks.reading.request import BadCall

CARD = "4E0A3A1E-3283-4575-AB82-028D55FE2719"
CANARY = "Zebediah-Canary"
OVERRIDDEN = {
    "card": CARD,
    "outcome": "overridden",
    "overrideReason": {"reason": {"code": "patient-refuses", "system": "http://x.example"}, "userComment": CANARY},
    "outcomeTimestamp": "2026-11-30T09:00:00+01:00",
}
ACCEPTED = {
    "card": CARD,
    "outcome": "accepted",
    "acceptedSuggestions": [{"id": CARD}],
    "outcomeTimestamp": "2026-11-30T08:00:00.1234567Z",
}


def test_an_override_with_its_reason():
    (feedback,) = read_feedback({"feedback": [OVERRIDDEN], "more": 1})
    at = datetime(2026, 11, 30, 8, tzinfo=UTC)
    assert feedback == Feedback(CARD.lower(), "overridden", at, "patient-refuses", "http://x.example", CANARY)


def test_an_override_without_a_reason():
    (feedback,) = read_feedback({"feedback": [{k: v for k, v in OVERRIDDEN.items() if k != "overrideReason"}]})
    assert (feedback.code, feedback.comment) == ("", "")


def test_suggestions_that_were_taken():
    (feedback,) = read_feedback({"feedback": [ACCEPTED]})
    assert feedback.accepted == (CARD.lower(),)
    assert feedback.at == datetime(2026, 11, 30, 8, 0, 0, 123456, tzinfo=UTC)


WRONG: list[Any] = [
    None,
    [],
    {},
    {"feedback": {}},
    {"feedback": []},
    {"feedback": [OVERRIDDEN] * 201},
    {"feedback": [CANARY]},
    {"feedback": [{**OVERRIDDEN, "card": CANARY}]},
    {"feedback": [{**OVERRIDDEN, "outcome": CANARY}]},
    {"feedback": [{**OVERRIDDEN, "outcomeTimestamp": CANARY}]},
    {"feedback": [{**OVERRIDDEN, "outcomeTimestamp": "2026-11-30"}]},
    {"feedback": [{**OVERRIDDEN, "outcomeTimestamp": "2026-11-30T08:00:00"}]},
    {"feedback": [{**OVERRIDDEN, "outcomeTimestamp": "2026-02-30T08:00:00Z"}]},
    {"feedback": [{**OVERRIDDEN, "outcomeTimestamp": "0001-01-01T00:00:00+14:00"}]},
    {"feedback": [{**OVERRIDDEN, "overrideReason": CANARY}]},
    {"feedback": [{**OVERRIDDEN, "overrideReason": {"reason": CANARY}}]},
    {"feedback": [{**OVERRIDDEN, "overrideReason": {"reason": {"code": f"{CANARY} x"}}}]},
    {"feedback": [{**OVERRIDDEN, "overrideReason": {"userComment": "x" * 2_001}}]},
    {"feedback": [{**ACCEPTED, "acceptedSuggestions": []}]},
    {"feedback": [{**ACCEPTED, "acceptedSuggestions": [{"id": CANARY}]}]},
    {"feedback": [{k: v for k, v in ACCEPTED.items() if k != "acceptedSuggestions"}]},
]


@pytest.mark.parametrize("value", WRONG)
def test_what_is_wrong_is_refused_without_being_repeated(value: Any):
    with pytest.raises(BadCall) as refused:
        read_feedback(value)
    assert CANARY not in str(refused.value)


def test_a_comment_may_have_two_thousand_letters():
    (feedback,) = read_feedback({"feedback": [{**OVERRIDDEN, "overrideReason": {"userComment": "x" * 2_000}}]})
    assert len(feedback.comment) == 2_000
