"""The questions of a check in a few groups, each of which one answer may settle: none of these, or those by name.

A clinician answers five questions, not fifty. What is asked for is the same: each group lists its facts by name, and
the entries of the record that were not understood stand in the group that they may concern.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from fullcourse.clinical.patient import Unrecognised
from fullcourse.knowledge.library import Knowledge
from fullcourse.knowledge.vocabulary import FactDefinition
from fullcourse.screening.glances import Glance
from fullcourse.screening.questions import Question, single_clinician, single_patient

__all__ = ["QuestionGroup", "group_questions"]

_OF_LIST: Final = {"problems": "ever", "allergies": "medicines_and_allergies", "medicines": "medicines_and_allergies"}
_OF_ENTRY: Final = {"problem": "ever", "allergy": "medicines_and_allergies", "medicine": "medicines_and_allergies"}
_NUMBERS: Final = "measurements"
_MOST_ENTRIES: Final = 8
_SHARED: Final = frozenset({"allergy", "susceptibility"})
"""How labels begin that share their beginning in a row."""


@dataclass(frozen=True, slots=True)
class QuestionGroup:
    """Questions that are put as one.

    Attributes:
        id: Its name in the knowledge.
        ask_patient: In plain words.
        ask_clinician: In a clinician's words.
        facts: Ids of the facts that an answer settles, the most decisive first.
        entries: Entries of the record that were not understood and may concern these facts, as the record has them.
        glances: Those of the facts of which it is enough to know whether they lie below a number.
    """

    id: str
    ask_patient: str
    ask_clinician: str
    facts: tuple[str, ...]
    entries: tuple[str, ...] = ()
    glances: tuple[Glance, ...] = ()


def group_questions(
    questions: Iterable[Question], knowledge: Knowledge, unrecognised: Iterable[Unrecognised] = ()
) -> tuple[QuestionGroup, ...]:
    """Return the questions of a check as few, in the order of the first question of each group.

    Args:
        questions: Most decisive first.
        knowledge: Holds the wording.
        unrecognised: Entries of the record that were not understood.
    """
    asked: dict[str, list[FactDefinition]] = {}
    glances: dict[str, Glance] = {}
    for question in questions:
        glances |= {glance.fact: glance for glance in question.glances}
        for fact in question.facts:
            definition = knowledge.facts[fact]
            asked.setdefault(_group_of(definition, knowledge), []).append(definition)
    entries: dict[str, dict[str, bool]] = {}
    for entry in unrecognised:
        group = _OF_ENTRY.get(entry.kind, "")
        if group in asked:
            entries.setdefault(group, {})[entry.text] = entry.is_later
    return tuple(
        _grouped(group, definitions, entries.get(group, {}), glances, knowledge) for group, definitions in asked.items()
    )


def _group_of(definition: FactDefinition, knowledge: Knowledge) -> str:
    listed_in = definition.listed_in or definition.id.removesuffix("_complete")
    if listed_in in _OF_LIST:
        return _OF_LIST[listed_in] if _OF_LIST[listed_in] in knowledge.groups else definition.ask_group
    if definition.kind == "number" and _NUMBERS in knowledge.groups:
        return _NUMBERS
    return knowledge.groups[definition.ask_group].within or definition.ask_group


def _grouped(
    group: str,
    definitions: list[FactDefinition],
    entries: Mapping[str, bool],
    glances: Mapping[str, Glance],
    knowledge: Knowledge,
) -> QuestionGroup:
    wording = knowledge.groups[group]
    if len(definitions) > 1:
        plain = ", ".join(definition.plain + _below(glances.get(definition.id)) for definition in definitions)
        labels = _sharing(definition.label + _below(glances.get(definition.id)) for definition in definitions)
        ask_patient = wording.ask_patient.replace("{facts}", plain)
        ask_clinician = wording.ask_clinician.replace("{facts}", labels)
    else:
        (definition,) = definitions
        ask_patient = single_patient(definition, glances.get(definition.id))
        ask_clinician = single_clinician(definition, glances.get(definition.id))
    return QuestionGroup(
        group,
        ask_patient,
        ask_clinician
        + _not_understood([it for it, later in entries.items() if not later])
        + _later([it for it, later in entries.items() if later]),
        tuple(definition.id for definition in definitions),
        tuple(entries),
        tuple(glances[definition.id] for definition in definitions if definition.id in glances),
    )


def _below(glance: Glance | None) -> str:
    """Return what follows a fact's name where it is enough to know whether it lies below a number."""
    return "" if glance is None else f" if below {glance.at_least:g} {glance.unit}"


def _sharing(labels: Iterable[str]) -> str:
    """Return labels in a row; those that begin alike (``allergy to``) share their beginning."""
    whole: dict[str, list[str]] = {}
    for label in labels:
        start, joint, rest = label.partition(" to ")
        whole.setdefault(start + joint if joint and start in _SHARED else label, []).append(rest)
    return ", ".join(start + ", ".join(rests) if start.endswith(" to ") else start for start, rests in whole.items())


def _not_understood(entries: Sequence[str]) -> str:
    """Return the sentence on entries that nobody understood: each is one of the facts, or none."""
    return f" On file and not understood: {_quoted(entries)}. Is any of them one of these?" if entries else ""


def _later(entries: Sequence[str]) -> str:
    """Return the sentence on medicines that are known and are dated after the check."""
    return f" Dated after the check: {_quoted(entries)}. Taken now?" if entries else ""


def _quoted(entries: Sequence[str]) -> str:
    named = ", ".join(f"“{entry}”" for entry in entries[:_MOST_ENTRIES])
    return named + (f" and {len(entries) - _MOST_ENTRIES} more" if len(entries) > _MOST_ENTRIES else "")
