"""Metabolites formed on the way in and rates that drift: the estimate against the optimum that brute force finds.

Levels are simulated from the differential equations; the objective is written out by hand over the same equations and
searched by a quasi-Newton method with differences, from elsewhere.
"""

import numpy as np
import pytest
from scipy.optimize import minimize

from formation_and_drift import WRITTEN
from fullcourse.pharmacokinetics.estimation.likelihood import estimation_problem
from fullcourse.pharmacokinetics.estimation.map_estimate import estimate

SUBJECTS = {"metabolite of two compartments": 3, "liver before central": 3, "falling vmax": 2}


def predicted(case, effects):
    """Return at every record the level of what it names, and the SD of its error."""
    levels = case.expected(effects)
    metabolite = np.array([row["cmt"] > 2 for row in case.records])
    f = np.where(metabolite, levels[-1], levels[0])
    return f, np.where(metabolite, case.sd[-1], case.sd[0])


def by_hand(case, dv, effects):
    used = ~np.isnan(dv)
    f, sd = (x[used] for x in predicted(case, effects))
    y = dv[used]
    if case.logarithm:
        miss = np.sum((np.log(y / f) / sd) ** 2 + 2.0 * np.log(sd))
    else:
        miss = np.sum(((y - f) / (sd * f)) ** 2 + 2.0 * np.log(sd * f))
    return float(miss + effects @ np.linalg.solve(case.prior, effects))


def simulated(case, generator):
    effects = generator.multivariate_normal(np.zeros(len(case.prior)), case.prior)
    f, sd = predicted(case, effects)
    dv = f * np.exp(sd * generator.standard_normal(f.size))
    sample = [row["evid"] == 0 and level > 0.0 for row, level in zip(case.records, f, strict=True)]
    return np.where(sample, dv, np.nan)


@pytest.mark.parametrize(("name", "subject"), [(name, i) for name, n in SUBJECTS.items() for i in range(n)])
def test_the_estimate_is_the_optimum_that_brute_force_finds(name, subject):
    case = WRITTEN[name]
    generator = np.random.default_rng(10 + subject)
    dv = simulated(case, generator)
    found = estimate(estimation_problem(case.model, case.table(dv)))
    here = found.effects[0]
    near = 1e-6 if case.near < 1e-6 else 1e-4  # the solver keeps its own tolerance
    assert found.objective[0] == pytest.approx(by_hand(case, dv, here), abs=near)
    start = 0.3 * generator.multivariate_normal(np.zeros(here.size), case.prior)
    searched = minimize(lambda e: by_hand(case, dv, e), start, method="L-BFGS-B", options={"maxiter": 60})
    assert found.objective[0] <= searched.fun + near
    if searched.fun <= found.objective[0] + 0.01 * near:
        assert here == pytest.approx(searched.x, abs=2e-3)
    assert found.converged[0]
