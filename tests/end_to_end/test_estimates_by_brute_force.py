"""For each structure: simulate by an oracle, estimate, and search the same objective by brute force.

The oracle shares nothing with the engine: eigenvectors (LSODA where elimination saturates), doses one by one, the
individual's parameters and the objective written out by hand, the optimum by a quasi-Newton search with differences,
from another start for each subject.
"""

from dataclasses import dataclass, field

import numpy as np
import pytest
from scipy.integrate import solve_ivp
from scipy.optimize import minimize
from scipy.special import expit, logit

from fullcourse.pharmacokinetics.estimation.likelihood import estimation_problem
from fullcourse.pharmacokinetics.estimation.map_estimate import estimate
from fullcourse.pharmacokinetics.events import event_table
from fullcourse.pharmacokinetics.model import (
    CovariateRelation,
    EffectLink,
    Elimination,
    ErrorKind,
    Link,
    LinkKind,
    Model,
    Output,
    RandomEffects,
    RelationKind,
    ResidualError,
    Site,
    Transform,
)

TIMES = np.array([1.0, 3.0, 13.5, 26.0, 37.0, 41.0, 47.0])
DOSE_TIMES = np.array([0.0, 12.0, 24.0, 36.0])
VALUES = {"cl": 4.0, "vc": 40.0, "ka": 1.2}
PROPORTIONAL = ResidualError(ErrorKind.PROPORTIONAL, 0.15)
WEIGHT = np.array([70.0, 70.0, 55.0, 55.0, 90.0, 90.0, 90.0])
"""Recorded with each sample; holds from the record before (NONMEM's convention)."""
SUBJECTS = 2


@dataclass(frozen=True)
class Case:
    model: Model
    individual: object
    """Maps effects to a list of (hour from which it holds, constants): written out, not read from the model."""
    rate: float = 0.0
    metabolite: bool = False
    weighed: bool = False
    occasions: tuple[int, ...] = ()
    prior: np.ndarray = field(default_factory=lambda: np.zeros((0, 0)))


def effects(names, covariance, **transforms):
    links = tuple(EffectLink(i, n, transforms.get(n, Transform.LOG_NORMAL)) for i, n in enumerate(names))
    matrix = np.asarray(covariance, dtype=float)
    return RandomEffects(tuple(names), links, matrix if matrix.ndim == 2 else np.diag(matrix))


def oral(names=("cl", "vc"), covariance=(0.15, 0.1), *, error=PROPORTIONAL, site=None, sites=None, transforms=None,
         **more):  # fmt: skip
    values = {**VALUES, **more.pop("values", {})}
    return Model(
        "case", more.pop("compartments", 1), values, sites or (site or Site("oral", 1, ka="ka"),),
        more.pop("outputs", (Output("c", 1, error),)), **more,
        between_subjects=effects(names, covariance, **(transforms or {})),
    )  # fmt: skip


def always(**changed):
    return [(0.0, {**VALUES, **changed})]


def log_normal(*names, **typical):
    start = {**VALUES, **typical}
    return lambda e: [(0.0, {**start, **{n: start[n] * np.exp(x) for n, x in zip(names, e, strict=True)}})]


def by_weight(e):
    edges = [0.0, *TIMES[:-1]]
    return [(at, {**VALUES, "cl": 4.0 * np.exp(e[0]) * (w / 70.0) ** 0.75, "vc": 40.0 * np.exp(e[1]) * w / 70.0})
            for at, w in zip(edges, WEIGHT, strict=True)]  # fmt: skip


def by_occasion(e):
    return [
        (at, {**VALUES, "cl": 4.0 * np.exp(e[0] + k), "vc": 40.0 * np.exp(e[1]), "ka": 1.2 * np.exp(a)})
        for at, k, a in ((0.0, e[2], e[3]), (13.5, e[4], e[5]))  # the record before that of the second occasion
    ]


BLOCK = np.array([[0.3, 0.2, 0.05], [0.2, 0.25, -0.02], [0.05, -0.02, 0.4]])
CASES = {
    "lag": Case(
        oral(("cl", "vc", "lag"), (0.15, 0.1, 0.2), values={"lag": 0.6}, site=Site("o", 1, ka="ka", lag="lag")),
        log_normal("cl", "vc", "lag", lag=0.6),
    ),
    "zero-order input": Case(
        oral(("cl", "vc", "d"), (0.15, 0.1, 0.2), values={"d": 2.5}, site=Site("o", 1, duration="d")),
        log_normal("cl", "vc", "d", d=2.5), rate=-2.0,
    ),
    "dual absorption": Case(
        oral(
            ("cl", "share", "d"), (0.15, 0.5, 0.2), values={"d": 4.0, "share": 0.4, "lag": 0.5},
            transforms={"share": Transform.LOGIT_NORMAL},
            sites=(Site("first", 1, ka="ka", fraction="share", lag="lag"),
                   Site("zero", 1, duration="d", fraction="share", complement=True, always_modelled=True)),
        ),
        lambda e: always(cl=4.0 * np.exp(e[0]), share=expit(logit(0.4) + e[1]), d=4.0 * np.exp(e[2]), lag=0.5),
    ),
    "logit bioavailability": Case(
        oral(("cl", "f"), (0.15, 0.8), values={"f": 0.7}, transforms={"f": Transform.LOGIT_NORMAL},
             site=Site("o", 1, ka="ka", bioavailability="f")),
        lambda e: always(cl=4.0 * np.exp(e[0]), f=expit(logit(0.7) + e[1])),
    ),
    "two compartments": Case(
        oral(("cl", "vc", "vp"), (0.15, 0.1, 0.2), compartments=2, values={"q": 6.0, "vp": 80.0}),
        log_normal("cl", "vc", "vp", q=6.0, vp=80.0),
    ),
    "Michaelis-Menten": Case(
        oral(("vmax", "vc"), (0.1, 0.1), values={"vmax": 16.0, "km": 1.5}, elimination=Elimination.MICHAELIS_MENTEN),
        log_normal("vmax", "vc", vmax=16.0, km=1.5),
    ),
    "covariates that change": Case(
        oral(relations=(CovariateRelation("cl", "weight", RelationKind.POWER, 0.75, 70.0),
                        CovariateRelation("vc", "weight", RelationKind.POWER, 1.0, 70.0))),
        by_weight, weighed=True,
    ),
    "metabolite": Case(
        oral(("cl", "clm"), (0.15, 0.2), values={"clm": 6.0, "vm": 20.0},
             links=(Link("m", LinkKind.METABOLITE, clearance="clm", volume="vm"),),
             outputs=(Output("c", 1, PROPORTIONAL), Output("m", 2, PROPORTIONAL, source="m", volume="vm"))),
        log_normal("cl", "clm", clm=6.0, vm=20.0), metabolite=True,
    ),
    "additive error": Case(oral(error=ResidualError(ErrorKind.ADDITIVE, b=0.3)), log_normal("cl", "vc")),
    "standard deviations added": Case(
        oral(error=ResidualError(ErrorKind.COMBINED_1, 0.1, 0.2)), log_normal("cl", "vc")
    ),
    "variances added": Case(oral(error=ResidualError(ErrorKind.COMBINED_2, 0.1, 0.2)), log_normal("cl", "vc")),
    "power error": Case(oral(error=ResidualError(ErrorKind.POWER, 0.2, 0.1, 0.7)), log_normal("cl", "vc")),
    "log-normal error": Case(oral(error=ResidualError(ErrorKind.LOG_NORMAL, 0.2)), log_normal("cl", "vc")),
    "large omega": Case(oral(("cl", "vc", "ka"), (1.2, 1.0, 1.5)), log_normal("cl", "vc", "ka")),
    "block omega": Case(oral(("cl", "vc", "ka"), BLOCK), log_normal("cl", "vc", "ka")),
    "occasions": Case(
        oral(between_occasions=effects(("cl", "ka"), (0.05, 0.2))), by_occasion, occasions=(1, 1, 2, 2),
        prior=np.diag([0.15, 0.1, 0.05, 0.2, 0.05, 0.2]),
    ),
}  # fmt: skip


def slopes(p):
    """Return the matrix of depot, central, peripheral, metabolite and a constant input into central."""
    q, vp = p.get("q", 0.0), p.get("vp", 1.0)
    a = np.zeros((5, 5))
    a[0, 0], a[1, 0] = -p["ka"], p["ka"]
    a[1, 1], a[1, 2], a[2, 1], a[2, 2] = -(p["cl"] + q) / p["vc"], q / vp, q / p["vc"], -q / vp
    if "clm" in p:
        a[3, 1], a[3, 3] = p["cl"] / p["vc"], -p["clm"] / p["vm"]
    a[1, 4] = 1.0
    return a


def moved(p, state, rate, hours):
    if "vmax" not in p:
        root, mode = p["modes"] if "modes" in p else p.setdefault("modes", np.linalg.eig(slopes(p)))
        return np.real(mode @ (np.exp(root * hours) * np.linalg.solve(mode, np.r_[state[:4], rate])))

    def change(_, x):
        c = x[1] / p["vc"]
        return [-p["ka"] * x[0], p["ka"] * x[0] - p["vmax"] * c / (p["km"] + c) - p["cl"] * c]

    solution = solve_ivp(change, (0.0, hours), state[:2], method="LSODA", rtol=1e-10, atol=1e-12)
    return np.r_[solution.y[:, -1], 0.0, 0.0, 0.0]


def curves(case, e):
    """Return central and metabolite concentrations at the times of the samples."""
    pieces = case.individual(e)

    def holds(hour):
        return [p for at, p in pieces if at <= hour + 1e-9][-1]

    events = []
    for t in DOSE_TIMES:
        p = holds(t)
        at, share, mg = t + p.get("lag", 0.0), p.get("share", 1.0), 100.0 * p.get("f", 1.0)
        if case.rate == -2.0:
            events += [(t, "on", mg / p["d"]), (t + p["d"], "on", -mg / p["d"])]
        else:
            events.append((at, "dose", mg * share))
        if "share" in p:
            events += [(t, "on", mg * (1 - share) / p["d"]), (t + p["d"], "on", -mg * (1 - share) / p["d"])]
    events += [(at, "change", 0.0) for at, _ in pieces] + [(t, "sample", 0.0) for t in TIMES]
    state, now, rate, found = np.zeros(5), 0.0, 0.0, []
    for at, what, size in sorted(events, key=lambda event: (event[0], event[1] == "sample")):
        if at > now + 1e-12:
            state, now = moved(holds(now), state, rate, at - now), at
        if what == "dose":
            state[0] += size
        rate += size if what == "on" else 0.0
        if what == "sample":
            p = holds(at - 1e-6)
            found.append((state[1] / p["vc"], state[3] / p.get("vm", 1.0)))
    return np.array(found).T


def noise_sd(error, f):
    match error.kind:
        case ErrorKind.PROPORTIONAL:
            return error.a * f
        case ErrorKind.ADDITIVE:
            return error.b + 0.0 * f
        case ErrorKind.COMBINED_1:
            return error.a * f + error.b
        case ErrorKind.COMBINED_2:
            return np.sqrt((error.a * f) ** 2 + error.b**2)
        case ErrorKind.POWER:
            return np.sqrt((error.a * f**error.c) ** 2 + error.b**2)
    return error.a + 0.0 * f


def by_hand(case, prior, levels, e):
    error = case.model.outputs[0].residual
    f = curves(case, e)[: len(levels)]
    if np.any(f <= 0.0):
        return 1e10
    sd = noise_sd(error, f)
    miss = np.log(levels / f) if error.kind is ErrorKind.LOG_NORMAL else levels - f
    return float(np.sum((miss / sd) ** 2 + 2.0 * np.log(sd)) + e @ np.linalg.solve(prior, e))


def simulated(case, prior, generator):
    error = case.model.outputs[0].residual
    while True:
        e = generator.multivariate_normal(np.zeros(len(prior)), prior)
        f = curves(case, e)[: 2 if case.metabolite else 1]
        noise = noise_sd(error, f) * generator.standard_normal(f.shape)
        levels = f * np.exp(noise) if error.kind is ErrorKind.LOG_NORMAL else f + noise
        if np.all(levels > 0.0):
            return levels


def table_of(case, levels):
    rows = [(t, 0, 1, 100.0, np.nan, WEIGHT[np.searchsorted(TIMES, t)], o)
            for t, o in zip(DOSE_TIMES, case.occasions or (1, 1, 1, 1), strict=True)]  # fmt: skip
    for cmt, values in enumerate(levels, start=1):
        for t, y, w in zip(TIMES, values, WEIGHT, strict=True):
            rows.append((t, cmt, 0, 0.0, y, w, case.occasions[1 if t < 24 else 2] if case.occasions else 1))
    rows.sort(key=lambda row: (row[0], row[1]))
    t, cmt, evid, amt, dv, w, occasion = (np.array(column) for column in zip(*rows, strict=True))
    return event_table(
        t, evid=evid, cmt=np.maximum(cmt, 1), amt=amt, dv=dv, occasion=occasion,
        rate=np.where(evid == 1, case.rate, 0.0), covariates={"weight": w} if case.weighed else None,
    )  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_the_estimate_is_the_optimum_that_brute_force_finds(name):
    case = CASES[name]
    prior = case.prior if case.prior.size else case.model.between_subjects.covariance
    generator = np.random.default_rng(len(name))
    near = 1e-6 if case.model.is_linear else 1e-5  # the solver keeps its own tolerance
    for subject in range(SUBJECTS if case.model.is_linear else 1):
        levels = simulated(case, prior, generator)
        found = estimate(estimation_problem(case.model, table_of(case, levels)))
        here = found.effects[0]

        def cost(e, levels=levels):
            return by_hand(case, prior, levels, np.asarray(e))

        assert found.objective[0] == pytest.approx(cost(here), abs=near)
        start = subject * generator.multivariate_normal(np.zeros(len(prior)), prior)
        searched = minimize(cost, start, method="L-BFGS-B", options={"maxiter": 80})
        assert found.objective[0] <= searched.fun + near
        if searched.fun <= found.objective[0] + near:
            assert here == pytest.approx(searched.x, abs=2e-3)
        assert found.gradient_norm[0] < 1e-5
