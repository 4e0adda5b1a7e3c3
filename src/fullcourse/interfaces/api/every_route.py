"""Every address of the service, one list a part."""

from typing import Final

from fullcourse.interfaces.api.health import HEALTH
from fullcourse.interfaces.api.metrics import METRICS
from fullcourse.interfaces.api.routes import Route

__all__ = ["EVERY_ROUTE"]

EVERY_ROUTE: Final[tuple[Route, ...]] = (*HEALTH, *METRICS)
