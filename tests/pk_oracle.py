"""Solve linear compartment models by DOP853, from the plain equations: the engine's results are held against this.

It shares no formula with the engine: amounts in natural coordinates, doses one by one, steady state by giving many.
"""

import numpy as np
from scipy.integrate import solve_ivp
from scipy.stats import gamma


def concentrations(structure, doses, times, changes=()):
    """Return amounts over volume at times.

    structure: dict of cl, vc, and optionally q, vp, q2, vp2, ka, cl_m, v_m, fm.
    doses: list of dict(time, mg, and optionally duration, to ('depot' or 'central'), shape, ktr).
    changes: list of (time, structure) from which on another structure holds.
    """
    stops = sorted(
        {0.0, *times, *(d["time"] for d in doses), *(d["time"] + d.get("duration", 0.0) for d in doses)}
        | {at for at, _ in changes}
    )
    stops = [s for s in stops if s >= min([0.0, *times, *(d["time"] for d in doses)])]
    state, now, result = np.zeros(5), min(stops[0], *(d["time"] for d in doses)), {}
    for stop in sorted({now, *stops}):
        if stop > now:
            state = _solve(structure, doses, state, now, stop)
        now = stop
        for at, following in changes:
            if at == stop:
                structure = following
        for dose in doses:
            if dose["time"] == stop and "duration" not in dose and "shape" not in dose:
                state[0 if dose.get("to", "depot") == "depot" else 1] += dose["mg"]
        result[stop] = state.copy()
    central = np.array([result[t][1] for t in times]) / structure["vc"]
    metabolite = np.array([result[t][4] for t in times]) / structure.get("v_m", 1.0)
    return central, metabolite


def _solve(s, doses, state, begin, end):
    def slopes(t, x):
        into = np.zeros(2)
        for dose in doses:
            place = 0 if dose.get("to", "depot") == "depot" else 1
            age = t - dose["time"]
            if "duration" in dose and dose["time"] <= 0.5 * (begin + end) < dose["time"] + dose["duration"]:
                into[place] += dose["mg"] / dose["duration"]
            if "shape" in dose and age > 0:
                into[place] += dose["mg"] * gamma.pdf(age, dose["shape"], scale=1.0 / dose["ktr"])
        absorbed = s.get("ka", 0.0) * x[0]
        c = x[1] / s["vc"]
        first = s.get("q", 0.0) * (c - x[2] / s.get("vp", 1.0))
        second = s.get("q2", 0.0) * (c - x[3] / s.get("vp2", 1.0))
        gone = s["cl"] * c
        made = s.get("fm", 0.0) * gone - s.get("cl_m", 0.0) / s.get("v_m", 1.0) * x[4]
        return [into[0] - absorbed, into[1] + absorbed - gone - first - second, first, second, made]

    return solve_ivp(slopes, (begin, end), state, method="DOP853", rtol=1e-12, atol=1e-12).y[:, -1]
