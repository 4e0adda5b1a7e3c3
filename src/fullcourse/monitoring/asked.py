"""Which tests the statements about a drug ask for, in this patient, at the doses that are planned.

A statement that asks for a test is judged as any other: it asks for certain, it may ask, or it does not. A test is left
out only where the statement certainly does not ask for it.
"""

from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from typing import Final, NamedTuple

from fullcourse.clinical.citation import Citation
from fullcourse.clinical.fact import Evidence, Fact
from fullcourse.clinical.patient import Patient
from fullcourse.clinical.quantity import exactly
from fullcourse.knowledge.consequences import TestOf
from fullcourse.knowledge.library import Knowledge
from fullcourse.knowledge.statements import Statement
from fullcourse.knowledge.vocabulary import DrugIdentity
from fullcourse.knowledge.walk import thens_of
from fullcourse.rules.explain import judge_of
from fullcourse.rules.medicine_list import MedicineList
from fullcourse.rules.one_patient import NONE
from fullcourse.rules.situation import Situation

__all__ = ["DOSE", "OF_ALL", "Asked", "DoseSpan", "Watcher", "owned_by"]

DOSE: Final = "dose_mg_per_day"
"""The fact that statements on a dose read; handed in by this step from the plan."""

OF_ALL: Final = "monitoring"
"""First part of the id of every statement on a whole treatment."""

_PLAN: Final = "dose plan"


class DoseSpan(NamedTuple):
    """How much of a drug is taken a day, from one day of treatment on.

    Attributes:
        from_day: Day of treatment, 1 is the first.
        mg_per_day: Daily amount, mg.
    """

    from_day: int
    mg_per_day: float


class Asked(NamedTuple):
    """One statement that asks for a test, or may.

    Attributes:
        drug: INN of the drug that is watched; empty where the whole treatment is.
        statement: Its id.
        says: What it says.
        then: Which test, and when.
        certain: Whether it asks for it; else it may.
        from_day: Day of treatment from which it holds: another than 1 where the dose rises into it.
        because: The evidence that decided it.
        missing: The facts that would settle it.
        citation: Where it comes from.
        interpretation: Our reading of unclear wording; empty when none was needed.
        review: ``unreviewed`` until a clinician has signed.
    """

    drug: str
    statement: str
    says: str
    then: TestOf
    certain: bool
    from_day: int
    because: tuple[Evidence, ...]
    missing: tuple[str, ...]
    citation: Citation
    interpretation: str
    review: str


class Watcher:
    """Finds the tests that drugs of one knowledge ask for; sorts their statements out once."""

    def __init__(self, knowledge: Knowledge) -> None:
        """Take what the sources say."""
        self._knowledge = knowledge
        self._statements: dict[str, tuple[Statement, ...]] = {}

    def asked(
        self,
        patient: Patient,
        drug: DrugIdentity,
        spans: Sequence[DoseSpan] = (),
        medicines: MedicineList | None = None,
        handed_in: Mapping[str, Fact] = {},
    ) -> tuple[Asked, ...]:
        """Return what asks for a test, or may, in the order of the drug's statements.

        Args:
            patient: As established at a date, with the whole treatment taken.
            drug: A drug of the treatment.
            spans: Its planned doses, first to last; empty while nobody has planned them: then a statement about the
                dose stays open.
            medicines: The list of the same patient, with what was counted before.
            handed_in: Further facts that other steps have worked out.
        """
        situations = tuple(self._situations(patient, spans, medicines, handed_in))
        found = (self._judged(statement, drug.inn, situations) for statement in self._of(drug))
        return tuple(it for it in found if it is not None)

    def asked_of_all(self, patient: Patient, handed_in: Mapping[str, Fact]) -> tuple[Asked, ...]:
        """Return what guidelines ask for over a whole treatment, or may; it watches no drug by name.

        Args:
            patient: Whose medicines are the drugs of the treatment, all of them known.
            handed_in: What is known of the treatment as a whole.
        """
        situations = ((1, Situation(patient, self._knowledge, {**patient.facts, **handed_in})),)
        found = (self._judged(statement, "", situations) for statement in self._of_all)
        return tuple(it for it in found if it is not None)

    @cached_property
    def _of_all(self) -> tuple[Statement, ...]:
        owned = (statement for _, statement in owned_by(self._knowledge, OF_ALL))
        return tuple(it for it in owned if any(isinstance(then, TestOf) for then in thens_of(it.body)))

    def _of(self, drug: DrugIdentity) -> tuple[Statement, ...]:
        known = self._statements.get(drug.inn)
        if known is None:
            owner = drug.inn.replace(" ", "-")
            known = self._statements[drug.inn] = tuple(
                it
                for it in self._knowledge.about(drug, frozenset({owner}))
                if it.id.split(".", 1)[0] == owner and any(isinstance(then, TestOf) for then in thens_of(it.body))
            )
        return known

    def _situations(
        self,
        patient: Patient,
        spans: Sequence[DoseSpan],
        medicines: MedicineList | None,
        handed_in: Mapping[str, Fact],
    ) -> Iterable[tuple[int, Situation]]:
        """Yield the patient as statements see them, once for each planned dose, with the day it begins."""
        facts = {**patient.facts, **handed_in}
        shared = medicines or MedicineList(patient, self._knowledge)
        for span in spans or (None,):
            dose = Fact(DOSE, None, "mg", (), (DOSE,), "no dose is planned") if span is None else _dose(span)
            yield (
                1 if span is None else span.from_day,
                Situation(patient, self._knowledge, {**facts, DOSE: dose}, shared),
            )

    def _judged(self, statement: Statement, drug: str, situations: Iterable[tuple[int, Situation]]) -> Asked | None:
        """Return the first span in which a statement asks for certain; else the first in which it may."""
        judge = judge_of(statement)
        thens = thens_of(statement.body)
        perhaps: Asked | None = None
        for from_day, situation in situations:
            outcome, because, missing = judge(situation)
            if outcome == NONE:
                continue
            then = thens[outcome or 0]
            if not isinstance(then, TestOf):
                continue
            asked = Asked(
                drug, statement.id, statement.says, then, outcome is not None, from_day, because, missing,
                self._knowledge.citation(statement), statement.interpretation, statement.review,
            )  # fmt: skip
            if asked.certain:
                return asked
            perhaps = perhaps or asked
        return perhaps


def owned_by(knowledge: Knowledge, owner: str) -> Iterable[tuple[str, Statement]]:
    """Yield the statements whose id begins with an owner: a drug, or a matter of the whole treatment."""
    return ((name, knowledge.statements[name]) for name in knowledge.statements if name.split(".", 1)[0] == owner)


def _dose(span: DoseSpan) -> Fact:
    value = exactly(span.mg_per_day)
    said = f"from day {span.from_day}" if span.from_day > 1 else "from the first day"
    piece = Evidence(DOSE, value, None, f"{_PLAN}, {said}", span.mg_per_day, "mg")
    return Fact(DOSE, value, "mg", (piece,))
