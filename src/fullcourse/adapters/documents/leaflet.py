"""Puts a leaflet together: what the statements tell about one drug, and first what applies to one person.

Every line is a statement's plain wording with the number of its source. Lines are chosen and ordered here and never
written here: the only sentences of the leaflet's own say where to turn, and what is not known.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from fullcourse.adapters.documents.leaflet_parts import EMERGENCY, PARTS, Part
from fullcourse.adapters.documents.numbers import emergency_line, told
from fullcourse.clinical.citation import Source
from fullcourse.clinical.finding import Decision, Finding, Severity, Status
from fullcourse.journey.check import CheckResult
from fullcourse.knowledge.library import Knowledge
from fullcourse.knowledge.statements import Statement, TakingCondition, Tells
from fullcourse.knowledge.vocabulary import DrugIdentity
from fullcourse.knowledge.walk import atoms_of, facts_of, is_general_emergency, thens_of
from fullcourse.screening.rulebook import GENERAL, rulebook, slug

__all__ = ["Leaflet", "Line", "Personal", "Section", "make_leaflet"]

_ASKED: Final = "S077"
"""The questions of the mission, which many statements answer: it tells nothing about what a statement is about."""

_TAKEN: Final = "mg_taken_in_24_hours"
_EVERY: Final = "every."
_ANSWER: Final = "answer"
"""What only answers a question that names no drug: a leaflet has the drug's own, or says that nobody says it."""
_SUPPLY: Final = "supply"
_INJECTION: Final = "injection"
_OVERDOSE: Final = "overdose"
_MISSED: Final = "missed-dose"

_HEADLINES: Final = {
    Decision.CONTRAINDICATED: "Talk to your care team before you take this medicine.",
    Decision.AVOID: "Talk to your care team before you take this medicine.",
    Decision.CANNOT_ASSESS: "Your care team needs to know more before you take this medicine.",
    Decision.CAUTION: "There are things to watch when you take this medicine.",
    Decision.NO_OBJECTION: "Your record shows nothing against this medicine. Tell your care team what it may not show.",
}


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a leaflet.

    Attributes:
        text: In plain words.
        statement: Id of the statement that it comes from.
        source: Number of the source in the leaflet's list.
        differs: Whether another source says otherwise.
    """

    text: str
    statement: str
    source: int
    differs: bool = False


_MOST_PAIRS: Final = 12
"""So many lines on other medicines: with more, a leaflet takes more than two pages, and nobody reads it."""

_MOST_PAIRS_BESIDE_ONES_OWN: Final = 4
"""The same in a leaflet for one person, which begins with what that person takes."""


@dataclass(frozen=True, slots=True)
class Section:
    """One part of a leaflet with its lines.

    Attributes:
        id: Of the part.
        heading: In plain words.
        tone: How it is set.
        lines: What is said.
        more: How many lines on other medicines are left out: a leaflet for everybody names the most serious.
    """

    id: str
    heading: str
    tone: str
    lines: tuple[Line, ...]
    more: int = 0


@dataclass(frozen=True, slots=True)
class Personal:
    """What applies to the person whose record was given.

    Attributes:
        headline: What to do about it.
        decision: As the check decided.
        applies: Most serious first.
        questions: What is not known yet and can change the decision.
        unknown_medicines: Medicines on the list that were not recognised.
        unknown_matters: Allergies and illnesses in the record that were not understood.
        at: Date of the check.
        profile: Which sources lead.
    """

    headline: str
    decision: Decision
    applies: tuple[Line, ...]
    questions: tuple[str, ...]
    unknown_medicines: tuple[str, ...]
    unknown_matters: tuple[str, ...]
    at: date
    profile: str


@dataclass(frozen=True, slots=True)
class Leaflet:
    """A leaflet.

    Attributes:
        drug: Whose.
        personal: What applies to one person; None without a record.
        sections: In reading order.
        not_covered: Headings of parts on which no source that was read says anything.
        emergency: Which number to call in an emergency.
        poison: Which number to call for poison help; empty where no source gives one.
        reporting: Lines on where side effects are reported in this country.
        sources: The sources, numbered from 1.
        knowledge: Digest of the knowledge.
    """

    drug: DrugIdentity
    personal: Personal | None
    sections: tuple[Section, ...]
    not_covered: tuple[str, ...]
    emergency: str
    poison: str
    reporting: tuple[Line, ...]
    sources: tuple[Source, ...]
    knowledge: str


def make_leaflet(
    knowledge: Knowledge, drug: DrugIdentity, country: str = "", result: CheckResult | None = None
) -> Leaflet:
    """Return the leaflet of a drug.

    Args:
        knowledge: What the sources say.
        drug: One of its drugs.
        country: ISO 3166 letters, for numbers to call; empty for none.
        result: A check of one person's record against this drug; None for a leaflet for everybody.
    """
    writer = _Writer(knowledge, drug)
    personal = None if result is None else _personal(writer, result)
    sections, absent = writer.sections(_MOST_PAIRS if personal is None else _MOST_PAIRS_BESIDE_ONES_OWN)
    return Leaflet(
        drug=drug,
        personal=personal,
        sections=sections,
        not_covered=absent,
        emergency=emergency_line(knowledge, country),
        poison=" ".join(statement.patient for statement in told(knowledge, "poison help", country)),
        reporting=tuple(writer.line(statement) for statement in told(knowledge, "reporting", country)),
        sources=writer.sources(),
        knowledge=knowledge.digest,
    )


class _Writer:
    """Chooses lines, each matter once, and numbers the sources as they come."""

    def __init__(self, knowledge: Knowledge, drug: DrugIdentity) -> None:
        self.knowledge, self.drug = knowledge, drug
        self._own = f"{slug(drug)}."
        self._numbers: dict[str, int] = {}
        self._said: set[str] = set()
        own = [statement for name, statement in knowledge.statements.items() if name.startswith(self._own)]
        self._told = [statement for statement in own if isinstance(statement.body, Tells) and statement.patient]
        self._every = [statement for statement in _for_every_medicine(knowledge, drug) if statement.patient]
        self._others = [statement for statement in own if not isinstance(statement.body, Tells) and statement.patient]
        self._pairs = [
            knowledge.statements[statement.id]
            for statement in rulebook(knowledge, drug).statements
            if not statement.id.startswith((self._own, GENERAL)) and statement.patient
        ]
        topics = {topic for part in PARTS if not part.action for topic in part.topics}
        self._covered = {
            matter
            for statement in self._told
            if _topic(statement) in topics
            for matter in statement.covers
            if matter != _ASKED
        }

    def line(self, statement: Statement) -> Line:
        """Return a statement as a line, its source numbered."""
        number = self._numbers.setdefault(statement.source, len(self._numbers) + 1)
        text = statement.patient or statement.says
        if not statement.id.startswith((self._own, f"{GENERAL}.", _EVERY, "emergency.")):
            owner = statement.id.split(".", 1)[0]
            label = next((known.label for known in self.knowledge.drugs.values() if slug(known) == owner), owner)
            text = f"About {label.lower()}: {text}"  # there "this medicine" is the other one
        return Line(text, statement.id, number)

    def sources(self) -> tuple[Source, ...]:
        """Return the sources of the lines made so far, by number."""
        return tuple(self.knowledge.sources[name] for name in self._numbers)

    def sections(self, most_pairs: int) -> tuple[tuple[Section, ...], tuple[str, ...]]:
        """Return the parts that have lines, and the headings of those that should have and have none.

        Args:
            most_pairs: So many lines on other medicines, the most serious.
        """
        sections: list[Section] = []
        absent: list[str] = []
        for part in PARTS:
            statements = []
            for statement in self._of(part):
                if statement.patient not in self._said:
                    self._said.add(statement.patient)
                    statements.append(statement)
            kept = _most_serious(statements, most_pairs) if "interaction" in part.kinds else statements
            if kept:
                lines = tuple(map(self.line, kept))
                sections.append(Section(part.id, part.heading, part.tone, lines, len(statements) - len(kept)))
            elif part.expected:
                absent.append(part.heading)
        return tuple(sections), tuple(absent)

    def _of(self, part: Part) -> Iterator[Statement]:
        if part.action:
            acting = [
                statement for statement in self._others if _does(statement, part.action) and self._general(statement)
            ]
            yield from acting
            self._covered.update(matter for statement in acting for matter in statement.covers)
            if part.action == EMERGENCY:
                yield from (it for it in self._emergencies() if not _kind(it).startswith(_OVERDOSE))
            yield from (
                statement
                for topic in part.topics
                for statement in self._told
                if _topic(statement) == topic and self._new(statement)
            )
            return
        for topic in part.topics:
            yield from (statement for statement in self._told if _topic(statement) == topic)
            yield from (statement for statement in self._every if _topic(statement) == topic and self._adds(statement))
        for kind in part.kinds:
            yield from (
                statement
                for statement in self._others
                if _kind(statement) == kind and self._general(statement) and self._new(statement)
            )
        if "interaction" in part.kinds:
            yield from self._pairs
        if _OVERDOSE in part.kinds:
            yield from (statement for statement in self._others if _TAKEN in facts_of(statement.body))
            yield from (statement for statement in self._emergencies() if _kind(statement) == _OVERDOSE)

    def _emergencies(self) -> Iterator[Statement]:
        """Yield what is an emergency whatever the drug, as far as the drug's own statements do not say it."""
        own = {_matter(statement) for statement in self._others if _does(statement, EMERGENCY)}
        for statement in self.knowledge.statements.values():
            if is_general_emergency(statement) and _matter(statement) not in own and self._new(statement):
                yield statement

    def _new(self, statement: Statement) -> bool:
        """Whether a statement is about a matter that no line covers yet."""
        about = set(statement.covers) - {_ASKED}
        return not about or not about <= self._covered

    def _adds(self, statement: Statement) -> bool:
        """Whether what is told of every medicine adds to what is told of this one."""
        asked = set(statement.covers) == {_ASKED}
        return self._new(statement) and not (asked and any(_topic(told) == _topic(statement) for told in self._told))

    def _general(self, statement: Statement) -> bool:
        """Whether a statement's wording holds for everybody: one on a number of a patient speaks to that patient.

        A missed dose is decided by numbers that nobody asks a patient for, and its wording names the cases itself.
        """
        if _kind(statement) == _MISSED:
            return True
        read = facts_of(statement.body)
        if any("mg" in fact.split("_") for fact in read):
            return False
        return not any(self.knowledge.facts[fact].kind == "number" and fact != "age" for fact in read)


def _for_every_medicine(knowledge: Knowledge, drug: DrugIdentity) -> Iterator[Statement]:
    at_home = not drug.forms or any(form.form != _INJECTION for form in drug.forms)
    for name, statement in knowledge.statements.items():
        if name.startswith(_EVERY) and _kind(statement) != _ANSWER and (at_home or _kind(statement) != _SUPPLY):
            yield statement


def _personal(writer: _Writer, result: CheckResult) -> Personal:
    check = next(entry for entry in result.drugs if entry.drug == writer.drug.inn)
    shown = [finding for finding in check.findings if _is_shown(finding)]
    severities = {finding.id: finding.severity for finding in shown}
    # On one matter the strictest is told, with a word that sources differ; a clinician's check shows all of them.
    applies = [
        finding
        for finding in shown
        if not any(severities.get(other, finding.severity) > finding.severity for other in finding.conflicts_with)
    ]
    decision = check.strictest
    return Personal(
        headline=_HEADLINES[decision],
        decision=decision,
        applies=tuple(_unique(_own_line(writer, finding) for finding in applies)),
        questions=tuple(question.ask_patient for question in result.questions),
        unknown_medicines=tuple(entry.text for entry in result.not_checked if entry.kind == "medicine"),
        unknown_matters=tuple(entry.text for entry in result.not_checked if entry.kind in {"allergy", "problem"}),
        at=result.at,
        profile=result.profile,
    )


def _own_line(writer: _Writer, finding: Finding) -> Line:
    return replace(writer.line(writer.knowledge.statements[finding.id]), differs=bool(finding.conflicts_with))


def _is_shown(finding: Finding) -> bool:
    return (
        finding.status is Status.APPLIES
        and finding.leads
        and finding.override is None
        and (finding.severity > Severity.INFO or (finding.kind == "indication" and bool(finding.patient)))
    )


def _unique(lines: Iterable[Line]) -> list[Line]:
    by_text: dict[str, Line] = {}
    for line in lines:
        by_text.setdefault(line.text, line)
    return list(by_text.values())


def _topic(statement: Statement) -> str:
    return statement.body.topic if isinstance(statement.body, Tells) else ""


def _kind(statement: Statement) -> str:
    parts = statement.id.split(".")
    return parts[1] if len(parts) > 1 else ""


def _matter(statement: Statement) -> str:
    return statement.id.rsplit(".", 1)[-1]


def _does(statement: Statement, action: str) -> bool:
    return any(then.kind == "action" and then.value == action for then in thens_of(statement.body))


def _most_serious(statements: list[Statement], most: int) -> list[Statement]:
    """Return statements without the milder ones on other medicines, where there are more than fit on a leaflet."""
    pairs = [it for it in statements if any(isinstance(atom, TakingCondition) for atom in atoms_of(it.body))]
    pairs.sort(key=lambda it: -max(then.severity or Severity.INFO for then in thens_of(it.body)))
    left_out = {it.id for it in pairs[most:]}
    return [it for it in statements if it.id not in left_out]
