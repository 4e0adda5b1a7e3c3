"""Every feature of a model, said in a model file and fitted to a data file in NONMEM's format by the commands.

The objective that ``fit`` writes is computed again from its effects by an oracle of NONMEM's records, the individual
parameters written out by hand; and nothing near its effects is better.
"""

import csv
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner
from scipy.optimize import minimize
from scipy.special import expit, logit

from fullcourse.interfaces.cli.main import fullcourse
from nonmem_models import model_text
from nonmem_oracle import Body, amounts_at_records

BASE = {"cl": 4.0, "vc": 70.0, "ka": 1.0}
DEPOT, CENTRAL = 'compartment = 1, ka = "ka"', "compartment = 2"
OMEGA = {"cl": 0.2, "vc": 0.2, "ka": 0.2}
AT = (1.5, 4.4, 7.1, 24.6, 73.5, 79.0)


@dataclass(frozen=True)
class Case:
    """A model file, the oracle's body, and by hand: effects and a record to parameters."""

    text: str
    individual: object
    prior: np.ndarray
    compartments: int = 1
    sites: dict = field(default_factory=lambda: {1: {"ka": "ka"}, 2: {}})
    doses: tuple = ((1, 0.0),)
    scale: float = 1.0
    additive: float = 0.0
    proportional: float = 0.2
    logarithm: bool = False
    saturable: bool = False
    metabolite: bool = False
    volume: str = "vc"
    steady: bool = False


def log_normal(typical, names):
    return lambda e, row: {**typical, **{n: typical[n] * np.exp(x) for n, x in zip(names, e, strict=False)}}


def plain(omega=OMEGA, typical=BASE, **more):
    error = more.pop("error", None)
    text = model_text(typical, [DEPOT, CENTRAL], effects=omega, **({"error": error} if error else {}))
    return Case(text, log_normal(typical, list(omega)), np.diag(list(omega.values())), **more)


def with_lag():
    values, omega = {**BASE, "lag": 1.0}, {**OMEGA, "lag": 0.2}
    text = model_text(values, [DEPOT + ', lag = "lag"', CENTRAL], effects=omega)
    sites = {1: {"ka": "ka", "lag": "lag"}, 2: {}}
    return Case(text, log_normal(values, list(omega)), np.diag([0.2] * 4), sites=sites, steady=True)


def zero_order(compartment):
    values, omega = {**BASE, "d": 3.3}, {"cl": 0.2, "vc": 0.2, "d": 0.2}
    site = f'compartment = {compartment}, duration = "d"' + (', ka = "ka"' if compartment == 1 else "")
    other = CENTRAL if compartment == 1 else DEPOT
    own = {"duration": "d", **({"ka": "ka"} if compartment == 1 else {})}
    sites = {compartment: own, 3 - compartment: {} if compartment == 1 else {"ka": "ka"}}
    return Case(model_text(values, [site, other], effects=omega), log_normal(values, list(omega)), np.diag([0.2] * 3),
                sites=sites, doses=((compartment, -2.0),))  # fmt: skip


def dual_absorption():
    values, omega = {**BASE, "d": 3.3, "f1": 0.2}, {**OMEGA, "d": 0.2, "f1": 0.5}
    text = model_text(
        values, [DEPOT + ', share = "f1"', CENTRAL + ', duration = "d", share_besides = "f1"'], effects=omega,
        transforms={"f1": "logit_normal"},
    )  # fmt: skip

    def individual(e, _):
        p = log_normal(values, ["cl", "vc", "ka", "d"])(e, None)
        share = expit(logit(0.2) + e[4])
        return {**p, "f1": share, "f2": 1.0 - share}

    sites = {1: {"ka": "ka", "f": "f1"}, 2: {"duration": "d", "f": "f2"}}
    return Case(text, individual, np.diag([0.2] * 4 + [0.5]), sites=sites, doses=((1, 0.0), (2, -2.0)))


def two_depots():
    values, omega = {**BASE, "slow": 0.25, "f1": 0.2}, {**OMEGA, "slow": 0.2}
    third = 'compartment = 3, ka = "slow", share_besides = "f1"'
    text = model_text(values, [DEPOT + ', share = "f1"', CENTRAL, third], effects=omega)
    sites = {1: {"ka": "ka", "f": "f1"}, 2: {}, 3: {"ka": "slow", "f": "f3"}}
    hand = log_normal({**values, "f3": 0.8}, list(omega))
    return Case(text, hand, np.diag([0.2] * 4), sites=sites, doses=((1, 0.0), (3, 0.0)))


def logit_bioavailability():
    values = {**BASE, "f1": 0.5}
    text = model_text(values, [DEPOT + ', bioavailability = "f1"', CENTRAL], effects={**OMEGA, "f1": 0.2},
                      transforms={"f1": "logit_normal"})  # fmt: skip
    hand = lambda e, _: {**log_normal(values, ["cl", "vc", "ka"])(e, None), "f1": expit(e[3])}  # noqa: E731
    return Case(text, hand, np.diag([0.2] * 4), sites={1: {"ka": "ka", "f": "f1"}, 2: {}}, doses=((1, 0.0), (2, 500.0)))


def two_compartments():
    values, omega = {**BASE, "vp": 50.0, "q": 4.0}, {**OMEGA, "vp": 0.2}
    text = model_text(values, [DEPOT, CENTRAL], compartments=2, effects=omega)
    return Case(text, log_normal(values, list(omega)), np.diag([0.2] * 4), compartments=2, doses=((2, 800.0),))


def saturable(with_clearance):
    values = {"vmax": 10000.0, "km": 2500.0, "vc": 70.0, "ka": 1.0, **({"cl": 4.0} if with_clearance else {})}
    omega = dict.fromkeys(("vmax", "vc", "ka", "km", *(("cl",) if with_clearance else ())), 0.2)
    text = model_text(values, [DEPOT, CENTRAL], elimination="michaelis_menten", effects=omega)
    hand = log_normal({"cl": 0.0, **values}, list(omega))
    return Case(text, hand, 0.2 * np.eye(len(omega)), saturable=True, scale=10.0)


def changing_covariates():
    text = model_text(
        BASE, [DEPOT, CENTRAL], effects=OMEGA, covariates=("bw", "sex"),
        relations=('on = "cl", form = "power", covariate = "bw", coefficient = 1.5, reference = 75',
                   'on = "cl", form = "indicator", covariate = "sex", coefficient = 0.75, reference = 1'),
    )  # fmt: skip

    def individual(e, row):
        p = log_normal(BASE, list(OMEGA))(e, None)
        return {**p, "cl": p["cl"] * (row["BW"] / 75.0) ** 1.5 * 0.75 ** row["SEX"]}

    return Case(text, individual, np.diag([0.2] * 3))


def with_metabolite():
    values = {**BASE, "cl_metabolite": 2.5, "v_metabolite": 60.0, "fm": 0.7}
    omega = {**OMEGA, "cl_metabolite": 0.2, "v_metabolite": 0.2}
    text = model_text(values, [DEPOT, CENTRAL], effects=omega, metabolite="product",
                      observed=(("exampline", 2), ("product", 3)))  # fmt: skip

    def individual(e, _):
        p = log_normal(values, list(omega))(e, None)
        return {**p, "clm": p["cl_metabolite"], "vm": p["v_metabolite"]}

    return Case(text, individual, 0.2 * np.eye(5), metabolite=True)


def blocks_and_occasions():
    values = {"cl": 7.1, "vc": 25.1, "q": 0.15, "vp": 2.7}
    omega = {"cl": 0.266256, "vc": 0.233289, "q": 0.430336, "vp": 0.4096}
    text = model_text(
        values, ["compartment = 1"], compartments=2, effects=omega, pairs=(("cl", "vc", 0.1), ("q", "vp", 0.084164)),
        occasions={"cl": 0.27225}, observed=(("exampline", 1),), unit="umol/L",
        more=f", dose_molar_mass_g_per_mol = {1000.0 / 2.2!r}",
        error='convention = "combined2", proportional = 0.46, additive = 1.5, unit = "umol/L"',
    )  # fmt: skip

    def individual(e, row):
        p = log_normal(values, list(omega))(e, None)
        return {**p, "cl": p["cl"] * np.exp(e[4 if row["CYCLE"] == 1 else 5]), "observed": p["vc"] / 2.2}

    prior = np.diag([*omega.values(), 0.27225, 0.27225])
    prior[0, 1] = prior[1, 0] = 0.1
    prior[2, 3] = prior[3, 2] = 0.084164
    return Case(text, individual, prior, compartments=2, sites={1: {}}, doses=((1, 300.0),), proportional=0.46,
                additive=1.5, volume="observed")  # fmt: skip


def lagged_and_by_occasion():
    values, omega = {**BASE, "slow": 0.12, "lag": 0.98, "f1": 1.0, "fr": 0.361}, {**OMEGA, "f1": 0.126}
    first = 'compartment = 1, ka = "ka", bioavailability = "f1", share = "fr"'
    third = 'compartment = 3, ka = "slow", lag = "lag", bioavailability = "f1", share_besides = "fr"'
    text = model_text(values, [first, CENTRAL, third], effects=omega, occasions={"f1": 0.555})

    def individual(e, row):
        p = log_normal(values, list(omega))(e, None)
        f = p["f1"] * np.exp(e[4 if row["CYCLE"] == 1 else 5])
        return {**p, "first": f * 0.361, "third": f * 0.639}

    sites = {1: {"ka": "ka", "f": "first"}, 2: {}, 3: {"ka": "slow", "lag": "lag", "f": "third"}}
    prior = np.diag([*omega.values(), 0.555, 0.555])
    return Case(text, individual, prior, sites=sites, doses=((1, 0.0), (3, 0.0)))


CASES = {
    "lag": with_lag(),
    "zero order into central": zero_order(2),
    "zero order into the depot": zero_order(1),
    "zero and first order": dual_absorption(),
    "two depots": two_depots(),
    "logit bioavailability": logit_bioavailability(),
    "two compartments, infused": two_compartments(),
    "saturable": saturable(False),
    "saturable beside linear": saturable(True),
    "covariates that change": changing_covariates(),
    "metabolite": with_metabolite(),
    "additive": plain(error='convention = "additive", additive = 2.0, unit = "mg/L"', additive=2.0, proportional=0.0),
    "combined": plain(
        error='convention = "combined2", proportional = 0.2, additive = 2.0, unit = "mg/L"', additive=2.0
    ),
    "log-normal": plain(error='convention = "log_normal", log_sd = 0.2', logarithm=True),
    "large omega": plain({"cl": 1.0, "vc": 1.0, "ka": 1.0}),
    "blocks and occasions": blocks_and_occasions(),
    "bioavailability by occasion, lagged": lagged_and_by_occasion(),
}


def records_of(case, subject):
    """Return the records of a subject, without levels: a single dose, seven more a day from 72 h on, samples."""
    at_doses = [(0.0, 0.0, 0, 0), (72.0, 24.0, 6, int(case.steady and subject == 2))]
    rows = []
    for time, ii, addl, ss in at_doses:
        rows += [{"TIME": time, "EVID": 1, "CMT": cmt, "AMT": 1000.0 * case.scale, "RATE": rate * case.scale
                  if rate > 0 else rate, "II": ii, "ADDL": addl, "SS": ss} for cmt, rate in case.doses]  # fmt: skip
    outputs = (2, 3) if case.metabolite else (min(case.sites) if len(case.sites) == 1 else 2,)
    for time in AT:
        rows += [{"TIME": time, "EVID": 0, "CMT": cmt, "AMT": 0.0, "RATE": 0.0, "II": 0.0, "ADDL": 0, "SS": 0}
                 for cmt in outputs]  # fmt: skip
    rows.sort(key=lambda row: (row["TIME"], 1 - row["EVID"], row["CMT"]))
    for k, row in enumerate(rows):
        row.update(
            ID=subject, BW=60.0 + 7.0 * ((k + subject) % 5), SEX=(k // 3) % 2, CYCLE=1 if row["TIME"] < 72 else 2
        )
    return rows


def levels_of(case, rows, effects):
    """Return predictions at the samples, by the oracle."""
    body = Body(case.compartments, case.sites, case.metabolite, case.saturable, past=200, ahead=True)
    known = {}
    records = []
    for row in rows:
        p = case.individual(effects, row)
        p = known.setdefault(tuple(p.values()), p)
        names = ("TIME", "EVID", "CMT", "AMT", "RATE", "II", "ADDL", "SS")
        records.append({**{name.lower(): row[name] for name in names}, "p": p})
    amounts = amounts_at_records(body, records)
    return np.array([
        amounts[i, -1] / r["p"]["vm"] if r["cmt"] == 3 else amounts[i, body.central] / r["p"][case.volume]
        for i, r in enumerate(records) if r["evid"] == 0
    ])  # fmt: skip


def by_hand(case, rows, effects):
    f = levels_of(case, rows, effects)
    y = np.array([row["DV"] for row in rows if row["EVID"] == 0])
    prior = effects @ np.linalg.solve(case.prior, effects)
    if case.logarithm:
        return np.sum((np.log(y / f) / 0.2) ** 2 + np.log(0.04)) + prior
    v = (case.proportional * f) ** 2 + case.additive**2
    return np.sum((y - f) ** 2 / v + np.log(v)) + prior


@pytest.fixture(scope="module")
def fitted(tmp_path_factory):
    """Return, by case: the records with their levels, and the rows that ``fit`` wrote."""
    done = {}

    def of(name):
        if name not in done:
            done[name] = run_fit(CASES[name], tmp_path_factory.mktemp("fit"))
        return done[name]

    return of


def run_fit(case, folder: Path):
    g = np.random.default_rng(3)
    people = []
    for subject in (1, 2):
        rows = records_of(case, subject)
        f = levels_of(case, rows, 0.5 * g.multivariate_normal(np.zeros(len(case.prior)), case.prior))
        noise = np.sqrt((case.proportional * f) ** 2 + case.additive**2) * g.standard_normal(f.size)
        levels = iter(np.round(np.maximum(f + 0.7 * noise, 0.05 * f), 5))
        for row in rows:
            row["DV"] = next(levels) if row["EVID"] == 0 else "."
        people.append(rows)
    names = ["ID", "TIME", "EVID", "AMT", "CMT", "II", "ADDL", "SS", "RATE", "DV", "BW", "SEX", "CYCLE"]
    with (folder / "data.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, names)
        writer.writeheader()
        writer.writerows(row for rows in people for row in rows)
    (folder / "model.toml").write_text(case.text, encoding="utf-8")
    command = ["levels", "fit", str(folder / "data.csv"), "--model", str(folder / "model.toml"), "--occasion", "CYCLE"]
    result = CliRunner().invoke(fullcourse, [*command, "--out", str(folder / "etas.csv")])
    assert result.exit_code == 0, repr(result.exception)
    with (folder / "etas.csv").open(encoding="utf-8") as file:
        return folder, people, list(csv.DictReader(file))


@pytest.mark.parametrize("name", CASES)
def test_the_objective_is_the_one_written_by_hand_and_nothing_near_is_better(name, fitted):
    case = CASES[name]
    _, people, found = fitted(name)
    near = 2e-4 if case.saturable else 1e-6
    for rows, row in zip(people, found, strict=True):
        effects = np.array([float(value) for key, value in row.items() if key.startswith("ETA(")])
        assert effects.size == len(case.prior)
        assert float(row["OBJ"]) == pytest.approx(by_hand(case, rows, effects), abs=near)
        assert row["CONVERGED"] == "1"
        if not case.saturable:
            step = minimize(lambda e, rows=rows: by_hand(case, rows, e), effects, method="L-BFGS-B",
                            options={"maxiter": 6})  # fmt: skip
            assert float(row["OBJ"]) <= step.fun + near


def test_conditional_variances_are_written_with_their_covariances(fitted):
    _, _, found = fitted("combined")
    row = found[0]
    names = ("cl", "vc", "ka")
    matrix = np.diag([float(row[f"VAR({name})"]) for name in names])
    for i, second in enumerate(names):
        for j, first in enumerate(names[:i]):
            matrix[i, j] = matrix[j, i] = float(row[f"COV({first},{second})"])
    assert np.all(np.linalg.eigvalsh(matrix) > 0.0)
    assert np.all(np.diagonal(matrix) < 0.2)


def test_an_occasion_is_named_by_its_own_number(fitted):
    _, _, found = fitted("blocks and occasions")
    assert {"ETA(cl@1)", "ETA(cl@2)", "VAR(cl@2)"} <= set(found[0])


@pytest.mark.parametrize("name", ["lag", "metabolite", "blocks and occasions"])
def test_predict_gives_every_record_the_level_of_the_oracle(name, fitted):
    case = CASES[name]
    folder, people, found = fitted(name)
    command = [
        "levels",
        "predict",
        str(folder / "data.csv"),
        "--model",
        str(folder / "model.toml"),
        "--occasion",
        "CYCLE",
    ]
    result = CliRunner().invoke(fullcourse, [*command, "--effects", str(folder / "etas.csv")])
    assert result.exit_code == 0, repr(result.exception)
    said = [row for row in csv.DictReader(result.output.splitlines()) if row["EVID"] == "0"]
    typical, own = [], []
    for rows, row in zip(people, found, strict=True):
        effects = np.array([float(value) for key, value in row.items() if key.startswith("ETA(")])
        typical += list(levels_of(case, rows, 0.0 * effects))
        own += list(levels_of(case, rows, effects))
    assert [float(row["PRED"]) for row in said] == pytest.approx(typical, rel=1e-6)
    assert [float(row["IPRED"]) for row in said] == pytest.approx(own, rel=1e-6)
