"""How facts and sources read on one line."""

from collections.abc import Iterable

from fullcourse.clinical.fact import Evidence
from fullcourse.clinical.finding import Finding
from fullcourse.knowledge.library import Knowledge
from fullcourse.knowledge.statements import Statement, TakingCondition
from fullcourse.knowledge.walk import atoms_of, facts_of

__all__ = ["fact_lines", "short_source", "source_line"]

_MOST = 3


def fact_lines(finding: Finding, knowledge: Knowledge) -> list[str]:
    """Return the patient's facts behind a finding: what the claim names first, then on one line what that came from."""
    statement = knowledge.statements[finding.id]
    named = {*facts_of(statement.body)}
    named |= {atom.target for atom in atoms_of(statement.body) if isinstance(atom, TakingCondition)}
    by_fact: dict[str, list[Evidence]] = {}
    for item in finding.because:
        by_fact.setdefault(item.fact, []).append(item)
    # A pair found from the other side names the other drug: what is taken is always what the claim is about.
    own = [items for fact, items in by_fact.items() if fact in named or fact.startswith(("drug.", "class."))]
    inputs = [items for items in by_fact.values() if items not in own]
    lines = [_line(items, knowledge) for items in own]
    if inputs and own:
        lines.append("from " + "; ".join(_line(items, knowledge) for items in inputs))
    elif inputs:
        lines.extend(_line(items, knowledge) for items in inputs)
    return lines


def source_line(finding: Finding, knowledge: Knowledge) -> str:
    """Return where a finding comes from, on one line."""
    parts = []
    for citation in finding.citations:
        source = knowledge.sources[citation.source]
        dated = f" ({source.dated})" if source.dated else ""
        parts.append(f"{source.title}{dated}, {citation.section}, tier {source.tier}")
    reading = f"; our reading {finding.interpretation}" if finding.interpretation else ""
    return f"Source: {'; '.join(parts)}{reading}"


def short_source(statement: Statement, knowledge: Knowledge) -> str:
    """Return who says a statement, as short as it can be."""
    source = knowledge.sources[statement.source]
    return f"{source.id} {statement.section}"


def _line(items: Iterable[Evidence], knowledge: Knowledge) -> str:
    """Return all that one fact rests on: its name once, then each value with its date and origin."""
    shown = list(items)
    values = [_value(item, number == 0) for number, item in enumerate(shown[:_MOST])]
    more = f" and {len(shown) - _MOST} more" if len(shown) > _MOST else ""
    return f"{_name(shown[0], knowledge)} {', '.join(values)}{more}"


def _name(item: Evidence, knowledge: Knowledge) -> str:
    definition = knowledge.facts.get(item.fact)
    if definition is not None:
        return f"{definition.label}:"
    members = knowledge.classes.get(item.fact)
    return f"takes ({members.label}):" if members is not None else "takes:"


def _value(item: Evidence, first: bool) -> str:
    if isinstance(item.recorded, bool):
        value = "yes" if item.recorded else "no"
    elif isinstance(item.recorded, float):
        value = f"{item.recorded:.4g}"
    else:
        value = str(item.recorded) if item.recorded is not None else "open"
    unit = f" {item.unit}" if item.unit and item.unit != "1" else ""
    day = item.on.text.split("T", 1)[0] if item.on else ""  # the hour stands in the JSON
    where = ", ".join(part for part in (day if first else "", item.origin) if part)
    return f"{value}{unit}" + (f" [{where}]" if where else "")
