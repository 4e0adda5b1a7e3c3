"""What is asked of a register about levels: the drug, the plan, the models, and the draws that everybody shares."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from fullcourse.clinical.dose import DoseStep
from fullcourse.clinical.dose_plan import parse_dose_plan, say_dose_plan
from fullcourse.clinical.errors import InputError
from fullcourse.journey.levels.models import refuse_other_way_in
from fullcourse.knowledge.library import Knowledge
from fullcourse.knowledge.pk.model_file import PkModelFile
from fullcourse.knowledge.pk.model_reader import read_pk_models
from fullcourse.knowledge.pk.model_words import FACTS_OF_FORMULA
from fullcourse.knowledge.pk.targets import LevelTargets, Target, read_targets
from fullcourse.pharmacokinetics.inputs.covariates import amounts_of, dose_refusal
from fullcourse.pharmacokinetics.inputs.plan_rhythm import modelled_doses, steady_cycle

__all__ = [
    "MEASURED",
    "LevelQuestion",
    "ask_everybody",
    "check_question",
    "facts_needed",
    "facts_read",
    "target_column",
]

MEASURED: Final = {"peak": "peak", "ceiling": "peak", "trough": "trough", "auc24": "auc24"}
"""Measures of targets that can be judged from a row, with the exposure that each is judged by."""

MOST_DRAWS: Final = 10_000
MOST_DAYS: Final = 1000


@dataclass(frozen=True, slots=True)
class LevelQuestion:
    """One question to everybody.

    Attributes:
        drug: INN.
        files: The models that may be used, by id.
        is_named: Whether one model was named, so that the age does not choose.
        steps: The plan.
        days: The last of so many days is predicted; None for steady state.
        count: How many people are drawn for each patient.
        seed: Of the random numbers.
        targets: What sources aim at.
    """

    drug: str
    files: Mapping[str, PkModelFile]
    is_named: bool
    steps: tuple[DoseStep, ...]
    days: int | None
    count: int
    seed: int
    targets: LevelTargets

    @property
    def judged(self) -> tuple[Target, ...]:
        """Targets whose probability a row can say."""
        return tuple(target for target in self.targets.targets if target.measure in MEASURED)

    def as_json(self) -> dict[str, object]:
        """Return the question in words and numbers: what a run that goes on must share with the one before."""
        return {
            "drug": self.drug,
            "models": sorted(self.files),
            "plan": say_dose_plan(self.steps),
            "days": self.days,
            "n": self.count,
            "seed": self.seed,
        }


def target_column(target: Target) -> str:
    """Return the column of the probability that a target is reached."""
    return "p_" + target.id.replace(".", "_").replace("-", "_")


def facts_read(file: PkModelFile) -> tuple[str, ...]:
    """Return every fact that a model may read of a patient, without medicines."""
    names = [name for row in file.covariates.values() for name in _facts_of(row.formula, row.fact)]
    names += [limit.covariate for limit in file.limits if limit.covariate not in {*file.covariates, "dose"}]
    names += [row.fact for row in file.not_for]
    return tuple(dict.fromkeys(names))


def facts_needed(file: PkModelFile) -> tuple[str, ...]:
    """Return the facts without which a model cannot be used: those of covariates that it does not let assume."""
    rows = [row for row in file.covariates.values() if row.assume is None]
    names = [name for row in rows for name in _facts_of(row.formula, row.fact)]
    names += [limit.covariate for limit in file.limits if limit.covariate == "age" and limit.outside == "refuse"]
    return tuple(dict.fromkeys(names))


def _facts_of(formula: str, fact: str) -> tuple[str, ...]:
    return (fact,) if formula == "fact" else FACTS_OF_FORMULA.get(formula, ())


def ask_everybody(
    drug: str, named: PkModelFile | None, dose: str, days: int | None, count: int, seed: int, knowledge: Knowledge
) -> LevelQuestion:
    """Return the question to everybody: with the model that was named, or with every model of the drug.

    Args:
        drug: INN of a drug that has models.
        named: The one model that may be used; None where each patient's age chooses.
        dose: The plan in words.
        days: The last of so many days is predicted; None for steady state.
        count: How many people are drawn for each patient.
        seed: Of the random numbers.
        knowledge: Holds the facts and what sources aim at.

    Raises:
        InputError: No row could answer it; the message names the option.
    """
    files = read_pk_models(drug=drug) if named is None else {named.id: named}
    steps = tuple(parse_dose_plan(dose))
    targets = read_targets(drug, knowledge=knowledge)
    question = LevelQuestion(drug, files, named is not None, steps, days, count, seed, targets)
    check_question(question, knowledge)
    return question


def check_question(question: LevelQuestion, knowledge: Knowledge) -> None:
    """Refuse a question that no row could answer.

    Raises:
        InputError: Says why, and what to ask instead.
    """
    if not 1 <= question.count <= MOST_DRAWS:
        raise InputError(f"--n {question.count}: between 1 and {MOST_DRAWS:,} people can be drawn for each patient.")
    if question.days is not None and not 1 <= question.days <= MOST_DAYS:
        raise InputError(f"--days {question.days}: between 1 and {MOST_DAYS:,} days can be predicted.")
    if any(step.over_h is not None for step in question.steps):
        raise InputError(
            "--dose: infusions are predicted patient by patient, with 'levels simulate'; leave 'over' out."
        )
    if question.days is None and len(question.steps) > 1:
        raise InputError("--dose: steady state is for one plan. Give its last step alone, or the days with --days.")
    if question.days is None:
        steady_cycle(question.steps[-1])
    else:
        modelled_doses(question.steps, question.days, 0)
    for file in question.files.values():
        refuse_other_way_in(file, (0.0 for _ in question.steps))
        unknown = [name for name in facts_needed(file) if name not in knowledge.facts]
        if question.is_named and unknown:
            raise InputError(
                f"{file.id} needs {', '.join(unknown)}, which no record is read for, so nobody of a register could be "
                "predicted. Choose another model, or ask patient by patient with 'levels simulate' and --covariate."
            )
        if question.is_named and (refused := dose_refusal(file, amounts_of(question.steps))):
            raise InputError(f"--dose: {refused}. Choose another model with --model, or another plan.")
