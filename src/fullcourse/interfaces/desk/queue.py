"""The home page: who needs me today? A list of people and reasons, and no dashboard."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from fullcourse.adapters.access.caller import Subject
from fullcourse.adapters.access.rights import may_ever
from fullcourse.adapters.worklist.rows import Listing, Row
from fullcourse.clinical.event_bodies import MATTERS
from fullcourse.interfaces.api.call import Call, Reply
from fullcourse.interfaces.api.problems import BadRequest
from fullcourse.interfaces.api.routes import Route
from fullcourse.interfaces.desk.matters import BUTTONS, MATTER_WORDS, answer_of
from fullcourse.interfaces.desk.pages import page
from fullcourse.interfaces.desk.rows import shown
from fullcourse.interfaces.desk.unsent import unsent_here
from fullcourse.interfaces.desk.words import t
from fullcourse.interfaces.desk.worklist import QUEUE_RIGHT, age, courses_seen, fresh_worklist, subjects_of

__all__ = ["QUEUE", "Line", "line_of"]

_PUT_OFF: Final = "put-off"
_ON_A_PAGE: Final = 50
_LINES_SHOWN: Final = 3


@dataclass(frozen=True, slots=True)
class Line:
    """One row as it is shown.

    Attributes:
        patient: Random id.
        short: So much of it as tells people apart at a glance.
        says: What is the matter, the first lines of it.
        more: How many lines are left out.
        since: When the oldest of it came up.
        age: The same in words.
        by: By when somebody sees to the most urgent of it.
        contact: The last contact in words; empty for none.
        until: Until when it is put off, in words; empty for a row that is not.
        because: Why it is put off; empty for a row that is not.
        buttons: What leads on from it: addresses, and what stands on the button.
    """

    patient: str
    short: str
    says: tuple[str, ...]
    more: int
    since: datetime
    age: str
    by: str
    contact: str
    until: str
    because: str
    buttons: tuple[tuple[str, str], ...]

    @property
    def is_now(self) -> bool:
        """Return whether it waits for nothing."""
        return self.by == "now"


def line_of(row: Row, now: datetime, *, may_change: bool = False) -> Line:
    """Return a row as it is shown, the way to a change of the plan for those who may change one."""
    contact, said = row.last_contact, ""
    if contact is not None:
        became = t("reached") if contact.reached else t("not reached")
        if contact.how == "visit":
            became = t("came") if contact.reached else t("did not come")
        said = f"{t(contact.how)}, {became}, {age(contact.at, now)} {t('ago')}"
    return Line(
        row.patient, row.patient[:8], tuple(map(t, row.says[:_LINES_SHOWN])), max(len(row.says) - _LINES_SHOWN, 0),
        row.since,
        age(row.since, now), row.by, said, "" if row.put_off is None else row.put_off.day.isoformat(),
        "" if row.put_off is None else row.put_off.because, _buttons(row, may_change=may_change),
    )  # fmt: skip


def _buttons(row: Row, *, may_change: bool) -> tuple[tuple[str, str], ...]:
    """Return the button of the first line, and the way to put the matter off where it leads elsewhere."""
    answer, path = answer_of(row.first)
    ways = {} if answer == "plan" and not may_change else {answer: path}
    ways |= {"follow-up": f"follow-up?matter={row.matter}"}
    return tuple((f"/desk/courses/{row.patient}/{way}", t(BUTTONS[name])) for name, way in ways.items())


def _show(call: Call) -> Reply:
    tab, number = _tab(call), _page(call)
    worklist, seen = fresh_worklist(call), courses_seen(call)
    # Counted first: what is read in between is then shown and counted as waiting too, which misleads nobody.
    waiting, unread = worklist.not_read(seen)
    listing = worklist.listing(seen, call.now)
    tab = tab or next((matter for matter in MATTERS if listing.rows[matter]), MATTERS[0])
    every = listing.put_off if tab == _PUT_OFF else listing.rows[tab]
    here, subjects = _seen_rows(call, every[(number - 1) * _ON_A_PAGE : number * _ON_A_PAGE])
    not_sent = unsent_here(call, seen)
    subjects = tuple(dict.fromkeys((*subjects, *not_sent.subjects)))
    may_change = may_ever(call.caller, "course.change")
    lines = [line_of(row, call.now, may_change=may_change) for row in here]
    names = {
        "tabs": _tabs(listing), "tab": tab, "lines": lines, "count": len(every),
        "page": number, "pages": -(-len(every) // _ON_A_PAGE) or 1, "waiting": waiting, "unread": len(unread),
        "listing": listing, "courses": len(seen), "now": call.now, "not_sent": not_sent,
    }  # fmt: skip
    return page(call, "queue.html", t("Who needs me today?"), names, here="queue", reply=Reply(subjects=subjects))


def _seen_rows(call: Call, rows: tuple[Row, ...]) -> tuple[tuple[Row, ...], tuple[Subject, ...]]:
    """Return the rows of a page that the caller may see, with whose data is in them: the right is asked of each."""
    subjects = subjects_of(call, rows)
    allowed = {subject.patient for subject in subjects}
    return tuple(row for row in rows if row.patient in allowed), subjects


def _tabs(listing: Listing) -> list[tuple[str, str, int, int]]:
    """Return each tab: name, label, how many rows, how many of them wait for nothing."""
    tabs = [
        (matter, t(MATTER_WORDS[matter]), len(listing.rows[matter]), sum(row.is_now for row in listing.rows[matter]))
        for matter in MATTERS
    ]
    return [*tabs, (_PUT_OFF, t("Put off"), len(listing.put_off), 0)]


def _tab(call: Call) -> str:
    tab = call.asked("tab") or ""
    if tab and tab not in (*MATTERS, _PUT_OFF):
        raise BadRequest(f"'tab' is one of {', '.join((*MATTERS, _PUT_OFF))}.")
    return tab


def _page(call: Call) -> int:
    text = call.asked("page") or "1"
    if not (text.isascii() and text.isdigit()) or len(text) > 6 or int(text) < 1:
        raise BadRequest("'page' is a whole number from 1.")
    return int(text)


QUEUE: Final[tuple[Route, ...]] = (
    shown(
        "/desk/queue", QUEUE_RIGHT, _show, "Show for whom somebody is needed, and for what.",
        {"tab": "Which matter.", "page": "Which page, from 1."}, finds_subjects=True,
    ),
)  # fmt: skip
"""The address of the list."""
