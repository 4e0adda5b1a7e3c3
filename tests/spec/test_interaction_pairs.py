"""Pairs whose severity was written down from their source: the strongest finding is that; harmless pairs are silent."""

from functools import cache
from pathlib import Path

import pytest

from fullcourse.adapters.medicines import recognise
from fullcourse.clinical.finding import Finding, Status
from fullcourse.clinical.management import Do
from fullcourse.screening.screen import Screener
from patients import AT, knowledge, medicine, patient

FILE = Path(__file__).parents[1] / "data" / "interaction-pairs.tsv"
OF_A_PAIR = frozenset({"interaction", "duplicate"})


def rows() -> list[tuple[str, ...]]:
    lines = [line for line in FILE.read_text("utf-8").splitlines() if not line.startswith("#")]
    return [tuple(line.split("\t")) for line in lines[1:]]


@cache
def _screener() -> Screener:
    return Screener(knowledge(), knowledge().profile("who"))


def strongest(drug: str, name: str) -> tuple[str, str]:
    """Return severity and what to do of the strongest finding on a pair, by the name as it is written on a list.

    Of findings that are equally serious, the one that asks for the strictest thing counts.
    """
    taken = medicine(name, ingredients=recognise(name, ()).ingredients)
    check = _screener().screen(patient((), [taken], AT), knowledge().drug(drug))
    found = [it for it in check.findings if it.kind in OF_A_PAIR and it.status is Status.APPLIES]
    if not found:
        return ("silent", "")
    first = max(found, key=_weight)
    return (first.severity.word, first.management.do.value if first.management else "")


def _weight(finding: Finding) -> tuple[int, int]:
    asked = finding.management
    return (finding.severity, -list(Do).index(asked.do) if asked else -len(Do))


@pytest.mark.parametrize("row", rows(), ids=lambda row: f"{row[0]} with {row[1]}")
def test_the_strongest_finding_on_a_pair_is_the_one_that_its_source_gives(row: tuple[str, ...]) -> None:
    drug, name, severity, do, _ = row
    assert strongest(drug, name) == (severity, do)


def test_there_are_pairs_of_both_kinds() -> None:
    kinds = [row[2] == "silent" for row in rows()]
    assert kinds.count(True) >= 40
    assert kinds.count(False) >= 100
