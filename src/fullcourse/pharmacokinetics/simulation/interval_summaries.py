"""Summarise one-compartment curves from the closed form of each interval between doses.

Between two doses the curve is one Bateman function on top of a decaying rest: its peak has a formula, its area is a
difference of amounts, and it crosses a threshold at most twice, once on each side of the peak, where Newton's method
from the outside converges. Nothing is sampled. The work does not grow with the length of the history.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from fullcourse.pharmacokinetics.engine.history import History
from fullcourse.pharmacokinetics.engine.individual import Parameters
from fullcourse.pharmacokinetics.engine.predict import constant_system
from fullcourse.pharmacokinetics.kernels.dose_trains import train_through_one, train_through_two
from fullcourse.pharmacokinetics.model import F64, I64, Model

_NEWTON_STEPS = 40
_LAST_STEP_H = 1e-5
"""Newton's error after a step is about its square, so that the last step leaves some 1e-10 h."""


def has_interval_form(model: Model, history: History, parameters: Parameters) -> bool:
    """Return whether these individuals can be summarised by this module."""
    site = model.sites[0]
    return (
        model.is_linear
        and model.compartments == 1
        and len(model.sites) == 1
        and not model.links
        and len(model.outputs) == 1
        and site.transit is None
        and not site.always_modelled
        and history.n_subjects == 1
        and constant_system(model, parameters)
        and not history.dose_constant.any()
        and bool((history.dose_rate == 0.0).all())
        and bool((history.dose_cancel_row > history.point_row.max()).all())
        and all(np.shape(parameters[n])[1] == 1 for n in (site.lag, site.bioavailability, site.fraction) if n)
    )


def interval_summary(
    model: Model, history: History, parameters: Parameters, begin: float, end: float, levels: F64
) -> tuple[F64, F64, F64, F64, F64]:
    """Return area, peak, its time, lowest concentration and time above each level, for every individual.

    Args:
        model: One compartment, one site.
        history: Of one subject, all individuals'.
        parameters: ``(B or 1, 1)``.
        begin: Of the window, h.
        end: Of the window, h.
        levels: ``(1 or B, n)``, mg/L.
    """
    site, output = model.sites[0], model.outputs[0]

    def column(name: str | None, default: float) -> F64:
        return np.asarray(parameters[name])[:, 0] if name else np.array([default])

    volume = np.asarray(parameters[output.volume or "vc"])[:, 0]
    loss = column("cl", 1.0) / column("vc", 1.0)
    ka = np.asarray(parameters[site.ka])[:, 0] if site.ka else None
    share = column(site.bioavailability, 1.0)
    if site.fraction:
        part = column(site.fraction, 1.0)
        share = share * (1.0 - part if site.complement else part)
    lag = column(site.lag, 0.0)
    size = max(x.size for x in (volume, loss, share, lag, ka if ka is not None else lag))
    size = max(size, levels.shape[0])
    loss, lag, scale = (np.broadcast_to(x, (size,)) for x in (loss, lag, share / volume * output.factor))
    absorb = None if ka is None else np.broadcast_to(ka, (size,))
    return _walk(history, absorb, loss, lag, scale, begin, end, np.broadcast_to(levels, (size, levels.shape[1])))


def _state(history: History, ka: F64 | None, loss: F64, lag: F64, scale: F64, time: F64) -> tuple[F64, F64]:
    """Return depot and central concentrations at a time, doses that enter exactly then included."""
    depot, central = np.zeros_like(loss), np.zeros_like(loss)
    for j in range(history.dose_time.shape[1]):
        amount = float(history.dose_amount[0, j])
        if amount == 0.0:
            continue
        interval = np.asarray(history.dose_interval[0, j] or 1e9)
        steady = bool(history.dose_steady[0, j])
        elapsed = time - lag - float(history.dose_time[0, j])
        count = np.minimum(np.floor((elapsed + 1e-9) / interval) + 1.0, float(history.dose_count[0, j]))
        count = count if steady else np.maximum(count, 0.0)
        latest = np.maximum(elapsed - (count - 1.0) * interval, 0.0)
        doses = np.full_like(count, np.inf) if steady else count
        latest = np.where(doses > 0.0, latest, 0.0)
        if ka is None:
            central = central + amount * scale * train_through_one(loss, latest, doses, interval)
        else:
            depot = depot + amount * scale * train_through_one(ka, latest, doses, interval)
            central = central + amount * scale * ka * train_through_two(ka, loss, latest, doses, interval)
    return depot, central


def _entries(history: History, begin: float, end: float, longest_lag: float) -> list[tuple[float, float]]:
    """Return (time without lag, amount) of doses that may enter within the window, in order of time."""
    found: dict[float, float] = {}
    for j in range(history.dose_time.shape[1]):
        amount, interval = float(history.dose_amount[0, j]), float(history.dose_interval[0, j])
        start, count = float(history.dose_time[0, j]), int(history.dose_count[0, j])
        if amount == 0.0:
            continue
        first = 0
        if interval > 0.0:
            first = int(np.ceil((begin - longest_lag - start) / interval - 1e-9))
            first = first if history.dose_steady[0, j] else max(first, 0)
        for k in range(first, count):
            time = start + k * interval
            if time > end:
                break
            found[time] = found.get(time, 0.0) + amount
    return sorted(found.items())


def _walk(
    history: History, ka: F64 | None, loss: F64, lag: F64, scale: F64, begin: float, end: float, levels: F64
) -> tuple[F64, F64, F64, F64, F64]:
    """Go from dose to dose through the window, collecting summaries."""
    start = np.full(loss.shape, begin)
    depot, central = _state(history, ka, loss, lag, scale, start)
    area = np.zeros_like(loss)
    peak, peak_time, low = central.copy(), start.copy(), central.copy()
    above = np.zeros(levels.shape)
    entries = _entries(history, begin, end, float(lag.max(initial=0.0)))
    for time, amount in [*entries, (np.inf, 0.0)]:
        until = np.clip(time + lag, start, end)
        enters = (time + lag > begin + 1e-9) & (time + lag <= end)
        span = until - start
        interval = _Interval(ka, loss, depot, central)
        top_at = np.clip(interval.time_of_peak(), 0.0, span)
        top = interval.concentration(top_at)
        next_depot, next_central = interval.after(span)
        area += interval.area(next_depot, next_central)
        higher = top > peak
        peak, peak_time = np.where(higher, top, peak), np.where(higher, start + top_at, peak_time)
        low = np.minimum(low, next_central)
        for i in range(levels.shape[1]):
            above[:, i] += interval.time_above(levels[:, i], top_at, top, span, next_central)
        dose = np.where(enters, amount * scale, 0.0)
        if ka is None:
            depot, central = next_depot, next_central + dose
            instant = central > peak
            peak, peak_time = np.where(instant, central, peak), np.where(instant, until, peak_time)
        else:
            depot, central = next_depot + dose, next_central
        start = until
    return area, peak, peak_time, np.maximum(low, 0.0), above


class _Interval:
    """The curve from one dose to the next: depot and central at its start, and what follows from them."""

    __slots__ = ("central", "depot", "fall", "ka", "loss", "rise")

    def __init__(self, ka: F64 | None, loss: F64, depot: F64, central: F64) -> None:
        """Split the curve into ``fall * exp(-loss t) - rise * exp(-ka t)``; equal rates are moved apart by 1e-7."""
        self.loss, self.depot, self.central = loss, depot, central
        if ka is None:
            self.ka: Any = loss
            self.rise: Any = np.zeros_like(loss)
        else:
            self.ka = np.where(np.abs(ka - loss) < 1e-7 * loss, loss * (1.0 + 1e-7), ka)
            self.rise = depot * self.ka / (self.ka - loss)
        self.fall = central + self.rise

    def concentration(self, time: F64) -> F64:
        """Return the curve at times after the start."""
        return np.asarray(self.fall * np.exp(-self.loss * time) - self.rise * np.exp(-self.ka * time))

    def after(self, time: F64) -> tuple[F64, F64]:
        """Return depot and central later."""
        absorbed = np.exp(-self.ka * time)
        depot = self.depot * absorbed
        return depot, np.maximum(self.fall * np.exp(-self.loss * time) - self.rise * absorbed, 0.0)

    def area(self, depot: F64, central: F64) -> F64:
        """Return the area up to where depot and central are these: what has left, over the rate of leaving."""
        return np.asarray((self.depot + self.central - depot - central) / self.loss)

    def time_of_peak(self) -> F64:
        """Return where the slope is zero; 0 where the curve only falls, infinity where it would only rise."""
        with np.errstate(all="ignore"):
            ratio = (self.rise * self.ka) / (self.fall * self.loss)
            time = np.log(ratio) / (self.ka - self.loss)
        rising = self.rise * self.ka - self.fall * self.loss > 0.0
        return np.where(rising, np.where(np.isfinite(time), np.maximum(time, 0.0), np.inf), 0.0)

    def time_above(self, level: F64, top_at: F64, top: F64, span: F64, last: F64) -> F64:
        """Return how long the curve is above a level between the start and ``span``."""
        up = np.zeros_like(top_at)
        down = np.array(span)
        reaches = top > level
        rises = np.flatnonzero(reaches & (self.central < level))
        falls = np.flatnonzero(reaches & (last < level))
        if rises.size:
            up[rises] = self._crossing(rises, level[rises], np.zeros(rises.size), top_at[rises], rising=True)
        if falls.size:
            down[falls] = self._crossing(falls, level[falls], span[falls], top_at[falls], rising=False)
        return np.where(reaches, np.maximum(down - up, 0.0), 0.0)

    def _crossing(self, who: I64, level: F64, below: F64, above: F64, *, rising: bool) -> F64:
        """Return the crossings between points below the level and the peaks, by safeguarded Newton steps.

        The curve is ``a exp(-s t) - b exp(-f t)`` with ``s`` the smaller rate. Going up, the second part decides and
        ``f t + ln((a exp(-s t) - level) / b)`` is concave; going down, the first does and
        ``s t + ln((level + b exp(-f t)) / a)`` is convex: from the outside Newton's method cannot overshoot.
        """
        loss, ka, fall, rise = self.loss[who], self.ka[who], self.fall[who], self.rise[who]
        usual = loss <= ka
        s, f = np.where(usual, loss, ka), np.where(usual, ka, loss)
        a, b = np.where(usual, fall, -rise), np.where(usual, rise, -fall)
        kept, lost, own = (s, f, b) if rising else (f, s, a)
        shrinks = a if rising else b
        lower, upper = np.minimum(above, below), np.maximum(above, below)
        with np.errstate(all="ignore"):
            guess = np.zeros(who.size) if rising else np.log(a / level) / s
            guess = np.where((guess >= lower) & (guess <= upper), guess, 0.5 * (lower + upper))
            result, at = guess.copy(), np.arange(who.size)
            for _ in range(_NEWTON_STEPS):
                part = shrinks * np.exp(-kept * guess)
                rest = part - level if rising else level + part
                value = lost * guess + np.log(rest / own)
                following = guess - value / (lost - kept * part / rest)
                over = value >= 0.0 if rising else ~(value > 0.0)
                above, below = np.where(over, guess, above), np.where(over, below, guess)
                lower, upper = np.minimum(above, below), np.maximum(above, below)
                inside = (following >= lower) & (following <= upper)
                following = np.where(inside, following, 0.5 * (lower + upper))
                result[at] = following
                far = np.abs(following - guess) > _LAST_STEP_H
                if not far.any():
                    break
                at, guess, above, below, level = at[far], following[far], above[far], below[far], level[far]
                kept, lost, own, shrinks = kept[far], lost[far], own[far], shrinks[far]
        return result
