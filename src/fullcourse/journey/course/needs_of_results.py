"""What results on file call for, what of them cannot be assessed, and the tests that are due, as lines of a course."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import date, datetime, time, timedelta
from typing import Final

from fullcourse.clinical.event import Event
from fullcourse.clinical.zone import Zone
from fullcourse.journey.course.needs import SAFETY, VISITS, Need, Rank
from fullcourse.journey.monitor_answer import MonitorAnswer, Watched
from fullcourse.knowledge.actions import HEADLINES
from fullcourse.monitoring.due import DueStanding
from fullcourse.monitoring.responses import Do, Response

__all__ = ["needed_by_results", "tests_due"]

_TESTS_AHEAD: Final = timedelta(days=30)


def needed_by_results(monitor: MonitorAnswer, results: Sequence[Event], zone: Zone) -> Iterator[Need]:
    """Yield what results call for, one line a drug; then what cannot be assessed, drugs that wait alike joined.

    Args:
        monitor: What results call for.
        results: Those of the log, at least one.
        zone: Of the patient's clock.
    """
    current = {it.fact for it in monitor.readings if it.newest is not None and not it.stale}
    joined: dict[tuple[Do, str], list[tuple[str, Response]]] = {}
    for lead in monitor.leads:
        own = [it for it in monitor.responses if it.drug == lead.drug]
        name = lead.drug or "the treatment"
        if lead.do > Do.CONTINUE:
            leading = [it for it in own if it.known and it.do == lead.do]
            says = f"{name}: {HEADLINES.get(leading[0].action, leading[0].do.word)}"
            by = _by(lead.do, is_hold=any(it.hold for it in leading))
            yield _line(SAFETY, by, says, leading[0].says, lead.by, _newest(leading, results, zone))
        if lead.could_be is not None:
            open_ones = [it for it in own if not it.known and it.weighs and it.do > lead.do]
            joined.setdefault((lead.could_be, _open_by(open_ones, current)), []).extend((name, it) for it in open_ones)
    for (could_be, by), listed in joined.items():
        names = ", ".join(dict.fromkeys(name for name, _ in listed))
        missing = ", ".join(dict.fromkeys(fact.replace("_", " ") for _, it in listed for fact in it.missing))
        ids = tuple(dict.fromkeys(it.statement for _, it in listed))
        says = f"{names}: cannot be assessed, could be: {could_be.word}"
        matter = SAFETY if by in ("now", "today") else VISITS  # an answer or a test of the next visit is lacking
        since = _newest([it for _, it in listed], results, zone)
        yield _line(matter, by, says, f"Not known: {missing}." if missing else "", ids, since)


def _line(matter: str, by: str, says: str, more: str, ids: tuple[str, ...], since: datetime) -> Need:
    return Need(matter, Rank.RESULT, by, says, since, since, more=more, statements=ids)


def _open_by(responses: Sequence[Response], current: Collection[str]) -> str:
    """Return by when what cannot be assessed is settled.

    One that rests on a result that counts today is as urgent as what it could be; so is one that the last result came
    to, though it is too old to count. Of others only an answer or a test is lacking.
    """
    fresh = [it.do for it in responses if any(piece.fact in current for piece in it.because)]
    urgent = max((*fresh, *(it.as_last_known for it in responses if it.as_last_known is not None)), default=Do.CONTINUE)
    return _by(urgent)


def _by(do: Do, *, is_hold: bool = False) -> str:
    if is_hold or do >= Do.HOLD:
        return "now"
    return "today" if do >= Do.REDUCE else "this week"


def _newest(responses: Iterable[Response], results: Sequence[Event], zone: Zone) -> datetime:
    """Return when the newest result came of those that decided; of all of them, where the log tells of none of those.

    A result that came after its matter was put off shows the line again.
    """
    days = {piece.on.first_day for it in responses for piece in it.because if piece.on is not None}
    moments = [event.occurred_at for event in results]
    return max((at for at in moments if days and zone.day_of(at) == max(days)), default=max(moments))


def tests_due(watched: Sequence[Watched], zone: Zone, now: datetime) -> Iterator[Need]:
    """Yield the tests that are due, those of one day together, each from that day on."""
    by_day: dict[date, list[Watched]] = {}
    for one in watched:
        due = one.due
        if due.next_on is None or due.standing is DueStanding.DONE:
            continue
        if zone.instant(due.next_on, time()) <= now + _TESTS_AHEAD:
            by_day.setdefault(due.next_on, []).append(one)
    for day, listed in sorted(by_day.items()):
        from_ = zone.instant(day, time())
        says = f"Due on {day.isoformat()}: {', '.join(sorted(it.watch.test for it in listed))}."
        ids = tuple(dict.fromkeys(asked.statement for it in listed for asked in it.watch.planned.asked))
        yield Need(VISITS, Rank.VISIT, "this week", says, from_, from_, statements=ids)
