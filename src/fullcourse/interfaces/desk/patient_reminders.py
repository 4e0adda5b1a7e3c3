"""Where a patient's reminders go, when none comes, and what the patient agrees to: by the way that phones use too.

An address that is set is never shown again, so that undoing removes a new one, and cannot bring back the one before.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from msgspec import UNSET, UnsetType

from fullcourse.adapters.access.people.courses import Consent, consents, say_consent, supporters_of
from fullcourse.adapters.access.people.devices import devices_of
from fullcourse.adapters.access.rights import permits
from fullcourse.adapters.languages import LANGUAGES, PREPARED
from fullcourse.adapters.messages.message import Way
from fullcourse.clinical.errors import InputError
from fullcourse.interfaces.api.access.asked import access_of, entry
from fullcourse.interfaces.api.call import Call, Reply
from fullcourse.interfaces.api.reminders import RemindersForm, RemindersSet, faults_of, reminders_now, set_reminders
from fullcourse.interfaces.api.routes import PATIENT, Route
from fullcourse.interfaces.desk.pages import page
from fullcourse.interfaces.desk.posted import Posted, posted
from fullcourse.interfaces.desk.rows import sent, shown
from fullcourse.interfaces.desk.words import t

__all__ = ["REMINDER_PAGES"]

_ADDRESS: Final = "/desk/courses/{patient}/reminders"
_CHOICES: Final = ("reminders", "supporter")
_TIMES: Final = ("quiet_from", "quiet_until")
_FIELDS: Final = (*_CHOICES, "sms", "sms_gone", "mail", "mail_gone", *_TIMES, "language")
_LANGUAGES: Final = (
    ("en", "English"), ("es", "Español"), ("hi", "हिन्दी"), ("pt", "Português"), ("ru", "Русский"), ("ar", "العربية"),
)  # fmt: skip
_WAYS: Final = (
    (Way.PUSH, "the page of a phone, set on the phone itself"),
    (Way.SMS, "text message"),
    (Way.MAIL, "mail"),
)


@dataclass(frozen=True, slots=True)
class _Shown:
    """What a page says beside how it stands.

    Attributes:
        done: What was done, in words.
        undo: Fields of the form that takes it back; none where nothing changed.
        lost: Whether an address was replaced or removed, which cannot come back.
        wrong: What is wrong with each field.
        typed: What was typed, where something is wrong.
    """

    done: str = ""
    undo: Mapping[str, str] = field(default_factory=dict)
    lost: bool = False
    wrong: Mapping[str, str] = field(default_factory=dict)
    typed: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _SupporterLine:
    """A supporter: short id, day of the invitation, whether a phone joined, whether the patient consents, none said."""

    account: str
    invited: str
    has_phone: bool
    consents: bool | None


def _ask(call: Call) -> Reply:
    return _page(call, reminders_now(call), _Shown())


def _set(call: Call) -> Reply:
    """Set what a form says; what cannot be is said beside its field, and nothing of it is kept."""
    form = posted(call, _FIELDS)
    typed = {name: form.one(name) for name in _FIELDS}
    wrong, asked = _read(form)
    before = reminders_now(call)
    wrong |= faults_of(asked)
    if wrong:
        return _page(call, before, _Shown(wrong=wrong, typed=typed))
    set_reminders(call, asked)
    after = reminders_now(call)
    is_new = {way: way in after.ways and way not in before.ways for way in (Way.SMS.value, Way.MAIL.value)}
    undo = {
        "reminders": _word(before.reminders), "supporter": _word(before.supporter), "language": before.language,
        "quiet_from": before.quiet_from, "quiet_until": before.quiet_until,
        **{f"{way}_gone": "yes" for way, new in is_new.items() if new},
    }  # fmt: skip
    lost = any(way not in after.ways or typed.get(way) for way in before.ways)
    return _page(call, after, _Shown(t("It is set."), undo, lost))


def _read(form: Posted) -> tuple[dict[str, str], RemindersForm]:
    """Return what is wrong by the fields' names, and what the form asks for."""
    wrong: dict[str, str] = {}
    said: dict[str, bool] = {}
    for name in _CHOICES:
        word = form.one(name)
        if word not in ("yes", "no"):
            wrong[name] = t("Choose yes or no.")
        said[name] = word == "yes"
    addresses: dict[str, str | UnsetType] = {}
    for name in ("sms", "mail"):
        to, is_gone = form.one(name), form.one(f"{name}_gone") == "yes"
        if to and is_gone:
            wrong[name] = t("A new one is typed, and the one there is to be removed. Choose one of the two.")
        elif to and not said["reminders"]:
            wrong[name] = t("No address is kept without the patient's word. Choose yes above, or empty this.")
        addresses[name] = to or ("" if is_gone else UNSET)
    if form.one("language") not in LANGUAGES + PREPARED:
        wrong["language"] = t("It is none of the list. Choose one.")
    asked = RemindersForm(
        said["reminders"], said["supporter"], form.one("quiet_from"), form.one("quiet_until"), form.one("language"),
        sms=addresses["sms"], mail=addresses["mail"],
    )  # fmt: skip
    return wrong, asked


def _word(given: bool) -> str:
    return "yes" if given else "no"


def _page(call: Call, now: RemindersSet, what: _Shown) -> Reply:
    patient = call.path[PATIENT]
    standing = dict.fromkeys(("sms", "sms_gone", "mail", "mail_gone"), "") | {
        "reminders": _word(now.reminders), "supporter": _word(now.supporter), "language": now.language,
        "quiet_from": now.quiet_from, "quiet_until": now.quiet_until,
    }  # fmt: skip
    may_consent = call.subject is not None and permits(call.caller, "consent.say", call.subject)
    names = {
        "patient": patient,
        "short": patient[:8],
        "now": now,
        "there": [t(says) for way, says in _WAYS if way.value in now.ways],
        "unsent": [t(says) for way, says in _WAYS if way.value in now.ways and way.value not in now.sent_by],
        "sends_none": not now.sent_by,
        "languages": _LANGUAGES,
        "value": what.typed or standing,
        "shown": what,
        "supporters": _supporters(call, patient) if may_consent else None,
    }
    reply = Reply(status=422 if what.wrong else 200)
    return page(call, "patient_reminders.html", t("Reminders"), names, here="queue", reply=reply)


def _supporters(call: Call, patient: str) -> list[_SupporterLine]:
    access = access_of(call)
    invited = access.read(lambda connection: supporters_of(connection, patient))
    ledger = access.read(lambda connection: consents(connection, patient))
    phones = access.read(lambda connection: devices_of(connection, patient))
    said = {it.supporter: it.is_given for it in ledger}
    joined = {it.account for it in phones if it.ended_at is None}
    return [_SupporterLine(it, f"{made:%Y-%m-%d}", it in joined, said.get(it)) for it, made in invited]


def _consent(call: Call) -> Reply:
    """Write down whether the patient lets a supporter see the course; the ledger keeps each word."""
    form = posted(call, ("account", "given"))
    account, word = form.one("account"), form.one("given")
    if word not in ("yes", "no"):
        raise InputError(t("given: the patient says yes or no. Load the page again, and choose."))
    said = Consent(account, word == "yes", call.caller.id, call.now)
    did = entry(call, "consent.given" if said.is_given else "consent.withdrawn", about=account)
    access_of(call).write(lambda connection: say_consent(connection, call.path[PATIENT], said), did)
    done = t("It is written down: the supporter sees the course from now on.")
    if not said.is_given:
        done = t("It is written down: the supporter sees the course no more.")
    return _page(call, reminders_now(call), _Shown(done))


REMINDER_PAGES: Final[tuple[Route, ...]] = (
    shown(_ADDRESS, "reminder.set", _ask, "Ask where reminders go, and what the patient agrees to."),
    sent(_ADDRESS, "reminder.set", _set, "Set where reminders go, when none comes, and what the patient agrees to."),
    sent(f"{_ADDRESS}/supporters", "consent.say", _consent, "Write down whether a supporter may see the course."),
)
"""The addresses of reminders at the desk."""
