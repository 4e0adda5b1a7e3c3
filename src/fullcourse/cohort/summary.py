"""What findings come to over a register: by statement, clinic, ten years of age, and sex, with what is missing."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb

from fullcourse.cohort.plan import Plan
from fullcourse.cohort.screen_sql import BITS, decision_column

__all__ = ["Line", "summarise"]

_GROUPS = {
    "all": "'all'",
    "clinic": "coalesce(nullif(clinic, ''), 'not recorded')",
    "age": "CASE WHEN age_years IS NULL THEN 'not known' ELSE printf('%d to %d', floor(age_years / 10)::INT * 10, "
    "floor(age_years / 10)::INT * 10 + 9) END",
    "sex": "coalesce(sex, 'not known')",
}


@dataclass(frozen=True, slots=True)
class Line:
    """One count of a summary.

    Attributes:
        by: ``all``, ``clinic``, ``age`` or ``sex``.
        group: Which of them.
        drug: INN; empty for what is counted over all drugs.
        what: ``decision``, ``applies``, ``cannot_assess``, ``missing`` or ``record``.
        id: The decision, the statement, the fact, or ``error`` and ``patients``.
        patients: How many.
    """

    by: str
    group: str
    drug: str
    what: str
    id: str
    patients: int


def summarise(plan: Plan, findings: Path) -> Sequence[Line]:
    """Return the counts of a file of findings; what nobody has is left out."""
    wanted: list[tuple[str, str, str, str]] = [
        ("", "record", "patients", "count(*)"),
        ("", "record", "error", "count(error)"),
    ]
    for drug in plan.drugs:
        for decision in ("contraindicated", "cannot_assess", "caution", "no_objection"):
            condition = f"\"{decision_column(drug)}\" = '{decision}'"
            wanted.append((drug, "decision", decision, f"count(*) FILTER (WHERE {condition})"))
    for number, one in enumerate(plan.executed):
        for kind in ("applies", "cannot_assess"):
            wanted.append((one.drug, kind, one.statement.id, f"sum({_bit(kind, number)})"))
    for number, fact in enumerate(plan.missing):
        wanted.append(("", "missing", fact, f"sum({_bit('missing', number)})"))
    counts = ", ".join(expression for _, _, _, expression in wanted)
    found: list[Line] = []
    with duckdb.connect() as connection:
        connection.from_parquet(str(findings)).create_view("findings")
        for by, group in _GROUPS.items():
            query = f"SELECT {group} AS grouped, {counts} FROM findings GROUP BY 1 ORDER BY 1"  # noqa: S608 - our own names
            for name, *values in connection.execute(query).fetchall():
                found += [
                    Line(by, str(name), drug, what, id_, int(value))
                    for (drug, what, id_, _), value in zip(wanted, values, strict=True)
                    if value
                ]
    return found


def _bit(kind: str, number: int) -> str:
    return f"(({kind}_{number // BITS} >> {number % BITS}) & 1)"
