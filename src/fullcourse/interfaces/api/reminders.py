"""Reminders over HTTP: whether somebody is reminded, where to, when not. An address is set and never given back.

What the patient agrees to is an event of the log: reminders, and a supporter being told. Whoever takes reminders back
leaves no address behind.
"""

from collections.abc import Callable
from datetime import datetime, time
from functools import partial
from typing import Final

from msgspec import UNSET, UnsetType
from sqlalchemy import Connection, select

from fullcourse.adapters.access.caller import Role
from fullcourse.adapters.access.store.tables import SESSION
from fullcourse.adapters.languages import ENGLISH
from fullcourse.adapters.messages.message import Way
from fullcourse.adapters.messages.push import is_of_service
from fullcourse.adapters.reminders.reach import (
    NIGHT,
    Reached,
    check_address,
    forget_person,
    reached_of,
    set_quiet,
    set_reach,
)
from fullcourse.adapters.reminders.words import known_language
from fullcourse.clinical.errors import InputError
from fullcourse.clinical.event import Event
from fullcourse.interfaces.api.access.asked import Form, access_of, entry, json_of
from fullcourse.interfaces.api.body import read_struct
from fullcourse.interfaces.api.call import Call, Reply
from fullcourse.interfaces.api.events import open_store_of
from fullcourse.interfaces.api.problems import Forbidden
from fullcourse.interfaces.api.reminding import push_key, ways_of
from fullcourse.interfaces.api.routes import PATIENT, Route
from fullcourse.interfaces.cli.course_commands.log_file import new_event, read_course
from fullcourse.journey.course import Course
from fullcourse.journey.phone import QuietHours
from fullcourse.journey.phone.reminders import REMINDERS, SUPPORTER_TOLD, has_agreed

__all__ = ["REMINDER_ROUTES", "RemindersForm", "RemindersSet", "faults_of", "reminders_now", "set_reminders"]

_TEXT: Final = "reminders 1"
"""Which text was shown when somebody agreed."""


class RemindersForm(Form, frozen=True):
    """What changes; what is left out stays. An empty address is removed."""

    reminders: bool | UnsetType = UNSET
    supporter: bool | UnsetType = UNSET
    quiet_from: str | UnsetType = UNSET
    quiet_until: str | UnsetType = UNSET
    language: str | UnsetType = UNSET
    push: str | UnsetType = UNSET
    sms: str | UnsetType = UNSET
    mail: str | UnsetType = UNSET


class RemindersSet(Form, frozen=True):
    """How it stands for the patient, or for the supporter who asks.

    `ways` are those by which there is an address, `sent_by` those by which this service sends, and `push_key` is what a
    browser asks a push service with; empty where none is called.
    """

    reminders: bool
    supporter: bool
    quiet_from: str
    quiet_until: str
    language: str
    ways: tuple[str, ...]
    sent_by: tuple[str, ...]
    push_key: str


def _show(call: Call) -> Reply:
    return json_of(reminders_now(call))


def _set(call: Call) -> Reply:
    set_reminders(call, read_struct(call.body, RemindersForm))
    return json_of(reminders_now(call))


def set_reminders(call: Call, form: RemindersForm) -> None:
    """Set what changes of reminders: what the patient says is an event of the log, an address is sealed.

    Raises:
        InputError: An address or a time is none; the message names the field.
        Forbidden: It is not the caller's to say.
    """
    patient, course = call.path[PATIENT], _course(call, call.now)
    account = _account(call)
    if account and form.supporter is not UNSET:
        raise Forbidden("supporter: whether a supporter is told is the patient's to say.")
    addresses, quiet = _addresses(call, form), _quiet(form)
    said = list(_said(call, form, course)) if not account else []
    if said:
        open_store_of(call).append(said, call.now)
    access, is_over = access_of(call), form.reminders is False

    def work(connection: Connection) -> None:
        if is_over:
            forget_person(connection, patient, account)
            return
        if not addresses and quiet is None and form.language is UNSET and form.reminders is not True:
            return  # nothing of how somebody is reached changes
        set_reach(connection, access.keys, patient, account, addresses)
        language = "" if form.language is UNSET else known_language(form.language)
        set_quiet(connection, patient, account, quiet, language, call.now)

    access.write(work, entry(call, "reminders.set", about=account), is_beside_rights=True)


def faults_of(form: RemindersForm) -> dict[str, str]:
    """Return what is wrong with a form's addresses and times, all at once, by the field's name."""
    addresses = ((Way.SMS, form.sms), (Way.MAIL, form.mail))
    asked: list[tuple[str, Callable[[], object]]] = [
        (way.value, partial(check_address, way, to)) for way, to in addresses if to is not UNSET and to
    ]
    times = (("quiet_from", form.quiet_from), ("quiet_until", form.quiet_until))
    asked += [(name, partial(_clock, name, text)) for name, text in times if text is not UNSET]
    faults = {}
    for name, check in asked:
        try:
            check()
        except InputError as error:
            says = str(error).partition(": ")[2]
            faults[name] = says[:1].upper() + says[1:]
    return faults


def _course(call: Call, now: datetime) -> Course:
    return read_course(open_store_of(call), call.path[PATIENT], now, None, call.service.knowledge).course


def _account(call: Call) -> str:
    """Return whose reminders a call is about: a supporter's own, or the patient's, which is empty."""
    return call.caller.id if Role.SUPPORTER in call.caller.roles else ""


def _addresses(call: Call, form: RemindersForm) -> dict[tuple[Way, str], str | None]:
    """Return the addresses that change, by way and phone.

    Raises:
        InputError: One is none.
        Forbidden: The page of a phone is named by what is no phone.
    """
    changes: dict[tuple[Way, str], str | None] = {}
    for way, to in ((Way.SMS, form.sms), (Way.MAIL, form.mail)):
        if to is not UNSET:
            if to:
                check_address(way, to)
            changes[way, ""] = to or None
    if form.push is not UNSET:
        whose = select(SESSION.c.device).where(SESSION.c.id == call.caller.session)
        device = str(access_of(call).read(lambda connection: connection.execute(whose).scalar()) or "")
        if not device:
            raise Forbidden("push: only a phone that has joined says how its page is woken.")
        if form.push and not is_of_service(form.push, call.service.settings.words("FULLCOURSE_PUSH_SERVICES")):
            raise InputError("push: it is the address of no push service that this service may call.")
        changes[Way.PUSH, device] = form.push or None
    return changes


def _quiet(form: RemindersForm) -> QuietHours | None:
    if (form.quiet_from is UNSET) != (form.quiet_until is UNSET):
        raise InputError("quiet_from, quiet_until: they go together. Send both, or neither.")
    if form.quiet_from is UNSET or form.quiet_until is UNSET:
        return None
    return QuietHours(_clock("quiet_from", form.quiet_from), _clock("quiet_until", form.quiet_until))


def _clock(field: str, text: str) -> time:
    try:
        return datetime.strptime(text, "%H:%M").time()  # noqa: DTZ007 - a time of the clock on the wall has no zone
    except ValueError:
        raise InputError(f"{field}: it is no time of the clock. Write it as 22:00.") from None


def _said(call: Call, form: RemindersForm, course: Course) -> tuple[Event, ...]:
    """Return what the patient says anew: nothing of what stands in the log already."""
    actor = "patient" if Role.PATIENT in call.caller.roles else "clinician"
    zone = course.timeline[-1].zone.name if course.timeline else "UTC"
    language = "" if form.language is UNSET else form.language
    asked = ((REMINDERS, form.reminders), (SUPPORTER_TOLD, form.supporter))
    return tuple(
        new_event(
            call.path[PATIENT], "consent",
            {"purpose": purpose, "given": given, "text_version": _TEXT, "language": language},
            (call.now, call.now), zone, actor=actor, claim="self",
        )
        for purpose, given in asked
        if given is not UNSET and given is not has_agreed(course, purpose, call.now)
    )  # fmt: skip


def reminders_now(call: Call) -> RemindersSet:
    """Return how it stands for the patient, or for the supporter who asks."""
    course = _course(call, call.now)
    access, account, settings = access_of(call), _account(call), call.service.settings
    listed = access.read(lambda connection: reached_of(connection, access.keys, call.path[PATIENT]))
    own = next((it for it in listed if it.account == account), Reached(account, bool(account), NIGHT, ENGLISH, ()))
    ways = ways_of(settings)
    is_told = bool(own.addresses) if account else has_agreed(course, REMINDERS, call.now)
    return RemindersSet(
        is_told,
        has_agreed(course, SUPPORTER_TOLD, call.now),
        f"{own.quiet.begins:%H:%M}",
        f"{own.quiet.ends:%H:%M}",
        own.language,
        tuple(dict.fromkeys(it.way.value for it in own.addresses)),
        tuple(way.value for way in Way if way in ways),
        push_key(access.keys).public if Way.PUSH in ways else "",
    )


_ADDRESS: Final = "/api/v1/courses/{patient}/reminders"
REMINDER_ROUTES: Final = (
    Route(
        "GET", _ADDRESS, "reminder.set", _show,
        "Whether the patient is reminded, or the supporter who asks is told; no address is given back.",
        gives=RemindersSet, is_slow=True,
    ),
    Route(
        "PUT", _ADDRESS, "reminder.set", _set,
        "Set whether, where to, when not and in which language; what is left out stays.",
        takes=RemindersForm, gives=RemindersSet, is_slow=True,
    ),
)  # fmt: skip
"""The addresses of reminders."""
