"""The figures of the service for Prometheus, for whoever watches this computer or has the token."""

import hmac
import ipaddress
from collections.abc import Iterator, Mapping
from typing import Final

from fullcourse import __version__
from fullcourse.interfaces.api.call import Call, Reply
from fullcourse.interfaces.api.figures import Sample, exposition, gauge
from fullcourse.interfaces.api.routes import Route
from fullcourse.interfaces.api.settings import Settings

__all__ = ["METRICS", "METRICS_RIGHT", "is_watcher"]

METRICS_RIGHT: Final = "metrics.read"
_TOKEN: Final = "FULLCOURSE_METRICS_TOKEN"  # noqa: S105 - the name of the setting
_FORWARDED: Final = ("forwarded", "via", "x-forwarded-for", "x-forwarded-host", "x-real-ip")
"""Headers by which a call tells that it did not come straight from this computer."""


def is_watcher(headers: Mapping[str, str], peer: str, settings: Settings) -> bool:
    """Return whether the figures may be read without a sign-in: with the token, or straight from this computer.

    Args:
        headers: By their names in lower case.
        peer: Address from which the call came.
        settings: Where the service has a public address a proxy may stand on this computer, and then its calls do not
            count as this computer's own.
    """
    token = settings.text(_TOKEN)
    scheme, _, given = headers.get("authorization", "").partition(" ")
    if token and scheme.casefold() == "bearer" and hmac.compare_digest(given.strip().encode(), token.encode()):
        return True
    if settings.text("FULLCOURSE_PUBLIC_URL") or any(name in headers for name in _FORWARDED):
        return False
    try:
        return ipaddress.ip_address(peer).is_loopback
    except ValueError:
        return False


def _metrics(call: Call) -> Reply:
    told = exposition((*call.service.figures.samples(), *_of_service(call)))
    return Reply(told.encode(), media_type="text/plain; version=0.0.4; charset=utf-8")


def _of_service(call: Call) -> Iterator[Sample]:
    labels = (("version", __version__), ("knowledge", call.service.knowledge.digest))
    yield Sample("fullcourse_build_info", "gauge", "Version and digest of the knowledge.", (("", labels, 1),))
    if call.service.store is None:
        return
    kept = call.service.store.figures()
    became = (("new", kept.new), ("same", kept.same), ("set_aside", kept.set_aside))
    yield Sample(
        "fullcourse_events_total", "counter", "Events that were handed in, by what became of them.",
        tuple(("", (("became", what),), number) for what, number in became),
    )  # fmt: skip
    yield gauge("fullcourse_store_waiting", "Pieces of work that wait to be brought to the disk.", kept.waiting)


METRICS = (
    Route(
        "GET",
        "/metrics",
        METRICS_RIGHT,
        _metrics,
        "Figures of the service for Prometheus: from this computer, with the token, or for an administrator.",
        gives_type="text/plain; version=0.0.4; charset=utf-8",
    ),
)
