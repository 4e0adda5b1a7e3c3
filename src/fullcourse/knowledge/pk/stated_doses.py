"""What a statement about doses says in numbers, for the rows of the targets file that refer to it."""

from collections.abc import Mapping, Sequence

from fullcourse.knowledge.statements import Body, Steps
from fullcourse.knowledge.walk import thens_of

__all__ = ["DoseRow", "allows_mg_per_day", "daily_maximum", "dose_rows", "intakes_of"]

DoseRow = Mapping[str, object]
"""One dose of a statement: its own keys, and those that stand beside it."""

FIRST_HOUR = 8
"""Hour of the day of the first dose where a statement says how far doses lie apart and not when: ours, for a curve."""


def dose_rows(body: Body) -> tuple[DoseRow, ...]:
    """Return every dose that a statement gives; here alone it is known how consequences keep them."""
    if isinstance(body, Steps):
        return tuple({"doses": step.doses, "max_mg_per_day": body.max_mg_per_day} for step in body.steps)
    rows: list[DoseRow] = []
    for then in thens_of(body):
        given = then.value if isinstance(then.value, list) else [then.value]
        rows += [{**then.details, **(dose if isinstance(dose, Mapping) else {})} for dose in given]
    return tuple(rows)


def intakes_of(row: DoseRow) -> tuple[tuple[str, float], ...]:
    """Return when and how much, mg, is taken on a dosing day; nothing where the row does not say it."""
    doses = row.get("doses")
    if isinstance(doses, Sequence) and not isinstance(doses, str):
        pairs = [(dose.get("at"), dose.get("mg")) for dose in doses if isinstance(dose, Mapping)]
        return tuple((at, float(mg)) for at, mg in pairs if isinstance(at, str) and isinstance(mg, int | float))
    mg, apart_h = row.get("mg"), 24 if "per_week" in row else row.get("every_h")
    if not isinstance(mg, int | float) or not isinstance(apart_h, int) or 24 % apart_h:
        return ()
    return tuple((f"{(FIRST_HOUR + hour) % 24:02d}:00", float(mg)) for hour in range(0, 24, apart_h))


def allows_mg_per_day(rows: Sequence[DoseRow], mg: float) -> bool:
    """Return whether a daily amount, mg, lies in the range of any row."""
    for row in rows:
        low, high = row.get("mg_per_day_low"), row.get("mg_per_day_high")
        if isinstance(low, int | float) and isinstance(high, int | float) and low <= mg <= high:
            return True
    return False


def daily_maximum(rows: Sequence[DoseRow]) -> float | None:
    """Return the lowest of the daily maxima that a statement gives, mg; None where it gives none."""
    given = [row.get("max_mg_per_day") for row in rows]
    return min((float(mg) for mg in given if isinstance(mg, int | float)), default=None)
