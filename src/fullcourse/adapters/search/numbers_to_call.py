"""Which numbers a reply names first: for an emergency, for somebody in a crisis, for too much taken."""

from fullcourse.adapters.documents.numbers import crisis_line, emergency_line, poison_line
from fullcourse.adapters.search.reply import Reply
from fullcourse.knowledge.library import Knowledge

__all__ = ["numbers_to_call"]


def numbers_to_call(reply: Reply, knowledge: Knowledge, country: str) -> str:
    """Return whom to call, in words; an empty text when the question calls for no number, or no source gives one.

    Args:
        reply: What the question came to.
        knowledge: Holds the numbers of each country.
        country: Two letters in capitals; empty for none.
    """
    lines = [emergency_line(knowledge, country)] if reply.emergencies else []
    lines += [crisis_line(knowledge, country)] if reply.self_harm else []
    lines += [poison_line(knowledge, country)] if reply.too_much_taken else []
    return " ".join(line for line in lines if line)
