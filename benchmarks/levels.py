"""How fast are simulation and estimates, beside a general integrator on the same machine in the same run?

Populations enter by the commands, data files by the public names of `fullcourse.pharmacokinetics`.

    python benchmarks/levels.py [--quick]

Every answer is checked before anything is timed. Times are medians; the machine should be quiet.
"""

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import duckdb
import numpy as np
from scipy.integrate import solve_ivp
from scipy.special import gammaln

from fullcourse.knowledge.pk.model_reader import read_pk_models
from fullcourse.pharmacokinetics import (
    EffectLink,
    Elimination,
    ErrorKind,
    EventTable,
    Model,
    Output,
    RandomEffects,
    ResidualError,
    Site,
    engine_model,
    estimate,
    estimation_problem,
    event_table,
    sample_posterior,
    simulate,
    with_points,
)
from fullcourse.pharmacokinetics.advice.population import draw_population
from fullcourse.pharmacokinetics.engine.history import compile_history
from fullcourse.pharmacokinetics.engine.individual import individual_parameters
from fullcourse.pharmacokinetics.simulation.population import individuals
from timing import run_command

SUBJECTS = 10_000
HOURS = 28 * 24
FIRST_DOSE_H = 8
"""When a plan of two doses a day begins, hours after midnight."""

TYPICAL = {"lag": 0.326, "ka": 6.61, "vc": 24.9, "cl": 1.034}
SPREAD = np.array([0.409, 1.52, 0.174, 0.353])
PROPORTIONAL = ResidualError(ErrorKind.PROPORTIONAL, 0.19)


def cycloserine() -> Model:
    """One compartment with lag: the structure of the published adult model."""
    links = tuple(EffectLink(i, name) for i, name in enumerate(TYPICAL))
    effects = RandomEffects(tuple(TYPICAL), links, np.diag(SPREAD**2))
    site = Site("oral", 1, ka="ka", lag="lag")
    return Model("oral with lag", 1, TYPICAL, (site,), (Output("c", 1, PROPORTIONAL),), between_subjects=effects)


def drawn_effects(model: Model, count: int, seed: int) -> np.ndarray:
    """Return effects of random people, those between people first, then those of one occasion."""
    random = np.random.default_rng(seed)
    kinds = [kind for kind in (model.between_subjects, model.between_occasions) if kind.count]
    return np.concatenate(
        [random.multivariate_normal(np.zeros(kind.count), kind.covariance, count) for kind in kinds], axis=1
    )


def median_s(work: Callable[[], object], repeats: int) -> float:
    """Return the median time of some work, s."""
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return statistics.median(times)


def report(what: str, seconds: float, limit_s: float, peer_s: float | None = None) -> bool:
    """Print one line and return whether the limit was met."""
    ratio = "" if peer_s is None else f"   solve_ivp {peer_s:10.1f} s   ratio {peer_s / seconds:12,.0f}"
    met = seconds <= limit_s
    print(f"{what:58s} {seconds * 1e3:9.1f} ms   limit {limit_s * 1e3:7.0f} ms   {'met' if met else 'MISSED'}{ratio}")
    return met


def integrate_one(parameters: np.ndarray, hours: int) -> np.ndarray:
    """Return one subject's hourly curve from SciPy's LSODA, dose by dose."""
    lag, ka, vc, cl = parameters
    grid = np.arange(hours + 1.0)
    stops = [0.0, *(12.0 * k + lag for k in range(hours // 12) if 12.0 * k + lag < hours), float(hours)]
    amounts, result = np.zeros(2), np.zeros(grid.size)
    for k, (begin, end) in enumerate(pairwise(stops)):
        amounts = amounts + np.array([250.0 if k else 0.0, 0.0])
        inside = grid[(grid >= begin) & (grid <= end)]
        solution = solve_ivp(
            lambda _, a: (-ka * a[0], ka * a[0] - cl / vc * a[1]), (begin, end), amounts, method="LSODA", rtol=1e-8,
            atol=1e-10, t_eval=np.unique(np.r_[inside, end]),
        )  # fmt: skip
        result[inside.astype(int)] = solution.y[1, : inside.size] / vc
        amounts = solution.y[:, -1]
    return result


ASKED = ("levels", "{}", "--drug", "cycloserine", "--dose", "250 mg q12h", "--n", str(SUBJECTS), "--format", "json")


def people() -> np.ndarray:
    """Return lag, ka, vc and cl of the people whom the command draws, ``(4, N)``."""
    file = read_pk_models(drug="cycloserine")["cycloserine.alghamdi-2019"]
    draws = draw_population(file, SUBJECTS, 1).draws
    covariates = {name: np.broadcast_to(value, (SUBJECTS,))[:, None] for name, value in draws.covariates.items()}
    eta = [draws.eta[:, [i]] for i in range(draws.eta.shape[1])]
    kappa = [draws.kappa[:, [i]] for i in range(draws.kappa.shape[1])]
    found = individual_parameters(draws.model, covariates, eta, kappa)
    site = draws.model.sites[0]
    names = (site.lag, site.ka, "vc", "cl")
    return np.stack([np.broadcast_to(found[name], (SUBJECTS, 1))[:, 0] for name in names])


def simulation(repeats: int) -> tuple[bool, float]:
    """Time 10,000 people, 28 days hourly; return whether the limit was met, and the peer's time for one person."""
    drawn = people()
    start = time.perf_counter()
    peer = integrate_one(drawn[:, 7], HOURS)
    peer_s = time.perf_counter() - start
    with tempfile.TemporaryDirectory() as folder:
        curves = Path(folder) / "curves.parquet"
        arguments = [word.format("simulate") for word in ASKED] + ["--days", "28"]
        run_command([*arguments, "--out", str(curves)])
        ours = duckdb.sql(f"SELECT mg_per_l FROM '{curves}' WHERE subject = 8 ORDER BY time_h").fetchnumpy()  # noqa: S608
    assert np.abs(ours["mg_per_l"][FIRST_DOSE_H:] - peer[: HOURS + 1 - FIRST_DOSE_H]).max() <= 1e-5
    took = median_s(lambda: run_command(arguments), repeats)
    return report("levels simulate, 10,000 people, 28 days", took, 4.0, peer_s * SUBJECTS), peer_s


def grid_times() -> np.ndarray:
    """Return the hours of 28 days."""
    return np.arange(HOURS + 1.0)


def attainment(repeats: int, peer_s: float) -> bool:
    """Time target attainment of 10,000 people at steady state."""
    arguments = [*(word.format("attainment") for word in ASKED), "--mic", "16"]
    said = json.loads(run_command(arguments))["attainment"]
    exact = np.quantile(500.0 / people()[3], [0.05, 0.25, 0.5, 0.75, 0.95])
    assert np.abs(np.array(said["auc24"]) / exact - 1.0).max() <= 1e-3
    took = median_s(lambda: run_command(arguments), repeats)
    return report("levels attainment, 10,000 people", took, 0.5, peer_s * SUBJECTS)


def estimates(repeats: int) -> bool:
    """Time 1,000 estimates with 2 samples and 4 effects, and one in a process of its own."""
    model, count = cycloserine(), 1000
    truth = drawn_effects(model, count, 2)
    blank = event_table([0.0, 338.0, 342.0], evid=[1, 0, 0], amt=[250.0, 0, 0], ii=[12.0, 0, 0], addl=[28, 0, 0], cmt=1)
    exact = simulate(model, blank, truth)[:, 1:]
    noise = 1.0 + 0.19 * np.random.default_rng(4).standard_normal(exact.shape)
    table = event_table(
        np.tile(blank.time_h, count), subject=np.repeat(np.arange(count), 3), evid=np.tile(blank.evid, count),
        amt=np.tile(blank.amt, count), ii=np.tile(blank.ii, count), addl=np.tile(blank.addl, count), cmt=1,
        dv=np.c_[np.full(count, np.nan), np.abs(exact * noise)].ravel(),
    )  # fmt: skip
    problem = estimation_problem(model, table)
    one, several = estimate(problem, starts=1), estimate(problem, starts=4)
    assert several.gradient_norm.max() < 1e-6
    assert np.all(several.objective <= one.objective + 1e-8)
    met = True
    for starts in (1, 4):
        seconds = median_s(lambda starts=starts: estimate(estimation_problem(model, table), starts=starts), repeats)
        met &= report(f"1,000 estimates, 2 samples, 4 effects, {starts} start(s)", seconds, 0.040)
    alone = estimation_problem(model, table.rows_of(3))
    found = estimate(alone)
    posterior = sample_posterior(alone, draws=100_000, found=found)
    assert posterior.khat < 0.7
    assert posterior.ess > 50_000
    seconds = median_s(lambda: sample_posterior(alone, draws=100_000, found=found), repeats)
    return report("100,000 posterior draws of one patient", seconds, 0.080) and met


def nonlinear(repeats: int, subjects: int) -> bool:
    """Time linezolid, which inhibits its own clearance, 28 days hourly."""
    arguments = ["levels", "simulate", "--drug", "linezolid", "--dose", "600 mg once a day", "--n", str(subjects)]
    said = json.loads(run_command([*arguments, "--format", "json"]))["simulation"]
    assert 8.0 < said["last_day"]["peak"][2] < 25.0
    took = median_s(lambda: run_command(arguments), repeats)
    return report(f"levels simulate, linezolid, {subjects} people, 28 days", took, 3.0)


def integrate_oral(model: Model, p: dict[str, float], mg: float, days: int, times: np.ndarray) -> np.ndarray:
    """Return one subject's curve from SciPy's LSODA, dose by dose: transit input, one compartment, memory."""
    transit = model.sites[0].transit
    shape, ktr = p["n_transit"] + transit.shape_plus, (p["n_transit"] + transit.rate_plus) / p["mtt"]
    constant = shape * np.log(ktr) - gammaln(shape) + np.log(mg * p.get("f", 1.0))
    induced = model.elimination is Elimination.MICHAELIS_MENTEN_AUTO_INDUCTION

    def slopes(age: float, state: np.ndarray) -> tuple[float, float, float]:
        depot, central, memory = state
        c = central / p["vc"]
        entering = np.exp(constant + (shape - 1.0) * np.log(age) - ktr * age) if age > 0.0 else 0.0
        if induced:
            leaving = memory * p["vmax"] * c / (p["km"] + c)
            drift = p["kenz"] * (1.0 + p["emax"] * c / (p["ec50"] + c) - memory)
        else:
            leaving = p["cl"] * c * (p["rclf"] + (1.0 - p["rclf"]) * p["ic50"] / (p["ic50"] + memory))
            drift = p["kic"] * (c - memory)
        return entering - p["ka"] * depot, p["ka"] * depot - leaving, drift

    state, result = np.array([0.0, 0.0, 1.0 if induced else 0.0]), np.zeros(times.size)
    for day in range(days):
        inside = (times > 24.0 * day) & (times <= 24.0 * (day + 1))
        solution = solve_ivp(
            slopes, (0.0, 24.0), state, method="LSODA", rtol=1e-8, atol=1e-9, max_step=1.0,
            t_eval=np.unique(np.r_[times[inside] - 24.0 * day, 24.0]),
        )  # fmt: skip
        result[inside] = solution.y[1, : int(inside.sum())] / p["vc"]
        state = solution.y[:, -1]
    return result


def own_parameters(model: Model, table: EventTable, effects: np.ndarray | None, row: int) -> dict[str, float]:
    """Return one individual's parameters as numbers, for the peer."""
    found = individuals(model, compile_history(model, table, table.evid == 0), effects)
    return {name: float(value[min(row, len(value) - 1), 0]) for name, value in found.items()}


def rifampicin(repeats: int) -> bool:
    """Time rifampicin (saturable, inducing itself), 600 mg once a day for 14 days hourly, one subject and 200."""
    model = engine_model(read_pk_models(drug="rifampicin")["rifampicin.svensson-2018"])
    doses = event_table([0.0], evid=1, amt=600.0, ii=24.0, addl=13, cmt=1, covariates={"fat_free_mass": 45.0})
    times = np.arange(14 * 24 + 1.0)
    table = with_points(doses, times)
    points, effects = table.evid == 0, drawn_effects(model, 200, 5)
    start = time.perf_counter()
    peer = integrate_oral(model, own_parameters(model, table, effects, 7), 600.0, 14, times)
    peer_s = time.perf_counter() - start
    curves = simulate(model, table, effects, points=points)
    assert np.abs(curves[7] - peer).max() <= 2e-6 * peer.max()
    assert np.abs(simulate(model, table, effects[7:8], points=points) - curves[7]).max() <= 1e-6 * peer.max()
    one = median_s(lambda: simulate(model, table, effects[7:8], points=points), repeats)
    many = median_s(lambda: simulate(model, table, effects, points=points), repeats)
    met = report("rifampicin, 1 subject, 14 days hourly", one, 0.05, peer_s)
    return report("rifampicin, 200 subjects, 14 days hourly", many, 1.2, peer_s * 200) and met


def visits(repeats: int) -> bool:
    """Time one estimate of linezolid's ten effects from two visits; the peer takes eleven curves, one step."""
    model = engine_model(read_pk_models(drug="linezolid")["linezolid.mockeliunas-2022"])
    covariates = {"weight": 60.0, "hiv": 0.0, "female": 0.0, "p_glycoprotein_inhibitor": 0.0}
    table = event_table(
        [0.0, 338.0, 342.0, 672.0, 674.0, 678.0], evid=[1, 0, 0, 1, 0, 0], amt=[600.0, 0, 0, 600.0, 0, 0],
        ii=[24.0, 0, 0, 24.0, 0, 0], addl=[27, 0, 0, 1, 0, 0], dv=[np.nan, 12.0, 8.5, np.nan, 14.0, 9.0], cmt=1,
        occasion=[1, 1, 1, 2, 2, 2], covariates=covariates,
    )  # fmt: skip
    problem = estimation_problem(model, table)
    parameters, times = own_parameters(model, table, None, 0), table.time_h[[1, 2, 4, 5]]
    start = time.perf_counter()
    peer = integrate_oral(model, parameters, 600.0, 29, times)
    peer_s = (time.perf_counter() - start) * (problem.n_effects + 1)
    assert np.abs(simulate(model, table, points=table.evid == 0)[0] - peer).max() <= 2e-6 * peer.max()
    found = estimate(problem)
    assert found.gradient_norm.max() < 1e-6
    whole = median_s(lambda: estimate(problem), min(repeats, 3))
    return report("linezolid, 2 visits, estimate from 4 starts", whole, 4.0, peer_s)


def start_up() -> bool:
    """Time the import of the engine in a fresh interpreter, above that of an empty one."""

    def run(code: str) -> float:
        return median_s(lambda: subprocess.run([sys.executable, "-c", code], check=True), 5)  # noqa: S603 own code

    seconds = run("import fullcourse.pharmacokinetics.estimation.posterior") - run("pass")
    return report("import of the engine", seconds, 0.25)


def main() -> int:
    """Run every measurement; the exit code is 1 when a limit was missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="fewer repeats")
    repeats = 3 if parser.parse_args().quick else 9
    met, peer_s = simulation(repeats)
    met &= attainment(repeats, peer_s)
    met &= estimates(repeats)
    met &= start_up()
    met &= nonlinear(1, 1000)
    met &= rifampicin(repeats)
    met &= visits(repeats)
    return 0 if met else 1


if __name__ == "__main__":
    sys.exit(main())
