"""Whether the service is well: the store answers, the knowledge is the one it was started with, the zones are known."""

import json
from functools import cache
from importlib.metadata import version
from typing import Final

from fullcourse import __version__
from fullcourse.clinical.errors import InputError
from fullcourse.interfaces.api.call import Call, Reply
from fullcourse.interfaces.api.routes import Route

__all__ = ["HEALTH", "HEALTH_RIGHT"]

HEALTH_RIGHT: Final = "health.read"


def _healthz(call: Call) -> Reply:
    told = {
        "status": "pass",
        "version": __version__,
        "knowledge": call.service.knowledge.digest,
        "tzdata": _zones(),
        "store": "none",
    }
    if call.service.store is not None:
        try:
            call.service.store.ask()
            told["store"] = "open"
        except InputError:
            told |= {"status": "fail", "store": "away"}
    if told["status"] == "fail":
        return Reply(json.dumps(told).encode(), 503, headers={"Retry-After": "5"})
    return Reply(json.dumps(told).encode())


@cache
def _zones() -> str:
    """Return the edition of the time zones; looking it up reads files, and it stays what it was at the start."""
    return version("tzdata")


HEALTH = (
    Route(
        "GET",
        "/healthz",
        HEALTH_RIGHT,
        _healthz,
        "Whether the service is well; the store is asked.",
        is_slow=True,
        statuses={503: "The store does not answer."},
    ),
)
