"""The matrix of interactions as one page that a pharmacist reads, filters and prints, without any network."""

import base64
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from typing import Final

from markupsafe import Markup

from fullcourse.adapters.documents.pages import environment
from fullcourse.adapters.seen_text import seen_json
from fullcourse.clinical.answer_head import CONTENT_NOTICE, AnswerHead
from fullcourse.clinical.finding import Decision, Finding, Severity, Status
from fullcourse.journey.matrix import ASKED_MOST, Cell, CellState, Matrix
from fullcourse.knowledge.library import Knowledge

__all__ = ["LEGEND", "WORDS", "coverage_line", "matrix_html", "word_of"]

WORDS: Final = {
    "never": "never", "avoid": "avoid", "major": "major", "moderate": "mod.", "minor": "minor", "info": "info",
    "none": "none", "way": "met.", "gap": "–",
}  # fmt: skip
"""What a cell says, by its kind."""

LEGEND: Final = (
    ("never", "contraindicated"),
    ("avoid", "avoid, or change something first"),
    ("major", "another dose, or a grave harm"),
    ("moderate", "watch, or take hours apart"),
    ("minor", "told, nothing asked"),
    ("none", "no interaction expected: a source says that nothing is to be changed"),
    ("way", "nothing expected through metabolism; not covered otherwise"),
    ("gap", "not covered: no source here speaks of the two"),
)

_BY_ONE_WAY: Final = -2
"""Ranked below what is not covered at all, so that no filter for findings or for "none" takes it in."""
_TEMPLATES: Final = files("fullcourse.adapters.documents") / "templates"


@dataclass(frozen=True, slots=True)
class _Named:
    label: str


@dataclass(frozen=True, slots=True)
class _CellView:
    word: str
    rank: int


@dataclass(frozen=True, slots=True)
class _RowView:
    name: str
    group: str
    cells: tuple[_CellView, ...]


@dataclass(frozen=True, slots=True)
class _Page:
    at: str
    profile: str
    drugs: tuple[_Named, ...]
    groups: tuple[str, ...]
    rows: tuple[_RowView, ...]
    coverage: str
    words: Mapping[str, str]
    legend: tuple[tuple[str, str], ...]


def word_of(finding: Finding) -> str:
    """Return the kind of a finding, as a cell shows it: what it comes to, then how serious it is."""
    if finding.management is not None and finding.management.do.value == "none_needed":
        return "way" if finding.management.is_by_mechanism else "none"
    if finding.severity is Severity.CONTRAINDICATED:
        return "never"
    return "avoid" if finding.comes_to is Decision.AVOID else finding.severity.word


def coverage_line(matrix: Matrix) -> str:
    """Return how much of the matrix is filled, in one sentence."""
    decided, asked = matrix.decided(ASKED_MOST)
    filled = sum(matrix.filled(drug)[0] for drug in matrix.drugs)
    cells = len(matrix.rows) * len(matrix.drugs)
    if not asked:
        return f"{filled} of {cells} cells are filled."
    return (
        f"{filled} of {cells} cells are filled; of the {asked} cells of {', '.join(ASKED_MOST)} beside the commonest "
        f"medicines {decided} are decided ({decided / asked:.0%}), and {matrix.by_mechanism(ASKED_MOST)} more by "
        "metabolism alone."
    )


def matrix_html(matrix: Matrix, knowledge: Knowledge) -> str:
    """Return the matrix as one HTML page that carries everything it shows."""
    rows = tuple(
        _RowView(row.co_medicine.name, row.co_medicine.group, tuple(map(_view, row.cells))) for row in matrix.rows
    )
    page = _Page(
        at=matrix.at.isoformat(),
        profile=matrix.profile,
        drugs=tuple(_Named(knowledge.drugs[drug].label) for drug in matrix.drugs),
        groups=tuple(dict.fromkeys(row.group for row in rows)),
        rows=rows,
        coverage=coverage_line(matrix),
        words=WORDS,
        legend=LEGEND,
    )
    script = (_TEMPLATES / "matrix.js").read_text("utf-8")
    return (
        environment()
        .get_template("matrix.html")
        .render(
            page=page,
            head=AnswerHead(matrix.knowledge, CONTENT_NOTICE),
            data=Markup(_data(matrix, page, knowledge)),  # noqa: S704 - JSON of ours in which every < is escaped
            script=Markup(script),  # noqa: S704 - the packaged script
            script_hash="sha256-" + base64.b64encode(hashlib.sha256(script.encode()).digest()).decode(),
        )
    )


def _view(cell: Cell) -> _CellView:
    if cell.leading is None:
        return _CellView("gap", -1)
    if cell.state is CellState.NO_INTERACTION_EXPECTED:
        return _CellView("none", 0)
    if cell.state is CellState.NONE_BY_MECHANISM:
        return _CellView("way", _BY_ONE_WAY)
    return _CellView(word_of(cell.leading), int(cell.leading.severity))


def _data(matrix: Matrix, page: _Page, knowledge: Knowledge) -> str:
    """Return what the script reads: each statement once, and each cell by the ids of its findings."""
    shown = {finding.id: finding for row in matrix.rows for cell in row.cells for finding in cell.findings}
    data = {
        "drugs": [drug.label for drug in page.drugs],
        "first": matrix.drugs.index("rifampin") if "rifampin" in matrix.drugs else 0,
        "words": dict(WORDS),
        "rows": [{"name": row.name, "group": row.group} for row in page.rows],
        "ranks": [[cell.rank for cell in row.cells] for row in page.rows],
        "cells": [[_ids(cell, knowledge) for cell in row.cells] for row in matrix.rows],
        "statements": {name: _statement(finding) for name, finding in shown.items()},
    }
    return seen_json(data, separators=(",", ":")).replace("<", "\\u003c")


def _ids(cell: Cell, knowledge: Knowledge) -> list[tuple[str, list[str]]] | None:
    found = [(finding.id, _open(finding, knowledge)) for finding in cell.findings]
    return found or None


def _open(finding: Finding, knowledge: Knowledge) -> list[str]:
    """Return what a finding waits for, in words; nothing where it applies."""
    if finding.status is Status.APPLIES:
        return []
    return [knowledge.facts[fact].label if fact in knowledge.facts else fact for fact in finding.missing]


def _statement(finding: Finding) -> dict[str, object]:
    citation = finding.citations[0]
    return {
        "word": word_of(finding),
        "does": finding.management.says if finding.management is not None else "",
        "says": finding.says,
        "title": citation.title,
        "dated": citation.dated,
        "section": citation.section,
        "tier": citation.tier,
        "weak": finding.tier_c_alone,
    }
