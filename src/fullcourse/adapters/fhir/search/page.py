"""One page of what matches: in an order that does not change, from where the last page ended, as of its moment."""

import base64
import binascii
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from fullcourse.adapters.fhir.search.query import Query
from fullcourse.adapters.fhir.served.resource import Served
from fullcourse.clinical.errors import InputError

__all__ = ["Cursor", "Place", "page_of", "place_of", "read_cursor", "write_cursor"]

Place = tuple[float, str]
"""Where a resource stands in the order: when it was so, and its id."""

_UNDATED: Final = -1e15
_PARTS: Final = 5


@dataclass(frozen=True, slots=True)
class Cursor:
    """Where a page begins.

    Attributes:
        moment: As of which the search is answered, page after page.
        patient: Random id of whom the last resource was.
        place: Of the last resource; None for the first page.
    """

    moment: datetime
    patient: str
    place: Place | None


def place_of(it: Served, sort: str) -> Place:
    """Return where a resource stands; what has no date stands before what has one."""
    at = it.updated if sort == "_lastUpdated" else it.starts or it.ends
    if at is None:
        return _UNDATED, it.id
    return (at if at.tzinfo is not None else at.replace(tzinfo=UTC)).timestamp(), it.id


def page_of(found: Iterable[Served], query: Query, after: Place | None) -> list[Served]:
    """Return what matches and comes after a place, in order, one more than a page holds where there are more."""
    ordered = sorted(
        ((place_of(it, query.sort), it) for it in found), key=lambda row: row[0], reverse=query.newest_first
    )
    if after is not None:
        ordered = [row for row in ordered if (row[0] < after if query.newest_first else row[0] > after)]
    return [it for _, it in ordered[: query.count + 1]]


def write_cursor(query: Query, moment: datetime, patient: str, last: Served) -> str:
    """Return what leads to the page after a resource, as it stands in a link: nothing of it has to be understood."""
    place = place_of(last, query.sort)
    parts = [query.digest, moment.astimezone(UTC).isoformat(), patient, *place]
    return base64.urlsafe_b64encode(json.dumps(parts).encode()).decode().rstrip("=")


def read_cursor(query: Query, now: datetime) -> Cursor:
    """Return where a page begins.

    It opens nothing: the right over the patient is asked of every page, and what it names is looked for in the search
    alone that it belongs to.

    Args:
        query: What is asked.
        now: The moment, for a first page.

    Raises:
        InputError: It is no cursor of this search.
    """
    if not query.cursor:
        return Cursor(now, "", None)
    try:
        parts = json.loads(base64.b64decode(query.cursor + "=" * (-len(query.cursor) % 4), b"-_", validate=True))
        digest, moment, patient, at, name = parts if isinstance(parts, list) and len(parts) == _PARTS else [""] * 5
        is_ours = digest == query.digest and isinstance(patient, str) and isinstance(name, str)
        read = datetime.fromisoformat(moment) if is_ours and isinstance(moment, str) else None
        if read is not None and read.tzinfo is not None and isinstance(at, float) and read <= now:
            return Cursor(read, patient, (at, name))
    except (ValueError, binascii.Error, RecursionError):
        pass
    raise InputError("_cursor: it belongs to no page of this search. Begin the search again, without it.")
