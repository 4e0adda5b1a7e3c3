"""What running courses need, by product and month, as a page: bars, a table, and how far a stock reaches."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Final

from markupsafe import Markup

from fullcourse.adapters.published.programme import stock_of_product
from fullcourse.adapters.register.engine.need_table import units_written
from fullcourse.adapters.stock import read_stock
from fullcourse.clinical.errors import InputError
from fullcourse.clinical.stock import Stock, StockedForm
from fullcourse.cohort.need.shortage import first_shortage
from fullcourse.cohort.need.units import Product
from fullcourse.cohort.programme.report import need_id
from fullcourse.cohort.programme.table import Number
from fullcourse.interfaces.api.call import Call, Reply
from fullcourse.interfaces.api.routes import Route
from fullcourse.interfaces.desk.charts.need_bars import NeedBar, need_bars
from fullcourse.interfaces.desk.pages import page
from fullcourse.interfaces.desk.posted import posted
from fullcourse.interfaces.desk.programme.asked import FILTERS, PROGRAMME_RIGHT, Asked, asked_of, pages_names
from fullcourse.interfaces.desk.programme.quality import refills_of
from fullcourse.interfaces.desk.programme.reports import Figure, figure_of
from fullcourse.interfaces.desk.rows import sent, shown
from fullcourse.interfaces.desk.words import t
from fullcourse.interfaces.desk.worklist import fresh_worklist

__all__ = ["NEED"]

_PATH: Final = "/desk/programme/need"


@dataclass(frozen=True, slots=True)
class _ProductView:
    """A product.

    Attributes:
        name: Drugs and form, with the unit.
        figures: The units of each month, with the courses that need them.
        total: Of all months.
        stock: What is in stock, and up to when it reaches; empty where nobody said.
        is_short: Whether it does not reach to the end.
        chart: The months as bars.
    """

    name: str
    figures: tuple[Figure, ...]
    total: str
    stock: str
    is_short: bool
    chart: Markup


def _show(call: Call) -> Reply:
    return _need_page(call)


def _with_stock(call: Call) -> Reply:
    """Show the same page with what somebody typed of the stock; nothing of it is kept."""
    form = posted(call, (), ("stock",))
    typed = "\n".join(form.chosen("stock"))
    try:
        stock = read_stock(typed.encode(), call.service.knowledge)
    except InputError as error:
        return _need_page(call, typed=typed, wrong=str(error))
    return _need_page(call, typed=typed, stock=stock)


def _need_page(call: Call, *, typed: str = "", wrong: str = "", stock: Stock | None = None) -> Reply:
    asked = asked_of(call)
    report = asked.held.report
    need, by_id = report.need, {number.id: number for number in report.numbers()}
    products = sorted({product for _, product in need.rows})
    not_listed, _ = fresh_worklist(call).not_read(asked.patients)  # before the list: see `HeldCases.report`
    refills = refills_of(call, asked)
    names = {
        **pages_names(asked, "need"),
        "months": need.months,
        "at": report.at,
        "running": report.running,
        "products": [_product(asked, it, by_id, stock, place) for place, it in enumerate(products)],
        "unknown": [
            figure_of(by_id[name], asked.of_every_quarter(), label=t(label))
            for name, label in _UNKNOWN.items()
            if by_id[name].count
        ],
        "refills": figure_of(refills.number, asked),
        "uncounted": fresh_worklist(call).listing(asked.patients, asked.now).uncounted,
        "not_listed": not_listed,
        "definitions": report.rules.of("need"),
        "typed": typed,
        "wrong": wrong,
        "has_stock": stock is not None,
    }  # fmt: skip
    reply = Reply(status=422 if wrong else 200)
    return page(call, "programme_need.html", t("Drug need"), names, here="programme", reply=reply)


_UNKNOWN: Final = {
    "need.open-ended": "plans without an end: counted to the last month",
    "need.not-placed": "plans with doses that cannot be placed: not counted",
    "outcome.due": "courses past their planned end without an outcome: not counted",
    "read.without-day": "cases without a plan: not counted",
}


def _product(asked: Asked, product: Product, by_id: dict[str, Number], stock: Stock | None, place: int) -> _ProductView:
    need = asked.held.report.need
    units = [
        need.rows[at, product].units if (at, product) in need.rows else Fraction() for at in range(len(need.months))
    ]
    words, covered = _in_stock(asked, product, units, stock)
    unit = "" if product.unit == "unit" else f" ({product.unit})"
    name = f"{' + '.join(product.drugs)}, {product.words or t('form not chosen')}{unit}"
    figures = []
    for month, needed in zip(need.months, units, strict=True):
        number = by_id.get(need_id(month, product), Number("", ""))
        figures.append(figure_of(number, asked, says=_said(needed)))
    bars = [
        NeedBar(month, float(needed), _said(needed), None if covered is None else at < covered)
        for at, (month, needed) in enumerate(zip(need.months, units, strict=True))
    ]
    return _ProductView(
        name, tuple(figures), _said(sum(units, Fraction())), words,
        covered is not None and covered < len(units), need_bars(f"need-{place}", name, bars),
    )  # fmt: skip


def _said(units: Fraction) -> str:
    """Return a number of units as it is read: in full, the thousands apart."""
    return f"{units.numerator:,}" if units.denominator == 1 else units_written(units)


def _in_stock(asked: Asked, product: Product, units: Sequence[Fraction], stock: Stock | None) -> tuple[str, int | None]:
    """Return what is to be said of a product's stock, and how many months it covers; None where nobody knows."""
    if stock is None:
        return "", None
    forms = _forms_of(product, stock)
    if not forms:
        return t("not on the list of what is in stock"), None
    quantities = [form.quantity for form in forms if form.quantity is not None]
    if len(quantities) < len(forms):
        return t("the list does not say how many there are"), None
    held = sum(quantities) if product.words else sum(form.contents[0][1] * (form.quantity or 0.0) for form in forms)
    short = first_shortage(units, held)
    if short is None:
        return t("%s in stock: enough for these courses") % f"{held:,.10g}", len(units)
    said = t("%s in stock: short by %s in %s, if nothing comes before")
    return said % (f"{held:,.10g}", _said(short.units), _month(asked, short.place)), short.place


def _month(asked: Asked, place: int) -> str:
    return f"{asked.held.report.need.months[place]:%B %Y}"


def _forms_of(product: Product, stock: Stock) -> Sequence[StockedForm]:
    """Return the forms of a stock that a need counts: of a plan that names no form all that hold its drug alone."""
    if product.words:
        form = stock_of_product(product, stock)
        return () if form is None else (form,)
    return tuple(it for it in stock.forms if tuple(name for name, _ in it.contents) == product.drugs)


NEED: Final[tuple[Route, ...]] = (
    shown(
        _PATH, PROGRAMME_RIGHT, _show, "Show what running courses need, by product and month.", FILTERS,
        finds_subjects=True,
    ),
    replace(
        sent(_PATH, PROGRAMME_RIGHT, _with_stock, "Show how far a stock reaches that somebody types; none is kept."),
        query=FILTERS,
        finds_subjects=True,
    ),
)  # fmt: skip
"""The addresses of need."""
