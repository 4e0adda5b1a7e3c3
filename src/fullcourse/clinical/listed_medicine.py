"""A medicine that was read, as it is shown: what it is, whether it is taken at the date of a check, and why."""

from dataclasses import dataclass
from enum import Enum

from fullcourse.clinical.medicine import Route

__all__ = ["ListedMedicine", "State"]


class State(Enum):
    """Whether a listed medicine is taken at a date."""

    NOW = "now"
    PERHAPS = "perhaps"
    PAST = "past"
    LATER = "later"


@dataclass(frozen=True, slots=True)
class ListedMedicine:
    """One entry of the medicine list at the date of a check.

    Attributes:
        name: As recorded.
        ingredients: INN in lower case; empty when it was not recognised.
        recognised_by: How; empty when it was not recognised as a whole.
        state: Whether it is taken.
        why: What in the record says so: its act, status and dates.
        route: Whether it acts in the whole body.
        applied: How it is applied, for people; empty when that is not known.
        origin: Which record.
        ask: The question whether it is taken, by its name; empty when nothing is open, or another entry settles it.
    """

    name: str
    ingredients: tuple[str, ...]
    recognised_by: str
    state: State
    why: str
    route: Route
    applied: str
    origin: str
    ask: str = ""
