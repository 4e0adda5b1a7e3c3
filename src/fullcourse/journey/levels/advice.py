"""What dose follows from a patient's levels: holds first, then the plans that sources allow, ranked."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

from fullcourse.clinical.citation import Citation
from fullcourse.clinical.dose import DoseStep
from fullcourse.clinical.errors import InputError, OutsideLabel
from fullcourse.clinical.finding import Decision, Severity, Status
from fullcourse.clinical.patient import Patient
from fullcourse.journey.check import check
from fullcourse.journey.levels.current_step import current_step
from fullcourse.journey.levels.estimates import Estimates, PatientEstimate
from fullcourse.journey.levels.holds import holds_by_statement, holds_left_open
from fullcourse.journey.levels.models import choose_model
from fullcourse.journey.levels.patient import LevelPatient
from fullcourse.journey.levels.sampling import Sampling, when_to_sample
from fullcourse.knowledge.pk.model_choice import why_no_advice
from fullcourse.knowledge.pk.model_file import PkModelFile
from fullcourse.knowledge.pk.targets import Hold, LevelTargets, Target, read_targets
from fullcourse.monitoring.treatment import with_baseline
from fullcourse.pharmacokinetics.advice.advise import Advice, Person, PlanAdvice
from fullcourse.pharmacokinetics.advice.advise import advise as advise_patient
from fullcourse.pharmacokinetics.advice.late_dose import LateDose, weigh_late_dose
from fullcourse.pharmacokinetics.advice.model_average import averaged_draws
from fullcourse.rules.establish import establish

__all__ = [
    "LEADS_UNDER",
    "Advice",
    "LateDose",
    "LevelAdvice",
    "PatientEstimate",
    "PlanAdvice",
    "advise",
    "given_target",
    "holds_of",
    "late_dose",
    "leading_line",
    "next_sampling",
    "refuse_without_advice",
]

LEADS_UNDER: Final[Mapping[str, int]] = {"us": 0, "who": -1, "india": 0, "msf": 0}
"""Which line of level leads a profile: the lowest of all, or the highest, of those that sources give."""

SHORTEST_CLINIC_H: Final = 2.0
"""Two samples need so many hours of a clinic's day."""


@dataclass(frozen=True, slots=True)
class LevelAdvice:
    """What follows from a patient's levels.

    Attributes:
        advice: The decision, with plans ranked.
        sampling: When the next samples are best drawn.
        notes: What screening left open.
        targets: What sources say of the drug's levels.
    """

    advice: Advice
    sampling: Sampling
    notes: tuple[str, ...]
    targets: LevelTargets


def advise(
    patient: LevelPatient,
    estimates: Estimates,
    profile: str,
    *,
    aim: Target | None = None,
    mic: float | None = None,
    override: bool = False,
    clinic_hours: tuple[float, float],
) -> LevelAdvice:
    """Rank the dose plans that sources allow by what the patient's own levels say.

    Args:
        patient: Whose levels.
        estimates: Of the patient.
        profile: Which sources lead.
        aim: What to aim at; None for what the sources aim at.
        mic: Of the patient's own strain, mg/L.
        override: Whether somebody goes on in spite of a hold, with a recorded reason.
        clinic_hours: Hours of the day at which samples can be drawn.
    """
    targets = read_targets(patient.drug, knowledge=patient.knowledge)
    holds, notes = holds_of(patient, targets, profile)
    current = current_step(patient.plan, patient.doses)
    advice = advise_patient(
        averaged_draws(estimates.of_models),
        targets,
        aim=aim,
        lead_line=leading_line(targets, profile),
        holds=holds,
        override=override,
        current=current,
        mics={mic: 1.0} if mic is not None else None,
        excluded=estimates.best.excluded,
        person=_person(patient, targets),
        over_h=None if current is None else current.over_h,
    )
    sampling = next_sampling(patient, estimates.best, targets, clinic_hours)
    return LevelAdvice(advice, sampling, tuple(notes), targets)


def _person(patient: LevelPatient, targets: LevelTargets) -> Person:
    """Return the numbers that plans of the drug are bound to; one that cannot be used is as one that is not known."""
    wanted = {condition.fact: condition.unit for plan in targets.plans for condition in plan.conditions}
    if any(plan.mg_per_kg for plan in targets.plans):
        wanted["weight"] = "kg"
    found = {name: patient.facts.number(name, unit) for name, unit in wanted.items()}
    return Person({name: value for name, value in found.items() if value is not None})


def refuse_without_advice(patient: LevelPatient, wanted: PkModelFile | str | None, *, aim_given: bool) -> None:
    """Refuse a model by which no dose can be advised, before anything is computed.

    Raises:
        OutsideLabel: No source gives an aim or a plan, or the model is not for advice.
    """
    file = choose_model(patient.drug, wanted, patient.facts.number("age", "a"))
    targets = read_targets(patient.drug, knowledge=patient.knowledge)
    if lacks := why_no_advice(file, targets, aim_given=aim_given):
        raise OutsideLabel(f"{lacks}; nothing is advised. Ask a specialist; 'levels estimate' says what levels mean.")


def leading_line(targets: LevelTargets, profile: str) -> Target | None:
    """Return the line of level that leads under a profile; the lowest where the profile names none."""
    return targets.ceilings[LEADS_UNDER.get(profile, 0)] if targets.ceilings else None


def holds_of(patient: LevelPatient, targets: LevelTargets, profile: str) -> tuple[tuple[Hold, ...], list[str]]:
    """Return the holds that are true: what screening finds contraindicated, and what dose plans are bound to."""
    person = _since_the_first_dose(patient)
    holds = holds_by_statement(targets.holds, person, patient.knowledge)
    notes = holds_left_open(targets.holds, person, patient.knowledge)
    stated = {hold.statement for hold in targets.holds}
    if patient.drug not in patient.knowledge.drugs:
        notes.append(f"screening does not cover {patient.drug}: contraindications are not checked here")
        return tuple(holds), notes
    identity = patient.knowledge.drugs[patient.drug]
    checked = check(
        patient.record, patient.knowledge, patient.knowledge.profile(profile), patient.at.date(), [identity]
    )
    for finding in checked.drugs[0].findings:
        contraindicated = finding.status is Status.APPLIES and finding.severity is Severity.CONTRAINDICATED
        if contraindicated and finding.override is None and finding.leads and finding.id not in stated:
            citation = finding.citations[0] if finding.citations else Citation("", "", "", "", "")
            holds.append(Hold(finding.id, patient.drug, finding.id, finding.says, citation, finding.interpretation))
    if checked.drugs[0].known is not Decision.CONTRAINDICATED and checked.drugs[0].open.is_decisive:
        notes.append("screening is not complete: contraindicated or major statements are open; run 'fullcourse check'")
    return tuple(holds), notes


def _since_the_first_dose(patient: LevelPatient) -> Patient:
    """Return the patient with what has risen since the day of the first dose that is known."""
    if not patient.doses:
        return patient.patient
    before = establish(patient.record, patient.knowledge, patient.doses[0].at.date())
    risen = with_baseline(patient.patient.facts, before.facts)
    return replace(patient.patient, facts={**patient.patient.facts, **risen})


def next_sampling(
    patient: LevelPatient, estimate: PatientEstimate, targets: LevelTargets, clinic_hours: tuple[float, float]
) -> Sampling:
    """Return when a patient's next samples are best drawn.

    Raises:
        InputError: The clinic's hours leave no room for two samples, and times would be computed.
    """
    step = current_step(patient.plan, patient.doses)
    opens, closes = clinic_hours
    if step is not None and not opens + SHORTEST_CLINIC_H <= closes <= 24.0:
        raise InputError(
            f"--clinic-hours: '{opens:g}-{closes:g}' is not understood. Write it as 8-17, at least two hours."
        )
    return when_to_sample(estimate, step, patient.doses, patient.levels, patient.at, clinic_hours, targets)


def late_dose(patient: LevelPatient, estimate: PatientEstimate, hours_late: float) -> tuple[DoseStep, LateDose]:
    """Return the plan taken now, and what taking its late dose or skipping it does to levels.

    Raises:
        InputError: The plan taken now is not known.
    """
    step = current_step(patient.plan, patient.doses)
    if step is None:
        raise InputError("the plan taken now is not known. Give --dose, for example --dose '250 mg q12h'.")
    targets = read_targets(patient.drug, knowledge=patient.knowledge)
    return step, weigh_late_dose(estimate.draws, step, hours_late, targets)


def given_target(drug: str, measure: str, low: float | None, high: float | None) -> Target:
    """Return an aim that was given by hand: of the peak or trough in mg/L, or of AUC24 in mg.h/L."""
    unit = "mg.h/L" if measure == "auc24" else "mg/L"
    citation = Citation("command-line", "Aim given on the command line", "", "", "")
    return Target(f"{drug}.target.given", drug, measure, low, high, unit, "Given on the command line.", False, citation)
