"""The facts that a record may hold, by the group in which they are asked, with unit, kind, validity and question."""

from fullcourse.adapters.record_template import value_words
from fullcourse.knowledge.library import Knowledge
from fullcourse.knowledge.vocabulary import FactDefinition
from site_pages.markdown import escaped, table

__all__ = ["KINDS", "facts_page"]

KINDS = {
    "history": "Something that was diagnosed or happened: yes or no. A complete list without it says no.",
    "state": "How it is now: yes or no, for as many days as it counts.",
    "number": "A measurement with its unit, or a range where an answer gives only that.",
    "choice": "One of the words that are listed.",
    "date": "A day: a year, a month or a day, as far as it is known.",
    "given": "Worked out or handed in by a step; nobody is asked for it, and no record holds it.",
}
"""What each kind of fact is; a test holds the kinds to those of the knowledge."""


def facts_page(knowledge: Knowledge) -> str:
    """Return the page, in Markdown."""
    lines = [
        "# Facts",
        "",
        "What a record may hold, and what is asked where it is missing. A value outside what is plausible is named and",
        "not used. `fullcourse facts WORD` lists them in the terminal, `fullcourse new` writes a record to fill in.",
        "",
        *table(("kind", "what it is"), ((kind, said) for kind, said in KINDS.items())),
        "",
    ]
    by_group: dict[str, list[FactDefinition]] = {}
    for fact in knowledge.facts.values():
        by_group.setdefault(fact.ask_group, []).append(fact)
    for name, facts in by_group.items():
        title = name.replace("_", " ").capitalize() if name else "Not asked in a group"
        lines += [f"## {escaped(title)}", ""]
        for fact in facts:
            lines += _fact(fact)
    return "\n".join(lines) + "\n"


def _fact(fact: FactDefinition) -> list[str]:
    parts = [fact.kind, escaped(value_words(fact))]
    if fact.plausible is not None:
        low, high = fact.plausible
        parts.append(f"plausible from {low:g} to {high:g}")
    if fact.valid_days is not None:
        parts.append(f"counts for {fact.valid_days} days")
    if fact.derived:
        parts.append(f"worked out: {escaped(fact.derived)}")
    lines = [f"`{fact.id}`", f": **{escaped(fact.label)}**. {'; '.join(parts)}."]
    asked = [escaped(text) for text in (fact.ask_clinician, fact.ask_patient) if text]
    lines += ["", f"  *Asked:* {' · '.join(dict.fromkeys(asked))}"] if asked else []
    return [*lines, ""]
