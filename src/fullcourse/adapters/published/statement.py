"""A statement of a source, and a table of a guideline, as JSON."""

from fullcourse.adapters.documents.clauses import Clause
from fullcourse.adapters.documents.rule_words import form_of_body
from fullcourse.adapters.published.citation import citation_json
from fullcourse.clinical.citation import Citation
from fullcourse.knowledge.statements import Statement

__all__ = ["clause_json", "statement_json"]


def statement_json(statement: Statement, citation: Citation) -> dict[str, object]:
    """Return a statement, with where it comes from, as plain values that JSON can hold."""
    return {
        "id": statement.id,
        "point": statement.point,
        "says": statement.says,
        "patient": statement.patient,
        "covers": list(statement.covers),
        "interpretation": statement.interpretation or None,
        "review": statement.review,
        "body": form_of_body(statement),
        "source": citation_json(citation),
    }


def clause_json(clause: Clause, citation: Citation) -> dict[str, object]:
    """Return a table of a guideline, with where it comes from, as plain values that JSON can hold."""
    return {
        "id": clause.id,
        "says": clause.says,
        "covers": list(clause.covers),
        "interpretation": clause.interpretation or None,
        "review": clause.review,
        "body": clause.kind,
        "lines": [{"for": label, "gives": words} for label, words in clause.lines.items()],
        "source": citation_json(citation),
    }
