"""What findings come to over a register: by statement, clinic, ten years of age, and sex, with what is missing."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import duckdb

from fullcourse.clinical.finding import Decision
from fullcourse.cohort.plan import Plan
from fullcourse.cohort.screen_sql import BITS, decision_column, word_columns

__all__ = ["Line", "summarise"]

_GROUPS: Final = {
    "clinic": "coalesce(nullif(clinic, ''), 'not recorded')",
    "age": "CASE WHEN age_years IS NULL THEN 'not known' ELSE printf('%d to %d', floor(age_years / 10)::INT * 10, "
    "floor(age_years / 10)::INT * 10 + 9) END",
    "sex": "coalesce(sex, 'not known')",
}
_PASSES: Final = (("clinic",), ("age", "sex"))
"""Each is one reading of the findings: clinics may be many, and must not be multiplied by ages and sexes."""

_LANE: Final = BITS // 2
"""Two bits so far apart are counted by one sum, each in its half: the counts stay below two thousand million."""

_DECISIONS: Final = tuple(decision.value for decision in Decision)


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
    wanted = _wanted(plan)
    sums = _sums(plan)
    counted: dict[tuple[str, str], list[int]] = {}
    with duckdb.connect() as connection:
        connection.from_parquet(str(findings)).create_view("findings")
        for groups in _PASSES:
            names = ", ".join(_GROUPS[by] for by in groups)
            rows = connection.execute(f"SELECT {names}, {', '.join(sums)} FROM findings GROUP BY ALL")  # noqa: S608
            for row in rows.fetchall():
                values = _apart(plan, [int(value or 0) for value in row[len(groups) :]])
                for by, group in (("all", "all"), *zip(groups, row, strict=False)):
                    if by != "all" or groups == _PASSES[0]:
                        before = counted.get((by, group), [0] * len(values))
                        counted[by, group] = [pair + other for pair, other in zip(before, values, strict=True)]
    order = ["all", *_GROUPS]
    return [
        Line(by, group, drug, what, id_, value)
        for (by, group), values in sorted(counted.items(), key=lambda pair: (order.index(pair[0][0]), pair[0][1]))
        for (drug, what, id_), value in zip(wanted, values, strict=True)
        if value
    ]


def _wanted(plan: Plan) -> list[tuple[str, str, str]]:
    """Return what is counted, in the order of the counts: the drug, what of it, and its id."""
    counted = [("", "record", "patients"), ("", "record", "error")]
    counted += [(drug, "decision", decision) for drug in plan.drugs for decision in _DECISIONS]
    for kind in ("applies", "cannot_assess"):
        counted += [(executed.drug, kind, executed.statement.id) for executed in plan.executed]
    return counted + [("", "missing", fact) for fact in plan.missing]


def _kinds(plan: Plan) -> Iterable[tuple[str, int]]:
    """Return each kind of word with the number of its bits."""
    return (("applies", len(plan.executed)), ("cannot_assess", len(plan.executed)), ("missing", len(plan.missing)))


def _sums(plan: Plan) -> list[str]:
    sums = ["count(*)", "count(error)"]
    sums += [
        f"count(CASE WHEN \"{decision_column(drug)}\" = '{decision}' THEN 1 END)"
        for drug in plan.drugs
        for decision in _DECISIONS
    ]
    lanes = 1 | 1 << _LANE
    for kind, count in _kinds(plan):
        for name in word_columns(kind, count):
            sums += [f"sum(({name} >> {bit}) & {lanes})" for bit in range(_LANE)]
    return sums


def _apart(plan: Plan, values: Sequence[int]) -> list[int]:
    """Return one count for each thing that is counted, from sums that hold two each."""
    start = 2 + len(plan.drugs) * len(_DECISIONS)
    counts = list(values[:start])
    for _, count in _kinds(plan):
        for first in range(0, max(1, count), BITS):
            word = values[start : start + _LANE]
            start += _LANE
            bits = [value & (1 << _LANE) - 1 for value in word] + [value >> _LANE for value in word]
            counts += bits[: count - first]
    return counts
