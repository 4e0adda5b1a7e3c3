"""Tries toxicity foreseen on simulated patients whose course is known, and prints the table of its page.

    PYTHONPATH=tests python tools/try_foresight.py > table.md

Every patient is asked about through ``Monitor.monitor``, as ``fullcourse monitor`` asks, on each day of a result. All
numbers of the simulation are assumptions, not patients: they say whether the method does what it should where the truth
is as assumed, and nothing of how often a real patient is warned in time. The same seed gives the same table.
"""

import argparse
import math
import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from statistics import median, quantiles

from fullcourse.clinical import Evidence, Record
from fullcourse.journey.monitor import Monitor, Treatment, TrendStanding
from patients import evidence, knowledge

START = date(2026, 1, 5)
DAYS = 182
LATE_DAYS = 14
"""For so long after the truth has passed the threshold a patient is followed, to see how late a rule is."""

MISSED = 0.10
ODD = 0.02


@dataclass(frozen=True)
class Harm:
    """How one result behaves in the simulation.

    Attributes:
        fact: Which.
        drug: Under which.
        threshold: At which a source acts.
        milder: The next milder number of a scale, for the second peer.
        rises: Whether harm lies above.
        baseline: Mean and standard deviation between people.
        toxic: Where the truth ends in whom it passes the threshold, lowest and highest.
        benign: Where it ends in the others.
        scatter: Standard deviation of a measurement: a share of the value, or an amount where ``rises``.
    """

    fact: str
    drug: str
    threshold: float
    milder: float
    rises: bool
    baseline: tuple[float, float]
    toxic: tuple[float, float]
    benign: tuple[float, float]
    scatter: float


HARMS = (
    Harm("haemoglobin", "linezolid", 8.0, 9.5, False, (12.0, 1.0), (5.0, 7.5), (8.7, 13.5), 0.04),
    Harm("platelets", "linezolid", 50.0, 75.0, False, (280.0, 60.0), (10.0, 40.0), (90.0, 330.0), 0.10),
    Harm("neutrophils", "linezolid", 0.75, 1.0, False, (4.0, 1.0), (0.2, 0.6), (1.3, 4.5), 0.20),
    Harm("qtcf", "bedaquiline", 500.0, 470.0, True, (415.0, 12.0), (510.0, 545.0), (405.0, 485.0), 10.0),
)
EVERY_DAYS = (7, 14, 28)


@dataclass(frozen=True)
class Person:
    """One simulated person: the truth, and results as measured.

    Attributes:
        crosses: Day on which the truth passes the threshold; None for never.
        results: Day of treatment and value.
    """

    crosses: float | None
    results: tuple[tuple[int, float], ...]


@dataclass
class Tally:
    """What came of one rule."""

    leads: list[float]
    in_time: int = 0
    late: int = 0
    false: int = 0


def person(harm: Harm, every: int, chance: random.Random, *, toxic: bool) -> Person:
    """Return one simulated person: steady until a lag is over, then an approach to an end by an exponential."""
    begin = chance.gauss(*harm.baseline)
    end = chance.uniform(*(harm.toxic if toxic else harm.benign))
    lag, slowness = chance.uniform(7.0, 42.0), chance.uniform(25.0, 60.0)

    def truth(day: float) -> float:
        return begin if day < lag else end + (begin - end) * math.exp(-(day - lag) / slowness)

    crosses = None
    if toxic and (begin > harm.threshold) != harm.rises:
        crosses = lag + slowness * math.log((begin - end) / (harm.threshold - end))
    results = []
    for day in range(0, DAYS + 1, every):
        if day and chance.random() < MISSED:
            continue
        error = chance.gauss(0.0, harm.scatter)
        value = truth(day) + error if harm.rises else truth(day) * math.exp(error)
        if chance.random() < ODD:
            value *= chance.uniform(0.9, 1.1) if harm.rises else chance.uniform(0.75, 1.25)
        results.append((day, round(value, 2)))
    return Person(crosses, tuple(results))


def alarms(harm: Harm, one: Person, monitor: Monitor) -> Iterator[tuple[str, int, tuple[date, date | None] | None]]:
    """Yield the first day on which each rule speaks, with the days that it gives."""
    told: set[str] = set()
    until = DAYS if one.crosses is None else min(DAYS, one.crosses + LATE_DAYS)
    for place, (day, value) in enumerate(one.results):
        if day > until:
            return
        found: dict[str, tuple[date, date | None] | None] = {}
        if (value > harm.threshold) if harm.rises else (value < harm.threshold):
            found["past"] = None
        if (value > harm.milder) if harm.rises else (value < harm.milder):
            found["milder"] = None
        at = START + timedelta(days=day)
        pieces: tuple[Evidence, ...] = tuple(
            evidence(harm.fact, it, on=(START + timedelta(days=when)).isoformat())
            for when, it in one.results[: place + 1]
        )
        answer = monitor.monitor(Record({harm.fact: pieces}), at, Treatment((harm.drug,), {}, START))
        for trend in (trend for own in answer.foreseen for trend in own.trends if trend.fact == harm.fact):
            ahead = [it for it in trend.headings if abs(it.threshold.value - harm.threshold) < 1e-6]
            if trend.standing is TrendStanding.HEADING and ahead:
                found["foreseen"] = ahead[0].first, ahead[0].last
        if "past" in found or "foreseen" in found:
            found.setdefault("either", found.get("foreseen"))
        for rule, days in found.items():
            if rule not in told:
                told.add(rule)
                yield rule, day, days


RULES = {
    "foreseen": "foreseen",
    "past": "last value past the threshold (peer)",
    "milder": "last value past the next milder grade (peer)",
    "either": "foreseen or past the threshold",
}


def tried(harm: Harm, every: int, count: int, seed: int) -> tuple[dict[str, Tally], int, int, list[bool]]:
    """Return what came of each rule, how many people were toxic and benign, and whether the days given held."""
    chance = random.Random(f"{seed}-{harm.fact}-{every}")  # noqa: S311 - a simulation
    monitor = Monitor(knowledge(), knowledge().profile("us"))
    tallies = {rule: Tally([]) for rule in RULES}
    held: list[bool] = []
    toxic = benign = 0
    for number in range(2 * count):
        one = person(harm, every, chance, toxic=number < count)
        if number < count and (one.crosses is None or one.crosses > DAYS):
            continue
        toxic, benign = toxic + (one.crosses is not None), benign + (one.crosses is None)
        for rule, day, days in alarms(harm, one, monitor):
            tally = tallies[rule]
            if one.crosses is None:
                tally.false += 1
                continue
            tally.leads.append(one.crosses - day)
            tally.in_time += day < one.crosses
            tally.late += day >= one.crosses
            if rule == "foreseen" and days is not None:
                true = START + timedelta(days=math.floor(one.crosses))
                held.append(days[0] <= true and (days[1] is None or true <= days[1]))
    return tallies, toxic, benign, held


def main() -> None:
    """Print the table."""
    reader = argparse.ArgumentParser(description=__doc__)
    reader.add_argument("--count", type=int, default=200, help="people with harm, and as many without, in each row")
    reader.add_argument("--seed", type=int, default=1)
    asked = reader.parse_args()
    print("| result | every | rule | warned in time | warned late | lead, days: median (middle half) | false alarms |")
    print("|---|---|---|---|---|---|---|")
    for harm in HARMS:
        for every in EVERY_DAYS:
            tallies, toxic, benign, held = tried(harm, every, asked.count, asked.seed)
            for rule, name in RULES.items():
                it = tallies[rule]
                leads = "none"
                if len(it.leads) > 1:
                    low, _, high = quantiles(it.leads, n=4)
                    leads = f"{median(it.leads):.0f} ({low:.0f} to {high:.0f})"
                print(
                    f"| {harm.fact} | {every} d | {name} | {it.in_time / toxic:.0%} of {toxic} | "
                    f"{it.late / toxic:.0%} | {leads} | {it.false / benign:.0%} of {benign} |"
                )
            share = sum(held) / len(held) if held else float("nan")
            name = "*the true day lies in the days given at the first warning*"
            print(f"| {harm.fact} | {every} d | {name} | {share:.0%} of {len(held)} | | | |")


if __name__ == "__main__":
    main()
