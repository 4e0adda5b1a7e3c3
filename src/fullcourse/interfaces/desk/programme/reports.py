"""The report of a quarter as a page: registration, six months, outcomes, harm; every number leads to its list."""

from dataclasses import dataclass
from typing import Final

from fullcourse.clinical.event_bodies.registration import SEXES
from fullcourse.cohort.programme.report import ProgrammeReport, Section
from fullcourse.cohort.programme.rules import Definition
from fullcourse.cohort.programme.table import Number, Table
from fullcourse.interfaces.api.call import Call, Reply
from fullcourse.interfaces.api.routes import Route
from fullcourse.interfaces.desk.pages import page
from fullcourse.interfaces.desk.programme.asked import FILTERS, PROGRAMME_RIGHT, Asked, asked_of, pages_names
from fullcourse.interfaces.desk.rows import shown
from fullcourse.interfaces.desk.words import t

__all__ = ["REPORTS", "Figure", "figure_of"]

_AGES: Final = "registration.age-and-sex"
_PROPOSED: Final = "final.proposed"


@dataclass(frozen=True, slots=True)
class Figure:
    """A number as it is shown.

    Attributes:
        id: Of the number.
        label: What it counts.
        says: The number.
        path: Address of its list; empty for a list of nobody.
    """

    id: str
    label: str
    says: str
    path: str


@dataclass(frozen=True, slots=True)
class _TableView:
    id: str
    title: str
    total: str
    figures: tuple[Figure, ...]
    columns: tuple[str, ...]
    rows: tuple[tuple[str, tuple[Figure, ...]], ...]
    success: str


@dataclass(frozen=True, slots=True)
class _SectionView:
    id: str
    title: str
    about: str
    early: str
    tables: tuple[_TableView, ...]
    definitions: tuple[Definition, ...]


def figure_of(number: Number, asked: Asked, *, says: str = "", label: str = "") -> Figure:
    """Return a number as it is shown.

    Args:
        number: With its list.
        asked: What the page is about.
        says: What is shown in place of the length of the list.
        label: In place of what it counts.
    """
    path = f"/desk/programme/list?{asked.query(number=number.id)}" if number.count else ""
    return Figure(number.id, label or t(number.label), says or f"{number.count:,}", path)


def _show(call: Call) -> Reply:
    asked = asked_of(call)
    report = asked.held.report
    names = {
        **pages_names(asked, "reports"),
        "sections": [_section(section, report, asked) for section in report.sections],
        "beside": [
            figure_of(it, asked.of_every_quarter())
            for it in (report.without_day, report.unread_events, report.overdue)
            if it.count
        ],
        "cases": report.cases,
        "read": report.courses,
    }
    return page(call, "programme.html", t("Programme"), names, here="programme")


def _section(section: Section, report: ProgrammeReport, asked: Asked) -> _SectionView:
    about = str(section.cohort) if section.cohort else ""
    if section.id == "interim":
        about = t("began treatment in %s") % section.cohort
    early = str(section.complete_on) if section.complete_on and report.at < section.complete_on else ""
    tables = tuple(_table(table, report, asked) for table in section.tables)
    return _SectionView(section.id, t(section.title), about, early, tables, report.rules.of(section.id))


def _table(table: Table, report: ProgrammeReport, asked: Asked) -> _TableView:
    numbers = [it for it in table.numbers.values() if it.count or table.each_once]
    total = f"{table.count:,}" if table.each_once else t("some in several")
    if table.id == _AGES:
        columns, rows = _ages(table, asked)
        return _TableView(table.id, t(table.title), total, (), columns, rows, "")
    figures = tuple(figure_of(it, asked) for it in numbers)
    return _TableView(table.id, t(table.title), total, figures, (), (), _success(table, report))


def _success(table: Table, report: ProgrammeReport) -> str:
    """Return how many of a cohort were treated with success, in words; empty where that is not asked."""
    if not table.id.startswith("final.") or table.id == _PROPOSED or not table.count:
        return ""
    success = sum(it.count for it in table.numbers.values() if it.label in report.rules.success)
    names = t(" and ").join(t(it) for it in report.rules.success)
    return t("Success (%s): %d of %d, %s") % (names, success, table.count, f"{success / table.count:.0%}")


def _ages(table: Table, asked: Asked) -> tuple[tuple[str, ...], tuple[tuple[str, tuple[Figure, ...]], ...]]:
    """Return ages down and sexes across; rows and columns of nobody are left out."""
    by_age: dict[str, dict[str, Number]] = {}
    for number in table.numbers.values():
        sex, age = _sex_and_age(number.label)
        by_age.setdefault(age, {})[sex] = number
    sexes = [sex for sex in _COLUMNS if any(row[sex].count for row in by_age.values())]
    rows = tuple(
        (t(age), tuple(figure_of(row[sex], asked) for sex in sexes))
        for age, row in by_age.items()
        if any(number.count for number in row.values())
    )
    return tuple(t(sex) for sex in sexes), rows


_COLUMNS: Final = (*SEXES, "sex not recorded")


def _sex_and_age(label: str) -> tuple[str, str]:
    sex = next(it for it in _COLUMNS if label.startswith(f"{it} "))
    return sex, label.removeprefix(f"{sex} ")


REPORTS: Final[tuple[Route, ...]] = (
    shown(
        "/desk/programme", PROGRAMME_RIGHT, _show, "Show what is reported of a quarter.", FILTERS, finds_subjects=True
    ),
)
"""The address of the report."""
