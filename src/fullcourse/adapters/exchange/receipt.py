"""The receipt of a transfer, ``fullcourse/receipt/1``: only who opened the transfer can write it.

It holds the token that was sealed in the transfer, no event and no code. Whoever sees it learns that somebody with this
random id came to that facility, and nothing else.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from fullcourse import __version__
from fullcourse.adapters.json_text import decode_text, parse_json
from fullcourse.clinical.errors import InputError
from fullcourse.clinical.instant import parse_instant

__all__ = ["SCHEMA", "Receipt", "read_receipt", "receipt_bytes"]

SCHEMA: Final = "fullcourse/receipt/1"
_KEYS: Final = ("schema", "software", "transfer", "token", "patient", "facility", "received_at", "events", "log_digest")


@dataclass(frozen=True, slots=True)
class Receipt:
    """What the receiving facility says.

    Attributes:
        transfer: Number of the transfer.
        token: What was sealed in it.
        patient: Random id.
        facility: Name or code of the receiving facility.
        received_at: When it took the course.
        events: How many events the transfer held.
        log_digest: What these come to.
    """

    transfer: str
    token: str
    patient: str
    facility: str
    received_at: datetime
    events: int
    log_digest: str


def receipt_bytes(receipt: Receipt) -> bytes:
    """Return the file of a receipt."""
    written: dict[str, object] = {
        "schema": SCHEMA,
        "software": f"fullcourse {__version__}",
        "transfer": receipt.transfer,
        "token": receipt.token,
        "patient": receipt.patient,
        "facility": receipt.facility,
        "received_at": receipt.received_at.isoformat(),
        "events": receipt.events,
        "log_digest": receipt.log_digest,
    }
    return (json.dumps(written, indent=1, ensure_ascii=False) + "\n").encode("utf-8")


def read_receipt(data: bytes, what: str) -> Receipt:
    """Read a receipt.

    Raises:
        InputError: It is none, or not whole.
    """
    table = parse_json(decode_text(data, what), what)
    if not isinstance(table, dict) or table.get("schema") != SCHEMA or table.keys() != set(_KEYS):
        raise InputError(f"{what} is no receipt of a transfer. Hand in what 'course transfer in' wrote.")
    at = parse_instant(_text(table, "received_at", what), f"{what}: received_at")
    events = table["events"]
    if at.tzinfo is None or isinstance(events, bool) or not isinstance(events, int):
        raise InputError(f"{what}: received_at has no offset, or events is no number. Have it written again.")
    transfer, token, patient, facility, digest = (
        _text(table, key, what) for key in ("transfer", "token", "patient", "facility", "log_digest")
    )
    return Receipt(transfer, token, patient, facility, at, events, digest)


def _text(table: Mapping[str, object], key: str, what: str) -> str:
    value = table[key]
    if not isinstance(value, str) or not value.strip():
        raise InputError(f"{what}: {key} is no text. Have the receipt written again.")
    return value
