"""A line of a register that was set aside, as JSON."""

from fullcourse.adapters.register.read.extract import Aside

__all__ = ["aside_json"]


def aside_json(aside: Aside) -> dict[str, object]:
    """Return which line was set aside, and why, as plain values that JSON can hold."""
    return {"file": aside.file, "line": aside.line, "reason": aside.reason}
