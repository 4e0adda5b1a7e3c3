"""Every fault of a file that somebody wrote by hand, at once: nobody mends one, runs again, and meets the next."""

from collections.abc import Iterator
from contextlib import contextmanager

from fullcourse.clinical.errors import InputError

__all__ = ["Faults"]

_MOST = 40
_ENOUGH = 1_000
"""So many faults are no slips of a hand: the rest of the file is not read for more."""


class _Enough(InputError):
    """There are too many faults to look for more."""


class Faults:
    """Faults gathered while a file is read to its end."""

    def __init__(self, file: str) -> None:
        """Begin without a fault.

        Args:
            file: What the file is called in messages, for example ``the record file``.
        """
        self._file = file
        self._said: dict[str, None] = {}

    @contextmanager
    def gathered(self) -> Iterator[None]:
        """Gather what is raised within as one fault, and go on."""
        try:
            yield
        except _Enough:
            raise
        except InputError as error:
            self._said[str(error)] = None
            if len(self._said) >= _ENOUGH:
                raise _Enough(self._words(f"{_ENOUGH:,} faults or more")) from None

    def raise_all(self) -> None:
        """Raise what was gathered as one error.

        Raises:
            InputError: There was a fault: that one as it is, several with their number and one line each.
        """
        said = list(self._said)
        if len(said) == 1:
            raise InputError(said[0])
        if said:
            raise InputError(self._words(f"{len(said)} faults"))

    def _words(self, count: str) -> str:
        said = list(self._said)
        shown = "\n  ".join(said[:_MOST])
        more = f"\n  and {len(said) - _MOST} more" if len(said) > _MOST else ""
        return f"{self._file} has {count}; nothing of it was used:\n  {shown}{more}"
