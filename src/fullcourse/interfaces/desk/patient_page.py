"""The page of one patient: who it is, what to act on today, the course in charts, what sources say, who did what."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from fullcourse.adapters.access.rights import permits
from fullcourse.adapters.working_days import every_day_is_open
from fullcourse.clinical.errors import InputError
from fullcourse.clinical.event_bodies import DOSE_BODIES
from fullcourse.clinical.fact import Fact
from fullcourse.clinical.quantity import Interval
from fullcourse.interfaces.api.call import Call, Reply
from fullcourse.interfaces.api.routes import Route
from fullcourse.interfaces.cli.course_commands.log_file import Opened
from fullcourse.interfaces.desk.courses_read import CourseHere, courses_of, opened_here
from fullcourse.interfaces.desk.matters import MOST_LINES, lines_of, put_off_lines
from fullcourse.interfaces.desk.pages import page
from fullcourse.interfaces.desk.patient_charts import patient_charts
from fullcourse.interfaces.desk.patient_findings import findings_of, unassessed_of
from fullcourse.interfaces.desk.patient_log import log_lines
from fullcourse.interfaces.desk.patient_rail import rail_of
from fullcourse.interfaces.desk.patient_tables import results_table, supply_table, tests_table, weeks_table
from fullcourse.interfaces.desk.rows import shown
from fullcourse.interfaces.desk.words import t
from fullcourse.journey.desk import (
    CourseView,
    course_view,
    doses_between,
    share_taken,
    standings_since,
    unanswered_results,
)
from fullcourse.journey.monitor import Monitor

__all__ = ["PATIENT_PAGES", "view_of"]

_ADDRESS: Final = "/desk/courses/{patient}"
_FROM_HERE: Final = (
    ("enter", "Write something down", "result.enter"),
    ("follow-up", "Contact or put off", "course.follow-up"),
    ("sheet", "Paper sheet", "course.follow-up"),
    ("reminders", "Reminders", "reminder.set"),
    ("plan", "Change the plan", "course.change"),
    ("seen", "Who saw it", "course.audit"),
)
"""Where one can go from the page: the end of the address, what is read, and the right that it needs."""

_LOG_SHOWN: Final = 15
_LOG_PAGE: Final = 200
_FOUR_WEEKS: Final = timedelta(days=28)


def view_of(call: Call, here: CourseHere) -> CourseView:
    """Return a course as it is looked at now."""
    opened = here.opened
    part = f"desk.monitor.{opened.profile}"
    monitor = call.service.parts.get(part)
    if not isinstance(monitor, Monitor):
        monitor = Monitor(opened.knowledge, opened.knowledge.profile(opened.profile))
        call.service.parts[part] = monitor
    view = course_view(opened.course, opened.knowledge, monitor, call.now, every_day_is_open, here.settled)
    courses_of(call).settle(opened.patient, here.events, view.settled)
    return view


@dataclass(frozen=True, slots=True)
class _Head:
    """The line over everything: short id, who, how far, and what is to be seen at once."""

    short: str
    who: str
    far: str
    ends: str
    pills: tuple[tuple[str, str], ...]
    as_of: str


def _show(call: Call) -> Reply:
    here = opened_here(call)
    opened, view = here.opened, view_of(call, here)
    events = [it for it in opened.course.state.events() if not isinstance(it.body, DOSE_BODIES)]
    newest = sorted(events, key=lambda it: it.order, reverse=True)[:_LOG_SHOWN]
    places = dict(_places(call))
    acts = lines_of(view.needed, view.zone, places)
    names = {
        "patient": opened.patient,
        "head": _head(opened, view),
        "acts": acts[:MOST_LINES],
        "more_acts": acts[MOST_LINES:],
        "put_off": put_off_lines(view.put_off, view.zone, places),
        "to_ask": len(view.overview.to_ask) if opened.course.closing is None else 0,
        "charts": patient_charts(view),
        "taken": _taken(view),
        "unanswered": len(unanswered_results(opened.course.state)) if "follow-up" in places else 0,
        "rail": rail_of(opened.course, view),
        "has_usual": any(it.usual_to is not None for it in view.measured),
        "view": view,
        "weeks": weeks_table(view),
        "results": results_table(view),
        "leveled": [it.fact.removesuffix("_level") for it in view.measured if it.fact.endswith("_level")],
        "supplies": supply_table(view),
        "tests": tests_table(view),
        "findings": findings_of(view, opened.knowledge),
        "unassessed": unassessed_of(view, opened.knowledge),
        "log": log_lines(opened.course, newest, opened.knowledge),
        "entries": len(events),
        "places": places.items(),
    }
    return page(call, "patient.html", t("Course ") + opened.patient[:8], names, here="queue")


def _places(call: Call) -> Sequence[tuple[str, str]]:
    """Return where the caller can go from the page, and what stands there."""
    return [
        (path, t(says))
        for path, says, right in _FROM_HERE
        if call.subject is not None and permits(call.caller, right, call.subject)
    ]


def _head(opened: Opened, view: CourseView) -> _Head:
    registered = view.registered
    who = [] if registered is None else [registered.sex, registered.resistance, registered.site, registered.group]
    if registered is not None and registered.age_years is not None:
        who.insert(1, t("%d y at registration") % registered.age_years)
    weight = _number(view.facts["weight"])
    who += [weight] if weight else []
    far = t("no plan") if view.starts_on is None else t("not begun")
    if view.day is not None:
        length = (view.ends_on - view.starts_on).days + 1 if view.ends_on and view.starts_on else None
        share = "" if length is None else f" {t('of')} {length} ({min(round(100 * view.day / length), 100)}\xa0%)"
        far = f"{t('Day')} {view.day}{share}"
    return _Head(
        opened.patient[:8], ", ".join(filter(None, who)), far, _ends(view), tuple(_pills(opened, view)), _as_of(view)
    )


def _ends(view: CourseView) -> str:
    """Return the planned end, and how far interruptions move it by each statement that owes days."""
    if view.ends_on is None:
        return t("no end is planned") if view.starts_on is not None else ""
    owed = [it.days for it in view.overview.owed.values() if it.days[1] > 0]
    least, most = min((it[0] for it in owed), default=0), max((it[1] for it in owed), default=0)
    moved = "" if not most else f"; {least} {t('to')} {most} {t('days owed for interruptions')}"
    return f"{t('planned end')} {view.ends_on.day} {view.ends_on:%b %Y}{moved}"


def _pills(opened: Opened, view: CourseView) -> Sequence[tuple[str, str]]:
    pills = []
    if opened.course.closing is not None:
        pills.append(("note", t("Closed: ") + opened.course.closing.why))
    if view.triage.urgency.value > 1:
        kind = "danger" if view.triage.urgency.value > 2 else "warn"
        pills.append((kind, t("Symptoms: ") + view.triage.urgency.word))
    clearance = _number(view.facts["creatinine_clearance"])
    pills.append(("plain", t("Clearance: ") + (clearance or t("not known"))))
    return pills


def _number(fact: Fact) -> str:
    value = fact.value
    if not isinstance(value, Interval) or value.is_unknown:
        return ""
    return f"{value.low:.3g} {fact.unit}" if value.is_exact else f"{value} {fact.unit}"


def _as_of(view: CourseView) -> str:
    if view.last_received is None:
        return t("nothing was received yet")
    return f"{t('last entry received')} {view.last_received:%Y-%m-%d %H:%M} UTC"


def _taken(view: CourseView) -> Sequence[str]:
    """Return how far doses were taken, as ranges: of the last four weeks, and of the whole course."""
    recent = [day for day in view.days if day.on > view.today - _FOUR_WEEKS]
    lines = []
    for days, name in ((recent, t("28 days")), (view.days, t("whole course"))):
        share = share_taken(days)
        if share is not None:
            low, high = (f"{100 * it:.0f}" for it in share)
            lines.append(f"{low if low == high else f'{low} to {high}'} % {t('of doses')}, {name}")
    longest = max((it.days_high for it in view.overview.lapses), default=0)
    known = max((it.days_low for it in view.overview.lapses), default=0)
    if longest:
        lines.append(t("longest gap") + f" {known if known == longest else f'{known} to {longest}'} {t('days')}")
    return lines


def _doses(call: Call) -> Reply:
    """Show every planned dose of a month with what is said of it."""
    here = opened_here(call)
    opened = here.opened
    settled = standings_since(opened.course, call.now, here.settled)
    courses_of(call).settle(opened.patient, here.events, settled)
    timeline = opened.course.timeline
    today = timeline[-1].zone.day_of(call.now) if timeline else call.now.date()
    first = _month(call.asked("month"), today)
    last = (first + timedelta(days=32)).replace(day=1) - timedelta(days=1)
    doses = doses_between(settled.standings, timeline[-1].zone, first, last) if timeline else ()
    rows = [(dose, log_lines(opened.course, dose.claims, opened.knowledge)) for dose in doses]
    before, after = first - timedelta(days=1), last + timedelta(days=1)
    names = {
        "patient": opened.patient,
        "rows": rows,
        "month": f"{first:%B %Y}",
        "before": f"{before:%Y-%m}" if timeline and before >= timeline[0].plan.starts_on else "",
        "after": f"{after:%Y-%m}" if after <= today else "",
    }
    return page(call, "patient_doses.html", t("Doses of ") + f"{first:%B %Y}", names, here="queue")


def _month(asked: str | None, today: date) -> date:
    if not asked:
        return today.replace(day=1)
    try:
        return date.fromisoformat(f"{asked}-01")
    except ValueError:
        raise InputError(f"month: '{asked[:10]}' is no month. Write it as 2026-11.") from None


def _log(call: Call) -> Reply:
    """Show everything that happened but doses, a page at a time."""
    opened = opened_here(call).opened
    events = sorted(
        (it for it in opened.course.state.events() if not isinstance(it.body, DOSE_BODIES)),
        key=lambda it: it.order, reverse=True,
    )  # fmt: skip
    asked = call.asked("from") or "0"
    if not asked.isdecimal() or len(asked) > 6:
        raise InputError("from: it is the number of the first entry, from 0. Correct it.")
    begin = int(asked)
    names = {
        "patient": opened.patient,
        "log": log_lines(opened.course, events[begin : begin + _LOG_PAGE], opened.knowledge),
        "begin": begin,
        "entries": len(events),
        "newer": max(begin - _LOG_PAGE, 0) if begin else None,
        "older": begin + _LOG_PAGE if begin + _LOG_PAGE < len(events) else None,
    }
    return page(call, "patient_log.html", t("Everything that happened"), names, here="queue")


PATIENT_PAGES: Final[tuple[Route, ...]] = (
    shown(_ADDRESS, "course.read", _show, "A patient's page: act today, charts, findings, who did what."),
    shown(
        f"{_ADDRESS}/doses", "course.read", _doses, "Every planned dose of a month, with what is said of it.",
        {"month": "Such as 2026-11; without it the month of today."},
    ),
    shown(
        f"{_ADDRESS}/log", "course.read", _log, "What happened but doses, the newest first.",
        {"from": "Number of the first entry that is shown, from 0."},
    ),
)  # fmt: skip
