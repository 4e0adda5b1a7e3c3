"""Dates of many lines: plain days and instants by arithmetic in SQL, every other form by the reader of one date."""

from typing import Final

from fullcourse.clinical.errors import InputError
from fullcourse.clinical.moment import parse_moment

__all__ = ["NO_DATE", "moment_columns", "parsed_moment", "plain_moment"]

_DAY = "[12][0-9]{3}-[0-9]{2}-[0-9]{2}"
_CLOCK = "([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]"
_INSTANT = _DAY + "T" + _CLOCK + "(Z|[+-](0[0-9]|1[0-4]):[0-5][0-9])"

NO_DATE: Final = ("", True, 0, 0, 0.0, 0.0)


def plain_moment(name: str) -> str:
    """Return the start of a plain day or instant in seconds; NULL for every other text."""
    hours, minutes = (f"CAST(substr({name}, {at}, 2) AS INTEGER)" for at in (21, 24))
    sign = f"CASE substr({name}, 20, 1) WHEN '-' THEN -1 ELSE 1 END"
    offset = f"CASE substr({name}, 20, 1) WHEN 'Z' THEN 0 ELSE {sign} * ({hours} * 3600 + {minutes} * 60) END"
    return (
        f"CASE WHEN length({name}) = 10 AND regexp_full_match({name}, '{_DAY}') THEN epoch(try_cast({name} AS DATE)) "
        f"WHEN regexp_full_match({name}, '{_INSTANT}') "
        f"THEN epoch(try_cast(left({name}, 19) AS TIMESTAMP)) - {offset} END"
    )


def moment_columns(name: str) -> str:
    """Return the four columns of a date: plain ones by arithmetic, the others as they were read one by one."""
    plain, other = f"{name}_plain", f"u{name}"
    is_plain = f"{other}.written IS NULL AND {name} <> ''"
    day = f"CASE WHEN {is_plain} THEN (try_cast(left({name}, 10) AS DATE) - DATE '1970-01-01') END"
    start = f"CASE WHEN {other}.written IS NULL AND {name} <> '' THEN {plain} END"
    end = f"CASE WHEN length({name}) = 10 THEN {start} + 86400.0::DOUBLE - 1e-6::DOUBLE ELSE {start} END"
    return (
        f"CAST(coalesce({day}, {other}.first) AS INTEGER) AS {name}_first, "
        f"CAST(coalesce({day}, {other}.last) AS INTEGER) AS {name}_last, "
        f"coalesce({start}, {other}.start) AS {name}_start, coalesce({end}, {other}.end) AS {name}_end"
    )


def parsed_moment(text: str) -> tuple[bool, int, int, float, float]:
    """Return whether a text is no date, else its first and last day since 1970, and its start and end in seconds."""
    try:
        moment = parse_moment(text, "date")
    except InputError:
        return NO_DATE[1:]
    epoch = 719163  # the ordinal of 1970-01-01
    return (
        False, moment.first_day.toordinal() - epoch, moment.last_day.toordinal() - epoch, moment.start_s, moment.end_s,
    )  # fmt: skip
