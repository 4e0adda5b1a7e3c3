"""Which published models of a drug are for a patient of an age, and which one is taken when none is named."""

from collections.abc import Mapping, Sequence

from fullcourse.knowledge.pk.model_file import PkModelFile
from fullcourse.knowledge.pk.targets import LevelTargets

__all__ = ["default_of", "offered_models", "why_no_advice", "why_not_at_age"]

YEARS = "a"


def offered_models(files: Mapping[str, PkModelFile], age_a: float) -> list[PkModelFile]:
    """Return the models whose population includes an age."""
    return [file for file in files.values() if not why_not_at_age(file, age_a)]


def default_of(offered: Sequence[PkModelFile]) -> PkModelFile | None:
    """Return the model taken when none is named: the default among those offered, else the first; None of none."""
    return next((file for file in offered if file.default_for), offered[0] if offered else None)


def why_not_at_age(file: PkModelFile, age_a: float) -> str:
    """Return why a model refuses an age; empty when it does not."""
    for limit in file.limits:
        if limit.covariate == "age" and limit.outside == "refuse" and limit.unit == YEARS:
            below = limit.low is not None and age_a < limit.low
            if below or (limit.high is not None and age_a > limit.high):
                return f"{file.id}: {limit.because}"
    return ""


def why_no_advice(file: PkModelFile, targets: LevelTargets, *, aim_given: bool = False) -> str:
    """Return why no dose can be advised by a model; empty when it can.

    Args:
        file: The model.
        targets: What sources say of the drug's levels and doses.
        aim_given: Whether somebody says what to aim at, where no source does.
    """
    if targets.aim is None and not aim_given:
        return f"no source here gives a level to aim at for {file.drug}"
    if not targets.plans:
        return f"no source here gives a dose plan for {file.drug}"
    if "advise" not in file.uses:
        return f"{file.id} is for simulations and estimates, not for advice on a dose"
    return ""
