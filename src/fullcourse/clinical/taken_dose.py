"""A dose as it was taken, in a record, in a log, or as prescribed."""

from dataclasses import dataclass
from datetime import datetime

__all__ = ["TakenDose"]


@dataclass(frozen=True, slots=True)
class TakenDose:
    """One dose.

    Attributes:
        at: When it was taken.
        mg: Amount, mg.
        observed: Whether somebody saw it taken.
        taken_probability: Probability that it was taken at all, 0 to 1.
        time_sd_h: Standard deviation of its true time about ``at``, h.
        origin: Which record or file it came from.
        over_h: How long it was infused, h; 0 for a dose that was taken at once, or where nothing says it.
        drug: INN in lower case; empty where the source is about one drug alone, as a dose log is.
    """

    at: datetime
    mg: float
    observed: bool = True
    taken_probability: float = 1.0
    time_sd_h: float = 0.0
    origin: str = "dose log"
    drug: str = ""
    over_h: float = 0.0
