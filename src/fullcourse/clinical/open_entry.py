"""An entry of a record that leaves something open, with the one question that settles it by its name."""

from dataclasses import dataclass

__all__ = ["OpenEntry"]


@dataclass(frozen=True, slots=True)
class OpenEntry:
    """One entry of a record that was not understood, or that raises a fact and leaves it open.

    Attributes:
        kind: ``medicine``, ``allergy`` or ``problem`` where it was not understood, ``evidence`` where it raises a fact.
        text: What the record calls it.
        origin: Which record; an answer names the entry by it.
        by_text: What an answer names beside the origin, where that has several entries; else empty.
        why: Why it leaves something open.
        facts: Ids of the facts that it may be about, the most serious first: an answer names those that it is about, or
            none of them.
        is_medicine: Whether it stands on the medicine list: then the question is whether it is taken.
        ask: The question, by its name.
    """

    kind: str
    text: str
    origin: str
    by_text: str
    why: str
    facts: tuple[str, ...]
    ask: str
    is_medicine: bool = False
