"""Prints a pill-organizer sheet as an accessible PDF (PDF/UA-1), A4 or letter, readable in black and white.

The same sheet gives the same bytes: fonts are those that come with the typesetter, never the computer's, and the time
in the document is the one it was made for. A discreet sheet names contents by letter and shape alone.
"""

import io
import json
import re
from collections.abc import Sequence
from datetime import UTC, date, time, timedelta
from importlib import resources
from typing import Final

from fullcourse.adapters.extras import needed
from fullcourse.clinical.answer_head import CONTENT_NOTICE, AnswerHead
from fullcourse.clinical.errors import InputError
from fullcourse.clinical.zone import DAY_ENDS_AT
from fullcourse.course.organizer import OrganizerSheet, scan_text
from fullcourse.course.schedule import Slot
from fullcourse.journey.organizer import Organizer, StorageLine

__all__ = ["PAPERS", "organizer_pdf"]

PAPERS: Final = {"a4": "a4", "letter": "us-letter"}
_WEEK: Final = 7
_WARNING: Final = "Storage, a warning:"
"""It stands above the boxes: what stands below them may be on another page, and get lost."""
_MOST_TIMES: Final = 8
"""How many times of day stand side by side on a sheet of four weeks."""

_PARTS: Final = ((3, "Night"), (11, "Morning"), (15, "Noon"), (18, "Afternoon"), (22, "Evening"), (24, "Night"))
_FRACTIONS: Final = {0.25: "¼", 0.5: "½", 0.75: "¾"}
_DISEASE: Final = re.compile(r"\btb\b|tubercul", re.IGNORECASE)


def organizer_pdf(organizer: Organizer, *, discreet: bool, paper: str) -> bytes:
    """Return a sheet as a PDF.

    Args:
        organizer: The sheet and what belongs on it.
        discreet: Whether drugs and sources stay unnamed.
        paper: One of `PAPERS`.

    Raises:
        InputError: A package for it is not installed, or its times of day are too many for one sheet.
    """
    typst = needed("typst", "course", "a printed sheet")
    template = resources.files("fullcourse").joinpath("adapters", "documents", "templates", "organizer.typ")
    data = {**_data(organizer, discreet), "paper": PAPERS[paper]}
    written: bytes = typst.compile(
        template.read_bytes(),
        format="pdf",
        ignore_system_fonts=True,
        sys_inputs={"data": json.dumps(data)},
        pdf_standards=["ua-1"],
        timestamp=organizer.made_at.astimezone(UTC).replace(microsecond=0),
    )
    return written


def _data(organizer: Organizer, discreet: bool) -> dict[str, object]:
    """Return everything that stands on a sheet."""
    sheet = organizer.sheet
    days = [sheet.id.first + timedelta(days=number) for number in range(sheet.id.days)]
    cells, times = _cells(sheet)
    is_week = sheet.id.days == _WEEK
    if not is_week and len(times) > _MOST_TIMES:
        raise InputError(
            f"the doses fall on {len(times)} times of day, too many for a sheet of four weeks. Print weekly sheets."
        )
    day_names, time_names = [_day(day) for day in days], [f"{_part(at)} {at:%H:%M}" for at in times]
    if is_week:
        head, labels = day_names, time_names
        rows = [[cells.get((day, at), []) for day in days] for at in times]
    else:
        head, labels = time_names, day_names
        rows = [[cells.get((day, at), []) for at in times] for day in days]
    fullest = max(map(len, cells.values()))
    length = "week" if is_week else "four weeks"
    name = "My plan" if discreet else "Pill organizer"
    foot = AnswerHead(organizer.knowledge, CONTENT_NOTICE).foot()
    return {
        "title": f"{name}: {length} from {_day(days[0])} {days[0].year}",
        "lead": "Tick a box when you have taken what stands beside it. Leave it empty when you have not, and ask."
        + (" Where it says ask, take nothing before you have asked your clinic." if sheet.asks else ""),
        "id": str(sheet.id),
        "qr": _qr(scan_text(sheet)),
        "qr_alt": f"QR code with the number of this sheet, {sheet.id}, and its boxes",
        "flipped": is_week,
        "stacked": is_week,
        "scale": _scale(fullest, is_week),
        "columns": ["auto", *("1fr" for _ in head)],
        "head": ["Time" if is_week else "Day", *head],
        "rows": [{"label": label, "cells": row} for label, row in zip(labels, rows, strict=True)],
        "legend": _legend(sheet, discreet),
        "legend_columns": 2,
        "warning": _WARNING,
        "notes": _notes(organizer, discreet),
        "foot": f"{foot} Time zones {sheet.zone.edition}. Made {sheet.zone.local(organizer.made_at):%Y-%m-%d %H:%M}.",
    }


def _scale(fullest: int, is_week: bool) -> float:
    """Return how large boxes are drawn, by how many stand in the fullest cell."""
    if is_week:
        return 1.25 if fullest <= 2 else 1.0 if fullest <= 4 else 0.7
    return 0.9 if fullest <= 2 else 0.75


def _cells(sheet: OrganizerSheet) -> tuple[dict[tuple[date, time], list[dict[str, str]]], list[time]]:
    """Return what stands in each cell, by day and time of day, and the times in the order of the patient's day."""
    codes = {slot.id: code for code, slot in sheet.boxes.items()}
    cells: dict[tuple[date, time], list[dict[str, str]]] = {}
    for slot in sorted((*sheet.boxes.values(), *sheet.asks), key=lambda slot: (slot.due, slot.drug)):
        at = sheet.zone.local(slot.due).time().replace(tzinfo=None)
        letter = sheet.letters[slot.drug, slot.form]
        code = codes.get(slot.id, "")  # a drug that is held has none, and no amount that reads like an order
        shown = {"letter": letter, "shape": _shape(slot.form), "count": _count(slot) if code else "", "code": code}
        cells.setdefault((sheet.day_of(slot), at), []).append(shown)
    return cells, sorted({at for _, at in cells}, key=lambda at: (at < DAY_ENDS_AT, at))


def _count(slot: Slot) -> str:
    """Return how many of a content: ``× 1½``; the amount where the plan does not count them."""
    if slot.units is None:
        return f"{slot.mg:g} mg"
    whole, part = divmod(slot.units, 1.0)
    if part in _FRACTIONS:
        return f"× {int(whole) if whole else ''}{_FRACTIONS[part]}"
    return f"× {slot.units:g}"


def _shape(form: str) -> str:
    if "capsule" in form:
        return "capsule"
    if "tablet" in form:
        return "dispersible" if "dispersible" in form else "tablet"
    return "other"


def _legend(sheet: OrganizerSheet, discreet: bool) -> list[dict[str, str]]:
    """Return what each letter is; a line to write on for what it looks like, which no source says for every product."""
    legend = []
    for (drug, form), letter in sheet.letters.items():
        kind = form.split(" ")[0] if form else "as on its label"
        named = kind if discreet else f"{drug}, {form or kind}"
        legend.append({"letter": letter, "shape": _shape(form), "says": f"{named}. Looks like: ____________________"})
    return legend


def _notes(organizer: Organizer, discreet: bool) -> list[dict[str, str]]:
    zone, notes = organizer.sheet.zone, []
    for day in dict.fromkeys(zone.local(gap.before).date() for gap in organizer.clock_changes):
        hours = {f"{gap.hours:g}" for gap in organizer.clock_changes if zone.local(gap.before).date() == day}
        says = f"the time between two boxes is then {' or '.join(sorted(hours))} hours. Go by the clock."
        notes.append({"lead": f"Clocks change on {_day(day)}:", "says": says})
    letters = {drug: letter for (drug, _), letter in reversed(organizer.sheet.letters.items())}
    for line in organizer.storage:
        if discreet and _names_something(line, letters):
            continue
        of = "Storage:" if line.drug not in letters else f"Storage of {letters[line.drug]}:"
        lead = _WARNING if line.is_warning else of
        said_of = "" if line.drug in letters else f", said of {line.drug}"
        source = "" if discreet else f" [{line.citation.title}, {line.citation.section}{said_of}]"
        notes.append({"lead": lead, "says": line.says + source})
    if discreet and organizer.storage:
        notes.append({"lead": "Sources:", "says": "on the sheet that is not discreet."})
    return notes


def _names_something(line: StorageLine, drugs: Sequence[str] | dict[str, str]) -> bool:
    return bool(_DISEASE.search(line.says)) or any(drug in line.says.lower() for drug in (*drugs, line.drug))


def _part(at: time) -> str:
    return next(name for until, name in _PARTS if at.hour < until)


def _day(day: date) -> str:
    return f"{day:%a} {day.day} {day:%b}"


def _qr(text: str) -> str:
    """Return a QR code as SVG."""
    segno = needed("segno", "course", "a printed sheet")
    out = io.BytesIO()
    segno.make(text, error="m", micro=False).save(out, kind="svg", border=2, nl=False)
    return out.getvalue().decode("utf-8")
