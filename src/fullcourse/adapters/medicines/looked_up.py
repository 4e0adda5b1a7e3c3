"""The names of products and substances of one record: each is looked up once, and no more than one person's can be.

Looking up a name that nobody knows costs what hundreds of other bytes cost. A file that names tens of thousands is no
record of one person, and is refused whole: to stop at a limit would leave out what stands behind it.
"""

from collections.abc import Sequence
from typing import Final

from fullcourse.adapters.medicines.recognise import Recognition
from fullcourse.adapters.medicines.recognising import Recognise
from fullcourse.adapters.medicines.recognising import Recognition as Known
from fullcourse.clinical.errors import InputError

__all__ = ["MOST_CHARACTERS", "MOST_NAMES", "LookedUp"]

MOST_NAMES: Final = 2_000
"""Different names in one record; full records of public collections have some dozens."""
MOST_CHARACTERS: Final = 60_000
"""Characters of these names together."""

_NOT_LOOKED_UP: Final[Known] = Recognition((), "", (), "it was not looked up")


class LookedUp:
    """What was looked up so far in one record; stands where a `Recognise` does."""

    __slots__ = ("_characters", "_known", "_recognise")

    def __init__(self, recognise: Recognise) -> None:
        """Begin with nothing.

        Args:
            recognise: Reads a product's name and codes into ingredients.
        """
        self._recognise = recognise
        self._known: dict[tuple[str, tuple[tuple[str, str], ...], tuple[str, ...]], Known] = {}
        self._characters = 0

    def __call__(self, name: str, codes: Sequence[tuple[str, str]], *, other_names: Sequence[str] = ()) -> Known:
        """Return what a product is; not recognised, and not looked up, once there are too many."""
        asked = (name, tuple(codes), tuple(other_names))
        known = self._known.get(asked)
        if known is None:
            self._characters += len(name) + sum(map(len, other_names))
            if self._are_too_many():
                return _NOT_LOOKED_UP
            known = self._known[asked] = self._recognise(name, codes, other_names=other_names)
        return known

    def _are_too_many(self) -> bool:
        return len(self._known) >= MOST_NAMES or self._characters > MOST_CHARACTERS

    def refuse_too_many(self) -> None:
        """Refuse the record, once it is read, where not every name of it was looked up.

        Raises:
            InputError: It names more than one person's record can.
        """
        if self._are_too_many():
            raise InputError(
                f"the record names {MOST_NAMES:,} different medicines and substances or more, or names of "
                f"{MOST_CHARACTERS:,} letters together. No one person's record does, and nothing of it was used. Hand "
                "in one patient's record; for many patients use a cohort."
            )
