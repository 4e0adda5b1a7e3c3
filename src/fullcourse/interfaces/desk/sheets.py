"""Review sheets as pages: each statement beside what the machine makes of it, its conflicts and its second reading."""

from collections.abc import Mapping
from functools import cache
from typing import Final
from urllib.parse import urlencode

from fullcourse.adapters.documents.sheet import Entry, Sheet, entry_of, make_sheet
from fullcourse.interfaces.api.call import Call, Reply
from fullcourse.interfaces.api.problems import BadRequest, NotFound
from fullcourse.interfaces.api.routes import Route
from fullcourse.interfaces.desk.knowledge import drug_asked
from fullcourse.interfaces.desk.pages import page
from fullcourse.interfaces.desk.rows import shown
from fullcourse.interfaces.desk.words import t
from fullcourse.knowledge.second_readings import SecondReading, read_second_readings

__all__ = ["SHEETS"]

_ON_A_PAGE: Final = 40
_TABLES: Final = "doses in tables"
_PART: Final = "desk.sheets"


def _sheet(call: Call) -> Reply:
    identity = drug_asked(call)
    sheet = _held(call, identity.inn)
    kinds = {group.kind: len(group.entries) for group in sheet.groups}
    if sheet.tables:
        kinds[_TABLES] = len(sheet.tables)
    kind, number = call.asked("kind") or next(iter(kinds), ""), _page_of(call)
    if kinds and kind not in kinds:
        raise BadRequest(f"'kind' is one of {', '.join(kinds)}.")
    entries = next((group.entries for group in sheet.groups if group.kind == kind), ())
    first, after = (number - 1) * _ON_A_PAGE, number * _ON_A_PAGE
    names = {
        "sheet": sheet,
        "drug": identity,
        "kinds": kinds,
        "kind": kind,
        "entries": entries[first:after],
        "tables": sheet.tables[first:after] if kind == _TABLES else (),
        "page": number,
        "pages": -(-kinds.get(kind, 0) // _ON_A_PAGE) or 1,
        "before": urlencode({"kind": kind, "page": number - 1}),
        "after": urlencode({"kind": kind, "page": number + 1}),
    }
    return page(call, "sheet.html", f"{identity.label}: {t('review sheet')}", names, here="knowledge")


def _statement(call: Call) -> Reply:
    knowledge = call.service.knowledge
    statement = knowledge.statements.get(call.path["statement"])
    if statement is None:
        raise NotFound
    entry: Entry = entry_of(statement, knowledge, _second())
    prefix = statement.id.partition(".")[0]
    drug = next((it for it in knowledge.drugs.values() if it.inn.replace(" ", "-") == prefix), None)
    names = {"entry": entry, "drug": drug, "digest": knowledge.digest[:12]}
    return page(call, "statement.html", statement.id, names, here="knowledge")


def _held(call: Call, drug: str) -> Sheet:
    kept = call.service.parts.setdefault(_PART, {})
    assert isinstance(kept, dict)  # noqa: S101 - nobody else has this name
    sheet: Sheet | None = kept.get(drug)
    if sheet is None:
        knowledge = call.service.knowledge
        sheet = kept[drug] = make_sheet(knowledge, knowledge.drugs[drug], {}, {}, _second())
    return sheet


@cache
def _second() -> Mapping[str, SecondReading]:
    return read_second_readings()


def _page_of(call: Call) -> int:
    text = call.asked("page") or "1"
    if not (text.isascii() and text.isdigit()) or len(text) > 6 or int(text) < 1:
        raise BadRequest("'page' is a whole number from 1.")
    return int(text)


SHEETS: Final[tuple[Route, ...]] = (
    shown(
        "/desk/knowledge/{drug}/sheet", "knowledge.read", _sheet, "Show the review sheet of a drug.",
        {"kind": "Of which statements.", "page": "Which page, from 1."},
    ),
    shown("/desk/statements/{statement}", "knowledge.read", _statement, "Show one statement as its review sheet does."),
)  # fmt: skip
"""The addresses of review sheets."""
