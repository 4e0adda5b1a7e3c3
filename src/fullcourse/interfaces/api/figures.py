"""What a service counts of itself, and the text in which Prometheus reads it; nothing in it is of a person.

A call is counted under the template of its address, its method and its status, so that no id becomes a label and the
number of series stays that of the routes.
"""

import sys
import threading
import time
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final, NamedTuple, final

__all__ = ["BOUNDS_S", "Figures", "Sample", "counter", "exposition", "gauge", "of_workers"]

BOUNDS_S: Final = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
"""Upper bounds of the histogram of how long calls took, seconds; a value on a bound belongs to it."""
_STATM: Final = Path("/proc/self/statm")


class Sample(NamedTuple):
    """One family of figures.

    Attributes:
        name: In Prometheus' manner, with its unit.
        kind: counter, gauge or histogram.
        says: What it is.
        values: Each with what follows the name, its labels and its value.
    """

    name: str
    kind: str
    says: str
    values: tuple[tuple[str, tuple[tuple[str, str], ...], float], ...]


@final
class Figures:
    """What was counted since the start. Only the thread of the event loop counts calls."""

    def __init__(self) -> None:
        """Begin at nothing."""
        self.began = time.time()
        self.in_flight = 0
        self.refused = 0
        self._calls: Counter[tuple[str, str, int]] = Counter()
        self._took: dict[str, list[int]] = {}
        self._sum_s: dict[str, float] = {}
        self._cards: Counter[str] = Counter()
        self._door = threading.Lock()

    def call(self, route: str, method: str, status: int, seconds: float) -> None:
        """Count a call that was answered.

        Args:
            route: Template of its address; empty where there is none.
            method: Of HTTP, one that the route has.
            status: Of the answer.
            seconds: How long it took.
        """
        self._calls[route, method, status] += 1
        took = self._took.get(route)
        if took is None:
            took = self._took[route] = [0] * (len(BOUNDS_S) + 1)
            self._sum_s[route] = 0.0
        took[bisect_left(BOUNDS_S, seconds)] += 1
        self._sum_s[route] += seconds

    def cards(self, indicators: Iterable[str]) -> None:
        """Count the cards of a call of CDS Hooks by their indicators, from any thread."""
        with self._door:
            self._cards.update(indicators)

    def samples(self) -> Iterator[Sample]:
        """Yield what was counted, and how large the process is."""
        calls = sorted(self._calls.items())
        yield Sample(
            "fullcourse_calls_total", "counter", "Calls that were answered.",
            tuple(("", (("route", route), ("method", method), ("status", str(status))), number)
                  for (route, method, status), number in calls),
        )  # fmt: skip
        yield Sample(
            "fullcourse_call_seconds", "histogram", "How long calls took, by route.",
            tuple(value for route in sorted(self._took) for value in self._histogram(route)),
        )  # fmt: skip
        yield gauge("fullcourse_calls_in_flight", "Calls that are being answered now.", self.in_flight)
        yield counter(
            "fullcourse_calls_refused_total", "Calls told to come again, for there were too many.", self.refused
        )
        yield Sample(
            "fullcourse_cards_total", "counter", "Cards of CDS Hooks, by indicator.",
            tuple(("", (("indicator", indicator),), number) for indicator, number in sorted(self._cards.items())),
        )  # fmt: skip
        yield gauge("process_start_time_seconds", "When the process began, seconds since 1970.", self.began)
        if (resident := _resident_bytes()) is not None:
            yield gauge("process_resident_memory_bytes", "Memory that the process holds.", resident)

    def _histogram(self, route: str) -> Iterator[tuple[str, tuple[tuple[str, str], ...], float]]:
        below = 0
        for bound, number in zip((*BOUNDS_S, float("inf")), self._took[route], strict=True):
            below += number
            yield "_bucket", (("route", route), ("le", _number(bound))), below
        yield "_sum", (("route", route),), self._sum_s[route]
        yield "_count", (("route", route),), below


def gauge(name: str, says: str, value: float) -> Sample:
    """Return a family of one figure that goes up and down."""
    return Sample(name, "gauge", says, (("", (), value),))


def counter(name: str, says: str, value: float) -> Sample:
    """Return a family of one figure that only grows."""
    return Sample(name, "counter", says, (("", (), value),))


def of_workers(each: Mapping[int, Sequence[Sample]]) -> tuple[Sample, ...]:
    """Return the figures of several processes, each under the number of its process.

    Example:
        >>> of_workers({1: [gauge("a", "b", 3)], 2: [gauge("a", "b", 4)]})[0].values
        (('', (('worker', '1'),), 3), ('', (('worker', '2'),), 4))
    """
    families: dict[str, Sample] = {}
    for number, samples in sorted(each.items()):
        for name, kind, says, values in samples:
            own = tuple((suffix, (*labels, ("worker", str(number))), value) for suffix, labels, value in values)
            before = families.get(name)
            families[name] = Sample(name, kind, says, own if before is None else (*before.values, *own))
    return tuple(families.values())


def exposition(samples: Iterable[Sample]) -> str:
    """Return figures in Prometheus' text format, 0.0.4.

    Example:
        >>> print(exposition([gauge("a_b", "What it is.", 2)]), end="")
        # HELP a_b What it is.
        # TYPE a_b gauge
        a_b 2
    """
    lines = []
    for name, kind, says, values in samples:
        lines += [f"# HELP {name} {says}", f"# TYPE {name} {kind}"]
        for suffix, labels, value in values:
            told = ",".join(f'{label}="{_escaped(text)}"' for label, text in labels)
            lines.append(f"{name}{suffix}{'{' + told + '}' if told else ''} {_number(value)}")
    return "\n".join(lines) + "\n"


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")


def _number(value: float) -> str:
    if value == float("inf"):
        return "+Inf"
    return str(int(value)) if value == int(value) else repr(value)


def _resident_bytes() -> int | None:
    """Return what the process holds of the machine's memory now; None where the system does not say."""
    try:
        return int(_STATM.read_text("ascii").split()[1]) * 4096 if sys.platform == "linux" else None
    except (OSError, ValueError, IndexError):
        return None
