"""What a command kept of a course, as JSON for others: ``fullcourse/kept/1``."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from fullcourse.adapters.published.citation import citation_json
from fullcourse.adapters.published.course import course_head, slot_json
from fullcourse.adapters.published.event import event_json
from fullcourse.clinical.citation import Citation
from fullcourse.clinical.event import Event
from fullcourse.course.schedule import Slot
from fullcourse.knowledge.statements import Statement

__all__ = ["SCHEMA", "Kept", "kept_json"]

SCHEMA: Final = "fullcourse/kept/1"


@dataclass(frozen=True, slots=True)
class Kept:
    """What was kept, and what is said of it at once.

    Attributes:
        course: Random id of the patient.
        events: Those that were kept, in their order.
        uneven: Drugs of a plan whose doses are not evenly spaced, each with its gaps, h.
        waiting: Steps of a proposal that were left out since they wait, in words.
        stop_warning: Why not to stop, with where it comes from; None where nobody wants to.
        is_only_said: Whether a hold, its end or a stop was kept as what was said, since no clinician wrote it.
        on_record: Ticked doses that were said to be taken before.
        denied: Doses kept as taken of which somebody said that they were not.
    """

    course: str
    events: Sequence[Event]
    uneven: Mapping[str, Sequence[float]] = field(default_factory=dict)
    stop_warning: tuple[Statement, Citation] | None = None
    waiting: Sequence[str] = ()
    is_only_said: bool = False
    on_record: Sequence[Slot] = ()
    denied: Sequence[Slot] = ()


def kept_json(kept: Kept, knowledge: str, profile: str, now: datetime, edition: str) -> dict[str, object]:
    """Return what was kept as plain values that JSON can hold.

    Args:
        kept: What was kept.
        knowledge: Digest of the knowledge.
        profile: Which sources lead.
        now: The moment it was written down.
        edition: Of the time zone database.
    """
    return {
        **course_head(SCHEMA, knowledge, profile, now, edition),
        "course": kept.course,
        "kept": [event_json(event) for event in kept.events],
        "uneven": {drug: list(gaps) for drug, gaps in kept.uneven.items()},
        "waiting": list(kept.waiting),
        "stop_warning": None if kept.stop_warning is None else _warning(*kept.stop_warning),
        "only_said": kept.is_only_said,
        "on_record": [slot_json(slot) for slot in kept.on_record],
        "denied": [slot_json(slot) for slot in kept.denied],
    }


def _warning(statement: Statement, citation: Citation) -> dict[str, object]:
    return {
        "statement": statement.id,
        "says": statement.says,
        "patient": statement.patient,
        "source": citation_json(citation),
    }
