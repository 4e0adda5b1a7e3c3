"""The same numbers and lists as tables that spreadsheets open: no cell of them is worked out by one."""

import csv
import io
from collections.abc import Iterable
from typing import Final

from fullcourse.adapters.programme.lists import list_csv
from fullcourse.adapters.register.engine.need_table import units_written
from fullcourse.adapters.spreadsheet import shown_row
from fullcourse.cohort.programme.report import need_id
from fullcourse.cohort.programme.table import Number
from fullcourse.interfaces.api.call import Call, Reply
from fullcourse.interfaces.api.routes import Handler, Route
from fullcourse.interfaces.desk.pages import desk_problem
from fullcourse.interfaces.desk.programme.asked import FILTERS, PROGRAMME_RIGHT, asked_of
from fullcourse.interfaces.desk.programme.lists import found_number, seen_of
from fullcourse.interfaces.desk.programme.quality import whole_quality

__all__ = ["TABLES"]

_CSV: Final = "text/csv; charset=utf-8"


def _report(call: Call) -> Reply:
    asked = asked_of(call)
    report = asked.held.report
    rows = [
        (
            str(report.quarter), section.title, str(section.cohort or ""), table.title, number.id, number.label,
            number.count,
        )
        for section in report.sections
        for table in section.tables
        for number in table.numbers.values()
    ]  # fmt: skip
    columns = ("quarter", "report", "cohort", "table", "number", "counts", "cases")
    return _table(f"report-{report.quarter}", columns, rows)


def _need(call: Call) -> Reply:
    asked = asked_of(call)
    need = asked.held.report.need
    rows = [
        (
            f"{need.months[place]:%Y-%m}", " + ".join(product.drugs), product.words, product.unit,
            units_written(row.units), len(row.cases), need_id(need.months[place], product),
        )
        for (place, product), row in sorted(need.rows.items())
    ]  # fmt: skip
    columns = ("month", "drugs", "product", "unit", "units", "cases", "number")
    return _table(f"need-{asked.held.report.at}", columns, rows)


def _quality(call: Call) -> Reply:
    asked = asked_of(call)
    rows = [
        (part.title, check.number.id, check.number.label, check.number.count, check.to_do)
        for part in whole_quality(call, asked)
        for check in part.checks
    ]
    return _table(f"quality-{asked.held.report.at}", ("part", "number", "counts", "cases", "to do"), rows)


def _list(call: Call) -> Reply:
    """Give the whole list behind a number; each of those on it gets an entry in the audit."""
    number = found_number(call, asked_of(call)).number
    seen, subjects = seen_of(call, number.behind)
    reply = _file(number.id, list_csv(Number(number.id, number.label, seen)))
    return Reply(reply.body, media_type=_CSV, headers=reply.headers, subjects=subjects)


def _table(name: str, columns: Iterable[str], rows: Iterable[Iterable[object]]) -> Reply:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(map(shown_row, rows))
    return _file(name, text.getvalue())


def _file(name: str, text: str) -> Reply:
    safe = "".join(letter if letter.isascii() and (letter.isalnum() or letter in ".-") else "-" for letter in name)
    return Reply(
        text.encode(), media_type=_CSV, headers={"Content-Disposition": f'attachment; filename="{safe}.csv"'}
    )  # fmt: skip


def _given(path: str, answer: Handler, says: str, **query: str) -> Route:
    return Route(
        "GET", path, PROGRAMME_RIGHT, answer, says, query={**FILTERS, **query}, gives_type="text/csv", is_slow=True,
        finds_subjects=True, tells=desk_problem,
    )  # fmt: skip


TABLES: Final[tuple[Route, ...]] = (
    _given("/desk/programme/report.csv", _report, "Give the numbers of a quarter as a table."),
    _given("/desk/programme/need.csv", _need, "Give what running courses need as a table."),
    _given("/desk/programme/quality.csv", _quality, "Give the numbers of what the data lack as a table."),
    _given("/desk/programme/list.csv", _list, "Give the list behind a number as a table.", number="Id of the number."),
)
"""The addresses of tables."""
