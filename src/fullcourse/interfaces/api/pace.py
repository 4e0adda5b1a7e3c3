"""How many calls one caller may make in a minute: nobody can keep the others from being answered.

It is counted in memory, by each process for itself, from the start of a minute on. A program of others is not held to
it: it is registered, works for many people at once, and can be ended. Nor is what must never wait: whether the service
is well, what a symptom calls for, and the page of a phone, on which stands whom to call.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from fullcourse.adapters.access.caller import Caller, Role
from fullcourse.interfaces.api.problems import TooMany
from fullcourse.interfaces.api.settings import Settings

__all__ = ["Pace"]

_MINUTE_S: Final = 60
_NEVER_WAITS: Final = frozenset(("health.read", "metrics.read", "help.read", "phone.open"))
_OPEN: Final = "advice.ask"


class Pace:
    """Counts calls by address for those who have not signed in, by account for the others."""

    def __init__(self, settings: Settings) -> None:
        """Take how many there may be."""
        self._strangers = settings.number("FULLCOURSE_CALLS_BY_STRANGERS")
        self._callers = settings.number("FULLCOURSE_CALLS_BY_CALLERS")
        self._is_open = settings.is_on("FULLCOURSE_OPEN_ADVICE")
        self._minute = 0
        self._counts: dict[str, int] = {}

    def count(self, caller: Caller, right: str, peer: str, at: datetime) -> None:
        """Count a call.

        Args:
            caller: Who calls.
            right: That the route asks for.
            peer: Address from which it comes.
            at: When it came.

        Raises:
            TooMany: There were as many as there may be in this minute; this one is answered no further.
        """
        if right in _NEVER_WAITS or Role.INTEGRATION in caller.roles or (self._is_open and right == _OPEN):
            return
        second = int(at.timestamp())
        if second // _MINUTE_S != self._minute:
            self._minute, self._counts = second // _MINUTE_S, {}
        is_stranger = Role.ANONYMOUS in caller.roles
        whose, most = (f"from {peer}", self._strangers) if is_stranger else (caller.id, self._callers)
        count = self._counts[whose] = self._counts.get(whose, 0) + 1
        if count > most:
            raise TooMany("More calls came from you than are answered in a minute. Wait a little.", _wait(second))


def _wait(second: int) -> Mapping[str, str]:
    return {"Retry-After": str(_MINUTE_S - second % _MINUTE_S)}
