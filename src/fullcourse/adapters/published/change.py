"""What moved between two editions of the knowledge, as JSON."""

from dataclasses import asdict

from fullcourse.adapters.documents.changes import Changes

__all__ = ["changes_json"]


def changes_json(changes: Changes) -> dict[str, object]:
    """Return what moved as plain values that JSON can hold."""
    return asdict(changes)
