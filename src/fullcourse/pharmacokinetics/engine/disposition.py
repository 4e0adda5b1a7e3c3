"""Advance amounts in linear compartments over any time in one exact step.

The central and peripheral compartments are carried as modes (left eigenvectors), one decaying exponential each;
depots, metabolites and effect compartments hang before and behind them as chains. One function, ``advance``, moves
a state over an interval with constant parameters and inputs. Doses, steady state, infusions and covariates that
change are all built from it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from fullcourse.pharmacokinetics.engine.individual import Parameters
from fullcourse.pharmacokinetics.kernels.dual import Real, expanded, sqrt, value_of, where
from fullcourse.pharmacokinetics.kernels.exponentials import cascade
from fullcourse.pharmacokinetics.model import LinkKind, Model

State = list[Any]
"""Amounts: depots (one a site with ``ka``, else None), modes of central, modes of links (one, or two of a metabolite
with a peripheral compartment); None stands for nothing there."""


@dataclass(frozen=True, slots=True)
class System:
    """Rates and weights of one linear system; every entry an array or dual that broadcasts over the batch.

    Attributes:
        model: Whose structure it is.
        ka: Absorption rate of each site (None: enters a compartment directly), 1/h.
        modes: Decay rates of the central modes, 1/h, fastest first.
        into: ``into[target][i]``: share of an amount put into a target (``central``, ``vp``, ``vp2``) that goes to
            mode i.
        beside: ``beside[p][i]``: amount in peripheral p for one unit of mode i.
        link_in: Rate of formation of each link from its source's amount, 1/h (1/(h L) for an effect site).
        link_out: Decay rates of the modes of each link, 1/h; one is its rate of loss.
        link_into: ``link_into[link]["central" or "vp"][i]``: as ``into``, of the link and of its peripheral.
        link_beside: ``link_beside[link][i]``: amount in the link's peripheral for one unit of mode i; empty: none.
    """

    model: Model
    ka: tuple[Any, ...]
    modes: tuple[Any, ...]
    into: dict[str, tuple[Any, ...]]
    beside: tuple[tuple[Any, ...], ...]
    link_in: tuple[Any, ...]
    link_out: tuple[tuple[Any, ...], ...]
    link_into: tuple[dict[str, tuple[Any, ...]], ...]
    link_beside: tuple[tuple[Any, ...], ...]

    def link_at(self, index: int) -> slice:
        """Return where the modes of a link stand in a state."""
        begin = len(self.ka) + len(self.modes) + sum(len(modes) for modes in self.link_out[:index])
        return slice(begin, begin + len(self.link_out[index]))

    def into_link(self, site: int) -> int:
        """Return the index of the link into which a site leads; -1: it leads to central or a peripheral."""
        target = self.model.sites[site].target
        if target in self.into or target in ("vp", "vp2"):
            return -1
        return [link.name for link in self.model.links].index(target)


def linear_system(model: Model, parameters: Parameters, axes: int = 0) -> System:
    """Return the system of a model for individual parameters, with ``axes`` axes appended to every entry.

    Source:
        Standard mammillary solutions; for three compartments the roots of the cubic by Viete's formula, then two
        steps of Newton, which also carry the sensitivities.
    """
    p = {name: expanded(value, axes) for name, value in parameters.items()}
    modes, into, beside = _modes(model, p)
    ka = tuple(p[site.ka] if site.ka else None for site in model.sites)
    link_in: list[Any] = []
    link_modes: list[tuple[tuple[Any, ...], dict[str, tuple[Any, ...]], tuple[Any, ...]]] = []
    out_of: dict[str, Any] = {"central": p["cl"] / p["vc"] if "cl" in p else 0.0}
    volume_of: dict[str, Any] = {"central": p["vc"]}
    for link in model.links:
        share = p[link.fraction] if link.fraction else 1.0
        loss = p[link.rate_out] if link.rate_out else p[link.clearance or ""] / p[link.volume or ""]
        if link.kind is LinkKind.METABOLITE:
            gain = share * out_of[link.source]
        elif link.kind is LinkKind.EFFECT:
            gain = loss * share / volume_of[link.source]
        else:
            gain = p[link.rate_in or ""] * share
        out_of[link.name] = loss
        volume_of[link.name] = p[link.volume] if link.volume else 1.0
        link_in.append(gain)
        if link.q and link.vp:
            pair = _two(loss, p[link.q] / volume_of[link.name], p[link.q] / p[link.vp])
            link_modes.append((pair[0], pair[1], pair[2][0]))
        else:
            link_modes.append(((loss,), {"central": (1.0,)}, ()))
    link_out, link_into, link_beside = (
        (tuple(part) for part in zip(*link_modes, strict=True)) if link_modes else ((),) * 3
    )
    return System(model, ka, modes, into, beside, tuple(link_in), link_out, link_into, link_beside)


def _modes(model: Model, p: Parameters) -> tuple[tuple[Any, ...], dict[str, tuple[Any, ...]], tuple[Any, ...]]:
    """Return decay rates, left weights by target, and right weights of the peripherals."""
    leave = p["cl"] / p["vc"]
    if model.compartments == 1:
        return (leave,), {"central": (1.0,)}, ()
    out1, back1 = p["q"] / p["vc"], p["q"] / p["vp"]
    if model.compartments == 2:
        return _two(leave, out1, back1)
    return _three(p, leave, out1, back1)


def _two(leave: Real, out1: Real, back1: Real) -> tuple[Any, Any, Any]:
    """Return modes and weights of a compartment with one peripheral."""
    total = leave + out1 + back1
    gap = sqrt((leave + out1 - back1) * (leave + out1 - back1) + 4.0 * out1 * back1)
    fast = (total + gap) / 2.0
    slow = leave * back1 / fast
    difference = leave + out1 - back1
    forward = np.asarray(value_of(difference)) >= 0.0
    small = 2.0 * out1 * back1 / (gap + where(forward, difference, -difference))
    large = (gap + where(forward, difference, -difference)) / 2.0
    above = where(forward, large, small)  # fast - back1, without cancellation
    below = where(forward, small, large)  # back1 - slow
    into = {"central": (above / gap, below / gap), "vp": (-back1 / gap, back1 / gap)}
    return (fast, slow), into, ((-out1 / above, out1 / below),)


def _three(p: Parameters, leave: Real, out1: Real, back1: Real) -> tuple[Any, Any, Any]:
    """Return modes and weights of three compartments."""
    out2, back2 = p["q2"] / p["vc"], p["q2"] / p["vp2"]
    apart = np.abs(np.asarray(value_of(back1 - back2))) > 1e-9 * np.asarray(value_of(back1 + back2))
    back2 = where(apart, back2, back2 * (1.0 + 4e-9))  # equal peripherals share a mode that central never sees
    c2 = leave + out1 + out2 + back1 + back2
    c1 = leave * back1 + leave * back2 + out1 * back2 + out2 * back1 + back1 * back2
    c0 = leave * back1 * back2
    v2, v1, v0 = (np.asarray(value_of(c)) for c in (c2, c1, c0))
    third = v2 / 3.0
    p_term = np.maximum(third * third - v1 / 3.0, 1e-300)
    q_term = third**3 - third * v1 / 2.0 + v0 / 2.0
    radius = np.sqrt(p_term)
    angle = np.arccos(np.clip(q_term / (p_term * radius), -1.0, 1.0)) / 3.0
    modes = []
    for turn in range(3):
        root: Any = third + 2.0 * radius * np.cos(angle - 2.0 * np.pi * turn / 3.0)
        for _ in range(4):
            slope = (3.0 * root - 2.0 * v2) * root + v1
            root = root - (((root - v2) * root + v1) * root - v0) / np.where(slope == 0.0, 1e-300, slope)
        slope = (3.0 * root - 2.0 * v2) * root + v1
        modes.append(root - (((root - c2) * root + c1) * root - c0) / np.where(slope == 0.0, 1e-300, slope))
    modes.sort(key=lambda mode: -float(np.mean(value_of(mode))))
    central, first, second = [], [], []
    for i, mode in enumerate(modes):
        others = [modes[j] for j in range(3) if j != i]
        weight = (back1 - mode) * (back2 - mode) / ((others[0] - mode) * (others[1] - mode))
        central.append(weight)
        first.append(back1 * (back2 - mode) / ((others[0] - mode) * (others[1] - mode)))
        second.append(back2 * (back1 - mode) / ((others[0] - mode) * (others[1] - mode)))
    into = {"central": tuple(central), "vp": tuple(first), "vp2": tuple(second)}
    beside = tuple(tuple(out / (back - mode) for mode in modes) for out, back in ((out1, back1), (out2, back2)))
    return tuple(modes), into, beside


def empty_state(system: System) -> State:
    """Return a state with nothing in it."""
    return [None] * (len(system.ka) + len(system.modes) + sum(len(modes) for modes in system.link_out))


def advance(system: System, state: State, time: Real, site: int = -1, rate: Real | None = None) -> State:
    """Return the state after ``time``, with a constant input into one site meanwhile.

    Args:
        system: Rates and weights, constant over the interval.
        state: Amounts, mg.
        time: Length of the interval, h, at least 0.
        site: Index of the site that receives the input; -1 none.
        rate: Rate of that input, mg/h.

    Returns:
        Amounts at the end, exact to rounding.
    """
    n_sites = len(system.ka)
    result = empty_state(system)
    zero = np.zeros(())
    for s, ka in enumerate(system.ka):
        if ka is not None:
            heads = [] if state[s] is None else [(state[s], [ka])]
            if s == site and rate is not None:
                heads.append((rate, [zero, ka]))
            result[s] = _sum(heads, time)
    ways: dict[str, list[tuple[Any, list[Any]]]] = {"central": []}
    entering = _entering(system, state, site, rate)
    for i, mode in enumerate(system.modes):
        heads = [] if state[n_sites + i] is None else [(state[n_sites + i], [mode])]
        for s, amount, path in entering:
            if system.into_link(s) < 0:
                heads.append((amount * system.into[system.model.sites[s].target][i], [*path, mode]))
        result[n_sites + i] = _sum(heads, time)
        ways["central"] += heads
    for n, link in enumerate(system.model.links):
        flows = [(amount * system.link_in[n], path) for amount, path in ways[link.source]]
        flows += [(amount, path) for s, amount, path in entering if system.into_link(s) == n]
        place = system.link_at(n)
        ways[link.name] = []
        for i, mode in enumerate(system.link_out[n]):
            heads = [(amount * system.link_into[n]["central"][i], [*path, mode]) for amount, path in flows]
            if state[place][i] is not None:
                heads.append((state[place][i], [mode]))
            result[place.start + i] = _sum(heads, time)
            ways[link.name] += heads
    return result


def _entering(system: System, state: State, site: int, rate: Real | None) -> list[tuple[int, Any, list[Any]]]:
    """Return what enters a compartment from each site: its index, an amount, and the path that it has behind it."""
    entering: list[tuple[int, Any, list[Any]]] = []
    zero = np.zeros(())
    for s, ka in enumerate(system.ka):
        if ka is not None and state[s] is not None:
            entering.append((s, state[s] * ka, [ka]))
        if s == site and rate is not None:
            entering.append((s, rate, [zero]) if ka is None else (s, rate * ka, [zero, ka]))
    return entering


def _sum(heads: list[tuple[Any, list[Any]]], time: Real) -> Any:
    """Return the sum of amounts times what their path lets through; None for an empty list."""
    result: Any = None
    for amount, path in heads:
        part = amount * cascade(path, time)
        result = part if result is None else result + part
    return result


def bolus(system: System, site: int, amount: Real) -> State:
    """Return the state right after an amount entered a site."""
    state = empty_state(system)
    if system.ka[site] is not None:
        state[site] = amount
        return state
    link = system.into_link(site)
    weights = system.link_into[link]["central"] if link >= 0 else system.into[system.model.sites[site].target]
    first = system.link_at(link).start if link >= 0 else len(system.ka)
    for i, weight in enumerate(weights):
        state[first + i] = amount * weight
    return state


def added(first: State, second: State) -> State:
    """Return the sum of two states."""
    return [b if a is None else (a if b is None else a + b) for a, b in zip(first, second, strict=True)]


def scaled(state: State, factor: Real) -> State:
    """Return a state times a factor."""
    return [None if amount is None else amount * factor for amount in state]


def central_amount(system: System, state: State) -> Any:
    """Return the amount in the central compartment, mg."""
    first = len(system.ka)
    return added_up(state[first : first + len(system.modes)])


def added_up(modes: State) -> Any:
    """Return the sum of modes, 0.0 of none."""
    result: Any = None
    for amount in modes:
        if amount is not None:
            result = amount if result is None else amount + result
    return 0.0 if result is None else result


def in_new_modes(old: System, new: System, state: State) -> State:
    """Return the same amounts expressed in the modes of another system (parameters have changed)."""
    first, count = len(old.ka), len(old.modes)
    result = list(state)
    names = ("central", "vp", "vp2")
    result[first : first + count] = _moved(
        state[first : first + count], old.beside, [new.into[n] for n in names[:count]]
    )
    for n, beside in enumerate(old.link_beside):
        if beside:
            place, into = old.link_at(n), new.link_into[n]
            result[place] = _moved(state[place], (beside,), [into["central"], into["vp"]])
    return result


def _moved(modes: State, beside: tuple[tuple[Any, ...], ...], into: list[tuple[Any, ...]]) -> State:
    """Return modes of one set of compartments expressed in others."""
    if len(modes) == 1 or all(amount is None for amount in modes):
        return modes
    zero = np.zeros(())
    modal = [zero if amount is None else amount for amount in modes]
    amounts = [sum(modal[1:], modal[0])]
    for weights in beside:
        parts = [amount * weight for amount, weight in zip(modal, weights, strict=True)]
        amounts.append(sum(parts[1:], parts[0]))
    result: State = []
    for i in range(len(modes)):
        parts = [amount * weights[i] for amount, weights in zip(amounts, into, strict=True)]
        result.append(sum(parts[1:], parts[0]))
    return result


def constant_input(system: System, site: int, rate: Any) -> State:
    """Return the steady state of an infusion that has run for ever."""
    slowest: Any = np.asarray(value_of(system.modes[-1]))
    for other in (
        *system.modes,
        *[mode for modes in system.link_out for mode in modes],
        *[ka for ka in system.ka if ka is not None],
    ):
        slowest = np.minimum(slowest, np.asarray(value_of(other)))
    return advance(system, empty_state(system), 60.0 / slowest, site, rate)
