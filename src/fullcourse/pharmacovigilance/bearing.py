"""Lays out what bears on whether each suspect drug caused each reaction; it weighs nothing and proposes nothing."""

from collections.abc import Callable, Iterator, Mapping
from itertools import product

from fullcourse.pharmacovigilance.case_report import AdverseEventReport
from fullcourse.pharmacovigilance.causality import Challenge, DrugReactionFacts, KnownReaction, OtherCause
from fullcourse.pharmacovigilance.reported_drug import ReportedDrug
from fullcourse.pharmacovigilance.timing import change_before, days_between

__all__ = ["facts_bearing"]

Known = Callable[[str, str], tuple[KnownReaction, ...]]
"""Returns the statements by which a drug, by its INN, is known for a symptom."""


def facts_bearing(
    report: AdverseEventReport, challenges: Mapping[tuple[int, int], Challenge], known: Known
) -> tuple[DrugReactionFacts, ...]:
    """Return the facts of each suspect drug and each reaction, in the order of the report.

    Args:
        report: With its reactions and drugs.
        challenges: What came of stopping and of giving again, by the places of drug and reaction.
        known: What the sources say of a drug and a symptom.
    """
    suspects = [place for place, drug in enumerate(report.drugs) if drug in report.suspects]
    return tuple(
        _facts(report, drug, reaction, challenges.get((drug, reaction), Challenge()), known)
        for drug, reaction in product(suspects, range(len(report.reactions)))
    )


def _facts(
    report: AdverseEventReport, drug_at: int, reaction_at: int, challenge: Challenge, known: Known
) -> DrugReactionFacts:
    drug, reaction = report.drugs[drug_at], report.reactions[reaction_at]
    change = change_before(drug, reaction.start)
    return DrugReactionFacts(
        drug=drug_at,
        reaction=reaction_at,
        days_from_first_dose=days_between(drug.first_dose, reaction.start),
        days_from_last_dose=days_between(drug.last_dose_before_onset, reaction.start),
        days_from_dose_change=days_between(change[0], reaction.start) if change else None,
        change=change[1] if change else "",
        dechallenge=_dechallenge(drug),
        challenge=challenge,
        known=known(drug.inn, reaction.symptom),
        is_looked_up=bool(drug.inn and reaction.symptom),
        other_causes=tuple(_others(report, drug, reaction.symptom, known)),
        not_looked_up=tuple(it.name for it in report.drugs if it is not drug and not (it.inn and reaction.symptom)),
    )


def _dechallenge(drug: ReportedDrug) -> bool | None:
    """Return whether less of a drug was taken because of the event; unknown and not applicable are no answer."""
    if drug.action is None or drug.action.value in ("unknown", "not applicable"):
        return None
    return drug.action.is_dechallenge


def _others(report: AdverseEventReport, drug: ReportedDrug, symptom: str, known: Known) -> Iterator[OtherCause]:
    """Yield the other drugs of the report that sources name for the same symptom."""
    for other in report.drugs:
        if other is not drug:
            for statement in known(other.inn, symptom):
                yield OtherCause(other.name, statement, other.origin)
