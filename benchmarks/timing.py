"""Timing that can be compared: medians over many runs, and a line for each figure with its limit."""

import contextlib
import io
import statistics
import time
from collections.abc import Callable, Sequence

from fullcourse.interfaces.cli.main import fullcourse

__all__ = ["line", "median_s", "run_command", "yardstick"]


def median_s(work: Callable[[], object], runs: int, warm_up: int = 3) -> float:
    """Return the median time of a call, seconds."""
    for _ in range(warm_up):
        work()
    times = []
    for _ in range(runs):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return statistics.median(times)


def line(what: str, seconds: float, limit_s: float | None = None) -> None:
    """Print one figure, with its limit where there is one."""
    shown = f"{seconds * 1e3:10.3f} ms"
    limit = "" if limit_s is None else f"   limit {limit_s * 1e3:g} ms: {'met' if seconds <= limit_s else 'MISSED'}"
    print(f"{what:<64}{shown}{limit}")


def yardstick() -> None:
    """Print how long this machine takes for a known piece of work, so that figures of two machines can be compared."""
    line("yardstick: sum(range(100_000)) in this Python, now", median_s(lambda: sum(range(100_000)), 50))


def run_command(arguments: Sequence[str]) -> str:
    """Run a command of the program in this process, as its user would call it, and return what it printed."""
    with contextlib.redirect_stdout(io.StringIO()) as printed:
        fullcourse.main([str(argument) for argument in arguments], standalone_mode=False)
    return printed.getvalue()
