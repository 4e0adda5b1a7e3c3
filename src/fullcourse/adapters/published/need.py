"""The JSON of a register's need, ``fullcourse/need/1``: stable, and described by ``schemas/need-1.json``."""

from collections.abc import Mapping
from datetime import date
from fractions import Fraction
from typing import Final

from fullcourse.adapters.published.regimen import PROPOSAL
from fullcourse.adapters.register.engine.need import RegisterNeed
from fullcourse.clinical.answer_head import CONTENT_NOTICE, AnswerHead

__all__ = ["COUNTED", "SCHEMA", "need_json"]

SCHEMA: Final = "fullcourse/need/1"

COUNTED: Final = (
    "Everybody of the register is planned as if treatment began on the start: hand in those who are to be treated.",
    "units_certain: of plans that are proposed, at the usual length of their regimens.",
    "units_waiting: of these, units of steps that wait for a level or for signs of harm beside their day.",
    "units_possible: with what is worked out so far of plans that wait, and at the longest course of a source.",
    "units_possible is no upper end while drugs of plans that wait have no dose yet: see without_dose.",
    "A combination that holds several drugs of a plan is counted once.",
    "A tablet that is dispersed and taken in part counts whole; a liquid in mL; halves of tablets as halves.",
    "Nothing is added for losses, for stock in transit or for a reserve.",
)
"""What the numbers are, in words."""


def need_json(need: RegisterNeed, knowledge: str, profile: str, at: date, start: date) -> dict[str, object]:
    """Return a need as plain values that JSON can hold.

    Args:
        need: Of the register.
        knowledge: Digest of the knowledge used.
        profile: Which sources lead.
        at: Date of the check.
        start: First day of every regimen.
    """
    total = need.total
    return {
        "schema": SCHEMA,
        **AnswerHead(knowledge, CONTENT_NOTICE, profile=profile, at=at).as_json(),
        "proposal": PROPOSAL,
        "start": start.isoformat(),
        "counted": list(COUNTED),
        "lines": need.lines,
        "lines_about_nobody": need.others,
        "lines_set_aside": len(need.aside),
        "patients": total.patients,
        "patients_treated_already": total.treated,
        "statuses": [{"status": status, "patients": count} for status, count in total.statuses.most_common()],
        "reasons": [
            {"status": status, "reason": reason, "patients": count}
            for (status, reason), count in sorted(total.reasons.items(), key=lambda it: (-it[1], it[0]))
        ],
        "regimens": [
            {"status": status, "regimen": regimen, "patients": count}
            for (status, regimen), count in sorted(total.regimens.items(), key=lambda it: (-it[1], it[0]))
        ],
        "without_dose": _by_drug(total.without_dose),
        "at_odds": _by_drug(total.at_odds),
        "need": [
            {
                "month": month,
                "drugs": list(product.drugs),
                "product": product.words,
                "unit": product.unit,
                "units_certain": _number(row.certain),
                "units_waiting": _number(row.waiting),
                "units_possible": _number(row.possible),
                "patients_certain": row.patients_certain,
                "patients_possible": row.patients_possible,
            }
            for (month, product), row in sorted(total.rows.items())
        ],
    }


def _by_drug(counts: Mapping[str, int]) -> list[dict[str, object]]:
    ordered = sorted(counts.items(), key=lambda it: (-it[1], it[0]))
    return [{"drug": drug, "patients": count} for drug, count in ordered]


def _number(units: Fraction) -> int | float:
    return units.numerator if units.denominator == 1 else float(units)
