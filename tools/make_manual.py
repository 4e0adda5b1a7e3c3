"""Prints the cases of the statements, the case book of the manual: who comes, what is asked, and what is said to it.

    PYTHONPATH=tests python tools/make_manual.py [--out FOLDER]    # `make docs` builds it into the whole manual

The cases are the files that the tests run (``tests/spec``), and each is run again while it is printed: what the manual
says is what came out, and a case that comes out otherwise than expected stops it. One page for each drug, one for
regimens, and an index; no page needs a script or a network.
"""

import argparse
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from fullcourse import __version__
from fullcourse.adapters.documents.pages import environment
from fullcourse.adapters.documents.rule_words import rule_lines
from fullcourse.adapters.documents.sheet import given_words
from fullcourse.clinical.finding import Finding, Status
from fullcourse.knowledge.statements import Statement
from fullcourse.screening.rulebook import slug
from patients import knowledge
from spec_cases import Case, Outcome, read_cases, run

ROOT = Path(__file__).parents[1]
STATUS_WORDS = {
    Status.APPLIES: "applies",
    Status.DOES_NOT_APPLY: "does not apply",
    Status.CANNOT_ASSESS: "cannot be assessed",
}
MOST_ASKED = 3


@dataclass(frozen=True, slots=True)
class ShownCase:
    """A case as it is printed.

    Attributes:
        id: File and number.
        name: What it is about.
        who: The patient in words.
        asked: What is asked, and under which profile.
        says: ``(statement, status, severity, what is not known)`` for each statement that the case is about.
        decision: In words; empty where the case expects none.
    """

    id: str
    name: str
    who: str
    asked: str
    says: tuple[tuple[str, str, str, str], ...]
    decision: str


@dataclass(frozen=True, slots=True)
class Entry:
    """A statement with its rule and the cases printed under it; cases printed elsewhere are linked."""

    statement: Statement
    source: str
    rule: tuple[str, ...]
    cases: tuple[ShownCase, ...]
    elsewhere: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Page:
    """One page: the statements of one owner by kind, and the cases that are about a decision alone."""

    file: str
    title: str
    groups: tuple[tuple[str, tuple[Entry, ...]], ...]
    decisions: tuple[ShownCase, ...]
    statements: int
    cases: int


def make_manual(out: Path, cases: Sequence[Case]) -> int:
    """Write the manual into a folder.

    Args:
        out: Made where it is not there.
        cases: Each is run.

    Returns:
        How many cases were printed.

    Raises:
        SystemExit: A case came out otherwise than it expects; nothing is written.
    """
    outcomes = [(case, run(case)) for case in cases]
    wrong = [difference for _, outcome in outcomes for difference in outcome.differences]
    if wrong:
        raise SystemExit("The manual is not printed, because a case came out otherwise:\n" + "\n".join(wrong))
    pages = _pages(outcomes)
    out.mkdir(parents=True, exist_ok=True)
    templates = environment(ROOT / "tools" / "manual")
    about = {"version": __version__, "knowledge": knowledge().digest[:12], "pages": pages}
    for page in pages:
        text = templates.get_template("page.html").render(page=page, **about)
        (out / page.file).write_text(text, "utf-8")
    (out / "index.html").write_text(templates.get_template("index.html").render(**about), "utf-8")
    return sum(page.cases for page in pages)


def _pages(outcomes: Iterable[tuple[Case, Outcome]]) -> list[Page]:
    known = knowledge()
    shown: dict[str, list[ShownCase]] = defaultdict(list)
    linked: dict[str, list[tuple[str, str]]] = defaultdict(list)
    decisions: dict[str, list[ShownCase]] = defaultdict(list)
    for case, outcome in outcomes:
        printed = _shown(case, outcome)
        first, *others = case.expect or [""]
        if not first:
            decisions[slug(known.drug(case.drug))].append(printed)
            continue
        shown[first].append(printed)
        for other in others:
            linked[other].append((f"{_owner(first)}.html#{case.id}", case.name))
    titles = {slug(drug): drug.label for drug in known.drugs.values()}
    owners = dict.fromkeys((*sorted(titles), *(_owner(name) for name in known.statements)))
    return [
        _page(owner, titles.get(owner, _TITLES.get(owner, owner)), shown, linked, decisions[owner]) for owner in owners
    ]


_TITLES = {"regimen": "Regimens", "emergency": "Emergencies", "every": "Every leaflet", "screening": "Every drug"}


def _page(
    owner: str,
    title: str,
    shown: dict[str, list[ShownCase]],
    linked: dict[str, list[tuple[str, str]]],
    decisions: list[ShownCase],
) -> Page:
    known = knowledge()
    kinds: dict[str, list[Entry]] = {}
    for statement in known.statements.values():
        if _owner(statement.id) == owner:
            entry = Entry(
                statement,
                known.sources[statement.source].title,
                rule_lines(statement.body, known),
                tuple(shown[statement.id]),
                tuple(linked[statement.id]),
            )
            kinds.setdefault(statement.id.split(".")[1].replace("-", " "), []).append(entry)
    entries = [entry for found in kinds.values() for entry in found]
    return Page(
        file=f"{owner}.html",
        title=title,
        groups=tuple((kind, tuple(found)) for kind, found in kinds.items()),
        decisions=tuple(decisions),
        statements=len(entries),
        cases=sum(len(entry.cases) for entry in entries) + len(decisions),
    )


def _shown(case: Case, outcome: Outcome) -> ShownCase:
    medicines = [{"name": it.name, "stopped_days_ago": it.stopped_days_ago} for it in case.medicines]
    row = {"facts": case.facts, "medicines": medicines, "regimen": case.regimen}
    asked = f"{case.drug}, profile {case.profile}" if case.drug else f"the regimen, profile {case.profile}"
    return ShownCase(
        id=case.id,
        name=case.name,
        who=given_words(row, knowledge()),
        asked=asked,
        says=tuple((name, *_said(outcome.findings[name])) for name in case.expect),
        decision=str(outcome.decision.value).replace("_", " ") if case.decision and outcome.decision else "",
    )


def _said(finding: Finding) -> tuple[str, str, str]:
    """Return the status in words, how serious it is where it applies, and what is not known where it is open."""
    labels = [knowledge().facts[fact].label for fact in finding.missing]
    more = f" and {len(labels) - MOST_ASKED} more" if len(labels) > MOST_ASKED else ""
    applies = finding.status is Status.APPLIES
    return (
        STATUS_WORDS[finding.status],
        finding.severity.word if applies else "",
        ", ".join(labels[:MOST_ASKED]) + more,
    )


def _owner(statement: str) -> str:
    return statement.split(".", 1)[0]


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the manual."""
    parser = argparse.ArgumentParser(description="Print the cases of the statements as the manual.")
    parser.add_argument("--out", type=Path, default=ROOT / "build" / "casebook", help="Folder to write into.")
    out = parser.parse_args(arguments).out
    print(f"{make_manual(out, read_cases())} cases run and printed: open {out / 'index.html'}")


if __name__ == "__main__":
    main()
