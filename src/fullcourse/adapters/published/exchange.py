"""The JSON of a course that is carried: what was exported, imported, sent, taken in or closed; each has a schema."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Final

from fullcourse import __version__
from fullcourse.adapters.exchange.carrying import Imported
from fullcourse.adapters.exchange.likeness import RecordPair
from fullcourse.clinical.event import Event
from fullcourse.journey.course import LikelyPair

if TYPE_CHECKING:  # its module needs what a bare install leaves out
    from fullcourse.adapters.store.backup import Backup

__all__ = ["backup_json", "duplicates_json", "exported_json", "imported_json", "transferred_json"]

EXPORT: Final = "fullcourse/export/1"
IMPORT: Final = "fullcourse/import/1"
TRANSFER: Final = "fullcourse/transfer/1"
DUPLICATES: Final = "fullcourse/duplicates/1"
BACKUP: Final = "fullcourse/backup/1"


def exported_json(file: str, events: int, set_aside: int, digest: str, now: datetime) -> dict[str, object]:
    """Return what was exported as plain values that JSON can hold.

    Args:
        file: Name of the file.
        events: How many it holds.
        set_aside: How many that were set aside.
        digest: What the events come to.
        now: The moment.
    """
    return {**_head(EXPORT, now), "file": file, "events": events, "set_aside": set_aside, "log_digest": digest}


def imported_json(imported: Imported, now: datetime) -> dict[str, object]:
    """Return what became of the events of a file as plain values that JSON can hold."""
    return {**_head(IMPORT, now), **_came(imported)}


def transferred_json(
    step: str,
    number: str,
    facility: str,
    now: datetime,
    *,
    code: str = "",
    file: str = "",
    imported: Imported | None = None,
) -> dict[str, object]:
    """Return one step of a transfer as plain values that JSON can hold.

    Args:
        step: ``out``, ``in`` or ``received``.
        number: Of the transfer.
        facility: The other one.
        now: The moment.
        code: The claim code, shown this once; empty but for ``out``.
        file: Name of the file that was written; empty where none was.
        imported: What became of the events, for ``in``.
    """
    written: dict[str, object] = {**_head(TRANSFER, now), "step": step, "transfer": number, "facility": facility}
    if code:
        written["code"] = code
    if file:
        written["file"] = file
    return written if imported is None else {**written, "imported": _came(imported)}


def backup_json(step: str, file: str, made: "Backup", now: datetime) -> dict[str, object]:
    """Return what was backed up or restored as plain values that JSON can hold.

    Args:
        step: ``backup`` or ``restore``.
        file: Name of the file that was written.
        made: What is in it.
        now: The moment.
    """
    return {
        **_head(BACKUP, now),
        "step": step,
        "file": file,
        "patients": made.patients,
        "events": made.events,
        "erased": made.erased,
        "heads": made.heads,
        "made_at": made.made_at.isoformat(),
        "damaged": [{"patient": it.patient, "broken": list(it.broken)} for it in made.damaged],
    }


def duplicates_json(
    courses: Sequence[LikelyPair], records: Sequence[RecordPair], compared: int, left_out: int, now: datetime
) -> dict[str, object]:
    """Return the pairs that a person has to look at as plain values that JSON can hold.

    Args:
        courses: Pairs of a store.
        records: Pairs of records.
        compared: How many courses or records.
        left_out: How many courses could not be read.
        now: The moment.
    """
    return {
        **_head(DUPLICATES, now),
        "compared": compared,
        "not_compared": left_out,
        "courses": [
            {"first": it.first, "second": it.second, "why": list(it.why), "against": list(it.against)} for it in courses
        ],
        "records": [
            {
                "first": it.first,
                "second": it.second,
                "likeness": it.likeness.value,
                "fields": {name: agreement.value for name, agreement in it.fields},
            }
            for it in records
        ],
    }


def _head(schema: str, now: datetime) -> dict[str, object]:
    return {"schema": schema, "software": __version__, "at": now.isoformat()}


def _came(imported: Imported) -> Mapping[str, object]:
    return {
        "patient": imported.patient,
        "new": imported.new,
        "same": imported.same,
        "set_aside": imported.set_aside,
        "future": [_ahead(event) for event in imported.future],
        "unknown_kinds": dict(sorted(imported.unknown.items())),
        "log_digest": imported.log_digest,
    }


def _ahead(event: Event) -> dict[str, object]:
    return {
        "id": event.id,
        "kind": event.kind,
        "occurred_at": event.occurred_at.isoformat(),
        "recorded_at": event.recorded_at.isoformat(),
    }
