"""A course that is kept here: begun, changed, and asked about."""

import json
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Final

import fullcourse as fc
from fullcourse.adapters.calendar.ics import CalendarWords, calendar_ics
from fullcourse.adapters.documents.numbers import country_code
from fullcourse.adapters.documents.organizer_pdf import organizer_pdf
from fullcourse.adapters.languages import ENGLISH, language_of
from fullcourse.adapters.published.course import overview_json, recheck_json, schedule_json, supply_json
from fullcourse.adapters.published.course_kept import Kept, kept_json
from fullcourse.adapters.published.course_plan import plan_json
from fullcourse.adapters.published.event import event_line
from fullcourse.adapters.published.phone_plan import phone_plan_json
from fullcourse.adapters.triage.questions import read_questions
from fullcourse.adapters.working_days import every_day_is_open, working_days_of
from fullcourse.adapters.zones import EDITION, load_zone
from fullcourse.clinical.course_plan import CoursePlan
from fullcourse.clinical.event import Event
from fullcourse.clinical.moment import parse_day
from fullcourse.interfaces.api import forms
from fullcourse.interfaces.api.advice import answer_reply, json_reply
from fullcourse.interfaces.api.body import read_struct
from fullcourse.interfaces.api.call import JSON, Call, Reply
from fullcourse.interfaces.api.events import open_store_of
from fullcourse.interfaces.api.forms import raw_bytes
from fullcourse.interfaces.api.problems import BadRequest, Forbidden, Unusable
from fullcourse.interfaces.api.routes import PATIENT, Route
from fullcourse.interfaces.cli.course_commands.begun import (
    against_plan,
    check_regimen,
    phase_end_of,
    plan_of,
    refuse_against,
    regimen_of,
    typed_plan,
)
from fullcourse.interfaces.cli.course_commands.log_file import Opened, new_event, new_patient, read_course
from fullcourse.interfaces.python.records import read_record
from fullcourse.journey.course import WhatIsKnown, overview_of, recheck_of, schedule_of, supplies_of, uneven_of
from fullcourse.journey.course_calendar import MOST_DAYS, calendar_of
from fullcourse.journey.organizer import organizer_of
from fullcourse.journey.phone import phone_plan

__all__ = ["COURSES"]

_ADDRESS: Final = "/api/v1/courses/{patient}"
_WEEKS: Final = {"weekly": 7, "four-weekly": 28}


def _opened(call: Call) -> Opened:
    profile = call.asked("profile")
    return read_course(open_store_of(call), call.path[PATIENT], call.now, profile, call.service.knowledge)


def _begin(call: Call) -> Reply:
    """Begin a course, where its clinic is one of the caller's; the record is checked, and not kept."""
    form = read_struct(call.body, forms.BeginForm)
    if form.clinic not in call.caller.clinics:
        raise Forbidden("A course begins in a clinic in which you work. Name one of yours.")
    knowledge, store = call.service.knowledge, open_store_of(call)
    asked = typed_plan([(it.drug, it.dose) for it in form.plan], knowledge, form.profile)
    regimen = regimen_of(form.regimen, knowledge, form.profile)
    ends = phase_end_of(form.phase_ends, "phase_ends", asked, form.start)
    plan = plan_of(asked, form.start, form.zone, regimen, form.days, phase_ends_on=ends)
    record = read_record(raw_bytes(form.record) or b"", raw_bytes(form.answers), plan.starts_on, knowledge)
    against = against_plan(record, plan, knowledge)
    refuse_against(against, form.because, "'because' and the reason")
    patient, times = new_patient(), (call.now, call.now)
    made = [_plan_event(patient, "plan_activated", plan, form.confirmed_by, times)]
    if form.because:
        said = {"text": f"Begun in spite of: {'; '.join(against) or 'nothing'}. Reason: {form.because}"}
        made.append(new_event(patient, "note", said, times, plan.zone, actor="clinician", claim="self"))
    call.service.door.assign(patient, form.clinic, call.caller, call.now)
    store.append(made, call.now)
    return _kept(call, made, plan, 201)


def _change(call: Call) -> Reply:
    form, opened = read_struct(call.body, forms.ChangeForm), _opened(call)
    if not opened.course.timeline:
        raise Unusable("the log holds no plan that could be changed. Begin a course.")
    first, last, knowledge = opened.course.timeline[0].plan, opened.course.timeline[-1].plan, opened.knowledge
    asked = typed_plan([(it.drug, it.dose) for it in form.plan], knowledge, last.profile)
    regimen = last.regimen if form.regimen is None else regimen_of(form.regimen, knowledge, last.profile)
    day = (form.start - first.starts_on).days + first.treatment_day
    ends = phase_end_of(form.phase_ends, "phase_ends", asked, form.start, last)
    plan = plan_of(asked, form.start, form.zone or last.zone, regimen, form.days, day, ends)
    check_regimen(plan.regimen, knowledge)
    times = (call.now, call.now)
    made = _plan_event(opened.patient, "plan_changed", plan, form.confirmed_by, times, because=form.because)
    open_store_of(call).append([made], call.now)
    return _kept(call, [made], plan, 200)


def _plan_event(
    patient: str, kind: str, plan: CoursePlan, confirmed_by: str, times: tuple[datetime, datetime], **more: str
) -> Event:
    body = {"plan": plan_json(plan), "confirmed_by": confirmed_by, **more}
    return new_event(patient, kind, body, times, plan.zone, actor="clinician", claim="self")


def _kept(call: Call, made: Sequence[Event], plan: CoursePlan, status: int) -> Reply:
    kept = Kept(made[0].patient, made, uneven_of(plan))
    told = kept_json(kept, call.service.knowledge.digest, plan.profile, call.now, EDITION)
    reply = json_reply(told, status)
    if status == 201:
        return Reply(reply.body, status, headers={"Location": _ADDRESS.format(patient=made[0].patient)})
    return reply


def _show(call: Call) -> Reply:
    opened = _opened(call)
    known = WhatIsKnown(call.asked("phase") or "", None, None)
    overview = overview_of(opened.course, opened.knowledge, opened.now, known, opened.profile)
    return json_reply(overview_json(overview, opened.knowledge.digest, opened.profile, opened.now, EDITION))


def _recheck(call: Call) -> Reply:
    opened = _opened(call)
    answer = recheck_of(opened.course, opened.knowledge, opened.now)
    return json_reply(recheck_json(answer, opened.profile, opened.now, EDITION))


def _missed(call: Call) -> Reply:
    return answer_reply(
        fc.missed(
            call.path[PATIENT],
            drugs=call.query.get("drug", ()),
            store=open_store_of(call),
            profile=call.asked("profile"),
            at=call.now,
        )
    )


def _schedule(call: Call) -> Reply:
    opened = _opened(call)
    answer = schedule_of(opened.course, opened.knowledge, opened.now, _days(call))
    return json_reply(schedule_json(answer, opened.knowledge.digest, opened.profile, opened.now))


def _supply(call: Call) -> Reply:
    opened, country, trip = _opened(call), call.asked("country"), call.asked("trip")
    is_working_day = working_days_of(country) if country else every_day_is_open
    until = parse_day(trip, "trip") if trip else None
    answers = supplies_of(opened.course, opened.knowledge, opened.now, is_working_day, until)
    return json_reply(supply_json(answers, opened.knowledge.digest, opened.profile, opened.now, EDITION, until))


def _phone(call: Call) -> Reply:
    """Give what a phone advises by, for so many days as the clinic set; its address says nothing of what it holds."""
    opened, settings = _opened(call), call.service.settings
    country = country_code(call.asked("country") or settings.text("FULLCOURSE_COUNTRY") or None)
    language = language_of(call.asked("language") or ENGLISH)
    days = settings.number("FULLCOURSE_PHONE_DAYS")
    plan = phone_plan(opened.course, opened.patient, opened.knowledge, opened.now, days, opened.profile)
    told = phone_plan_json(plan, read_questions(), country, language, EDITION)
    return Reply(json.dumps(told, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode())


def _monitor(call: Call) -> Reply:
    return answer_reply(
        fc.monitor(course=call.path[PATIENT], store=open_store_of(call), profile=call.asked("profile"), at=call.now)
    )


def _outcome(call: Call) -> Reply:
    definitions = call.asked("definitions") or ""
    return answer_reply(
        fc.outcome(
            course=call.path[PATIENT],
            store=open_store_of(call),
            profile=call.asked("profile"),
            definitions=definitions,
            at=call.now,
        )
    )


def _triage(call: Call) -> Reply:
    form = read_struct(call.body, forms.CourseTriageForm)
    return answer_reply(
        fc.triage(
            form.symptoms,
            words=form.words,
            rest_no=form.rest_no,
            weeks=form.weeks,
            course=call.path[PATIENT],
            store=open_store_of(call),
            country=form.country,
            at=call.now,
        )
    )


def _calendar(call: Call) -> Reply:
    """Give a calendar that names no drug; an address cannot hold more than its reader may see."""
    opened = _opened(call)
    calendar = calendar_of(opened.course, load_zone, opened.now, _days(call))
    content = calendar_ics(calendar.entries, CalendarWords.DISCREET, None, ())
    return _file(content, "text/calendar", "calendar.ics")


def _sheet(call: Call) -> Reply:
    opened, length, paper = _opened(call), call.asked("length") or "weekly", call.asked("paper") or "a4"
    if length not in _WEEKS or paper not in ("a4", "letter"):
        raise BadRequest("'length' is weekly or four-weekly, and 'paper' a4 or letter.")
    organizer = organizer_of(opened.course, opened.knowledge, opened.now, _WEEKS[length])
    is_discreet = call.asked("discreet") != "no"
    return _file(organizer_pdf(organizer, discreet=is_discreet, paper=paper), "application/pdf", "sheet.pdf")


def _log(call: Call) -> Reply:
    """Give the whole log as a file of events, which the commands read."""
    lines = "".join(f"{event_line(event)}\n" for event in open_store_of(call).events(call.path[PATIENT]))
    return _file(lines.encode(), "application/x-ndjson", "events.ndjson")


def _file(content: bytes, media_type: str, name: str) -> Reply:
    return Reply(content, media_type=media_type, headers={"Content-Disposition": f'attachment; filename="{name}"'})


def _days(call: Call) -> int:
    text = call.asked("days") or "7"
    if not (text.isascii() and text.isdigit()) or len(text) > 4 or not 1 <= int(text) <= MOST_DAYS:
        raise BadRequest(f"'days' is no whole number from 1 to {MOST_DAYS}.")
    return int(text)


_PROFILE: Final = {"profile": "Which sources lead: us, who, india or msf; those of the plan without it."}
_DAYS: Final = {"days": f"How many days, 1 to {MOST_DAYS}; 7 without it."}


def _get(
    name: str, answer: Callable[[Call], Reply], gives: str, says: str, query: dict[str, str], media: str = JSON
) -> Route:
    path = f"{_ADDRESS}/{name}" if name else _ADDRESS
    return Route("GET", path, "course.read", answer, says, gives=gives, query=query, is_slow=True, gives_type=media)


COURSES = (
    Route(
        "POST",
        "/api/v1/courses",
        "course.begin",
        _begin,
        "Begin a course with a plan that a clinician confirms.",
        takes=forms.BeginForm,
        gives="kept-1",
        holds_records=True,
        is_slow=True,
        statuses={201: "It has begun; its address stands in Location."},
    ),
    Route(
        "POST",
        f"{_ADDRESS}/plan",
        "course.change",
        _change,
        "Put another plan in the place of the one in force.",
        takes=forms.ChangeForm,
        gives="kept-1",
        is_slow=True,
    ),
    Route(
        "POST",
        f"{_ADDRESS}/triage",
        "course.read",
        _triage,
        "How urgent is a symptom of somebody whose course is here?",
        takes=forms.CourseTriageForm,
        gives="triage-1",
        is_slow=True,
    ),
    _get("", _show, "course-1", "How far a course has come.", {**_PROFILE, "phase": "Phase in which it is."}),
    _get("recheck", _recheck, "recheck-1", "What today's knowledge says beside the plan's.", _PROFILE),
    _get(
        "missed",
        _missed,
        "missed-1",
        "What to do about a dose now.",
        {**_PROFILE, "drug": "Which one."},
    ),
    _get("schedule", _schedule, "schedule-1", "When each dose is due.", {**_PROFILE, **_DAYS}),
    _get(
        "supply",
        _supply,
        "supply-1",
        "How long the medicine lasts.",
        {**_PROFILE, "country": "Whose holidays count, two letters.", "trip": "Will it last until this day?"},
    ),
    _get(
        "phone",
        _phone,
        "phone-plan-1",
        "What a patient's phone advises by while there is no network.",
        {
            **_PROFILE,
            "country": "Whose numbers to call, two letters; those of FULLCOURSE_COUNTRY without it.",
            "language": "Of what the patient is told: en, es, or hi, pt, ru, ar in parts; en without it.",
        },
    ),
    _get("monitor", _monitor, "monitor-1", "Which tests are due, and what results call for.", _PROFILE),
    _get(
        "outcome",
        _outcome,
        "outcome-1",
        "Which outcome is proposed.",
        {**_PROFILE, "definitions": "Whose; those of the profile without it."},
    ),
    _get("calendar", _calendar, "", "A calendar that names no drug.", {**_PROFILE, **_DAYS}, "text/calendar"),
    _get(
        "sheet",
        _sheet,
        "",
        "A pill-organizer sheet.",
        {**_PROFILE, "length": "weekly or four-weekly.", "paper": "a4 or letter.", "discreet": "no: it names drugs."},
        "application/pdf",
    ),
    Route(
        "GET",
        f"{_ADDRESS}/log",
        "course.read",
        _log,
        "The whole log as a file of events.",
        gives_type="application/x-ndjson",
        is_slow=True,
    ),
)
"""The addresses of courses."""
