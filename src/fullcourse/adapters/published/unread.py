"""What is left to be read of the cited documents, as JSON, ``fullcourse/unread/1`` (``schemas/unread-1.json``)."""

from typing import Final

from fullcourse.clinical.answer_head import AnswerHead
from fullcourse.knowledge.mined import Unread

__all__ = ["SCHEMA", "unread_json"]

SCHEMA: Final = "fullcourse/unread/1"


def unread_json(left: Unread, knowledge: str) -> dict[str, object]:
    """Return what is left to be read as plain values that JSON can hold.

    Args:
        left: What is left.
        knowledge: Digest of the knowledge.
    """
    return {
        "schema": SCHEMA,
        **AnswerHead(knowledge).as_json(),
        "cited": left.cited,
        "whole": list(left.whole),
        "begun": [
            {"source": it.source, "not_read": it.not_read or None, "not_decided": list(it.names)} for it in left.begun
        ],
        "without_list": list(left.without_list),
    }
