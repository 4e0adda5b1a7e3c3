"""``fullcourse levels advise``, ``sampling`` and ``late``: what follows from a patient's levels."""

import math
import re
from collections.abc import Iterable

import click

from fullcourse.adapters.published.advice import advice_json, late_json, sampling_json
from fullcourse.adapters.published.estimate import estimate_json
from fullcourse.adapters.published.level_answer import level_answer_json
from fullcourse.adapters.published.numbers import rounded
from fullcourse.clinical.dose import DoseStep
from fullcourse.clinical.dose_plan import say_dose_plan
from fullcourse.clinical.errors import InputError
from fullcourse.interfaces.cli.level_commands.answer import (
    curve_lines,
    echo_json,
    echo_lines,
    knowledge_digest,
    level_chart,
    over_time_lines,
    save_chart,
)
from fullcourse.interfaces.cli.level_commands.estimate import (
    estimates_asked,
    model_shares,
    odd_levels,
    own_curve_title,
)
from fullcourse.interfaces.cli.level_commands.patient_input import named_model, patient_options, read_patient
from fullcourse.interfaces.cli.out_file import force_option
from fullcourse.journey.levels.advice import (
    Advice,
    LateDose,
    PatientEstimate,
    PlanAdvice,
    given_target,
    late_dose,
    next_sampling,
    refuse_without_advice,
)
from fullcourse.journey.levels.advice import advise as advise_patient
from fullcourse.journey.levels.curve import patient_curve
from fullcourse.journey.levels.exposure import own_measures
from fullcourse.journey.levels.sampling import Sampling
from fullcourse.knowledge.pk.targets import Target, read_targets

__all__ = ["advise", "late", "sampling"]


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
@force_option
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
    person = read_patient(patient, options)
    refuse_without_advice(person, named_model(options.get("model")), aim_given=target is not None)
    estimates = estimates_asked(person, options, average=average, use="advise")
    best = estimates.best
    given = advise_patient(
        person,
        estimates,
        str(options["profile"]),
        aim=parse_target(target, person.drug) if target else None,
        mic=mic,
        override=bool(override),
        clinic_hours=parse_clinic_hours(str(options["clinic_hours"])),
    )
    chart = level_chart(own_curve_title(best), patient_curve(best, person), given.targets)
    save_chart(chart, plot)
    if options["form"] == "json":
        head = level_answer_json(
            "advise",
            knowledge_digest(),
            person.drug,
            [own.file for own in estimates.of_models],
            person,
            best.covariates,
            estimates.weights,
            [*estimates.skipped, *given.notes],
        )
        head["estimates"] = [estimate_json(own, own_measures(own, given.targets, mic)) for own in estimates.of_models]
        head["advice"] = advice_json(given.advice, override)
        head["sampling"] = sampling_json(given.sampling)
        echo_json(head)
        return
    shown = [*_advice_lines(given.advice, best, override)]
    if len(estimates.of_models) > 1:
        shares = model_shares(estimates)
        shown += ["", f"Averaged over models, as the levels weigh them: {shares}. Curve and samples: the heaviest."]
    shown += ["", *_sampling_lines(given.sampling)]
    shown += ["", *curve_lines(chart)]
    shown += over_time_lines(best.covariates)
    shown += [f"The model: {caveat}" for caveat in best.file.caveats]
    shown += [f"Assumed: {assumption.says}" for assumption in best.covariates.assumed]
    shown += [f"Warning: {warning}" for warning in best.covariates.warnings]
    echo_lines([*shown, *(f"Note: {note}" for note in (*person.notes, *estimates.skipped, *given.notes))])


@click.command()
@click.argument("patient", metavar="PATIENT")
@patient_options
@click.option("--clinic-hours", default="8-17", show_default=True, help="When samples can be drawn.")
def sampling(patient: str, **options: object) -> None:
    """Say when the next samples would tell most about PATIENT."""
    person = read_patient(patient, options)
    estimates = estimates_asked(person, options, average=False)
    first = estimates.first
    targets = read_targets(person.drug, knowledge=person.knowledge)
    times = next_sampling(person, first, targets, parse_clinic_hours(str(options["clinic_hours"])))
    if options["form"] == "json":
        head = level_answer_json(
            "sampling", knowledge_digest(), person.drug, [first.file], person, first.covariates, (), estimates.skipped
        )
        head["sampling"] = sampling_json(times)
        echo_json(head)
        return
    echo_lines([*_sampling_lines(times), *(f"Note: {note}" for note in person.notes)])


@click.command()
@click.argument("patient", metavar="PATIENT")
@patient_options
@click.option("--hours-late", type=float, required=True, help="Hours since the dose was due.")
def late(patient: str, hours_late: float, **options: object) -> None:
    """Say what taking PATIENT's late dose now does to levels, and what skipping it does."""
    person = read_patient(patient, options)
    estimates = estimates_asked(person, options, average=False)
    first = estimates.first
    step, weighed = late_dose(person, first, hours_late)
    if options["form"] == "json":
        head = level_answer_json(
            "late", knowledge_digest(), person.drug, [first.file], person, first.covariates, (), estimates.skipped
        )
        head["late"] = late_json(weighed)
        echo_json(head)
        return
    echo_lines([*_late_lines(weighed, step), *(f"Note: {note}" for note in person.notes)])


def parse_target(text: str, drug: str) -> Target:
    """Read ``peak 20-35``, ``trough -2`` or ``auc24 150-``.

    Raises:
        InputError: It is not understood.
    """
    parts = re.fullmatch(r"\s*(peak|trough|auc24)\s+(\d+(?:\.\d+)?)?\s*-\s*(\d+(?:\.\d+)?)?\s*(?:mg/L)?\s*", text)
    if parts is None or not (parts[2] or parts[3]):
        raise InputError(f"--target: '{text[:40]}' is not understood. Write it as 'peak 20-35' (mg/L).")
    low, high = (float(parts[2]) if parts[2] else None), (float(parts[3]) if parts[3] else None)
    if low is not None and high is not None and not low < high:
        raise InputError(f"--target: {low:g} is not below {high:g}. Write the lower number first.")
    return given_target(drug, parts[1], low, high)


def parse_clinic_hours(text: str) -> tuple[float, float]:
    """Read ``8-17``.

    Raises:
        InputError: It is no span of hours.
    """
    parts = re.fullmatch(r"(\d{1,2})-(\d{1,2})", text.strip())
    if parts is None:
        raise InputError(f"--clinic-hours: '{text[:20]}' is not understood. Write it as 8-17, at least two hours.")
    return float(parts[1]), float(parts[2])


def _sampling_lines(times: Sampling) -> list[str]:
    lines = [f"Next samples, as sources state: {row.says}" for row in times.stated]
    for best in times.computed[:1]:
        said = " and ".join(
            f"{at.isoformat()[:16]} ({rounded(hours, 3):g} h after a dose)"
            for at, hours in zip(best.at, best.hours_after_dose, strict=True)
        )
        lines.append(f"Most telling for this patient: {said}")
    return lines or ["No source here states when to sample."]


def _advice_lines(advice: Advice, estimate: PatientEstimate, override: str | None) -> Iterable[str]:
    yield f"Advice by {estimate.file.id} (grade {estimate.file.grade}, {estimate.file.review})"
    yield {
        "plan": "ADVICE: ",
        "sample": "TAKE SAMPLES: ",
        "hold": "HOLD: ",
        "no_plan": "NO PLAN: ",
        "check": "CHECK LEVELS: ",
    }[advice.decision] + advice.says
    if override and advice.holds:
        yield f"Gone on in spite of: {', '.join(hold.id for hold in advice.holds)}. Reason given: {override}"
    if advice.decision != "check":
        yield from odd_levels(estimate)
    if not advice.plans:
        yield from (f"Not considered: {name} ({why})." for name, why in advice.left_out)
        return
    lines = [risk.target for risk in advice.plans[0].risks]
    above = "".join(f"{f'>{target.high:g}':>6}" for target in lines)
    yield ""
    yield f"{'Plan':<42} {'mg/day':>6}  {'peak mg/L (90%)':<18} {'trough':>6}  {'in range':>8}{above}  arrives"
    for plan in advice.plans:
        yield _plan_line(plan)
        if plan.missed is not None and plan is advice.plans[0]:
            yield _missed_line(plan)
    yield f"Aim: {advice.aim.says} [{advice.aim.citation.source}]"
    for target in lines:
        yield f"Line {target.high:g} {target.unit}: {target.says} [{target.citation.source}]"
    troughs = [reached for reached in advice.plans[0].attainments if reached.target.measure == "trough"]
    for reached in troughs:
        below = (
            f"Trough under {reached.target.high:g} {reached.target.unit}: {reached.probability:.0%} by the first plan"
        )
        yield f"{below}. {reached.target.says} [{reached.target.citation.source}]"
    yield f"Source of the first plan: {advice.plans[0].plan.citation.title}, {advice.plans[0].plan.citation.section}."
    for name, why in advice.left_out:
        yield f"Not considered: {name} ({why})."


def _plan_line(plan: PlanAdvice) -> str:
    risks = "".join(f"{risk.probability:6.0%}" for risk in plan.risks)
    days = ""
    if plan.days_to_arrive is not None:
        days = f"day {plan.days_to_arrive[0]:.0f}" if math.isfinite(plan.days_to_arrive[0]) else "over 4 weeks"
    peak = f"{plan.peak[2]:.1f} ({plan.peak[0]:.0f} to {plan.peak[4]:.0f})"
    head = f"{plan.plan.id:<42} {plan.plan.greatest_mg_per_day:6.0f}  {peak:<18} {plan.trough[2]:6.1f}"
    return f"{head}  {plan.peak_in_range:8.0%}{risks}  {days}".rstrip()


def _missed_line(plan: PlanAdvice) -> str:
    missed = plan.missed
    if missed is None:
        return ""
    low = f"  a missed dose: down to {missed.lowest[2]:.1f} mg/L ({missed.lowest[0]:.1f} to {missed.lowest[4]:.1f})"
    return low if missed.hours_below is None else f"{low}, {missed.hours_below:.0f} h under the range before the next"


def _late_lines(weighed: LateDose, step: DoseStep) -> Iterable[str]:
    said = f"{weighed.mg:g} mg is {weighed.late_h:g} h late; the next dose is in {weighed.hours_to_next:g} h."
    yield f"{say_dose_plan([step])}: {said}"
    for name, outcome in (("taken now, next on time", weighed.taken_now), ("skipped", weighed.skipped)):
        risks = ", ".join(f"{key.rsplit('.', 1)[-1]} {value:.0%}" for key, value in outcome.risks.items())
        yield (
            f"  {name:<24} peak {outcome.peak[2]:.1f} mg/L ({outcome.peak[0]:.0f} to {outcome.peak[4]:.0f}), "
            f"lowest {outcome.lowest[2]:.1f}; passes the line of: {risks}"
        )
    yield "Levels only: whether a late dose may be taken is what the label's rule says."
    yield "Two doses are never taken together."
