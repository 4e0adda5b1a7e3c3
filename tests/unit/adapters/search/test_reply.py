"""A reply is a value: equal replies are equal, and nothing changes it."""

import dataclasses

import pytest

from fullcourse.adapters.search.reply import Reply


def test_a_reply_is_frozen() -> None:
    reply = Reply("q", (), (), (), (), (), (), ())
    with pytest.raises(dataclasses.FrozenInstanceError):
        reply.question = "other"  # type: ignore[misc]
