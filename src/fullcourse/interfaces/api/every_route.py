"""Every address of the service, one list a part."""

from typing import Final

from fullcourse.interfaces.api.advice import ADVICE
from fullcourse.interfaces.api.courses import COURSES
from fullcourse.interfaces.api.events import EVENTS
from fullcourse.interfaces.api.fhir.routes import FHIR
from fullcourse.interfaces.api.health import HEALTH
from fullcourse.interfaces.api.openapi import openapi_route
from fullcourse.interfaces.api.routes import Route

__all__ = ["EVERY_ROUTE"]

_ANSWERING: Final[tuple[Route, ...]] = (*HEALTH, *ADVICE, *COURSES, *EVENTS, *FHIR)
EVERY_ROUTE: Final[tuple[Route, ...]] = (*_ANSWERING, openapi_route(_ANSWERING))
