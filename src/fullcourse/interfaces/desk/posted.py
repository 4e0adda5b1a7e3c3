"""Reads what a form sent: every field that is known, once; what is not known is refused and never passed over."""

from collections.abc import Iterable, Mapping
from typing import Final
from urllib.parse import parse_qs

from fullcourse.clinical.errors import InputError
from fullcourse.interfaces.api.access.door import PROOF_FIELD
from fullcourse.interfaces.api.call import Call
from fullcourse.interfaces.api.problems import BadRequest

__all__ = ["Posted", "posted"]

_MOST_FIELDS: Final = 100
_LONGEST: Final = 2000


class Posted:
    """The fields of a form that was sent."""

    def __init__(self, values: Mapping[str, list[str]]) -> None:
        """Take the values of each field."""
        self._values = values

    def one(self, name: str) -> str:
        """Return what stands in a field, without blanks around it; empty where nothing does.

        Raises:
            InputError: It is longer than any field is.
        """
        text = (self._values.get(name) or [""])[0].strip()
        if len(text) > _LONGEST:
            raise InputError(f"{name}: it is longer than {_LONGEST} letters. Say it more shortly.")
        return text

    def secret(self, name: str) -> str:
        """Return what stands in a field as it was typed: a password may begin with a blank."""
        return (self._values.get(name) or [""])[0]

    def needed(self, name: str, label: str) -> str:
        """Return what stands in a field; raises InputError where nothing does."""
        text = self.one(name)
        if not text:
            raise InputError(f"{label}: nothing stands there. Fill it in.")
        return text

    def chosen(self, name: str) -> tuple[str, ...]:
        """Return the boxes that were ticked under one name."""
        return tuple(self._values.get(name, ()))


def posted(call: Call, once: Iterable[str], many: Iterable[str] = ()) -> Posted:
    """Return the fields of a form.

    Args:
        call: That brought it.
        once: Fields that it may have once.
        many: Fields that it may have several times.

    Raises:
        BadRequest: It cannot be read, or has a field that is not known or stands twice.
    """
    try:
        values = parse_qs(
            call.body.decode("utf-8"), keep_blank_values=True, max_num_fields=_MOST_FIELDS, errors="strict"
        )
    except (UnicodeDecodeError, ValueError):
        raise BadRequest("The form cannot be read. Load its page again, and repeat it.") from None
    single, several = {*once, PROOF_FIELD}, set(many)
    if not values.keys() <= single | several:
        raise BadRequest("The form has a field that is not known here. Load its page again, and repeat it.")
    if any(len(given) > 1 for name, given in values.items() if name in single):
        raise BadRequest("A field of the form stands twice, and only one can be meant. Load its page again.")
    return Posted(values)
