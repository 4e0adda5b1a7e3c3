"""Changes the plan of a course at the desk: typed, looked at with everything that it moves, and only then confirmed.

Nothing becomes active before the confirmation. A form that was made of another plan than the one in force is refused:
somebody changed it meanwhile, and what was looked at no longer holds.
"""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from fullcourse.adapters.published.course_plan import plan_json
from fullcourse.adapters.working_days import every_day_is_open
from fullcourse.adapters.zones import load_zone
from fullcourse.clinical.course_plan import CoursePlan
from fullcourse.clinical.dose_plan import say_dose_plan
from fullcourse.clinical.errors import InputError
from fullcourse.clinical.event import Event
from fullcourse.clinical.event_id import CHANCE_BITS, event_id
from fullcourse.clinical.moment import parse_day
from fullcourse.interfaces.api.call import Call, Reply
from fullcourse.interfaces.api.events import open_store_of
from fullcourse.interfaces.api.problems import Conflict
from fullcourse.interfaces.api.routes import Route
from fullcourse.interfaces.cli.course_commands.begun import against_plan, check_regimen, plan_of, typed_plan
from fullcourse.interfaces.cli.course_commands.log_file import Opened, new_event
from fullcourse.interfaces.desk.courses_read import CourseHere, opened_here
from fullcourse.interfaces.desk.pages import page, see_other
from fullcourse.interfaces.desk.posted import Posted, posted
from fullcourse.interfaces.desk.rows import sent, shown
from fullcourse.interfaces.desk.words import t
from fullcourse.journey.course import course_from
from fullcourse.journey.desk import DAYS_COMPARED, plan_moves, record_of_log, rest_of_plan

__all__ = ["PLAN_PAGES", "typed_lines"]

_ADDRESS: Final = "/desk/courses/{patient}/plan"
_FIELDS: Final = ("plan", "start", "days", "phase_ends", "because", "confirmed_by", "after", "id")
_TITLE: Final = "Change the plan"


@dataclass(frozen=True, slots=True)
class _Proposed:
    """A change as typed: the plan, the event that makes it, and the drugs that the check of the log speaks against."""

    plan: CoursePlan
    event: Event
    against: tuple[str, ...]


def _ask(call: Call) -> Reply:
    here = opened_here(call)
    last = _last(here.opened)
    zone = load_zone(last.zone)
    start = max(zone.local(call.now).date() + timedelta(days=1), last.starts_on)
    left = None if last.days is None else max(last.days - (start - last.starts_on).days, 1)
    typed = {
        "plan": "\n".join(f"{drug.drug}: {say_dose_plan(drug.steps)}" for drug in rest_of_plan(last, start)),
        "start": start.isoformat(),
        "days": "" if left is None else str(left),
        "phase_ends": last.phase_ends_on.isoformat() if last.phase_ends_on and last.phase_ends_on >= start else "",
        "because": "",
        "confirmed_by": "",
    }
    return _form(call, here, typed)


def _form(call: Call, here: CourseHere, typed: Mapping[str, str], wrong: str = "") -> Reply:
    last = _last(here.opened)
    names = {
        "patient": here.opened.patient,
        "short": here.opened.patient[:8],
        "typed": typed,
        "wrong": wrong,
        "zone": last.zone,
        "after": here.opened.course.timeline[-1].event,
        "id": event_id(int(call.now.timestamp() * 1000), secrets.randbits(CHANCE_BITS)),
    }
    return page(call, "patient_plan.html", t(_TITLE), names, here="queue", reply=Reply(status=422 if wrong else 200))


def _preview(call: Call) -> Reply:
    """Show what a change would move; nothing is kept."""
    form, here = posted(call, _FIELDS), opened_here(call)
    typed = {name: form.one(name) for name in _FIELDS}
    try:
        proposed = _proposed(call, here, form)
    except InputError as error:
        return _form(call, here, typed, str(error))
    opened = here.opened
    after = course_from((*here.events, proposed.event), opened.knowledge, load_zone, call.now)
    moves = plan_moves(opened.course, after, opened.knowledge, load_zone, call.now, every_day_is_open)
    names = {
        "patient": opened.patient,
        "short": opened.patient[:8],
        "typed": typed,
        "moves": moves,
        "compared": DAYS_COMPARED,
        "against": proposed.against,
    }
    return page(call, "patient_plan_preview.html", t("What this change moves"), names, here="queue")


def _confirm(call: Call) -> Reply:
    """Keep a change that was looked at and confirmed."""
    form, here = posted(call, _FIELDS), opened_here(call)
    done = see_other(f"/desk/courses/{here.opened.patient}")
    if any(event.id == form.one("id") for event in here.events):
        return done  # the same form sent twice is kept once
    try:
        proposed = _proposed(call, here, form)
    except InputError as error:
        return _form(call, here, {name: form.one(name) for name in _FIELDS}, str(error))
    open_store_of(call).append([proposed.event], call.now)
    return done


def _proposed(call: Call, here: CourseHere, form: Posted) -> _Proposed:
    """Return what a form proposes.

    Raises:
        Conflict: Another plan came into force since the form was made.
        InputError: Something in it cannot be used.
    """
    opened = here.opened
    last, first = _last(opened), opened.course.timeline[0].plan
    if form.one("after") != opened.course.timeline[-1].event:
        raise Conflict("The plan was changed by somebody else since this page was made. Load the course again.")
    asked = typed_plan(typed_lines(form.needed("plan", t("Plan"))), opened.knowledge, last.profile)
    start = parse_day(form.needed("start", t("From")), t("From"))
    if start < load_zone(last.zone).local(call.now).date():
        raise InputError(f"{t('From')}: a change never reaches back. Choose today or a later day.")
    day = (start - first.starts_on).days + first.treatment_day
    ends = parse_day(form.one("phase_ends"), t("Last day of this phase")) if form.one("phase_ends") else None
    plan = plan_of(asked, start, last.zone, last.regimen, _days(form.one("days")), day, ends)
    check_regimen(plan.regimen, opened.knowledge)
    because, by = form.needed("because", t("Why")), form.needed("confirmed_by", t("Confirmed by"))
    body = {"plan": plan_json(plan), "confirmed_by": by, "because": because}
    event = new_event(
        opened.patient, "plan_changed", body, (call.now, call.now), plan.zone,
        actor="clinician", claim="self", id=form.one("id"),
    )  # fmt: skip
    record = record_of_log(opened.course, opened.knowledge, call.now)
    return _Proposed(plan, event, tuple(against_plan(record, plan, opened.knowledge)))


def typed_lines(text: str) -> list[tuple[str, str]]:
    """Return name and dose of each line of a typed plan.

    Raises:
        InputError: A line has no colon.
    """
    lines = []
    for line in filter(None, map(str.strip, text.splitlines())):
        name, colon, dose = line.partition(":")
        if not colon:
            raise InputError(f"the line '{line[:60]}' has no colon. Write it as 'linezolid: 600 mg once a day'.")
        lines.append((name.strip(), dose.strip()))
    return lines


def _days(text: str) -> int | None:
    if not text:
        return None
    if not text.isdecimal() or not 0 < int(text[:6]) <= 3650:
        raise InputError(f"{t('Days')}: '{text[:10]}' is no length of a plan. Write days, or leave it empty.")
    return int(text)


def _last(opened: Opened) -> CoursePlan:
    """Return the newest plan; raises InputError where there is none."""
    if not opened.course.timeline:
        raise InputError("the log holds no plan that could be changed. Begin a course.")
    return opened.course.timeline[-1].plan


PLAN_PAGES: Final[tuple[Route, ...]] = (
    shown(_ADDRESS, "course.change", _ask, "Ask how the plan is changed."),
    sent(f"{_ADDRESS}/preview", "course.change", _preview, "Show what a change of the plan moves; keep nothing."),
    sent(_ADDRESS, "course.change", _confirm, "Change the plan, as it was looked at and confirmed."),
)
"""The addresses of changing a plan."""
