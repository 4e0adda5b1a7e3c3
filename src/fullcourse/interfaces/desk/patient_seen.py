"""Who saw or changed a course, when, from where and why: the audit of one patient as whoever may read it reads it."""

from collections import deque
from dataclasses import dataclass
from typing import Final

from fullcourse.adapters.access.audit.reading import entries
from fullcourse.adapters.access.people.accounts import find_account
from fullcourse.interfaces.api.access.asked import access_of
from fullcourse.interfaces.api.call import Call, Reply
from fullcourse.interfaces.api.routes import PATIENT, Route
from fullcourse.interfaces.desk.pages import page
from fullcourse.interfaces.desk.rows import shown
from fullcourse.interfaces.desk.words import t

__all__ = ["SEEN_PAGES"]

_MOST: Final = 200


@dataclass(frozen=True, slots=True)
class _SeenLine:
    """One entry: when, who with their roles, what they did or were refused, from where, and the reason given."""

    at: str
    who: str
    did: str
    where: str
    why: str


def _seen(call: Call) -> Reply:
    access, patient = access_of(call), call.path[PATIENT]
    newest = deque(entries(access.kept, patient), maxlen=_MOST)
    ids = dict.fromkeys(it.account for it in newest if it.account)
    found = access.read(lambda connection: {it: find_account(connection, access.keys, it) for it in ids})
    lines = []
    for it in reversed(newest):
        account = found.get(it.account)
        who = account.name if account is not None and account.name else it.account[:8] or t("nobody")
        did = it.did if it.status < 400 else f"{it.did} ({t('refused')}, {it.status})"
        roles = f" ({', '.join(it.roles)})" if it.roles else ""
        lines.append(_SeenLine(f"{it.at:%Y-%m-%d %H:%M:%S} UTC", f"{who}{roles}", did, it.where, it.why))
    names = {"patient": patient, "short": patient[:8], "lines": lines, "most": _MOST}
    return page(call, "patient_seen.html", t("Who saw or changed this course"), names, here="queue")


SEEN_PAGES: Final[tuple[Route, ...]] = (
    shown("/desk/courses/{patient}/seen", "course.audit", _seen, "Who saw or changed a course, the newest first."),
)
"""The address of a course's audit."""
