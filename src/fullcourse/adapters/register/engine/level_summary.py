"""What the exposures of a register come to: by reason, and by model, weight, clearance, age and sex."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import duckdb

from fullcourse.cohort.levels.predict import EXPOSURES, quantile_column
from fullcourse.cohort.levels.question import LevelQuestion, target_column

__all__ = ["LevelLine", "ReasonLine", "summarise_levels", "summarise_reasons"]

_WIDTHS: Final = {"weight_kg": 10, "clearance_ml_per_min": 30, "age_years": 10}
"""Widths of the groups; ways of counting, no lines of any source."""

_GROUPS: Final = {
    "all": "'all'",
    "model": "coalesce(model, 'none')",
    "clinic": "coalesce(nullif(clinic, ''), 'not recorded')",
    "sex": "coalesce(sex, 'not known')",
}


@dataclass(frozen=True, slots=True)
class LevelLine:
    """One group of a summary.

    Attributes:
        by: ``all``, ``model``, ``clinic``, ``sex``, ``weight_kg``, ``clearance_ml_per_min`` or ``age_years``.
        group: Which of them.
        patients: How many.
        predicted: How many of them have a prediction.
        values: Median over patients of each exposure's median, and mean of each probability, in the order of
            `columns`; None where nobody has a prediction.
    """

    by: str
    group: str
    patients: int
    predicted: int
    values: tuple[float | None, ...]

    @staticmethod
    def columns(question: LevelQuestion) -> tuple[str, ...]:
        """Return the names of the values."""
        return (
            *(quantile_column(measure, 0.5) for measure in EXPOSURES),
            *(target_column(target) for target in question.judged),
        )


@dataclass(frozen=True, slots=True)
class ReasonLine:
    """How many patients have no prediction for one reason, and about which facts."""

    reason: str
    facts: str
    patients: int


def summarise_levels(question: LevelQuestion, exposures: Path) -> Sequence[LevelLine]:
    """Return the groups of a file of exposures."""
    middle = [f"median({quantile_column(measure, 0.5)})" for measure in EXPOSURES]
    means = [f'avg("{target_column(target)}")' for target in question.judged]
    wanted = ", ".join(["count(*)", f"count({quantile_column('peak', 0.5)})", *middle, *means])
    groups = {name: (text, text) for name, text in _GROUPS.items()}
    groups |= {name: (_label(name, width), f"floor({name} / {width})") for name, width in _WIDTHS.items()}
    lines = []
    with duckdb.connect() as connection:
        connection.from_parquet(str(exposures)).create_view("exposures")
        for by, (label, order) in groups.items():
            query = (
                f"SELECT {label} AS grouped, {wanted} FROM exposures "  # noqa: S608 - our own names
                f"GROUP BY 1 ORDER BY min({order}) NULLS LAST"
            )
            for group, patients, predicted, *values in connection.execute(query).fetchall():
                lines.append(LevelLine(by, str(group), int(patients), int(predicted), tuple(values)))
    return lines


def _label(name: str, width: int) -> str:
    first = f"floor({name} / {width})::INT * {width}"
    return f"CASE WHEN {name} IS NULL THEN 'not known' ELSE printf('from %d, below %d', {first}, {first} + {width}) END"


def summarise_reasons(exposures: Path) -> Sequence[ReasonLine]:
    """Return why patients have no prediction, most patients first."""
    query = "SELECT reason, coalesce(facts, ''), count(*) FROM read_parquet(?) WHERE reason IS NOT NULL GROUP BY ALL ORDER BY 3 DESC, 1, 2"  # noqa: E501
    with duckdb.connect() as connection:
        rows = connection.execute(query, [str(exposures)]).fetchall()
    return [ReasonLine(str(reason), str(facts), int(patients)) for reason, facts, patients in rows]
