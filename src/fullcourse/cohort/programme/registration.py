"""Case registration of a quarter: by group, diagnosis, site, resistance, age and sex, HIV, and start of treatment."""

from bisect import bisect_right
from collections.abc import Iterable
from itertools import pairwise
from typing import Final

from fullcourse.clinical.event_bodies.registration import CONFIRMATIONS, GROUPS, HIV, RESISTANCES, SEXES, SITES
from fullcourse.cohort.programme.case import Case
from fullcourse.cohort.programme.rules import ReportRules
from fullcourse.cohort.programme.table import NOT_RECORDED, Behind, Table

__all__ = ["registration_tables"]

_EPISODES: Final = {
    "new": "new episode",
    "relapse": "new episode",
    "history not known": "new episode",
    "after failure": "re-registered",
    "after loss to follow-up": "re-registered",
    "other previously treated": "re-registered",
}
"""Words of 2024 for the groups of 2013: `registration.editions` of the knowledge says so."""


def registration_tables(cases: Iterable[Case], rules: ReportRules) -> tuple[Table, ...]:
    """Return what was registered.

    Args:
        cases: Registered in the quarter.
        rules: Give the age bands.
    """
    bands = age_bands(rules.age_bands_from)
    ages = [*bands, "age not recorded"]
    group = Table("registration.group", "Registration group", (*GROUPS, NOT_RECORDED))
    episode = Table("registration.episode", "In the words of 2024", ("new episode", "re-registered", NOT_RECORDED))
    confirmation = Table("registration.confirmation", "Diagnosis", (*CONFIRMATIONS, NOT_RECORDED))
    site = Table("registration.site", "Site", (*SITES, NOT_RECORDED))
    resistance = Table("registration.resistance", "Resistance", (*RESISTANCES, NOT_RECORDED))
    hiv = Table("registration.hiv", "HIV", (*HIV, NOT_RECORDED))
    age_and_sex = Table(
        "registration.age-and-sex",
        "Age in years and sex",
        [f"{sex} {age}" for sex in (*SEXES, "sex not recorded") for age in ages],
    )
    started = Table("registration.started", "Treatment", ("started", "no start recorded"))
    for case in cases:
        by_event = Behind(case, case.registered_on, _why(case), case.event)
        group.add(case.group, by_event)
        episode.add(_EPISODES.get(case.group, ""), by_event)
        confirmation.add(case.confirmation, by_event)
        site.add(case.site, by_event)
        resistance.add(case.resistance, by_event)
        hiv.add(case.hiv, by_event)
        age = "age not recorded" if case.age_years is None else bands[_band(case.age_years, rules.age_bands_from)]
        age_and_sex.add(f"{case.sex or 'sex not recorded'} {age}", by_event)
        started.add("started" if case.starts_on else "no start recorded", Behind(case, case.starts_on, "first plan"))
    return group, episode, confirmation, site, resistance, hiv, age_and_sex, started


def age_bands(firsts: tuple[int, ...]) -> tuple[str, ...]:
    """Return the names of age bands.

    >>> age_bands((0, 5, 65))
    ('0-4', '5-64', '65+')
    """
    closed = [f"{first}-{after - 1}" for first, after in pairwise(firsts)]
    return (*closed, f"{firsts[-1]}+")


def _band(age_years: int, firsts: tuple[int, ...]) -> int:
    return bisect_right(firsts, age_years) - 1


def _why(case: Case) -> str:
    return "registered" if case.registered_by == "registration" else "first day of treatment; no registration recorded"
