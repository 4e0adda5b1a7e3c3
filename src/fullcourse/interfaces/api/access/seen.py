"""The audit over HTTP, for auditors."""

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Final

from fullcourse.adapters.access.audit.entry import AuditEntry
from fullcourse.adapters.access.audit.reading import entries
from fullcourse.clinical.errors import InputError
from fullcourse.interfaces.api.access.asked import Form, access_of, json_of
from fullcourse.interfaces.api.call import Call, Reply
from fullcourse.interfaces.api.problems import BadRequest
from fullcourse.interfaces.api.routes import Route

__all__ = ["AUDIT_ROUTES", "AuditPage", "page_of"]

_MOST: Final = 500


class AuditLine(Form, frozen=True):
    """One entry."""

    seq: int
    at: datetime
    did: str
    account: str
    roles: tuple[str, ...]
    patient: str
    about: str
    status: int
    call: str
    where: str
    why: str


class AuditPage(Form, frozen=True):
    """Entries in their order, and the place behind which the next page begins; None at the end."""

    entries: tuple[AuditLine, ...]
    next: int | None


def page_of(call: Call, listed: Callable[[int, int], Iterator[AuditEntry]]) -> Reply:
    """Return a page of the audit.

    Args:
        call: Whose ``after`` says where it begins.
        listed: Gives entries behind a place, so many at most.
    """
    page = tuple(listed(_place_of(call), _MOST))
    lines = tuple(
        AuditLine(
            it.seq, it.at, it.did, it.account, it.roles, it.patient, it.about, it.status, it.call, it.where, it.why
        )
        for it in page
    )
    return json_of(AuditPage(lines, page[-1].seq if len(page) == _MOST else None))


def _place_of(call: Call) -> int:
    text = call.asked("after") or "0"
    if not (text.isascii() and text.isdigit()) or len(text) > 15:
        raise BadRequest("'after' is the place of an entry: a whole number.")
    return int(text)


def _audit(call: Call) -> Reply:
    since = _moment(call.asked("since"))
    patient, account = call.asked("patient"), call.asked("account")
    kept = access_of(call).kept
    return page_of(call, lambda after, most: entries(kept, patient, since, account=account, after=after, most=most))


def _moment(text: str | None) -> datetime | None:
    if text is None:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        raise InputError("since: it is no moment with an offset, such as 2026-11-30T00:00:00Z.")
    return moment


AUDIT_ROUTES = (
    Route(
        "GET", "/api/v1/audit", "audit.read", _audit, "Who saw or changed what, when, from where and why.",
        gives=AuditPage, is_slow=True,
        query={
            "after": "Place of the entry behind which it begins.",
            "since": "Moment from which on, with an offset.",
            "patient": "Random id of the patient.",
            "account": "Random id of the account.",
        },
    ),
)  # fmt: skip
"""The addresses of the audit."""
