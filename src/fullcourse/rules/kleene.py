"""Yes, no, unknown: Kleene's three-valued logic, with None for unknown. It is SQL's logic of NULL, too."""

from collections.abc import Iterable

__all__ = ["Truth", "all_of", "any_of", "at_least", "negated"]

Truth = bool | None


def all_of(truths: Iterable[Truth]) -> Truth:
    """Return no if any is no, else unknown if any is unknown, else yes (of nothing: yes)."""
    result: Truth = True
    for truth in truths:
        if truth is False:
            return False
        if truth is None:
            result = None
    return result


def any_of(truths: Iterable[Truth]) -> Truth:
    """Return yes if any is yes, else unknown if any is unknown, else no (of nothing: no)."""
    result: Truth = False
    for truth in truths:
        if truth is True:
            return True
        if truth is None:
            result = None
    return result


def at_least(count: int, truths: Iterable[Truth]) -> Truth:
    """Return whether at least ``count`` are yes: no only when even all the unknown ones would not be enough."""
    certain = possible = 0
    for truth in truths:
        certain += truth is True
        possible += truth is not False
    if certain >= count:
        return True
    return None if possible >= count else False


def negated(truth: Truth) -> Truth:
    """Return the opposite; unknown stays unknown."""
    return None if truth is None else not truth
