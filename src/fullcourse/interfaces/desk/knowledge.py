"""What the sources say, to read: every statement with its source, and a drug beside other medicines."""

from dataclasses import dataclass
from typing import Final

from fullcourse.adapters.documents.matrix_page import word_of
from fullcourse.adapters.medicines.co_medicines import load_co_medicines
from fullcourse.clinical.errors import InputError
from fullcourse.interfaces.api.call import Call, Reply
from fullcourse.interfaces.api.problems import NotFound
from fullcourse.interfaces.api.routes import Route
from fullcourse.interfaces.desk.pages import page
from fullcourse.interfaces.desk.rows import shown
from fullcourse.interfaces.desk.words import t
from fullcourse.journey.matrix import Cell, CellState, MatrixRow, interaction_matrix
from fullcourse.knowledge.library import Knowledge
from fullcourse.knowledge.statements import NotFormalised, Statement, Tells
from fullcourse.knowledge.vocabulary import DrugIdentity

__all__ = ["KNOWLEDGE"]

_MOST: Final = 100
"""So many statements that were looked for are shown; what is left out is said."""
_PART: Final = "desk matrix"


@dataclass(frozen=True, slots=True)
class Said:
    """One statement as it is shown.

    Attributes:
        id: Of the statement.
        says: The claim.
        patient: The same in plain words; empty for none.
        source: Title and section.
        issuer: Who says it.
        address: Of the source; empty where it has none that a page may lead to.
        use: What the software does with it.
        reading: Our reading of unclear wording; empty where none was needed.
        review: ``unreviewed`` until a clinician has signed.
    """

    id: str
    says: str
    patient: str
    source: str
    issuer: str
    address: str
    use: str
    reading: str
    review: str


def _said(statement: Statement, knowledge: Knowledge) -> Said:
    source = knowledge.sources[statement.source]
    match statement.body:
        case NotFormalised():
            use = t("not executed")
        case Tells():
            use = t("told, decides nothing")
        case _:
            use = t("executed")
    address = source.address if source.address.startswith("https://") and " " not in source.address else ""
    return Said(
        statement.id, statement.says, statement.patient, f"{source.title}, {statement.section}", source.issuer, address,
        use, statement.interpretation, statement.review,
    )  # fmt: skip


def _browse(call: Call) -> Reply:
    knowledge, asked = call.service.knowledge, (call.asked("q") or "").strip()[:200]
    words = asked.casefold().split()
    found = [it for it in knowledge.statements.values() if words and _has(it, words)]
    names = {
        "asked": asked,
        "found": [_said(it, knowledge) for it in found[:_MOST]],
        "left_out": max(len(found) - _MOST, 0),
        "drugs": sorted(knowledge.drugs.values(), key=lambda it: it.label),
        "statements": len(knowledge.statements),
        "digest": knowledge.digest[:12],
    }
    return page(call, "knowledge.html", t("What the sources say"), names, here="knowledge")


def _has(statement: Statement, words: list[str]) -> bool:
    text = f"{statement.id} {statement.says} {statement.patient}".casefold()
    return all(word in text for word in words)


def _identity(call: Call) -> DrugIdentity:
    try:
        return call.service.knowledge.drug(call.path["drug"])
    except InputError:
        raise NotFound from None


def _show_drug(call: Call) -> Reply:
    knowledge, identity = call.service.knowledge, _identity(call)
    prefix = f"{identity.inn.replace(' ', '-')}."
    parts: dict[str, list[Said]] = {}
    for name, statement in knowledge.statements.items():
        if name.startswith(prefix):
            parts.setdefault(name.split(".")[1].replace("-", " "), []).append(_said(statement, knowledge))
    names = {"drug": identity, "parts": parts, "count": sum(map(len, parts.values()))}
    return page(call, "knowledge_drug.html", identity.label, names, here="knowledge")


def _beside(call: Call) -> Reply:
    knowledge, identity = call.service.knowledge, _identity(call)
    kept = call.service.parts.setdefault(_PART, {})
    assert isinstance(kept, dict)  # noqa: S101 - nobody else has this name
    rows: tuple[MatrixRow, ...] = kept.get(identity.inn, ())
    if not rows:
        profile = knowledge.profile("who")
        made = interaction_matrix(knowledge, profile, call.now.date(), load_co_medicines(), (identity,))
        rows = kept[identity.inn] = made.rows
    lines = [(row.co_medicine.name, row.co_medicine.group, *_words(row.cells[0])) for row in rows]
    spoken = [line for line in lines if line[2] != "gap"]
    names = {
        "drug": identity,
        "lines": sorted(spoken, key=lambda it: (it[3], it[0])),
        "silent": sorted(line[0] for line in lines if line[2] == "gap"),
    }
    return page(call, "knowledge_beside.html", identity.label, names, here="knowledge")


def _words(cell: Cell) -> tuple[str, int, str, str]:
    """Return what a cell says: its kind, its place in the order, the claim, and the id of its statement."""
    leading = cell.leading
    if leading is None:
        return "gap", 0, "", ""
    kind = {CellState.NO_INTERACTION_EXPECTED: "none", CellState.NONE_BY_MECHANISM: "way"}.get(cell.state)
    return kind or word_of(leading), -int(leading.severity), leading.says, leading.id


KNOWLEDGE: Final[tuple[Route, ...]] = (
    shown("/desk/knowledge", "knowledge.read", _browse, "Browse statements.", {"q": "Words that a statement holds."}),
    shown("/desk/knowledge/{drug}", "knowledge.read", _show_drug, "Show every statement about a drug."),
    shown("/desk/knowledge/{drug}/beside", "knowledge.read", _beside, "Show a drug beside other medicines."),
)
"""The addresses of what the sources say."""
