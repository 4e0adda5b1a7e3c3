"""Three models of tests/data/pk by hand, as their differential equations, for an oracle that shares nothing with them.

A metabolite with two compartments that is formed on the way in; a liver in quasi-steady state before central; a
maximum rate of elimination that falls from moment to moment.
"""

from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from scipy.integrate import solve_ivp
from scipy.special import expit, logit

from fullcourse.knowledge.pk.model_reader import read_pk_model_file
from fullcourse.pharmacokinetics.events import event_table
from fullcourse.pharmacokinetics.inputs.model_files import engine_model
from nonmem_oracle import Body, amounts_at_records

FOLDER = Path(__file__).parent / "data" / "pk"
COLUMNS = ("evid", "cmt", "amt", "rate", "ii", "addl", "ss")


@dataclass
class Liver(Body):
    """The depot empties into a liver whose level stands at each moment where what comes in and goes out agree."""

    def matrix(self, p):
        a = np.zeros((5, 5))  # depot, central, metabolite, its peripheral: as Body orders them; one more to write rows
        flow, own = p["q_liver"], p["cl_intrinsic"]
        liver = np.array([p["ka"], flow / p["vc"], 0.0, 0.0, 0.0]) / (flow + own)  # level in the liver
        a[0, 0] = -p["ka"]
        a[1] = flow * liver
        a[1, 1] -= flow / p["vc"]
        out, back = p["qm"] / p["vm"], p["qm"] / p["vpm"]
        a[2] = p["fm"] * own * liver
        a[2, 2], a[2, 3] = -p["clm"] / p["vm"] - out, back
        a[3, 2], a[3, 3] = out, -back
        return a[:4, :4]


class Falling:
    """Follow doses into the depot of a model whose vmax falls, from dose to dose by DOP853."""

    def amounts(self, records):
        doses = []
        for r in records:
            if r["evid"] == 1:
                lag = r["p"]["lag1"] if r["cmt"] == 1 else 0.0
                part = r["p"]["f1"] if r["cmt"] == 1 else 1.0
                place = 0 if r["cmt"] == 1 else 1
                doses += [(r["time"] + lag + k * r["ii"], place, part * r["amt"]) for k in range(r["addl"] + 1)]
        doses.sort()
        p, state, now, result = records[0]["p"], np.zeros(3), records[0]["time"], []
        for r in records:  # parameters hold from the record before: those of this one
            p = r["p"]
            while doses and doses[0][0] <= r["time"] + 1e-12:
                at, place, mg = doses.pop(0)
                state, now = self.moved(p, state, now, at), at
                state[place] += mg
            state, now = self.moved(p, state, now, r["time"]), r["time"]
            result.append(state.copy())
        return np.array(result)

    @staticmethod
    def moved(p, state, begin, end):
        if end <= begin:
            return state.copy()

        def change(t, x):
            c = x[1] / p["vc"]
            vmax = p["vmax"] * (1.0 - 0.8 * (t - 1.0) / (2.2 + t - 1.0))
            out = vmax * c / (p["km"] + c) + p["cl"] * c
            between = p["q"] * (c - x[2] / p["vp"])
            return [-p["ka"] * x[0], p["ka"] * x[0] - out - between, between]

        return solve_ivp(change, (begin, end), state, method="DOP853", rtol=1e-11, atol=1e-11).y[:, -1]


@dataclass
class Written:
    """A model file, its oracle, and by hand: from effects and a record to parameters, from amounts to levels."""

    name: str
    individual: object
    prior: np.ndarray
    amounts: object
    levels: object
    records: object
    sd: tuple
    logarithm: bool = False
    near: float = 1e-8
    model: object = field(init=False)

    def __post_init__(self):
        self.model = engine_model(read_pk_model_file(FOLDER / f"{self.name}.toml"))

    def rows(self, effects):
        return [{**row, "p": self.individual(effects, row)} for row in self.records]

    def expected(self, effects):
        """Return levels of every output at every record, ``(outputs, records)``."""
        rows = self.rows(np.asarray(effects, dtype=float))
        return self.levels(self.amounts(rows), rows)

    def table(self, dv=None):
        rows = self.records
        return event_table(
            [row["time"] for row in rows], **{name: [row[name] for row in rows] for name in COLUMNS},
            dv=np.full(len(rows), np.nan) if dv is None else dv, occasion=[row["occasion"] for row in rows],
            covariates={"wt": np.array([row["wt"] for row in rows])}, reads_ahead=True,
        )  # fmt: skip


def record(time, cmt, amt=0.0, rate=0.0, *, ii=0.0, addl=0, ss=0, wt=70.0, occasion=1):
    return {"time": time, "evid": int(amt > 0.0), "cmt": cmt, "amt": amt, "rate": rate, "ii": ii, "addl": addl,
            "ss": ss, "wt": wt, "occasion": occasion}  # fmt: skip


def remembered(individual):
    """Return the same dictionary for the same parameters: the oracle keeps what it has computed by it."""
    known = {}

    def of(effects, row):
        p = individual(effects, row)
        return known.setdefault(tuple(p.values()), p)

    return of


@remembered
def two_and_two(e, row):
    occasion = e[8 + 2 * (row["occasion"] - 1) :]
    vc, vp, formed = 90.0 * np.exp(e[2]), 150.0 * np.exp(e[3]), 11.0 * np.exp(e[0])
    cl = formed + 22.0 * np.exp(e[1] + occasion[0])
    return {"cl": cl, "fm": formed / cl, "vc": vc, "q": 14.0, "vp": vp, "ka": 0.9, "first": 0.6 * np.exp(e[4]),
            "lag": 0.3 * np.exp(e[6]), "d": 0.8 * np.exp(e[7]), "clm": 16.0 * np.exp(e[5] + occasion[1]), "vm": vc,
            "qm": 6.0, "vpm": vp}  # fmt: skip


@remembered
def liver(e, row):
    size = row["wt"] / 70.0
    flow = size**0.75
    return {"ka": 0.5, "vc": 500.0 * size * np.exp(e[0]), "vm": 250.0 * size * np.exp(e[1]),
            "clm": 15.0 * flow * np.exp(e[2]), "cl_intrinsic": 30.0 * flow * np.exp(e[3]), "q_liver": 70.0 * flow,
            "fm": 0.3, "qm": 18.0 * flow, "vpm": 300.0 * size}  # fmt: skip


@remembered
def falling(e, row):
    flow = (row["wt"] / 70.0) ** 0.75
    return {"vmax": 60.0 * flow * np.exp(0.6 * e[0]), "km": 1.5 * np.exp(e[0]), "cl": 3.0 * flow * np.exp(e[1]),
            "vc": 60.0 * np.exp(e[2]), "q": 10.0, "vp": 80.0, "ka": 2.0 * np.exp(e[4]), "lag1": 0.6,
            "f1": expit(logit(0.6) + np.expm1(0.4 * e[3]) / 0.4)}  # fmt: skip


def with_metabolite(body):
    """Return levels of the drug and of the metabolite."""
    return lambda amounts, rows: np.array([
        amounts[:, body.central] / [row["p"]["vc"] for row in rows],
        amounts[:, body.formed] / [row["p"]["vm"] for row in rows],
    ])  # fmt: skip


TWO_AND_TWO = Body(
    2, {1: {"ka": "ka", "first_pass": "first", "lag": "lag", "duration": "d"}, 2: {}}, metabolite=True, past=100,
    ahead=True, metabolite_peripheral=True,
)  # fmt: skip
LIVER = Liver(1, {1: {"ka": "ka"}}, metabolite=True, past=100, ahead=True, metabolite_peripheral=True)
BLOCK = np.diag([0.3, 0.25, 0.2, 0.2, 0.2, 0.15, 0.1, 0.2, 0.1, 0.05, 0.1, 0.05])
BLOCK[1, 2] = BLOCK[2, 1] = 0.1
PAIRS = np.diag([0.1, 0.3, 0.2, 0.12])
PAIRS[0, 1] = PAIRS[1, 0] = 0.02
PAIRS[1, 2] = PAIRS[2, 1] = 0.03

WRITTEN = {
    "metabolite of two compartments": Written(
        "metabolite-two-compartments", two_and_two, BLOCK,
        lambda rows: amounts_at_records(TWO_AND_TWO, rows), with_metabolite(TWO_AND_TWO),
        [record(0.0, 1, 500.0, -2.0, ii=24.0, ss=1), record(23.6, 2), record(23.6, 4), record(24.0, 1, 500.0, -2.0),
         record(26.2, 2), record(26.2, 4), record(28.1, 2), record(28.1, 4),
         record(48.0, 2, 200.0, 50.0, ii=12.0, addl=2, occasion=2), record(50.0, 2, occasion=2),
         record(50.0, 4, occasion=2), record(74.7, 2, occasion=2), record(74.7, 4, occasion=2)],
        (0.2, 0.15),
    ),
    "liver before central": Written(
        "liver-first-pass", liver, PAIRS, lambda rows: amounts_at_records(LIVER, rows), with_metabolite(LIVER),
        [record(0.0, 1, 50.0, ii=24.0, addl=6), record(2.0, 2), record(2.0, 3),
         record(96.0, 1, 20.0, 4.0, ii=12.0, addl=1, wt=60.0),
         record(150.0, 2, wt=60.0), record(150.0, 3, wt=60.0), record(170.0, 2, wt=80.0), record(170.0, 3, wt=80.0)],
        (0.2, 0.15),
    ),
    "falling vmax": Written(
        "drifting-vmax", falling, np.diag([0.6, 0.2, 0.15, 0.5, 0.4]), lambda rows: Falling().amounts(rows),
        lambda amounts, rows: amounts[:, 1][None] / [row["p"]["vc"] for row in rows],
        [record(0.0, 1, 400.0, ii=12.0, addl=1), record(0.3, 2), record(1.5, 2), record(9.0, 2),
         record(24.0, 1, 200.0, ii=12.0, addl=11), record(69.7, 2), record(72.0, 2, 100.0, wt=60.0),
         record(72.4, 2, wt=60.0), record(170.9, 2)],
        (0.15,), logarithm=True, near=1e-6,
    ),
}  # fmt: skip
