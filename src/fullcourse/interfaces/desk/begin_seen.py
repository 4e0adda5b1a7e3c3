"""What is proposed for a record, as it stands on the page: regimens beside each other, doses by step, what is open."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from fullcourse.adapters.documents.dose_words import length_words, step_words
from fullcourse.adapters.published.plan import plan_json as proposal_json
from fullcourse.adapters.published.proposed_plan import ProposedPlan, read_proposal
from fullcourse.clinical.dose_plan import say_dose_plan
from fullcourse.clinical.errors import InputError
from fullcourse.interfaces.desk.words import t
from fullcourse.journey.dose import DoseAnswer
from fullcourse.journey.plan import PlanAnswer, PlanStatus
from fullcourse.journey.regimen import Composed
from fullcourse.knowledge.library import Knowledge

__all__ = [
    "STATUSES",
    "Column",
    "SeenDose",
    "columns_of",
    "has_combinations",
    "later_phases",
    "lines_of",
    "phase_end_of",
    "proposal_of",
    "seen_dose",
]

_REGIMENS_SHOWN: Final = 4
STATUSES: Final = {
    PlanStatus.PROPOSED: ("done", "This plan can be put before a prescriber."),
    PlanStatus.INCOMPLETE: ("wrong", "No source gives the dose of a drug, or the doses do not go together."),
    PlanStatus.CANNOT_ASSESS: ("note", "The questions below have to be answered first."),
    PlanStatus.INELIGIBLE: ("wrong", "This regimen, or a drug of it, is not for this patient."),
    PlanStatus.NO_REGIMEN: ("wrong", "No regimen can be proposed with what is known."),
}


@dataclass(frozen=True, slots=True)
class Column:
    """One regimen beside others: what it holds, how long, what speaks against it, what is open, and its source."""

    id: str
    name: str
    status: str
    drugs: str
    phases: tuple[str, ...]
    against: tuple[str, ...]
    open: tuple[str, ...]
    source: str


@dataclass(frozen=True, slots=True)
class SeenDose:
    """One drug of the plan: its steps in words, and what is said of it."""

    drug: str
    status: str
    lines: tuple[str, ...]
    waits: tuple[str, ...]
    said: tuple[str, ...]


def proposal_of(answer: PlanAnswer, knowledge: Knowledge) -> tuple[ProposedPlan | None, str]:
    """Return the plan as it would be lived; None with the reason where it is not one yet."""
    if answer.status is not PlanStatus.PROPOSED:
        return None, t("It is no plan yet: answer the questions, or type one and give the reason.")
    try:
        return read_proposal(proposal_json(answer, knowledge), in_amounts=True), ""
    except InputError as error:
        return None, str(error)


def lines_of(proposal: ProposedPlan) -> str:
    """Return a plan as it is typed, one drug a line."""
    return "\n".join(f"{drug.drug}: {say_dose_plan(drug.steps)}" for drug in proposal.drugs)


def phase_end_of(proposal: ProposedPlan | None, start: date) -> date | None:
    """Return the last day of the phase that a proposal begins with; None where none follows, or none is known."""
    try:
        return None if proposal is None else proposal.phase_ends_on(start)
    except InputError:
        return None  # the confirmation asks for it


def later_phases(answer: PlanAnswer, proposal: ProposedPlan | None, ends_on: date | None) -> list[str]:
    """Return a note of what a plan leaves out until a clinician changes it, with the day that was confirmed."""
    if proposal is None or not proposal.waiting:
        return []
    phases = answer.regimen.phases if answer.regimen is not None else ()
    ends = f" The {phases[0].name} phase is planned to end on {ends_on}." if len(phases) > 1 and ends_on else ""
    return [f"Left out until a clinician changes the plan: {'; '.join(proposal.waiting)}.{ends}"]


def has_combinations(answer: PlanAnswer) -> bool:
    """Return whether a dose of a plan is a tablet of several drugs."""
    return any(step.holds_mg for dose in answer.doses for step in dose.worked_out)


def columns_of(answer: PlanAnswer) -> Sequence[Column]:
    """Return the regimens that are shown beside each other: the one of the plan, then the best."""
    listed = [it for it in answer.composition.regimens if it.leads] or list(answer.composition.regimens)
    first = [] if answer.regimen is None else [answer.regimen]
    ids = {it.id for it in first}
    return [_column(it) for it in (*first, *(it for it in listed if it.id not in ids))][:_REGIMENS_SHOWN]


def _column(it: Composed) -> Column:
    against = [reason.says for reason in it.reasons if reason.counts_as is False]
    against += [objection.says for objection in it.objections if objection.fits is False]
    waiting = [reason.says for reason in it.reasons if reason.counts_as is None]
    waiting += [objection.says for objection in it.objections if objection.fits is None]
    phases = tuple(f"{phase.name}: {phase.length}{_ends(phase.ends)}" for phase in it.phases)
    source = f"{it.citation.title}, {it.citation.section}"
    return Column(
        it.id, it.name, it.status.value.replace("_", " "), ", ".join(it.names), phases, tuple(against), tuple(waiting),
        source,
    )  # fmt: skip


def _ends(on: object) -> str:
    return f", {t('to')} {on}" if on is not None else ""


def seen_dose(answer: DoseAnswer) -> SeenDose:
    """Return one drug of a plan as it is read."""
    steps = answer.worked_out
    lines = tuple(f"{length_words(it, steps)}{step_words(it)}" for it in steps)
    waits = tuple(wait.says for it in steps for wait in it.waits_for)
    said = tuple(dict.fromkeys(finding.says for finding in (*answer.reasons, *answer.cautions)))
    return SeenDose(answer.drug, answer.status.value.replace("_", " "), lines or (answer.why,), waits, said)
