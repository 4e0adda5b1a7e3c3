"""The cards of a patient's treatment as it stands, for whoever opens the record."""

from collections.abc import Iterator
from typing import Final

from fullcourse.adapters.cds_hooks.cards.card import CdsCard, Indicator, facts_used, indicator_of
from fullcourse.adapters.cds_hooks.cards.details import detail_of, fact_names, foot, headline, not_read, partners
from fullcourse.adapters.cds_hooks.cards.markdown import own_words, plain_line
from fullcourse.adapters.cds_hooks.cards.not_checked import not_checked_card, not_covered_card
from fullcourse.adapters.cds_hooks.cards.suggestions import missing_tests
from fullcourse.clinical.finding import Decision
from fullcourse.journey.check import CheckResult
from fullcourse.journey.not_checked import NotChecked
from fullcourse.journey.verdict import INCOMPLETE
from fullcourse.knowledge.library import Knowledge

__all__ = ["patient_cards"]

_MOST_PARTNERS: Final = 2
_FORBIDDING: Final = (Decision.CONTRAINDICATED, Decision.AVOID)


def patient_cards(
    result: CheckResult, not_checked: tuple[NotChecked, ...], knowledge: Knowledge, lacks: tuple[str, ...], patient: str
) -> tuple[CdsCard, ...]:
    """Return what a check of the drugs that a patient takes says.

    It is one card a mechanism, one for what is open, and one for all that no source speaks of.

    Args:
        result: The check.
        not_checked: What no statement speaks of.
        knowledge: By which it was made.
        lacks: What was not sent.
        patient: FHIR id.
    """
    besides = not_read(result.not_checked)
    besides += [f"Lacking: {own_words('; '.join(lacks))}. What is lacking is not taken for absent."] if lacks else []
    last = foot(result.knowledge, result.profile)
    cards = [
        *_of_mechanisms(result, knowledge, besides, last, are_named=bool(not_checked)),
        *_open(result, knowledge, besides, last, patient),
        *(not_covered_card(it.text, "", besides, knowledge, last) for it in result.not_checked if it.kind == "drug"),
    ]
    if not_checked:
        cards.append(not_checked_card(not_checked, besides, knowledge, last))
    urgency = (Indicator.CRITICAL, Indicator.WARNING, Indicator.INFO)
    return tuple(sorted(cards, key=lambda card: urgency.index(card.indicator)))


def _of_mechanisms(
    result: CheckResult, knowledge: Knowledge, besides: list[str], last: str, *, are_named: bool
) -> Iterator[CdsCard]:
    """Yield one card a mechanism.

    Args:
        result: The check.
        knowledge: By which it was made.
        besides: Lines on the call as a whole.
        last: Line of software and knowledge.
        are_named: Whether what no statement speaks of is named elsewhere, and is no mechanism of a drug.
    """
    for card in result.cards:
        findings = tuple(finding for _, finding in card.entries)
        if are_named and all(it.kind == INCOMPLETE for it in findings):
            continue
        drugs = [knowledge.drugs[inn].label for inn in card.drugs]
        others = [plain_line(it, 40) for it in partners(findings) if it.casefold() not in card.drugs]
        names = list(dict.fromkeys((*drugs, *others)))
        more = f" and {len(names) - _MOST_PARTNERS} more" if len(names) > _MOST_PARTNERS else ""
        yield CdsCard(
            f"{', '.join(names[:_MOST_PARTNERS])}{more}: {headline(findings[0])}",
            detail_of(findings, knowledge, [*_still_open(result, card.drugs, knowledge), *besides], last),
            indicator_of(card.comes_to, card.severity),
            findings[0].citations[0],
            (
                "treatment",
                sorted(card.drugs),
                sorted(finding.id for finding in findings),
                card.comes_to.value,
                facts_used(findings, ()),
            ),
        )


def _still_open(result: CheckResult, drugs: tuple[str, ...], knowledge: Knowledge) -> list[str]:
    facts = [fact for check in result.drugs if check.drug in drugs for fact in check.open.facts]
    return [f"Still open, and could forbid it: {own_words(fact_names(facts, knowledge))}"] if facts else []


def _open(result: CheckResult, knowledge: Knowledge, besides: list[str], last: str, patient: str) -> Iterator[CdsCard]:
    unsettled = [it for it in result.drugs if it.known not in _FORBIDDING and it.is_unsettled]
    if not unsettled:
        return
    facts = tuple(dict.fromkeys(fact for check in unsettled for fact in check.open.facts))
    names = ", ".join(knowledge.drugs[it.drug].label for it in unsettled)
    asked = [f"- {own_words(group.ask_clinician)}" for group in result.question_groups[:5]]
    told = fact_names(facts, knowledge, 3) if facts else "an entry of the record was not understood"
    yield CdsCard(
        f"{plain_line(names, 60)}: not established: {told}",
        "\n\n".join([f"**{own_words(names)}: facts are open that could forbid it**", "\n".join(asked), *besides, last]),
        Indicator.WARNING,
        None,
        ("open", sorted(it.drug for it in unsettled), sorted(facts)),
        missing_tests(facts, patient, knowledge),
        are_exclusive=False,
    )
