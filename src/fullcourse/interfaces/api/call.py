"""What a handler is given and what it gives back; it knows nothing of sockets."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Final

from fullcourse.adapters.access.caller import Caller, Subject

if TYPE_CHECKING:
    from fullcourse.interfaces.api.service import Service

__all__ = ["JSON", "Call", "Reply"]

JSON: Final = "application/json"


@dataclass(frozen=True, slots=True)
class Call:
    """One request that was let in.

    Attributes:
        service: What the service has open.
        caller: Who calls.
        subject: Whose data it is about; None where it is about no stored patient.
        path: Parts of the address that the route names.
        query: What stands after the question mark, each name with all its values.
        headers: By their names in lower case.
        body: As it came, at most as long as the route allows.
        now: When the request came, with an offset.
        peer: Address from which it came.
        number: Of the call, by which its line stands in the log and its entry in the audit.
    """

    service: "Service"
    caller: Caller
    subject: Subject | None
    path: Mapping[str, str]
    query: Mapping[str, tuple[str, ...]]
    headers: Mapping[str, str]
    body: bytes
    now: datetime
    peer: str = ""
    number: str = ""

    def asked(self, name: str) -> str | None:
        """Return the one value of a name after the question mark, or None.

        Raises:
            BadRequest: It stands there more than once.
        """
        values = self.query.get(name, ())
        if len(values) > 1:
            from fullcourse.interfaces.api.problems import BadRequest

            raise BadRequest(f"'{name}' stands more than once after the question mark, and only one can be meant.")
        return values[0] if values else None


@dataclass(frozen=True, slots=True)
class Reply:
    """What is answered.

    Attributes:
        body: Bytes of it.
        status: HTTP status.
        media_type: Of the body.
        headers: Beyond those that every answer has.
        patients: Random ids of the patients whose data is in it, beyond the one whom the address names: each gets an
            entry in the audit before anything is sent.
        about: Random id of what else was seen or changed: an account, a clinic.
        subjects: Whose data is in it, where the route finds that out itself.
    """

    body: bytes = b""
    status: int = 200
    media_type: str = JSON
    headers: Mapping[str, str] = field(default_factory=dict)
    patients: tuple[str, ...] = ()
    about: str = ""
    subjects: tuple[Subject, ...] = ()
