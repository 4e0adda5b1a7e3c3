"""One entry of a medicine list: what it holds, whether it is taken, how it gets into the body, and why that is said."""

from dataclasses import dataclass
from enum import Enum

from fullcourse.clinical.moment import Moment

__all__ = ["Medicine", "Route", "Taken"]


class Taken(Enum):
    """Whether a listed medicine is taken, at the time the record was made."""

    NOW = "now"
    PAST = "past"
    MAYBE = "maybe"
    """On hold, intended, or of unknown status."""
    SUPPLIED = "supplied"
    """Given, handed out or prescribed by an act that is completed, which does not complete the course: it lasts as long
    as `Medicine.lasts` says, counted from ``until``."""


class Route(Enum):
    """Whether a medicine acts in the whole body."""

    SYSTEMIC = "systemic"
    LOCAL = "local"
    """Only where it is put: an eye drop, a shampoo. No condition on the medicine list counts it."""
    UNKNOWN = "unknown"
    """Not recorded, or not understood: taken as systemic."""


@dataclass(frozen=True, slots=True)
class Medicine:
    """One entry of a medicine list.

    Attributes:
        name: As recorded.
        ingredients: INN in lower case, one for each active ingredient; empty when it was not recognised.
        codes: ``(system, code)`` as recorded, system by its short name (``rxnorm``, ``atc``, ``snomed``).
        recognised_by: How they were found: ``rxnorm code``, ``atc code``, ``snomed code``, ``name``, ``synonym``; empty
            when they were not.
        taken: Whether it is taken.
        since: Start or order date.
        until: End; None when there is none or none is recorded. Of what was supplied: when it was.
        origin: Which record, for example ``MedicationRequest/7``.
        ordered: Whether it is an order (asked for), not only a report of what is taken.
        lasts: For how many days after ``until`` it is surely still taken, and for how many perhaps.
        why: What in the record says whether it is taken, for people; empty where the entry says so itself.
        route: Whether it acts in the whole body.
        applied: How it is applied, for people (``into the eye``); empty when that is not known.
        settles: Origin of an entry that this one takes the place of; of an answer, else empty.
    """

    name: str
    ingredients: tuple[str, ...]
    codes: tuple[tuple[str, str], ...]
    recognised_by: str
    taken: Taken
    since: Moment | None
    until: Moment | None
    origin: str
    ordered: bool = False
    lasts: tuple[int, int] = (0, 0)
    why: str = ""
    route: Route = Route.UNKNOWN
    applied: str = ""
    settles: str = ""
