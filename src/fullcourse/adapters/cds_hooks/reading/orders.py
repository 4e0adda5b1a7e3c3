"""Draft orders as resources of a record: as they are once they are signed, each under a name of its own.

A draft is newer than what the record holds under its id, so that one takes the place of the other. An order that is
being stopped is not yet stopped: the record's own entry stays, since what is stopped too early is missed.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from fullcourse.adapters.cds_hooks.reading.request import HookCall
from fullcourse.adapters.fhir.read.elements import Element

__all__ = ["Draft", "Drafts", "read_drafts"]

_ORDER: Final = "MedicationRequest"
_OLD_ORDER: Final = "MedicationOrder"
"""Of DSTU2: it is named as not read, since silence would hide a medicine."""
_ENDS: Final = frozenset({"stopped", "cancelled", "completed", "entered-in-error"})
_BESIDE: Final = frozenset({"Medication"})
"""What an order may refer to, sent along with it."""


@dataclass(frozen=True, slots=True)
class Draft:
    """One draft order of a medicine.

    Attributes:
        origin: How the record reader names it, ``MedicationRequest/abc``.
        sent: The resource as it was sent.
        has_own_id: Whether its id is the client's.
        is_asked: Whether it is asked about; the others are drawn up beside it.
    """

    origin: str
    sent: Element
    has_own_id: bool
    is_asked: bool


@dataclass(frozen=True, slots=True)
class Drafts:
    """The draft orders of a call.

    Attributes:
        orders: Those of medicines.
        resources: All of them as resources of the record, as if they were signed.
        unread: ``Type/id`` of medicines that were selected and are not among the draft orders.
    """

    orders: tuple[Draft, ...]
    resources: tuple[Element, ...]
    unread: tuple[str, ...] = ()

    @property
    def asked(self) -> dict[str, Draft]:
        """Return the orders that are asked about, by origin."""
        return {draft.origin: draft for draft in self.orders if draft.is_asked}

    @property
    def beside(self) -> tuple[str, ...]:
        """Return the origins of the other orders."""
        return tuple(draft.origin for draft in self.orders if not draft.is_asked)

    def older_left_out(self, resources: Iterable[Element]) -> list[Element]:
        """Return what the record holds, without what a draft stands under the same id for."""
        own = {draft.origin for draft in self.orders}
        return [it for it in resources if f"{it.get('resourceType')}/{it.get('id')}" not in own]


def read_drafts(call: HookCall, at: date) -> Drafts:
    """Return the draft orders of a call.

    Args:
        call: What was sent.
        at: Day of the call, from which on the orders count.
    """
    orders: list[Draft] = []
    resources: list[Element] = []
    taken: set[str] = set()
    for number, sent in enumerate(call.drafts, 1):
        kind, own = str(sent.get("resourceType")), sent.get("id")
        if kind in _BESIDE:
            resources.append(sent)
            continue
        if kind not in (_ORDER, _OLD_ORDER) or sent.get("status") in _ENDS or sent.get("doNotPerform") is True:
            continue
        # Two drafts under one id would count as one order in two versions, of which nobody knows the right one.
        has_own_id = isinstance(own, str) and own != "" and f"{kind}/{own}" not in taken
        identity = str(own) if has_own_id else f"draft-{number}"
        origin = f"{kind}/{identity}"
        taken.add(origin)
        is_asked = call.selections is None or not isinstance(own, str) or f"{kind}/{own}" in call.selections
        orders.append(Draft(origin, sent, has_own_id, is_asked))
        resources.append(_as_signed(sent, identity, at))
    there = {f"{it.get('resourceType')}/{it.get('id')}" for it in call.drafts}
    lost = (it for it in call.selections or () if it not in there and it.startswith((f"{_ORDER}/", f"{_OLD_ORDER}/")))
    return Drafts(tuple(orders), tuple(resources), tuple(lost))


def _as_signed(sent: Element, identity: str, at: date) -> Mapping[str, object]:
    """Return an order as it is once it is signed; its own date and end, where it has them, stay in its dosage."""
    signed = {**sent, "id": identity, "status": "active", "intent": "order"}
    signed.setdefault("authoredOn", at.isoformat())
    return signed
