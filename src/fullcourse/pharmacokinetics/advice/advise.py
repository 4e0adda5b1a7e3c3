"""Which dose plan suits this patient's own levels: the plans that sources allow, ranked, with what is not known.

Nothing here prescribes. A plan above the daily maximum of any source is never among those ranked; while a hold is true
no plan is advised; and when the levels say too little, the advice is to draw the samples that would say more.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from fullcourse.clinical.dose import DoseStep
from fullcourse.clinical.errors import OutsideLabel
from fullcourse.knowledge.pk.targets import Hold, LevelTargets, Plan, Target
from fullcourse.pharmacokinetics.advice.attainment import Attainment, Mics, attainments, fraction_within, interval
from fullcourse.pharmacokinetics.advice.disturbances import missed_dose
from fullcourse.pharmacokinetics.advice.exposure import Draws, Exposure, steady_exposure
from fullcourse.pharmacokinetics.advice.unit_response import UnitResponse, can_superpose, unit_response
from fullcourse.pharmacokinetics.model import F64

__all__ = ["CANNOT_BE", "Advice", "MissedDose", "Person", "PlanAdvice", "Risk", "advise", "contradicts"]

CANNOT_BE: Final = (
    "no patient of the model has these levels together. Check sampling times, dose times, units and whose samples they "
    "are; measure again."
)

_EVEN: Final = 0.5
_SOLVED_DRAWS: Final = 400
"""Draws by which plans are weighed where a model needs a solver; a probability is then within 5 points."""

Quantiles = tuple[float, ...]
"""5, 25, 50, 75 and 95 per cent."""


VIAL_STEP_MG: Final = 125.0
"""Half a millilitre of an injection of 250 mg/mL: so finely an amount by weight is drawn up (MSF's table)."""


@dataclass(frozen=True, slots=True)
class Person:
    """Numbers of the patient that plans are bound to, by fact, in the unit of their condition; absent: not known."""

    numbers: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Risk:
    """The probability that the peak passes a line of a source."""

    target: Target
    probability: float


@dataclass(frozen=True, slots=True)
class MissedDose:
    """Levels after the largest dose of a day is missed: the lowest before the next, and for how long it stays low.

    ``hours_below`` counts, until the next dose, the hours under the lower end of the range aimed at.
    """

    lowest: Quantiles
    hours_below: float | None


@dataclass(frozen=True, slots=True)
class PlanAdvice:
    """What one plan would do.

    Attributes:
        plan: The plan and its source.
        peak: mg/L.
        trough: mg/L.
        auc24: mg.h/L.
        peak_in_range: Probability that the peak lies in the range aimed at.
        peak_below: Probability that it lies under it.
        trough_in_range: Probability that the trough lies in the range of a trough target, else in that of the peak.
        score: Probability that the aim is met under the line that leads: what plans are ranked by.
        risks: For each line of a source, lowest line first.
        attainments: The other targets.
        days_to_arrive: Days until levels have come to the plan: median and 95 per cent; None where not computed.
        missed: What a missed dose does; None where not computed.
        conflicts: What other sources say about this amount.
    """

    plan: Plan
    peak: Quantiles
    trough: Quantiles
    auc24: Quantiles
    peak_in_range: float
    peak_below: float
    trough_in_range: float | None
    score: float
    risks: tuple[Risk, ...]
    attainments: tuple[Attainment, ...]
    days_to_arrive: tuple[float, float] | None
    missed: MissedDose | None
    conflicts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Advice:
    """The answer.

    Attributes:
        decision: ``plan`` (the first of ``plans`` leads), ``sample`` (too uncertain), ``hold`` (a hold is true),
            ``check`` (the levels cannot be those of one patient of the model) or ``no_plan`` (no source allows a plan
            for this patient).
        says: The decision in one sentence.
        aim: The range aimed at.
        lead_line: The line of level that leads in the ranking; None where a drug has none.
        plans: Ranked, best first; empty under a hold.
        holds: The holds that are true.
        left_out: Plans that were not considered, with the reason.
        spread: Factor between the 5 and 95 per cent points of the peak under the first plan.
    """

    decision: str
    says: str
    aim: Target
    lead_line: Target | None
    plans: tuple[PlanAdvice, ...]
    holds: tuple[Hold, ...]
    left_out: tuple[tuple[str, str], ...]
    spread: float | None


@dataclass(frozen=True, slots=True)
class _Population:
    """Draws under one or several models, each with its response to 1 mg where every model allows superposition."""

    draws: tuple[Draws, ...]
    units: tuple[UnitResponse, ...]

    def exposure(self, step: DoseStep) -> Exposure:
        """Return levels of every draw over one cycle of a plan."""
        if self.units and step.is_daily:
            return _joined([unit.exposure(step) for unit in self.units])
        return _joined([steady_exposure(draws, step) for draws in self.draws])


def advise(
    draws: Draws | Sequence[Draws],
    targets: LevelTargets,
    *,
    aim: Target | None = None,
    lead_line: Target | None = None,
    holds: Sequence[Hold] = (),
    override: bool = False,
    current: DoseStep | None = None,
    mics: Mics | None = None,
    details: int = 4,
    excluded: bool = False,
    person: Person | None = None,
    over_h: float | None = None,
) -> Advice:
    """Rank the plans that sources allow for one patient.

    Args:
        draws: Draws of the patient's own effects; under several models, as many of each as it weighs.
        targets: What sources say about the drug's levels.
        aim: The range aimed at; None: the default one.
        lead_line: The line that leads; None: the lowest of all sources.
        holds: Holds that are true of the patient.
        override: A clinician goes on in spite of the holds, with a recorded reason; only plans made for the hold
            are then ranked.
        current: The plan taken now, for the time until levels arrive.
        mics: MIC distribution for the targets that need one.
        details: For how many plans arrival and a missed dose are computed; for the best alone where plans do not follow
            from adding.
        excluded: The levels cannot be those of one patient of the model; no dose follows from them.
        person: Numbers that plans are bound to; None where no plan of the drug is.
        over_h: How long each dose is infused, h, as it is now; None for doses that are taken at once.

    Raises:
        OutsideLabel: No source gives a target or a plan for the drug.
    """
    wanted = aim or targets.aim
    if wanted is None or not targets.plans:
        missing = "a level to aim at" if wanted is None else "a dose plan"
        raise OutsideLabel(f"no source here gives {missing} for {targets.drug}; nothing is advised. Ask a specialist.")
    line = lead_line or (targets.ceilings[0] if targets.ceilings else None)
    if holds and not override:
        reasons = " ".join(hold.says for hold in holds)
        says = f"No dose is advised while this holds: {reasons}"
        return Advice("hold", says, wanted, line, (), tuple(holds), (), None)
    if excluded:
        return Advice("check", f"No dose is advised: {CANNOT_BE}", wanted, line, (), tuple(holds), (), None)
    allowed, left_out = _allowed(targets, holds, person or Person({}))
    allowed = [replace(plan, step=replace(plan.step, over_h=over_h)) for plan in allowed] if over_h else allowed
    if not allowed:
        says = "No source here allows a dose plan for this patient."
        return Advice("no_plan", says, wanted, line, (), tuple(holds), left_out, None)
    everybody = _population([draws] if isinstance(draws, Draws) else draws, allowed)
    details = details if everybody.units else min(details, 1)
    weighed = [_weigh(plan, everybody.exposure(plan.step), targets, wanted, line, mics) for plan in allowed]
    order = sorted(range(len(allowed)), key=lambda at: (-round(weighed[at].score, 3), allowed[at].greatest_mg_per_day))
    ranked = [
        _detailed(weighed[at], everybody, current, wanted, targets) if place < details else weighed[at]
        for place, at in enumerate(order)
    ]
    best = ranked[0]
    spread = best.peak[4] / best.peak[0] if best.peak[0] > 0.0 else float("inf")
    widest = targets.policies.get("advice.too-uncertain", float("inf"))
    if spread > widest:
        says = (
            f"Too uncertain to advise a dose: under the best plan the peak may lie anywhere from {best.peak[0]:.0f} to "
            f"{best.peak[4]:.0f} mg/L (90 per cent). Take the two samples named below."
        )
        return Advice("sample", says, wanted, line, tuple(ranked), tuple(holds), left_out, spread)
    return Advice("plan", _sentence(best, wanted, line), wanted, line, tuple(ranked), tuple(holds), left_out, spread)


def contradicts(line: Target | None, aim: Target) -> bool:
    """Return whether a line of level leaves nothing of a range of the peak that another source aims at."""
    reaches = line is not None and line.high is not None and aim.measure == "peak" and aim.low is not None
    return reaches and line is not None and (line.high or 0.0) <= (aim.low or 0.0)


def _not_for(plan: Plan, person: Person, most: float) -> str:
    """Return why a plan is not for a person; empty where it is."""
    for condition in plan.conditions:
        value = person.numbers.get(condition.fact)
        name = condition.fact.replace("_", " ")
        if value is None:
            return f"{name} is not known"
        below = condition.at_least is not None and value < condition.at_least
        if below or (condition.below is not None and value >= condition.below):
            unit = "years" if condition.unit == "a" else condition.unit
            return f"{name} {value:.3g} {unit}: {condition.says} [{condition.citation.source}]"
    if plan.mg_per_kg is None:
        return ""
    weight = person.numbers.get("weight")
    if weight is None:
        return "the weight is not known"
    mg, (low, high) = plan.greatest_mg_per_day, plan.mg_per_kg
    if mg > high * weight:
        return f"above {high:g} mg/kg"
    if mg < low * weight and mg + VIAL_STEP_MG <= high * weight and mg < most:
        return f"below {low:g} mg/kg"
    return ""


def _allowed(
    targets: LevelTargets, holds: Sequence[Hold], person: Person
) -> tuple[list[Plan], tuple[tuple[str, str], ...]]:
    """Return the plans that may be ranked, and why the others may not.

    Where a source states plans for a hold (a dose in severe renal insufficiency), these alone may follow an override.
    """
    names = {hold.id for hold in holds}
    made_for_it = any(plan.only_if in names for plan in targets.plans)
    most = targets.mg_per_day
    allowed, left_out = [], []
    for plan in targets.plans:
        if most is None or plan.greatest_mg_per_day > most:
            left_out.append((plan.id, "above the daily maximum of a source"))
        elif plan.only_if and plan.only_if not in names:
            left_out.append((plan.id, f"for patients with {plan.only_if.replace('_', ' ')} alone"))
        elif made_for_it and not plan.only_if:
            left_out.append((plan.id, "not what sources allow beside the hold"))
        elif why := _not_for(plan, person, most):
            left_out.append((plan.id, why))
        else:
            allowed.append(plan)
    return allowed, tuple(left_out)


def _population(draws: Sequence[Draws], plans: Sequence[Plan]) -> _Population:
    some = tuple(part for part in draws if part.count)
    if not all(part.model.is_linear for part in some):
        total = sum(part.count for part in some)
        some = tuple(part.part(slice(-(-part.count * _SOLVED_DRAWS // max(total, _SOLVED_DRAWS)))) for part in some)
    daily = [plan.step for plan in plans if plan.step.is_daily]
    superposed = all(can_superpose(part, daily) for part in some)
    return _Population(some, tuple(map(unit_response, some)) if superposed else ())


def _joined(parts: Sequence[Exposure]) -> Exposure:
    """Return the exposure of all draws: grids of one plan differ between models by a whole number of cycles alone."""
    first = parts[0]
    if len(parts) == 1:
        return first
    return Exposure(
        time_h=first.time_h,
        mg_per_l=np.concatenate([part.mg_per_l for part in parts]),
        peak=np.concatenate([part.peak for part in parts]),
        trough=np.concatenate([part.trough for part in parts]),
        auc24=np.concatenate([part.auc24 for part in parts]),
        cycle_h=first.cycle_h,
    )


def _weigh(
    plan: Plan, exposure: Exposure, targets: LevelTargets, aim: Target, line: Target | None, mics: Mics | None
) -> PlanAdvice:
    """Return everything about one plan that follows from its steady state."""
    risks = tuple(Risk(target, float((exposure.peak >= (target.high or np.inf)).mean())) for target in targets.ceilings)
    aimed = {"peak": exposure.peak, "trough": exposure.trough, "auc24": exposure.auc24}.get(aim.measure, exposure.peak)
    met = _within(aimed, aim)
    if line is not None and line.high is not None and not contradicts(line, aim):
        met &= exposure.peak < line.high
    trough_target = next((target for target in targets.targets if target.measure == "trough"), None)
    in_range = None
    if trough_target is not None:
        in_range = fraction_within(exposure.trough, trough_target)
    elif aim.measure == "peak":
        in_range = fraction_within(exposure.trough, aim)
    return PlanAdvice(
        plan=plan,
        peak=interval(exposure.peak),
        trough=interval(exposure.trough),
        auc24=interval(exposure.auc24),
        peak_in_range=float(_within(aimed, aim).mean()),
        peak_below=float((aimed < (aim.low or 0.0)).mean()),
        trough_in_range=in_range,
        score=float(met.mean()),
        risks=risks,
        attainments=attainments(exposure, targets, mics),
        days_to_arrive=None,
        missed=None,
    )


def _within(values: F64, target: Target) -> np.ndarray:
    low = -np.inf if target.low is None else target.low
    high = np.inf if target.high is None else target.high
    return (values >= low) & (values <= high)


def _detailed(
    weighed: PlanAdvice, everybody: _Population, current: DoseStep | None, aim: Target, targets: LevelTargets
) -> PlanAdvice:
    """Return a plan's advice with arrival and a missed dose."""
    step = weighed.plan.step
    if not step.is_daily:
        return weighed
    if not everybody.units:
        lowest = np.concatenate([missed_dose(draws, step).lowest for draws in everybody.draws])
        return _replaced(weighed, None, MissedDose(interval(lowest), None))
    disturbed = [unit.disturbed(step, None) for unit in everybody.units]
    time_h, gap = disturbed[0][0], disturbed[0][2]
    levels = np.concatenate([pair[1] for pair in disturbed])
    until = time_h <= gap
    below = None
    if aim.low is not None and aim.measure == "peak":
        below = float(np.median((levels[:, until] < aim.low).mean(axis=1) * gap))
    missed = MissedDose(interval(levels[:, until].min(axis=1)), below)
    if current is not None and not current.is_daily:
        return _replaced(weighed, None, missed)  # where such a plan stands today is not known
    arrived = targets.policies.get("advice.arrived", 1.0)
    days = np.concatenate([unit.arrival_days(step, current, arrived) for unit in everybody.units])
    middle, late = np.quantile(days, [0.5, 0.95], method="higher")
    return _replaced(weighed, (float(middle), float(late)), missed)


def _replaced(weighed: PlanAdvice, days: tuple[float, float] | None, missed: MissedDose) -> PlanAdvice:
    return PlanAdvice(
        weighed.plan, weighed.peak, weighed.trough, weighed.auc24, weighed.peak_in_range, weighed.peak_below,
        weighed.trough_in_range, weighed.score, weighed.risks, weighed.attainments, days, missed, weighed.conflicts,
    )  # fmt: skip


def _sentence(best: PlanAdvice, aim: Target, line: Target | None) -> str:
    span = f"{aim.low:g} to {aim.high:g} {aim.unit}" if aim.low is not None and aim.high is not None else (
        f"at least {aim.low:g} {aim.unit}" if aim.low is not None else f"below {aim.high:g} {aim.unit}"
    )  # fmt: skip
    under = f" and under {line.high:g} {line.unit}" if line is not None and line.high is not None else ""
    against = " That is less likely than not under every plan." if best.score < _EVEN else ""
    if line is not None and contradicts(line, aim):
        under = ""
        against += (
            f" Sources contradict one another: {line.citation.source} avoids more than {line.high:g} {line.unit}, so "
            "that no plan can meet both; plans are ranked by the aim, and how often each passes the line stands beside."
        )
    return (
        f"{best.plan.id}{_over(best.plan.step.over_h)}: probability {best.score:.0%} that the {_measure(aim)} is in "
        f"{span}{under}; "
        f"expected peak {best.peak[2]:.0f} mg/L ({best.peak[0]:.0f} to {best.peak[4]:.0f}).{against}"
    )


def _over(hours: float | None) -> str:
    return "" if hours is None else f" over {hours * 60.0:g} min"


def _measure(aim: Target) -> str:
    return {"auc24": "AUC of 24 hours"}.get(aim.measure, aim.measure)
