"""The JSON of a plan, ``fullcourse/plan/1``: stable, and described by ``schemas/plan-1.json``.

What composition said stands whole under ``composition``, as ``fullcourse regimen`` gives it, and each dose as
``fullcourse dose`` gives it: a plan says nothing that these two would not.
"""

from typing import Final

from fullcourse.adapters.published.citation import citation_json
from fullcourse.adapters.published.dose import dose_json
from fullcourse.adapters.published.finding import evidence_json
from fullcourse.adapters.published.question import question_group_json, question_json
from fullcourse.adapters.published.regimen import PROPOSAL, regimen_json
from fullcourse.clinical.answer_head import CONTENT_NOTICE, AnswerHead
from fullcourse.journey.plan import PlanAnswer, PlannedTest, Visit
from fullcourse.knowledge.library import Knowledge

__all__ = ["SCHEMA", "plan_json"]

SCHEMA: Final = "fullcourse/plan/1"


def plan_json(answer: PlanAnswer, knowledge: Knowledge) -> dict[str, object]:
    """Return a plan as plain values that JSON can hold.

    Args:
        answer: What planning said.
        knowledge: Holds the sources of the regimens that are named only.
    """
    composition = answer.composition
    head = AnswerHead(composition.knowledge, CONTENT_NOTICE, profile=composition.profile, at=composition.at)
    return {
        "schema": SCHEMA,
        **head.as_json(),
        "proposal": PROPOSAL,
        "status": answer.status.value,
        "regimen": answer.regimen.id if answer.regimen is not None else None,
        "composition": regimen_json(composition, knowledge),
        "doses": [dose_json(dose) for dose in answer.doses],
        "at_odds": list(answer.at_odds),
        "tests": [_test(planned) for planned in answer.tests],
        "visits": [_visit(visit) for visit in answer.visits],
        "questions": [question_json(question, answer.question_groups) for question in answer.questions],
        "question_groups": [question_group_json(group) for group in answer.question_groups],
    }


def _test(planned: PlannedTest) -> dict[str, object]:
    return {
        "test": planned.test,
        "certain": planned.certain,
        "before_start": planned.before_start,
        "every_days": planned.every_days,
        "from_day": planned.from_day,
        "weeks": list(planned.weeks),
        "when": list(planned.when),
        "beside": list(planned.visits),
        "hours_after_dose": list(planned.hours_after_dose),
        "interval_not_given": planned.without_interval,
        "drugs": list(planned.drugs),
        "asked_by": [
            {
                "drug": asked.drug,
                "statement": asked.statement,
                "says": asked.says,
                "certain": asked.certain,
                "from_day": asked.from_day,
                "every_days": asked.then.every_days,
                "because": [evidence_json(piece) for piece in asked.because],
                "missing": list(asked.missing),
                "citation": citation_json(asked.citation),
                "interpretation": asked.interpretation or None,
                "review": asked.review,
            }
            for asked in planned.asked
        ],
    }


def _visit(visit: Visit) -> dict[str, object]:
    return {"day": visit.day, "on": None if visit.on is None else visit.on.isoformat(), "tests": list(visit.tests)}
