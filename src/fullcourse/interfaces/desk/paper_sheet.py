"""A course's sheet on paper: printed to be ticked, and typed back whole on one page.

One form makes one event of each box that says something, however often it is sent: their ids are made of the one that
the page holds. The same words that somebody told before add nothing; other words are kept beside them, and shown.
"""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from hashlib import sha256
from typing import Final

from fullcourse import __version__
from fullcourse.adapters.documents.organizer_pdf import organizer_pdf
from fullcourse.adapters.published.event import SCHEMA, read_event
from fullcourse.adapters.store.contract import Appended
from fullcourse.adapters.zones import load_zone
from fullcourse.clinical.errors import InputError
from fullcourse.clinical.event import Event
from fullcourse.clinical.event_bodies import DosePartlyTaken, DoseSkipped, DoseTaken, DoseVomited
from fullcourse.clinical.event_id import CHANCE_BITS, event_id, parse_event_id
from fullcourse.interfaces.api.call import Call, Reply
from fullcourse.interfaces.api.events import open_store_of
from fullcourse.interfaces.api.problems import BadRequest, Conflict
from fullcourse.interfaces.api.routes import PATIENT, Route
from fullcourse.interfaces.desk.courses_read import CourseHere, opened_here
from fullcourse.interfaces.desk.pages import page, see_other
from fullcourse.interfaces.desk.posted import posted
from fullcourse.interfaces.desk.rows import sent, shown
from fullcourse.interfaces.desk.words import t
from fullcourse.journey.organizer import SHEET_DAYS, organizer_of
from fullcourse.journey.typed_sheet import Mark, Marked, PaperBox, PaperSheet, paper_sheet, typed_back

__all__ = ["SHEET_PAGES"]

_ADDRESS: Final = "/desk/courses/{patient}/sheet"
_PDF: Final = "application/pdf"
_MOST_FIELDS: Final = 2000
"""A sheet of four weeks has hundreds of boxes, each a field."""

_BY: Final = {"patient": "self", "supporter": "supporter"}
"""Whose ticks they are, and how it is known."""

_MARKS: Final = {Mark.TAKEN: "Taken", Mark.OBSERVED: "Observed", Mark.MISSED: "Missed"}
_TOLD: Final = {DoseTaken: "taken", DosePartlyTaken: "partly taken", DoseVomited: "vomited", DoseSkipped: "not taken"}


@dataclass(frozen=True, slots=True)
class _Cell:
    """One box as it stands on the page.

    Attributes:
        code: That is printed beside it.
        label: What is read aloud: the day, the time, the dose, the code.
        told: What was said of the dose before, in words.
        is_disputed: Whether two say different things of it.
        is_due: Whether its time has come.
        mark: What was typed; empty for nothing.
    """

    code: str
    label: str
    told: tuple[str, ...]
    is_disputed: bool
    is_due: bool
    mark: str


@dataclass(frozen=True, slots=True)
class _Column:
    """The doses of one content at one time of the day: its letter on the sheet, the time, the drug and the amount."""

    letter: str
    at: str
    drug: str
    amount: str


@dataclass(frozen=True, slots=True)
class _Grid:
    """A sheet as a table: its columns, and its days with one box or none in each column."""

    columns: tuple[_Column, ...]
    rows: tuple[tuple[date, tuple[_Cell | None, ...]], ...]
    asks: int


def _show(call: Call) -> Reply:
    here = opened_here(call)
    asked = (call.asked("id") or "").strip()
    if not asked:
        return _page(call, here, None)
    try:
        paper = paper_sheet(here.opened.course, load_zone, asked, call.now)
    except InputError as error:
        return _page(call, here, None, asked, str(error))
    return _page(call, here, paper)


def _page(
    call: Call,
    here: CourseHere,
    paper: PaperSheet | None,
    asked: str = "",
    wrong: str = "",
    marks: Mapping[str, str] | None = None,
) -> Reply:
    done = call.asked("done") if call.query.get("done") else None
    if done is not None and not (done.isdecimal() and len(done) < 5):
        raise BadRequest("'done' is the number of boxes that were written down.")
    names = {
        "patient": here.opened.patient,
        "short": here.opened.patient[:8],
        "sheet": str(paper.sheet.id) if paper is not None else "",
        "asked": asked[:80],
        "grid": None if paper is None else _grid(paper, marks or {}),
        "is_older": paper is not None and paper.is_older,
        "disputed": 0 if paper is None else sum(_is_disputed(box) for box in paper.boxes),
        "marks": [(mark.value, t(says)) for mark, says in _MARKS.items()],
        "done": done if not wrong else None,
        "wrong": wrong,
        "id": event_id(int(call.now.timestamp() * 1000), secrets.randbits(CHANCE_BITS)),
    }
    title = t("Paper sheet of ") + here.opened.patient[:8]
    return page(call, "paper_sheet.html", title, names, here="queue", reply=Reply(status=422 if wrong else 200))


def _grid(paper: PaperSheet, marks: Mapping[str, str]) -> _Grid:
    zone, letters = paper.zone, paper.sheet.letters
    placed: dict[tuple[date, tuple[str, str, str, str]], _Cell] = {}
    seen: dict[tuple[str, str, str, str], None] = {}
    for box in paper.boxes:
        slot = box.slot
        at = f"{zone.local(slot.due):%H:%M}"
        column = (at, letters[slot.drug, slot.form], slot.drug, f"{slot.mg:g} mg")
        seen[column] = None
        label = f"{box.day:%a} {box.day.day} {box.day:%b}, {at}, {slot.drug} {slot.mg:g} mg, {t('box')} {box.code}"
        told = tuple(_told(event, zone.local(event.occurred_at).strftime("%H:%M")) for event in box.told)
        placed[box.day, column] = _Cell(
            box.code, label, told, _is_disputed(box), box.is_due, marks.get(box.code, "")
        )  # fmt: skip
    columns = sorted(seen, key=lambda it: (it[0] < "03:00", it))
    days = sorted({box.day for box in paper.boxes})
    rows = tuple((day, tuple(placed.get((day, column)) for column in columns)) for day in days)
    named = tuple(_Column(letter, at, drug, amount) for at, letter, drug, amount in columns)
    return _Grid(named, rows, len(paper.sheet.asks))


def _told(event: Event, at: str) -> str:
    """Return what was said of a dose: by whom, what, and at which time where the dose was taken."""
    who = t("seen") if event.claim.value in ("observed", "video") else t(event.actor)
    what = t(_TOLD[type(event.body)]) if type(event.body) in _TOLD else event.kind
    when = "" if isinstance(event.body, DoseSkipped) else f" {at}"
    paper = f", {t('on paper')}" if event.device.startswith("paper ") else ""
    return f"{who}: {what}{when}{paper}"


def _is_disputed(box: PaperBox) -> bool:
    """Return whether two say different things of a dose."""
    return len({isinstance(event.body, DoseSkipped) for event in box.told}) > 1


def _take(call: Call) -> Reply:
    """Keep what was typed of a sheet; the same form sent twice is kept once."""
    form = posted(call, ("id", "sheet", "by"), many=("box",), most=_MOST_FIELDS)
    here = opened_here(call)
    paper = None
    typed: dict[str, str] = {}
    try:
        paper = paper_sheet(here.opened.course, load_zone, form.needed("sheet", t("Number of the sheet")), call.now)
        typed = _typed(form.chosen("box"))
        by = form.needed("by", t("Who ticked it"))
        if by not in _BY:
            raise InputError(t("Who ticked it") + ": it is none of the list. Choose one.")
        base = parse_event_id(form.one("id"), "id")
        marks = {code: Mark(word) for code, word in typed.items()}
        sent_before = {event.id: event for event in here.events}
        again = {code for code in marks if (it := sent_before.get(_box_id(base, code))) and _says(it) is marks[code]}
        result = typed_back(paper, {code: mark for code, mark in marks.items() if code not in again})
    except InputError as error:
        return _page(call, here, paper, form.one("sheet"), str(error), typed)
    made = [_event(call, paper, it, by, base) for it in result.new]
    became = open_store_of(call).append(made, call.now) if made else ()
    if Appended.SET_ASIDE in became:
        raise Conflict("This form was sent before with other words. Load its page again, and repeat it.")
    kept = len(made) + len(again)
    return see_other(f"{_ADDRESS.format(patient=here.opened.patient)}?id={paper.sheet.id}&done={kept}")


def _typed(boxes: Sequence[str]) -> dict[str, str]:
    """Return the word of each box that says something; raises InputError for a box that says two things, or another."""
    typed: dict[str, str] = {}
    words = {mark.value for mark in Mark}
    for text in boxes:
        code, _, word = text.partition(" ")
        if not text:
            continue
        if word not in words or typed.setdefault(code, word) != word:
            raise InputError("a box says something that no box can say. Load the page again, and repeat it.")
    return typed


def _box_id(base: str, code: str) -> str:
    """Return the id of a box's event: always the same for one page and one box."""
    chance = int.from_bytes(sha256(f"{base} {code}".encode()).digest()[:16]) % (1 << CHANCE_BITS)
    return event_id(int(base.replace("-", "")[:12], 16), chance)


def _says(event: Event) -> Mark:
    if isinstance(event.body, DoseSkipped):
        return Mark.MISSED
    return Mark.OBSERVED if event.claim.value == "observed" else Mark.TAKEN


def _event(call: Call, paper: PaperSheet, it: Marked, by: str, base: str) -> Event:
    """Return the event of a box: whose word it is, from which sheet, and by which account it was typed."""
    slot, is_seen = it.box.slot, it.mark is Mark.OBSERVED
    body: dict[str, object] = {"drug": slot.drug, "slot": slot.id}
    # the paper does not say why a dose was missed
    body |= {"reason": "other"} if it.mark is Mark.MISSED else {"mg": slot.mg}
    written: dict[str, object] = {
        "schema": SCHEMA,
        "id": _box_id(base, it.box.code),
        "patient": call.path[PATIENT],
        "kind": "dose_skipped" if it.mark is Mark.MISSED else "dose_taken",
        "occurred_at": paper.zone.local(it.at).isoformat(),
        "recorded_at": paper.zone.local(call.now).isoformat(),
        "zone": paper.zone.name,
        "claim": "observed" if is_seen else _BY[by],
        "actor": "clinician" if is_seen else by,
        "source": f"fullcourse {__version__} desk, from paper, typed by {call.caller.id}",
        "device": f"paper {paper.sheet.id}",
        "body": body,
    }
    return read_event(written, "")


def _print(call: Call) -> Reply:
    """Give a sheet as a PDF, from the patient's today on."""
    here = opened_here(call)
    days = {str(days): days for days in SHEET_DAYS}.get(call.asked("days") or "28")
    if days is None:
        raise InputError("days: a sheet is of 7 or 28 days. Choose one.")
    is_discreet = call.asked("discreet") == "yes"
    organizer = organizer_of(here.opened.course, call.service.knowledge, call.now, days)
    made = organizer_pdf(organizer, discreet=is_discreet, paper="a4")
    return Reply(made, media_type=_PDF, headers={"Content-Disposition": 'inline; filename="plan.pdf"'})


SHEET_PAGES: Final[tuple[Route, ...]] = (
    shown(
        _ADDRESS, "course.follow-up", _show, "Print a sheet, or type one back.",
        {"id": "Of the sheet that is typed back.", "done": "How many boxes were written down."},
    ),
    sent(_ADDRESS, "course.follow-up", _take, "Write down every box of a sheet that says something."),
    replace(
        shown(
            f"{_ADDRESS}.pdf", "course.follow-up", _print, "A sheet to tick, from the patient's today on.",
            {"days": "7 or 28.", "discreet": "yes, where no drug is named."},
        ),
        gives_type=_PDF,
    ),
)  # fmt: skip
"""The addresses of sheets on paper."""
