"""What is on file and was not used, as JSON."""

from fullcourse.clinical.on_file import OnFile

__all__ = ["on_file_json"]


def on_file_json(entry: OnFile) -> dict[str, object]:
    """Return an entry as plain values that JSON can hold."""
    return {
        "what": entry.what,
        "facts": list(entry.facts),
        "value": entry.recorded,
        "unit": entry.unit or None,
        "on": entry.on.text if entry.on else None,
        "why": entry.why,
        "mend": entry.mend,
        "from": entry.origin,
    }
