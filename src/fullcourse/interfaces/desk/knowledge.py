"""What the sources say, to read: every statement with its source, and a drug beside other medicines."""

from dataclasses import dataclass
from typing import Final

from fullcourse.clinical.errors import InputError
from fullcourse.interfaces.api.call import Call, Reply
from fullcourse.interfaces.api.problems import NotFound
from fullcourse.interfaces.api.routes import Route
from fullcourse.interfaces.desk.matrix_held import kind_of, matrix_of
from fullcourse.interfaces.desk.pages import page
from fullcourse.interfaces.desk.rows import shown
from fullcourse.interfaces.desk.words import t
from fullcourse.journey.matrix import Cell
from fullcourse.knowledge.library import Knowledge
from fullcourse.knowledge.statements import NotFormalised, Statement, Tells
from fullcourse.knowledge.vocabulary import DrugIdentity

__all__ = ["KNOWLEDGE", "drug_asked"]

_MOST: Final = 100
"""So many statements that were looked for are shown; what is left out is said."""


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


def drug_asked(call: Call) -> DrugIdentity:
    """Return the drug that an address names; raises NotFound for one that no file is about."""
    try:
        return call.service.knowledge.drug(call.path["drug"])
    except InputError:
        raise NotFound from None


def _show_drug(call: Call) -> Reply:
    knowledge, identity = call.service.knowledge, drug_asked(call)
    prefix = f"{identity.inn.replace(' ', '-')}."
    parts: dict[str, list[Said]] = {}
    for name, statement in knowledge.statements.items():
        if name.startswith(prefix):
            parts.setdefault(name.split(".")[1].replace("-", " "), []).append(_said(statement, knowledge))
    names = {"drug": identity, "parts": parts, "count": sum(map(len, parts.values()))}
    return page(call, "knowledge_drug.html", identity.label, names, here="knowledge")


def _beside(call: Call) -> Reply:
    identity = drug_asked(call)
    rows = matrix_of(call).column(identity.inn)
    lines = [(row.name, row.group, kind_of(cell), *_words(cell), row.slug) for row, cell in rows]
    spoken = [line for line in lines if line[2] != "gap"]
    names = {
        "drug": identity,
        "lines": sorted(spoken, key=lambda it: (it[3], it[0])),
        "silent": sorted(line[0] for line in lines if line[2] == "gap"),
    }
    return page(call, "knowledge_beside.html", identity.label, names, here="knowledge")


def _words(cell: Cell) -> tuple[int, str, str]:
    """Return its place in the order, the claim, and the id of its statement; the claim is empty for what is silent."""
    leading = cell.leading
    return (0, "", "") if leading is None else (-int(leading.severity), leading.says, leading.id)


KNOWLEDGE: Final[tuple[Route, ...]] = (
    shown("/desk/knowledge", "knowledge.read", _browse, "Browse statements.", {"q": "Words that a statement holds."}),
    shown("/desk/knowledge/{drug}", "knowledge.read", _show_drug, "Show every statement about a drug."),
    shown("/desk/knowledge/{drug}/beside", "knowledge.read", _beside, "Show a drug beside other medicines."),
)
"""The addresses of what the sources say."""
