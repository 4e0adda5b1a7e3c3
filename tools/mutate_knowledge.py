"""Asks whether the cases notice when the knowledge is changed by one small mistake: `make mutants`.

    PYTHONPATH=tests python tools/mutate_knowledge.py [--since COMMIT] [--only PREFIX] [--cases all|rows|spec]

Each severity is moved one step either way, each limit just past its value, each operator turned into its neighbour,
each unit into another of its kind. A change is made in a copy of one row, in memory: no file is touched. Only the rows
(``tests/spec/statements``) and the cases (``tests/spec/*.toml``) are asked; golden tables, digests and snapshots notice
every change and prove nothing, so they are left out. Before it says anything the run plants changes of statements whose
rows and cases it withholds: a run that does not report them is worth nothing, and stops.

Exit codes: 0 every change is noticed, or stands in ``tests/no_difference.toml`` with its reason; 1 one is not; 3 the
run is blind.
"""

import argparse
import subprocess
import sys
import tomllib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from fullcourse.knowledge.library import Knowledge
from fullcourse.screening.rulebook import COMPANY, slug
from patients import knowledge
from spec_cases import Case, read_cases, run
from statement_rows import Row, differences, read_rows

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(Path(__file__).parent))
from knowledge_mutants import KINDS, Mutant, StatedRow, mutants_of, stated_rows  # noqa: E402

KNOWLEDGE: Final = "src/fullcourse/knowledge/"
JUDGES: Final = (
    "tests/spec/",
    "tests/spec_cases.py",
    "tests/statement_rows.py",
    "tests/no_difference.toml",
    "tools/knowledge_mutants.py",
)
"""What a change of must be followed by a whole run."""

_PLANTED: Final = 3
"""How many statements are planted without their rows and cases."""


@dataclass(frozen=True, slots=True)
class Equal:
    """Changes that make no difference, with the reason.

    Attributes:
        statements: Ids.
        changes: The changes in words; ``unit`` for every other unit.
        at: The key of the body in which they are made.
        why: Why nothing follows from them.
    """

    statements: tuple[str, ...]
    changes: tuple[str, ...]
    at: str
    why: str

    def covers(self, mutant: Mutant) -> bool:
        """Return whether a change is one of these."""
        change = "unit" if mutant.kind == "unit" else mutant.words
        return mutant.statement.id in self.statements and change in self.changes and mutant.place[0] == self.at


class Judges:
    """The rows and the cases by the statement that they are about."""

    def __init__(self, rows: Iterable[Row], cases: Iterable[Case], known: Knowledge) -> None:
        """Sort them."""
        self.known = known
        self.rows: dict[str, list[Row]] = {}
        self.cases: dict[str, list[Case]] = {}
        for row in rows:
            self.rows.setdefault(row.statement, []).append(row)
        for case in cases:
            for name in case.expect:
                self.cases.setdefault(name, []).append(case)
        self._neighbours: dict[str, Mapping[str, object]] = {}

    def notice(self, mutant: Mutant) -> bool:
        """Return whether a row or a case comes out otherwise than it says."""
        name = mutant.statement.id
        if any(differences(row, mutant.statement, self.known) for row in self.rows.get(name, ())):
            return True
        cases = self.cases.get(name)
        if not cases:
            return False
        changed = replace(self.known, statements={**self._near(name), name: mutant.statement})
        return any(self._says_otherwise(case, changed, name) for case in cases)

    def _says_otherwise(self, case: Case, changed: Knowledge, name: str) -> bool:
        of_this = replace(
            case,
            expect={name: case.expect[name]},
            severities={key: word for key, word in case.severities.items() if key == name},
        )
        return bool(run(of_this, changed).differences)

    def _near(self, name: str) -> dict[str, object]:
        """Return the statements that a case of one can ask: those of its drug, and of every regimen."""
        owner = name.split(".", 1)[0]
        if owner not in self._neighbours:
            drugs = {slug(drug) for drug in self.known.drugs.values()}
            self._neighbours[owner] = {
                other.id: other
                for other in self.known.statements.values()
                if owner not in drugs or other.id.startswith((f"{owner}.", "screening.", f"{COMPANY}."))
            }
        return dict(self._neighbours[owner])


def equal_changes(path: Path = ROOT / "tests" / "no_difference.toml") -> list[Equal]:
    """Return the changes that make no difference."""
    rows = tomllib.loads(path.read_text("utf-8"))["equal"]
    return [Equal(tuple(row["statements"]), tuple(row["changes"]), row["at"], row["why"]) for row in rows]


def survivors(stated: Iterable[StatedRow], judges: Judges, tried: Counter[str]) -> Iterator[Mutant]:
    """Yield every change that nothing notices, and count all by kind."""
    for row in stated:
        for mutant in mutants_of(row, judges.known):
            tried[mutant.kind] += 1
            if not judges.notice(mutant):
                yield mutant


def is_blind(stated: Iterable[StatedRow], known: Knowledge) -> bool:
    """Return whether changes that nobody can notice are taken for noticed."""
    nobody = Judges((), (), known)
    planted = [row for row in stated if row.id.endswith((".epilepsy", ".severe-renal", ".qtcf-above-500"))][:_PLANTED]
    tried: Counter[str] = Counter()
    left = list(survivors(planted, nobody, tried))
    return not planted or len(left) != sum(tried.values()) or not tried["severity"]


def changed_since(commit: str) -> list[str] | None:
    """Return the knowledge files that differ from a commit; None where everything has to be tried."""
    told = subprocess.run(  # noqa: S603 - a fixed command, and a commit that whoever runs it names
        ["git", "diff", "--name-only", commit, "--", KNOWLEDGE, *JUDGES],  # noqa: S607
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    if told.returncode:
        return None
    paths = told.stdout.split()
    if any(path.startswith(JUDGES) for path in paths):
        return None
    files = [path.removeprefix(KNOWLEDGE) for path in paths]
    # Statements rest on facts and classes, and those of a moiety stand in another file: then all are tried.
    return None if any(not path.startswith(("drugs/", "guidelines/")) for path in files) else files


def main() -> int:
    """Run it and say what was noticed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--since", default="", metavar="COMMIT", help="only statements of files that changed since")
    parser.add_argument("--only", default="", metavar="PREFIX", help="only statements whose ids begin so")
    parser.add_argument("--cases", choices=("all", "rows", "spec"), default="all", help="who is asked")
    arguments = parser.parse_args()
    known = knowledge()
    stated = stated_rows()
    if is_blind(stated, known):
        print("The run is blind: changes of statements without a case were not reported.", file=sys.stderr)
        return 3
    files = changed_since(arguments.since) if arguments.since else None
    chosen = [
        row for row in stated if row.id.startswith(arguments.only) and (files is None or row.file in files)
    ]  # fmt: skip
    rows = read_rows() if arguments.cases != "spec" else ()
    cases = read_cases() if arguments.cases != "rows" else ()
    return _report(chosen, Judges(rows, cases, known), whole=files is None and not arguments.only)


def _report(chosen: list[StatedRow], judges: Judges, *, whole: bool) -> int:
    tried: Counter[str] = Counter()
    explained: Counter[str] = Counter()
    left: list[Mutant] = []
    listed = equal_changes()
    used: set[tuple[str, str]] = set()
    for mutant in survivors(chosen, judges, tried):
        equal = next((it for it in listed if it.covers(mutant)), None)
        if equal is None:
            left.append(mutant)
        else:
            explained[mutant.kind] += 1
            used.add((mutant.statement.id, "unit" if mutant.kind == "unit" else mutant.words))
    for mutant in left:
        print(f"not noticed: {mutant.statement.file}: {mutant.statement.id}: {mutant.words}")
    stale = [
        (name, change)
        for equal in listed
        for name in equal.statements
        for change in equal.changes
        if whole and (name, change) not in used
    ]
    for name, change in stale:
        print(f"no longer needed in tests/no_difference.toml: {name}: {change}")
    survived = Counter(mutant.kind for mutant in left)
    print(f"{'changed':12}{'tried':>8}{'noticed':>9}{'equal':>7}{'left':>6}")
    for kind in (it for it in KINDS if tried[it]):
        noticed = tried[kind] - survived[kind] - explained[kind]
        print(f"{kind:12}{tried[kind]:>8}{noticed:>9}{explained[kind]:>7}{survived[kind]:>6}")
    print(f"{len(chosen)} statements, {sum(tried.values())} changes, {len(left)} not noticed")
    return 1 if left or stale else 0


if __name__ == "__main__":
    sys.exit(main())
