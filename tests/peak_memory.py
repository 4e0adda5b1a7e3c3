"""The command in a process of its own that says at its end how much memory it held at most.

What a parent is told of a child (``ru_maxrss``) counts the parent's memory too, since a process is born as a copy of
it: beside a test process of 220 MB every command would seem to hold as much.
"""

from typing import Final

__all__ = ["MEASURED", "split_peak"]

_PEAK: Final = "VmHWM:"

MEASURED: Final = f"""
import atexit, pathlib, runpy, sys

def told():
    status = pathlib.Path("/proc/self/status")
    if status.exists():
        sys.stderr.write(next(line for line in status.read_text().splitlines() if line.startswith("{_PEAK}")))

atexit.register(told)
sys.argv[0] = "fullcourse"
runpy.run_module("fullcourse", run_name="__main__")
"""
"""A program for ``python -c``, with the words of the command after it."""


def split_peak(said: str) -> tuple[str, float | None]:
    """Return what the command said, and its peak in MB; None where it ended before it could tell."""
    said, _, peak = said.partition(_PEAK)
    return said, float(peak.split()[0]) * 1024.0 / 1e6 if peak else None
