"""Prints the comparison of a label: for a terminal, as a page with two columns, and as JSON."""

import functools

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from fullcourse.adapters.documents.labels.comparison import Compared, Comparison
from fullcourse.clinical.answer_head import AnswerHead
from fullcourse.knowledge.library import Knowledge
from fullcourse.knowledge.statements import Statement

__all__ = ["SCHEMA", "comparison_html", "comparison_json", "comparison_text"]

SCHEMA = "fullcourse/label-comparison/1"

_SHOWN = 160
"""Characters of a section's own text that a terminal shows."""


def comparison_text(comparison: Comparison, knowledge: Knowledge) -> str:
    """Return the comparison as lines: each section, its beginning, and the statements that cite it."""
    label = comparison.label
    edition = f"label of {label.effective or 'no date'}, version {label.version or 'not given'}"
    lines = [
        f"{comparison.drug.label}: {edition}, set {label.set_id or 'not given'}, {label.issuer or 'no issuer given'}",
        f"compared with the statements of: {', '.join(comparison.sources)}",
    ]
    if not comparison.names_the_drug:
        lines.append(f"ATTENTION: neither title nor products of this label name {comparison.drug.label}.")
    for section in comparison.sections:
        indent = "  " * section.depth
        lines.append("")
        lines.append(f"{indent}{_heading(section)}{'' if section.covered else '  [no statement cites it]'}")
        if section.section.paragraphs:
            lines.append(f"{indent}  label: {_cut(' '.join(section.section.paragraphs))}")
        lines.extend(f"{indent}  ours:  {it.id}: {it.says}" for it in section.statements)
    if comparison.lacking:
        lines += ["", "The label lacks the section that these statements cite:"]
        lines += [f"  {it.id} ({it.source}, {it.section}): {it.says}" for it in comparison.lacking]
    if comparison.uncovered:
        lines += ["", f"No statement cites: {'; '.join(_heading(section) for section in comparison.uncovered)}"]
    lines += ["", _foot(knowledge)]
    return "\n".join(lines)


def comparison_html(comparison: Comparison, knowledge: Knowledge) -> str:
    """Return the comparison as one HTML page; everything that the label says is escaped."""
    return (
        _environment()
        .get_template("label_comparison.html")
        .render(comparison=comparison, heading=_heading, foot=_foot(knowledge))
    )


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
                "statements": [_statement(it) for it in section.statements],
                "covered": section.covered,
            }
            for section in comparison.sections
        ],
        "lacking": [_statement(it) for it in comparison.lacking],
        "uncovered": [{"code": section.code, "title": _heading(section)} for section in comparison.uncovered],
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


def _heading(compared: Compared) -> str:
    section = compared.section
    name = section.title or section.name or "section without a title"
    return " ".join(part for part in (section.number, name, f"({section.code})" if section.code else "") if part)


def _cut(text: str) -> str:
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN].rsplit(' ', 1)[0]} …"


def _foot(knowledge: Knowledge) -> str:
    return (
        "Compared by citation only: whether the words still say the same is for a pharmacist to judge. "
        f"{AnswerHead(knowledge.digest).made_by()}."
    )


@functools.cache
def _environment() -> Environment:
    return Environment(
        loader=PackageLoader("fullcourse", "adapters/documents/templates"),
        autoescape=select_autoescape(default=True),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
