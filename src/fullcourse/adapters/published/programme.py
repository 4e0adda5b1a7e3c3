"""The JSON of a programme's quarter, ``fullcourse/programme/1``: stable, described by ``schemas/programme-1.json``."""

from collections.abc import Sequence
from typing import Final

from fullcourse.adapters.programme.courses import CoursesRead
from fullcourse.adapters.programme.lists import list_rows
from fullcourse.clinical.answer_head import CONTENT_NOTICE, AnswerHead
from fullcourse.clinical.stock import Stock, StockedForm
from fullcourse.cohort.need.units import Product
from fullcourse.cohort.programme.report import ProgrammeReport, Section, need_id
from fullcourse.cohort.programme.rules import Definition
from fullcourse.cohort.programme.table import Number, Table

__all__ = ["LIST_SCHEMA", "SCHEMA", "list_json", "programme_json", "stock_of_product"]

SCHEMA: Final = "fullcourse/programme/1"
LIST_SCHEMA: Final = "fullcourse/programme-list/1"


def programme_json(
    report: ProgrammeReport, read: CoursesRead, knowledge: str, zones: str, stock: Stock | None
) -> dict[str, object]:
    """Return a report as plain values that JSON can hold.

    Args:
        report: Of the quarter.
        read: What was read, and what could not be.
        knowledge: Digest of the knowledge used.
        zones: Edition of the time zones.
        stock: What is in stock; None where nobody said.
    """
    return {
        "schema": SCHEMA,
        **AnswerHead(knowledge, CONTENT_NOTICE, at=report.at).as_json(),
        "zones": zones,
        "quarter": str(report.quarter),
        "read": {
            "courses": report.courses,
            "cases": report.cases,
            "without_day": report.without_day.count,
            "with_events_not_understood": report.unread_events.count,
            "outcome_due": report.overdue.count,
            "with_events_set_aside": read.asides,
            "erased": read.erased,
            "not_readable": [{"patient": patient, "why": why} for patient, why in read.unreadable],
        },
        "sections": [_section(section, report) for section in report.sections],
        "need": _need(report, stock),
    }


def list_json(number: Number, knowledge: str) -> dict[str, object]:
    """Return the list behind a number as plain values that JSON can hold."""
    return {
        "schema": LIST_SCHEMA,
        **AnswerHead(knowledge, CONTENT_NOTICE).as_json(),
        "id": number.id,
        "counts": number.label,
        "number": number.count,
        "list": [
            {
                "patient": patient,
                "case": int(case),
                "registered_on": registered_on or None,
                "starts_on": starts_on or None,
                "day": day or None,
                "says": says,
                "event": event or None,
            }
            for _, _, patient, case, registered_on, starts_on, day, says, event in list_rows(number)
        ],
    }


def stock_of_product(product: Product, stock: Stock) -> StockedForm | None:
    """Return the line of a stock list that is a product; None where it has none."""
    return next(
        (
            form
            for form in stock.forms
            if form.words == product.words and sorted(name for name, _ in form.contents) == sorted(product.drugs)
        ),
        None,
    )


def _section(section: Section, report: ProgrammeReport) -> dict[str, object]:
    return {
        "id": section.id,
        "title": section.title,
        "cohort": str(section.cohort) if section.cohort else None,
        "complete_on": section.complete_on.isoformat() if section.complete_on else None,
        "tables": [_table(table, report) for table in section.tables],
        "definitions": _definitions(report.rules.of(section.id)),
    }


def _table(table: Table, report: ProgrammeReport) -> dict[str, object]:
    written: dict[str, object] = {
        "id": table.id,
        "title": table.title,
        "each_case_once": table.each_once,
        "cases": table.count if table.each_once else None,
        "numbers": [_number(number) for number in table.numbers.values()],
    }
    if table.id.startswith("final.") and table.id != "final.proposed":
        written["success"] = sum(it.count for it in table.numbers.values() if it.label in report.rules.success)
    return written


def _number(number: Number) -> dict[str, object]:
    return {"id": number.id, "label": number.label, "count": number.count}


def _need(report: ProgrammeReport, stock: Stock | None) -> dict[str, object]:
    need = report.need
    rows = []
    for (place, product), row in sorted(need.rows.items()):
        month = need.months[place]
        rows.append(
            {
                "id": need_id(month, product),
                "month": f"{month:%Y-%m}",
                "drugs": list(product.drugs),
                "product": product.words,
                "unit": product.unit,
                "units": row.units.numerator if row.units.denominator == 1 else float(row.units),
                "cases": len(row.cases),
            }
        )
    written: dict[str, object] = {
        "from": report.at.isoformat(),
        "running": report.running,
        "open_ended": len(need.open_ended),
        "not_placed": len(need.not_placed),
        "rows": rows,
        "definitions": _definitions(report.rules.of("need")),
    }
    if stock is not None:
        written["stock"] = [_stocked(product, stock) for product in sorted({product for _, product in need.rows})]
    return written


def _stocked(product: Product, stock: Stock) -> dict[str, object]:
    form = stock_of_product(product, stock)
    return {
        "drugs": list(product.drugs),
        "product": product.words,
        "unit": product.unit,
        "listed": form is not None,
        "units": None if form is None else form.quantity,
    }


def _definitions(definitions: Sequence[Definition]) -> list[dict[str, object]]:
    return [
        {
            "id": one.id,
            "says": one.says,
            "source": one.source.id if one.source else None,
            "section": one.section or None,
            "address": one.source.address if one.source else None,
            "interpretation": one.interpretation or None,
        }
        for one in definitions
    ]
