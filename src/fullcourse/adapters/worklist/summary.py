"""What a course is needed for as a few bytes, and back without loss; only what was written here is ever read."""

import json
from datetime import UTC, date, datetime, timedelta
from sys import intern
from typing import Any, Final

from fullcourse.adapters.programme.summary import full_edition
from fullcourse.journey.course.needs import Need, Needs, PutOff, Rank, Reached

__all__ = ["edition_of", "read_needs", "write_needs"]

_EDITION: Final = "3"
"""Of the bytes, and of how needs are told: it changes with either, and what was kept before is not used."""
_ENCODE: Final = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_US: Final = timedelta(microseconds=1)
_RANKS: Final = tuple(Rank)


def edition_of(knowledge: str) -> str:
    """Return everything that needs depend on beside events.

    Args:
        knowledge: Digest of the knowledge: with another, other things may be called for.
    """
    return f"worklist {_EDITION} knowledge {knowledge} {full_edition()}"


def write_needs(needs: Needs) -> bytes:
    """Return needs as bytes."""
    contact = needs.last_contact
    return _ENCODE(
        [
            [
                [
                    it.matter,
                    int(it.rank),
                    it.by,
                    it.says,
                    _us(it.since),
                    _us(it.shows_from),
                    _us_or_none(it.shows_until),
                    it.more,
                    _us_or_none(it.newest),
                    list(it.statements),
                ]
                for it in needs.lines
            ],
            [[it.matter, _us(it.at), _us(it.until), it.day.isoformat(), it.because] for it in needs.put_off],
            None if contact is None else [_us(contact.at), contact.how, contact.reached],
            list(needs.uncounted),
            _us(needs.good_until),
        ]
    ).encode()


def read_needs(summary: bytes) -> Needs:
    """Return the needs of bytes that `write_needs` wrote."""
    lines, put_off, contact, uncounted, good_until = json.loads(summary)
    return Needs(
        tuple([_line(row) for row in lines]),
        tuple(
            [
                PutOff(matter, _at(at), _at(until), date.fromisoformat(day), because)
                for matter, at, until, day, because in put_off
            ]
        ),
        None if contact is None else Reached(_at(contact[0]), contact[1], contact[2]),
        tuple(uncounted),
        _at(good_until),
    )


def _line(row: list[Any]) -> Need:
    matter, rank, by, says, since, shows_from, shows_until, more, newest, statements = row
    return Need(
        matter, _RANKS[rank], by, says, _at(since), _at(shows_from), _at_or_none(shows_until), more,
        _at_or_none(newest), tuple([intern(it) for it in statements]),
    )  # fmt: skip


def _us(at: datetime) -> int:
    return (at - _EPOCH) // _US


def _us_or_none(at: datetime | None) -> int | None:
    return None if at is None else _us(at)


def _at_or_none(moment_us: int | None) -> datetime | None:
    return None if moment_us is None else _at(moment_us)


def _at(moment_us: int) -> datetime:
    return _EPOCH + timedelta(microseconds=moment_us)
