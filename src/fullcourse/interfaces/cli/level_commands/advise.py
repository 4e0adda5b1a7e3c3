"""``fullcourse levels advise``, ``sampling`` and ``late``: what follows from a patient's levels."""

import re
from collections.abc import Iterable

import click
import numpy as np

from fullcourse.clinical.citation import Citation
from fullcourse.clinical.dose import DoseStep
from fullcourse.clinical.dose_plan import say_dose_plan
from fullcourse.clinical.errors import InputError
from fullcourse.clinical.finding import Severity, Status
from fullcourse.interfaces.cli.level_commands.answer import (
    OUTSIDE,
    answer,
    citation_json,
    cited,
    curve_lines,
    echo_json,
    echo_lines,
    rounded,
    save_chart,
)
from fullcourse.interfaces.cli.level_commands.estimate import estimate_json, estimates_of, model_shares, patient_chart
from fullcourse.interfaces.cli.level_commands.patient_input import PatientInput, patient_options, read_patient
from fullcourse.journey.check import check
from fullcourse.journey.levels.current_step import current_step
from fullcourse.journey.levels.holds import holds_by_statement
from fullcourse.journey.levels.sampling import Sampling, when_to_sample
from fullcourse.knowledge.pk.targets import Hold, LevelTargets, Target, read_targets
from fullcourse.pharmacokinetics.advice.advise import Advice, PlanAdvice
from fullcourse.pharmacokinetics.advice.advise import advise as advise_patient
from fullcourse.pharmacokinetics.advice.late_dose import LateDose, weigh_late_dose
from fullcourse.pharmacokinetics.advice.model_average import averaged_draws, model_weights
from fullcourse.pharmacokinetics.advice.patient_estimate import PatientEstimate

__all__ = ["advise", "late", "sampling"]

LEADS_UNDER = {"us": 0, "who": -1}
"""Which line of level leads a profile: the lowest of all, or the highest, of those that sources give."""


class _TargetInTwoWords(click.Command):
    """A command whose ``--target peak 20-35`` needs no quotes."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Join the two words of a target before the options are read."""
        for at in range(len(args) - 2):
            if args[at] == "--target" and args[at + 1] in {"peak", "trough", "auc24"}:
                args = [*args[: at + 1], f"{args[at + 1]} {args[at + 2]}", *args[at + 3 :]]
                break
        return super().parse_args(ctx, args)


@click.command(cls=_TargetInTwoWords)
@click.argument("patient", metavar="PATIENT")
@patient_options
@click.option("--target", metavar="TEXT", help="What to aim at: peak 20-35, trough -2, auc24 150-.")
@click.option("--mic", type=float, help="MIC of the patient's own strain, mg/L.")
@click.option("--override", metavar="REASON", help="Go on in spite of a hold; the reason is part of the answer.")
@click.option("--average", is_flag=True, help="Use every model for the patient's age, weighted by the levels.")
@click.option("--clinic-hours", default="8-17", show_default=True, help="When samples can be drawn.")
@click.option("--plot", metavar="FILE", help="Write the patient's own curve as SVG (or PNG).")
def advise(
    patient: str,
    target: str | None,
    mic: float | None,
    override: str | None,
    average: bool,
    plot: str | None,
    **options: object,
) -> None:
    """Rank the dose plans that sources allow by what PATIENT's own levels say.

    Never above a source's daily maximum, never against a hold; when too little is known, it asks for samples.
    """
    found = read_patient(patient, options)
    estimates, skipped = estimates_of(found, options, average=average)
    weights = model_weights(estimates)
    best = estimates[int(np.argmax(weights))]
    targets = read_targets(found.drug, knowledge=found.knowledge)
    holds, notes = holds_of(found, targets, str(options["profile"]))
    lines = targets.ceilings
    result = advise_patient(
        averaged_draws(estimates),
        targets,
        aim=parse_target(target, found.drug) if target else None,
        lead_line=lines[LEADS_UNDER.get(str(options["profile"]), 0)] if lines else None,
        holds=holds,
        override=bool(override),
        current=current_step(found.plan, found.doses),
        mics={mic: 1.0} if mic is not None else None,
    )
    chart = patient_chart(best, found, targets)
    save_chart(chart, plot)
    times = _sampling(best, found, targets, str(options["clinic_hours"]))
    if options["form"] == "json":
        files = [item.file for item in estimates]
        head = answer("advise", found.drug, files, found, best.covariates, weights, [*skipped, *notes])
        head["estimates"] = [estimate_json(item) for item in estimates]
        head["advice"] = _advice_json(result, override)
        head["sampling"] = _sampling_json(times)
        echo_json(head)
        return
    shown = [*_advice_lines(result, best, override)]
    if len(estimates) > 1:
        shares = model_shares(estimates)
        shown += ["", f"Averaged over models, as the levels weigh them: {shares}. Curve and samples: the heaviest."]
    shown += ["", *_sampling_lines(times)]
    shown += ["", *curve_lines(chart)]
    shown += [f"Assumed: {item.says}" for item in best.covariates.assumed]
    shown += [f"Warning: {warning}" for warning in best.covariates.warnings]
    echo_lines([*shown, *(f"Note: {note}" for note in (*found.notes, *skipped, *notes))])


@click.command()
@click.argument("patient", metavar="PATIENT")
@patient_options
@click.option("--clinic-hours", default="8-17", show_default=True, help="When samples can be drawn.")
def sampling(patient: str, **options: object) -> None:
    """Say when the next samples would tell most about PATIENT."""
    found = read_patient(patient, options)
    estimates, skipped = estimates_of(found, options, average=False)
    targets = read_targets(found.drug, knowledge=found.knowledge)
    times = _sampling(estimates[0], found, targets, str(options["clinic_hours"]))
    if options["form"] == "json":
        head = answer("sampling", found.drug, [estimates[0].file], found, estimates[0].covariates, (), skipped)
        head["sampling"] = _sampling_json(times)
        echo_json(head)
        return
    echo_lines([*_sampling_lines(times), *(f"Note: {note}" for note in found.notes)])


@click.command()
@click.argument("patient", metavar="PATIENT")
@patient_options
@click.option("--hours-late", type=float, required=True, help="Hours since the dose was due.")
def late(patient: str, hours_late: float, **options: object) -> None:
    """Say what taking PATIENT's late dose now does to levels, and what skipping it does."""
    found = read_patient(patient, options)
    estimates, skipped = estimates_of(found, options, average=False)
    step = current_step(found.plan, found.doses)
    if step is None:
        raise InputError("the plan taken now is not known. Give --dose, for example --dose '250 mg q12h'.")
    targets = read_targets(found.drug, knowledge=found.knowledge)
    result = weigh_late_dose(estimates[0].draws, step, hours_late, targets)
    if options["form"] == "json":
        head = answer("late", found.drug, [estimates[0].file], found, estimates[0].covariates, (), skipped)
        head["late"] = _late_json(result)
        echo_json(head)
        return
    echo_lines([*_late_lines(result, step), *(f"Note: {note}" for note in found.notes)])


def parse_target(text: str, drug: str) -> Target:
    """Read ``peak 20-35``, ``trough -2`` or ``auc24 150-``.

    Raises:
        InputError: It is not understood.
    """
    found = re.fullmatch(r"\s*(peak|trough|auc24)\s+(\d+(?:\.\d+)?)?\s*-\s*(\d+(?:\.\d+)?)?\s*(?:mg/L)?\s*", text)
    if found is None or not (found[2] or found[3]):
        raise InputError(f"--target: '{text[:40]}' is not understood. Write it as 'peak 20-35' (mg/L).")
    low, high = (float(found[2]) if found[2] else None), (float(found[3]) if found[3] else None)
    if low is not None and high is not None and not low < high:
        raise InputError(f"--target: {low:g} is not below {high:g}. Write the lower number first.")
    unit = "mg.h/L" if found[1] == "auc24" else "mg/L"
    citation = Citation("command-line", "Aim given on the command line", "", "", "")
    return Target(
        f"{drug}.target.given", drug, found[1], low, high, unit, "Given on the command line.", False, citation
    )


def holds_of(found: PatientInput, targets: LevelTargets, profile: str) -> tuple[tuple[Hold, ...], list[str]]:
    """Return the holds that are true: what screening finds contraindicated, and what dose plans are bound to."""
    holds = holds_by_statement(targets.holds, found.patient, found.knowledge)
    notes: list[str] = []
    stated = {hold.statement for hold in targets.holds}
    if found.drug not in found.knowledge.drugs:
        return tuple(holds), [f"screening does not cover {found.drug}: contraindications are not checked here"]
    identity = found.knowledge.drugs[found.drug]
    result = check(found.record, found.knowledge, found.knowledge.profile(profile), found.at.date(), [identity])
    for finding in result.drugs[0].findings:
        if (
            finding.status is Status.APPLIES
            and finding.severity is Severity.CONTRAINDICATED
            and finding.override is None
        ):
            citation = finding.citations[0] if finding.citations else Citation("", "", "", "", "")
            if finding.leads and finding.id not in stated:
                holds.append(Hold(finding.id, found.drug, finding.id, finding.says, citation, finding.interpretation))
    decision = result.drugs[0].decision.value
    if decision == "cannot_assess":
        notes.append("screening is not complete: contraindicated or major statements are open; run 'fullcourse check'")
    return tuple(holds), notes


def _sampling(estimate: PatientEstimate, found: PatientInput, targets: LevelTargets, clinic: str) -> Sampling:
    step = current_step(found.plan, found.doses)
    # Without a plan no time is computed, so the hours are not read.
    hours = clinic_hours(clinic) if step is not None else (0.0, 0.0)
    return when_to_sample(estimate, step, found.doses, found.levels, found.at, hours, targets)


def clinic_hours(text: str) -> tuple[float, float]:
    """Read ``8-17``.

    Raises:
        InputError: It is no span of hours of a day.
    """
    found = re.fullmatch(r"(\d{1,2})-(\d{1,2})", text.strip())
    if found is None or not int(found[1]) + 2 <= int(found[2]) <= 24:
        raise InputError(f"--clinic-hours: '{text[:20]}' is not understood. Write it as 8-17, at least two hours.")
    return float(found[1]), float(found[2])


def _sampling_json(times: Sampling) -> dict[str, object]:
    stated = [
        {"hours_after_dose": list(row.hours_after_dose), "says": row.says, "citation": citation_json(row.citation)}
        for row in times.stated
    ]
    computed = [
        {
            "at": [at.isoformat() for at in row.at],
            "hours_after_dose": [rounded(hours, 3) for hours in row.hours_after_dose],
            "gain": rounded(row.gain, 4),
        }
        for row in times.computed
    ]
    return {"stated": stated, "computed": computed}


def _sampling_lines(times: Sampling) -> list[str]:
    lines = [f"Next samples, as sources state: {row.says}" for row in times.stated]
    for best in times.computed[:1]:
        said = " and ".join(
            f"{at.isoformat()[:16]} ({rounded(hours, 3):g} h after a dose)"
            for at, hours in zip(best.at, best.hours_after_dose, strict=True)
        )
        lines.append(f"Most telling for this patient: {said}")
    return lines or ["No source here states when to sample."]


def _advice_lines(result: Advice, estimate: PatientEstimate, override: str | None) -> Iterable[str]:
    yield f"Advice by {estimate.file.id} (grade {estimate.file.grade}, {estimate.file.review})"
    yield {"plan": "ADVICE: ", "sample": "TAKE SAMPLES: ", "hold": "HOLD: ", "no_plan": "NO PLAN: "}[
        result.decision
    ] + result.says
    if override and result.holds:
        yield f"Gone on in spite of: {', '.join(hold.id for hold in result.holds)}. Reason given: {override}"
    for fit in estimate.conflicts:
        yield f"! {fit.level.mg_per_l:g} mg/L {OUTSIDE}"
    if not result.plans:
        return
    lines = [risk.target for risk in result.plans[0].risks]
    above = "".join(f"{f'>{target.high:g}':>6}" for target in lines)
    yield ""
    yield f"{'Plan':<42} {'mg/day':>6}  {'peak mg/L (90%)':<18} {'trough':>6}  {'in range':>8}{above}  arrives"
    for plan in result.plans:
        yield _plan_line(plan)
        if plan.missed is not None and plan is result.plans[0]:
            yield _missed_line(plan)
    yield f"Aim: {result.aim.says} [{result.aim.citation.source}]"
    for target in lines:
        yield f"Line {target.high:g} {target.unit}: {target.says} [{target.citation.source}]"
    yield f"Source of the first plan: {result.plans[0].plan.citation.title}, {result.plans[0].plan.citation.section}."
    for name, why in result.left_out:
        yield f"Not considered: {name} ({why})."


def _plan_line(plan: PlanAdvice) -> str:
    risks = "".join(f"{risk.probability:6.0%}" for risk in plan.risks)
    days = ""
    if plan.days_to_arrive is not None:
        days = f"day {plan.days_to_arrive[0]:.0f}" if np.isfinite(plan.days_to_arrive[0]) else "over 4 weeks"
    peak = f"{plan.peak[2]:.1f} ({plan.peak[0]:.0f} to {plan.peak[4]:.0f})"
    head = f"{plan.plan.id:<42} {plan.plan.greatest_mg_per_day:6.0f}  {peak:<18} {plan.trough[2]:6.1f}"
    return f"{head}  {plan.peak_in_range:8.0%}{risks}  {days}".rstrip()


def _missed_line(plan: PlanAdvice) -> str:
    missed = plan.missed
    if missed is None:
        return ""
    low = f"  a missed dose: down to {missed.lowest[2]:.1f} mg/L ({missed.lowest[0]:.1f} to {missed.lowest[4]:.1f})"
    return low if missed.hours_below is None else f"{low}, {missed.hours_below:.0f} h under the range before the next"


def _advice_json(result: Advice, override: str | None) -> dict[str, object]:
    return {
        "decision": result.decision,
        "says": result.says,
        "aim": cited(result.aim),
        "lead_line": cited(result.lead_line) if result.lead_line else None,
        "override": override,
        "holds": [
            {
                "id": hold.id,
                "says": hold.says,
                "interpretation": hold.interpretation or None,
                "citation": citation_json(hold.citation),
            }
            for hold in result.holds
        ],
        "left_out": [{"plan": name, "because": why} for name, why in result.left_out],
        "spread": None if result.spread is None else rounded(result.spread),
        "plans": [_plan_json(plan) for plan in result.plans],
    }


def _plan_json(plan: PlanAdvice) -> dict[str, object]:
    missed = plan.missed
    return {
        "id": plan.plan.id,
        "form": plan.plan.step.form,
        "doses": [{"at": dose.at, "mg": dose.mg, "units": dose.units} for dose in plan.plan.step.doses],
        "days_of_week": list(plan.plan.step.days_of_week),
        "mg_per_dosing_day": plan.plan.greatest_mg_per_day,
        "says": plan.plan.says,
        "citation": citation_json(plan.plan.citation),
        "score": rounded(plan.score),
        "peak": [rounded(value) for value in plan.peak],
        "trough": [rounded(value) for value in plan.trough],
        "auc24": [rounded(value) for value in plan.auc24],
        "peak_in_range": rounded(plan.peak_in_range),
        "peak_below": rounded(plan.peak_below),
        "trough_in_range": None if plan.trough_in_range is None else rounded(plan.trough_in_range),
        "risks": [
            {"above": risk.target.high, "probability": rounded(risk.probability), "target": risk.target.id}
            for risk in plan.risks
        ],
        "attainment": [
            {"target": item.target.id, "probability": rounded(item.probability)} for item in plan.attainments
        ],
        "days_to_arrive": None if plan.days_to_arrive is None else [rounded(value) for value in plan.days_to_arrive],
        "missed": None if missed is None else {
            "lowest": [rounded(value) for value in missed.lowest], "hours_below": missed.hours_below,
        },
    }  # fmt: skip


def _late_json(result: LateDose) -> dict[str, object]:
    return {
        "mg": result.mg,
        "late_h": result.late_h,
        "hours_to_next": rounded(result.hours_to_next),
        **{
            name: {
                "peak": [rounded(value) for value in outcome.peak],
                "lowest": [rounded(value) for value in outcome.lowest],
                "risks": {key: rounded(value) for key, value in outcome.risks.items()},
            }
            for name, outcome in (("taken_now", result.taken_now), ("skipped", result.skipped))
        },
    }


def _late_lines(result: LateDose, step: DoseStep) -> Iterable[str]:
    said = f"{result.mg:g} mg is {result.late_h:g} h late; the next dose is in {result.hours_to_next:g} h."
    yield f"{say_dose_plan([step])}: {said}"
    for name, outcome in (("taken now, next on time", result.taken_now), ("skipped", result.skipped)):
        risks = ", ".join(f"{key.rsplit('.', 1)[-1]} {value:.0%}" for key, value in outcome.risks.items())
        yield (
            f"  {name:<24} peak {outcome.peak[2]:.1f} mg/L ({outcome.peak[0]:.0f} to {outcome.peak[4]:.0f}), "
            f"lowest {outcome.lowest[2]:.1f}; passes the line of: {risks}"
        )
    yield "Levels only: whether a late dose may be taken is what the label's rule says."
    yield "Two doses are never taken together."
