"""Prints the page of what a check decides, and how much it asks, on the public sample records, before and now.

``python tools/make_decisions_page.py > docs/reference/decisions-on-samples.md``; ``--figures`` prints the rows of this
source tree alone, as they stand in ``tests/data/decisions-before.tsv`` for the tree that is compared with.
"""

import csv
import json
import statistics
import sys
from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from functools import cache
from pathlib import Path

from fullcourse.adapters.knowledge_cache import load_knowledge
from fullcourse.adapters.medicines.recognise import recognise
from fullcourse.adapters.records import RecordReader
from fullcourse.journey.check import Checker

DATA = Path(__file__).parents[1] / "tests" / "data"
BEFORE = DATA / "decisions-before.tsv"
AT = date(2026, 11, 22)
PROFILES = ("us", "who")
HEADINGS = (
    *("records", "profile", "checks", "not assessed, before", "now"),
    *("facts asked, before", "now", "questions, before", "now", "most now"),
)
COLUMNS = ("set", "profile", "checks", "cannot_assess", "questions", "facts", "groups", "most_groups")


def samples() -> Iterator[tuple[str, bytes]]:
    """Yield each public sample record with the name of its set."""
    for folder in ("synthea-bundles", "ips"):
        for path in sorted((DATA / folder).glob("*.json")):
            yield folder, path.read_bytes()
    people: dict[str, list[str]] = defaultdict(list)
    for path in sorted((DATA / "synthea-bulk-10").glob("*.ndjson")):
        for line in path.read_text("utf-8").splitlines():
            resource = json.loads(line)
            whose = resource.get("subject") or resource.get("patient") or {"reference": f"Patient/{resource['id']}"}
            people[whose["reference"].rpartition("/")[2]].append(line)
    for lines in people.values():
        yield "synthea-bulk-10", "\n".join(lines).encode()


@cache
def figures() -> list[dict[str, str]]:
    """Return a row for each set and profile: how many checks, and what they came to."""
    knowledge = load_knowledge()
    reader = RecordReader(knowledge.facts.values(), tuple(knowledge.readings.values()), recognise)
    records = [(name, reader.read(data, AT)) for name, data in samples()]
    rows = []
    for profile in PROFILES:
        checker = Checker(knowledge, knowledge.profile(profile))
        came_to: dict[str, list[tuple[str, int, int, int]]] = defaultdict(list)
        for name, record in records:
            for drug in knowledge.drugs.values():
                checked = checker.check(record, AT, [drug])
                asked = len({fact for question in checked.questions for fact in question.facts})
                groups = getattr(checked, "question_groups", checked.questions)
                row = (checked.drugs[0].decision.value, len(checked.questions), asked, len(groups))
                came_to[name].append(row)
                came_to["all"].append(row)
        rows += [_row(name, profile, checks) for name, checks in came_to.items()]
    return rows


def _row(name: str, profile: str, checks: list[tuple[str, int, int, int]]) -> dict[str, str]:
    refused = sum(decision == "cannot_assess" for decision, *_ in checks)
    middle = [f"{statistics.median(check[column] for check in checks):g}" for column in (1, 2, 3)]
    most = max(groups for *_, groups in checks)
    values = (name, profile, len(checks), f"{100 * refused / len(checks):.1f}", *middle, most)
    return dict(zip(COLUMNS, map(str, values), strict=True))


def page() -> str:
    """Return the page, in Markdown."""
    with BEFORE.open(encoding="utf-8") as file:
        before = {(row["set"], row["profile"]): row for row in csv.DictReader(file, delimiter="\t")}
    lines = [
        "# Decisions on the public sample records",
        "",
        "Printed by `python tools/make_decisions_page.py`; do not edit. Every record of the public samples is checked",
        f"against every drug, on {AT}. A check that cannot be assessed is no answer, and one that asks fifty things is",
        "not read: both are counted. Before is the state of commit dd7bc50. There an open question hid a known",
        "caution; now what is known and what is open are said apart, so a lower share does not mean that less is open.",
        "The median of facts is how many are asked for, that of questions in how many they are put.",
        "",
        f"| {' | '.join(HEADINGS)} |",
        f"|{'---|' * 10}",
    ]
    for row in figures():
        was = before[row["set"], row["profile"]]
        cells = (
            *(row["set"], row["profile"], row["checks"]),
            *(f"{was['cannot_assess']} %", f"{row['cannot_assess']} %", was["facts"], row["facts"]),
            *(was["groups"], row["groups"], row["most_groups"]),
        )
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


def main() -> None:
    """Print the page, or with ``--figures`` the rows of this tree."""
    if "--figures" not in sys.argv[1:]:
        print(page(), end="")
        return
    print("\t".join(COLUMNS))
    for row in figures():
        print("\t".join(row[column] for column in COLUMNS))


if __name__ == "__main__":
    main()
