"""The matrix of interactions as JSON, ``fullcourse/matrix/1`` (``schemas/matrix-1.json``), and as CSV."""

import csv
import io
from typing import Final

from fullcourse.adapters.published.finding import statement_json
from fullcourse.adapters.spreadsheet import shown_row
from fullcourse.clinical.answer_head import CONTENT_NOTICE, AnswerHead
from fullcourse.clinical.finding import Finding
from fullcourse.journey.matrix import ASKED_MOST, Cell, Matrix

__all__ = ["SCHEMA", "matrix_csv", "matrix_json"]

SCHEMA: Final = "fullcourse/matrix/1"

_COLUMNS: Final = (
    "medicine", "group", "common", "drug", "state", "severity", "decision", "status", "do", "management", "says",
    "statement", "source", "section", "dated", "tier", "tier_c_alone", "review",
)  # fmt: skip


def matrix_json(matrix: Matrix) -> dict[str, object]:
    """Return a matrix as plain values that JSON can hold: each statement once, each cell by their ids."""
    shown = {finding.id: finding for row in matrix.rows for cell in row.cells for finding in cell.findings}
    decided, cells = matrix.decided(ASKED_MOST)
    return {
        "schema": SCHEMA,
        **AnswerHead(matrix.knowledge, CONTENT_NOTICE, profile=matrix.profile, at=matrix.at).as_json(),
        "coverage": {
            "drugs": [_filled_json(matrix, drug) for drug in matrix.drugs],
            "commonest": {
                "drugs": list(ASKED_MOST),
                "cells": cells,
                "decided": decided,
                "by_mechanism": matrix.by_mechanism(ASKED_MOST),
            },
        },
        "statements": {name: statement_json(finding) for name, finding in shown.items()},
        "medicines": [
            {
                "name": row.co_medicine.name,
                "group": row.co_medicine.group,
                "origin": row.co_medicine.origin,
                "common": row.co_medicine.common,
                "ingredients": list(row.co_medicine.medicine.ingredients),
                "cells": [_cell_json(cell) for cell in row.cells],
            }
            for row in matrix.rows
        ],
    }


def _filled_json(matrix: Matrix, drug: str) -> dict[str, object]:
    filled, none_expected = matrix.filled(drug)
    return {
        "drug": drug,
        "filled": filled,
        "no_interaction_expected": none_expected,
        "by_mechanism": matrix.by_mechanism([drug], only_commonest=False),
    }


def _cell_json(cell: Cell) -> dict[str, object]:
    return {
        "drug": cell.drug,
        "state": cell.state.value,
        "severity": None if cell.severity is None else cell.severity.word,
        "decision": None if cell.comes_to is None else cell.comes_to.value,
        "findings": [
            {"statement": it.id, "status": it.status.value, "missing": list(it.missing)} for it in cell.findings
        ],
    }


def matrix_csv(matrix: Matrix) -> str:
    """Return a matrix as CSV: one line a finding, and one for each cell that nothing covers."""
    out = io.StringIO()
    lines = csv.writer(out, lineterminator="\n")
    lines.writerow(_COLUMNS)
    for row in matrix.rows:
        of_row = (row.co_medicine.name, row.co_medicine.group, _yes(row.co_medicine.common))
        for cell in row.cells:
            of_cell = (*of_row, cell.drug, cell.state.value)
            lines.writerows(shown_row((*of_cell, *_finding_row(finding))) for finding in cell.findings)
            if not cell.findings:
                lines.writerow(shown_row((*of_cell, *[""] * (len(_COLUMNS) - len(of_cell)))))
    return out.getvalue()


def _finding_row(finding: Finding) -> tuple[str, ...]:
    managed, citation = finding.management, finding.citations[0]
    return (
        finding.severity.word,
        finding.comes_to.value,
        finding.status.value,
        managed.do.value if managed is not None else "",
        managed.says if managed is not None else "",
        finding.says,
        finding.id,
        citation.source,
        citation.section,
        citation.dated,
        citation.tier,
        _yes(finding.tier_c_alone),
        finding.review,
    )


def _yes(value: bool) -> str:
    return "yes" if value else "no"
