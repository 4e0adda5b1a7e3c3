"""What every answer about levels carries, as JSON: the model, what it rests on, and what was assumed."""

from collections.abc import Iterable, Sequence
from typing import Final

from fullcourse.adapters.published.numbers import rounded
from fullcourse.clinical.answer_head import MODELS_NOTICE, AnswerHead
from fullcourse.journey.levels.patient import LevelPatient
from fullcourse.journey.levels.population import Covariates
from fullcourse.knowledge.pk.model_file import PkModelFile

__all__ = ["SCHEMA", "level_answer_json"]

SCHEMA: Final = "fullcourse/levels/1"


def level_answer_json(
    command: str,
    digest: str,
    drug: str,
    files: Sequence[PkModelFile],
    patient: LevelPatient | None = None,
    covariates: Covariates | None = None,
    weights: Sequence[float] = (),
    notes: Iterable[str] = (),
) -> dict[str, object]:
    """Return the head of an answer; a command adds its own part.

    Args:
        command: Which command answers.
        digest: Of the knowledge.
        drug: INN.
        files: The models used.
        patient: Whose levels; None for a population.
        covariates: What the models were told of the patient.
        weights: How far the levels speak for each model; alike without them.
        notes: Beside those of the patient.
    """
    shares = list(weights) or [1.0] * len(files)
    head: dict[str, object] = {
        "schema": SCHEMA,
        "command": command,
        "drug": drug,
        **AnswerHead(digest, MODELS_NOTICE).as_json(),
        "models": [
            {"id": file.id, "grade": file.grade, "doi": file.doi, "reference": file.reference, "review": file.review,
             "weight": rounded(share), "caveats": list(file.caveats)}
            for file, share in zip(files, shares, strict=True)
        ],
        "notes": [*(patient.notes if patient else ()), *notes],
    }  # fmt: skip
    if patient is not None:
        head["at"] = patient.at.isoformat()
    if covariates is not None:
        head["because"] = [
            {"fact": name, "value": fact.value, "unit": fact.unit, "on": fact.on, "from": fact.origin}
            for name, fact in covariates.because.items()
        ]
        head["covariates"] = {name: rounded(value) for name, value in covariates.values.items()}
        if covariates.over_time:
            head["covariates_over_time"] = [
                {"begins": span.begins.isoformat(),
                 "values": {name: rounded(value) for name, value in span.values.items()},
                 "because": [
                     {"fact": name, "value": fact.value, "unit": fact.unit, "on": fact.on, "from": fact.origin}
                     for name, fact in span.changed.items()
                 ]}
                for span in covariates.over_time
            ]  # fmt: skip
        head["assumed"] = [assumption.says for assumption in covariates.assumed]
        head["warnings"] = list(covariates.warnings)
    return head
