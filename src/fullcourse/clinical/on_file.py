"""What a record holds about a fact and a check could not use, each with its value, the reason, and what would mend it.

Silence about such an entry reads as if there were none: a haemoglobin of 7 without a date is then asked for as though
nobody had measured it. So what was not used is named.
"""

from dataclasses import dataclass
from enum import Enum

from fullcourse.clinical.moment import Moment

__all__ = ["NotCleared", "OnFile"]


@dataclass(frozen=True, slots=True)
class OnFile:
    """One entry of a record that speaks of facts that rules need, and that did not count.

    Attributes:
        what: Names of the facts, for people.
        facts: Ids of the facts.
        recorded: The value as recorded; None when there is none.
        unit: The unit as recorded; empty when there is none.
        on: When it was so, as the record has it; None without a date.
        why: Why it did not count.
        mend: What would make it usable.
        origin: Which record, for example ``Observation/7``; never a name.
    """

    what: str
    facts: tuple[str, ...]
    recorded: bool | float | str | None
    unit: str
    on: Moment | None
    why: str
    mend: str
    origin: str


class NotCleared(Enum):
    """Why nobody may say that nothing in the record speaks against a drug."""

    ON_FILE = "on_file"
    """Evidence of a fact that could change the decision is on file and was not used."""
    NOT_UNDERSTOOD = "not_understood"
    """An entry of a problem, allergy or medicine list was not understood."""
    NOT_READ = "not_read"
    """A part of the record was not read, and may speak of a fact."""
