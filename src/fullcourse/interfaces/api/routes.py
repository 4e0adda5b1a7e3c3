"""A route as it is declared: one row says who may call it, what it takes and what it gives."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Final

from fullcourse.adapters.access.caller import Caller
from fullcourse.interfaces.api.call import JSON, Call, Reply

if TYPE_CHECKING:
    from fullcourse.interfaces.api.service import Service

__all__ = ["PATIENT", "Handler", "Proof", "Route"]

Handler = Callable[[Call], Reply]
Proof = Callable[["Service", Mapping[str, str], str, datetime], Caller | None]
"""Tells from the headers and the path who calls; None where the doorkeeper tells. Raises NotSignedIn."""

PATIENT: Final = "patient"
"""Name of the part of an address that is a patient's random id: where a route has it, its right is asked over it."""


@dataclass(frozen=True, slots=True)
class Route:
    """One row.

    Attributes:
        method: Of HTTP.
        path: Template of the address; ``{patient}`` in it makes the call one about that patient.
        right: Name of a row of the table of rights.
        answer: Answers a call that was let in.
        says: What it does, in one line, for the description of the service.
        takes: The form of the body, a struct of msgspec; None where there is none, or where it is described by `body`.
        gives: Name of a published schema (``check-1``) or a struct; empty where it is described by `reply`.
        query: What may stand after the question mark, with what it says.
        media_types: Of a body that is read.
        gives_type: Media type of the answer.
        holds_records: Whether the longer limit of a body holds.
        is_slow: Whether it can take longer than some milliseconds, so that it is answered beside the others.
        is_cross_origin: Whether a web page of others may call it.
        proof: Where its callers prove themselves in a way of its own; None where the doorkeeper tells who calls.
        is_slow_for: Tells of a call whether it is answered beside the others; None where `is_slow` says it of all.
        statuses: Answers other than 200 and the problems that every route has, with what each means.
    """

    method: str
    path: str
    right: str
    answer: Handler
    says: str
    takes: type | None = None
    gives: str | type = ""
    query: Mapping[str, str] = field(default_factory=dict)
    media_types: tuple[str, ...] = (JSON,)
    gives_type: str = JSON
    holds_records: bool = False
    is_slow: bool = False
    is_cross_origin: bool = False
    proof: Proof | None = None
    is_slow_for: Callable[[Call], bool] | None = None
    statuses: Mapping[int, str] = field(default_factory=dict)

    @property
    def has_subject(self) -> bool:
        """Return whether the address names a patient."""
        return "{" + PATIENT + "}" in self.path
