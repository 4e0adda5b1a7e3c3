"""Works out what is foreseen of a drug from its results: which count, the line through them, and where it leads."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Final, NamedTuple

from fullcourse.clinical.fact import Evidence, Fact, Standing
from fullcourse.clinical.quantity import Interval, exactly
from fullcourse.knowledge.consequences import Action, FindingOf
from fullcourse.knowledge.library import Knowledge
from fullcourse.knowledge.statements import FactCondition, Statement
from fullcourse.knowledge.vocabulary import FactDefinition
from fullcourse.knowledge.walk import atoms_of, thens_of
from fullcourse.monitoring.due import Due
from fullcourse.monitoring.foresight.foreseen import (
    AskedEarlier,
    Exposure,
    Foreseen,
    Heading,
    Threshold,
    Trend,
    TrendStanding,
)
from fullcourse.monitoring.foresight.trend import Line, line_through
from fullcourse.monitoring.responses import CONTRAINDICATED, Do, ResultReader, Seen, does
from fullcourse.monitoring.watch import Watch
from fullcourse.rules.explain import judge_of
from fullcourse.rules.one_patient import NONE
from fullcourse.rules.situation import Situation

__all__ = ["FOLLOWED", "MOST_RESULTS", "Foresight", "Watching"]

FALLS, RISES = False, True

FOLLOWED: Final[Mapping[str, bool]] = {
    "haemoglobin": FALLS, "neutrophils": FALLS, "platelets": FALLS, "creatinine": RISES, "qtcf": RISES,
}  # fmt: skip
"""The results that are followed, and whether harm lies above them."""

MOST_RESULTS: Final = 6
"""The newest so many results make the line (I-1441): what was steady for a year does not hide a fall of two months."""

_RISE_OF: Final = {"creatinine": "creatinine_rise", "qtcf": "qtcf_rise"}
_EPOCH: Final = date(1970, 1, 1)
_FURTHEST_DAYS: Final = 36_525
_SECONDS_A_DAY: Final = 86_400.0
_DAYS_A_WEEK: Final = 7.0


class Watching(NamedTuple):
    """A test of the treatment, and how it stands."""

    watch: Watch
    due: Due


_Run = tuple[tuple[Evidence, ...], tuple[Evidence, ...], Line | None]
_Lines = dict[tuple[str, date | None], _Run]


class _Does(NamedTuple):
    """What a statement would come to at a value, its word for it, and what it waits for."""

    do: Do
    action: str
    missing: tuple[str, ...]


class Foresight:
    """Foresees by the statements of one knowledge."""

    def __init__(self, knowledge: Knowledge, results: ResultReader) -> None:
        """Take what the sources say, and the reader of statements on results."""
        self._knowledge, self._results = knowledge, results
        self._acting: dict[tuple[str, str], tuple[tuple[Statement, str, tuple[float, ...]], ...]] = {}

    def foreseen(
        self,
        seen: Mapping[str, Seen],
        began: Mapping[str, date | None],
        watching: Sequence[Watching],
        exposures: Mapping[str, Exposure],
    ) -> tuple[Foreseen, ...]:
        """Return what is foreseen of each drug of which something that it is watched for is on file.

        Args:
            seen: The patient under each drug, by INN.
            began: Its first day; None where nobody said: then every result may be of it.
            watching: The tests of the treatment.
            exposures: Levels, of drugs of which they were worked out.
        """
        found = []
        lines: _Lines = {}
        for drug, patient in seen.items():
            own = {it.watch.test for it in watching if it.watch.certain and drug in it.watch.drugs}
            watched = {name for test in own for name in self._facts(test)}
            trends = tuple(
                self._trend(drug, name, patient, began[drug], lines)
                for name in FOLLOWED
                if patient.patient.record.evidence.get(name) and (name in watched or self._acts_on(drug, name))
            )
            if trends or drug in exposures:
                ask = tuple(self._earlier(trends, watching))
                found.append(Foreseen(drug, trends, exposures.get(drug), ask))
        return tuple(found)

    def _facts(self, test: str) -> tuple[str, ...]:
        definition = self._knowledge.tests.get(test)
        return () if definition is None else tuple(name for group in definition.answered_by for name in group)

    def _trend(self, drug: str, name: str, seen: Seen, began: date | None, lines: _Lines) -> Trend:
        definition, at = self._knowledge.facts[name], seen.patient.at
        counted, left_out, line = self._line(name, seen, began, lines)
        trend = Trend(name, definition.label, definition.unit, TrendStanding.STEADY, counted, left_out)
        if not counted and any(piece.reason == _TOO_OLD for piece in left_out):
            return replace(trend, standing=TrendStanding.STALE)
        if line is None:
            return replace(trend, standing=TrendStanding.TOO_FEW)
        weekly = [_DAYS_A_WEEK * it for it in (line.per_day, line.low, line.high)]
        trend = replace(trend, per_week=weekly[0], low=weekly[1], high=weekly[2])
        acting = self._acts_on(drug, name)
        if not acting:
            return replace(trend, standing=TrendStanding.NO_THRESHOLD)
        thresholds = tuple(self._thresholds(acting, name, seen, line.points[-1][1]))
        lacks = any(of != name and _before(seen.facts.get(of), seen.facts.get(name)) is None for _, of, _ in acting)
        trend = replace(trend, lacks_baseline=lacks)
        if not thresholds:
            return replace(trend, standing=TrendStanding.NO_THRESHOLD if lacks else TrendStanding.REACHED)
        towards = line.low > 0.0 if FOLLOWED[name] else line.high < 0.0
        if not towards:
            return trend
        found = (_heading(line, it, name, at) for it in thresholds)
        every = sorted((it for it in found if it is not None), key=lambda it: (it.first, -it.threshold.do))
        until = _day(2.0 * line.points[-1][0] - line.points[0][0])
        soon = tuple(it for it in every if it.middle is not None and it.middle <= max(until, at))
        if soon:
            return replace(trend, standing=TrendStanding.HEADING, headings=soon)
        return replace(trend, standing=TrendStanding.DRIFTING, headings=tuple(every[:1]))

    def _line(self, name: str, seen: Seen, began: date | None, lines: _Lines) -> _Run:
        """Return the results that count, those left out, and the line; drugs that began on one day share it."""
        known = lines.get((name, began))
        if known is None:
            patient = seen.patient
            counted, out = _counted(patient.record.evidence[name], self._knowledge.facts[name], patient.at, began)
            known = counted, out, line_through([_point(piece) for piece in counted])
            lines[name, began] = known
        return known

    def _acts_on(self, drug: str, name: str) -> tuple[tuple[Statement, str, tuple[float, ...]], ...]:
        """Return the statements on a drug's results that compare a fact or its rise with numbers, and which."""
        known = self._acting.get((drug, name))
        if known is None:
            found = []
            sides = ("above", "at_least") if FOLLOWED[name] else ("below", "at_most")
            for statement in self._results.statements_on_results(drug):
                for of in (name, _RISE_OF.get(name, name)) if name in _RISE_OF else (name,):
                    bounds = tuple(dict.fromkeys(_beyond(statement, of, sides)))
                    if bounds:
                        found.append((statement, of, bounds))
            known = self._acting[drug, name] = tuple(found)
        return known

    def _thresholds(
        self,
        acting: Iterable[tuple[Statement, str, tuple[float, ...]]],
        name: str,
        seen: Seen,
        newest: float,
    ) -> Iterable[Threshold]:
        """Yield the numbers beyond which a statement would come to something stricter than it does at the newest."""
        for statement, of, bounds in acting:
            now = self._does(statement, seen, name, newest)
            for bound in bounds:
                value = bound
                if of != name:
                    before = _before(seen.facts.get(of), seen.facts.get(name))
                    if before is None:
                        continue
                    value = before + bound
                passed = newest >= value if FOLLOWED[name] else newest <= value
                then = self._does(statement, seen, name, value, of, bound)
                if then is not None and not passed and _is_stricter(then, now):
                    yield Threshold(
                        _short(value), then.do, then.action, statement.id, statement.says, then.missing,
                        self._knowledge.citation(statement), statement.review,
                    )  # fmt: skip

    def _does(
        self, statement: Statement, seen: Seen, name: str, value: float, of: str = "", rise: float = 0.0
    ) -> _Does | None:
        """Return what a statement would come to at a value; None where it would not apply."""
        handed = {name: Fact(name, exactly(value), self._knowledge.facts[name].unit)}
        if of and of != name:
            handed[of] = Fact(of, exactly(rise), self._knowledge.facts[name].unit)
        situation = Situation(seen.patient, self._knowledge, {**seen.facts, **handed}, seen.situation.medicines)
        outcome, _, missing = judge_of(statement)(situation)
        if outcome == NONE:
            return None
        then = thens_of(statement.body)[outcome or 0]
        if not isinstance(then, Action | FindingOf):
            return None
        word = then.value if isinstance(then, Action) else CONTRAINDICATED
        return _Does(does(then), word, missing if outcome is None else ())

    def _earlier(self, trends: Sequence[Trend], watching: Sequence[Watching]) -> Iterable[AskedEarlier]:
        """Yield each test whose planned day lies after the first day on which one of its results could pass."""
        running = [it for it in trends if it.standing is TrendStanding.HEADING]
        for it in watching if running else ():
            facts = self._facts(it.watch.test)
            first = min((trend.headings[0].first for trend in running if trend.fact in facts), default=None)
            if first is not None and (it.due.next_on is None or it.due.next_on >= first):
                yield AskedEarlier(it.watch.test, it.due.next_on, first)


def _is_stricter(then: _Does, now: _Does | None) -> bool:
    """Return whether a statement would come to more than now; what it waits for now it may know then."""
    if now is None or then.do > now.do:
        return True
    return bool(now.missing) and not then.missing


_TOO_OLD: Final = "the newest is too old to count"
_BEFORE: Final = "before this drug began, and not the last before it"
_DISAGREE: Final = "results of one time disagree"
_RANGE: Final = "a range, no number"
_EARLIER: Final = "earlier than the newest six"


def _counted(
    pieces: Sequence[Evidence], definition: FactDefinition, at: date, began: date | None
) -> tuple[tuple[Evidence, ...], tuple[Evidence, ...]]:
    """Return the results that make a line, oldest first, and those left out, each with its reason."""
    good: list[Evidence] = []
    out: list[Evidence] = []
    for piece in pieces:
        why = _unusable(piece, at)
        (out.append(piece._replace(reason=why)) if why else good.append(piece))
    by_time: dict[float, list[Evidence]] = {}
    for piece in good:
        by_time.setdefault(_point(piece)[0], []).append(piece)
    agreed = [same[0] for same in by_time.values() if len({piece.value for piece in same}) == 1]
    out += [
        piece._replace(reason=_DISAGREE)
        for same in by_time.values()
        if len({piece.value for piece in same}) > 1
        for piece in same
    ]
    ordered = sorted(agreed, key=_point)
    if began is not None:
        before = [piece for piece in ordered if _day(_point(piece)[0]) < began]
        out += [piece._replace(reason=_BEFORE) for piece in before[:-1]]
        ordered = [*before[-1:], *ordered[len(before) :]]
    if ordered and definition.valid_days is not None:
        days = (at - _day(_point(ordered[-1])[0])).days
        if days > definition.valid_days:
            return (), (*out, *(piece._replace(reason=_TOO_OLD) for piece in ordered))
    out += [piece._replace(reason=_EARLIER) for piece in ordered[:-MOST_RESULTS]]
    return tuple(ordered[-MOST_RESULTS:]), tuple(out)


def _unusable(piece: Evidence, at: date) -> str:
    """Return why a result is no point of a line; empty where it is one."""
    if piece.standing is not Standing.STATED:
        return piece.reason or piece.standing.value
    if piece.on is None or not piece.on.is_exact_day:
        return "without an exact day"
    if not piece.on.has_begun(at):
        return "after today"
    if not isinstance(piece.value, Interval) or not piece.value.is_exact:
        return _RANGE
    return ""


def _point(piece: Evidence) -> tuple[float, float]:
    """Return a result as a point: days since 1970, and its value."""
    value, on = piece.value, piece.on
    if not isinstance(value, Interval) or on is None:
        raise TypeError("only a dated number is a point of a line")
    return on.start_s / _SECONDS_A_DAY, value.low


def _day(days: float) -> date:
    return _EPOCH + timedelta(days=math.floor(days))


def _beyond(statement: Statement, of: str, sides: tuple[str, str]) -> Iterable[float]:
    """Yield the numbers just beyond which a statement compares a fact on the side of harm."""
    for atom in atoms_of(statement.body):
        if isinstance(atom, FactCondition) and atom.fact == of:
            for kind, bound in atom.bounds:
                if kind in sides and isinstance(bound, float | int) and not isinstance(bound, bool):
                    outward = math.inf if kind == "above" else -math.inf
                    yield float(bound) if kind in ("at_least", "at_most") else math.nextafter(bound, outward)


def _short(value: float) -> float:
    """Return a threshold without the last digit that puts it on the far side of a number."""
    return float(f"{value:.9g}")


def _before(rise: Fact | None, now: Fact | None) -> float | None:
    """Return the value before treatment, from how far a value has risen; None where either is no number."""
    if rise is None or now is None or not isinstance(rise.value, Interval) or not isinstance(now.value, Interval):
        return None
    return now.value.low - rise.value.low if rise.value.is_exact and now.value.is_exact else None


def _heading(line: Line, threshold: Threshold, name: str, at: date) -> Heading | None:
    """Return when a line that runs towards a threshold passes it; None where that is a hundred years away."""
    steep, shallow = (line.high, line.low) if FOLLOWED[name] else (line.low, line.high)
    today = (at - _EPOCH).days
    days = sorted(line.reaches(threshold.value, slope) for slope in (steep, line.per_day, shallow))
    first, middle, last = (None if it > today + _FURTHEST_DAYS else max(at, _day(it)) for it in days)
    return None if first is None else Heading(threshold, first, middle, last)
