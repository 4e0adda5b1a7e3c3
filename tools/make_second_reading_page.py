"""Prints the page of what was read a second time at its source, and of what was not yet.

``python tools/make_second_reading_page.py > docs/reference/second-reading.md``. A test holds the page to the knowledge:
a new statement that can make a decision contraindicated or avoid stands on it as not yet read, and stops nothing.
"""

from collections import Counter
from collections.abc import Iterable, Iterator

from fullcourse.adapters.knowledge_cache import load_knowledge
from fullcourse.clinical.management import Do
from fullcourse.knowledge.consequences import FindingOf
from fullcourse.knowledge.library import Knowledge
from fullcourse.knowledge.second_readings import (
    KINDS,
    OPENED,
    SecondReading,
    is_severe_interaction,
    read_second_readings,
)
from fullcourse.knowledge.statements import Statement
from fullcourse.knowledge.walk import thens_of

RESULTS = ("agrees", "differs", "could not be read again")


def page(knowledge: Knowledge, readings: dict[str, SecondReading]) -> str:
    """Return the page, in Markdown."""
    severe = [name for name, it in knowledge.statements.items() if is_severe_interaction(it)]
    none = [name for name, it in knowledge.statements.items() if _needs_none(it) and not is_severe_interaction(it)]
    beside = [name for name in readings if name in knowledge.statements and name not in {*severe, *none}]
    lines = [
        "# What was read a second time",
        "",
        "Printed by `python tools/make_second_reading_page.py`; do not edit. Readings: `knowledge/second_readings/`.",
        "",
        "A second reader was given the drug, the other medicine, the source and its section, and neither the severity",
        "nor the wording; looked the source up again; wrote down what it asks for and whom it names; and only then",
        "compared. **This is no clinical review**: nobody signs here, and what differs is for a clinician to weigh.",
        "",
        "| statements | in all | agrees | differs | could not be read again | not yet read |",
        "|---|---|---|---|---|---|",
        _row("contraindicated or avoid", severe, readings),
        _row("no interaction expected", none, readings),
        _row("others, read as one of these and rated otherwise since", beside, readings),
        "",
        f"How the source was found: {_counted((it.opened for it in readings.values()), OPENED)}.",
        f"How statements differed: {_counted((kind for it in readings.values() for kind in it.differs), KINDS)}.",
        "",
        "## What differed, and what was done",
        "",
    ]
    lines += _differences(readings.values())
    lines += ["", "## Could not be read again", ""]
    lines += _listed(name for name, it in readings.items() if not it.asks)
    lines += ["", "## Changed since it was read", ""]
    lines += _listed(
        name
        for name, it in readings.items()
        if name in knowledge.statements and not it.is_of(knowledge.statements[name])
    )
    lines += ["", "## Contraindicated or avoid, not yet read a second time", ""]
    lines += _listed(name for name in severe if name not in readings)
    lines += ["", "## No interaction expected, not yet read a second time", ""]
    lines += _listed(name for name in none if name not in readings)
    return "\n".join(lines) + "\n"


def _needs_none(statement: Statement) -> bool:
    """Return whether a statement on two medicines says that nothing is to be changed."""
    return any(
        isinstance(then, FindingOf) and then.management is not None and then.management.do is Do.NONE_NEEDED
        for then in thens_of(statement.body)
    )


def _differences(readings: Iterable[SecondReading]) -> Iterator[str]:
    """Yield each difference once, with every statement in which it was found."""
    found: dict[tuple[str, ...], list[str]] = {}
    for reading in readings:
        if reading.differs:
            key = (", ".join(reading.differs), reading.says, reading.names, reading.done)
            found.setdefault(key, []).append(f"`{reading.statement}`")
    for (kinds, says, names, done), statements in found.items():
        yield f"- {', '.join(statements)} ({kinds}). The source: {says} It names: {names}. {done}"


def _row(what: str, names: list[str], readings: dict[str, SecondReading]) -> str:
    results = Counter(readings[name].result for name in names if name in readings)
    left = sum(name not in readings for name in names)
    return f"| {what} | {len(names)} | {' | '.join(str(results[result]) for result in RESULTS)} | {left} |"


def _counted(words: Iterable[str], order: tuple[str, ...]) -> str:
    counts = Counter(words)
    return ", ".join(f"{word} {counts[word]}" for word in order)


def _listed(names: Iterable[str]) -> list[str]:
    return [f"- `{name}`" for name in sorted(names)] or ["None."]


if __name__ == "__main__":
    print(page(load_knowledge(), read_second_readings()), end="")
