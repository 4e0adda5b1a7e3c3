"""How hard tests try: a little at every change, and more where it is asked for.

``FULLCOURSE_FAULTS=full`` is for the tests of faults, ``HYPOTHESIS_PROFILE=night`` for properties: those without a
number of their own take that of the profile (``conftest``), and those with one ten times theirs.
"""

import os

__all__ = ["FULL", "NIGHT", "examples", "rounds"]

FULL = os.environ.get("FULLCOURSE_FAULTS", "") == "full"

NIGHT = os.environ.get("HYPOTHESIS_PROFILE", "") == "night"
_MORE_BY_NIGHT = 10


def examples(at_every_change: int) -> int:
    """Return how many examples a property tries that asks for a number of its own."""
    return at_every_change * _MORE_BY_NIGHT if NIGHT else at_every_change


def rounds(at_every_change: int, in_full: int) -> int:
    """Return how often something is tried."""
    return in_full if FULL else at_every_change
