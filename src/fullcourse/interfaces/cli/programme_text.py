"""The report of a quarter in words, at 80 columns: a number, what it counts, and the id that opens its list."""

from collections.abc import Iterable, Iterator
from fractions import Fraction
from typing import Final

from fullcourse.adapters.programme.courses import CoursesRead
from fullcourse.adapters.published.programme import stock_of_product
from fullcourse.adapters.register.engine.need_table import units_written
from fullcourse.clinical.answer_head import CONTENT_NOTICE, AnswerHead
from fullcourse.clinical.stock import Stock
from fullcourse.cohort.need.shortage import first_shortage
from fullcourse.cohort.need.units import Product
from fullcourse.cohort.programme.report import ProgrammeReport, Section
from fullcourse.cohort.programme.rules import Definition
from fullcourse.cohort.programme.table import Number, Table
from fullcourse.interfaces.cli.course_commands.told import tell
from fullcourse.interfaces.cli.echo import echo

__all__ = ["tell_report"]

_COLUMNS: Final = 80
_MOST_ROWS: Final = 12
_MOST_MONTHS: Final = 4
_AGES: Final = "registration.age-and-sex"


def tell_report(report: ProgrammeReport, read: CoursesRead, knowledge: str, stock: Stock | None) -> None:
    """Print a report.

    Args:
        report: Of the quarter.
        read: What was read, and what could not be.
        knowledge: Digest of the knowledge used.
        stock: What is in stock; None where nobody said.
    """
    echo(f"Programme report of {report.quarter}, as of {report.at}")
    echo(f"{report.cases:,} cases in {report.courses:,} courses")
    tell("The list behind a number: --list with the word at the right, a dot, and the words of the line, such as")
    tell("--list 'registration.group.relapse'", 2)
    _tell_read(report, read)
    for section in report.sections:
        _tell_section(section, report)
    _tell_need(report, stock)
    echo()
    echo("WHAT IS COUNTED")
    _tell_definitions(report.rules.definitions)
    echo()
    tell(AnswerHead(knowledge, CONTENT_NOTICE).foot())


def _tell_read(report: ProgrammeReport, read: CoursesRead) -> None:
    for patient, why in read.unreadable[:_MOST_ROWS]:
        tell(f"! NOT COUNTED {patient}: {why}")
    if len(read.unreadable) > _MOST_ROWS:
        tell(f"! and {len(read.unreadable) - _MOST_ROWS} courses more that could not be read: --format json names them")
    for count, what in (
        (read.erased, "courses were erased on demand: nothing of them is counted"),
        (read.asides, "courses have events that were set aside: see 'course show'"),
        (report.unread_events.count, "cases have events that were not understood: read.not-understood"),
        (report.without_day.count, "cases have neither a registration nor a plan: read.without-day"),
        (report.overdue.count, "cases are past the planned end and have no outcome: outcome.due"),
    ):
        if count:
            tell(f"! {count:,} {what}")


def _tell_section(section: Section, report: ProgrammeReport) -> None:
    echo()
    cohort = f", began treatment in {section.cohort}" if section.id == "interim" else f", {section.cohort}"
    echo(f"{section.title}{cohort if section.cohort else ''}".upper())
    if section.complete_on and report.at < section.complete_on:
        tell(f"! Not complete before {section.complete_on}: more may be written down until then.")
    for table in section.tables:
        if table.id == _AGES:
            _tell_ages(table)
        else:
            _tell_table(table, report)


def _tell_table(table: Table, report: ProgrammeReport) -> None:
    shown = [number for number in table.numbers.values() if number.count or table.each_once]
    if not table.count:
        echo(f"  {table.title}: none")
        return
    _tell_head(table, f"{table.count:,}" if table.each_once else "some in several")
    for number in shown[:_MOST_ROWS]:
        echo(f"    {number.count:>8,}  {number.label}"[:_COLUMNS])
    if len(shown) > _MOST_ROWS:
        echo(f"    {'':>8}  and {len(shown) - _MOST_ROWS} more: --format json")
    if table.id.startswith("final.") and table.id != "final.proposed":
        success = sum(number.count for number in shown if number.label in report.rules.success)
        share = f" of {table.count:,}, {success / table.count:.0%}" if table.count else ""
        echo(f"    {success:>8,}  success ({' and '.join(report.rules.success)}){share}")


def _tell_head(table: Table, total: str) -> None:
    left = f"  {table.title} ({total})"
    echo(f"{left}{table.id:>{max(_COLUMNS - len(left), len(table.id) + 2)}}")


def _tell_ages(table: Table) -> None:
    """Print ages down and sexes across; rows and columns of nobody are left out."""
    ages: dict[str, dict[str, Number]] = {}
    for number in table.numbers.values():
        sex, age = _sex_and_age(number.label)
        ages.setdefault(age, {})[sex] = number
    sexes = [sex for sex in ("female", "male", "sex not recorded") if any(row[sex].count for row in ages.values())]
    if not sexes:
        echo(f"  {table.title}: none")
        return
    _tell_head(table, f"{table.count:,}")
    echo(f"    {'':<18}{''.join(f'{sex:>18}' for sex in sexes)}")
    for age, row in ages.items():
        if any(number.count for number in row.values()):
            echo(f"    {age:<18}{''.join(f'{row[sex].count:>18,}' for sex in sexes)}")


def _sex_and_age(label: str) -> tuple[str, str]:
    for sex in ("sex not recorded", "female", "male"):
        if label.startswith(f"{sex} "):
            return sex, label.removeprefix(f"{sex} ")
    raise AssertionError(label)


def _tell_need(report: ProgrammeReport, stock: Stock | None) -> None:
    need = report.need
    echo()
    echo(f"DRUG NEED OF {report.running:,} RUNNING COURSES, FROM {report.at}")
    if need.open_ended:
        tell(f"! {len(need.open_ended):,} plans have no end: counted to the last month (need.open-ended)")
    if need.not_placed:
        tell(f"! {len(need.not_placed):,} plans have doses that cannot be placed: not counted (need.not-placed)")
    products = sorted({product for _, product in need.rows})
    if products:
        months = need.months[:_MOST_MONTHS]
        echo(f"  {'':<30}{''.join(f'{month:%Y-%m}'.rjust(11) for month in months)}")
    for product in products:
        for line in _need_lines(report, product, stock):
            echo(line)
    if products and len(need.months) > _MOST_MONTHS:
        tell(f"{len(need.months)} months, and the ids of their numbers: --format json", 2)


def _need_lines(report: ProgrammeReport, product: Product, stock: Stock | None) -> Iterator[str]:
    need = report.need
    units = [
        need.rows[place, product].units if (place, product) in need.rows else Fraction()
        for place in range(len(need.months))
    ]
    unit = "" if product.unit == "unit" else f" ({product.unit})"
    name = f"{' + '.join(product.drugs)}, {product.words or 'form not chosen'}{unit}"
    cells = "".join(f"{units_written(one):>11}" for one in units[:_MOST_MONTHS])
    if len(name) <= 29:
        yield f"  {name:<30}{cells}"
    else:
        yield f"  {name[: _COLUMNS - 2]}"
        yield f"  {'':<30}{cells}"
    if stock is not None:
        yield f"    {_in_stock(product, units, stock)}"


def _in_stock(product: Product, units: list[Fraction], stock: Stock) -> str:
    form = stock_of_product(product, stock)
    if form is None:
        return "in stock: not on the list"
    if form.quantity is None:
        return "in stock: the list does not say how many"
    short = first_shortage(units, form.quantity)
    if short is not None:
        return f"in stock {form.quantity:g}: short by {units_written(short.units)} in month {short.place + 1}"
    return f"in stock {form.quantity:g}: enough for {len(units)} months of these courses"


def _tell_definitions(definitions: Iterable[Definition]) -> None:
    for one in definitions:
        cited = f"{one.source.id} {one.section}" if one.source else f"our reading {one.interpretation}"
        tell(f"{one.says} [{cited}]", 2)
