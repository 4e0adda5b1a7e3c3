"""A name of a medicine that somebody typed and nobody could read: said loudly, and never passed over."""

from dataclasses import dataclass

__all__ = ["UnreadName"]


@dataclass(frozen=True, slots=True)
class UnreadName:
    """What was typed, why it is not read, and what may have been meant.

    Attributes:
        written: As typed.
        why: Why it is not read.
        may_mean: Ingredients that it names or may name; nothing was looked at for them.
        near: Known names that are spelt nearly so; a person chooses, nobody else.
    """

    written: str
    why: str
    may_mean: tuple[str, ...] = ()
    near: tuple[str, ...] = ()
