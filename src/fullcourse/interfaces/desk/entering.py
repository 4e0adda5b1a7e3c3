"""Pages on which staff write down what happened, and follow somebody up.

What cannot be taken is said beside its form, and what was typed stays there.
"""

import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import partial
from typing import Final

from fullcourse.adapters.access.rights import permits
from fullcourse.adapters.store.contract import Appended
from fullcourse.adapters.zones import load_zone
from fullcourse.clinical.errors import InputError
from fullcourse.clinical.event import Event
from fullcourse.clinical.event_bodies import CONTACT_WAYS, MATTERS
from fullcourse.clinical.event_id import CHANCE_BITS, event_id
from fullcourse.clinical.zone import Zone
from fullcourse.interfaces.api.call import Call, Reply
from fullcourse.interfaces.api.events import open_store_of
from fullcourse.interfaces.api.problems import BadRequest, Conflict
from fullcourse.interfaces.api.routes import PATIENT, Route
from fullcourse.interfaces.desk.entries import ENTRIES, TOLD_BY, Desk, Entry
from fullcourse.interfaces.desk.matters import MATTER_WORDS
from fullcourse.interfaces.desk.pages import page, see_other
from fullcourse.interfaces.desk.posted import posted
from fullcourse.interfaces.desk.queue import line_of
from fullcourse.interfaces.desk.rows import sent, shown
from fullcourse.interfaces.desk.words import t
from fullcourse.interfaces.desk.worklist import fresh_worklist
from fullcourse.knowledge.library import Knowledge

__all__ = ["ENTERING"]

_COURSE: Final = "/desk/courses/{patient}"
_FOLLOWING: Final = frozenset(("contacts", "snooze"))
"""Forms that stand on the page of following somebody up."""


def _enter(call: Call) -> Reply:
    return _enter_page(call, _events(call))


def _follow(call: Call) -> Reply:
    return _follow_page(call, _events(call))


def _take(entry: Entry, call: Call) -> Reply:
    """Keep what a form says; the same form sent twice is kept once."""
    times = ("at",) if entry.has_time else ()
    form = posted(call, ("id", *entry.fields, *times))
    events = _events(call)
    again = _follow_page if entry.name in _FOLLOWING else _enter_page
    typed = {name: form.one(name) for name in (*entry.fields, *times)}
    place = "follow-up" if entry.name in _FOLLOWING else "enter"
    done = see_other(f"/desk/courses/{call.path[PATIENT]}/{place}?done={entry.name}")
    if any(event.id == form.one("id") for event in events):
        return done
    try:
        event = entry.event(form, _desk(call, events))
    except InputError as error:
        return again(call, events, entry.name, str(error).lstrip(".: "), typed)
    (became,) = open_store_of(call).append([event], call.now)
    if became is Appended.SET_ASIDE:
        raise Conflict("This form was sent before with other words. Load its page again, and repeat it.")
    return done


def _events(call: Call) -> tuple[Event, ...]:
    """Return the log; raises InputError for a course that is not in the store."""
    events = open_store_of(call).events(call.path[PATIENT])
    if not events:
        raise InputError("no course of this id is in the store. Check the address.")
    return events


def _desk(call: Call, events: tuple[Event, ...]) -> Desk:
    zones = (plan.zone for event in reversed(events) if (plan := getattr(event.body, "plan", None)) is not None)
    zone = next(zones, events[-1].zone)
    return Desk(call.path[PATIENT], load_zone(zone), call.now, call.service.knowledge)


def _common(
    call: Call, events: tuple[Event, ...], name: str, wrong: str, typed: Mapping[str, str]
) -> dict[str, object]:
    """Return what both pages show: what the course is needed for, and what went wrong with which form."""
    zone, patient = _desk(call, events).zone, call.path[PATIENT]
    listing = fresh_worklist(call).listing((patient,), call.now)
    done = call.asked("done") if not wrong else None
    if done is not None and done not in {entry.name for entry in ENTRIES}:
        raise BadRequest("'done' names no form.")
    return {
        "patient": patient,
        "short": patient[:8],
        "lines": [(t(MATTER_WORDS[it.matter]), line_of(it, call.now)) for rows in listing.rows.values() for it in rows],
        "wrong": {name: wrong} if wrong else {},
        "typed": {name: typed} if typed else {},
        "done": done or "",
        "id": event_id(int(call.now.timestamp() * 1000), secrets.randbits(CHANCE_BITS)),
        "at": zone.local(call.now).strftime("%Y-%m-%dT%H:%M"),
        "zone": zone.name,
    }


def _enter_page(
    call: Call, events: tuple[Event, ...], name: str = "", wrong: str = "", typed: Mapping[str, str] | None = None
) -> Reply:
    knowledge = call.service.knowledge
    may_follow = call.subject is not None and permits(call.caller, "course.follow-up", call.subject)
    names = {
        **_common(call, events, name, wrong, typed or {}),
        "may_follow": may_follow,
        "numbers": _numbers(knowledge),
        "findings": [
            (it.label, [(f"{it.id}|{value}", value) for value in it.values])
            for it in sorted(knowledge.facts.values(), key=lambda it: it.label)
            if it.values and it.id != "sex"
        ],
        "symptoms": sorted((it.label, it.id) for it in knowledge.facts.values() if it.id.startswith("symptom_")),
        "told_by": [(word, t(says)) for word, (_, _, says) in TOLD_BY.items()],
        "drugs": _drugs(events, knowledge),
        "tests": sorted(knowledge.tests),
    }
    status = Reply(status=422 if wrong else 200)
    return page(call, "enter.html", t("Write down what happened"), names, here="queue", reply=status)


def _numbers(knowledge: Knowledge) -> list[tuple[str, str]]:
    """Return the results in numbers that can be entered: what laboratories report, levels, and what tests ask for."""
    asked = {fact for test in knowledge.tests.values() for group in test.answered_by for fact in group}
    listed = [
        (it.id, f"{it.label} ({it.unit})")
        for it in knowledge.facts.values()
        if it.kind == "number" and not it.derived and (it.found or it.id in asked or it.id.endswith("_level"))
    ]
    return sorted(listed, key=lambda it: it[1])


def _drugs(events: tuple[Event, ...], knowledge: Knowledge) -> list[str]:
    """Return the drugs that can be handed out: those of the plans first, then every other."""
    plans = [plan for event in events if (plan := getattr(event.body, "plan", None)) is not None]
    own = dict.fromkeys(drug.drug for plan in reversed(plans) for drug in plan.drugs)
    return [*own, *(inn for inn in sorted(knowledge.drugs) if inn not in own)]


def _follow_page(
    call: Call, events: tuple[Event, ...], name: str = "", wrong: str = "", typed: Mapping[str, str] | None = None
) -> Reply:
    matter = call.asked("matter") if call.asked("matter") in MATTERS else MATTERS[0]
    zone = _desk(call, events).zone
    names = {
        **_common(call, events, name, wrong, typed or {}),
        "ways": [(way, t(way)) for way in CONTACT_WAYS],
        "matters": [(it, t(MATTER_WORDS[it])) for it in MATTERS],
        "matter": matter,
        "tomorrow": _tomorrow(zone, call.now),
    }
    status = Reply(status=422 if wrong else 200)
    return page(call, "follow_up.html", t("Follow up"), names, here="queue", reply=status)


def _tomorrow(zone: Zone, now: datetime) -> str:
    return (zone.local(now).date() + timedelta(days=1)).isoformat()


_DONE_QUERY: Final = {"done": "Which form was taken."}
ENTERING: Final[tuple[Route, ...]] = (
    shown(f"{_COURSE}/enter", "result.enter", _enter, "Ask what happened.", _DONE_QUERY),
    shown(
        f"{_COURSE}/follow-up", "course.follow-up", _follow, "Ask how somebody was followed up.",
        {**_DONE_QUERY, "matter": "Which matter it is about."},
    ),
    *(sent(f"{_COURSE}/{entry.name}", entry.right, partial(_take, entry), entry.says) for entry in ENTRIES),
)  # fmt: skip
"""The addresses of writing down."""
