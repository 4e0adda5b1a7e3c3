"""Which outcome the definitions propose for a case of which none was recorded: proposed, and decided by nobody."""

from collections.abc import Callable, Iterable
from datetime import datetime

from fullcourse.adapters.zones import load_zone
from fullcourse.clinical.errors import InputError
from fullcourse.clinical.event import Event
from fullcourse.clinical.event_bodies.registration import CONFIRMATIONS, SITES
from fullcourse.cohort.programme.case import Case
from fullcourse.journey.course import course_from
from fullcourse.journey.outcome import Definitions, Said, episode_of_course
from fullcourse.knowledge.library import Knowledge

__all__ = ["Proposer"]


class Proposer:
    """Has cases judged, one after another."""

    def __init__(self, events_of: Callable[[str], Iterable[Event]], knowledge: Knowledge, now: datetime) -> None:
        """Take where events are, and by what they are judged.

        Args:
            events_of: Returns the events of a patient.
            knowledge: Holds the definitions.
            now: The moment; what happened later is not seen.
        """
        self._events_of, self._knowledge, self._now = events_of, knowledge, now
        self._definitions: dict[str, Definitions] = {}

    def proposed(self, case: Case) -> str:
        """Return the outcome that is proposed; empty where none is, or where the case cannot be judged.

        An earlier case of a patient who was registered again is not judged: the whole log would be.
        """
        if case.plan is None or case.number > 1:
            return ""
        try:
            course = course_from(self._events_of(case.patient), self._knowledge, load_zone, self._now)
            told = Said(_is(case.site, SITES[0]), _is(case.confirmation, CONFIRMATIONS[0]))
            episode = episode_of_course(course, self._knowledge, self._now, told)
        except InputError:
            return ""
        profile = self._knowledge.profile(course.timeline[-1].plan.profile).id
        if profile not in self._definitions:
            self._definitions[profile] = Definitions(self._knowledge, "", profile)
        return self._definitions[profile].proposed(episode)


def _is(word: str, wanted: str) -> bool | None:
    return word == wanted if word else None
