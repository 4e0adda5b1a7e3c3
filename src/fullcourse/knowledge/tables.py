"""Reading a TOML table key by key, noting every fault instead of stopping at the first.

A `Table` hands out typed values and remembers which keys were asked for, so that a key that nobody reads (a
misspelling, mostly) is itself a fault. Nothing is defaulted silently: a caller says which keys may be absent.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Protocol, TypeVar

from fullcourse.clinical.errors import Fault

__all__ = ["Table", "did_you_mean", "nearest", "read_each"]


class _Named(Protocol):
    @property
    def id(self) -> str: ...


_Read = TypeVar("_Read", bound=_Named)


def read_each(
    rows: Iterable[tuple[str, object]], read: Callable[["Table"], _Read], faults: list[Fault]
) -> dict[str, _Read]:
    """Return what was read of each table, by id; an id that is given twice is a fault.

    Args:
        rows: The tables, each with its file.
        read: Reads one.
        faults: Where faults are noted.
    """
    known: dict[str, _Read] = {}
    for file, row in rows:
        name = str(row.get("id", "?")) if isinstance(row, dict) else "?"
        table = Table(row, file, name, faults)
        shape = read(table)
        table.done()
        if shape.id in known:
            table.fault("the id is given twice", "An id is given once.")
        known[shape.id] = shape
    return known


def did_you_mean(word: str, words: Iterable[str]) -> str:
    """Return ``Did you mean 'x'?`` for a near word, else the advice to check the spelling."""
    near = _near(word, words, 0.75)
    return f"Did you mean '{near[0]}'?" if near else "Check the spelling, or add it."


def nearest(word: str, words: Iterable[str]) -> str:
    """Return ``Did you mean 'x'?`` with a space after it for a near word, else an empty text."""
    near = _near(word, words, 0.7)
    return f"Did you mean '{near[0]}'? " if near else ""


def _near(word: str, words: Iterable[str], cutoff: float) -> list[str]:
    import difflib  # only a mistake needs it

    return difflib.get_close_matches(word, list(words), n=1, cutoff=cutoff)


class Table:
    """One table of one knowledge file, and the list that its faults are added to."""

    def __init__(self, row: object, file: str, where: str, faults: list[Fault]) -> None:
        """Take a parsed table; anything else is noted as a fault and read as an empty one."""
        self.file, self.where, self.faults = file, where, faults
        self._read: set[str] = set()
        self._row: Mapping[str, object] = {}
        if isinstance(row, Mapping):
            self._row = row
        else:
            self.fault(f"a table is expected here, not {type(row).__name__}", "Write it as { key = value }.")

    def fault(self, what: str, mend: str) -> None:
        """Note a fault at this table."""
        self.faults.append(Fault(self.file, self.where, what, mend))

    def has(self, key: str) -> bool:
        """Whether the key is there."""
        return key in self._row

    @property
    def names(self) -> tuple[str, ...]:
        """The keys of the table."""
        return tuple(self._row)

    def raw(self, key: str) -> object:
        """Return a value as parsed, None when absent."""
        self._read.add(key)
        return self._row.get(key)

    def text(self, key: str, *, required: bool = True) -> str:
        """Return a text; an absent or empty one is a fault where required."""
        self._read.add(key)  # most of what is read is text
        value = self._row.get(key)
        if value is None:
            if required:
                self.fault(f"'{key}' is missing", f'Add {key} = "...".')
            return ""
        if not isinstance(value, str) or (required and not value.strip()):
            self.fault(f"'{key}' must be a text, not {value!r}", "Write it in quotation marks.")
            return ""
        return value

    def number(self, key: str) -> float | None:
        """Return a number, None when absent."""
        value = self.raw(key)
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int | float):
            self.fault(f"'{key}' must be a number, not {value!r}", "Write it without quotation marks.")
            return None
        try:
            return float(value)
        except OverflowError:
            self.fault(f"'{key}' is larger than any number can be", "Correct it.")
            return None

    def whole(self, key: str, *, least: int = 1) -> int | None:
        """Return a whole number of at least ``least``, None when absent."""
        value = self.raw(key)
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int) or value < least:
            self.fault(f"'{key}' must be a whole number of at least {least}, not {value!r}", "Correct it.")
            return None
        return value

    def texts(self, key: str) -> tuple[str, ...]:
        """Return a list of texts, empty when absent."""
        value = self.raw(key)
        if value is None:
            return ()
        if not isinstance(value, list) or not all(isinstance(text, str) for text in value):
            self.fault(f"'{key}' must be a list of texts, not {value!r}", 'Write it as ["a", "b"].')
            return ()
        return tuple(value)

    def rows(self, key: str) -> Sequence[object]:
        """Return a list of tables, empty when absent."""
        value = self.raw(key)
        if value is None:
            return ()
        if not isinstance(value, list):
            self.fault(f"'{key}' must be a list, not {value!r}", "Write it as [{ ... }, { ... }].")
            return ()
        return value

    def mapping(self, key: str) -> Mapping[str, object]:
        """Return a table as parsed, empty when absent."""
        value = self.raw(key)
        if value is None:
            return {}
        if not isinstance(value, Mapping):
            self.fault(f"'{key}' must be a table, not {value!r}", "Write it as { key = value }.")
            return {}
        return value

    def choice(self, key: str, allowed: Sequence[str], *, required: bool = True) -> str:
        """Return one of the allowed words."""
        value = self.text(key, required=required)
        if value and value not in allowed:
            self.fault(f"'{key}' is '{value}'", f"{nearest(value, allowed)}It must be one of: {', '.join(allowed)}.")
            return ""
        return value

    def rest(self) -> dict[str, object]:
        """Return every key not asked for so far, and count it as read."""
        left = {key: value for key, value in self._row.items() if key not in self._read}
        self._read.update(left)
        return left

    def inner(self, row: object) -> "Table":
        """Return a table inside this one, whose faults are noted at the same place."""
        return Table(row, self.file, self.where, self.faults)

    def done(self, what: str = "", known: Iterable[str] = ()) -> None:
        """Note every key that nothing has read.

        Args:
            what: What the table is, for the message.
            known: Keys that may stand in it, beside those that were read.
        """
        where = f" in {what}" if what else ""
        for key in self._row:
            if key not in self._read:
                self.fault(f"key '{key}' is not known{where}", did_you_mean(key, {*self._read, *known}))
