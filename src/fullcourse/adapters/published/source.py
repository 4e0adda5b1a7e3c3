"""A source, as JSON."""

from dataclasses import asdict

from fullcourse.clinical.citation import Source

__all__ = ["source_json"]


def source_json(source: Source, statements: int, tables: int) -> dict[str, object]:
    """Return a source, with how many statements and tables of guidelines rest on it, as values that JSON can hold."""
    return {**asdict(source), "statements": statements, "tables": tables}
