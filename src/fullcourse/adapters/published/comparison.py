"""The comparison of a label with our statements, as JSON: ``fullcourse/label-comparison/1``."""

from typing import Final

from fullcourse.adapters.documents.labels.comparison import Comparison
from fullcourse.clinical.answer_head import AnswerHead
from fullcourse.knowledge.library import Knowledge
from fullcourse.knowledge.statements import Statement

__all__ = ["SCHEMA", "comparison_json"]

SCHEMA: Final = "fullcourse/label-comparison/1"


def comparison_json(comparison: Comparison, knowledge: Knowledge) -> dict[str, object]:
    """Return the comparison as plain values that JSON can hold."""
    label = comparison.label
    return {
        "schema": SCHEMA,
        **AnswerHead(knowledge.digest).as_json(),
        "drug": comparison.drug.inn,
        "label": {
            "title": label.title,
            "kind": label.kind,
            "set_id": label.set_id,
            "version": label.version,
            "effective": label.effective or None,
            "issuer": label.issuer,
            "products": list(label.products),
            "names_the_drug": comparison.names_the_drug,
        },
        "sources": list(comparison.sources),
        "sections": [
            {
                "code": section.section.code,
                "about": section.code,
                "number": section.section.number,
                "title": section.section.title,
                "depth": section.depth,
                "text": list(section.section.paragraphs),
                "statements": [_statement(statement) for statement in section.statements],
                "covered": section.covered,
            }
            for section in comparison.sections
        ],
        "lacking": [_statement(statement) for statement in comparison.lacking],
        "uncovered": [{"code": section.code, "title": section.heading} for section in comparison.uncovered],
    }


def _statement(statement: Statement) -> dict[str, object]:
    return {
        "id": statement.id,
        "source": statement.source,
        "section": statement.section,
        "says": statement.says,
        "interpretation": statement.interpretation or None,
        "review": statement.review,
    }
