"""Why a plan is none, in words that can be counted over a register: they name facts and claims, and nobody."""

from collections.abc import Iterator

from fullcourse.journey.dose import DoseStatus
from fullcourse.journey.plan import PlanAnswer, PlanStatus
from fullcourse.knowledge.library import Knowledge

__all__ = ["reasons_of"]


def reasons_of(answer: PlanAnswer, knowledge: Knowledge) -> tuple[str, ...]:
    """Return why a plan may not be put before a prescriber, each reason once; empty for one that may.

    Args:
        answer: The plan.
        knowledge: Names the facts.
    """
    return tuple(dict.fromkeys(_reasons(answer, knowledge)))


def _reasons(answer: PlanAnswer, knowledge: Knowledge) -> Iterator[str]:
    match answer.status:
        case PlanStatus.PROPOSED:
            return
        case PlanStatus.CANNOT_ASSESS:
            yield from _not_known(answer, knowledge)
        case PlanStatus.INCOMPLETE:
            for dose in answer.doses:
                if dose.status is DoseStatus.NOT_COVERED:
                    yield f"{dose.drug}: {dose.why}"
        case PlanStatus.INELIGIBLE:
            for dose in answer.doses:
                if dose.status is DoseStatus.CONTRAINDICATED:
                    yield from (f"{dose.drug}: {finding.id}" for finding in dose.reasons)
        case PlanStatus.NO_REGIMEN:
            for regimen in answer.composition.regimens:
                against = (reason.criterion for reason in regimen.reasons if reason.counts_as is False)
                objections = (" ".join((it.kind, *it.drugs)) for it in regimen.objections if it.fits is False)
                yield from (f"{regimen.id}: {what}" for what in (*against, *objections))


def _not_known(answer: PlanAnswer, knowledge: Knowledge) -> Iterator[str]:
    names = [name for question in answer.questions for name in question.facts]
    names += [test.fact for test in answer.composition.test_next]
    if not names:
        yield "the check is not finished"
    yield from (f"not known: {knowledge.facts[name].label}" for name in names)
