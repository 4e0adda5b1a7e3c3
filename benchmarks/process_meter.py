"""What a command costs: seconds, seconds of work of all cores, and the memory of the process and all it starts."""

import os
import resource
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

__all__ = ["Cost", "fullcourse", "metered"]

SECONDS_BETWEEN = 0.05


@dataclass(frozen=True, slots=True)
class Cost:
    """The cost of one command.

    Attributes:
        seconds: From start to end.
        work: CPU seconds of the process and its children.
        gib: Greatest sum of resident memory, GiB; pages that processes share are counted in each.
        said: What it printed.
    """

    seconds: float
    work: float
    gib: float
    said: str

    def __str__(self) -> str:
        """Return it as the end of a printed line."""
        return f"{self.seconds:8.1f} s {self.work:8.1f} s CPU {self.gib:6.2f} GiB"


def fullcourse(*words: str) -> Cost:
    """Run a command of this software; it must succeed."""
    return metered([sys.executable, "-m", "fullcourse", *words])


def metered(command: Sequence[str]) -> Cost:
    """Run a command and measure it; it must succeed."""
    began, before = time.perf_counter(), resource.getrusage(resource.RUSAGE_CHILDREN)
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)  # noqa: S603 - ours
    peak = [0.0]
    watcher = threading.Thread(target=_watch, args=(process, peak))
    watcher.start()
    said = process.communicate()[0]
    watcher.join()
    seconds = time.perf_counter() - began
    assert process.returncode == 0, said
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    work = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Cost(seconds, work, peak[0], said)


def _watch(process: subprocess.Popen[str], peak: list[float]) -> None:
    while process.poll() is None:
        peak[0] = max(peak[0], _resident(process.pid))
        time.sleep(SECONDS_BETWEEN)


def _resident(parent: int) -> float:
    """Return the resident memory of a process and everything it started, GiB."""
    total, waiting, page = 0.0, [parent], os.sysconf("SC_PAGE_SIZE")
    while waiting:
        one = Path("/proc") / str(waiting.pop())
        try:
            total += int((one / "statm").read_text().split()[1]) * page / 1024**3
            for task in (one / "task").iterdir():
                waiting += map(int, (task / "children").read_text().split())
        except (OSError, IndexError):
            continue
    return total
