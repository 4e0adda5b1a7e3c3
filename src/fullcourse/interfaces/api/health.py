"""Whether the service is well: the store answers, the knowledge is the one it was started with, the zones are known."""

import json
from importlib.metadata import version

from fullcourse import __version__
from fullcourse.interfaces.api.call import Call, Reply
from fullcourse.interfaces.api.routes import Route

__all__ = ["HEALTH"]


def _healthz(call: Call) -> Reply:
    told = {
        "status": "pass",
        "version": __version__,
        "knowledge": call.service.knowledge.digest,
        "tzdata": version("tzdata"),
        "store": "none" if call.service.store is None else "open",
    }
    return Reply(json.dumps(told).encode())


HEALTH = (Route("GET", "/healthz", "health.read", _healthz, "Whether the service is well."),)
