"""Where the command ``fullcourse`` starts.

A short command makes many small objects that all live to its end; the collector of cyclic garbage, which by default
looks through them every 700 allocations, took a fifth of the time of a cold check. Here it looks less often.
"""

import gc
from typing import Final

__all__ = ["main"]

_ALLOCATIONS: Final = 100_000
"""New objects between two looks of the collector."""


def main() -> None:
    """Run the command line."""
    gc.set_threshold(_ALLOCATIONS)
    from fullcourse.interfaces.cli.main import main as run  # after the threshold is set: imports allocate most

    run()
