"""By which statement a drug is known for a reaction: those of its own file that speak of the symptom.

A drug about which no statement speaks is not cleared of anything: nobody has said so. A statement that holds only under
further conditions (a high dose) names the drug all the same, with its words (I-1422).
"""

from fullcourse.knowledge.library import Knowledge
from fullcourse.knowledge.statements import FactCondition
from fullcourse.knowledge.walk import atoms_of, thens_of
from fullcourse.pharmacovigilance.causality import KnownReaction

__all__ = ["known_reactions"]


def known_reactions(knowledge: Knowledge, drug: str, symptom: str) -> tuple[KnownReaction, ...]:
    """Return the statements by which a drug is known for a symptom; none where the knowledge names neither.

    Args:
        knowledge: What the sources say.
        drug: INN in lower case; empty for one that is not known.
        symptom: Id of the fact; empty for a reaction that is none.
    """
    if drug not in knowledge.drugs or not symptom:
        return ()
    begins = f"{drug.replace(' ', '-')}."
    found = []
    for name in knowledge.statements:
        if not name.startswith(begins):
            continue
        statement = knowledge.statements[name]
        if thens_of(statement.body) and any(
            isinstance(atom, FactCondition) and atom.fact == symptom and atom.equals is True
            for atom in atoms_of(statement.body)
        ):
            found.append(KnownReaction(name, statement.says, knowledge.citation(statement), statement.interpretation))
    return tuple(found)
