"""Whose a course is: phones, consents, transfer, and opening it in an emergency."""

from datetime import datetime
from typing import Literal

from fullcourse.adapters.access.audit.reading import entries
from fullcourse.adapters.access.caller import Role
from fullcourse.adapters.access.people.courses import (
    Consent,
    break_glass,
    consents,
    place_course,
    say_consent,
    transfer_course,
)
from fullcourse.adapters.access.people.devices import devices_of, end_device, invite, join, open_device
from fullcourse.adapters.access.people.links import INVITATION
from fullcourse.clinical.errors import InputError
from fullcourse.interfaces.api.access.asked import (
    Form,
    access_of,
    entry,
    json_of,
    proof_of,
    refuse_foreign_page,
    told,
)
from fullcourse.interfaces.api.access.programs import own_address
from fullcourse.interfaces.api.access.seen import AuditPage, page_of
from fullcourse.interfaces.api.access.sessions import SignedIn, svg_of
from fullcourse.interfaces.api.body import read_struct
from fullcourse.interfaces.api.call import Call, Reply
from fullcourse.interfaces.api.problems import NotFound
from fullcourse.interfaces.api.routes import PATIENT, Route

__all__ = ["COURSE_ACCESS"]

_COURSE = "/api/v1/courses/{patient}"
_LONGEST_REASON = 500
_LEAST_REASON = 10


class InviteForm(Form, frozen=True):
    """Whose phone is invited."""

    role: Literal["patient", "supporter"]


class Invitation(Form, frozen=True):
    """A link that is shown as a QR code; it holds once, until `ends_at`."""

    link: str
    svg: str
    ends_at: datetime
    account: str


class JoinForm(Form, frozen=True):
    """The word of an invitation, and the PIN by which the phone is opened from then on."""

    invitation: str
    pin: str


class Joined(Form, frozen=True):
    """What the phone keeps."""

    device: str
    secret: str


class OpenForm(Form, frozen=True):
    """What a phone opens a session with."""

    device: str
    secret: str
    pin: str


class Phone(Form, frozen=True):
    """A phone that joined."""

    device: str
    account: str
    made_at: datetime
    ended_at: datetime | None


class Phones(Form, frozen=True):
    """The phones of a patient and of supporters."""

    phones: tuple[Phone, ...]


class ConsentForm(Form, frozen=True):
    """Whether the patient lets a supporter see the course."""

    supporter: str
    given: bool


class ConsentLine(Form, frozen=True):
    """One line of the ledger."""

    supporter: str
    given: bool
    said_by: str
    at: datetime


class Consents(Form, frozen=True):
    """The whole ledger, oldest first."""

    consents: tuple[ConsentLine, ...]


class ClinicForm(Form, frozen=True):
    """A clinic by its id."""

    clinic: str


class PlaceForm(Form, frozen=True):
    """A course by its patient's random id."""

    patient: str


class ReasonForm(Form, frozen=True):
    """Why a course of another clinic is opened."""

    reason: str


class OpenedUntil(Form, frozen=True):
    """Until when it is open."""

    ends_at: datetime


def _invite(call: Call) -> Reply:
    form = read_struct(call.body, InviteForm)
    made_by = entry(call, "phone.invited", about=form.role, status=201)
    word, account = invite(access_of(call), call.path[PATIENT], Role(form.role), made_by)
    link = f"{own_address(call)}/p/#{word}"
    return json_of(Invitation(link, svg_of(link), call.now + INVITATION, account), 201)


@told
def _join(call: Call) -> Reply:
    refuse_foreign_page(call)
    form = read_struct(call.body, JoinForm)
    device, secret = join(access_of(call), form.invitation, form.pin, call.peer, call.now)
    return json_of(Joined(device, secret), 201)


@told
def _open(call: Call) -> Reply:
    refuse_foreign_page(call)
    form, most = read_struct(call.body, OpenForm), proof_of(call).most_by_address
    word = open_device(access_of(call), form.device, form.secret, form.pin, call.peer, most, call.now)
    return json_of(SignedIn("", word))


def _phones(call: Call) -> Reply:
    listed = access_of(call).read(lambda connection: devices_of(connection, call.path[PATIENT]))
    return json_of(Phones(tuple(Phone(it.id, it.account, it.made_at, it.ended_at) for it in listed)))


def _end_phone(call: Call) -> Reply:
    device = call.path["device"]
    ended = access_of(call).write(lambda connection: end_device(connection, call.path[PATIENT], device, call.now))
    if not ended:
        raise NotFound
    return Reply(status=204, about=device)


def _say_consent(call: Call) -> Reply:
    form, patient = read_struct(call.body, ConsentForm), call.path[PATIENT]
    said = Consent(form.supporter, form.given, call.caller.id, call.now)
    did = entry(call, "consent.given" if form.given else "consent.withdrawn", about=form.supporter, status=201)
    access_of(call).write(lambda connection: say_consent(connection, patient, said), did)
    return _ledger(call, 201)


def _consents(call: Call) -> Reply:
    return _ledger(call, 200)


def _ledger(call: Call, status: int) -> Reply:
    ledger = access_of(call).read(lambda connection: consents(connection, call.path[PATIENT]))
    lines = tuple(ConsentLine(it.supporter, it.is_given, it.said_by, it.at) for it in ledger)
    return json_of(Consents(lines), status)


def _transfer(call: Call) -> Reply:
    form = read_struct(call.body, ClinicForm)
    access_of(call).write(
        lambda connection: transfer_course(connection, call.path[PATIENT], form.clinic, call.now),
        entry(call, "course.transferred", about=form.clinic, status=204),
    )
    return Reply(status=204)


@told
def _place(call: Call) -> Reply:
    form, clinic = read_struct(call.body, PlaceForm), call.path["clinic"]
    store = call.service.store
    if store is not None and not store.events(form.patient):
        raise InputError("patient: no course of this id is in the store. Check the id.")
    access_of(call).write(lambda connection: place_course(connection, form.patient, clinic, call.now))
    return Reply(status=204, patients=(form.patient,), about=clinic)


def _open_in_emergency(call: Call) -> Reply:
    form = read_struct(call.body, ReasonForm)
    reason = form.reason.strip()
    if not _LEAST_REASON <= len(reason) <= _LONGEST_REASON:
        raise InputError(
            f"reason: it has {_LEAST_REASON} to {_LONGEST_REASON} letters. The auditor reads it: say why the course of "
            "another clinic has to be opened now."
        )
    ends_at = access_of(call).write(
        lambda connection: break_glass(connection, call.caller.id, call.path[PATIENT], call.now),
        entry(call, "course.opened-in-emergency", why=reason),
    )
    return json_of(OpenedUntil(ends_at))


def _seen(call: Call) -> Reply:
    return page_of(call, lambda after, most: entries(access_of(call).kept, call.path[PATIENT], after=after, most=most))


_DONE = {204: "It is done."}
COURSE_ACCESS = (
    Route(
        "POST", f"{_COURSE}/invitations", "phone.invite", _invite,
        "Invite the phone of the patient or a supporter: a link, also as a QR code.",
        takes=InviteForm, gives=Invitation, is_slow=True, statuses={201: "It is made."},
    ),
    Route(
        "POST", "/api/v1/phones", "sign-in.ask", _join, "Join with a phone by an invitation.",
        takes=JoinForm, gives=Joined, is_slow=True, statuses={201: "The phone has joined."},
    ),
    Route(
        "POST", "/api/v1/phones/session", "sign-in.ask", _open, "Open a session of a phone by its secret and PIN.",
        takes=OpenForm, gives=SignedIn, is_slow=True,
    ),
    Route(
        "GET", f"{_COURSE}/phones", "phone.end", _phones, "The phones of the patient and of supporters.",
        gives=Phones, is_slow=True,
    ),
    Route(
        "DELETE", f"{_COURSE}/phones/{{device}}", "phone.end", _end_phone, "Shut a phone out.", is_slow=True,
        statuses=_DONE,
    ),
    Route(
        "GET", f"{_COURSE}/consents", "consent.say", _consents, "The ledger of the patient's consents.",
        gives=Consents, is_slow=True,
    ),
    Route(
        "POST", f"{_COURSE}/consents", "consent.say", _say_consent, "Add what the patient says to the ledger.",
        takes=ConsentForm, gives=Consents, is_slow=True, statuses={201: "It is written down."},
    ),
    Route(
        "PUT", f"{_COURSE}/clinic", "course.transfer", _transfer, "Hand the course to another clinic.",
        takes=ClinicForm, is_slow=True, statuses=_DONE,
    ),
    Route(
        "POST", "/api/v1/clinics/{clinic}/courses", "course.place", _place,
        "Give a course that no clinic has yet to this one.", takes=PlaceForm, is_slow=True, statuses=_DONE,
    ),
    Route(
        "POST", f"{_COURSE}/emergency", "course.open-in-emergency", _open_in_emergency,
        "Open a course of another clinic for four hours, with a reason that the auditor reads.",
        takes=ReasonForm, gives=OpenedUntil, is_slow=True,
    ),
    Route(
        "GET", f"{_COURSE}/audit", "course.audit", _seen, "Who saw or changed the course.",
        gives=AuditPage, query={"after": "Place of the entry behind which it begins."}, is_slow=True,
    ),
)  # fmt: skip
"""The addresses of whose a course is."""
