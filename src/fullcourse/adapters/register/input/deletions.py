"""Resources that an export names as deleted: taken out of what was exported before it.

Bulk Data Access, "Response - Complete Status": an export since a date lists in ``deleted`` files of transaction
Bundles, each entry with ``request.method`` DELETE and ``request.url`` such as ``Patient/123``; what stands there "SHALL
NOT also appear in output".
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from fullcourse.adapters.json_text import decode_text, parse_json
from fullcourse.clinical.errors import InputError

__all__ = ["Deletions", "read_deletions"]

_URL: Final = re.compile(r"(?:.*/)?([A-Z][A-Za-z]+/[A-Za-z0-9\-.]{1,64})(?:/_history/[^/]*)?")
_AN_ID: Final = re.compile(rb'"id"\s*:\s*"\s*([A-Za-z0-9\-.]{1,64})\s*"')


@dataclass(frozen=True, slots=True)
class Deletions:
    """What was deleted since a file was written.

    Attributes:
        later: ``Type/id`` that exports handed in behind it name as deleted.
        own: ``Type/id`` that its own export names as deleted, and that it must not hold.
        ids: The ids of both.
    """

    later: frozenset[str]
    own: frozenset[str]
    ids: frozenset[bytes]

    @classmethod
    def of(cls, later: frozenset[str], own: frozenset[str]) -> "Deletions":
        """Return deletions with the ids that are looked for."""
        return cls(later, own, frozenset(name.partition("/")[2].encode() for name in (*later, *own)))

    def left_of(self, file: Path, lines: bytes) -> bytes:
        """Return whole lines with those blank that are deleted; every line keeps its place and length.

        Raises:
            InputError: The file holds what its own export names as deleted.
        """
        ids = self.ids
        if ids.isdisjoint(_AN_ID.findall(lines)):
            return lines
        left = []
        for line in lines.split(b"\n"):
            name = "" if ids.isdisjoint(_AN_ID.findall(line)) else _name_of(line)
            if name in self.own:
                raise InputError(
                    f"{file.name} holds a {name.partition('/')[0]} that its own export names as deleted, which an "
                    "export must not do: whether it is there cannot be told. Export again, or hand in the files "
                    "themselves without the manifest, to read what they hold."
                )
            left.append(b" " * len(line) if name in self.later else line)
        return b"\n".join(left)


def _name_of(line: bytes) -> str:
    """Return type and id of a resource; nothing of what the reader of lines will set aside."""
    try:
        resource = parse_json(decode_text(line, "the line"), "the line")
    except InputError:
        return ""
    if not isinstance(resource, dict):
        return ""
    return f"{str(resource.get('resourceType')).strip()}/{str(resource.get('id')).strip()}"


def read_deletions(file: Path, lines: Iterator[bytes]) -> frozenset[str]:
    """Return what a file of Bundles names as deleted, as ``Type/id``.

    Args:
        file: Whose lines these are.
        lines: One Bundle a line.

    Raises:
        InputError: Something in it is no such Bundle: what to take out cannot be told.
    """
    deleted: set[str] = set()
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        where = f"line {number:,} of {file.name}"
        bundle = parse_json(decode_text(line.rstrip(b"\r\n"), where), where)
        if not isinstance(bundle, dict) or bundle.get("resourceType") != "Bundle":
            raise InputError(_refused(where, "it is no Bundle"))
        entries = bundle.get("entry", [])
        if not isinstance(entries, list):
            raise InputError(_refused(where, "its entries are no list"))
        deleted |= {_deleted(entry, where) for entry in entries}
    return frozenset(deleted)


def _deleted(entry: object, where: str) -> str:
    request = entry.get("request") if isinstance(entry, Mapping) else None
    if not isinstance(request, Mapping) or request.get("method") != "DELETE":
        raise InputError(_refused(where, "an entry is no DELETE"))
    url = request.get("url")
    named = _URL.fullmatch(url.strip()) if isinstance(url, str) else None
    if named is None:
        raise InputError(_refused(where, "an entry names no resource as Type/id"))
    return named[1]


def _refused(where: str, why: str) -> str:
    return (
        f"{where} should name deleted resources, and {why}: what is to be taken out of the register cannot be told. "
        "Fetch the export again, or hand in its files without the manifest, if nothing was deleted."
    )
