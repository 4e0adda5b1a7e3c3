"""What advice on a dose tells the patient where no statement has words of its own: one table, by a name for each.

The patient's phone is handed the table with its plan, so that what it says offline is what is said here, and a
translation is found by the name. The last four are said by a phone alone.
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
    "plan-expired": "This plan is too old. Call your clinic before you take your next dose.",
    "clock-wrong": "The clock of this phone may be wrong. Call your clinic before you take your next dose.",
    "unread-result": "A test result has not been read yet. Call your clinic before you take this medicine.",
    "call-clinic": "Call your clinic.",
}
"""By name; grade 6 at most."""
