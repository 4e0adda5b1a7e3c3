"""Monitoring on one screen: what results call for first, then what is due, then the days to come.

Everything that is counted or left out here is in JSON.
"""

from collections.abc import Iterable, Sequence
from typing import Final

from rich.console import Console
from rich.text import Text

from fullcourse.adapters.published.regimen import PROPOSAL
from fullcourse.clinical.answer_head import CONTENT_NOTICE, AnswerHead
from fullcourse.clinical.fact import Evidence
from fullcourse.clinical.quantity import Interval
from fullcourse.interfaces.cli.foreseen_text import print_foreseen
from fullcourse.interfaces.cli.terminal import hanging
from fullcourse.interfaces.cli.wording import evidence_line, fact_name, listed
from fullcourse.journey.monitor import (
    AT_THRESHOLD,
    CONTRAINDICATED,
    READING,
    Do,
    DueStanding,
    Lead,
    MonitorAnswer,
    Reading,
    Response,
    Watched,
)
from fullcourse.knowledge.actions import HEADLINES
from fullcourse.knowledge.library import Knowledge

__all__ = ["print_monitor"]

_STYLES: Final = {
    Do.CONTINUE: ("●", "good"),
    Do.REPEAT: ("▲", "notice"),
    Do.REDUCE: ("▲", "warning"),
    Do.CONSIDER_STOPPING: ("▲", "warning"),
    Do.HOLD: ("✖", "grave"),
    Do.STOP: ("✖", "grave"),
    Do.STOP_THE_REGIMEN: ("✖", "grave"),
}
_DEGREES: Final = {1: "mild", 2: "moderate", 3: "severe", 4: "life-threatening"}
_HEADLINES: Final = {
    **HEADLINES,
    "test_susceptibility_again": "Test the susceptibility again",
    CONTRAINDICATED: "Contraindicated by this result: no dose before a review",
}
_CALL_FROM: Final = Do.REDUCE
_MOST_VISITS: Final = 4
_MOST_NOT_USED: Final = 6
_MOST_MISSING: Final = 4


def print_monitor(answer: MonitorAnswer, knowledge: Knowledge, console: Console, *, why: bool = False) -> None:
    """Print an answer of monitoring.

    Args:
        answer: What monitoring said.
        knowledge: Holds names and citations.
        console: Where to.
        why: Whether to say of each test who asks for it, and what its results call for.
    """
    treatment = answer.treatment
    since = "no first day is known" if treatment.starts_on is None else f"since {treatment.starts_on.isoformat()}"
    day = "" if answer.day is None else f", day {answer.day}" if answer.day >= 1 else ", not begun"
    until = f", to {treatment.ends_on.isoformat()}" if treatment.ends_on is not None else ""
    console.print(Text("\nMONITORING", "bold").append(f"  {answer.at.isoformat()}, profile {answer.profile}", "quiet"))
    console.print(hanging("", Text(f"{', '.join(treatment.drugs)}: {since}{day}{until}. {PROPOSAL}.", "quiet"), 1))
    _next_phase(answer, console)
    if answer.not_covered:
        says = f"NOT COVERED, so nothing is said of: {', '.join(answer.not_covered)}."
        console.print(hanging("", Text(says, "warning"), 1))
    _results(answer, knowledge, console)
    _readings(answer, knowledge, console)
    _not_used(answer, console)
    print_foreseen(answer, console)
    _due(answer, knowledge, console)
    _coming(answer, console)
    if why:
        _why(answer, console)
    console.print(Text(AnswerHead(answer.knowledge, CONTENT_NOTICE).foot(), "quiet"))


def _next_phase(answer: MonitorAnswer, console: Console) -> None:
    on = answer.treatment.next_phase_on
    if on is not None:
        late = answer.at >= on
        says = f"The next phase {'was' if late else 'is'} due on {on.isoformat()}{': change the plan' if late else ''}."
        console.print(hanging("", Text(says, "warning" if late else "quiet"), 1))


def _results(answer: MonitorAnswer, knowledge: Knowledge, console: Console) -> None:
    shown = [lead for lead in answer.leads if lead.by or lead.could_be is not None]
    quiet = [lead.drug for lead in answer.leads if lead.drug and lead not in shown]
    on_file = frozenset(reading.fact for reading in answer.readings)
    if shown:
        console.print(Text("\nWHAT RESULTS CALL FOR", "bold"))
    for lead in sorted(shown, key=lambda it: (-it.do, -it.urgency)):
        _lead(lead, [it for it in answer.responses if it.drug == lead.drug], on_file, knowledge, console)
    if quiet and answer.readings:
        says = f"Nothing on file calls for a change of: {', '.join(quiet)}. That clears nothing: see what is overdue."
        console.print(hanging("  ·", Text(says, "quiet"), 3))


def _lead(
    lead: Lead, responses: Sequence[Response], on_file: frozenset[str], knowledge: Knowledge, console: Console
) -> None:
    measured = {name for test in knowledge.tests.values() for name in test.facts}
    mark, style = _STYLES[lead.do]
    call = "; call the prescriber now" if any(it.known and it.hold for it in responses) else ""
    call = call or ("; call the prescriber today" if lead.do >= _CALL_FROM else "")
    if lead.by:
        head = f"{lead.drug or 'the treatment'}: {lead.do.word.upper()}{call}"
        console.print(hanging(f"  {mark}", Text(head, style), 3))
    for it in responses:
        if it.known:
            _response(it, lead, knowledge, console)
    points = {it.point for it in responses if it.known}
    for it in responses:
        if not it.known and it.weighs and it.do <= lead.do and it.point in points:
            waits = "; ".join(fact_name(name, knowledge) for name in it.missing)
            source = f" [{it.citation.source}, {it.citation.section}]"
            text = Text(f"Beside it, open: {it.says} It could be: {it.do.word}. Needs: {waits}.")
            console.print(hanging("     ?", text.append(source, "quiet"), 6))
    if lead.could_be is not None:
        waiting = [it for it in responses if not it.known and it.weighs and it.do > lead.do]
        names = dict.fromkeys(name for it in waiting for name in it.missing)
        needs = [fact_name(name, knowledge) for name in names if name in on_file or name not in measured] or [
            fact_name(name, knowledge) for name in names
        ]
        last = max((it.as_last_known for it in waiting if it.as_last_known is not None), default=Do.CONTINUE)
        was = f"; by the last result it was {last.word.upper()}" if last > lead.do else ""
        head = f"{lead.drug or 'the treatment'}: CANNOT BE ASSESSED, could be {lead.could_be.word.upper()}{was}"
        says = f"{head}. Needs: {listed(needs, _MOST_MISSING, '; ')}."
        console.print(hanging("  ?", Text(says, "warning"), 3))


def _response(it: Response, lead: Lead, knowledge: Knowledge, console: Console) -> None:
    differs = "" if it.do == lead.do or not it.conflicts_with else "But: " if it.do < lead.do else ""
    what = _HEADLINES[it.action]
    text = Text(f"{differs}{what}. {it.says}")
    if it.at_threshold:
        text.append(f" The value is exactly at this limit: read as reached ({AT_THRESHOLD}, ours).", "notice")
    because = evidence_line(it.because[:2], knowledge)
    reading = f"; our reading {it.interpretation}" if it.interpretation and not it.at_threshold else ""
    text.append(f" [{because}; {it.citation.source}, {it.citation.section}{reading}]", "quiet")
    console.print(hanging("     ·", text, 6))


def _readings(answer: MonitorAnswer, knowledge: Knowledge, console: Console) -> None:
    results = [it for it in answer.readings if knowledge.facts[it.fact].kind != "history"]
    if not results:
        return
    console.print(Text("\nRESULTS", "bold"))
    for reading in results:
        console.print(hanging("  ·", _reading(reading), 3))
    for grade in answer.grades:
        old = ", when last measured: too old to count" if grade.stale else ""
        says = f"{grade.of}: {_DEGREES[grade.degree]} (grade {grade.degree}; {grade.citation.source}){old}"
        console.print(hanging("  ▲", Text(says, "notice"), 3))


def _not_used(answer: MonitorAnswer, console: Console) -> None:
    if not answer.not_used:
        return
    console.print(Text("\nNOT READ", "bold").append("  it may speak of a result, and says nothing above", "not bold"))
    for it in answer.not_used[:_MOST_NOT_USED]:
        times = "" if it.count == 1 else f"{it.count} × "
        console.print(hanging("  ?", Text(f"{times}{it.what}: {it.why}.", "notice"), 3))
    if len(answer.not_used) > _MOST_NOT_USED:
        more = sum(it.count for it in answer.not_used[_MOST_NOT_USED:])
        console.print(hanging("  ?", Text(f"and {more} more; --format json has each", "notice"), 3))


def _reading(it: Reading) -> Text:
    if it.why_open:
        text = Text(f"{it.label}: ", "bold").append(f"nothing that counts: {it.why_open}", "notice")
        return text.append(_trend(it.trend, "on file"), "quiet").append(_aside(it), "quiet")
    other = f" ({_number(it.other.value)} {_unit(it.other.unit)})" if it.other is not None else ""
    text = Text(f"{it.label}: ", "bold").append(f"{_number(it.newest)} {_unit(it.unit)}{other}".rstrip(), "not bold")
    if it.trend and it.trend[-1].on is not None:
        text.append(f" on {it.trend[-1].on.text[:10]}", "not bold")
    parts = []
    if it.times_limit is not None:
        parts.append(f"{it.times_limit:.4g} times the upper limit of {_number(it.upper_limit)}")
    if it.change is not None and len(it.trend) > 1:
        parts.append(f"before treatment {_number(it.baseline)} ({it.change:+.4g})")
    text.append("".join(f"; {part}" for part in parts), "not bold")
    return text.append(_trend(it.trend[:-1], "earlier"), "quiet").append(_aside(it), "quiet")


def _trend(trend: Sequence[Evidence], word: str) -> str:
    told = [f"{_recorded(piece)} on {piece.on.text[:10]}" for piece in reversed(trend) if piece.on is not None]
    return f"; {word}: {', '.join(told)}" if told else ""


def _aside(it: Reading) -> str:
    told = [f"{_recorded(piece)} ({piece.reason or 'undated or later'})" for piece in it.set_aside]
    return f"; not used: {'; '.join(told)}" if told else ""


def _recorded(piece: Evidence) -> str:
    number = f"{piece.recorded:g}" if isinstance(piece.recorded, float) else _number(piece.recorded)
    return f"{number} {piece.unit}".strip()


def _number(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Interval):
        return f"{value.low:.5g}" if value.is_exact else str(value)
    return str(value)


def _unit(code: str) -> str:
    return "" if code == "1" else code


def _due(answer: MonitorAnswer, knowledge: Knowledge, console: Console) -> None:
    console.print(Text("\nTESTS", "bold"))
    certain = [it for it in answer.watched if it.watch.certain]
    rows: dict[str, list[str]] = {}
    for it in certain:
        if it.due.standing is DueStanding.OVERDUE and it.due.next_on is not None:
            rows.setdefault(f"overdue since {it.due.next_on.isoformat()}", []).append(_name(it, knowledge))
    for when in sorted(rows):
        console.print(hanging("  ✖", Text(f"{when}: ", "grave").append("; ".join(rows[when]), "not bold"), 3))
    today = [_name(it, knowledge) for it in certain if it.due.standing is DueStanding.DUE]
    if today:
        console.print(hanging("  ▲", Text("due today: ", "warning").append("; ".join(today), "not bold"), 3))
    for when, names in _grouped(certain, answer).items():
        console.print(hanging("  ·", Text(f"{when}: ", "bold").append("; ".join(names), "not bold"), 3))
    closer = [it.watch.test for it in certain if it.watch.is_tightened]
    if closer:
        says = f"closer than usual, at each visit ({READING}, ours): {'; '.join(closer)}"
        console.print(hanging("  ▲", Text(says, "notice"), 3))
    undated = [_undated(it) for it in certain if it.due.standing is DueStanding.NO_DATE]
    if undated:
        text = Text("no source says how often: ", "bold").append("; ".join(undated), "not bold")
        console.print(hanging("  ·", text, 3))
    perhaps = [it.watch.test for it in answer.watched if not it.watch.certain]
    if perhaps:
        console.print(hanging("  ?", Text(f"perhaps, while facts are open: {'; '.join(perhaps)}", "quiet"), 3))


def _name(it: Watched, knowledge: Knowledge) -> str:
    lacks = ", ".join(fact_name(name, knowledge) for name in it.due.lacks)
    last = f" (last {it.due.last_done.isoformat()}{', without ' + lacks if lacks else ''})" if it.due.last_done else ""
    return f"{it.watch.test}{last}"


def _undated(it: Watched) -> str:
    planned = it.watch.planned
    when = f" {', '.join(planned.when)}" if planned.when else ""
    hours = f", {' and '.join(map(str, planned.hours_after_dose))} h after a dose" if planned.hours_after_dose else ""
    return f"{it.watch.test}{when}{hours}"


def _grouped(watched: Iterable[Watched], answer: MonitorAnswer) -> dict[str, list[str]]:
    """Return tests by how often they are done, for those with days."""
    rows: dict[str, list[str]] = {}
    for it in watched:
        planned, watch = it.watch.planned, it.watch
        parts = ["before the first dose"] if planned.before_start and (answer.day is None or answer.day < 1) else []
        parts += [f"week {', '.join(map(str, planned.weeks))}"] if planned.weeks else []
        parts += [f"month {', '.join(map(str, watch.months))}"] if watch.months else []
        if planned.every_days is not None:
            later = f" from day {planned.from_day}" if planned.from_day > 1 else ""
            parts.append(f"every {planned.every_days} days{later}")
        parts += ["at each visit"] if watch.at_visits and not watch.is_tightened else []
        parts += ["at the end"] if watch.at_end else []
        parts += (
            [f"{', '.join(map(str, watch.months_after_end))} months after the end"] if watch.months_after_end else []
        )
        if parts and it.days:
            hours = planned.hours_after_dose
            drawn = f" ({' and '.join(map(str, hours))} h after a dose)" if hours else ""
            rows.setdefault(", ".join(parts), []).append(f"{watch.test}{drawn}")
    return rows


def _coming(answer: MonitorAnswer, console: Console) -> None:
    coming = [visit for visit in answer.visits if visit.on is not None and visit.on > answer.at]
    if coming:
        console.print(Text("\nNEXT", "bold"))
    for visit in coming[:_MOST_VISITS]:
        on = "" if visit.on is None else visit.on.isoformat()
        head = f"{on}, after the end: " if visit.after_end else f"{on}, day {visit.day}: "
        console.print(hanging("  ·", Text(head, "bold").append("; ".join(visit.tests), "not bold"), 3))
    if len(coming) > _MOST_VISITS:
        last = coming[-1].on
        far = "" if last is None else f", the last on {last.isoformat()}"
        end = "; nobody gave the end of treatment" if answer.open_end else ""
        says = f"and {len(coming) - _MOST_VISITS} days more{far}{end}; --format json has each"
        console.print(hanging("", Text(says, "quiet"), 3))


def _why(answer: MonitorAnswer, console: Console) -> None:
    console.print(Text("\nWHY", "bold"))
    for it in answer.watched:
        word = "" if it.watch.certain else " (perhaps)"
        drugs = f" for {', '.join(it.watch.drugs)}" if it.watch.drugs else ""
        console.print(hanging("  ·", Text(f"{it.watch.test}{word}{drugs}", "bold"), 3))
        for asked in it.watch.planned.asked:
            if asked.certain or not it.watch.certain:
                reading = f"; our reading {asked.interpretation}" if asked.interpretation else ""
                source = f" [{asked.citation.source}, {asked.citation.section}{reading}]"
                console.print(hanging("     ", Text(asked.says).append(source, "quiet"), 5))
        for closer in it.watch.tightened:
            if closer.certain or not it.watch.certain:
                source = f" [{closer.citation.source}, {closer.citation.section}; our reading {READING}]"
                console.print(hanging("     ", Text(closer.says).append(source, "quiet"), 5))
        for means in it.means:
            console.print(hanging("     →", Text(f"{means.drug}: {means.says}".lstrip(": "), "quiet"), 6))
