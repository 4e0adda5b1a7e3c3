"""What advice on a dose tells the patient where no statement has words of its own: one table, by a name for each.

The patient's phone is handed the table with its plan, so that what it says offline is what is said here, and a
translation is found by the name.
"""

from collections.abc import Mapping
from typing import Final

__all__ = ["PATIENT_WORDS"]

PATIENT_WORDS: Final[Mapping[str, str]] = {
    "nothing-due": "Nothing is due.",
    "ask": "Ask your care team before you take it. Never take two doses at once.",
    "not-yet": "It is not time yet.",
    "call-first": "Do not take this medicine now. Call your care team first.",
    "two-doses": "You may have taken two doses. Take no more now. Call your care team or poison control.",
    "held": "Do not take this medicine now. Your care team has paused it. They will tell you when to start again.",
    "taken": "You have taken this dose. Do not take another one now.",
    "moved": "Do not take a dose now. The next dose moved to a later day. Ask your care team.",
    "take-now": "Take your dose now.",
    "take-late": "Take the dose now. Take the next one at its usual time.",
    "skip": "Skip this dose. Take the next one at its usual time. Never take two doses at once.",
    "too-soon": "Do not take a dose now. Never take two doses at once.",
}
"""By name; grade 6 at most."""
