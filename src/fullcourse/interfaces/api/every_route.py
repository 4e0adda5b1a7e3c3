"""Every address of the service, one list a part."""

from typing import Final

from fullcourse.interfaces.api.cds_hooks import CDS_HOOKS
from fullcourse.interfaces.api.health import HEALTH
from fullcourse.interfaces.api.routes import Route

__all__ = ["EVERY_ROUTE"]

EVERY_ROUTE: Final[tuple[Route, ...]] = (*HEALTH, *CDS_HOOKS)
