"""Five patients whose posterior is known from a long Markov chain of our own, and that chain.

The chain shares the objective with the product and nothing else: adaptive Metropolis (Haario, Saksman and Tamminen,
Bernoulli 7:223, 2001) from starts drawn from the prior, the step learnt while it warms up and kept from then on. One
step in ten proposes a draw of the prior, weighed as it must be, so that a chain finds every mode.
``python tools/make_long_chains.py > tests/data/pk/long-chains.toml`` runs it; the tests compare with what it printed.
"""

import dataclasses

import numpy as np

from fullcourse.knowledge.pk.model_reader import read_pk_models
from fullcourse.pharmacokinetics.estimation.likelihood import estimation_problem, objective
from fullcourse.pharmacokinetics.events import event_table
from fullcourse.pharmacokinetics.inputs.model_files import engine_model
from fullcourse.pharmacokinetics.model import EffectLink, RandomEffects
from pk_cases import oral_model

SHARES = (0.05, 0.25, 0.5, 0.75, 0.95)
CHAINS = 60
WARM_UP = 4_000
STEPS = 12_000
FROM_PRIOR = 0.1
CYCLOSERINE = {"weight": 52.0, "creatinine_clearance": 80.0, "patient": 1.0}


def patients():
    """Return each patient's problem by name."""
    models = read_pk_models()
    alghamdi = engine_model(models["cycloserine.alghamdi-2019"])
    sawe = engine_model(models["levofloxacin.sawe-2025"])
    resendiz = engine_model(models["cycloserine.resendiz-galvan-2025"])
    return {
        "two levels": _problem(alghamdi, 250.0, 12.0, {2.0: 22.0, 6.0: 17.0}, 8, CYCLOSERINE),
        "sparse": _problem(
            sawe, 750.0, 24.0, {21.0: 1.1}, 5,
            {"fat_free_mass": 36.0, "creatinine": 70.0, "pregnant_third_trimester": 0.0},
        ),
        "at the kink of a lag": _problem(alghamdi, 500.0, 24.0, {0.35: 5.0, 4.0: 17.0}, 1, CYCLOSERINE),
        "bimodal": _bimodal(),
        "three levels of transit": _problem(
            resendiz, 500.0, 24.0, {1.0: 6.0, 3.0: 27.0, 8.0: 19.0}, 12,
            {"fat_free_mass": 35.0, "creatinine_clearance_56_kg_man": 105.0},
        ),
    }  # fmt: skip


def _problem(model, mg, every_h, levels, doses, covariates):
    """Return the problem of levels at hours after the last of so many doses."""
    last = every_h * (doses - 1)
    rows = [(0.0, 1, mg, np.nan), *((last + hour, 0, 0.0, level) for hour, level in levels.items())]
    time_h, evid, amount, dv = (np.array(column) for column in zip(*rows, strict=True))
    taken = evid == 1
    table = event_table(
        time_h, evid=evid, amt=amount, dv=dv, cmt=1, ii=np.where(taken, every_h, 0.0),
        addl=np.where(taken, doses - 1, 0), covariates=covariates,
    )  # fmt: skip
    return estimation_problem(model, table)


def _bimodal():
    """One level of a drug whose absorption may be fast and past, or slow and to come."""
    effects = RandomEffects(("ka", "cl"), (EffectLink(0, "ka"), EffectLink(1, "cl")), np.diag([3.0, 0.1]))
    model = dataclasses.replace(oral_model(), parameters={"cl": 9.0, "vc": 25.0, "ka": 0.36}, between_subjects=effects)
    return _problem(model, 1000.0, 24.0, {3.0: 7.0}, 1, {})


def long_chain(problem, *, seed, chains=CHAINS, warm_up=WARM_UP, steps=STEPS):
    """Return draws ``(steps, chains, P)`` of the posterior of one subject."""
    random = np.random.default_rng(seed)
    prior = problem.covariance[0]
    size = problem.n_effects
    of_prior, inverse = np.linalg.cholesky(prior), np.linalg.inv(prior)
    x = random.standard_normal((chains, size)) @ of_prior.T
    value = -0.5 * objective(problem, x)
    root = 0.3 * of_prior
    kept = np.empty((steps, chains, size))
    seen = []
    for step in range(-warm_up, steps):
        jump = random.random(chains) < FROM_PRIOR
        near = x + 2.38 / np.sqrt(size) * random.standard_normal((chains, size)) @ root.T
        far = random.standard_normal((chains, size)) @ of_prior.T
        trial = np.where(jump[:, None], far, near)
        there = -0.5 * objective(problem, trial)
        # A draw of the prior is proposed more often where the prior is high: its density is divided out.
        density = [-0.5 * np.einsum("bi,ij,bj->b", at, inverse, at) for at in (x, trial)]
        ratio = there - value + np.where(jump, density[0] - density[1], 0.0)
        accept = np.log(random.random(chains)) < ratio
        x, value = np.where(accept[:, None], trial, x), np.where(accept, there, value)
        if step < 0:
            seen.append(x)
            if len(seen) % 250 == 0:
                pool = np.concatenate(seen[len(seen) // 2 :])
                root = np.linalg.cholesky(np.cov(pool.T).reshape(size, size) + 1e-8 * prior)
        else:
            kept[step] = x
    return kept


def split_rhat(kept):
    """Return the largest split R-hat of the effects: 1 where all chains agree."""
    half = kept.shape[0] // 2
    parts = np.concatenate([kept[:half], kept[half : 2 * half]], axis=1)
    within = parts.var(axis=0, ddof=1).mean(axis=0)
    pooled = within * (half - 1) / half + parts.mean(axis=0).var(axis=0, ddof=1)
    return float(np.sqrt(pooled / within).max())


def summary(kept):
    """Return quantiles ``(5, P)`` and standard deviations ``(P,)`` of the effects."""
    pool = kept.reshape(-1, kept.shape[2])
    return np.quantile(pool, SHARES, axis=0), pool.std(axis=0)
