"""How hard the tests of faults try: a little at every change, and in full where ``FULLCOURSE_FAULTS=full`` is set."""

import os

__all__ = ["FULL", "rounds"]

FULL = os.environ.get("FULLCOURSE_FAULTS", "") == "full"


def rounds(at_every_change: int, in_full: int) -> int:
    """Return how often something is tried."""
    return in_full if FULL else at_every_change
