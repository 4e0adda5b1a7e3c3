"""Which holds of a drug's dose plans are true of a patient, by evaluating the statements that they name."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Final

from fullcourse.clinical.patient import Patient
from fullcourse.clinical.quantity import Interval
from fullcourse.knowledge.library import Knowledge
from fullcourse.knowledge.pk.targets import Hold
from fullcourse.knowledge.statements import Atom, FactCondition, Statement
from fullcourse.knowledge.walk import atoms_of
from fullcourse.rules.one_patient import NONE, evaluate, truth_of
from fullcourse.rules.situation import Situation

__all__ = ["holds_by_statement", "holds_left_open"]

_AGE: Final = "age"


def holds_by_statement(holds: Iterable[Hold], patient: Patient, knowledge: Knowledge) -> list[Hold]:
    """Return the holds that are true, and those that a number known as a range leaves open.

    What nobody recorded (whether there is dialysis) holds nothing by itself; that screening is open is said apart.

    Args:
        holds: Of the drug.
        patient: As established at the date.
        knowledge: That the holds were read with.

    Returns:
        Each with the facts that it rests on, and our reading, in its wording.
    """
    situation, true_holds = Situation(patient, knowledge), []
    for hold in holds:
        statement = knowledge.statements[hold.statement]
        outcome = evaluate(statement, situation)
        if outcome == NONE:
            continue
        wanted = True if outcome is not None else None
        facts = []
        for atom in _asked_for(statement):
            fact = patient.facts.get(atom.fact) if isinstance(atom, FactCondition) else None
            if fact is None or truth_of(atom, situation) is not wanted:
                continue
            label = knowledge.facts[fact.id].label
            if isinstance(fact.value, Interval):
                lacking = ", ".join(knowledge.facts[name].label for name in fact.missing)
                bounds = atom.bounds if isinstance(atom, FactCondition) else ()
                line = "".join(f", the line is {kind.replace('_', ' ')} {bound}" for kind, bound in bounds)
                said = f"{label} is {fact.value} {fact.unit}{line.removesuffix('.0')}"
                facts.append(said + (f"; not known: {lacking}" if lacking else ""))
            elif fact.value is True:
                facts.append(label)
        if outcome is None and not facts:
            continue
        reading = [f"our reading {hold.interpretation}"] if hold.interpretation else []
        grounds = "; ".join((*facts, *reading))
        doubt = "" if wanted else "It cannot be ruled out. "
        true_holds.append(replace(hold, says=f"{doubt}{hold.says.removesuffix('.')} ({grounds})."))
    return true_holds


def holds_left_open(holds: Iterable[Hold], patient: Patient, knowledge: Knowledge) -> list[str]:
    """Return a note for each hold that stays open because a number that it asks for is not known at all.

    No hold follows from what nobody recorded, but a plan beside such a number must not read as if it had been checked.

    Args:
        holds: Of the drug.
        patient: As established at the date.
        knowledge: That the holds were read with.

    Returns:
        The hold, the numbers that are not known, and what to do.
    """
    situation, notes = Situation(patient, knowledge), []
    for hold in holds:
        statement = knowledge.statements[hold.statement]
        if evaluate(statement, situation) is not None:
            continue
        absent = []
        for atom in _asked_for(statement):
            if not isinstance(atom, FactCondition) or knowledge.facts[atom.fact].kind != "number":
                continue
            fact = patient.facts.get(atom.fact)
            if fact is None or fact.value is None:
                absent.append(knowledge.facts[atom.fact].label)
        if absent:
            said = hold.says.removesuffix(".")
            notes.append(f"It cannot be ruled out: {said} (not known: {', '.join(absent)}). Record it before dosing.")
    return notes


def _asked_for(statement: Statement) -> tuple[Atom, ...]:
    """Return what a statement asks for, each once; without the age, which only says for whom its line is."""
    atoms = dict.fromkeys(atoms_of(statement.body))
    return tuple(
        atom for atom in atoms if not (isinstance(atom, FactCondition) and (atom.fact == _AGE or atom.for_certain))
    )
