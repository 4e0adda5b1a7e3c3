"""Treat missed, late and unobserved doses as what they are: inputs that are not known for certain.

A dose that may have been missed splits the history into scenarios, weighed by how well each explains the levels. A
dose whose time is uncertain is estimated with a shift (see ``Problem``). A dose that nobody saw enlarges the
variability of its occasion, as published models do.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from itertools import product

import numpy as np

from fullcourse.clinical.errors import InputError
from fullcourse.pharmacokinetics.estimation.averaging import ModelAverage, average_models
from fullcourse.pharmacokinetics.estimation.likelihood import estimation_problem
from fullcourse.pharmacokinetics.estimation.posterior import sample_posterior
from fullcourse.pharmacokinetics.events import EventTable, is_dosing
from fullcourse.pharmacokinetics.model import Model

MOST_UNCERTAIN = 6


@dataclass(frozen=True, slots=True, eq=False)
class DoseScenarios:
    """Every combination of uncertain doses taken or missed, with its posterior and probability.

    Attributes:
        taken: For each scenario, which of the uncertain dose records were taken.
        rows: The rows of those records.
        tables: The event table of each scenario.
        average: Posteriors and probabilities given the levels.
    """

    taken: tuple[tuple[bool, ...], ...]
    rows: tuple[int, ...]
    tables: tuple[EventTable, ...]
    average: ModelAverage


def with_missed_doses(model: Model, table: EventTable, *, draws: int = 2000, seed: int = 0) -> DoseScenarios:
    """Return posteriors over what was taken, for one subject.

    Args:
        model: The population model.
        table: One subject; ``taken_probability`` between 0 and 1 marks the uncertain doses.
        draws: For each scenario.
        seed: Of the generator.

    Raises:
        InputError: More than six dose records are uncertain: too many combinations to weigh.
    """
    dose = is_dosing(table.evid)
    rows = np.flatnonzero(dose & (table.taken_probability < 1.0))
    if rows.size > MOST_UNCERTAIN:
        raise InputError(
            f"{rows.size} dose records are uncertain; at most {MOST_UNCERTAIN} can be weighed against each other: ask "
            "about the most recent ones, older ones matter little"
        )
    tables, names, prior, choices, posteriors = [], [], [], [], []
    for choice in product((True, False), repeat=rows.size):
        chances = [p if taken else 1.0 - p for p, taken in zip(table.taken_probability[rows], choice, strict=True)]
        weight = float(np.prod(chances))
        if weight <= 0.0:
            continue
        missed = rows[~np.array(choice, dtype=bool)]
        scenario = _without(table, missed)
        problem = estimation_problem(model, scenario)
        posteriors.append(sample_posterior(problem, draws=draws, seed=seed))
        tables.append(scenario)
        choices.append(choice)
        prior.append(weight)
        names.append(", ".join("taken" if taken else "missed" for taken in choice) or "as recorded")
    average = average_models(names, posteriors, prior)
    return DoseScenarios(tuple(choices), tuple(int(r) for r in rows), tuple(tables), average)


def _without(table: EventTable, missed: np.ndarray) -> EventTable:
    """Return the table with some dose records turned into remarks."""
    if missed.size == 0:
        return table
    evid, amt = table.evid.copy(), table.amt.copy()
    evid[missed], amt[missed] = 2, 0.0
    rate, addl, ss = table.rate.copy(), table.addl.copy(), table.ss.copy()
    rate[missed], addl[missed], ss[missed] = 0.0, 0, 0
    return dataclasses.replace(table, evid=evid, amt=amt, rate=rate, addl=addl, ss=ss)
