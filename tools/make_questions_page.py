"""Prints the page of questions that were asked, what is right, and how the answer was judged.

``python tools/make_questions_page.py > docs/reference/questions-asked.md``; a test holds the verdicts to the answers.
"""

import csv
from collections import Counter
from pathlib import Path

FILE = Path(__file__).parents[1] / "tests" / "data" / "questions" / "questions.tsv"
VERDICTS = ("right", "partly", "silent", "wrong", "dangerous")


def page() -> str:
    """Return the page, in Markdown."""
    with FILE.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file, delimiter="\t"))
    lines = [
        "# Questions that were asked",
        "",
        "Printed by `python tools/make_questions_page.py`; do not edit. What is right was written before the question",
        "was asked. The verdicts are ours; no clinician has reviewed them.",
        "",
        f"| set | questions | {' | '.join(VERDICTS)} |",
        f"|---|---|{'---|' * len(VERDICTS)}",
    ]
    for name in dict.fromkeys(row["set"] for row in rows):
        verdicts = Counter(row["verdict"] for row in rows if row["set"] == name)
        lines.append(f"| {name} | {verdicts.total()} | {' | '.join(str(verdicts[verdict]) for verdict in VERDICTS)} |")
    lines += ["", "| question | right is | said first | verdict |", "|---|---|---|---|"]
    for row in sorted(rows, key=lambda row: -VERDICTS.index(row["verdict"])):
        said = row["emergencies"] or row["today"] or row["first_answers"] or "nothing, and says so"
        lines.append(f"| {row['question']} | {row['right']} | {said.replace(';', ', ')} | {row['verdict']} |")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    print(page(), end="")
