"""What a drug's file calls not covered is not covered, and no document that it cites and that was read names it."""

import re

import pytest

from fullcourse.adapters.medicines.co_medicines import load_co_medicines
from fullcourse.journey.matrix import CellState, interaction_matrix
from fullcourse.knowledge.mined import read_mined
from fullcourse.knowledge.reader import HERE
from patients import AT, knowledge

DRUGS = list(knowledge().drugs.values())
MATRIX = interaction_matrix(knowledge(), knowledge().profile("us"), AT, load_co_medicines(), DRUGS)
NAMES = [row.co_medicine.name for row in MATRIX.rows]
FILES = {drug.inn: HERE / drug.file for drug in DRUGS}


def head(text: str) -> str:
    """Return what the head of a file calls not covered, in lower case."""
    top = text.split("\n[", 1)[0]
    return (
        top.split("Not covered, because no source that was seen says it", 1)[-1].lower() if "Not covered" in top else ""
    )


def named(text: str) -> list[str]:
    """Return the co-medicines that a text names by whole words."""
    return [name for name in NAMES if re.search(rf"(?<![\w-]){re.escape(name)}(?![\w-])", text)]


@pytest.mark.parametrize("inn", FILES)
def test_what_is_called_not_covered_is_not_covered(inn: str):
    at = MATRIX.drugs.index(inn)
    cells = {row.co_medicine.name: row.cells[at].state for row in MATRIX.rows}
    covered = [name for name in named(head(FILES[inn].read_text("utf-8"))) if cells[name] is not CellState.NOT_COVERED]
    assert covered == []


@pytest.mark.parametrize("inn", FILES)
def test_no_document_that_was_read_names_what_is_called_not_covered(inn: str):
    slug = inn.replace(" ", "-")
    cited = {it.source for name, it in knowledge().statements.items() if name.startswith(f"{slug}.")}
    lists = [mined for mined in read_mined().values() if mined.source in cited]
    not_covered = set(named(head(FILES[inn].read_text("utf-8"))))
    stated = [(mined.source, it.name) for mined in lists for it in mined.entries if not it.not_stated]
    assert [(source, text) for source, text in stated if not_covered.intersection(named(text.lower()))] == []


def test_a_head_that_names_a_covered_medicine_would_be_seen():
    assert "warfarin" in named(
        head("# Not covered, because no source that was seen says it:\n#   - warfarin\n\n[drug]")
    )
    assert named(head("# Nothing here.\n\n[drug]")) == []
