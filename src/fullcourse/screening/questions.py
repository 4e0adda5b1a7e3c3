"""What to ask: only what can still change the decision, the most decisive first, together what belongs together.

A settled decision asks nothing. After an override the finding that was set aside no longer counts, and the questions
are found again without it.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Final, NamedTuple

from fullcourse.clinical.finding import Finding, Severity, Status
from fullcourse.clinical.patient import Patient
from fullcourse.knowledge.library import Knowledge
from fullcourse.knowledge.vocabulary import FactDefinition
from fullcourse.screening.decision import STRICTEST_FIRST, weighed
from fullcourse.screening.glances import Glance, glances_of
from fullcourse.screening.screen import DrugCheck

__all__ = ["YES_OR_NO", "AnswerForm", "Question", "find_questions", "single_clinician", "single_patient"]

_PLACES: Final = {severity: STRICTEST_FIRST[weighed(severity, forbids=False)] for severity in Severity}
_FORBIDDING: Final = {severity: STRICTEST_FIRST[weighed(severity, forbids=True)] for severity in Severity}
"""The place of what a finding of a severity comes to, where it does not forbid the drug, and where it does."""

YES_OR_NO: Final = frozenset({"history", "state"})
"""Kinds of facts that are matters of yes or no, several of which one answer may settle."""


class AnswerForm(NamedTuple):
    """What an answer about a fact is.

    Attributes:
        fact: Its id.
        kind: ``history`` or ``state`` for yes or no, ``number``, ``choice`` or ``date``.
        unit: UCUM code of a number; empty for the others.
        values: The words of a choice.
    """

    fact: str
    kind: str
    unit: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Question:
    """One question, which may settle several facts.

    Attributes:
        facts: Ids of the facts that an answer settles.
        ask_patient: In plain words.
        ask_clinician: In a clinician's words.
        group: What the facts have in common.
        decides: Ids of the findings that an answer can settle.
        glances: Those of the facts of which it is enough to know whether they lie below a number.
        answers: What an answer is, fact by fact.
    """

    facts: tuple[str, ...]
    ask_patient: str
    ask_clinician: str
    group: str
    decides: tuple[str, ...]
    glances: tuple[Glance, ...] = ()
    answers: tuple[AnswerForm, ...] = ()


def find_questions(
    checks: Iterable[DrugCheck], knowledge: Knowledge, regimen: Iterable[Finding] = (), patient: Patient | None = None
) -> tuple[Question, ...]:
    """Return the questions of a check over all its drugs, then those on the drugs taken together.

    Args:
        checks: What was found for each drug.
        knowledge: Holds the wording.
        regimen: What holds for the drugs together, which is no drug's decision.
        patient: About whom, where it shall be worked out from which number on a fact decides nothing.
    """
    decided_by: dict[str, dict[str, Severity]] = {}
    of_each = [finding for check in checks for finding in _decisive(check)]
    together_open = [finding for finding in regimen if _is_open(finding)]
    _note(of_each, knowledge, decided_by)
    of_drugs = frozenset(decided_by)
    _note(together_open, knowledge, decided_by)
    glances = glances_of([*of_each, *together_open], patient, knowledge) if patient is not None else {}
    for fact, glance in glances.items():
        if glance is None:
            decided_by.pop(fact, None)
    together: dict[tuple[str, bool], list[str]] = {}
    for fact in decided_by:
        definition = knowledge.facts[fact]
        together.setdefault((definition.ask_group, definition.kind in YES_OR_NO), []).append(fact)

    def rank(key: tuple[str, bool]) -> tuple[bool, int, int, int]:
        severities = [severity for fact in together[key] for severity in decided_by[fact].values()]
        is_of_regimen_only = of_drugs.isdisjoint(together[key])
        return (is_of_regimen_only, -max(severities), -len(severities), knowledge.groups[key[0]].order)

    return tuple(_question(together[key], decided_by, knowledge, glances) for key in sorted(together, key=rank))


def _note(findings: Iterable[Finding], knowledge: Knowledge, decided_by: dict[str, dict[str, Severity]]) -> None:
    """Note which findings each missing fact can settle, as far as it can be asked."""
    for finding in findings:
        for fact in finding.missing:
            if fact in knowledge.facts and knowledge.facts[fact].ask_patient:
                decided_by.setdefault(fact, {})[finding.id] = finding.severity


def _is_open(finding: Finding) -> bool:
    """Whether a finding on drugs taken together waits for an answer: there is no decision that could settle it."""
    counts = finding.leads and finding.override is None and finding.severity >= Severity.MODERATE
    return counts and finding.status is Status.CANNOT_ASSESS


def _decisive(check: DrugCheck) -> list[Finding]:
    """Return the open findings whose answer can still change the decision: what could come to more than is known."""
    known, is_open = STRICTEST_FIRST[check.known], Status.CANNOT_ASSESS
    return [
        finding
        for finding in check.findings
        if finding.status is is_open
        and finding.leads
        and finding.override is None
        # What an answer could make of it, however little its being open weighs.
        and (_FORBIDDING if (doing := finding.management) is not None and doing.forbids else _PLACES)[finding.severity]
        < known
    ]


def _question(
    facts: list[str],
    decided_by: Mapping[str, Mapping[str, Severity]],
    knowledge: Knowledge,
    glances: Mapping[str, Glance | None],
) -> Question:
    ordered = sorted(facts, key=lambda fact: -max(decided_by[fact].values()))
    definitions = [knowledge.facts[fact] for fact in ordered]
    group = knowledge.groups[definitions[0].ask_group]
    decides = dict.fromkeys(finding for fact in ordered for finding in decided_by[fact])
    return Question(
        facts=tuple(ordered),
        ask_patient=_ask(
            definitions,
            group.ask_patient,
            lambda fact: fact.plain,
            lambda fact: single_patient(fact, glances.get(fact.id)),
        ),
        ask_clinician=_ask(
            definitions,
            group.ask_clinician,
            lambda fact: fact.label,
            lambda fact: single_clinician(fact, glances.get(fact.id)),
        ),
        group=group.id,
        decides=tuple(decides),
        glances=tuple(glance for fact in ordered if (glance := glances.get(fact)) is not None),
        answers=tuple(AnswerForm(it.id, it.kind, it.unit, it.values) for it in definitions),
    )


def single_patient(definition: FactDefinition, glance: Glance | None) -> str:
    """Return the question on one fact for a patient; a number may be asked by a glance."""
    if glance is None:
        return definition.ask_patient
    return definition.ask_below_patient.replace("{bound}", f"{glance.at_least:g}")


def single_clinician(definition: FactDefinition, glance: Glance | None) -> str:
    """Return the question on one fact for a clinician; a number may be asked by a glance."""
    if glance is None:
        return definition.ask_clinician
    return definition.ask_below_clinician.replace("{bound}", f"{glance.at_least:g}")


def _ask(
    definitions: list[FactDefinition],
    wording: str,
    name: Callable[[FactDefinition], str],
    single: Callable[[FactDefinition], str],
) -> str:
    """Return the group's wording for several matters of yes or no, which one answer may settle; else each question."""
    if len(definitions) > 1 and definitions[0].kind in YES_OR_NO:
        return wording.replace("{facts}", ", ".join(map(name, definitions)))
    return " ".join(map(single, definitions))
