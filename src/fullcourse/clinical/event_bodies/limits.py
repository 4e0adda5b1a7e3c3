"""What a field of an event's body may hold; what it may not is refused with the mend."""

from fullcourse.clinical.errors import InputError

__all__ = ["above_0", "among", "confirmed"]


def above_0(value: float, field: str) -> None:
    """Refuse an amount that is none."""
    if not 0.0 < value < float("inf"):
        raise InputError(f"{field}: {value:g} is no amount. Write a number above 0.")


def among(word: str, allowed: tuple[str, ...], field: str) -> None:
    """Refuse a word that is not on a list."""
    if word not in allowed:
        raise InputError(f"{field}: '{word[:40]}' is not one of {', '.join(allowed)}. Correct it.")


def confirmed(by: str) -> None:
    """Refuse what nobody confirmed: nothing becomes active by itself."""
    if not by.strip():
        raise InputError("confirmed_by: nobody confirmed it, and nothing becomes active by itself. Name who did.")
