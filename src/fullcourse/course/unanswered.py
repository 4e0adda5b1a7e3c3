"""Results that no clinician answered: after which none wrote anything down but results. Ours, and no source's."""

from typing import Final

from fullcourse.clinical.event import Event
from fullcourse.clinical.event_bodies import Result, ResultInWords
from fullcourse.course.fold import CourseState

__all__ = ["last_word_s", "unanswered_results"]

_RESULTS: Final = (Result.kind, ResultInWords.kind)


def last_word_s(state: CourseState) -> float:
    """Return when a clinician last wrote anything down but results, seconds; minus infinity where none did."""
    return max(
        (
            event.recorded_s
            for kind in state.others
            if kind not in _RESULTS
            for event in state.of_kind(kind)
            if event.actor == "clinician"
        ),
        default=float("-inf"),
    )


def unanswered_results(state: CourseState) -> tuple[Event, ...]:
    """Return the results that no clinician answered, the oldest first."""
    spoken_s = last_word_s(state)
    results = (event for kind in _RESULTS for event in state.of_kind(kind) if event.recorded_s >= spoken_s)
    return tuple(sorted(results, key=lambda event: event.order))
