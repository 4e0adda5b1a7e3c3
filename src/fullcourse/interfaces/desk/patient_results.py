"""Results that no clinician answered yet: each with what the rules say of it, and a form for what was decided.

What was decided becomes a note of the log, from which nothing follows: a dose is held and a plan changed on their own
pages. It names the results that were on the page, so that none is answered by a page that did not show it.
"""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from fullcourse.clinical.event import Event
from fullcourse.clinical.event_bodies import Note, Result, ResultInWords
from fullcourse.clinical.event_id import CHANCE_BITS, event_id
from fullcourse.interfaces.api.call import Call, Reply
from fullcourse.interfaces.api.events import open_store_of
from fullcourse.interfaces.api.problems import BadRequest
from fullcourse.interfaces.api.routes import Route
from fullcourse.interfaces.cli.course_commands.log_file import new_event
from fullcourse.interfaces.desk.courses_read import CourseHere, opened_here
from fullcourse.interfaces.desk.pages import page, see_other
from fullcourse.interfaces.desk.patient_findings import Finding, findings_by_fact
from fullcourse.interfaces.desk.patient_log import LogLine, log_lines, said_event
from fullcourse.interfaces.desk.patient_page import view_of
from fullcourse.interfaces.desk.posted import posted
from fullcourse.interfaces.desk.rows import sent, shown
from fullcourse.interfaces.desk.words import t
from fullcourse.journey.desk import unanswered_results
from fullcourse.journey.monitor_course import why_unusable

__all__ = ["RESULT_PAGES"]

_ADDRESS: Final = "/desk/courses/{patient}/results/unanswered"
_READ: Final = "Results read: "
"""How a note begins that says what was decided on results."""
_NEEDED: Final = ("decided", "by")
_SHOWN: Final = 5


@dataclass(frozen=True, slots=True)
class _Unanswered:
    """A result: its event, its line, why it cannot be used (empty where it can), whether none of it came later, and
    what the rules say of it: of the newest alone."""

    event: str
    line: LogLine
    unusable: str
    is_newest: bool
    findings: tuple[Finding, ...]


def _ask(call: Call) -> Reply:
    return _page(call, opened_here(call), {}, {})


def _page(call: Call, here: CourseHere, typed: dict[str, str], wrong: dict[str, str]) -> Reply:
    opened = here.opened
    course, knowledge = opened.course, opened.knowledge
    view = view_of(call, here)
    results = unanswered_results(course.state)
    by_fact = findings_by_fact(view, knowledge)
    newest = {_fact(event): event.id for event in results}
    lines = [
        _Unanswered(
            event.id,
            log_lines(course, (event,), knowledge)[0],
            why_unusable(event, knowledge) if isinstance(event.body, Result) else "",
            newest[_fact(event)] == event.id,
            by_fact.get(_fact(event), ()) if newest[_fact(event)] == event.id else (),
        )
        for event in reversed(results)
    ]
    shown_before = {id(finding) for fact in newest for finding in by_fact.get(fact, ())}
    others = dict.fromkeys(it for listed in by_fact.values() for it in listed if id(it) not in shown_before)
    names = {
        "patient": opened.patient,
        "short": opened.patient[:8],
        "lines": lines,
        "others": tuple(others),
        "decided": log_lines(course, _decided(course.state.of_kind(Note.kind))[:_SHOWN], knowledge),
        "typed": {**dict.fromkeys(_NEEDED, ""), **typed},
        "wrong": wrong,
        "done": call.asked("done") == "yes" and not wrong,
        "id": event_id(int(call.now.timestamp() * 1000), secrets.randbits(CHANCE_BITS)),
    }
    title = t("Results that nobody answered")
    return page(call, "patient_results.html", title, names, here="queue", reply=Reply(status=422 if wrong else 200))


def _fact(event: Event) -> str:
    return event.body.fact if isinstance(event.body, Result | ResultInWords) else ""


def _decided(notes: Sequence[Event]) -> list[Event]:
    """Return the notes by which results were answered, the newest first."""
    said = [it for it in notes if isinstance(it.body, Note) and it.body.text.startswith(_READ)]
    return sorted(said, key=lambda it: it.order, reverse=True)


def _decide(call: Call) -> Reply:
    """Keep what was decided on the results of the page, as a note of the log; the same form sent twice is one."""
    here = opened_here(call)
    opened = here.opened
    form = posted(call, ("id", *_NEEDED), ("result",))
    done = see_other(f"/desk/courses/{opened.patient}/results/unanswered?done=yes")
    if any(event.id == form.one("id") for event in here.events):
        return done
    typed = {name: form.one(name) for name in _NEEDED}
    wrong = {name: t("Nothing stands there. Fill it in.") for name, text in typed.items() if not text}
    seen = {it.id: it for it in here.events if it.id in form.chosen("result") and _fact(it)}
    if not seen or len(seen) != len(set(form.chosen("result"))):
        raise BadRequest("The form names a result that the log does not hold. Load its page again.")
    if any(it.id not in seen for it in unanswered_results(opened.course.state)):
        wrong["page"] = t("A result came since this page was made. It stands here now: read it too, and send again.")
    if wrong:
        return _page(call, here, typed, wrong)
    zone = opened.course.timeline[-1].zone.name if opened.course.timeline else "UTC"
    said = "; ".join(f"{said_event(it, opened.knowledge)} ({it.occurred_at:%Y-%m-%d})" for it in seen.values())
    text = f"{_READ}{said}. Decided: {typed['decided'].rstrip('.')}. By {typed['by']}."
    event = new_event(
        opened.patient, "note", {"text": text}, (call.now, call.now), zone,
        actor="clinician", claim="self", id=form.one("id"),
    )  # fmt: skip
    open_store_of(call).append([event], call.now)
    return done


RESULT_PAGES: Final[tuple[Route, ...]] = (
    shown(
        _ADDRESS, "course.follow-up", _ask, "Results that no clinician answered, each with what the rules say of it.",
        {"done": "Whether what was decided was just written down."},
    ),
    sent(_ADDRESS, "course.follow-up", _decide, "Write down what was decided on results, and by whom."),
)  # fmt: skip
"""The address of results that nobody answered."""
