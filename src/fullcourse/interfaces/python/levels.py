"""Serum levels from Python: ``fc.levels.simulate``, ``attainment``, ``estimate``, ``advise``.

Levels are in mg/L, which is the same as mcg/mL; times in hours; doses as text (``250 mg q12h``) in milligrams. Models
are published ones, and none has been reviewed by a clinician for this software.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from functools import partial
from pathlib import Path

from fullcourse.adapters.knowledge_cache import knowledge_here
from fullcourse.clinical.dose_plan import parse_dose_plan
from fullcourse.clinical.errors import InputError
from fullcourse.interfaces.cli.level_commands.advise import parse_clinic_hours, parse_target
from fullcourse.interfaces.cli.level_commands.answer import knowledge_digest
from fullcourse.interfaces.cli.level_commands.estimate import estimates_asked
from fullcourse.interfaces.cli.level_commands.patient_input import (
    covariate,
    facts_day,
    named_model,
    patient_as_asked,
)
from fullcourse.interfaces.cli.level_commands.simulate import parse_mics
from fullcourse.interfaces.python.records import (
    Answer,
    AnyRecord,
    bytes_of,
    moment_text,
    read_answers,
    read_record,
    record_reader,
)
from fullcourse.journey.levels.advice import LevelAdvice, refuse_without_advice
from fullcourse.journey.levels.advice import advise as advise_patient
from fullcourse.journey.levels.estimates import Estimates
from fullcourse.journey.levels.exposure import own_measures
from fullcourse.journey.levels.models import drug_name
from fullcourse.journey.levels.patient import LevelPatient, facts_at
from fullcourse.journey.levels.population import People, PlanAttainment, Simulation, attain, people_of, simulate_plan
from fullcourse.journey.levels.sampling import next_best
from fullcourse.knowledge.pk.targets import read_targets

__all__ = ["advise", "attainment", "estimate", "simulate"]


def simulate(
    drug: str,
    dose: str,
    *,
    days: int = 28,
    patient: AnyRecord | None = None,
    answers: AnyRecord | None = None,
    covariates: Mapping[str, str] | None = None,
    at: date | str | None = None,
    model: str | None = None,
    n: int = 1000,
    seed: int = 1,
    occasions: bool = True,
) -> Answer[Simulation]:
    """Simulate levels under a dose plan, in a population or with one patient's covariates; as ``levels simulate``.

    Args:
        drug: Its name.
        dose: The plan: ``250 mg q12h``, ``250 mg morning + 500 mg evening``.
        days: How many days.
        patient: Whose covariates are used; None for the population of the model.
        answers: With a patient, what somebody answered beside the record, in TOML.
        covariates: With a patient, by name with the unit: ``{"albumin": "3.6 g/dL"}``.
        at: The moment at which the record is read; now without it.
        model: Id of a published model, or path of a model file; the default for adults without it.
        n: How many people are drawn.
        seed: Of the random numbers: the same gives the same.
        occasions: Whether people differ from occasion to occasion, where the model says so.

    Returns:
        Levels of everybody in mg/L by hour, and peak and trough of the last day.

    Raises:
        InputError: Something cannot be used.
    """
    people = _people(drug, patient, answers, covariates, at, model, n, seed, occasions=occasions)
    steps = parse_dose_plan(dose)
    simulation = simulate_plan(people, steps, days)

    def written() -> dict[str, object]:
        from fullcourse.adapters.published.population import simulation_json  # the nouns do not wait for JSON

        said = simulation_json(simulation, steps, days, n, seed, occasions=people.occasions)
        return {**_head("simulate", people, people.notes), "simulation": said}

    return Answer(simulation, written)


def attainment(
    drug: str,
    dose: str,
    *,
    mic: float | Path | None = None,
    patient: AnyRecord | None = None,
    answers: AnyRecord | None = None,
    covariates: Mapping[str, str] | None = None,
    at: date | str | None = None,
    model: str | None = None,
    n: int = 2000,
    seed: int = 1,
    occasions: bool = True,
) -> Answer[PlanAttainment]:
    """Say how often a dose plan at steady state reaches what sources aim at; as ``levels attainment``.

    Args:
        drug: Its name.
        dose: The plan: ``250 mg q12h``.
        mic: MIC in mg/L, or `Path` of a CSV of ``mic,share``; the published median without it.
        patient: As of `simulate`, as are the others.
        answers: With a patient, what somebody answered beside the record, in TOML.
        covariates: With a patient, by name with the unit.
        at: The moment at which the record is read; now without it.
        model: Id of a published model, or path of a model file.
        n: How many people are drawn.
        seed: Of the random numbers.
        occasions: Whether people differ from occasion to occasion, where the model says so.

    Returns:
        Peak and trough in mg/L, AUC of 24 hours in mg.h/L, and the share of people who reach each target.

    Raises:
        InputError: Something cannot be used.
    """
    people = _people(drug, patient, answers, covariates, at, model, n, seed, occasions=occasions)
    steps = parse_dose_plan(dose)
    targets = read_targets(people.file.drug, knowledge=knowledge_here())
    attained = attain(people, steps, targets, None if mic is None else parse_mics(str(mic)))

    def written() -> dict[str, object]:
        from fullcourse.adapters.published.population import attainment_json  # the nouns do not wait for JSON

        said = attainment_json(attained, steps, n, seed, occasions=people.occasions)
        return {**_head("attainment", people, attained.notes), "attainment": said}

    return Answer(attained, written)


def estimate(
    patient: AnyRecord,
    drug: str,
    *,
    levels: Sequence[str] = (),
    doses: Path | str | None = None,
    dose: str | None = None,
    since: date | str | None = None,
    model: str | None = None,
    average: bool = False,
    mic: float | None = None,
    covariates: Mapping[str, str] | None = None,
    zone: str | None = None,
    answers: AnyRecord | None = None,
    at: date | str | None = None,
    seed: int = 1,
) -> Answer[Estimates]:
    """Say what a patient's levels say about that patient, and how sure that is; as ``levels estimate``.

    Args:
        patient: A record of one person, with levels and doses where it has them.
        drug: Its name.
        levels: Beside those of the record: ``31 mg/L @ 2026-11-03T10:05+02:00``.
        doses: Path of a file of doses as taken, TOML or CSV.
        dose: The plan as prescribed: ``250 mg q12h``.
        since: First day of that plan; four weeks before without it.
        model: Id of a published model, or path of a model file; the default for the age without it.
        average: Whether every model for the patient's age is used, weighted by the levels.
        mic: MIC of the patient's own strain, mg/L.
        covariates: By name with the unit: ``{"albumin": "3.6 g/dL", "dialysis": "no"}``.
        zone: Offset of times that have none: ``+02:00``.
        answers: What somebody answered beside the record, in TOML.
        at: The moment asked about; that of the last level without it.
        seed: Of the random numbers.

    Returns:
        One estimate a model: own clearance (L/h) and volume (L) with their 90 per cent ranges, and fits in mg/L.

    Raises:
        InputError: Something cannot be used.
    """
    options = _options(drug, levels, doses, dose, since, model, covariates, zone, at, seed)
    person = _person(patient, answers, options)
    estimates = estimates_asked(person, options, average=average)

    def written() -> dict[str, object]:
        from fullcourse.adapters.published.estimate import estimate_json  # the nouns do not wait for JSON

        targets = read_targets(person.drug, knowledge=person.knowledge)
        best = estimates.best
        settling = next_best(best, person)
        said = [
            estimate_json(own, own_measures(own, targets, mic), settling if own is best else None)
            for own in estimates.of_models
        ]
        return {**_head_of_patient("estimate", person, estimates, estimates.skipped), "estimates": said}

    return Answer(estimates, written)


def advise(
    patient: AnyRecord,
    drug: str,
    *,
    levels: Sequence[str] = (),
    doses: Path | str | None = None,
    dose: str | None = None,
    since: date | str | None = None,
    model: str | None = None,
    average: bool = False,
    target: str | None = None,
    mic: float | None = None,
    override: str | None = None,
    clinic_hours: str = "8-17",
    covariates: Mapping[str, str] | None = None,
    zone: str | None = None,
    answers: AnyRecord | None = None,
    profile: str = "us",
    at: date | str | None = None,
    seed: int = 1,
) -> Answer[LevelAdvice]:
    """Rank the dose plans that sources allow by what a patient's own levels say; as ``levels advise``.

    Never above a source's daily maximum, never against a hold; when too little is known, it asks for samples.

    Args:
        patient: A record of one person; it and the others as of `estimate`.
        drug: Its name.
        levels: Beside those of the record.
        doses: Path of a file of doses as taken.
        dose: The plan as prescribed.
        since: First day of that plan.
        model: Id of a published model, or path of a model file.
        average: Whether every model for the patient's age is used, weighted by the levels.
        target: What to aim at: ``peak 20-35``, ``trough -2`` (mg/L), ``auc24 150-`` (mg.h/L); the sources' without it.
        mic: MIC of the patient's own strain, mg/L.
        override: Why somebody goes on in spite of a hold; the reason is part of the answer.
        clinic_hours: Hours of the day at which samples can be drawn.
        covariates: By name with the unit.
        zone: Offset of times that have none.
        answers: What somebody answered beside the record, in TOML.
        profile: Which sources lead.
        at: The moment asked about.
        seed: Of the random numbers.

    Raises:
        InputError: Something cannot be used.
    """
    options = {**_options(drug, levels, doses, dose, since, model, covariates, zone, at, seed), "profile": profile}
    person = _person(patient, answers, options)
    refuse_without_advice(person, named_model(model), aim_given=target is not None)
    estimates = estimates_asked(person, options, average=average, use="advise")
    given = advise_patient(
        person,
        estimates,
        profile,
        aim=parse_target(target, person.drug) if target else None,
        mic=mic,
        override=bool(override),
        clinic_hours=parse_clinic_hours(clinic_hours),
    )

    def written() -> dict[str, object]:
        from fullcourse.adapters.published.advice import advice_json, sampling_json  # the nouns do not wait for JSON
        from fullcourse.adapters.published.estimate import estimate_json

        head = _head_of_patient("advise", person, estimates, [*estimates.skipped, *given.notes])
        head["estimates"] = [estimate_json(own, own_measures(own, given.targets, mic)) for own in estimates.of_models]
        return {**head, "advice": advice_json(given.advice, override), "sampling": sampling_json(given.sampling)}

    return Answer(given, written)


def _people(
    drug: str,
    patient: AnyRecord | None,
    answers: AnyRecord | None,
    covariates: Mapping[str, str] | None,
    at: date | str | None,
    model: str | None,
    n: int,
    seed: int,
    *,
    occasions: bool,
) -> People:
    knowledge = knowledge_here()
    name, facts = drug_name(drug, knowledge), None
    if patient is not None:
        day = facts_day(moment_text(at))
        read = read_record(patient, answers, day, knowledge)
        facts = facts_at(read, day, knowledge, name, dict(map(covariate, _texts(covariates))))
    elif covariates or answers is not None:
        raise InputError("covariates and answers are those of a patient. Give the patient too.")
    return people_of(name, named_model(model), facts, n, seed, occasions=occasions)


def _options(
    drug: str,
    levels: Sequence[str],
    doses: Path | str | None,
    dose: str | None,
    since: date | str | None,
    model: str | None,
    covariates: Mapping[str, str] | None,
    zone: str | None,
    at: date | str | None,
    seed: int,
) -> dict[str, object]:
    """Return what is asked as the options of the command hold it."""
    return {
        "drug": drug,
        "levels": (levels,) if isinstance(levels, str) else tuple(levels),
        "doses": None if doses is None else str(doses),
        "dose": dose,
        "since": moment_text(since),
        "model": model,
        "covariates": _texts(covariates),
        "zone": zone,
        "at": moment_text(at),
        "seed": seed,
    }


def _texts(covariates: Mapping[str, str] | None) -> tuple[str, ...]:
    return tuple(f"{name}={value}" for name, value in (covariates or {}).items())


def _person(patient: AnyRecord, answers: AnyRecord | None, options: Mapping[str, object]) -> LevelPatient:
    knowledge = knowledge_here()
    reader = record_reader(knowledge)
    added = None if answers is None else partial(read_answers, answers, reader)
    return patient_as_asked(reader.read(bytes_of(patient)), added, options, knowledge, reader)


def _head(command: str, people: People, notes: Iterable[str]) -> dict[str, object]:
    from fullcourse.adapters.published.level_answer import level_answer_json

    file = people.file
    return level_answer_json(command, knowledge_digest(), file.drug, [file], covariates=people.covariates, notes=notes)


def _head_of_patient(
    command: str, person: LevelPatient, estimates: Estimates, notes: Iterable[str]
) -> dict[str, object]:
    from fullcourse.adapters.published.level_answer import level_answer_json

    files = [own.file for own in estimates.of_models]
    covariates = estimates.best.covariates
    return level_answer_json(
        command, knowledge_digest(), person.drug, files, person, covariates, estimates.weights, notes
    )
