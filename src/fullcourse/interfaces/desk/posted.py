"""Reads what a form sent: every field that is known, once; what is not known is refused and never passed over."""

from collections.abc import Iterable, Mapping
from typing import Final
from urllib.parse import parse_qs

from fullcourse.clinical.errors import InputError
from fullcourse.interfaces.api.access.door import PROOF_FIELD
from fullcourse.interfaces.api.call import Call
from fullcourse.interfaces.api.multipart import is_multipart, read_multipart
from fullcourse.interfaces.api.problems import BadRequest

__all__ = ["Posted", "posted"]

_MOST_FIELDS: Final = 100
_LONGEST: Final = 2000


class Posted:
    """The fields of a form that was sent."""

    def __init__(self, values: Mapping[str, list[str]], files: Mapping[str, bytes] | None = None) -> None:
        """Take the values of each field, and the files that were chosen."""
        self._values, self._files = values, files or {}

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

    def file(self, name: str) -> bytes | None:
        """Return the file that was chosen for a field; None where none was."""
        return self._files.get(name)

    def chosen(self, name: str) -> tuple[str, ...]:
        """Return the boxes that were ticked under one name."""
        return tuple(self._values.get(name, ()))


def posted(
    call: Call, once: Iterable[str], many: Iterable[str] = (), files: Iterable[str] = (), most: int = _MOST_FIELDS
) -> Posted:
    """Return the fields of a form.

    Args:
        call: That brought it.
        once: Fields that it may have once.
        many: Fields that it may have several times.
        files: Fields in which it may bring a file, each once.
        most: So many fields it may have at all.

    Raises:
        BadRequest: It cannot be read, or has a field that is not known or stands twice.
    """
    try:
        values, brought = _read(call, most)
    except (UnicodeDecodeError, ValueError):
        raise BadRequest("The form cannot be read. Load its page again, and repeat it.") from None
    takes, several = set(files), set(many)
    single = {*once, *takes, PROOF_FIELD}
    is_misplaced = any(any(values.get(name, ())) for name in takes)  # a file that was not chosen comes as nothing
    if not values.keys() <= single | several or not brought.keys() <= takes or is_misplaced:
        raise BadRequest("The form has a field that is not known here. Load its page again, and repeat it.")
    twice = {name for name, given in values.items() if len(given) > 1}
    twice |= {name for name, contents in brought.items() if len(contents) > 1}
    if twice - several:
        raise BadRequest("A field of the form stands twice, and only one can be meant. Load its page again.")
    return Posted(values, {name: contents[0] for name, contents in brought.items()})


def _read(call: Call, most: int) -> tuple[dict[str, list[str]], dict[str, list[bytes]]]:
    """Return the values of each field, and the files; raises ValueError for what is no form."""
    content_type = call.headers.get("content-type", "")
    if not is_multipart(content_type):
        text = call.body.decode("utf-8")
        return parse_qs(text, keep_blank_values=True, max_num_fields=most, errors="strict"), {}
    values: dict[str, list[str]] = {}
    files: dict[str, list[bytes]] = {}
    parts = read_multipart(call.body, content_type)
    if len(parts) > most:
        raise ValueError
    for part in parts:
        if part.is_file:
            files.setdefault(part.name, []).append(part.content)
        else:
            values.setdefault(part.name, []).append(part.content.decode("utf-8"))
    return values, files
