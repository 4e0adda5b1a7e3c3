"""Puts a leaflet together: what the statements tell about the drugs, and first what applies to one person.

Every line is a statement's plain wording with the number of its source. Lines are chosen and ordered here and never
written here: the only sentences of the leaflet's own say where to turn, and what is not known.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Final

from fullcourse.adapters.documents.leaflet_nouns import Leaflet, Line, Personal, Section
from fullcourse.adapters.documents.leaflet_parts import CALL_TODAY, EMERGENCY, PARTS, Part
from fullcourse.adapters.documents.numbers import emergency_line, told
from fullcourse.clinical.finding import Decision, Finding, Severity, Status
from fullcourse.journey.check import CheckResult
from fullcourse.knowledge.library import Knowledge
from fullcourse.knowledge.statements import Statement, TakingCondition, Tells
from fullcourse.knowledge.vocabulary import DrugIdentity
from fullcourse.knowledge.walk import atoms_of, facts_of, is_general_emergency, thens_of
from fullcourse.screening.decision import STRICTEST_FIRST
from fullcourse.screening.rulebook import GENERAL, rulebook, slug

__all__ = ["HEADLINES", "in_plural", "make_leaflet"]

_ASKED: Final = "S077"
"""The questions of the mission, which many statements answer: it tells nothing about what a statement is about."""

_TAKEN: Final = "mg_taken_in_24_hours"
_EVERY: Final = "every."
_GENERALLY: Final = "emergency."
_ANSWER: Final = "answer"
"""What only answers a question that names no drug: a leaflet has the drug's own, or says that nobody says it."""
_SUPPLY: Final = "supply"
_INJECTION: Final = "injection"
_OVERDOSE: Final = "overdose"
_MISSED: Final = "missed-dose"
_ON_PURPOSE: Final = "stopped_for_side_effects"
"""A dose that was left out on purpose is no forgotten one: a statement on it is no rule on missed doses."""

HEADLINES: Final = {
    Decision.CONTRAINDICATED: "Talk to your care team before you take this medicine.",
    Decision.AVOID: "Talk to your care team before you take this medicine.",
    Decision.CANNOT_ASSESS: "Your care team needs to know more before you take this medicine.",
    Decision.CAUTION: "There are things to watch when you take this medicine.",
    Decision.NO_OBJECTION: "Your record shows nothing against this medicine. Tell your care team what it may not show.",
}


_MOST_PAIRS: Final = 12
"""So many lines on other medicines: with more, a leaflet takes more than two pages, and nobody reads it."""

_MOST_PAIRS_BESIDE_ONES_OWN: Final = 4
"""The same in a leaflet for one person, which begins with what that person takes."""


def make_leaflet(
    knowledge: Knowledge,
    drugs: DrugIdentity | Sequence[DrugIdentity],
    country: str = "",
    result: CheckResult | None = None,
    uncovered: Sequence[str] = (),
) -> Leaflet:
    """Return the leaflet of a drug, or one of all drugs of a regimen, in which each thing is said once.

    Args:
        knowledge: What the sources say.
        drugs: One of its drugs, or several that are taken together.
        country: ISO 3166 letters, for numbers to call; empty for none.
        result: A check of one person's record against these drugs; None for a leaflet for everybody.
        uncovered: Medicines taken with them on which nothing is stated here: the leaflet says so.
    """
    # In one order, however they were named: two people with one regimen hold the same leaflet.
    together = (drugs,) if isinstance(drugs, DrugIdentity) else tuple(sorted(drugs, key=lambda drug: drug.label))
    numbers: dict[str, int] = {}
    writers = [_Writer(knowledge, drug, together, numbers) for drug in together]
    personal = None if result is None else _personal(writers, result)
    sections, absent = _sections(writers, _MOST_PAIRS if personal is None else _MOST_PAIRS_BESIDE_ONES_OWN)
    reporting = tuple(writers[0].line(statement) for statement in told(knowledge, "reporting", country))
    return Leaflet(
        drugs=together,
        personal=personal,
        sections=sections,
        not_covered=(*(f"All about {name}" for name in uncovered), *absent),
        emergency=emergency_line(knowledge, country),
        poison=" ".join(statement.patient for statement in told(knowledge, "poison help", country)),
        reporting=reporting,
        sources=tuple(knowledge.sources[name] for name in numbers),
        knowledge=knowledge.digest,
    )


def in_plural(headline: str) -> str:
    """Return a headline as it stands in a leaflet on several drugs."""
    return headline.replace("this medicine", "these medicines")


def _sections(writers: Sequence["_Writer"], most_pairs: int) -> tuple[tuple[Section, ...], tuple[str, ...]]:
    """Return the parts that have lines, and the headings of those that should have and have none.

    Args:
        writers: One a drug.
        most_pairs: So many lines on other medicines, the most serious.
    """
    sections: list[Section] = []
    absent: list[str] = []
    emergencies: set[str] = set()
    for part in PARTS:
        statements: dict[str, Statement] = {}
        about: dict[str, list[str]] = {}
        lacking: list[str] = []
        unsaid: list[str] = []
        for writer in writers:
            new = writer.new(part)
            if _MISSED in part.kinds and not any(map(writer.is_on_a_forgotten_dose, new)):
                unsaid.append(writer.drug.label)
                new += writer.late_with_every_medicine()
            for statement in new:
                statements.setdefault(statement.patient, statement)
                about.setdefault(statement.patient, []).append(writer.drug.label)
            lacking += [] if new else [writer.drug.label]
        found = list(statements.values())
        kept = _most_serious(found, most_pairs) if "interaction" in part.kinds else found
        if kept or unsaid:
            lines = tuple(writers[0].line(it, _labels(it, about[it.patient], len(writers))) for it in kept)
            symptoms = {fact for it in kept if _does(it, part.action) for fact in facts_of(it.body)}
            emergencies |= symptoms if part.action == EMERGENCY else set()
            yields = part.action == CALL_TODAY and bool(emergencies & symptoms)
            sections.append(
                Section(part.id, part.heading, part.tone, lines, len(found) - len(kept), yields, tuple(unsaid))
            )
        if lacking and part.expected and not unsaid:
            whom = f" ({', '.join(lacking).lower()})" if len(lacking) < len(writers) else ""
            absent.append(f"{part.heading}{whom}")
    return tuple(sections), tuple(absent)


def _labels(statement: Statement, labels: Sequence[str], drugs: int) -> tuple[str, ...]:
    """Return the drugs of a regimen that a line is about; none where it is about all, or about every medicine."""
    return () if len(labels) == drugs or statement.id.startswith((_EVERY, _GENERALLY)) else tuple(labels)


class _Writer:
    """Chooses lines, each matter once, and numbers the sources as they come."""

    def __init__(
        self, knowledge: Knowledge, drug: DrugIdentity, together: Sequence[DrugIdentity], numbers: dict[str, int]
    ) -> None:
        """Take what the sources say, the drug, those that it is taken with, and the sources numbered so far."""
        self.knowledge, self.drug = knowledge, drug
        self._own = f"{slug(drug)}."
        self._of_the_regimen = tuple(f"{slug(other)}." for other in together)
        self._numbers = numbers
        self._said: set[str] = set()
        own = [statement for name, statement in knowledge.statements.items() if name.startswith(self._own)]
        self._told = [statement for statement in own if isinstance(statement.body, Tells) and statement.patient]
        self._every = [statement for statement in _for_every_medicine(knowledge, drug) if statement.patient]
        self._others = [statement for statement in own if not isinstance(statement.body, Tells) and statement.patient]
        self._pairs = [
            knowledge.statements[statement.id]
            for statement in rulebook(knowledge, drug).statements
            if not statement.id.startswith((*self._of_the_regimen, GENERAL)) and statement.patient
        ]
        topics = {topic for part in PARTS if not part.action for topic in part.topics}
        self._covered = {
            matter
            for statement in self._told
            if _topic(statement) in topics
            for matter in statement.covers
            if matter != _ASKED
        }

    def line(self, statement: Statement, about: tuple[str, ...] = ()) -> Line:
        """Return a statement as a line, its source numbered."""
        number = self._numbers.setdefault(statement.source, len(self._numbers) + 1)
        text = statement.patient or statement.says
        if not statement.id.startswith((*self._of_the_regimen, f"{GENERAL}.", _EVERY, _GENERALLY)):
            owner = statement.id.split(".", 1)[0]
            label = next((known.label for known in self.knowledge.drugs.values() if slug(known) == owner), owner)
            text = f"About {label.lower()}: {text}"  # there "this medicine" is the other one
        return Line(text, statement.id, number, about=about)

    def new(self, part: Part) -> list[Statement]:
        """Return what stands in a part and in none before it; parts are asked for in reading order."""
        statements = []
        for statement in self._of(part):
            if statement.patient not in self._said:
                self._said.add(statement.patient)
                statements.append(statement)
        return statements

    def is_on_a_forgotten_dose(self, statement: Statement) -> bool:
        """Whether a statement says what to do about a dose that was forgotten, and not only of one left out on purpose.

        What is told and what is executed of one matter share their point: where one asks why the dose was left out,
        both speak of that alone.
        """
        return not any(
            it.point == statement.point and _ON_PURPOSE in facts_of(it.body)
            for it in self.knowledge.statements.values()
        ) and not statement.id.startswith(_EVERY)

    def late_with_every_medicine(self) -> list[Statement]:
        """Return what holds for a late dose of every medicine that is taken at home, as a course executes it."""
        return [it for it in self._every if _kind(it) == _MISSED] if _is_taken_at_home(self.drug) else []

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
        named = (it for it in self.knowledge.statements.values() if it.id.startswith(self._of_the_regimen))
        own = {_matter(statement) for statement in named if statement.patient and _does(statement, EMERGENCY)}
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


def _is_taken_at_home(drug: DrugIdentity) -> bool:
    return not drug.forms or any(form.form != _INJECTION for form in drug.forms)


def _for_every_medicine(knowledge: Knowledge, drug: DrugIdentity) -> Iterator[Statement]:
    at_home = _is_taken_at_home(drug)
    for name, statement in knowledge.statements.items():
        if name.startswith(_EVERY) and _kind(statement) != _ANSWER and (at_home or _kind(statement) != _SUPPLY):
            yield statement


def _personal(writers: Sequence[_Writer], result: CheckResult) -> Personal:
    applying: dict[str, tuple[Finding, list[str]]] = {}
    decisions = [] if result.together is None else [result.together.decision]
    for writer in writers:
        check = next(entry for entry in result.drugs if entry.drug == writer.drug.inn)
        decisions.append(check.strictest)
        for finding in _strictest_told(check.findings):
            applying.setdefault(finding.id, (finding, []))[1].append(writer.drug.label)
    for finding in _strictest_told(result.regimen_findings):
        applying.setdefault(finding.id, (finding, [writer.drug.label for writer in writers]))
    ordered = sorted(applying.values(), key=lambda it: -it[0].severity) if len(writers) > 1 else applying.values()
    decision = min(decisions, key=STRICTEST_FIRST.__getitem__)
    headline = HEADLINES[decision]
    return Personal(
        headline=in_plural(headline) if len(writers) > 1 else headline,
        decision=decision,
        applies=tuple(_unique(_own_line(writers[0], it, labels, len(writers)) for it, labels in ordered)),
        questions=tuple(question.ask_patient for question in result.questions),
        unknown_medicines=tuple(entry.text for entry in result.not_checked if entry.kind == "medicine"),
        unknown_matters=tuple(entry.text for entry in result.not_checked if entry.kind in {"allergy", "problem"}),
        at=result.at,
        profile=result.profile,
    )


def _strictest_told(findings: Iterable[Finding]) -> list[Finding]:
    """Return what is told; on one matter the strictest, with a word that sources differ: a check shows all of them."""
    shown = [finding for finding in findings if _is_shown(finding)]
    severities = {finding.id: finding.severity for finding in shown}
    return [
        finding
        for finding in shown
        if not any(severities.get(other, finding.severity) > finding.severity for other in finding.conflicts_with)
    ]


def _own_line(writer: _Writer, finding: Finding, labels: Sequence[str], drugs: int) -> Line:
    statement = writer.knowledge.statements[finding.id]
    return replace(writer.line(statement, _labels(statement, labels, drugs)), differs=bool(finding.conflicts_with))


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
        by_text.setdefault(line.said, line)
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
