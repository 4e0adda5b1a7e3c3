"""How facts and sources read on one line."""

import re
from collections.abc import Iterable, Sequence
from typing import Final

from fullcourse.clinical.fact import Evidence
from fullcourse.clinical.finding import Finding
from fullcourse.knowledge.library import Knowledge
from fullcourse.knowledge.statements import FactCondition, Multiple, Statement, TakingCondition
from fullcourse.knowledge.walk import atoms_of, facts_of

__all__ = [
    "TIERS",
    "evidence_line",
    "fact_line",
    "fact_lines",
    "fact_name",
    "facts_in_short",
    "leading",
    "listed",
    "partners",
    "sentence",
    "source_in_short",
    "source_in_words",
    "source_line",
    "waiting_for",
]

TIERS: Final = {"A": "official text", "B": "faithful copy", "C": "secondary page"}
"""How a source was read, in words."""

_LEADING: Final = {
    "us": "US sources lead",
    "who": "WHO's sources lead",
    "india": "India's programme leads",
    "msf": "MSF's guide leads",
}
_MOST = 3
_REMARK: Final = re.compile(r" \([^()]*:[^()]*\)")
"""A remark of a title on what was read of it, in brackets: ``(Table 3: groups A, B and C)``."""


def facts_in_short(finding: Finding, knowledge: Knowledge) -> str:
    """Return the patient's facts behind a finding with their days alone: the medicines, or what the claim names."""
    if whom := partners(finding):
        return ", ".join(whom)
    named = {*facts_of(knowledge.statements[finding.id].body)}
    by_fact: dict[str, list[Evidence]] = {}
    for evidence in finding.because:
        by_fact.setdefault(evidence.fact, []).append(evidence._replace(origin=""))
    own = [items for fact, items in by_fact.items() if fact in named] or list(by_fact.values())
    return "; ".join(_line(items, knowledge) for items in own)


def fact_lines(finding: Finding, knowledge: Knowledge, *, with_inputs: bool = True) -> list[str]:
    """Return the patient's facts behind a finding: what the claim names first, then on one line what that came from.

    Args:
        finding: With its evidence.
        knowledge: Holds the names.
        with_inputs: Whether what a worked-out number came from is named beside the number.
    """
    statement = knowledge.statements[finding.id]
    named = {*facts_of(statement.body)}
    named |= {atom.target for atom in atoms_of(statement.body) if isinstance(atom, TakingCondition)}
    by_fact: dict[str, list[Evidence]] = {}
    for evidence in finding.because:
        by_fact.setdefault(evidence.fact, []).append(evidence)
    # A pair found from the other side names the other drug: what is taken is always what the claim is about.
    own = [items for fact, items in by_fact.items() if fact in named or fact.startswith(("drug.", "class."))]
    inputs = [items for items in by_fact.values() if items not in own]
    lines = [_line(items, knowledge) for items in own]
    if inputs and own and with_inputs:
        lines.append("from " + "; ".join(_line(items, knowledge) for items in inputs))
    elif inputs and not own:
        lines.extend(_line(items, knowledge) for items in inputs)
    return lines


def fact_line(finding: Finding, fact: str, knowledge: Knowledge) -> str:
    """Return what one fact behind a finding rests on."""
    return _line((evidence for evidence in finding.because if evidence.fact == fact), knowledge)


def waiting_for(finding: Finding, knowledge: Knowledge) -> list[tuple[str, str]]:
    """Return the facts on file that an open finding cannot judge, each with what it is compared with and lacks."""
    on_file = {evidence.fact for evidence in finding.because}
    return [
        (atom.fact, bound.of)
        for atom in atoms_of(knowledge.statements[finding.id].body)
        if isinstance(atom, FactCondition) and atom.fact in on_file
        for _, bound in atom.bounds
        if isinstance(bound, Multiple) and bound.of in finding.missing
    ]


def leading(profile: str) -> str:
    """Return in words which sources lead in a profile."""
    return _LEADING.get(profile, f"the sources of profile {profile} lead")


def source_line(finding: Finding, knowledge: Knowledge) -> str:
    """Return where a finding comes from in full: each title with its date, how it was read, and where we read it so."""
    parts = []
    for citation in finding.citations:
        source = knowledge.sources[citation.source]
        dated = f" ({source.dated or 'no date given'})"
        parts.append(f"{source.title}{dated}, {citation.section}, {TIERS[source.tier]} (tier {source.tier})")
    reading = f"; our reading {finding.interpretation}" if finding.interpretation else ""
    return f"Source: {'; '.join(parts)}{reading}"


def source_in_short(statement: Statement, knowledge: Knowledge) -> str:
    """Return who says a statement, as short as words can: the title up to its first colon, the year, the section."""
    source = knowledge.sources[statement.source]
    title = _REMARK.sub("", source.title).split(":")[0].split(", as ")[0]
    year = source.dated[:4]
    dated = f" ({year})" if year and year not in title else ""
    return f"{title}{dated}, {statement.section}"


def source_in_words(statement: Statement, knowledge: Knowledge) -> str:
    """Return who says a statement: its publisher where the title does not name it, the title, the year, the section."""
    source = knowledge.sources[statement.source]
    publisher = re.split(r"[,;(]", source.issuer)[0].strip()
    of = f"{publisher}: " if publisher and publisher.casefold() not in source.title.casefold() else ""
    unclear = "; its wording is unclear: our reading" if statement.interpretation else ""
    return f"{of}{source.title} ({source.dated[:4] or 'no date given'}), {statement.section}{unclear}"


def fact_name(fact: str, knowledge: Knowledge) -> str:
    """Return what a fact is called."""
    definition = knowledge.facts.get(fact)
    return definition.label if definition else fact.replace("_", " ")


def partners(finding: Finding) -> tuple[str, ...]:
    """Return the medicines that a finding rests on, as the list names them."""
    taken = (it for it in finding.because if it.fact.startswith(("drug.", "class.")))
    return tuple(dict.fromkeys(str(it.recorded) for it in taken))


def evidence_line(because: Iterable[Evidence], knowledge: Knowledge) -> str:
    """Return everything that an answer rests on, on one line: each fact once, with its values."""
    by_fact: dict[str, list[Evidence]] = {}
    for evidence in because:
        by_fact.setdefault(evidence.fact, []).append(evidence)
    return "; ".join(_line(items, knowledge) for items in by_fact.values())


def sentence(says: str) -> str:
    """Return what is said with one full stop at its end."""
    return f"{says.rstrip('.')}."


def listed(items: Sequence[str], most: int, joint: str = ", ") -> str:
    """Return items on one line, the last of many as a count."""
    shown = joint.join(items[:most])
    return f"{shown} and {len(items) - most} more" if len(items) > most else shown


def _line(items: Iterable[Evidence], knowledge: Knowledge) -> str:
    """Return all that one fact rests on: its name once, then each value with its date and origin."""
    shown = list(items)
    values = [_value(shown_value, number == 0) for number, shown_value in enumerate(shown[:_MOST])]
    more = f" and {len(shown) - _MOST} more" if len(shown) > _MOST else ""
    return f"{_name(shown[0], knowledge)} {', '.join(values)}{more}"


def _name(evidence: Evidence, knowledge: Knowledge) -> str:
    definition = knowledge.facts.get(evidence.fact)
    if definition is not None:
        return f"{definition.label}:"
    members = knowledge.classes.get(evidence.fact)
    return f"takes ({members.label}):" if members is not None else "takes:"


def _value(evidence: Evidence, first: bool) -> str:
    if isinstance(evidence.recorded, bool):
        value = "yes" if evidence.recorded else "no"
    elif isinstance(evidence.recorded, float):
        value = f"{evidence.recorded:.4g}"
    else:
        value = str(evidence.recorded) if evidence.recorded is not None else "open"
    unit = f" {evidence.unit}" if evidence.unit and evidence.unit != "1" else ""
    day = evidence.on.text.split("T", 1)[0] if evidence.on else ""  # the hour stands in the JSON
    where = ", ".join(part for part in (day if first else "", evidence.origin) if part)
    return f"{value}{unit}" + (f" [{where}]" if where else "")
