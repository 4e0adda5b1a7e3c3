"""A route as it is declared: one row says who may call it, what it takes and what it gives."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Final

from fullcourse.adapters.access.caller import Caller
from fullcourse.interfaces.api.call import JSON, Call, Reply
from fullcourse.interfaces.api.problems import Problem, problem_reply

if TYPE_CHECKING:
    from fullcourse.interfaces.api.service import Service

__all__ = ["PATIENT", "Handler", "Proof", "Route", "SoonHandler", "SubjectOf", "Tell"]

Handler = Callable[[Call], Reply]
Tell = Callable[[Callable[[], Reply]], None]
"""Is told once, by any thread, what makes the answer of a call, or raises why there is none; it is made elsewhere."""
SoonHandler = Callable[[Call, Tell], None]
"""Begins to answer a call and returns at once; what it waits for calls `Tell`."""
Proof = Callable[["Service", Mapping[str, str], str, datetime], Caller | None]
"""Tells from the headers and the path who calls; None where the doorkeeper tells. Raises NotSignedIn."""

SubjectOf = Callable[[Mapping[str, str], Mapping[str, tuple[str, ...]]], str | None]
"""Returns the random id of the patient that the parts of an address and its query name; None where they name none."""

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
        takes: The form of the body, a struct of msgspec; None where there is none, or `takes_schema` says it.
        takes_schema: Name of a published schema (``event-1``) of the body; empty for none.
        takes_many: Whether the body is a list of what `takes_schema` describes.
        gives: Name of a published schema (``check-2``) or a struct; empty where neither describes it.
        query: What may stand after the question mark, with what it says.
        takes_any_query: Whether the handler itself judges what stands there.
        media_types: Of a body that is read.
        gives_type: Media type of the answer.
        holds_records: Whether the longer limit of a body holds.
        is_slow: Whether it can take longer than some milliseconds, so that it is answered beside the others.
        is_cross_origin: Whether a web page of others may call it.
        proof: Where its callers prove themselves in a way of its own; None where the doorkeeper tells who calls.
        is_slow_for: Tells of a call whether it is answered beside the others; None where `is_slow` says it of all.
        answers_soon: Answers a call for which it need not wait beside the others, in place of `answer`; None where
            there is no such way.
        is_soon_for: Tells of a call whether `answers_soon` may be asked; looked at only where there is one.
        refuses_in: Media type in which it refuses too, beside problems; empty for none.
        is_open_here: Whether a call from this computer needs no sign-in.
        statuses: Answers other than 200 and the problems that every route has, with what each means.
        subject_of: Finds the patient whom a call is about where the address has no `PATIENT` in it.
        finds_subjects: Whether a call may name no patient there, so that the answer finds out whose data it is about:
            it asks the right over each of them itself, and names them in `Reply.about`, where it is asked once more.
        tells: Writes a problem as the callers of the route read one.
    """

    method: str
    path: str
    right: str
    answer: Handler
    says: str
    takes: type | None = None
    takes_schema: str = ""
    takes_many: bool = False
    gives: str | type = ""
    query: Mapping[str, str] = field(default_factory=dict)
    takes_any_query: bool = False
    media_types: tuple[str, ...] = (JSON,)
    gives_type: str = JSON
    holds_records: bool = False
    is_slow: bool = False
    is_cross_origin: bool = False
    proof: Proof | None = None
    is_slow_for: Callable[[Call], bool] | None = None
    answers_soon: SoonHandler | None = None
    is_soon_for: Callable[[Call], bool] = lambda _call: True
    refuses_in: str = ""
    is_open_here: bool = False
    statuses: Mapping[int, str] = field(default_factory=dict)
    subject_of: SubjectOf | None = None
    finds_subjects: bool = False
    tells: Callable[[Problem, str], Reply] = problem_reply

    @property
    def has_subject(self) -> bool:
        """Return whether a call is about a patient, whom its address, its query or its content names."""
        return "{" + PATIENT + "}" in self.path or self.subject_of is not None or self.finds_subjects

    def named(self, path: Mapping[str, str], query: Mapping[str, tuple[str, ...]]) -> str | None:
        """Return the random id of the patient whom a call names; None where it names none."""
        return self.subject_of(path, query) if self.subject_of is not None else path.get(PATIENT)
