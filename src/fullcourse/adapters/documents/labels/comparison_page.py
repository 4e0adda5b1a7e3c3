"""Prints the comparison of a label: for a terminal, and as a page with two columns."""

import functools

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from fullcourse.adapters.documents.labels.comparison import Comparison
from fullcourse.adapters.seen_text import seen_in_page
from fullcourse.clinical.answer_head import AnswerHead
from fullcourse.knowledge.library import Knowledge

__all__ = ["comparison_html", "comparison_text"]

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
        lines.append(f"{indent}{section.heading}{'' if section.covered else '  [no statement cites it]'}")
        if section.section.paragraphs:
            lines.append(f"{indent}  label: {_cut(' '.join(section.section.paragraphs))}")
        lines.extend(f"{indent}  ours:  {it.id}: {it.says}" for it in section.statements)
    if comparison.lacking:
        lines += ["", "The label lacks the section that these statements cite:"]
        lines += [f"  {it.id} ({it.source}, {it.section}): {it.says}" for it in comparison.lacking]
    if comparison.uncovered:
        lines += ["", f"No statement cites: {'; '.join(section.heading for section in comparison.uncovered)}"]
    lines += ["", _foot(knowledge)]
    return "\n".join(lines)


def comparison_html(comparison: Comparison, knowledge: Knowledge) -> str:
    """Return the comparison as one HTML page; everything that the label says is escaped."""
    return _environment().get_template("label_comparison.html").render(comparison=comparison, foot=_foot(knowledge))


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
        finalize=seen_in_page,
        trim_blocks=True,
        lstrip_blocks=True,
    )
