"""A medicine that was read, as JSON."""

from fullcourse.clinical.listed_medicine import ListedMedicine

__all__ = ["medicine_json"]


def medicine_json(entry: ListedMedicine) -> dict[str, object]:
    """Return a medicine as plain values that JSON can hold."""
    return {
        "name": entry.name,
        "ingredients": list(entry.ingredients),
        "recognised_by": entry.recognised_by,
        "taken": entry.state.value,
        "why": entry.why,
        "route": entry.route.value,
        "applied": entry.applied,
        "from": entry.origin,
        "ask": entry.ask,
    }
