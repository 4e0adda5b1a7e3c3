"""Every address of the service, one list a part."""

from typing import Final

from fullcourse.interfaces.api.access.courses import COURSE_ACCESS
from fullcourse.interfaces.api.access.people import PEOPLE
from fullcourse.interfaces.api.access.programs import PROGRAMS
from fullcourse.interfaces.api.access.seen import AUDIT_ROUTES
from fullcourse.interfaces.api.access.sessions import SESSIONS
from fullcourse.interfaces.api.access.vouched import VOUCHED
from fullcourse.interfaces.api.advice import ADVICE
from fullcourse.interfaces.api.cds_hooks import CDS_HOOKS
from fullcourse.interfaces.api.courses import COURSES
from fullcourse.interfaces.api.events import EVENTS
from fullcourse.interfaces.api.fhir.routes import FHIR
from fullcourse.interfaces.api.health import HEALTH
from fullcourse.interfaces.api.metrics import METRICS
from fullcourse.interfaces.api.openapi import openapi_route
from fullcourse.interfaces.api.reminders import REMINDER_ROUTES
from fullcourse.interfaces.api.routes import Route
from fullcourse.interfaces.desk.routes import DESK
from fullcourse.interfaces.phone.routes import PHONE_PAGE

__all__ = ["EVERY_ROUTE"]

_ANSWERING: Final[tuple[Route, ...]] = (
    *HEALTH,
    *METRICS,
    *ADVICE,
    *COURSES,
    *EVENTS,
    *REMINDER_ROUTES,
    *FHIR,
    *CDS_HOOKS,
    *SESSIONS,
    *VOUCHED,
    *COURSE_ACCESS,
    *PEOPLE,
    *PROGRAMS,
    *AUDIT_ROUTES,
    *PHONE_PAGE,
    *DESK,
)
EVERY_ROUTE: Final[tuple[Route, ...]] = (*_ANSWERING, openapi_route(_ANSWERING))
