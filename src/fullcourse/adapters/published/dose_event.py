"""The JSON of an event on a dose, put together at once: most events that a store takes are one of these.

It gives the very text of `event_json` in compact form, without the time of receipt, and only where that is certain to
be read back as the same event. Where anything is unusual it gives nothing, and the general writer and reader decide.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import lru_cache
from json.encoder import encode_basestring
from math import isfinite
from typing import Final

from fullcourse.adapters.published.event import ACTORS, SCHEMA
from fullcourse.clinical.event import Claim, Event
from fullcourse.clinical.event_bodies import DosePartlyTaken, DoseSkipped, DoseTaken, DoseVomited
from fullcourse.clinical.event_id import is_event_id

__all__ = ["dose_event_text"]

_SENDERS_KEPT: Final = 4096
_quoted: Final[Callable[[str], str]] = encode_basestring
"""What the encoder of the standard library makes of a text; it raises TypeError for anything else."""


class _Unusual(Exception):
    """Something is not of the very type that its class declares, or would be refused by the reader."""


def dose_event_text(event: Event) -> str | None:
    """Return the compact JSON of an event on a dose; None for any other, and for one that might not be read back."""
    write = _BODIES.get(event.body.__class__)
    if write is None:
        return None
    try:
        return _text(event, write(event.body))
    except (TypeError, _Unusual):
        return None


def _text(event: Event, body: str) -> str:
    supersedes = event.supersedes
    if not is_event_id(event.id) or (supersedes and not is_event_id(supersedes)) or not event.patient.strip():
        raise _Unusual
    corrects = f'"supersedes":"{supersedes}",' if supersedes else ""
    return (
        f'{{"schema":"{SCHEMA}","id":"{event.id}","patient":{_quoted(event.patient)},"kind":"{event.body.kind}",'
        f'"occurred_at":"{_instant(event.occurred_at)}","recorded_at":"{_instant(event.recorded_at)}",'
        f"{_sender(event.zone, event.claim, event.actor, event.source, event.device)},"
        f'{corrects}"body":{{{body}}}}}'
    )


def _instant(at: datetime) -> str:
    text = at.isoformat()
    if at.__class__ is not datetime or text[-6] not in "+-":  # an offset of less than a minute can be read back wrongly
        raise _Unusual
    return text


@lru_cache(_SENDERS_KEPT)
def _sender(zone: str, claim: Claim, actor: str, source: str, device: str) -> str:
    """Return the members that all events of one device have alike."""
    if not zone.strip() or not source.strip() or actor not in ACTORS or claim.__class__ is not Claim:
        raise _Unusual
    return (
        f'"zone":{_quoted(zone)},"claim":"{claim.value}","actor":{_quoted(actor)},"source":{_quoted(source)},'
        f'"device":{_quoted(device)}'
    )


def _number(value: float) -> str:
    if value.__class__ is not float or not isfinite(value):
        raise _Unusual
    return repr(value)


def _slot(slot: str) -> str:
    return f',"slot":{_quoted(slot)}' if slot != "" else ""


def _taken(body: DoseTaken) -> str:
    lot = f',"lot":{_quoted(body.lot)}' if body.lot != "" else ""
    return f'"drug":{_quoted(body.drug)},"mg":{_number(body.mg)}{_slot(body.slot)}{lot}'


def _partly_taken(body: DosePartlyTaken) -> str:
    return f'"drug":{_quoted(body.drug)},"mg":{_number(body.mg)}{_slot(body.slot)}'


def _vomited(body: DoseVomited) -> str:
    minutes = "" if body.minutes_after is None else f',"minutes_after":{_number(body.minutes_after)}'
    return f'"drug":{_quoted(body.drug)},"mg":{_number(body.mg)}{_slot(body.slot)}{minutes}'


def _skipped(body: DoseSkipped) -> str:
    reason = "" if body.reason == "forgotten" else f',"reason":{_quoted(body.reason)}'
    return f'"drug":{_quoted(body.drug)}{_slot(body.slot)}{reason}'


_BODIES: Final[Mapping[type, Callable[..., str]]] = {
    DoseTaken: _taken,
    DosePartlyTaken: _partly_taken,
    DoseVomited: _vomited,
    DoseSkipped: _skipped,
}
