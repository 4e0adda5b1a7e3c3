"""The cards of orders: one a mechanism, one for what is open about each drug, one for each dose that is too high,
and one for all that no source speaks of.

Every card names its order. An order that was not read gives a card of its own beside drugs against tuberculosis.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from fullcourse.adapters.cds_hooks.cards.card import CdsCard, Indicator, Suggestion, facts_used, indicator_of
from fullcourse.adapters.cds_hooks.cards.details import detail_of, fact_names, foot, headline, not_read, partners
from fullcourse.adapters.cds_hooks.cards.markdown import own_words, plain_line, recorded_words
from fullcourse.adapters.cds_hooks.cards.not_checked import label_of, not_checked_card, not_covered_card
from fullcourse.adapters.cds_hooks.cards.suggestions import missing_tests, other_dose, removal, replacements
from fullcourse.adapters.cds_hooks.reading.orders import Draft
from fullcourse.clinical.finding import Decision, Finding, Status
from fullcourse.clinical.on_file import NotCleared
from fullcourse.journey.check import DrugCheck
from fullcourse.journey.orders import OrderChecker, OrdersAnswer
from fullcourse.journey.verdict import INCOMPLETE

__all__ = ["OrderCards", "open_words"]

_FORBIDDING: Final = (Decision.CONTRAINDICATED, Decision.AVOID)
_COULD_COUNT: Final = (Decision.CONTRAINDICATED, Decision.AVOID, Decision.CAUTION)
_LONGEST_NAME: Final = 40
_MOST_PARTNERS: Final = 2
_NOT_CLEARED: Final = {
    NotCleared.ON_FILE: "evidence that is on file could not be used",
    NotCleared.NOT_UNDERSTOOD: "an entry of the record was not understood",
    NotCleared.NOT_READ: "a part of the record was not read",
}


def open_words(check: DrugCheck, most: int, names: Mapping[str, str]) -> str:
    """Return what is open about a drug: the facts that could forbid it, or why nobody may clear it."""
    facts = check.open.facts
    if facts:
        told = [names.get(it, it) for it in facts[:most]]
        more = f" and {len(facts) - most} more" if len(facts) > most else ""
        return f"not known: {', '.join(told)}{more}"
    if check.not_cleared:
        return "; ".join(_NOT_CLEARED[it] for it in check.not_cleared)
    return "something that would count is not known"


@dataclass(frozen=True)
class OrderCards:
    """Makes the cards of one answer.

    Attributes:
        answer: What is said of the orders.
        drafts: Those that are asked about, by origin.
        checker: By which it was said.
        lacks: What was not sent, for people.
        patient: FHIR id.
    """

    answer: OrdersAnswer
    drafts: Mapping[str, Draft]
    checker: OrderChecker
    lacks: tuple[str, ...]
    patient: str

    def all(self) -> tuple[CdsCard, ...]:
        """Return the cards, the most urgent first."""
        cards = [*self._of_mechanisms(), *self._above(), *self._open(), *self._unread(), *self._not_checked()]
        if not cards and self.answer.checks and self.lacks:
            cards.append(self._lacking())
        urgency = (Indicator.CRITICAL, Indicator.WARNING, Indicator.INFO)
        return tuple(sorted(cards, key=lambda card: urgency.index(card.indicator)))

    def _of_mechanisms(self) -> Iterator[CdsCard]:
        answer, knowledge = self.answer, self.checker.knowledge
        for card in answer.cards:
            findings = tuple(finding for _, finding in card.entries)
            if self.answer.not_checked and all(it.kind == INCOMPLETE for it in findings):
                continue  # said once for all drugs, by the names of the pairs
            drafts = self._about(card.drugs, findings)
            indicator = indicator_of(card.comes_to, card.severity)
            suggestions: tuple[Suggestion, ...] = ()
            if indicator is Indicator.CRITICAL:
                suggestions = replacements(findings, drafts, answer, self.checker)
                suggestions += self._removal(drafts)
            besides = [*self._still_open(card.drugs), *self._not_sent()]
            yield CdsCard(
                f"{self._who(drafts, card.drugs, findings)}: {headline(findings[0])}",
                detail_of(findings, knowledge, besides, self._foot()),
                indicator,
                findings[0].citations[0],
                (
                    "finding",
                    self._inns(drafts),
                    sorted(finding.id for finding in findings),
                    card.comes_to.value,
                    facts_used(findings, answer.ordered),
                ),
                suggestions,
            )

    def _removal(self, drafts: Mapping[str, Draft]) -> tuple[Suggestion, ...]:
        if len(drafts) != 1:
            return ()
        (origin, draft), *_ = drafts.items()
        return removal(draft, self._name(origin))

    def _above(self) -> Iterator[CdsCard]:
        for above in self.answer.above:
            worst = above.conflicts[0]
            drafts = {it: self.drafts[it] for it in above.origins if it in self.drafts}
            one = next(iter(drafts.values())) if len(drafts) == 1 else None
            label = self._label(above.drug)
            lines = [own_words(it.says) + f" Statement `{it.claim}`" for it in above.conflicts]
            yield CdsCard(
                f"{label} order: {worst.says}",
                "\n\n".join([*lines, *self._not_sent(), self._foot()]),
                Indicator.CRITICAL if worst.blocks else Indicator.INFO,
                worst.citation,
                ("dose", above.drug, above.mg_per_day, sorted(it.claim for it in above.conflicts)),
                other_dose(one, above.instead, label) if one is not None else (),
            )

    def _open(self) -> Iterator[CdsCard]:
        """Yield what is not known and would count: of each ordered drug, and of each that is taken beside an order."""
        knowledge = self.checker.knowledge
        for check in (*self.answer.checks, *self.answer.beside):
            if check.known in _FORBIDDING or not check.is_unsettled:
                continue
            findings = tuple(
                it for it in check.findings if it.status is Status.CANNOT_ASSESS and it.comes_to in _COULD_COUNT
            )
            label = self._label(check.drug)
            is_ordered = check in self.answer.checks
            drafts = self._about((check.drug,) if is_ordered else (), findings)
            names = {it: knowledge.facts[it].label for it in check.open.facts if it in knowledge.facts}
            who = self._who(drafts, (check.drug,), () if is_ordered else findings)
            told = open_words(check, 3, names)
            first = findings[0].citations[0] if findings else None
            asked = f"Not known, and could forbid it: {own_words(fact_names(check.open.facts, knowledge, 20))}"
            yield CdsCard(
                f"{who}: cannot be assessed, {told}",
                "\n\n".join(
                    [
                        f"**{own_words(label)}: what is known speaks no clear word; {own_words(told)}**",
                        *([asked] if check.open.facts else []),
                        *(f"- {own_words(it.says)} Statement `{it.id}`" for it in findings[:5]),
                        *self._not_sent(),
                        self._foot(),
                    ]
                ),
                Indicator.WARNING,
                first,
                ("open", check.drug, self._inns(drafts), sorted(check.open.facts), list(self.lacks)),
                missing_tests(check.open.facts, self.patient, knowledge),
                are_exclusive=False,
            )

    def _unread(self) -> Iterator[CdsCard]:
        for entry in self.answer.unread:
            name = plain_line(entry.text, _LONGEST_NAME)
            why = f"Order “{recorded_words(entry.text)}” ({recorded_words(entry.origin)}): {recorded_words(entry.why)}"
            yield CdsCard(
                f"Order “{name}”: not checked beside drugs against tuberculosis, since its medicine was not read",
                "\n\n".join([why, *self._not_sent(), self._foot()]),
                Indicator.WARNING,
                None,
                ("unread", entry.text, entry.why),
            )

    def _not_checked(self) -> Iterator[CdsCard]:
        knowledge = self.checker.knowledge
        for inn in self.answer.not_covered:
            yield not_covered_card(inn, " order", self._not_sent(), knowledge, self._foot())
        if self.answer.not_checked:
            yield not_checked_card(self.answer.not_checked, self._not_sent(), knowledge, self._foot())

    def _lacking(self) -> CdsCard:
        names = ", ".join(self._label(check.drug) for check in self.answer.checks)
        return CdsCard(
            f"{names} order: checked without {self.lacks[0]}",
            "\n\n".join([*self._not_sent(), self._foot()]),
            Indicator.INFO,
            None,
            ("lacking", names, list(self.lacks)),
        )

    def _about(self, drugs: Iterable[str], findings: Iterable[Finding]) -> dict[str, Draft]:
        """Return the orders that a card is about: of its drugs, or that its findings rest on."""
        named = set(drugs)
        resting = {evidence.origin for finding in findings for evidence in finding.because}
        return {
            origin: self.drafts[origin]
            for origin, medicine in self.answer.ordered.items()
            if origin in resting or not named.isdisjoint(medicine.ingredients)
        }

    def _who(self, drafts: Mapping[str, Draft], drugs: Iterable[str], findings: Iterable[Finding]) -> str:
        names = [self._name(origin) for origin in drafts]
        own = {inn for origin in drafts for inn in self.answer.ordered[origin].ingredients}
        beside = [self._label(inn) for inn in drugs if inn not in own]
        beside += [
            plain_line(it, _LONGEST_NAME)
            for it in partners(findings)
            if it not in {self.answer.ordered[origin].name for origin in drafts}
        ]
        listed = list(dict.fromkeys(beside))
        more = f" and {len(listed) - _MOST_PARTNERS} more" if len(listed) > _MOST_PARTNERS else ""
        beside_words = f" with {', '.join(listed[:_MOST_PARTNERS])}{more}" if listed else ""
        return f"{', '.join(names) or 'These'} order{'s' if len(names) > 1 else ''}{beside_words}"

    def _name(self, origin: str) -> str:
        medicine = self.answer.ordered[origin]
        names = [self._label(inn) for inn in medicine.ingredients]
        return plain_line(" and ".join(names) if names else medicine.name, _LONGEST_NAME)

    def _label(self, inn: str) -> str:
        return label_of(inn, self.checker.knowledge)

    def _inns(self, drafts: Mapping[str, Draft]) -> list[str]:
        return sorted({inn for origin in drafts for inn in self.answer.ordered[origin].ingredients})

    def _still_open(self, drugs: Iterable[str]) -> list[str]:
        named = set(drugs)
        facts = [it for check in self.answer.checks if check.drug in named for it in check.open.facts]
        if not facts:
            return []
        return [f"Still open, and could forbid it: {own_words(fact_names(facts, self.checker.knowledge))}"]

    def _not_sent(self) -> list[str]:
        unread = not_read(it for it in self.answer.patient.unrecognised if it.origin not in self.drafts)
        if not self.lacks:
            return unread
        return [*unread, f"Lacking: {own_words('; '.join(self.lacks))}. What is lacking is not taken for absent."]

    def _foot(self) -> str:
        return foot(self.answer.knowledge, self.answer.profile)
