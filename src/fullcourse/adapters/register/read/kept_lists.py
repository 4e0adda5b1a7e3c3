"""What is kept of a list or a document: what it says of its entries, and what they are."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from fullcourse.adapters.register.read.taken_out import DATE_A, Kept, Resource, cut, each, some

__all__ = ["ENTRY_ID", "keep_composition", "keep_list"]


@dataclass(slots=True)
class _Entries:
    """The entries of a list, each type of them once, and what they refer to."""

    names: dict[str, None] = field(default_factory=dict)

    def lean(self, reference: object) -> object:
        """Return an entry with the stand-in of its type; what is no ``Type/id`` stays as it is."""
        if not isinstance(reference, dict) or not isinstance(reference.get("display", ""), str):
            return reference
        written = reference.get("reference")
        if not isinstance(written, str) or not (name := written.strip()) or name.startswith(("urn:", "#")):
            return reference
        parts = name.split("/_history/", 1)[0].split("/")[-2:]
        if len(parts) < 2 or parts[0] not in _ENTRY_TYPES:
            return reference
        self.names["/".join(parts)] = None
        return {"reference": f"{parts[0]}/{ENTRY_ID}"}

    def all(self, rows: object, lean: Callable[[object], object]) -> object:
        """Return rows, each kind of them once: what one says of the list, another like it says again."""
        if not isinstance(rows, list):
            return rows
        once: list[object] = []
        for row in map(lean, rows):
            if row not in once:
                once.append(row)
        return once


ENTRY_ID: Final = "stand-in-entry"
"""The id of what stands in a shape for an entry of a list."""

_ENTRY_TYPES: Final = (
    "AllergyIntolerance", "Condition", "MedicationAdministration", "MedicationDispense", "MedicationRequest",
    "MedicationStatement",
)  # fmt: skip


def _narrative(text: object) -> object:
    return some(text, ("status",)) if isinstance(text, dict) else text


def keep_list(resource: Resource, dates: tuple[str, ...]) -> Kept:
    """Return what is kept of a List."""
    shape = some(resource, ("status", "mode", "code", "title", "emptyReason", "modifierExtension"))
    if "text" in resource:
        shape["text"] = _narrative(resource["text"])
    entries = _Entries()

    def lean(row: object) -> object:
        if not isinstance(row, dict):
            return row
        return {"item": entries.lean(row["item"])} if "item" in row else {}

    if "entry" in resource:
        shape["entry"] = entries.all(resource["entry"], lean)
    return Kept(shape, cut(resource, shape, dates, DATE_A), entries=tuple(entries.names))


def keep_composition(resource: Resource, dates: tuple[str, ...]) -> Kept:
    """Return what is kept of a Composition."""
    shape = some(resource, ("status", "modifierExtension"))
    entries = _Entries()

    def lean(section: Resource) -> object:
        kept = some(section, ("code", "title", "mode", "emptyReason"))
        if "text" in section:
            kept["text"] = _narrative(section["text"])
        if "entry" in section:
            kept["entry"] = entries.all(section["entry"], entries.lean)
        if "section" in section:
            kept["section"] = each(section["section"], lean)
        return kept

    if "section" in resource:
        shape["section"] = each(resource["section"], lean)
    return Kept(shape, cut(resource, shape, dates, DATE_A), entries=tuple(entries.names))
