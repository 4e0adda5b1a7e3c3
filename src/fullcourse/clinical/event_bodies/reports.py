"""What else is told: a result, a symptom, a visit, a consent, a note, what is taken back, what nobody knows."""

from dataclasses import dataclass
from typing import ClassVar

from fullcourse.clinical.event_bodies.limits import above_0

__all__ = ["Consent", "Note", "PlanSeen", "Result", "ResultInWords", "Retracted", "Symptom", "UnknownKind", "Visit"]


@dataclass(frozen=True, slots=True)
class Result:
    """A measured number became known.

    Attributes:
        fact: Id of the fact in the vocabulary, for example ``cycloserine_level``.
        value: The number, in ``unit``.
        unit: UCUM code.
    """

    kind: ClassVar[str] = "result"
    fact: str
    value: float
    unit: str


@dataclass(frozen=True, slots=True)
class ResultInWords:
    """A test said something that is no number: a smear, a culture, a susceptibility; it happened when it was collected.

    Attributes:
        fact: Id of the fact in the vocabulary, for example ``sputum_culture``.
        value: One of the fact's words; or the laboratory's own (``contaminated``), which is kept and not read.
    """

    kind: ClassVar[str] = "test_result"
    fact: str
    value: str


@dataclass(frozen=True, slots=True)
class Symptom:
    """The patient has a symptom, or no longer has it.

    Attributes:
        symptom: Id of the fact in the vocabulary, for example ``symptom_seizure``.
        present: Whether it is there.
    """

    kind: ClassVar[str] = "symptom"
    symptom: str
    present: bool = True


@dataclass(frozen=True, slots=True)
class Visit:
    """A visit took place, or did not.

    Attributes:
        kept: Whether the patient came or was met.
        purpose: In the words of who wrote it.
    """

    kind: ClassVar[str] = "visit"
    kept: bool
    purpose: str = ""


@dataclass(frozen=True, slots=True)
class Note:
    """Something in free words, from which nothing follows."""

    kind: ClassVar[str] = "note"
    text: str


@dataclass(frozen=True, slots=True)
class Retracted:
    """The event named by ``supersedes`` is taken back, with nothing in its place."""

    kind: ClassVar[str] = "retracted"
    because: str = ""


@dataclass(frozen=True, slots=True)
class PlanSeen:
    """A phone has the plan as the service gave it at a moment, and shows it: stops before it are known there.

    Attributes:
        issued_ms: When the service gave it, milliseconds since 1970 in UTC, above 0: by the clock of the service.
    """

    kind: ClassVar[str] = "plan_seen"
    issued_ms: float

    def __post_init__(self) -> None:
        """Refuse a moment that is none."""
        above_0(self.issued_ms, "issued_ms")


@dataclass(frozen=True, slots=True)
class Consent:
    """The patient agrees to something, or no longer does.

    Attributes:
        purpose: For example ``reminders``, ``supporter sees doses``, ``video``.
        given: Whether the patient agrees.
        text_version: Which text was shown.
        language: BCP 47 tag of the text.
        how: For example ``read aloud``, ``signed``.
    """

    kind: ClassVar[str] = "consent"
    purpose: str
    given: bool
    text_version: str = ""
    language: str = ""
    how: str = ""


@dataclass(frozen=True, slots=True)
class UnknownKind:
    """What a newer version wrote: kept as it came and shown as unknown.

    Attributes:
        named: Its kind.
        content: Its body as JSON, keys in order, without spaces.
    """

    kind: ClassVar[str] = "unknown"
    named: str
    content: str
