"""The reply to a free question, as JSON."""

from fullcourse.adapters.published.citation import citation_json
from fullcourse.adapters.search.reply import Answer, Reply
from fullcourse.clinical.answer_head import AnswerHead

__all__ = ["reply_json"]


def reply_json(reply: Reply, numbers: str, head: AnswerHead) -> dict[str, object]:
    """Return a reply as plain values that JSON can hold.

    Args:
        reply: What the question came to.
        numbers: Whom to call, in words; empty where no source gives a number.
        head: Of which version and knowledge it is.
    """
    return {
        "question": reply.question,
        "drugs": list(reply.drugs),
        "answered": bool(reply.answers or reply.emergencies or reply.today),
        "emergencies": [_answer_json(answer) for answer in reply.emergencies],
        "today": [_answer_json(answer) for answer in reply.today],
        "in_spanish": list(reply.in_spanish),
        "emergency_number": numbers or None,
        "answers": [_answer_json(answer) for answer in reply.answers],
        "notes": list(reply.notes),
        "did_you_mean": list(reply.did_you_mean),
        "not_mentioned": list(reply.not_mentioned),
        "fullcourse": head.version,
        "knowledge": head.knowledge,
    }


def _answer_json(answer: Answer) -> dict[str, object]:
    citation = citation_json(answer.citation)
    return {
        "id": answer.id,
        "drug": answer.drug or None,
        "text": answer.text,
        "says": answer.says,
        "citation": {
            "source": citation["source"],
            "title": citation["title"],
            "dated": answer.dated or None,  # behind the title, where it always stood
            **citation,
        },
        "interpretation": answer.interpretation or None,
        "review": answer.review,
    }
