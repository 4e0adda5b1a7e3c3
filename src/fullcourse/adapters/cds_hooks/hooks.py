"""Answers the three hooks: from a call to its cards, by one question to the journey."""

import threading
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Final, Protocol

from fullcourse.adapters.cds_hooks.cards.card import CdsCard, Indicator, card_json
from fullcourse.adapters.cds_hooks.cards.not_checked import no_treatment_known_card
from fullcourse.adapters.cds_hooks.cards.of_orders import OrderCards
from fullcourse.adapters.cds_hooks.cards.of_patient import patient_cards
from fullcourse.adapters.cds_hooks.reading.fetching import Fetcher
from fullcourse.adapters.cds_hooks.reading.orders import Drafts, read_drafts
from fullcourse.adapters.cds_hooks.reading.prefetch import read_prefetch
from fullcourse.adapters.cds_hooks.reading.products import RecognisedProducts
from fullcourse.adapters.cds_hooks.reading.request import Hook, HookCall, NeededData, read_call
from fullcourse.adapters.cds_hooks.templates import MEDICINES, PATIENT, templates_of
from fullcourse.adapters.fhir.read.elements import Element
from fullcourse.adapters.fhir.read.reader import FhirReader
from fullcourse.clinical.errors import InputError
from fullcourse.clinical.medicine import Medicine, Taken
from fullcourse.clinical.patient import Record, Unrecognised
from fullcourse.journey.check import Checker
from fullcourse.journey.orders import Bearing, OrderChecker
from fullcourse.knowledge.library import Knowledge
from fullcourse.knowledge.vocabulary import Profile

__all__ = ["SERVICES", "CdsHooks", "HookService", "KeptFeedback", "Overridden"]


@dataclass(frozen=True, slots=True)
class HookService:
    """One service, as discovery names it.

    Attributes:
        id: Its part of the address.
        hook: At which it is called.
        title: For people.
        description: For people.
    """

    id: str
    hook: Hook
    title: str
    description: str


SERVICES: Final = (
    HookService(
        "fullcourse-patient-view",
        Hook.PATIENT_VIEW,
        "Tuberculosis treatment as it stands",
        "What sources say against the drugs against tuberculosis that the patient takes, and what is not known yet.",
    ),
    HookService(
        "fullcourse-order-select",
        Hook.ORDER_SELECT,
        "Tuberculosis drugs and what is ordered beside them",
        "Whether a selected drug against tuberculosis, or a medicine beside one, may be taken by this patient.",
    ),
    HookService(
        "fullcourse-order-sign",
        Hook.ORDER_SIGN,
        "Tuberculosis drugs and what is ordered beside them, before signing",
        "Whether orders of drugs against tuberculosis, or of medicines beside them, may be signed; doses included.",
    ),
)
"""Every service."""

_USAGE: Final = (
    "Send what the prefetch templates name, or let this service read it from a FHIR server that it has on its list. "
    "What is not sent is not taken for absent, and is named on the cards."
)


@dataclass(frozen=True, slots=True)
class Overridden:
    """That somebody has overridden a card.

    Attributes:
        on: When.
        reason: Code of the reason; empty where none was given.
    """

    on: date
    reason: str


class KeptFeedback(Protocol):
    """What is kept of cards."""

    def overridden(self, cards: Iterable[str]) -> Mapping[str, Overridden]:
        """Return those of some cards whose latest feedback is that they were overridden."""

    @property
    def key(self) -> bytes:
        """Return the secret by which cards are told apart."""


@dataclass(frozen=True, slots=True)
class _Had:
    """What is known for one call before anything is said.

    Attributes:
        resources: Of the record.
        lacks: What is lacking, for people.
        medicines_are_whole: Whether every running order of a medicine was had.
        has_patient: Whether the patient was had.
    """

    resources: tuple[Element, ...]
    lacks: tuple[str, ...]
    medicines_are_whole: bool
    has_patient: bool


class CdsHooks:
    """Answers calls with one knowledge; what does not depend on a call is worked out once, and no answer is kept."""

    def __init__(
        self,
        knowledge: Knowledge,
        profile: Profile,
        fetcher: Fetcher | None = None,
        kept: KeptFeedback | None = None,
    ) -> None:
        """Prepare the reader, the rules and the templates.

        Args:
            knowledge: What the sources say.
            profile: Which of them lead.
            fetcher: Asks servers for what was not sent; None for no server.
            kept: Feedback on cards; None where none is kept, and then a card has no UUID and is always shown.
        """
        self.knowledge, self.profile = knowledge, profile
        self.templates = templates_of(knowledge, profile)
        self._fetcher, self._kept = fetcher, kept
        # The rules remember the patient at hand: two calls at once would be told of one another's.
        self._one_at_a_time = threading.Lock()
        self._orders = OrderChecker(knowledge, profile)
        self._checker = Checker(knowledge, profile)
        self._reader = FhirReader(
            knowledge.facts.values(),
            tuple(knowledge.readings.values()),
            RecognisedProducts(),
            other_matters=knowledge.other_matters.values(),
        )

    def discovery(self) -> dict[str, object]:
        """Return every service with its prefetch templates."""
        return {
            "services": [
                {
                    "hook": service.hook.value,
                    "title": service.title,
                    "description": service.description,
                    "id": service.id,
                    "prefetch": {template.key: template.query for template in self.templates},
                    "usageRequirements": _USAGE,
                }
                for service in SERVICES
            ]
        }

    def answer(self, value: object, hook: Hook, now: datetime, client: str = "") -> dict[str, object]:
        """Return the cards of one call.

        Args:
            value: Its body, as `parse_json` returned it.
            hook: That of the service which was called.
            now: When it came; its day is the day of the check.
            client: Who calls, by which two clients' patients of one id are told apart.

        Raises:
            BadCall: It cannot be read.
            NeededData: The patient is needed, was not sent and cannot be fetched.
            InputError: The record cannot be read safely.
        """
        call, at = read_call(value, hook), now.date()
        if hook is Hook.PATIENT_VIEW:
            had = self._had(call)
            with self._one_at_a_time:
                cards = self._of_patient(call, had, at)
        else:
            drafts = read_drafts(call, at)
            if not drafts.asked and not drafts.unread:
                return {"cards": []}
            had = self._had(call)
            with self._one_at_a_time:
                cards = self._of_orders(call, drafts, had, at)
        return {"cards": self._written(cards, (client, call.patient))}

    def _of_patient(self, call: HookCall, had: _Had, at: date) -> tuple[CdsCard, ...]:
        if not had.has_patient:
            raise _no_patient()
        record = self._reader.read_values(list(had.resources), at)
        if not any(self._orders.is_against_tb(it) and it.taken is not Taken.PAST for it in record.medicines):
            if had.medicines_are_whole:
                return ()
            return (self._no_treatment_known((), had.lacks),)
        try:
            result = self._checker.check(record, at)
        except InputError:
            if self._orders.bearing(record.medicines, False, (), at) is Bearing.NONE:
                return ()
            raise
        not_checked = self._orders.not_checked(result.patient)
        return patient_cards(result, not_checked, self.knowledge, had.lacks, call.patient)

    def _of_orders(self, call: HookCall, drafts: Drafts, had: _Had, at: date) -> tuple[CdsCard, ...]:
        others = drafts.older_left_out(had.resources)
        if not had.has_patient:  # only to tell whether anything need be said: nothing is said of a stand-in
            others = [{"resourceType": "Patient"}, *others]
        record = self._reader.read_values([*others, *drafts.resources], at)
        record = _with_lost(record, drafts)
        asked = [*drafts.asked, *drafts.unread]
        is_unread = any(it.kind == "medicine" and it.origin in asked for it in record.unrecognised)
        bearing = self._orders.bearing(record.medicines, is_unread, asked, at)
        if bearing is Bearing.NONE:
            return ()
        ordered = [it for it in record.medicines if it.origin in drafts.asked]
        hidden = _may_hide_a_drug(record, had, asked)
        if bearing is Bearing.PERHAPS:
            return (self._no_treatment_known(ordered, hidden),) if hidden else ()
        if not had.has_patient:
            raise _no_patient()
        answer = self._orders.check(record, at, asked, drafts.beside)
        cards = OrderCards(answer, drafts.asked, self._orders, had.lacks, call.patient).all()
        if not cards and hidden and any(map(self._orders.is_spoken_of, ordered)):
            return (self._no_treatment_known(ordered, hidden, another=True),)
        return cards

    def _no_treatment_known(
        self, ordered: Iterable[Medicine], lacks: Sequence[str], *, another: bool = False
    ) -> CdsCard:
        names = [it.name for it in ordered]
        return no_treatment_known_card(names, lacks, self.knowledge.digest, self.profile.id, another=another)

    def _had(self, call: HookCall) -> _Had:
        sent = read_prefetch(call.prefetch, self.templates, call.patient)
        if self._fetcher is not None and call.server and not all(it.is_whole for it in sent.values()):
            sent = self._fetcher.completed(sent, call.server, call.token, call.patient)
        patient = sent[PATIENT].resources
        if patient and patient[0].get("id") != call.patient:
            raise NeededData("the patient that was sent is another than that of 'context.patientId'.")
        medicines_first = sorted(sent.values(), key=lambda it: it.template.key != MEDICINES)
        return _Had(
            tuple(resource for it in sent.values() for resource in it.resources),
            tuple(it.lack for it in medicines_first if it.lack and it.template.key != PATIENT),
            sent[MEDICINES].is_whole,
            bool(patient),
        )

    def _written(self, cards: Iterable[CdsCard], whose: tuple[str, str]) -> list[dict[str, object]]:
        listed = list(cards)
        if self._kept is None or not listed:
            return [card_json(card, "") for card in listed]
        key = self._kept.key
        named = [(card.identity(key, whose), card) for card in listed]
        overridden = self._kept.overridden(identity for identity, _ in named)
        written: list[dict[str, object]] = []
        for identity, card in named:
            before = overridden.get(identity)
            if before is None:
                written.append(card_json(card, identity))
            elif card.indicator is Indicator.CRITICAL:
                written.append(card_json(_in_one_line(card, before), identity))
        return written


def _in_one_line(card: CdsCard, before: Overridden) -> CdsCard:
    """Return what forbids and was overridden, in one line.

    Whoever signs next may not know of it, so it is said; the rest of it was read once, and is not put in the way again
    while no fact has changed. What does not forbid is not said again at all.
    """
    why = f" for {before.reason}" if before.reason else ""
    return replace(
        card,
        summary=f"Overridden on {before.on.isoformat()}{why}: {card.summary}",
        detail="",
        indicator=Indicator.INFO,
        suggestions=(),
    )


def _may_hide_a_drug(record: Record, had: _Had, orders: Collection[str]) -> tuple[str, ...]:
    """Return what may hide a drug against tuberculosis that is taken, for people: a list in part, an unread entry."""
    unread = [it for it in record.unrecognised if it.kind == "medicine" and it.origin not in orders]
    named = f"the medicine of an entry that was not read ({', '.join(it.text for it in unread)})"
    return (*(() if had.medicines_are_whole else had.lacks), *((named,) if unread else ()))


def _with_lost(record: Record, drafts: Drafts) -> Record:
    if not drafts.unread:
        return record
    why = "it was selected and is not among the draft orders"
    lost = tuple(Unrecognised("medicine", "a selected order", origin, why) for origin in drafts.unread)
    return replace(record, unrecognised=(*record.unrecognised, *lost))


def _no_patient() -> NeededData:
    return NeededData(
        "the patient was not sent and cannot be read from a server on the list of this service. Send the prefetch key "
        "'patient'."
    )
