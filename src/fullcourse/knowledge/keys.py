"""Readers of single keys of a table, made for a range or a list of words; a value outside it is a fault."""

from collections.abc import Callable

from fullcourse.knowledge.tables import Table, nearest

__all__ = ["Key", "amount", "flag", "whole", "wholes", "word", "words"]

Key = Callable[[Table, str], object]
"""What reads one key of a table."""


def word(allowed: tuple[str, ...], *, required: bool = False) -> Key:
    """Return what reads one of the allowed words."""

    def read(table: Table, key: str) -> str:
        return table.choice(key, allowed, required=required)

    return read


def words(allowed: tuple[str, ...]) -> Callable[[Table, str], tuple[str, ...]]:
    """Return what reads a list of allowed words, each once."""

    def read(table: Table, key: str) -> tuple[str, ...]:
        given = table.texts(key)
        for one in given:
            if one not in allowed:
                table.fault(f"'{key}' holds '{one}'", f"{nearest(one, allowed)}One of: {', '.join(allowed)}.")
        if len(set(given)) < len(given):
            table.fault(f"'{key}' holds a word twice", "Keep one.")
        return given

    return read


def amount(most: float, *, unit: str = "") -> Callable[[Table, str], float | None]:
    """Return what reads a number above 0 and at most ``most``; None where it is not there, or outside."""

    def read(table: Table, key: str) -> float | None:
        value = table.number(key)
        if value is not None and not 0.0 < value <= most:
            table.fault(f"'{key}' is {value:g}", f"It must be above 0 and at most {most:g}{unit}: correct it.")
            return None
        return value

    return read


def whole(most: int) -> Key:
    """Return what reads a whole number from 1 to ``most``."""

    def read(table: Table, key: str) -> int | None:
        value = table.whole(key)
        if value is not None and value > most:
            table.fault(f"'{key}' is {value}", f"It must be at most {most}: correct it.")
            return None
        return value

    return read


def wholes(most: int, *, count: int | None = None) -> Callable[[Table, str], tuple[int, ...]]:
    """Return what reads ascending whole numbers from 1 to ``most``, of which there are ``count`` where it is given."""

    def read(table: Table, key: str) -> tuple[int, ...]:
        given = table.rows(key)
        numbers = tuple(number for number in given if isinstance(number, int) and not isinstance(number, bool))
        if len(numbers) < len(given) or any(not 0 < number <= most for number in numbers):
            table.fault(f"'{key}' must hold whole numbers from 1 to {most}", "Correct it.")
        elif list(numbers) != sorted(set(numbers)):
            table.fault(f"'{key}' does not ascend", "Order the numbers, each once.")
        elif given and count is not None and len(given) != count:
            table.fault(f"'{key}' must hold {count} numbers", "Give the low and the high end.")
        return numbers

    return read


def flag(table: Table, key: str) -> bool:
    """Return whether a key is there; it may say nothing but true."""
    if not table.has(key):
        return False
    if table.raw(key) is not True:
        table.fault(f"'{key}' is not true", f"Write {key} = true. Leave the key out where it is not so.")
    return True
