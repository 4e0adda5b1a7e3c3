"""Tries every record and check of ``tests/data/tried/cases.tsv`` and prints how each came out.

``python tools/make_tried_page.py > docs/reference/records-tried.md``; a test holds the page to the answers. What is
right was written before the record was tried. A verdict is one of:

- right: the record's matter is used as it stands, or refused where that is right
- asked: it is not used, and it is asked for or named, so that nobody takes it for absent
- silent: it is neither used nor named nor asked for
- wrong: it is used for something else
- dangerous: it is denied, or the answer clears the drug past it
"""

import csv
import io
from collections import Counter
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from typing import Final, NamedTuple

from rich.console import Console

from fullcourse.adapters.knowledge_cache import load_knowledge
from fullcourse.adapters.medicines.recognise import recognise
from fullcourse.adapters.records import RecordReader
from fullcourse.clinical.errors import InputError
from fullcourse.clinical.finding import Decision, Finding, Severity, Status
from fullcourse.clinical.quantity import Interval
from fullcourse.interfaces.cli.check_text import print_check
from fullcourse.journey.check import CheckResult, check

ROOT: Final = Path(__file__).parents[1]
DATA: Final = ROOT / "tests" / "data"
VERDICTS: Final = ("right", "asked", "silent", "wrong", "dangerous")
_CLOSE: Final = 0.005
"""By how much a converted number may differ from what is written here, as a part of it."""


class Case(NamedTuple):
    """One record tried with one drug, and what is right."""

    id: str
    file: str
    drug: str
    at: str
    want: str
    right: str


class Answer(NamedTuple):
    """What a check said, and the text that its user reads."""

    result: CheckResult
    text: str

    @property
    def clears(self) -> bool:
        """Whether it says that nothing speaks against the drug."""
        return self.result.drugs[0].decision is Decision.NO_OBJECTION

    def applying(self, least: Severity) -> list[Finding]:
        """Return what applies, of a severity or worse."""
        return [
            finding
            for finding in self.result.drugs[0].findings
            if finding.status is Status.APPLIES and finding.severity >= least
        ]

    def says(self, words: str) -> bool:
        """Whether the text holds these words, however its lines are broken."""
        return " ".join(words.split()).casefold() in " ".join(self.text.split()).casefold()

    def asks(self, fact: str) -> bool:
        """Whether a question or an open finding asks for a fact."""
        missing = (name for finding in self.result.drugs[0].findings for name in finding.missing)
        return fact in {*missing, *(name for question in self.result.questions for name in question.facts)}


def cases() -> list[Case]:
    """Return every case of the file."""
    with (DATA / "tried" / "cases.tsv").open(encoding="utf-8") as file:
        return [Case(**row) for row in csv.DictReader(file, delimiter="\t")]


def verdict(case: Case) -> str:
    """Try a case, and return how the answer compares with what is right."""
    kind, _, rest = case.want.partition(" ")
    knowledge = load_knowledge()
    reader = RecordReader(knowledge.facts.values(), tuple(knowledge.readings.values()), recognise)
    at = date.fromisoformat(case.at)
    try:
        record = reader.read((DATA / case.file).read_bytes(), at)
        result = check(record, knowledge, knowledge.profile("us"), at, [knowledge.drug(case.drug)])
    except InputError as error:
        return "right" if kind == "refused" and rest in str(error) else "asked"
    shown = io.StringIO()
    print_check(result, knowledge, Console(file=shown, width=80, highlight=False))
    return _JUDGES[kind](rest, Answer(result, shown.getvalue()))


def _fact(rest: str, answer: Answer) -> str:
    name = rest.removesuffix(" yes")
    value = answer.result.patient.facts[name].value
    if value is True:
        return "right"
    if value is False:
        return "dangerous"
    return "dangerous" if answer.clears else "asked" if answer.asks(name) else "silent"


def _number(rest: str, answer: Answer) -> str:
    name, wanted = rest.split()
    value = answer.result.patient.facts[name].value
    if isinstance(value, Interval):
        near = value.is_exact and abs(value.low - float(wanted)) <= _CLOSE * float(wanted)
        return "right" if near else "wrong"
    return "asked" if answer.asks(name) or answer.says(name) else "silent"


def _below(rest: str, answer: Answer) -> str:
    name, limit = rest.split()
    value = answer.result.patient.facts[name].value
    if isinstance(value, Interval):
        return "right" if value.high <= float(limit) else "wrong"
    return "asked" if answer.asks(name) else "silent"


def _open(rest: str, answer: Answer) -> str:
    value = answer.result.patient.facts[rest].value
    return "right" if value is None else "dangerous" if value is False else "wrong"


def _unstated(rest: str, answer: Answer) -> str:
    return "wrong" if answer.result.patient.facts[rest].value is True else "right"


def _unnamed(rest: str, answer: Answer) -> str:
    return "asked" if any(entry.kind == rest for entry in answer.result.patient.unrecognised) else "right"


def _medicine(rest: str, answer: Answer) -> str:
    ingredient, _, words = rest.rpartition(" ")
    taken = {it.state.value for it in answer.result.medicines if ingredient in it.ingredients}
    if taken & set(words.replace("maybe", "perhaps").split("|")):
        return "right"
    if taken:
        return "dangerous"
    return "asked" if answer.result.patient.unrecognised else "dangerous" if answer.clears else "silent"


def _named(rest: str, answer: Answer) -> str:
    return "right" if answer.says(rest) else "dangerous" if answer.clears else "silent"


def _note(rest: str, answer: Answer) -> str:
    return "right" if any(rest in note for note in answer.result.notes) else "silent"


def _decision(rest: str, answer: Answer) -> str:
    decision = answer.result.drugs[0].decision
    if rest == "any" or decision.value in rest.split("|"):
        return "right"
    return "dangerous" if answer.clears else "asked" if decision is Decision.CANNOT_ASSESS else "wrong"


def _finding(rest: str, answer: Answer) -> str:
    shown = (f"{finding.says} {finding.management}".casefold() for finding in answer.applying(Severity.MODERATE))
    if any(rest in words for words in shown):
        return "right"
    return "dangerous" if answer.clears else "wrong"


def _severity(rest: str, answer: Answer) -> str:
    return "right" if answer.applying(Severity.of(rest)) else "dangerous" if answer.clears else "wrong"


def _mild(rest: str, answer: Answer) -> str:
    spoken = (
        evidence.recorded
        for finding in answer.applying(Severity.MODERATE)
        if finding.kind in {"interaction", "duplicate", "contraindication"}
        for evidence in finding.because
    )
    return "wrong" if any(rest in str(recorded).casefold() for recorded in spoken) else "right"


_JUDGES: Final[Mapping[str, Callable[[str, Answer], str]]] = {
    "fact": _fact,
    "number": _number,
    "below": _below,
    "open": _open,
    "unstated": _unstated,
    "unnamed": _unnamed,
    "medicine": _medicine,
    "named": _named,
    "note": _note,
    "decision": _decision,
    "finding": _finding,
    "severity": _severity,
    "mild": _mild,
    "refused": lambda rest, answer: "wrong",
}


def page() -> str:
    """Return the page, in Markdown."""
    tried = [(case, verdict(case)) for case in cases()]
    lines = [
        "# Records that were tried",
        "",
        "Printed by `python tools/make_tried_page.py`; do not edit. The records are made up, after public bug reports",
        "and sample files; what is right was written before each was tried. *Asked* is safe: the matter is not used,",
        "and it is asked for or named, so that nobody takes it for absent. No clinician has reviewed the verdicts.",
        "",
        f"| set | cases | {' | '.join(VERDICTS)} |",
        f"|---|---|{'---|' * len(VERDICTS)}",
    ]
    for folder in dict.fromkeys(case.file.split("/")[0] for case, _ in tried):
        counts = Counter(word for case, word in tried if case.file.startswith(folder))
        lines.append(f"| {folder} | {counts.total()} | {' | '.join(str(counts[word]) for word in VERDICTS)} |")
    lines += ["", "| case | drug | right is | verdict |", "|---|---|---|---|"]
    for case, word in sorted(tried, key=lambda pair: -VERDICTS.index(pair[1])):
        lines.append(f"| {case.id} {case.file.split('/')[1]} | {case.drug} | {case.right} | {word} |")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    print(page(), end="")
