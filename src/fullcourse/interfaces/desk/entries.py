"""What a form of the desk says as an event of the log, through the same reader as any event.

What the log would keep and nobody could use (a unit that does not fit, a number that cannot be) is refused here, while
whoever typed it can still mend it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Final

from fullcourse import __version__
from fullcourse.adapters.published.event import SCHEMA, read_event
from fullcourse.clinical.errors import InputError
from fullcourse.clinical.event import Event
from fullcourse.clinical.event_bodies import CONTACT_WAYS, MATTERS
from fullcourse.clinical.event_id import parse_event_id
from fullcourse.clinical.moment import parse_day
from fullcourse.clinical.zone import Zone
from fullcourse.interfaces.desk.posted import Posted
from fullcourse.journey.monitor_course import why_unusable
from fullcourse.knowledge.library import Knowledge

__all__ = ["ENTRIES", "TOLD_BY", "Desk", "Entry"]

_AHEAD: Final = timedelta(minutes=5)
"""A clock of the clinic may be off by so much; what lies further ahead did not happen yet."""
_SNOOZE_DAYS: Final = {"safety": 1}
_MOST_SNOOZE_DAYS: Final = 14
"""So many days a matter is put off at most, safety to the next day: a choice of this desk, and no source's."""

TOLD_BY: Final = {
    "observed": ("clinician", "observed", "seen at the clinic"),
    "patient": ("patient", "self", "the patient said so"),
    "supporter": ("supporter", "supporter", "a relative or supporter said so"),
}
"""Who said it: actor and claim of the event, and words."""


@dataclass(frozen=True, slots=True)
class Desk:
    """Where an entry is made.

    Attributes:
        patient: Random id of the course.
        zone: Of the patient's clock.
        now: This moment.
        knowledge: What the sources say.
    """

    patient: str
    zone: Zone
    now: datetime
    knowledge: Knowledge


@dataclass(frozen=True, slots=True)
class _Body:
    """What an entry says: kind and body of the event, with who says it and how it is known."""

    kind: str
    body: Mapping[str, object]
    actor: str = "clinician"
    claim: str = "self"


@dataclass(frozen=True, slots=True)
class Entry:
    """One form.

    Attributes:
        name: Last part of its address.
        right: Name of a row of the table of rights.
        fields: That it has.
        says: What becomes of it, in one line.
        read: Makes of it what it says.
        has_time: Whether it says when it happened; without, it is now.
    """

    name: str
    right: str
    fields: tuple[str, ...]
    says: str
    read: Callable[[Posted, Desk], _Body]
    has_time: bool = True

    def event(self, form: Posted, desk: Desk) -> Event:
        """Return the event of a form.

        Raises:
            InputError: Something in it cannot be; the message names the field as the page does.
        """
        said = self.read(form, desk)
        at = _moment(form, desk) if self.has_time else desk.now
        written = {
            "schema": SCHEMA,
            "id": parse_event_id(form.one("id"), "id"),
            "patient": desk.patient,
            "kind": said.kind,
            "occurred_at": desk.zone.local(at).isoformat(),
            "recorded_at": desk.zone.local(desk.now).isoformat(),
            "zone": desk.zone.name,
            "claim": said.claim,
            "actor": said.actor,
            "source": f"fullcourse {__version__} desk",
            "body": dict(said.body),
        }
        event = read_event(written, "")
        if event.kind == "result" and (why := why_unusable(event, desk.knowledge)):
            raise InputError(f"Number: {why}. Correct it, or write it down as a note on paper.")
        return event


def _moment(form: Posted, desk: Desk) -> datetime:
    text = form.needed("at", "When")
    try:
        wall = datetime.fromisoformat(text)
    except ValueError:
        wall = None
    if wall is None or wall.tzinfo is not None:
        raise InputError("When: it is no day and time. Write it as 2026-11-03T10:05.")
    at = desk.zone.instant(wall.date(), wall.time()).astimezone(UTC)
    if at > desk.now + _AHEAD:
        raise InputError("When: it lies ahead. Only what happened is written down.")
    return at


def _number(form: Posted, name: str, label: str) -> float:
    text = form.needed(name, label).replace(",", ".")
    try:
        return float(text)
    except ValueError:
        raise InputError(f"{label}: it is no number. Write it in digits.") from None


def _result(form: Posted, desk: Desk) -> _Body:
    fact = form.needed("fact", "Which result")
    definition = desk.knowledge.facts.get(fact)
    if definition is None or definition.kind != "number":
        raise InputError("Which result: it is none of the list. Choose one.")
    unit = form.one("unit") or definition.unit
    return _Body("result", {"fact": fact, "value": _number(form, "value", "Number"), "unit": unit})


def _finding(form: Posted, desk: Desk) -> _Body:
    fact, _, value = form.needed("finding", "What it says").partition("|")
    definition = desk.knowledge.facts.get(fact)
    if definition is None or value not in definition.values:
        raise InputError("What it says: it is none of the list. Choose one.")
    return _Body("test_result", {"fact": fact, "value": value})


def _symptom(form: Posted, desk: Desk) -> _Body:
    name, told = form.needed("symptom", "Symptom"), form.needed("told_by", "Who says so")
    if not name.startswith("symptom_") or name not in desk.knowledge.facts:
        raise InputError("Symptom: it is none of the list. Choose one.")
    if told not in TOLD_BY:
        raise InputError("Who says so: it is none of the list. Choose one.")
    actor, claim, _ = TOLD_BY[told]
    return _Body("symptom", {"symptom": name, "present": _yes(form, "present", "Is it there")}, actor, claim)


def _yes(form: Posted, name: str, label: str) -> bool:
    word = form.needed(name, label)
    if word not in ("yes", "no"):
        raise InputError(f"{label}: choose yes or no.")
    return word == "yes"


def _dispensed(form: Posted, desk: Desk) -> _Body:
    drug = desk.knowledge.drug(form.needed("drug", "Medicine")).inn
    body: dict[str, object] = {
        "drug": drug,
        "form": form.needed("form", "Form and strength"),
        "units": _number(form, "units", "How many"),
    }
    if lot := form.one("lot"):
        body["lot"] = lot
    if expires := form.one("expires_on"):
        body["expires_on"] = parse_day(expires, "Last day of use").isoformat()
    return _Body("dispensed", body)


def _visit(form: Posted, desk: Desk) -> _Body:
    del desk
    return _Body("visit", {"kept": _yes(form, "kept", "Did they come"), "purpose": form.one("purpose")})


def _contact(form: Posted, desk: Desk) -> _Body:
    del desk
    how = form.needed("how", "How")
    if how not in CONTACT_WAYS:
        raise InputError("How: it is none of the list. Choose one.")
    return _Body("contact", {"how": how, "reached": _yes(form, "reached", "Reached"), "about": form.one("about")})


def _snooze(form: Posted, desk: Desk) -> _Body:
    matter = form.needed("matter", "Matter")
    if matter not in MATTERS:
        raise InputError("Matter: it is none of the list. Choose one.")
    until = parse_day(form.needed("until", "Until"), "Until")
    today: date = desk.zone.local(desk.now).date()
    most = _SNOOZE_DAYS.get(matter, _MOST_SNOOZE_DAYS)
    if not today < until <= today + timedelta(days=most):
        last = (today + timedelta(days=most)).isoformat()
        raise InputError(f"Until: {matter} is put off from tomorrow to {last} at the latest. Choose a day between.")
    because = form.needed("because", "Reason")
    return _Body("snoozed", {"matter": matter, "until": until.isoformat(), "because": because})


ENTRIES: Final = (
    Entry("results", "result.enter", ("fact", "value", "unit"), "Write down a result in numbers, or a level.", _result),
    Entry("findings", "result.enter", ("finding",), "Write down a result in words.", _finding),
    Entry("symptoms", "course.follow-up", ("symptom", "present", "told_by"), "Write down a symptom.", _symptom),
    Entry(
        "dispensed", "course.follow-up", ("drug", "form", "units", "lot", "expires_on"),
        "Write down what was handed out.", _dispensed,
    ),
    Entry("visits", "course.follow-up", ("kept", "purpose"), "Write down a visit.", _visit),
    Entry("contacts", "course.follow-up", ("how", "reached", "about"), "Write down a contact.", _contact),
    Entry(
        "snooze", "course.follow-up", ("matter", "until", "because"), "Put a matter off, with the reason.", _snooze,
        has_time=False,
    ),
)  # fmt: skip
"""Every form by which something is written down at the desk."""
