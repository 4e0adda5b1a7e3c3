"""Results at six months of drug-resistant TB, and outcomes of a cohort: what was recorded, and what is not there."""

from collections.abc import Callable, Iterable
from datetime import date, timedelta
from typing import Final

from fullcourse.clinical.event_bodies import OUTCOMES
from fullcourse.cohort.programme.case import Case, Dated
from fullcourse.cohort.programme.rules import ReportRules
from fullcourse.cohort.programme.table import Behind, Table
from fullcourse.course.completion import month_later

__all__ = ["final_table", "interim_table", "is_long", "proposed_table"]

CONTRADICTION: Final = "contradictory outcomes"
_CULTURES: Final = {"negative": "culture negative", "positive": "culture positive"}
_ENDED: Final = {"died": "died", "lost to follow-up": "lost to follow-up", "not evaluated": "not evaluated"}
_TRANSFERRED: Final = "transferred out"
_UNKNOWN: Final = "culture unknown"
_TOO_EARLY: Final = "not yet at six months"
_NOTHING: Final = "nothing is proposed"
_NONE_ENDED: Final = "no outcome recorded, closed"
_NONE_OPEN: Final = "no outcome recorded, not closed"


def interim_table(cases: Iterable[Case], rules: ReportRules, at: date) -> Table:
    """Return the results at six months.

    Args:
        cases: That began treatment in the quarter of the cohort, with a resistance that belongs to it.
        rules: Give the months.
        at: What happened later is not seen.
    """
    table = Table(
        "interim.result",
        f"Result at {rules.interim_after_months} months",
        ("culture negative", "culture positive", _UNKNOWN, "died", "lost to follow-up", "not evaluated", CONTRADICTION),
    )
    for case in cases:
        label, behind = _interim(case, rules, at)
        table.add(label, behind)
    return table


def _interim(case: Case, rules: ReportRules, at: date) -> tuple[str, Behind]:
    start = case.starts_on or date.min
    ends = month_later(start, rules.interim_after_months)
    if at < ends:
        return _TOO_EARLY, Behind(case, start, "start of treatment")
    ended = [outcome for outcome in case.outcomes_by(ends) if outcome.says in _ENDED]
    if len({outcome.says for outcome in ended}) > 1:
        return CONTRADICTION, _contradicting(case, ended)
    if ended:
        return _ENDED[ended[-1].says], _behind(case, ended[-1])
    for end in case.ends:
        if end.says == _TRANSFERRED and end.day <= ends:
            return "not evaluated", _behind(case, end)
    first = month_later(start, rules.culture_from_months)
    last = min(ends + timedelta(days=rules.culture_grace_days), at)
    taken = [culture for culture in case.cultures if first <= culture.day <= last]
    inside = [culture for culture in taken if culture.says in _CULTURES]
    if not inside:
        others = "".join(f"; {culture.says} {culture.day}" for culture in taken)
        return _UNKNOWN, Behind(case, None, f"no culture with a result from {first} to {last}{others}")
    newest = max(culture.day for culture in inside)
    result = min((culture for culture in inside if culture.day == newest), key=lambda it: it.says != "positive")
    return _CULTURES[result.says], _behind(case, result)


def final_table(name: str, title: str, cases: Iterable[Case], at: date) -> Table:
    """Return the outcomes of a cohort.

    Args:
        name: Last part of the table's id.
        title: Of which cohort.
        cases: That began treatment in its quarter.
        at: What was recorded later is not seen.
    """
    labels = (*OUTCOMES, CONTRADICTION, _TRANSFERRED, _NONE_ENDED, _NONE_OPEN)
    table = Table(f"final.{name}", title, labels)
    for case in cases:
        label, behind = _final(case, at)
        table.add(label, behind)
    return table


def _final(case: Case, at: date) -> tuple[str, Behind]:
    outcomes = case.outcomes_by(at)
    if len({outcome.says for outcome in outcomes}) > 1:
        return CONTRADICTION, _contradicting(case, outcomes)
    if outcomes:
        return outcomes[-1].says, _behind(case, outcomes[-1])
    closed = [end for end in case.ends if end.day <= at]
    if not closed:
        return _NONE_OPEN, Behind(case, None, "no outcome is written down")
    return _TRANSFERRED if closed[-1].says == _TRANSFERRED else _NONE_ENDED, _behind(case, closed[-1])


def proposed_table(tables: Iterable[Table], propose: Callable[[Case], str]) -> Table:
    """Return what the definitions propose for cases without an outcome; nobody has decided it.

    Args:
        tables: Of outcomes.
        propose: Returns the outcome that is proposed for a case; empty where none is.
    """
    table = Table("final.proposed", "PROPOSED, not decided, where none is recorded", (*OUTCOMES, _NOTHING))
    for outcomes in tables:
        for number in outcomes.numbers.values():
            if number.label in (_NONE_ENDED, _NONE_OPEN, _TRANSFERRED):
                for behind in number.behind:
                    proposed = propose(behind.case) or _NOTHING
                    table.add(proposed, Behind(behind.case, None, f"proposed, not decided: {proposed}"))
    return table


def is_long(case: Case, rules: ReportRules) -> bool | None:
    """Return whether a case began a longer regimen; None where its length is not written down."""
    if case.starts_on is None or case.length_days is None:
        return None
    last = case.starts_on + timedelta(days=case.length_days - 1)
    return last >= month_later(case.starts_on, rules.short_at_most_months)


def _behind(case: Case, dated: Dated) -> Behind:
    return Behind(case, dated.day, dated.says, dated.event)


def _contradicting(case: Case, outcomes: Iterable[Dated]) -> Behind:
    listed = list(outcomes)
    said = "; ".join(f"{outcome.says} {outcome.day}" for outcome in listed)
    return Behind(case, listed[-1].day, said, listed[-1].event)
