"""A target of levels, as JSON."""

from fullcourse.adapters.published.citation import citation_json
from fullcourse.knowledge.pk.targets import Target

__all__ = ["target_json"]


def target_json(target: Target) -> dict[str, object]:
    """Return a target with its citation, for JSON."""
    return {
        "id": target.id,
        "measure": target.measure,
        "low": target.low,
        "high": target.high,
        "unit": target.unit,
        "says": target.says,
        "citation": citation_json(target.citation),
    }
