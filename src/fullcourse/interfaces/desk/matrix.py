"""The matrix of interactions as pages: every drug beside every medicine, and each cell with what it rests on."""

from dataclasses import dataclass
from typing import Final
from urllib.parse import urlencode

from fullcourse.adapters.documents.matrix_page import LEGEND, WORDS
from fullcourse.clinical.citation import Citation
from fullcourse.clinical.finding import Finding, Status
from fullcourse.interfaces.api.call import Call, Reply
from fullcourse.interfaces.api.problems import BadRequest, NotFound
from fullcourse.interfaces.api.routes import Route
from fullcourse.interfaces.desk.knowledge import drug_asked
from fullcourse.interfaces.desk.matrix_held import HeldMatrix, MedicineRow, kind_of, matrix_of
from fullcourse.interfaces.desk.pages import page
from fullcourse.interfaces.desk.rows import shown
from fullcourse.interfaces.desk.words import t
from fullcourse.journey.matrix import Cell
from fullcourse.knowledge.library import Knowledge

__all__ = ["MATRIX"]

_ON_A_PAGE: Final = 40
_LONGEST: Final = 100
_PATH: Final = "/desk/matrix"
_CHOICES: Final = {
    "never": "never together", "avoid": "avoid, or change something first", "major": "major", "moderate": "moderate",
    "minor": "minor", "info": "told, nothing asked", "none": "no interaction expected",
    "way": "none by metabolism; not covered otherwise", "gap": "not covered",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Said:
    """One finding behind a cell.

    Attributes:
        id: Of the statement.
        word: How serious it is.
        says: The claim.
        does: What to do; empty where the source does not say it.
        waits_for: Facts of a patient that would settle it; empty where it applies.
        citations: The sources, and where a page may lead to them.
        conflicts: What other sources say on the same point: id and claim.
        leads: Whether it counts for the decision.
        is_weak: Whether it is major or worse and rests on secondary pages alone.
        reading: Our reading of unclear wording; empty where none was needed.
        review: ``unreviewed`` until a clinician has signed.
    """

    id: str
    word: str
    says: str
    does: str
    waits_for: tuple[str, ...]
    citations: tuple[tuple[Citation, str], ...]
    conflicts: tuple[tuple[str, str], ...]
    leads: bool
    is_weak: bool
    reading: str
    review: str


@dataclass(frozen=True, slots=True)
class _Filter:
    """What is asked for: a drug, a kind, words of a medicine, and which page; each but the last may be empty."""

    drug: str
    kind: str
    words: str
    page: int

    def query(self, page: int) -> str:
        asked = {"drug": self.drug, "kind": self.kind, "q": self.words, "page": str(page) if page > 1 else ""}
        return urlencode({name: value for name, value in asked.items() if value})


def _show(call: Call) -> Reply:
    asked, matrix = _filter_of(call), matrix_of(call)
    drugs = [it for it in call.service.knowledge.drugs.values() if asked.drug in ("", it.inn)]
    inns = [it.inn for it in drugs]
    found = _found(matrix, inns, asked)
    here = found[(asked.page - 1) * _ON_A_PAGE : asked.page * _ON_A_PAGE]
    cells = matrix.beside(here, inns)
    names = {
        "asked": asked,
        "drugs": sorted(call.service.knowledge.drugs.values(), key=lambda it: it.label),
        "columns": drugs,
        "rows": [
            (row, [(it, kind_of(cells[row.place, it.inn]), cells[row.place, it.inn].leading) for it in drugs])
            for row in here
        ],
        "kinds": {name: t(says) for name, says in _CHOICES.items()},
        "words": WORDS,
        "legend": LEGEND,
        "count": len(found),
        "every": len(matrix.rows),
        "pages": -(-len(found) // _ON_A_PAGE) or 1,
        "before": asked.query(asked.page - 1),
        "after": asked.query(asked.page + 1),
        "digest": call.service.knowledge.digest[:12],
    }
    return page(call, "matrix.html", t("Drugs beside other medicines"), names, here="knowledge")


def _found(matrix: HeldMatrix, drugs: list[str], asked: _Filter) -> list[MedicineRow]:
    """Return the medicines whose name or use holds the words, and beside which a drug has a cell of the kind."""
    words = asked.words.casefold().split()
    rows = [row for row in matrix.rows if all(word in f"{row.name} {row.group}".casefold() for word in words)]
    if not asked.kind:
        return rows
    cells = matrix.beside(rows, drugs)
    return [row for row in rows if any(kind_of(cells[row.place, drug]) == asked.kind for drug in drugs)]


def _filter_of(call: Call) -> _Filter:
    drug, kind, text = (call.asked("drug") or ""), (call.asked("kind") or ""), (call.asked("page") or "1")
    if drug and drug not in call.service.knowledge.drugs:
        raise BadRequest("'drug' is none of the list. Choose one of it.")
    if kind and kind not in _CHOICES:
        raise BadRequest(f"'kind' is one of {', '.join(_CHOICES)}.")
    if not (text.isascii() and text.isdigit()) or len(text) > 6 or int(text) < 1:
        raise BadRequest("'page' is a whole number from 1.")
    return _Filter(drug, kind, (call.asked("q") or "").strip()[:_LONGEST], int(text))


def _show_cell(call: Call) -> Reply:
    matrix, identity, knowledge = matrix_of(call), drug_asked(call), call.service.knowledge
    row = next((it for it in matrix.rows if it.slug == call.path["medicine"]), None)
    if row is None:
        raise NotFound
    cell = matrix.beside((row,), (identity.inn,))[row.place, identity.inn]
    names = {
        "drug": identity,
        "medicine": row,
        "kind": t(_CHOICES[kind_of(cell)]),
        "is_gap": kind_of(cell) == "gap",
        "is_danger": kind_of(cell) in ("never", "avoid"),
        "found": _said(cell, knowledge),
        "digest": knowledge.digest[:12],
    }
    return page(call, "matrix_cell.html", f"{identity.label} {t('beside')} {row.name}", names, here="knowledge")


def _said(cell: Cell, knowledge: Knowledge) -> list[_Said]:
    return [_finding(it, knowledge) for it in cell.findings]


def _finding(finding: Finding, knowledge: Knowledge) -> _Said:
    waits = finding.missing if finding.status is Status.CANNOT_ASSESS else ()
    named = tuple(knowledge.facts[it].label if it in knowledge.facts else it for it in waits)
    conflicts = tuple(
        (it, knowledge.statements[it].says) for it in finding.conflicts_with if it in knowledge.statements
    )  # fmt: skip
    does = "" if finding.management is None else finding.management.says
    return _Said(
        finding.id, finding.severity.word, finding.says, does, named,
        tuple((it, _web(it.address)) for it in finding.citations), conflicts, finding.leads, finding.tier_c_alone,
        finding.interpretation, finding.review,
    )  # fmt: skip


def _web(address: str) -> str:
    """Return an address that a page may lead to; empty for any other."""
    return address if address.startswith("https://") and " " not in address else ""


MATRIX: Final[tuple[Route, ...]] = (
    shown(
        _PATH, "knowledge.read", _show, "Show every drug beside every medicine.",
        {"drug": "INN of one drug.", "kind": "What cells say.", "q": "Words of a medicine.", "page": "From 1."},
    ),
    shown(f"{_PATH}/{{drug}}/{{medicine}}", "knowledge.read", _show_cell, "Show what a cell of the matrix rests on."),
)  # fmt: skip
"""The addresses of the matrix."""
