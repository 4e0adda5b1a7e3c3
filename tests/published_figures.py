"""Simulates again what a paper prints of its own model, from the rows of ``pk_models/validated.toml``.

The area is summed by trapezoids on a grid of six minutes, not by the engine's exact formula, so that a wrong volume,
unit or way in is seen as well as a wrong clearance.
"""

import numpy as np

from fullcourse.clinical.dose_plan import parse_dose_plan
from fullcourse.clinical.formulas import cockcroft_gault_ml_per_min, fat_free_mass_kg
from fullcourse.knowledge.pk.model_reader import read_pk_models
from fullcourse.knowledge.pk.validated import read_validations
from fullcourse.pharmacokinetics.advice.exposure import Draws, concentrations
from fullcourse.pharmacokinetics.advice.population import draw_effects
from fullcourse.pharmacokinetics.events import event_table
from fullcourse.pharmacokinetics.inputs.model_files import MIXTURE_COVARIATE, engine_model
from fullcourse.pharmacokinetics.inputs.plan_rhythm import modelled_doses

MODELS = read_pk_models()
STEP_H = 0.1
QUARTILE_SD = 0.6744897501960817
PEOPLE, SETTLED_PEOPLE = 600, 1800
"""How many are drawn, more where one cycle is enough; the papers drew 1,000 to 2,000."""

PART = 300
"""How many are computed at a time, so that memory stays small."""


def simulated(figure, seed=1):
    """Return the figure as this model gives it, in the unit of the paper."""
    if figure.against:
        return _of(figure, figure.people, seed) / _of(figure, figure.against, seed)
    return _of(figure, figure.people, seed)


def _of(figure, people, seed):
    values = measured(figure, people, seed)
    if figure.statistic == "share":
        return 100.0 * float((values >= figure.least).mean())
    return float(values.mean() if figure.statistic == "mean" else np.median(values))


def measured(figure, people, seed):
    """Return what the figure measures, of each person."""
    draws, scale = drawn(figure, people, seed)
    hours = np.arange(0.0, 24.0 + 1e-9, STEP_H)
    levels = _levels(figure, draws, hours) * scale[:, None]
    match figure.measure:
        case "auc24":
            return np.trapezoid(levels, hours, axis=1)
        case "peak":
            return levels.max(axis=1)
        case "trough":
            return levels[:, -1]
        case "percent_above":
            return 100.0 * (levels[:, :-1] > figure.above_mg_per_l).mean(axis=1)
    return levels[:, np.searchsorted(hours, figure.at_h - 1e-9)]


def _levels(figure, draws, hours):
    """Return levels of everybody over 24 hours, ``(N, M)``: from the first dose of the day, or at steady state."""
    planned = modelled_doses(parse_dose_plan(figure.plan), max(figure.day, 1), 0)
    if figure.day:
        start = min(dose.time_h for dose in planned if dose.time_h >= 24.0 * (figure.day - 1))
    else:
        start = planned[-1].time_h
    at = start + hours
    at[-1] -= 1e-6  # before the next dose
    rows = [(dose.time_h, 1, dose.mg, 1 if number == 0 else 2) for number, dose in enumerate(planned)]
    rows = sorted([*rows, *((time, 0, 0.0, 0) for time in at)], key=lambda row: (row[0], row[1] == 0))
    time_h, evid, amount, settled = (np.array(column) for column in zip(*rows, strict=True))
    for_ever = (evid == 1) & (figure.day == 0)
    table = event_table(
        time_h, evid=evid, amt=amount,
        rate=amount / figure.infused_over_h if figure.infused_over_h else 0.0 * amount,
        cmt=np.array([_way_in(draws.model, hour) if dose else 1 for hour, dose, _, _ in rows]),
        ss=np.where(for_ever, settled, 0), ii=np.where(for_ever, 24.0, 0.0), addl=np.where(for_ever, 2, 0),
        covariates={name: float(np.asarray(value).reshape(-1)[0]) for name, value in draws.covariates.items()},
    )  # fmt: skip
    parts = (slice(begin, begin + PART) for begin in range(0, draws.count, PART))
    return np.concatenate([concentrations(draws.part(part), table) for part in parts])


def _way_in(model, hour):
    """Return the compartment of a dose at an hour of the day: a model of two ways in has one for the evening."""
    return 2 if len(model.sites) > 1 and hour % 24.0 >= 12.0 else 1


def drawn(figure, people, seed):
    """Return people as the row says, and by what each one's levels are multiplied."""
    file = MODELS[figure.model]
    typical = figure.statistic == "typical"
    random = np.random.default_rng(seed)
    fixed = {name: value for name, value in people.items() if isinstance(value, float)}
    model = engine_model(file, fixed, between_occasions=figure.occasions)
    count = 1 if typical else PEOPLE if figure.day else SETTLED_PEOPLE
    if typical:
        eta, kappa = np.zeros((1, model.between_subjects.count)), np.zeros((1, model.between_occasions.count))
    else:
        eta, kappa = (
            draw_effects(effects, count, random) for effects in (model.between_subjects, model.between_occasions)
        )
    values = covariates(people, count, figure.correlation, random)
    for row in file.covariates.values():
        if row.formula == "constant" and row.id not in values:
            values[row.id] = row.constant
    if model.mixture:
        values[MIXTURE_COVARIATE] = random.choice(model.mixture.values, count, p=model.mixture.probabilities)
    scale = np.ones(count)
    if figure.mg_per_kg:
        scale = figure.mg_per_kg * np.broadcast_to(values["weight"], (count,))
    if figure.doses_mg:
        edges, amounts = (np.array(column) for column in zip(*figure.doses_mg, strict=True))
        scale = amounts[np.searchsorted(edges, np.broadcast_to(values["weight"], (count,)), side="right")]
    needed = {row.id for row in file.covariates.values()} | {MIXTURE_COVARIATE}
    return Draws(model, eta, kappa, {name: value for name, value in values.items() if name in needed}), scale


def covariates(people, count, correlation, random):
    """Return a value, or one for each person, of every covariate; fat-free mass and clearance from what makes them."""
    values = {}
    shared = random.standard_normal(count)
    for name, spread in people.items():
        if isinstance(spread, float):
            values[name] = spread
            continue
        kind, numbers = spread
        own = random.standard_normal(count)
        normal = (
            own
            if not correlation
            else (shared if not values else correlation * shared + np.sqrt(1.0 - correlation**2) * own)
        )
        match kind:
            case "normal":
                values[name] = np.clip(numbers[0] + numbers[1] * normal, *numbers[2:])
            case "log_normal":
                middle, low, high = numbers
                values[name] = middle * np.exp(np.log(high / low) / (2.0 * QUARTILE_SD) * normal)
            case "log_normal_sd":
                values[name] = np.clip(numbers[0] * np.exp(numbers[1] * normal), *numbers[2:])
            case "uniform":
                values[name] = random.uniform(*numbers, count)
            case "yes":
                values[name] = (random.random(count) < numbers[0]).astype(float)
            case _:
                raise ValueError(kind)
    if "height" in values:
        men, women = (
            fat_free_mass_kg.over(values["weight"], 100.0 * values["height"], sex=sex) for sex in ("male", "female")
        )
        values["fat_free_mass"] = np.where(values["female"] == 1.0, women, men)
    if "age" in values:
        values["creatinine_clearance_56_kg_man"] = cockcroft_gault_ml_per_min.over(
            np.minimum(values["age"], 100.0), np.full(count, 56.0), values["creatinine"], sex="male"
        )
    return values


def models_validated_page(found):
    """Return the reference page, in Markdown, from every figure as it was found, in the order of the models."""
    validations = read_validations(MODELS)
    numbers, reproduced = iter(found), sum(bool(v.figures) for v in validations.values())
    lines = [
        "# Models against their own papers",
        "",
        "Printed by `tools/make_models_validated_page.py` from `pk_models/validated.toml`; do not edit. Each figure",
        "was read from a transcription that names table and figure, not from the printed paper; no clinician has",
        "reviewed it. How near a figure must come was written down before it was simulated here; how near the",
        "transcription's own simulation came was known by then. The breakpoints of cycloserine (Alghamdi 2019,",
        "Table 3) are held by `tests/conformance/test_models_validated.py`, and what is not asked for by I-1611 and",
        "I-1612.",
        "",
        f"{reproduced} of {len(validations)} models reproduce a figure of their paper.",
        "",
        "| model | what | where | printed | here | near enough | why |",
        "|---|---|---|---|---|---|---|",
    ]
    for name, validation in validations.items():
        for figure in validation.figures:
            unit = "" if figure.unit == "1" else f" {figure.unit}"
            lines.append(
                f"| {name} | {figure.what} | {figure.at} | {figure.published:g}{unit} | {next(numbers):.3g} "
                f"| {figure.nearness} | {figure.because} |"
            )
    lines += ["", "No figure is reproduced of:", ""]
    lines += [f"- {name}: {v.why_not}." for name, v in validations.items() if not v.figures]
    return "\n".join(lines) + "\n"
