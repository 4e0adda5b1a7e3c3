"""From the tables of dose files to dose tables, limits and products; every fault is noted, none stops it.

The keys of a row, as a file writes them:

- a band: ``from`` (included) or ``above`` (not), ``below`` (not included) or ``up_to`` (included), ``printed_to`` where
  the source leaves a gap between whole kilograms, ``when`` for an age or another condition; then one of ``give``,
  ``options`` and ``no_dose``; ``note``;
- an option: ``name``, ``give``;
- a line: ``drug`` where the table has several; the keys of its first way (``mg`` or none for a combination, ``form``,
  ``units``, ``volume_ml``, ``in_ml``, ``dissolved``, ``prepare``), the others under ``or``; its rhythm, days, ranges.

A rhythm that every line of a table shares is written once, at the table.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Final, TypeVar

from fullcourse.clinical.errors import Fault
from fullcourse.clinical.finding import Severity
from fullcourse.knowledge.consequences import FindingOf
from fullcourse.knowledge.doses import (
    ADJUSTMENTS,
    INDICATIONS,
    LIMITS,
    DoseBand,
    DoseLimit,
    DoseLine,
    DoseOption,
    Doses,
    DoseTable,
    Product,
    Way,
)
from fullcourse.knowledge.keys import amount, flag, wholes
from fullcourse.knowledge.read_consequences import MOST_MG, MOST_MG_PER_KG, MOST_UNITS, WEEKDAYS
from fullcourse.knowledge.read_statements import StatementReader
from fullcourse.knowledge.statements import Condition, FactCondition, Statement, When
from fullcourse.knowledge.tables import Table, did_you_mean, read_each

__all__ = ["read_doses"]

Rows = Sequence[tuple[str, object]]
_Read = TypeVar("_Read", DoseTable, DoseLimit)

_BODIES: Final = ("give", "options", "no_dose")
_MOST_ML: Final = 1000.0
_MOST_H: Final = 168.0
_TIMES_OF_DAY: Final = ("morning", "evening")

_OF_LINE: Final = {
    "every_h": _MOST_H, "doses_per_day_low": 24.0, "doses_per_day_high": 24.0, "usual_mg": MOST_MG,
    "mg_low": MOST_MG, "mg_high": MOST_MG, "mg_per_day_low": MOST_MG, "mg_per_day_high": MOST_MG,
    "mg_per_kg": MOST_MG_PER_KG, "mg_per_kg_low": MOST_MG_PER_KG, "mg_per_kg_high": MOST_MG_PER_KG,
    "mg_per_kg_per_dose": MOST_MG_PER_KG, "max_mg_per_dose": MOST_MG, "max_mg_per_day": MOST_MG,
}  # fmt: skip
_DAYS: Final = wholes(7)
_HOURS: Final = wholes(48)
_RHYTHM: Final = ("every_h", "doses_per_day_low", "doses_per_day_high", "per_week", "per_week_high", "days_of_week")
_AMOUNTS_OF_LINE: Final = {key: amount(most) for key, most in _OF_LINE.items() if key not in _RHYTHM}
_MG: Final = amount(MOST_MG)
_MG_PER_KG: Final = amount(MOST_MG_PER_KG)
_UNITS: Final = amount(MOST_UNITS)
_ML: Final = amount(_MOST_ML)
_RANGES: Final = (("mg_low", "mg_high"), ("mg_per_day_low", "mg_per_day_high"), ("mg_per_kg_low", "mg_per_kg_high"))
_AMOUNTS: Final = ("mg_low", "mg_per_day_low", "mg_per_kg", "mg_per_kg_low", "mg_per_kg_per_dose")
"""What a line without a way says instead of an amount."""


def read_doses(rows: Mapping[str, Rows], reader: StatementReader, faults: list[Fault]) -> Doses:
    """Read every table and return what was read, with the faults noted and none raised.

    Args:
        rows: The tables by kind, each with its file.
        reader: Of conditions.
        faults: Where faults are noted.
    """
    return _Reader(rows, reader, faults).read()


class _Reader:
    """Reads the tables of dose files."""

    def __init__(self, rows: Mapping[str, Rows], reader: StatementReader, faults: list[Fault]) -> None:
        self._rows, self._reader, self._faults = rows, reader, faults
        self._products: dict[str, Product] = {}

    def read(self) -> Doses:
        for file, row in self._rows.get("product", ()):
            name = str(row.get("words", "?")) if isinstance(row, dict) else "?"
            table = Table(row, file, name, self._faults)
            product = _product(table)
            table.done()
            if product.name in self._products:
                table.fault("the product is given twice", "Keep one.")
            self._products[product.name] = product
        return Doses(
            tables=self._each("dose_table", self._table),
            limits=self._each("dose_limit", self._limit),
            products=self._products,
        )

    def _each(self, kind: str, read: Callable[[Table], _Read]) -> dict[str, _Read]:
        return read_each(self._rows.get(kind, ()), read, self._faults)

    def _table(self, table: Table) -> DoseTable:
        drugs = table.texts("drugs") or (table.text("drug"),)
        shared = self._reader.conditions(table.rows("when"), table)
        rhythm = _rhythm(table)
        read = DoseTable(
            id=table.text("id"),
            file=table.file,
            point=table.text("point"),
            drugs=drugs,
            profiles=table.texts("profiles"),
            source=table.text("source"),
            section=table.text("section"),
            says=table.text("says"),
            bands=(),
            regimens=table.texts("regimens"),
            phases=table.texts("phases"),
            beside=table.texts("beside"),
            without=table.texts("without"),
            days_per_week=_DAYS(table, "days_per_week"),
            by_lean_weight=flag(table, "by_lean_weight"),
            indication=table.choice("indication", INDICATIONS, required=False) or INDICATIONS[0],
            adjusts_for=table.choice("adjusts_for", ADJUSTMENTS, required=False),
            specialist=flag(table, "specialist"),
            after_dialysis=flag(table, "after_dialysis"),
            level_hours_after_dose=_HOURS(table, "level_hours_after_dose"),
            notes=table.texts("notes"),
            faults=table.texts("faults"),
            patient=table.text("patient", required=False),
            covers=table.texts("covers"),
            interpretation=table.text("interpretation", required=False),
            review=table.text("review", required=False) or "unreviewed",
        )
        if table.has("bands") == any(table.has(body) for body in _BODIES):
            table.fault("a table has bands, or one dose for everybody", f"Keep one: bands, {', '.join(_BODIES)}.")
        if not table.has("bands"):
            return replace(read, bands=(self._band(table, read, 1, shared, rhythm),))
        bands: list[DoseBand] = []
        for number, row in enumerate(map(table.inner, table.rows("bands")), 1):
            own = self._reader.conditions(row.rows("when"), row)
            bands.append(self._band(row, read, number, (*own, *shared), rhythm))
            row.done("a band")
        if not bands:
            table.fault("it has no band", "Add bands = [{ ... }].")
        return replace(read, bands=tuple(bands))

    def _band(
        self, row: Table, of: DoseTable, number: int, conditions: tuple[Condition, ...], rhythm: dict[str, object]
    ) -> DoseBand:
        """Read a band, or the one dose of a table without bands."""
        low, high = _end(row, "from", "above"), _end(row, "below", "up_to")
        is_point = row.has("from") and row.has("up_to") and low == high
        if low is not None and high is not None and high <= low and not is_point:
            row.fault(f"band {low:g} to {high:g} is empty", "Correct its ends.")
        given = [body for body in _BODIES if row.has(body)]
        if len(given) != 1:
            row.fault(f"a band has {' and '.join(given) or 'no dose'}", f"Keep one of: {', '.join(_BODIES)}.")
        options: tuple[DoseOption, ...] = ()
        if row.has("give"):
            options = (DoseOption(self._lines(row, of, rhythm)),)
        elif row.has("options"):
            options = tuple(self._option(row.inner(option), of, rhythm) for option in row.rows("options"))
        weight = _weight(low, high, excludes_from=row.has("above"), includes_to=row.has("up_to"))
        return DoseBand(
            test=_test(f"{of.id}.{number}", of, (*weight, *conditions)),
            from_kg=low,
            to_kg=high,
            excludes_from=row.has("above"),
            includes_to=row.has("up_to"),
            printed_to_kg=row.number("printed_to"),
            options=options,
            no_dose=row.text("no_dose", required=False),
            note=row.text("note", required=False),
        )

    def _option(self, table: Table, of: DoseTable, rhythm: dict[str, object]) -> DoseOption:
        option = DoseOption(self._lines(table, of, rhythm), table.text("name", required=False))
        table.done("an option")
        return option

    def _lines(self, table: Table, of: DoseTable, rhythm: dict[str, object]) -> tuple[DoseLine, ...]:
        lines = tuple(self._line(table.inner(row), of, rhythm) for row in table.rows("give"))
        if not lines:
            table.fault("'give' holds no line", "Add give = [{ mg = ... }].")
        return lines

    def _line(self, row: Table, of: DoseTable, rhythm: dict[str, object]) -> DoseLine:
        drug = row.text("drug", required=False) or (of.drugs[0] if len(of.drugs) == 1 else "")
        if drug not in (*of.drugs, ""):
            row.fault(f"'{drug}' is not among the drugs of the table", did_you_mean(drug, of.drugs))
        ways = self._ways(row, drug)
        amounts = {key: read(row, key) for key, read in _AMOUNTS_OF_LINE.items() if row.has(key)}
        own = _rhythm(row)
        from_day, to_day = row.whole("from_day") or 1, row.whole("to_day")
        line = DoseLine(
            drug=drug,
            ways=ways,
            at=row.choice("at", _TIMES_OF_DAY, required=False),
            from_day=from_day,
            to_day=to_day,
            note=row.text("note", required=False),
            **(own or rhythm),  # type: ignore[arg-type]  # each key has the reader of its field's type
            **amounts,  # type: ignore[arg-type]
        )
        row.done("a line", known=_AMOUNTS_OF_LINE)
        if not ways and all(amounts.get(key) is None for key in _AMOUNTS):
            row.fault("a line says not how much", "Add mg = ..., a range, or an amount for each kilogram.")
        if to_day is not None and to_day < from_day:
            row.fault(f"it ends on day {to_day}, before day {from_day}", "Correct from_day or to_day.")
        for low, high in _RANGES:
            ends = amounts.get(low), amounts.get(high)
            if (ends[0] is None) != (ends[1] is None) or (ends[0] is not None and ends[0] > (ends[1] or 0.0)):
                row.fault(f"'{low}' and '{high}' are no range", "Give both ends, in order.")
        if not (own or rhythm):
            row.fault("it says not how often", "Add every_h = 24, or per_week = 3, here or at the table.")
        return line

    def _ways(self, row: Table, drug: str) -> tuple[Way, ...]:
        first = (self._way(row, drug),) if row.has("mg") or row.has("form") else ()
        others: list[Way] = []
        for other in row.rows("or"):
            inner = row.inner(other)
            others.append(replace(self._way(inner, drug), note=inner.text("note", required=False)))
            inner.done("a way")
        return (*first, *others)

    def _way(self, row: Table, drug: str) -> Way:
        form = row.text("form", required=False)
        way = Way(
            mg=_MG(row, "mg"),
            form=form,
            units=_UNITS(row, "units"),
            volume_ml=_ML(row, "volume_ml"),
            in_ml=_ML(row, "in_ml"),
            dissolved=_UNITS(row, "dissolved") or 1.0,
            prepare=row.text("prepare", required=False),
        )
        if drug:
            if way.mg is None:
                row.fault("'mg' is missing", "Add mg = ..., of one intake.")
            return way
        product = self._products.get(form)
        if product is None or len(product.contents) < 2:
            row.fault(f"'{form}' is no combination of [[product]]", did_you_mean(form, self._products))
            return way
        if way.mg is not None or way.units is None:
            row.fault("a combination is given by its units", "Add units = ..., and leave out mg.")
            return way
        count = way.units
        return replace(way, contents=tuple((name, count * mg) for name, mg in product.contents))

    def _limit(self, table: Table) -> DoseLimit:
        kind = table.choice("kind", LIMITS)
        conditions = self._reader.conditions(table.rows("when"), table)
        limit = DoseLimit(
            id=table.text("id"),
            file=table.file,
            point=table.text("point"),
            drug=table.text("drug"),
            kind=kind,
            profiles=table.texts("profiles"),
            source=table.text("source"),
            section=table.text("section"),
            says=table.text("says"),
            test=_statement("", "", "", "", "", "", ()),
            regimens=table.texts("regimens"),
            days_per_week=_DAYS(table, "days_per_week"),
            max_mg_per_day=_MG(table, "max_mg_per_day"),
            mg_per_kg_low=_MG_PER_KG(table, "mg_per_kg_low"),
            mg_per_kg_high=_MG_PER_KG(table, "mg_per_kg_high"),
            covers=table.texts("covers"),
            interpretation=table.text("interpretation", required=False),
            review=table.text("review", required=False) or "unreviewed",
        )
        ranged = limit.mg_per_kg_low is not None and limit.mg_per_kg_high is not None
        if (limit.max_mg_per_day is not None, ranged) != (kind == "maximum", kind == "range"):
            table.fault(
                "a limit is a maximum, or a range with both ends", "Give max_mg_per_day, or both mg_per_kg ends."
            )
        elif ranged and (limit.mg_per_kg_low or 0.0) > (limit.mg_per_kg_high or 0.0):
            table.fault("the range is upside down", "Order its ends.")
        test = _statement(limit.id, limit.file, limit.point, limit.source, limit.section, limit.says, conditions)
        return replace(limit, test=test)


def _product(table: Table) -> Product:
    contents: list[tuple[str, float]] = []
    for name, mg in table.mapping("contents").items():
        if isinstance(mg, bool) or not isinstance(mg, int | float) or not 0.0 < mg <= MOST_MG:
            table.fault(f"'{name}' of 'contents' is {mg!r}", f"It must be above 0 and at most {MOST_MG:g} mg.")
            continue
        contents.append((str(name), float(mg)))
    if not contents:
        table.fault("it holds nothing", "Add contents = { inn = mg }.")
    return Product(
        words=table.text("words"),
        form=table.text("form"),
        contents=tuple(contents),
        is_liquid=flag(table, "is_liquid"),
        source=table.text("source"),
        section=table.text("section"),
        file=table.file,
    )


def _weight(
    low: float | None, high: float | None, *, excludes_from: bool, includes_to: bool
) -> tuple[FactCondition, ...]:
    """Return the ends of a band as conditions; each stands alone, so that a weight of unknown ends is unknown."""
    over = () if low is None else (FactCondition("weight", **{"above" if excludes_from else "at_least": low}),)  # type: ignore[arg-type]
    under = () if high is None else (FactCondition("weight", **{"at_most" if includes_to else "below": high}),)  # type: ignore[arg-type]
    return (*over, *under)


def _test(name: str, of: DoseTable, conditions: tuple[Condition, ...]) -> Statement:
    return _statement(name, of.file, of.point, of.source, of.section, of.says, conditions)


def _statement(
    name: str, file: str, point: str, source: str, section: str, says: str, conditions: tuple[Condition, ...]
) -> Statement:
    then = FindingOf("population", Severity.INFO)
    return Statement(name, file, point, source, section, says, When(conditions, then))


def _end(table: Table, included: str, excluded: str) -> float | None:
    if table.has(included) and table.has(excluded):
        table.fault(f"a band has '{included}' and '{excluded}'", "Keep one of the two.")
    return table.number(included) if table.has(included) else table.number(excluded)


def _rhythm(table: Table) -> dict[str, object]:
    """Return the rhythm of a line or of every line of a table; empty where it says none."""
    said: dict[str, object] = {}
    for key in ("every_h", "doses_per_day_low", "doses_per_day_high"):
        if table.has(key) and (number := amount(_OF_LINE[key])(table, key)) is not None:
            said[key] = number
    for key in ("per_week", "per_week_high"):
        if table.has(key) and (count := table.whole(key)) is not None:
            said[key] = count
            if count > 7:
                table.fault(f"'{key}' is {count}", "A week has seven days.")
    if table.has("days_of_week"):
        days = table.texts("days_of_week")
        if list(days) != [day for day in WEEKDAYS if day in days]:
            table.fault("'days_of_week' are no days of the week in order", f"Use {', '.join(WEEKDAYS)}.")
        elif len(days) != said.get("per_week"):
            table.fault("'days_of_week' are not 'per_week' days", "Correct one of the two.")
        said["days_of_week"] = days
    return said
