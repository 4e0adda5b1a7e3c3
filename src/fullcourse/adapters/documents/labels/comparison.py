"""Sets a label's sections beside the statements that cite them, so that a pharmacist sees what a new edition says.

Where a statement belongs is read off its citation alone: a LOINC code, a section's number, or a heading. Nothing is
compared by meaning: whether a sentence still says what a statement says is for the reader to judge.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from fullcourse.adapters.documents.labels.spl import UNCLASSIFIED, Label, LabelSection
from fullcourse.clinical.errors import InputError
from fullcourse.knowledge.library import Knowledge
from fullcourse.knowledge.statements import Statement
from fullcourse.knowledge.vocabulary import DrugIdentity

__all__ = ["LABEL_SOURCES", "Compared", "Comparison", "compare"]

LABEL_SOURCES: Final = "us-label-"
"""How the ids of sources begin that are editions of a United States label."""

_CODE: Final = re.compile(r"(?<!\d)(\d{5}-\d)(?!\d)")
_NUMBER: Final = re.compile(r"\d{1,2}(?:\.\d{1,2})*")
_HEADINGS: Final = {"boxed warning": "34066-1"}
"""Headings that stand in a label as a code only."""
_LISTING: Final = "48780-1"
"""Code of the section that lists the products, which says nothing to compare."""


@dataclass(frozen=True, slots=True)
class Compared:
    """One section and what we state of it.

    Attributes:
        section: As the label has it.
        depth: How deep it is nested; 0 is the outermost.
        code: Its LOINC code, or that of the nearest section around it where it is unclassified.
        statements: Those that cite it.
        covered: Whether a statement cites it, a section around it or one inside it.
    """

    section: LabelSection
    depth: int
    code: str
    statements: tuple[Statement, ...]
    covered: bool

    @property
    def heading(self) -> str:
        """Number, title and code of the section, as far as it has them."""
        section = self.section
        name = section.title or section.name or "section without a title"
        return " ".join(part for part in (section.number, name, f"({section.code})" if section.code else "") if part)


@dataclass(frozen=True, slots=True)
class Comparison:
    """A label beside our statements about a drug.

    Attributes:
        drug: Whose.
        label: As read.
        names_the_drug: Whether the label is of this drug, as far as its title and products say.
        sources: The sources whose statements were compared.
        sections: Every section that says something, in the order of the label.
        lacking: Statements that cite a section which the label does not have, with another section or alone.
    """

    drug: DrugIdentity
    label: Label
    names_the_drug: bool
    sources: tuple[str, ...]
    sections: tuple[Compared, ...]
    lacking: tuple[Statement, ...]

    @property
    def uncovered(self) -> tuple[Compared, ...]:
        """The outermost sections of which nothing is cited."""
        return tuple(section for section in self.sections if section.depth == 0 and not section.covered)


def compare(knowledge: Knowledge, drug: DrugIdentity, label: Label, sources: Sequence[str] = ()) -> Comparison:
    """Set a label beside what is stated about a drug.

    Args:
        knowledge: What the sources say.
        drug: Whose statements.
        label: As read.
        sources: Ids of the sources that are editions of this label; the United States labels of the drug when empty.

    Raises:
        InputError: A source does not exist, or says nothing about the drug.
    """
    prefix = f"{drug.inn.replace(' ', '-')}."
    mine = [statement for name, statement in knowledge.statements.items() if name.startswith(prefix)]
    cited_by = tuple(dict.fromkeys(it.source for it in mine))
    chosen = tuple(sources) or tuple(name for name in cited_by if name.startswith(LABEL_SOURCES))
    for name in chosen:
        if name not in cited_by:
            raise InputError(
                f"source '{name[:60]}' says nothing about {drug.label}. "
                f"Sources of its statements: {', '.join(cited_by)}."
            )
    if not chosen:
        raise InputError(
            f"no statement about {drug.label} cites a United States label. "
            f"Name with --source one of: {', '.join(cited_by)}."
        )
    cited: dict[int, list[Statement]] = {}
    lacking = []
    places = _Places(label)
    for statement in mine:
        if statement.source in chosen:
            at, whole = places.of(statement.section)
            for section in at:
                cited.setdefault(id(section), []).append(statement)
            if not whole:
                lacking.append(statement)
    return Comparison(
        drug=drug,
        label=label,
        names_the_drug=_names(label, drug),
        sources=chosen,
        sections=tuple(_compared(label.sections, cited)),
        lacking=tuple(lacking),
    )


class _Places:
    """Finds the sections that a citation names."""

    def __init__(self, label: Label) -> None:
        self.by_code: dict[str, LabelSection] = {}
        self.by_number: dict[str, LabelSection] = {}
        self.by_heading: dict[str, LabelSection] = {}
        for section in label.walk():
            if section.code and section.code != UNCLASSIFIED:
                self.by_code.setdefault(section.code, section)
            if section.number:
                self.by_number.setdefault(section.number, section)
            for heading in (section.title, section.name):
                if heading:
                    self.by_heading.setdefault(_folded(heading), section)

    def of(self, citation: str) -> tuple[list[LabelSection], bool]:
        """Return the sections that a citation names, and whether every part of it was found as cited.

        Args:
            citation: Parts by semicolon, each a code, a number or a heading (``34071-1 Warnings; Precautions``).
        """
        places = [self._one(part.strip()) for part in citation.split(";")]
        by_identity = {id(section): section for section, _ in places if section is not None}
        return list(by_identity.values()), all(exact for _, exact in places)

    def _one(self, part: str) -> tuple[LabelSection | None, bool]:
        """Return the section of one part; that of the heading around it, not exact, where only that one is there."""
        code = _CODE.search(part)
        if code:
            section = self.by_code.get(code[1])
            return section, section is not None
        words = [word.strip() for word in re.sub(r"\([^)]*\)", "", part).split(",")]
        for word in reversed(words):
            heading = _folded(word)
            section = (
                self.by_number.get(word)
                if _NUMBER.fullmatch(word)
                else self.by_heading.get(heading) or self.by_code.get(_HEADINGS.get(heading, ""))
            )
            if section is not None:
                return section, word == words[-1]
        return None, False


def _compared(sections: Iterable[LabelSection], cited: dict[int, list[Statement]]) -> Iterator[Compared]:
    def walk(section: LabelSection, depth: int, code: str, covered: bool) -> Iterator[Compared]:
        own = section.code if section.code not in {"", UNCLASSIFIED} else code
        statements = tuple(cited.get(id(section), ()))
        here = covered or any(id(inner) in cited for inner in section.walk())
        yield Compared(section, depth, own, statements, here)
        for inner in section.sections:
            yield from walk(inner, depth + 1, own, covered or bool(statements))

    for section in sections:
        if section.code != _LISTING and _says_something(section):
            yield from walk(section, 0, "", False)


def _says_something(section: LabelSection) -> bool:
    return any(inner.paragraphs or inner.title for inner in section.walk())


def _names(label: Label, drug: DrugIdentity) -> bool:
    said = " ".join((label.title, *label.products)).casefold()
    return any(name.casefold() in said for name in (drug.inn, drug.label, *drug.synonyms) if name)


def _folded(heading: str) -> str:
    return " ".join(re.sub(r"\bsection\b|[^a-z ]", " ", heading.casefold().replace("&", " and ")).split())
