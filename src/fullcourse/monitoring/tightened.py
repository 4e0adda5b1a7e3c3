"""Which tests a caution makes closer: a finding that says ``tightens`` has its reader here.

A source that asks for close monitoring of the kidneys gives no interval. What follows is that the test is in the plan
and is looked at whenever the patient is seen: our reading (I-1405), which every answer names.
"""

from collections.abc import Mapping
from typing import Final, NamedTuple

from fullcourse.clinical.citation import Citation
from fullcourse.clinical.fact import Evidence, Fact
from fullcourse.clinical.patient import Patient
from fullcourse.knowledge.consequences import FindingOf
from fullcourse.knowledge.library import Knowledge
from fullcourse.knowledge.statements import Statement
from fullcourse.knowledge.vocabulary import DrugIdentity
from fullcourse.knowledge.walk import thens_of
from fullcourse.rules.explain import judge_of
from fullcourse.rules.medicine_list import MedicineList
from fullcourse.rules.one_patient import NONE
from fullcourse.rules.situation import Situation

__all__ = ["READING", "Tightened", "Tightener"]

READING: Final = "I-1405"
"""That a test without an interval which is to be closer is done at each visit."""


class Tightened(NamedTuple):
    """One caution that asks for a closer test, or may.

    Attributes:
        test: Which test, as the statement names it.
        drug: INN of the drug of the caution.
        statement: Its id.
        says: What it says.
        certain: Whether it applies; else it may.
        because: The evidence that decided it.
        missing: The facts that would settle it.
        citation: Where it comes from.
        review: ``unreviewed`` until a clinician has signed.
    """

    test: str
    drug: str
    statement: str
    says: str
    certain: bool
    because: tuple[Evidence, ...]
    missing: tuple[str, ...]
    citation: Citation
    review: str


class Tightener:
    """Finds the closer tests of one knowledge; sorts the statements out once."""

    def __init__(self, knowledge: Knowledge) -> None:
        """Take what the sources say."""
        self._knowledge = knowledge
        self._statements: dict[str, tuple[Statement, ...]] = {}

    def tightened(
        self, patient: Patient, drug: DrugIdentity, medicines: MedicineList, handed_in: Mapping[str, Fact]
    ) -> tuple[Tightened, ...]:
        """Return what makes a test of a drug closer, or may, in the order of its statements.

        Args:
            patient: As established at a date.
            drug: A drug of the treatment.
            medicines: The list of the same patient.
            handed_in: What is known of the treatment.
        """
        situation = Situation(patient, self._knowledge, {**patient.facts, **handed_in}, medicines)
        found: list[Tightened] = []
        for statement in self._of(drug):
            outcome, because, missing = judge_of(statement)(situation)
            then = None if outcome == NONE else thens_of(statement.body)[outcome or 0]
            if isinstance(then, FindingOf):
                citation = self._knowledge.citation(statement)
                found += [
                    Tightened(
                        test, drug.inn, statement.id, statement.says, outcome is not None, because, missing, citation,
                        statement.review,
                    )
                    for test in then.tightens
                ]  # fmt: skip
        return tuple(found)

    def _of(self, drug: DrugIdentity) -> tuple[Statement, ...]:
        known = self._statements.get(drug.inn)
        if known is None:
            owner = drug.inn.replace(" ", "-")
            known = self._statements[drug.inn] = tuple(
                it
                for it in self._knowledge.about(drug, frozenset({owner}))
                if it.id.split(".", 1)[0] == owner
                and any(isinstance(then, FindingOf) and then.tightens for then in thens_of(it.body))
            )
        return known
