"""Superpose dose trains exactly within a stretch of constant parameters.

A train is summed in closed form by doubling: the state left by 2n doses is the state left by n doses plus that state
advanced by n intervals. Doses that may still be entering (an infusion that runs, a transit chain that is not empty)
are summed one by one; a bound on their number comes from the durations. An infinite past (steady state) is the same
sum carried until nothing changes.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import Any

import numpy as np

from fullcourse.clinical.errors import SolverStopped
from fullcourse.pharmacokinetics.engine.disposition import (
    State,
    System,
    added,
    advance,
    bolus,
    empty_state,
    scaled,
)
from fullcourse.pharmacokinetics.kernels.dose_trains import train_through_one, train_through_two
from fullcourse.pharmacokinetics.kernels.dual import Dual, Real, value_of, where
from fullcourse.pharmacokinetics.kernels.gamma_delay import Singles, gamma_cascade, window_h
from fullcourse.pharmacokinetics.model import F64, I64, Bool

_MOST_OVERLAPS = 2000
_MOST_DOUBLINGS = 60
_BLOCK_ELEMENTS = 20_000
_ROUNDING_H = 1e-6
_ROUNDED = 36.0
"""Of a dose, ``exp(-36)`` or 2e-16 is lost in rounding."""
_PER_TRAIN = ("amount", "duration", "shape", "ktr", "interval", "doses", "steady")


@dataclass(frozen=True, slots=True, eq=False)
class Train:
    """Dose trains into one site; every array or dual broadcasts over (batch, points, trains).

    Attributes:
        site: Index of the site.
        amount: Amount of each dose after bioavailability, mg.
        duration: Duration of input, h; None: all at once.
        shape, ktr: Gamma delay, or None.
        start: Time at which the first dose enters (lag included), h.
        interval: h; of no meaning where there is a single dose.
        doses: Number of doses in the train.
        steady: The train comes from the infinite past.
    """

    site: int
    amount: Any
    duration: Any
    shape: Any
    ktr: Any
    start: Any
    interval: F64
    doses: I64
    steady: Bool


def overlaps(train: Train) -> int:
    """Return how many of the latest doses of a train may still be entering: never more than it has.

    Raises:
        SolverStopped: The input of one dose outlasts thousands of intervals of a train as long as that.
    """
    if train.duration is None and train.ktr is None:
        return 0
    length = _input_h(train)
    used = np.asarray(value_of(train.amount)) > 0.0
    with np.errstate(invalid="ignore", over="ignore"):
        ratio = np.where(used, length / train.interval, 0.0)
    ratio = np.where(train.steady, ratio, np.minimum(ratio, train.doses))
    most = float(np.max(ratio, initial=0.0))
    if not most < _MOST_OVERLAPS:
        raise SolverStopped(
            "the input of one dose lasts longer than 2000 dosing intervals; no exact sum is made of that: check rates, "
            "durations, transit times and intervals"
        )
    return max(1, int(np.ceil(most - 1e-9)))


def one_dose(system: System, train: Train, time: Real) -> State:
    """Return amounts at ``time`` after one dose began to enter; nothing before that."""
    entered = np.asarray(value_of(time)) >= 0.0
    since = where(entered, time, 0.0)
    amount = train.amount * np.where(entered, 1.0, 0.0)
    if train.ktr is not None:
        return _delayed(system, train, amount, since)
    if train.duration is None:
        return advance(system, bolus(system, train.site, amount), since)
    running = np.asarray(value_of(since)) < np.asarray(value_of(train.duration))
    on = where(running, since, train.duration)
    off = where(running, 0.0, since - train.duration)
    state = advance(system, empty_state(system), on, train.site, amount / train.duration)
    return advance(system, state, off)


def _delayed(system: System, train: Train, amount: Any, time: Real) -> State:
    """Return amounts at ``time`` after a dose through a gamma delay, drug in the chain not counted."""
    state = empty_state(system)
    n_sites = len(system.ka)
    ka = system.ka[train.site]
    known: Singles = {}

    def through(path: list[Any]) -> Any:
        return gamma_cascade(train.shape, train.ktr, path, time, known)

    if ka is not None:
        state[train.site] = amount * through([ka])
    heads: list[tuple[Any, list[Any]]] = [(amount, [])] if ka is None else [(amount * ka, [ka])]
    straight = system.into_link(train.site)
    ways: dict[str, list[tuple[Any, list[Any]]]] = {"central": []}
    if straight < 0:
        weights = system.into[system.model.sites[train.site].target]
        for i, mode in enumerate(system.modes):
            mine = [(a * weights[i], [*path, mode]) for a, path in heads]
            state[n_sites + i] = mine[0][0] * through(mine[0][1])
            ways["central"] += mine
    for n, link in enumerate(system.model.links):
        flows = [(a * system.link_in[n], path) for a, path in ways[link.source]]
        flows += heads if straight == n else []
        ways[link.name] = []
        for i, mode in enumerate(system.link_out[n]):
            mine = [(a * system.link_into[n]["central"][i], [*path, mode]) for a, path in flows]
            ways[link.name] += mine
            total: Any = 0.0
            for a, path in mine:
                total = a * through(path) + total
            state[system.link_at(n).start + i] = total
    return state


def train_state(
    system: System, train: Train, time: F64, count: F64, before: F64, begin: F64 | None, most: int
) -> State:
    """Return amounts at ``time`` from the doses ``before <= j < count`` of each train.

    Args:
        system: Constant over the stretch.
        train: The trains.
        time: Points in time, h.
        count: Doses that have entered by then (0 or less: none; counts below 0 have meaning in steady trains).
        before: Doses that had entered when the stretch began; ``-inf`` where the infinite past counts.
        begin: Start of the stretch; None where it has no beginning.
        most: Largest possible number of doses in a train (bounds the work).
    """
    any_dose = count > before
    latest = time - train.start - (np.where(np.isfinite(count), count, 0.0) - 1.0) * train.interval
    latest = where(any_dose & (np.asarray(value_of(latest)) < 0.0), 0.0, latest)  # rounding of equal times
    several = overlaps(train)
    if several == 0 and most == 1 and not train.steady.any():
        return scaled(one_dose(system, train, where(any_dose, latest, -1.0)), 1.0)
    single = most == 1 and not train.steady.any()
    new = count - before
    result = empty_state(system)
    if begin is None or (new >= 1.0).any():
        result = _one_by_one(system, train, latest, new, 1 if single else several)
    if most > several or train.steady.any():
        older = np.maximum(count - several - before, 0.0)
        first = one_dose(system, train, where(older > 0.0, latest + several * train.interval, -1.0))
        result = added(result, _summed(system, first, train.interval, older))
    if begin is not None and several:
        result = added(result, _straddling(system, train, time, before, begin, several))
    return result


def _one_by_one(system: System, train: Train, latest: Any, count: F64, several: int) -> State:
    """Return what the latest doses of each train leave, each with its own input; many doses in one array.

    Args:
        system: Constant over the stretch.
        train: The trains.
        latest: Time since the latest dose of each train, h, ``(batch, points, trains)``.
        count: Doses of each train that count, shape as ``latest``.
        several: How many of the latest doses are asked for.
    """
    result = empty_state(system)
    shape = np.broadcast_shapes(np.shape(value_of(latest)), count.shape)
    width = shape[-1]
    at_once = max(1, min(several, _BLOCK_ELEMENTS // max(int(np.prod(shape)), 1)))
    for begin in range(0, several, at_once):
        number = min(at_once, several - begin)
        back = np.repeat(np.arange(begin, begin + number, dtype=np.float64), width)
        age = _repeated(latest, number) + back * _repeated(train.interval, number)
        live = _repeated(count, number) >= back + 1.0
        if begin and not live.any():
            break  # nobody has that many
        fields = {name: _repeated(getattr(train, name), number) for name in _PER_TRAIN}
        state = one_dose(system, dataclasses.replace(train, **fields), where(live, age, -1.0))
        result = added(result, [None if a is None else _folded(a, number, width) for a in state])
    return result


def _repeated(x: Any, number: int) -> Any:
    """Return ``x`` with its last axis repeated as a whole; one that broadcasts stays."""
    if x is None or number == 1 or np.shape(value_of(x))[-1:] in ((), (1,)):
        return x
    return x[..., np.tile(np.arange(np.shape(value_of(x))[-1]), number)]


def _folded(x: Any, number: int, width: int) -> Any:
    """Return sums over the repeats of the last axis, ``(..., number * width)`` as ``(..., width)``."""
    if number == 1:
        return x
    value = np.asarray(value_of(x))
    folded = value.reshape(*value.shape[:-1], number, width).sum(axis=-2)
    if not isinstance(x, Dual):
        return folded
    full = np.broadcast_to(x.tangent, (x.tangent.shape[0], *value.shape))
    return Dual(folded, full.reshape(*full.shape[:-1], number, width).sum(axis=-2))


def central_only(system: System, train: Train, time: F64, count: F64, before: F64) -> State:
    """Return the central modes that trains of instantaneous doses leave, by closed sums; depots are not given.

    The same as ``train_state`` where nothing follows the central compartment, and faster.
    """
    m = np.maximum(count - before, 0.0)
    latest = time - train.start - (count - 1.0) * train.interval
    raw = np.asarray(value_of(latest))
    latest = where((m > 0.0) & (raw >= 0.0), latest, 0.0)
    result = empty_state(system)
    ka = system.ka[train.site]
    weights = system.into[system.model.sites[train.site].target]
    for i, mode in enumerate(system.modes):
        if ka is None:
            through = train_through_one(mode, latest, m, train.interval)
        else:
            through = train_through_two(ka, mode, latest, m, train.interval) * ka
        result[len(system.ka) + i] = through * weights[i] * train.amount
    return result


def _straddling(system: System, train: Train, time: F64, before: F64, begin: F64, several: int) -> State:
    """Return what doses that began before the stretch still put in during it; one that is all in puts in nothing."""
    result = empty_state(system)
    length = time - begin
    first = begin - train.start - before * train.interval
    shape = np.broadcast_shapes(np.shape(value_of(first)), before.shape)
    width, size = shape[-1], max(int(np.prod(np.broadcast_shapes(shape, np.shape(length)))), 1)
    at_once = max(1, min(several, _BLOCK_ELEMENTS // size))
    for start in range(1, several + 1, at_once):
        number = min(at_once, several + 1 - start)
        back = np.repeat(np.arange(start, start + number, dtype=np.float64), width)
        fields = {name: _repeated(getattr(train, name), number) for name in _PER_TRAIN}
        doses = dataclasses.replace(train, **fields)
        age = _repeated(first, number) + back * doses.interval
        live = (_repeated(before, number) >= back) | doses.steady
        live = live & _still_enters(doses, np.asarray(value_of(age)))
        if not live.any():
            continue
        now = one_dose(system, doses, where(live, age + length, -1.0))
        result = added(result, [None if a is None else _folded(a, number, width) for a in now])
        if doses.ktr is not None and not (live & (np.asarray(value_of(age)) > 0.0)).any():
            continue  # they begin with the stretch: through a delay nothing is in yet, and nothing has a slope
        then = one_dose(system, doses, where(live, age, -1.0))
        gone = advance(system, [None if a is None else _folded(a, number, width) for a in then], length)
        result = added(result, scaled(gone, -1.0))
    return result


def _still_enters(train: Train, age: F64) -> Bool:
    """Return whether more than rounding of a dose is still to enter (Chernoff's bound of the gamma's tail)."""
    late = age if train.duration is None else age - np.asarray(value_of(train.duration))
    if train.ktr is None:
        return np.asarray(late <= _ROUNDING_H)
    a, y = np.asarray(value_of(train.shape)), np.asarray(value_of(train.ktr)) * late
    with np.errstate(all="ignore"):
        passed = (y > a) & (y - a - a * np.log(y / a) > _ROUNDED)
    return np.asarray(~passed)


def _input_h(train: Train) -> F64:
    """Return how long the input of one dose lasts, h."""
    length = np.zeros(1) if train.duration is None else np.asarray(value_of(train.duration))
    if train.ktr is not None:
        length = length + window_h(np.asarray(value_of(train.shape)), np.asarray(value_of(train.ktr)))
    return np.asarray(length)


def _summed(system: System, first: State, interval: F64, count: F64) -> State:
    """Return the sum over j < count of a state advanced by j intervals; the count may be infinite.

    Raises:
        SolverStopped: A sum without end does not converge, because drug never leaves.
    """
    endless = np.isinf(count)
    finite = np.where(endless, 0.0, count).astype(np.int64)
    result = empty_state(system)
    block, span, bit = first, np.asarray(interval, dtype=np.float64), 0
    top = int(finite.max(initial=0)).bit_length()
    while bit < top or endless.any():
        odd = (finite >> bit) & 1 == 1
        if odd.any():
            moved = added(block, advance(system, result, span)) if bit else block
            result = [_choose(odd, new, old) for new, old in zip(moved, result, strict=True)]
        bit += 1
        if bit >= top and not endless.any():
            break
        later = advance(system, block, span)
        block, span = added(block, later), span * 2.0
        if bit >= top and _negligible(later, block, endless):
            break
        if bit > _MOST_DOUBLINGS:
            raise SolverStopped(
                "steady state is not reached: drug does not leave the body with these parameters; check clearance"
            )
    if endless.any():
        result = [_choose(endless, new, old) for new, old in zip(block, result, strict=True)]
    return result


def _choose(condition: Bool, yes: Any, no: Any) -> Any:
    """Return ``where`` for states, in which None is nothing."""
    if yes is None and no is None:
        return None
    return where(condition, 0.0 if yes is None else yes, 0.0 if no is None else no)


def _negligible(part: State, whole: State, where_asked: Bool) -> bool:
    """Return whether a part is below rounding of the whole wherever it matters."""
    for small, large in zip(part, whole, strict=True):
        if small is None:
            continue
        a, b = np.abs(np.asarray(value_of(small))), np.abs(np.asarray(value_of(large)))
        if np.any((a > 1e-17 * b) & np.broadcast_to(where_asked, b.shape)):
            return False
    return True
