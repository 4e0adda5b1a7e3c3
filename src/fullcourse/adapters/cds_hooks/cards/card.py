"""A card as CDS Hooks 2.0 has it, and the one way in which it becomes JSON."""

import hashlib
import hmac
import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final
from uuid import UUID

from fullcourse.adapters.cds_hooks.cards.markdown import plain_line
from fullcourse.adapters.cds_hooks.cards.reasons import OVERRIDE_REASONS
from fullcourse.clinical.citation import Citation
from fullcourse.clinical.fact import Evidence
from fullcourse.clinical.finding import Decision, Finding, Severity

__all__ = ["LONGEST_SUMMARY", "Action", "CdsCard", "Indicator", "Suggestion", "card_json", "facts_used", "indicator_of"]

LONGEST_SUMMARY: Final = 139
"""The specification allows fewer than 140 characters."""

_OURSELVES: Final = "Fullcourse"
_MOST_LABEL: Final = 80


class Indicator(StrEnum):
    """How urgent a card is."""

    INFO = "info"
    WARNING = "warning"
    CRITICAL = "critical"


_FORBIDDING: Final = (Decision.CONTRAINDICATED, Decision.AVOID)


def indicator_of(comes_to: Decision, severity: Severity) -> Indicator:
    """Return how urgent a matter is: what forbids is critical, what is not known or cautions a warning."""
    if comes_to in _FORBIDDING:
        return Indicator.CRITICAL
    if comes_to in (Decision.CAUTION, Decision.CANNOT_ASSESS) or severity >= Severity.MAJOR:
        return Indicator.WARNING
    return Indicator.INFO


@dataclass(frozen=True, slots=True)
class Action:
    """One change that a suggestion makes.

    Attributes:
        kind: ``create``, ``update`` or ``delete``.
        says: For people.
        resource: Whole, for the first two.
        deletes: ``Type/id``, for the last.
    """

    kind: str
    says: str
    resource: dict[str, object] | None = None
    deletes: str = ""

    def as_json(self) -> dict[str, object]:
        """Return it as plain values."""
        told: dict[str, object] = {"type": self.kind, "description": self.says}
        if self.resource is not None:
            return {**told, "resource": self.resource}
        return {**told, "resourceId": self.deletes}


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Changes that a person may take together.

    Attributes:
        label: On its button.
        actions: At least one.
    """

    label: str
    actions: tuple[Action, ...]


@dataclass(frozen=True, slots=True)
class CdsCard:
    """One card.

    Attributes:
        summary: In one line, of any length: it is cut when it is written.
        detail: In Markdown, escaped.
        indicator: How urgent it is.
        citation: Of what leads; None for what this service says of itself.
        matter: What it is about and the facts that it rests on: while these stay, it is the same card.
        suggestions: What a person may take.
        are_exclusive: Whether at most one of the suggestions may be taken.
    """

    summary: str
    detail: str
    indicator: Indicator
    citation: Citation | None
    matter: tuple[object, ...]
    suggestions: tuple[Suggestion, ...] = field(default=())
    are_exclusive: bool = True

    def identity(self, key: bytes, whose: Iterable[str]) -> str:
        """Return the UUID of the card for one patient.

        It is made with a secret from everything that the card rests on, so that it tells nobody whose it is, is the
        same while nothing changes, and is another as soon as a fact does.

        Args:
            key: Of the store.
            whose: Client and FHIR id of the patient.
        """
        text = json.dumps([*whose, self.matter], ensure_ascii=False, sort_keys=True, default=str)
        digest = hmac.new(key, text.encode(), hashlib.sha256).digest()
        return str(UUID(bytes=digest[:16], version=8))


def facts_used(findings: Iterable[Finding], orders: Iterable[str]) -> tuple[tuple[str, str, str, str], ...]:
    """Return the facts that findings rest on, each with its value and date.

    Args:
        findings: Of one card.
        orders: Origins of draft orders, which have no date that counts: they are new each day until they are signed.
    """
    new = set(orders)

    def told(evidence: Evidence) -> tuple[str, str, str, str]:
        on = "" if evidence.on is None or evidence.origin in new else evidence.on.text
        return evidence.fact, str(evidence.recorded), evidence.unit, on

    return tuple(sorted({told(evidence) for finding in findings for evidence in finding.because}))


def card_json(card: CdsCard, identity: str) -> dict[str, object]:
    """Return a card as plain values.

    Args:
        card: What is said.
        identity: Its UUID; empty where no feedback is kept, and then none is asked for.
    """
    told: dict[str, object] = {"uuid": identity} if identity else {}
    told |= {
        "summary": plain_line(card.summary, LONGEST_SUMMARY),
        "indicator": card.indicator.value,
        "source": _source(card.citation),
    }
    if card.detail:
        told["detail"] = card.detail
    if card.suggestions:
        told["suggestions"] = [
            {
                "label": plain_line(it.label, _MOST_LABEL),
                # Each has an id of its own, by which feedback says what was taken.
                **({"uuid": _of_suggestion(identity, number)} if identity else {}),
                "actions": [action.as_json() for action in it.actions],
            }
            for number, it in enumerate(card.suggestions)
        ]
        told["selectionBehavior"] = "at-most-one" if card.are_exclusive else "any"
    if identity and card.indicator is not Indicator.INFO:
        told["overrideReasons"] = list(OVERRIDE_REASONS)
    return told


def _of_suggestion(identity: str, number: int) -> str:
    return str(UUID(bytes=hashlib.sha256(f"{identity}/{number}".encode()).digest()[:16], version=8))


def _source(citation: Citation | None) -> dict[str, object]:
    if citation is None:
        return {"label": _OURSELVES}
    label = plain_line(f"{citation.title}, {citation.section}" if citation.section else citation.title, 120)
    address = citation.address
    return {"label": label, "url": address} if address.startswith(("https://", "http://")) else {"label": label}
