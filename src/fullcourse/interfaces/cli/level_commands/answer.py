"""What every answer about levels carries, as JSON and as text: the model, what it rests on, and what was assumed."""

import importlib
import json
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from pathlib import Path

import click
import numpy as np

from fullcourse.adapters.documents.level_chart import LevelChart, svg_chart, terminal_chart
from fullcourse.clinical.answer_head import MODELS_NOTICE, AnswerHead
from fullcourse.clinical.citation import Citation
from fullcourse.clinical.errors import InputError
from fullcourse.interfaces.cli.level_commands.patient_input import PatientInput
from fullcourse.knowledge.pk.model_file import PkModelFile
from fullcourse.knowledge.pk.targets import Target
from fullcourse.knowledge.reader import digest_of, read_files
from fullcourse.pharmacokinetics.inputs.covariates import Covariates

__all__ = [
    "OUTSIDE",
    "answer",
    "citation_json",
    "cited",
    "curve_lines",
    "echo_json",
    "echo_lines",
    "knowledge_digest",
    "rounded",
    "save_chart",
]

SCHEMA = "fullcourse/levels/1"
OUTSIDE = "is outside what the model has seen: check sampling time, dose times, units."


@cache
def knowledge_digest() -> str:
    """Return the digest of all knowledge, the same that every other command names."""
    return digest_of(read_files())


def answer(
    command: str,
    drug: str,
    files: Sequence[PkModelFile],
    patient: PatientInput | None = None,
    covariates: Covariates | None = None,
    weights: Sequence[float] = (),
    notes: Iterable[str] = (),
) -> dict[str, object]:
    """Return the head of a JSON answer; a command adds its own part."""
    shares = list(weights) or [1.0] * len(files)
    head: dict[str, object] = {
        "schema": SCHEMA,
        "command": command,
        "drug": drug,
        **AnswerHead(knowledge_digest(), MODELS_NOTICE).as_json(),
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
        head["assumed"] = [item.says for item in covariates.assumed]
        head["warnings"] = list(covariates.warnings)
    return head


def rounded(value: float, digits: int = 6) -> float | None:
    """Return a number for JSON with so many significant digits; None for what is not finite."""
    number = float(value)
    return float(f"{number:.{digits}g}") if np.isfinite(number) else None


def cited(target: Target) -> dict[str, object]:
    """Return a target with its citation, for JSON."""
    return {
        "id": target.id,
        "measure": target.measure,
        "low": target.low,
        "high": target.high,
        "unit": target.unit,
        "says": target.says,
        "citation": citation_json(target.citation),
    }


def citation_json(citation: Citation) -> dict[str, object]:
    """Return a citation for JSON."""
    return {
        "source": citation.source,
        "title": citation.title,
        "section": citation.section,
        "address": citation.address,
        "tier": citation.tier,
    }


def echo_json(value: Mapping[str, object]) -> None:
    """Print JSON; NaN and infinity cannot stand in it."""
    click.echo(json.dumps(value, ensure_ascii=False, indent=2, allow_nan=False))


def echo_lines(lines: Iterable[str]) -> None:
    """Print lines, and the notice that ends every answer."""
    for line in lines:
        click.echo(line)
    click.echo("")
    click.echo(AnswerHead(knowledge_digest(), MODELS_NOTICE).foot())


def save_chart(chart: LevelChart, path: str | None) -> None:
    """Write a chart as SVG, or as PNG where the extra ``charts`` is installed.

    Raises:
        InputError: The path is neither, the extra is missing, or the file cannot be written.
    """
    if path is None:
        return
    drawn = svg_chart(chart)
    content = drawn.encode("utf-8")
    if path.lower().endswith(".png"):
        try:
            rasterise = importlib.import_module("resvg_py").svg_to_bytes  # only PNG needs it
        except ImportError:
            raise InputError(
                "--plot: PNG needs the extra 'charts' (pip install 'fullcourse[charts]'); SVG needs nothing."
            ) from None
        content = bytes(rasterise(svg_string=drawn, zoom=2))
    elif not path.lower().endswith(".svg"):
        raise InputError("--plot: name a file ending in .svg or .png.")
    try:
        Path(path).write_bytes(content)
    except OSError:
        raise InputError("--plot: the file cannot be written. Check the folder.") from None


def curve_lines(chart: LevelChart) -> list[str]:
    """Return the small curve of the terminal, with what it shows."""
    band = f"; | marks {chart.band.name}" if chart.band else ""
    return [f"{chart.title} (median{band})", *terminal_chart(chart)]
