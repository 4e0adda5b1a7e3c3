"""Every address of the service, one list a part."""

from typing import Final

from fullcourse.interfaces.api.access.courses import COURSE_ACCESS
from fullcourse.interfaces.api.access.people import PEOPLE
from fullcourse.interfaces.api.access.programs import PROGRAMS
from fullcourse.interfaces.api.access.seen import AUDIT_ROUTES
from fullcourse.interfaces.api.access.sessions import SESSIONS
from fullcourse.interfaces.api.health import HEALTH
from fullcourse.interfaces.api.routes import Route

__all__ = ["EVERY_ROUTE"]

EVERY_ROUTE: Final[tuple[Route, ...]] = (*HEALTH, *SESSIONS, *COURSE_ACCESS, *PEOPLE, *PROGRAMS, *AUDIT_ROUTES)
