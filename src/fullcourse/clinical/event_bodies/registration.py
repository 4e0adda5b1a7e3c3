"""What a register holds of a case when it is registered; what nobody wrote down stays empty, and is never a no."""

from dataclasses import dataclass
from typing import ClassVar, Final

from fullcourse.clinical.errors import InputError
from fullcourse.clinical.event_bodies.limits import among

__all__ = ["CONFIRMATIONS", "GROUPS", "HIV", "RESISTANCES", "SEXES", "SITES", "Registered"]

GROUPS: Final = (
    "new",
    "relapse",
    "after failure",
    "after loss to follow-up",
    "other previously treated",
    "history not known",
)
"""Registration groups by the treatment before; ``history not known`` is what somebody wrote down."""

CONFIRMATIONS: Final = ("bacteriologically confirmed", "clinically diagnosed")
SITES: Final = ("pulmonary", "extrapulmonary")
RESISTANCES: Final = (
    "no rifampicin resistance",
    "isoniazid-resistant",
    "rifampicin-resistant",
    "multidrug-resistant",
    "pre-extensively drug-resistant",
    "extensively drug-resistant",
)
"""Patterns of resistance; ``isoniazid-resistant`` is without resistance to rifampicin."""

SEXES: Final = ("female", "male")
HIV: Final = ("positive", "negative", "not known")
_OLDEST: Final = 130


@dataclass(frozen=True, slots=True)
class Registered:
    """A case was entered in the register, on the day of the event.

    Attributes:
        group: One of `GROUPS`; empty where nobody wrote it down, as every word below.
        confirmation: One of `CONFIRMATIONS`.
        site: One of `SITES`.
        resistance: One of `RESISTANCES`.
        age_years: Completed years on the day of registration, 0 to 130; None where nobody wrote it down.
        sex: One of `SEXES`.
        hiv: One of `HIV`.
    """

    kind: ClassVar[str] = "registered"
    group: str = ""
    confirmation: str = ""
    site: str = ""
    resistance: str = ""
    age_years: int | None = None
    sex: str = ""
    hiv: str = ""

    def __post_init__(self) -> None:
        """Refuse a word that is on no list, and an age that nobody has."""
        for value, allowed, field in (
            (self.group, GROUPS, "group"),
            (self.confirmation, CONFIRMATIONS, "confirmation"),
            (self.site, SITES, "site"),
            (self.resistance, RESISTANCES, "resistance"),
            (self.sex, SEXES, "sex"),
            (self.hiv, HIV, "hiv"),
        ):
            if value:
                among(value, allowed, field)
        if self.age_years is not None and not 0 <= self.age_years <= _OLDEST:
            raise InputError(f"age_years: {self.age_years} is no age. Write completed years, 0 to {_OLDEST}.")
