"""The one table in which errors become HTTP statuses, and the problem document of RFC 9457 that tells them.

No problem repeats what was sent: a value may name a patient.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from fullcourse.adapters.seen_text import seen_json
from fullcourse.adapters.store.durable import DamagedCourse, ErasedCourse, NotKept, StoreAway
from fullcourse.clinical.errors import FullcourseError, InputError, KnowledgeError, OutsideLabel, SolverStopped
from fullcourse.interfaces.api.call import Reply

__all__ = [
    "PROBLEM",
    "BadRequest",
    "Busy",
    "Conflict",
    "Forbidden",
    "HeadTooLarge",
    "Lacking",
    "NoSuchMethod",
    "NotFound",
    "NotSignedIn",
    "Problem",
    "ServiceError",
    "TooLarge",
    "TooMany",
    "TooSlow",
    "UnreadKind",
    "Unusable",
    "WrongHost",
    "every_status",
    "problem_of",
    "problem_reply",
]

PROBLEM: Final = "application/problem+json"


@dataclass(frozen=True, slots=True)
class Problem:
    """One problem document.

    Attributes:
        status: HTTP status.
        word: What kind of problem it is, for programs.
        title: The same in words, whatever the call.
        detail: What is wrong with this call, and what to do.
        headers: That the status calls for.
    """

    status: int
    word: str
    title: str
    detail: str
    headers: Mapping[str, str] = field(default_factory=dict)


class ServiceError(FullcourseError):
    """A call that cannot be answered for a reason of HTTP's own.

    Attributes:
        headers: That the answer carries.
    """

    status = 500
    word = "internal"
    title = "The service failed"

    def __init__(self, detail: str, headers: Mapping[str, str] | None = None) -> None:
        """Keep what is wrong."""
        self.headers = headers or {}
        super().__init__(detail)


class BadRequest(ServiceError):
    """It cannot be read."""

    status, word, title = 400, "bad_request", "The call cannot be read"


class NotSignedIn(ServiceError):
    """Nobody has signed in, or what was sent as proof does not hold; why is not said."""

    status, word, title = 401, "not_signed_in", "Sign in first"

    def __init__(self, detail: str = "Sign in, and call again with what you were given.") -> None:
        """Say how a program signs in."""
        super().__init__(detail, {"WWW-Authenticate": "Bearer"})


class Forbidden(ServiceError):
    """Who calls has no such right, whoever it is about."""

    status, word, title = 403, "forbidden", "You have no right to this"


class NotFound(ServiceError):
    """It is not there, or is not the caller's to see: nobody can tell which."""

    status, word, title = 404, "not_found", "Nothing is here"

    def __init__(self, detail: str = "Nothing is at this address, or it is not yours to see.") -> None:
        """Say the same for both."""
        super().__init__(detail)


class NoSuchMethod(ServiceError):
    """The address takes other methods."""

    status, word, title = 405, "no_such_method", "This address does not take this method"


class TooSlow(ServiceError):
    """The body did not come in time."""

    status, word, title = 408, "too_slow", "The call came too slowly"


class Conflict(ServiceError):
    """Something else is there already."""

    status, word, title = 409, "conflict", "Something else is there already"


class Lacking(ServiceError):
    """Data without which nothing can be said were not sent and cannot be had."""

    status, word, title = 412, "lacking", "Data that are needed cannot be had"


class TooLarge(ServiceError):
    """It is larger than is read."""

    status, word, title = 413, "too_large", "The call is too large"


class UnreadKind(ServiceError):
    """It is of a kind that is not read."""

    status, word, title = 415, "unread_kind", "A body of this kind is not read"


class WrongHost(ServiceError):
    """It names another host than this service."""

    status, word, title = 421, "wrong_host", "The call names another host"

    def __init__(self) -> None:
        """Say how the service is told its name."""
        super().__init__(
            "The name in the call's Host header is not one of this service. Whoever runs it names the one by which it "
            "is reached in FULLCOURSE_PUBLIC_URL."
        )


class HeadTooLarge(ServiceError):
    """Its address and headers are longer than is read."""

    status, word, title = 431, "head_too_large", "The head of the call is too large"


class Unusable(ServiceError):
    """It was read, and cannot be used."""

    status, word, title = 422, "input", "What was sent cannot be used"


class TooMany(ServiceError):
    """More calls than one caller may make."""

    status, word, title = 429, "too_many", "Too many calls"


class Busy(ServiceError):
    """More at once than can be answered well; nothing of this call was done."""

    status, word, title = 503, "busy", "The service is busy"

    def __init__(self, detail: str = "Nothing of this call was done. Send it again, the same, a little later.") -> None:
        """Say when to come again."""
        super().__init__(detail, {"Retry-After": "1"})


_STATUSES: Final[
    dict[type[FullcourseError], tuple[int, str, str]]
] = {  # the first that fits, so kinds before kinds of kinds
    ErasedCourse: (410, "erased", "This course was erased"),
    DamagedCourse: (409, "damaged", "This course is damaged"),
    NotKept: (503, "not_kept", "It could not be kept"),
    StoreAway: (503, "store_away", "The store does not answer"),
    InputError: (422, "input", "What was sent cannot be used"),
    OutsideLabel: (422, "outside_label", "No source speaks of this patient"),
    SolverStopped: (422, "solver_stopped", "No solution was found"),
    KnowledgeError: (503, "knowledge", "The knowledge is faulty"),
}


def problem_of(error: FullcourseError) -> Problem:
    """Return the problem of an error."""
    if isinstance(error, ServiceError):
        return Problem(error.status, error.word, error.title, str(error), error.headers)
    for kind, (status, word, title) in _STATUSES.items():
        if isinstance(error, kind):
            again = {"Retry-After": "5"} if status == Busy.status else {}
            return Problem(status, word, title, str(error), again)
    return INTERNAL


def every_status() -> dict[int, str]:
    """Return every status that a problem can have, with its title."""
    kinds = (
        BadRequest, NotSignedIn, Forbidden, NotFound, TooSlow, TooLarge, UnreadKind, WrongHost, HeadTooLarge, TooMany
    )  # fmt: skip
    own = {kind.status: kind.title for kind in kinds}
    for status, _, title in _STATUSES.values():
        own.setdefault(status, title)
    own.setdefault(Busy.status, Busy.title)
    return dict(sorted(own.items()))


INTERNAL: Final = Problem(
    500, "internal", "The service failed", "The fault is ours. It is written in the log under the number of this call."
)
"""What is told of an error that nobody foresaw."""


def problem_reply(problem: Problem, call_id: str = "") -> Reply:
    """Return the answer that tells a problem.

    Args:
        problem: What is told.
        call_id: Number of the call, by which it is found in the log; empty for none.
    """
    told: dict[str, object] = {
        "type": f"urn:fullcourse:problem:{problem.word}",
        "title": problem.title,
        "status": problem.status,
        "detail": problem.detail,
    }
    if call_id:
        told["instance"] = f"urn:uuid:{call_id}"
    body = seen_json(told).encode()
    return Reply(body, problem.status, PROBLEM, problem.headers)
