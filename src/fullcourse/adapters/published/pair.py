"""Two drugs of a regimen, as JSON."""

from fullcourse.journey.check import Pair

__all__ = ["pair_json"]


def pair_json(pair: Pair) -> dict[str, object]:
    """Return what the sources say of two drugs together as plain values that JSON can hold."""
    return {
        "drugs": list(pair.drugs),
        "severity": pair.severity.word if pair.severity is not None else None,
        "findings": list(pair.findings),
        "unresolved": list(pair.unresolved),
    }
