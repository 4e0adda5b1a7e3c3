"""What every handler of sign-in asks first: what access has open, and what the caller sent as proof."""

from functools import wraps

import msgspec

from fullcourse.adapters.access.access import Access
from fullcourse.adapters.access.audit.entry import AuditEntry
from fullcourse.adapters.access.people.accounts import Taken
from fullcourse.adapters.access.people.signing_in import Proof, WrongProof
from fullcourse.adapters.access.people.throttle import TooOften
from fullcourse.interfaces.api.access.door import Door, is_same_origin
from fullcourse.interfaces.api.call import Call, Reply
from fullcourse.interfaces.api.problems import Conflict, Forbidden, NotFound, NotSignedIn, TooMany
from fullcourse.interfaces.api.routes import Handler

__all__ = ["Form", "access_of", "door_of", "entry", "json_of", "proof_of", "refuse_foreign_page", "told"]


class Form(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """A body that is read: a field that is not known in it is refused."""


def access_of(call: Call) -> Access:
    """Return what access has open.

    Raises:
        NotFound: Nobody can sign in to this service.
    """
    if call.service.access is None:
        raise NotFound
    return call.service.access


def door_of(call: Call) -> Door:
    """Return the door that knows people.

    Raises:
        NotFound: Nobody can sign in to this service.
    """
    if not isinstance(call.service.door, Door):
        raise NotFound
    return call.service.door


def told(answer: Handler) -> Handler:
    """Return a handler that tells what access found in the words of HTTP."""

    @wraps(answer)
    def answered(call: Call) -> Reply:
        try:
            return answer(call)
        except TooOften as error:
            raise TooMany(str(error), {"Retry-After": str(error.again_s)}) from None
        except WrongProof:
            raise NotSignedIn("What was sent does not hold. Check it, and try again.") from None
        except Taken as error:
            raise Conflict(str(error)) from None

    return answered


def json_of(value: object, status: int = 200, **headers: str) -> Reply:
    """Return an answer in JSON."""
    return Reply(
        msgspec.json.encode(value), status, headers={name.replace("_", "-"): it for name, it in headers.items()}
    )


def proof_of(call: Call, login: str = "", password: str = "", code: str = "") -> Proof:
    """Return what was sent as proof, with where it came from."""
    most = call.service.settings.number("FULLCOURSE_FAILURES_BY_ADDRESS")
    return Proof(login, password, code, call.peer, most)


def entry(call: Call, did: str, *, about: str = "", why: str = "", status: int = 200) -> AuditEntry:
    """Return the entry of the audit on what a call changes."""
    patient = "" if call.subject is None else call.subject.patient
    roles = tuple(sorted(role.value for role in call.caller.roles))
    return AuditEntry(call.now, did, call.caller.id, patient, roles, about, status, call.number, call.peer, why)


def refuse_foreign_page(call: Call) -> None:
    """Refuse a sign-in that a page of others had a browser send: it would sign somebody in as somebody else."""
    if not is_same_origin(call.headers, call.service.settings, is_asked=False):
        raise Forbidden("The call did not come from a page of this service.")
