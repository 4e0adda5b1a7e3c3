"""From the tables of guideline files to regimens, criteria and constructions; every fault is noted, none stops it."""

from collections.abc import Callable, Mapping, Sequence
from typing import TypeVar

from fullcourse.clinical.errors import Fault
from fullcourse.clinical.finding import Severity
from fullcourse.knowledge.consequences import FindingOf
from fullcourse.knowledge.read_statements import StatementReader
from fullcourse.knowledge.regimens import (
    EFFECTIVE,
    PATHS,
    WHILE_UNKNOWN,
    Candidate,
    Construction,
    Criterion,
    CriterionRow,
    Extension,
    Guidelines,
    NamedRegimen,
    PartDrug,
    Phase,
    StandardRegimen,
    Toxicity,
)
from fullcourse.knowledge.statements import Condition, Statement, When
from fullcourse.knowledge.tables import Table, read_each

__all__ = ["read_guidelines"]

Rows = Sequence[tuple[str, object]]
_Read = TypeVar("_Read", Criterion, StandardRegimen, Construction, NamedRegimen, Toxicity)

_FIRST_FORMS = ("requires", "excludes", "rows")


def read_guidelines(rows: Mapping[str, Rows], reader: StatementReader, faults: list[Fault]) -> Guidelines:
    """Read every table and return what was read, with the faults noted and none raised.

    Args:
        rows: The tables by kind, each with its file.
        reader: Of conditions.
        faults: Where faults are noted.
    """
    return _Reader(rows, reader, faults).read()


class _Reader:
    """Reads the tables of guidelines."""

    def __init__(self, rows: Mapping[str, Rows], reader: StatementReader, faults: list[Fault]) -> None:
        self._rows, self._reader, self._faults = rows, reader, faults

    def read(self) -> Guidelines:
        return Guidelines(
            criteria=self._each("criterion", self._criterion),
            regimens=self._each("regimen", self._regimen),
            constructions=self._each("construction", self._construction),
            named=self._each("named_regimen", self._named),
            toxicities=self._each("toxicity", self._toxicity),
        )

    def _each(self, kind: str, read: Callable[[Table], _Read]) -> dict[str, _Read]:
        return read_each(self._rows.get(kind, ()), read, self._faults)

    def _criterion(self, table: Table) -> Criterion:
        name, source, section = table.text("id"), table.text("source"), table.text("section")
        says = table.text("says")
        given = [key for key in _FIRST_FORMS if table.has(key)]
        if len(given) != 1:
            table.fault("a criterion has exactly one of requires, excludes and rows", "Keep one of them.")

        def row(number: int, conditions: tuple[Condition, ...], fits: bool) -> CriterionRow:
            then = FindingOf("eligibility", Severity.INFO if fits else Severity.CONTRAINDICATED)
            test = Statement(f"{name}.{number}", table.file, name, source, section, says, When(conditions, then))
            return CriterionRow(test, fits)

        rows: list[CriterionRow] = []
        otherwise = False
        if table.has("requires"):
            rows.append(row(1, self._reader.conditions(table.rows("requires"), table), True))
        elif table.has("excludes"):
            otherwise = True
            rows.append(row(1, self._reader.conditions(table.rows("excludes"), table), False))
        else:
            for number, inner in enumerate(map(table.inner, table.rows("rows")), 1):
                rows.append(row(number, self._reader.conditions(inner.rows("when"), inner), _yes(inner, "fits")))
                inner.done("a row")
            otherwise = _yes(table, "otherwise")
        return Criterion(
            id=name,
            file=table.file,
            source=source,
            section=section,
            says=says,
            unmet=table.text("unmet"),
            rows=tuple(rows),
            otherwise=otherwise,
            while_unknown=table.choice("while_unknown", WHILE_UNKNOWN, required=False) or "asks",
            proposes=table.text("proposes", required=False),
            interpretation=table.text("interpretation", required=False),
            review=table.text("review", required=False) or "unreviewed",
        )

    def _regimen(self, table: Table) -> StandardRegimen:
        return StandardRegimen(
            id=table.text("id"),
            file=table.file,
            name=table.text("name"),
            profiles=table.texts("profiles"),
            path=table.choice("path", PATHS),
            order=table.whole("order") or 0,
            source=table.text("source"),
            section=table.text("section"),
            says=table.text("says"),
            criteria=table.texts("criteria"),
            phases=tuple(_phase(table.inner(row)) for row in table.rows("phases")),
            complete_within_months=table.whole("complete_within_months"),
            gives_way_to=table.texts("gives_way_to"),
            beside=table.texts("beside"),
            open_if_resistant=table.texts("open_if_resistant"),
            notes=table.texts("notes"),
            interpretation=table.text("interpretation", required=False),
            review=table.text("review", required=False) or "unreviewed",
        )

    def _construction(self, table: Table) -> Construction:
        return Construction(
            id=table.text("id"),
            file=table.file,
            name=table.text("name"),
            profiles=table.texts("profiles"),
            order=table.whole("order") or 0,
            source=table.text("source"),
            section=table.text("section"),
            says=table.text("says"),
            criteria=table.texts("criteria"),
            groups=table.texts("groups"),
            candidates=tuple(_candidate(table.inner(row)) for row in table.rows("candidates")),
            effective_at_least=_count(table, "effective_at_least"),
            first_group_whole=_count(table, "first_group_whole"),
            second_group_at_least=_count(table, "second_group_at_least", least=0),
            second_group_otherwise=_count(table, "second_group_otherwise", least=0),
            new_drugs_after_failure=_count(table, "new_drugs_after_failure"),
            phases=tuple(_phase(table.inner(row)) for row in table.rows("phases")),
            gives_way_to=table.texts("gives_way_to"),
            beside=table.texts("beside"),
            notes=table.texts("notes"),
            interpretation=table.text("interpretation", required=False),
            review=table.text("review", required=False) or "unreviewed",
        )

    def _named(self, table: Table) -> NamedRegimen:
        return NamedRegimen(
            id=table.text("id"),
            file=table.file,
            name=table.text("name"),
            profiles=table.texts("profiles"),
            path=table.choice("path", PATHS),
            source=table.text("source"),
            section=table.text("section"),
            says=table.text("says"),
        )

    def _toxicity(self, table: Table) -> Toxicity:
        return Toxicity(
            id=table.text("id"),
            file=table.file,
            label=table.text("label"),
            drugs=table.texts("drugs"),
            source=table.text("source"),
            section=table.text("section"),
        )


def _phase(table: Table) -> Phase:
    phase = Phase(
        name=table.text("name"),
        drugs=tuple(_part(row, table) for row in table.rows("drugs")),
        weeks=table.whole("weeks"),
        months=table.whole("months"),
        months_at_most=table.whole("months_at_most"),
        doses=table.whole("doses"),
        days_per_week=table.whole("days_per_week"),
        complete_within_days=table.whole("complete_within_days"),
        complete_within_months=table.whole("complete_within_months"),
        extension=_extension(table.inner(table.raw("extension"))) if table.has("extension") else None,
    )
    if (phase.weeks is None) == (phase.months is None):
        table.fault(f"phase '{phase.name}' needs its length in weeks or in months", "Give one of the two.")
    if phase.days_per_week is not None and phase.days_per_week > 7:
        table.fault(f"phase '{phase.name}' has {phase.days_per_week} days a week", "A week has seven.")
    table.done("a phase")
    return phase


def _part(row: object, phase: Table) -> PartDrug:
    if isinstance(row, str):
        return PartDrug((row,))
    table = phase.inner(row)
    drug = table.text("drug", required=not table.has("one_of"))
    part = PartDrug(
        one_of=table.texts("one_of") or (drug,),
        role=table.choice("role", EFFECTIVE, required=False) or "counted",
        months=table.whole("months"),
        note=table.text("note", required=False),
        unless_extended=table.has("unless_extended") and _yes(table, "unless_extended"),
    )
    table.done("a drug of a phase")
    return part


def _extension(table: Table) -> Extension:
    extension = Extension(
        says=table.text("says"),
        weeks=table.whole("weeks"),
        months=table.whole("months"),
        complete_within_months=table.whole("complete_within_months"),
        tests=table.texts("tests"),
        from_month=table.whole("from_month") or 0,
        to_month=table.whole("to_month") or 0,
        due_month=table.whole("due_month") or 0,
        any_result=table.has("any_result") and _yes(table, "any_result"),
        interpretation=table.text("interpretation", required=False),
    )
    if extension.tests and not extension.from_month <= extension.due_month <= extension.to_month:
        table.fault("'due_month' is not within 'from_month' and 'to_month'", "Correct the months of the extension.")
    table.done("an extension")
    return extension


def _candidate(table: Table) -> Candidate:
    drug = table.text("drug")
    candidate = Candidate(
        drug=drug,
        group=table.text("group"),
        slot=table.text("slot", required=False) or drug,
        criteria=table.texts("criteria"),
        beside=table.text("beside", required=False),
    )
    table.done("a candidate")
    return candidate


def _count(table: Table, key: str, least: int = 1) -> int:
    number = table.whole(key, least=least)
    if number is None:
        table.fault(f"'{key}' is missing", f"Add {key} = ... as the source has it.")
    return number or 0


def _yes(table: Table, key: str) -> bool:
    value = table.raw(key)
    if not isinstance(value, bool):
        table.fault(f"'{key}' must be true or false, not {value!r}", "Correct it.")
    return value is True
