"""Prints the page of what the matrix of interactions covers, and the line of the README.

``python tools/make_matrix_page.py > docs/reference/matrix-coverage.md``; with ``--readme`` it prints the line that the
README carries. Tests hold both to the knowledge.
"""

import sys
from datetime import date

from fullcourse.adapters.knowledge_cache import load_knowledge
from fullcourse.adapters.medicines.co_medicines import load_co_medicines
from fullcourse.journey.matrix import ASKED_MOST, CellState, Matrix, interaction_matrix

AT = date(2026, 11, 22)
"""No statement on a pair depends on the date; it only has to be one."""


def made() -> Matrix:
    """Return the matrix that the page is about."""
    knowledge = load_knowledge()
    drugs = list(knowledge.drugs.values())
    return interaction_matrix(knowledge, knowledge.profile("who"), AT, load_co_medicines(), drugs)


def readme_line(matrix: Matrix) -> str:
    """Return what the README says of the matrix."""
    decided, cells = matrix.decided(ASKED_MOST)
    filled = sum(matrix.filled(drug)[0] for drug in matrix.drugs)
    total = len(matrix.rows) * len(matrix.drugs)
    return (
        f"Interactions: {len(matrix.drugs)} TB drugs beside {len(matrix.rows)} medicines, {filled} of {total} cells "
        f"filled; of the 120 commonest beside the seven drugs asked about most, {decided} of {cells} "
        f"({decided / cells:.0%}), and {matrix.by_mechanism(ASKED_MOST)} more by metabolism alone."
    )


def page(matrix: Matrix) -> str:
    """Return the page, in Markdown."""
    lines = [
        "# What the matrix of interactions covers",
        "",
        "Printed by `python tools/make_matrix_page.py`; do not edit. `fullcourse knowledge matrix` makes the matrix.",
        "A cell that is not filled is not covered: no source here speaks of the pair; that does not make it safe.",
        "By metabolism alone: a source says that nothing is expected through the enzymes; none speaks of other ways.",
        "Such a cell is not counted as filled or decided.",
        "Which 120 medicines are called the commonest is our choice: I-1511.",
        "",
        readme_line(matrix),
        "",
        f"| TB drug | filled of {len(matrix.rows)} | of these: none expected | of the 120 | by metabolism alone |",
        "|---|---|---|---|---|",
    ]
    for drug in matrix.drugs:
        filled, none_expected = matrix.filled(drug)
        decided, cells = matrix.decided([drug])
        lines.append(f"| {drug} | {filled} | {none_expected} | {decided} of {cells} | {matrix.by_mechanism([drug])} |")
    lines += ["", "## Not covered among the commonest", ""]
    for drug in ASKED_MOST:
        lines += [f"**{drug}**: {', '.join(_gaps(matrix, drug)) or 'none'}.", ""]
    return "\n".join(lines[:-1]) + "\n"


def _gaps(matrix: Matrix, drug: str) -> list[str]:
    at = matrix.drugs.index(drug)
    return [
        row.co_medicine.name
        for row in matrix.rows
        if row.co_medicine.common and row.cells[at].state is CellState.NOT_COVERED
    ]


if __name__ == "__main__":
    print(readme_line(made()) if "--readme" in sys.argv else page(made()), end="\n" if "--readme" in sys.argv else "")
