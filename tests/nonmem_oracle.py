"""Follow NONMEM's event records one by one, the dumb way: the engine's event semantics are held against this.

It shares nothing with the engine: amounts in natural coordinates, every dose single, steady state by giving its past,
the matrix exponential between events (DOP853 where elimination saturates).
"""

from dataclasses import dataclass, field

import numpy as np
from scipy.integrate import solve_ivp
from scipy.linalg import expm

SAME_H = 1e-9


@dataclass
class Body:
    """Depots in order of their compartment number, then central, peripherals, metabolite and its own peripheral.

    sites: compartment number to the names of its parameters (ka, first_pass, f, lag, duration, rate) or target ('vp').
    ahead: additional and lagged doses take bioavailability, duration and rate from the record that is advanced to.
    """

    compartments: int
    sites: dict
    metabolite: bool = False
    saturable: bool = False
    past: int = 1500
    ahead: bool = False
    metabolite_peripheral: bool = False
    depots: list = field(default_factory=list)
    known: dict = field(default_factory=dict)

    def __post_init__(self):
        self.depots = [number for number, site in self.sites.items() if "ka" in site]
        self.central = len(self.depots)
        self.size = self.central + self.compartments + self.metabolite + self.metabolite_peripheral
        self.formed = self.central + self.compartments

    def place(self, number):
        if number in self.depots:
            return self.depots.index(number)
        return self.central + {"central": 0, "vp": 1}[self.sites[number].get("target", "central")]

    def matrix(self, p):
        a, c = np.zeros((self.size, self.size)), self.central
        for i, number in enumerate(self.depots):
            a[i, i] = -p[self.sites[number]["ka"]]
            a[c, i] = p[self.sites[number]["ka"]]
        if not self.saturable:
            a[c, c] -= p["cl"] / p["vc"]
        for i, (q, vp) in enumerate([("q", "vp"), ("q2", "vp2")][: self.compartments - 1], start=c + 1):
            a[c, c] -= p[q] / p["vc"]
            a[i, c] += p[q] / p["vc"]
            a[c, i] += p[q] / p[vp]
            a[i, i] -= p[q] / p[vp]
        if self.metabolite:
            m = self.formed
            a[m, c], a[m, m] = p["fm"] * p["cl"] / p["vc"], -p["clm"] / p["vm"]
            for i, number in enumerate(self.depots):
                first_pass = p.get(self.sites[number].get("first_pass"), 0.0)
                a[i, i] -= first_pass
                a[m, i] += first_pass
            if self.metabolite_peripheral:
                out, back = p["qm"] / p["vm"], p["qm"] / p["vpm"]
                a[m, m] -= out
                a[-1, m], a[m, -1], a[-1, -1] = out, back, -back
        return a

    def moved(self, p, amounts, rate, hours):
        if hours <= 0.0:
            return amounts
        a = self.matrix(p)
        if not self.saturable:
            key = (id(p), round(hours, 12), *rate)
            if key not in self.known:
                whole = np.zeros((self.size + 1, self.size + 1))
                whole[:-1, :-1], whole[:-1, -1] = a, rate
                self.known[key] = expm(whole * hours)
            return (self.known[key] @ np.r_[amounts, 1.0])[:-1]

        def change(_, x):
            slope = a @ x + rate
            level = x[self.central] / p["vc"]
            slope[self.central] -= p["vmax"] * level / (p["km"] + level) + p["cl"] * level
            return slope

        return solve_ivp(change, (0.0, hours), amounts, method="DOP853", rtol=1e-11, atol=1e-11).y[:, -1]

    def entries(self, record, numbers):
        """Return (time, what, compartment, size) of the doses of a record, by their number in its train."""
        result = []
        for k in numbers:
            lag = record["p"].get(self.sites[record["cmt"]].get("lag"), 0.0)
            at = record["time"] + lag + k * record["ii"]
            late = self.ahead and k >= 0 and (k > 0 or (lag > 0.0 and not record["ss"]))
            result += [(at, "late", record, 0.0)] if late else self.entry(record, record["p"], at)
        return result

    def entry(self, record, p, at):
        """Return one dose with given parameters."""
        site, place = self.sites[record["cmt"]], self.place(record["cmt"])
        given = record["amt"] * p.get(site.get("f"), 1.0)
        if record["rate"] == 0.0:
            return [(at, "dose", place, given)]
        modelled = {-1.0: lambda: given / p[site["rate"]], -2.0: lambda: p[site["duration"]]}
        hours = modelled.get(record["rate"], lambda: given / record["rate"])()
        return [(at, "rate", place, given / hours), (at + hours, "rate", place, -given / hours)]

    def followed(self, p, amounts, rate, begin, until, waiting):
        """Move on to a time, taking what is due by then from the list of what waits."""
        now, amounts, rate = begin, amounts.copy(), rate.copy()
        while waiting:
            waiting.sort(key=lambda entry: entry[0])
            at, what, place, size = waiting[0]
            if at > until + SAME_H:
                break
            waiting.pop(0)
            if what == "late":
                waiting += self.entry(place, p, at)
                continue
            amounts, now = self.moved(p, amounts, rate, at - now), max(now, at)
            (amounts if what == "dose" else rate)[place] += size
        return self.moved(p, amounts, rate, until - now), rate


def amounts_at_records(body, records):
    """Return amounts after each record; a record is a dict of time, evid, cmt, amt, rate, ii, addl, ss and p."""
    amounts, rate, now, waiting, result = np.zeros(body.size), np.zeros(body.size), records[0]["time"], [], []
    for record in records:
        at, p, gives = record["time"], record["p"], record["evid"] in (1, 4)
        amounts, rate = body.followed(p, amounts, rate, now, at, waiting)
        now = at
        if record["evid"] in (3, 4) or (gives and record["ss"] == 1):
            amounts, rate = np.zeros(body.size), np.zeros(body.size)
            waiting.clear()
        if gives and record["ss"] and record["amt"] == 0.0:
            endless = np.zeros(body.size)
            endless[body.place(record["cmt"])] = record["rate"]
            amounts = amounts - np.linalg.solve(body.matrix(p), endless)
        elif gives and record["ss"]:
            past = body.entries(record, range(-body.past, 0))
            begin = min(entry[0] for entry in past)
            steady, running = body.followed(p, np.zeros(body.size), np.zeros(body.size), begin, at, past)
            amounts, rate = amounts + steady, rate + running
            waiting += past
        if gives and record["amt"] > 0.0:
            waiting += body.entries(record, range(record["addl"] + 1))
            amounts, rate = body.followed(p, amounts, rate, at, at, waiting)
        result.append(amounts.copy())
    return np.array(result)
