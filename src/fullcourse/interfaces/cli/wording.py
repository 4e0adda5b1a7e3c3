"""How facts and sources read on one line."""

from fullcourse.clinical.finding import Because, Finding
from fullcourse.knowledge.library import Knowledge

__all__ = ["fact_line", "source_line"]


def fact_line(item: Because, knowledge: Knowledge) -> str:
    """Return one of the patient's facts with its value, date and origin."""
    definition = knowledge.facts.get(item.fact)
    members = knowledge.classes.get(item.fact)
    if definition is not None:
        name = definition.label
    elif members is not None:
        name = f"takes ({members.label})"
    else:
        name = "takes" if item.fact.startswith("drug.") else item.fact.replace("_", " ")
    if isinstance(item.value, bool):
        value = "yes" if item.value else "no"
    elif isinstance(item.value, float):
        value = f"{item.value:.6g}"
    else:
        value = str(item.value) if item.value is not None else "open"
    unit = f" {item.unit}" if item.unit else ""
    where = ", ".join(part for part in (item.on, item.origin) if part)
    return f"{name}: {value}{unit}" + (f"  [{where}]" if where else "")


def source_line(finding: Finding, knowledge: Knowledge) -> str:
    """Return where a finding comes from, on one line."""
    parts = []
    for citation in finding.citations:
        source = knowledge.sources[citation.source]
        dated = f" {source.dated}" if source.dated else ""
        parts.append(f"{source.title}{dated}, section {citation.section} (tier {source.tier})")
    reading = f"; our reading {finding.interpretation}" if finding.interpretation else ""
    return f"Source: {'; '.join(parts)}{reading}"
