"""What a pharmacist looks for about any drug, and which of it no statement covers: a gap is named, never left blank."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from fullcourse.knowledge.library import Knowledge
from fullcourse.knowledge.statements import Statement, Tells
from fullcourse.knowledge.vocabulary import DrugIdentity
from fullcourse.knowledge.walk import facts_of
from fullcourse.screening.rulebook import GENERAL, rulebook, slug

__all__ = ["MATTERS", "Matter", "elsewhere", "uncovered"]


@dataclass(frozen=True, slots=True)
class Matter:
    """One matter of a drug.

    Attributes:
        label: As shown.
        kinds: Middle parts of the ids of statements that cover it.
        topics: What a statement that covers it tells.
        facts: What a statement that covers it reads of a patient.
    """

    label: str
    kinds: frozenset[str] = frozenset()
    topics: frozenset[str] = frozenset()
    facts: frozenset[str] = frozenset()

    def is_in(self, statement: Statement) -> bool:
        """Return whether a statement is about this matter."""
        parts = statement.id.split(".")
        if len(parts) > 1 and parts[1] in self.kinds:
            return True
        if isinstance(statement.body, Tells) and statement.body.topic in self.topics:
            return True
        return not self.facts.isdisjoint(facts_of(statement.body))


def _matter(label: str, kinds: str = "", topics: Iterable[str] = (), facts: str = "") -> Matter:
    return Matter(label, frozenset(kinds.split()), frozenset(topics), frozenset(facts.split()))


_DOSE: Final = "dose"
MATTERS: Final = (
    _matter("contraindications", "contraindication", ("who should not take it",)),
    _matter("cautions", "caution"),
    _matter("pregnancy", facts="pregnant pregnancy_planned"),
    _matter("breast-feeding", facts="breastfeeding"),
    _matter("age or weight of children", facts="age weight"),
    _matter(
        "kidney disease",
        facts="renal_impairment severe_renal_impairment creatinine_clearance creatinine dialysis",
    ),
    _matter("liver disease", facts="liver_disease severe_liver_disease"),
    _matter("interactions", "interaction duplicate"),
    _matter(_DOSE, "dose"),
    _matter("food", "food", ("food",)),
    _matter("how to take it", "how spacing stop-early", ("how to take it",)),
    _matter("a missed dose", "missed-dose missed", ("missed dose",)),
    _matter("too much taken", "overdose", ("overdose",)),
    _matter("driving", "driving", ("driving",)),
    _matter("storage", "storage", ("storage",)),
    _matter("tests and visits", "test monitoring", ("visits and tests",)),
    _matter("symptoms to act on", "symptom triage", ("when to call",)),
)


def uncovered(knowledge: Knowledge, drug: DrugIdentity) -> tuple[str, ...]:
    """Return what no statement and no table of doses about a drug covers, in the order of `MATTERS`."""
    own = [statement for name, statement in knowledge.statements.items() if name.startswith(f"{slug(drug)}.")]
    own += elsewhere(knowledge, drug)
    dosed = {_DOSE} if any(knowledge.doses.tables_for(drug.inn)) else set()
    return tuple(it.label for it in MATTERS if it.label not in dosed and not any(map(it.is_in, own)))


def elsewhere(knowledge: Knowledge, drug: DrugIdentity) -> tuple[Statement, ...]:
    """Return the statements about a drug that stand in another drug's file: the pairs that the other's source names."""
    executed = rulebook(knowledge, drug).statements
    return tuple(knowledge.statements[it.id] for it in executed if not it.id.startswith((f"{slug(drug)}.", GENERAL)))
