"""The page of the matrix carries all it shows, asks nothing of a network, and lets no text become markup."""

import json
import re
from dataclasses import replace
from datetime import date

import pytest

from fullcourse.adapters.documents.matrix_page import LEGEND, WORDS, coverage_line, matrix_html
from fullcourse.adapters.medicines.co_medicines import load_co_medicines
from fullcourse.journey.matrix import CellState, Matrix, interaction_matrix
from hostile_text import HOSTILE, faults_in
from patients import knowledge

DRUGS = [knowledge().drugs[name] for name in ("rifampin", "moxifloxacin")]
NAMES = ("voriconazole", "calcium carbonate", "warfarin", "acarbose", "gabapentin")
ROWS = [row for row in load_co_medicines() if row.name in NAMES]


def made(rows=ROWS) -> Matrix:
    return interaction_matrix(knowledge(), knowledge().profile("who"), date(2026, 11, 22), rows, DRUGS)


def data_of(page: str) -> dict:
    return json.loads(re.search(r'(?s)<script type="application/json" id="data">(.*?)</script>', page)[1])


def test_every_cell_stands_in_the_table_and_in_the_data():
    matrix = made()
    page = matrix_html(matrix, knowledge())
    data = data_of(page)
    assert page.count("<td ") == len(ROWS) * len(DRUGS)
    for row, cells in zip(matrix.rows, data["cells"], strict=True):
        for cell, found in zip(row.cells, cells, strict=True):
            assert [finding.id for finding in cell.findings] == [name for name, _ in found or []]
            assert (cell.state is CellState.NOT_COVERED) is (found is None)
    for said in data["statements"].values():
        assert said["title"]
        assert said["section"]


def test_the_page_asks_nothing_of_a_network():
    page = matrix_html(made(), knowledge())
    assert not re.search(
        r"(?:src|href)\s*=|url\(|@import|fetch\(|XMLHttp|//[a-z]+\.[a-z]", page.split("<script type")[0]
    )
    assert "default-src 'none'" in page
    assert re.search(r"script-src '(?:sha256-[A-Za-z0-9+/=]+)'", page)


def test_a_name_never_becomes_markup():
    row = replace(ROWS[0], name='<b onclick="x">&</b></script><script>alert(1)</script>')
    page = matrix_html(made([row]), knowledge())
    assert "<b onclick" not in page
    assert page.count("<script") == 2
    assert data_of(page)["rows"][0]["name"] == row.name


def test_every_word_of_a_cell_is_explained():
    assert {word for word, _ in LEGEND} | {"info"} == set(WORDS)


def test_the_coverage_is_said_with_and_without_the_drugs_asked_about_most():
    assert "cells are filled; of the" in coverage_line(made())
    alone = interaction_matrix(
        knowledge(), knowledge().profile("who"), date(2026, 11, 22), ROWS, [knowledge().drugs["amikacin"]]
    )
    assert coverage_line(alone).endswith("cells are filled.")


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_names_that_somebody_wrote_to_harm_are_shown_as_text(text: str):
    rows = [replace(ROWS[0], name=text, group=text), *ROWS[1:]]
    drug = replace(knowledge().drugs["rifampin"], label=text)
    named = replace(knowledge(), drugs={**knowledge().drugs, "rifampin": drug})
    page = matrix_html(made(rows), named)
    assert list(faults_in(page, html=text != HOSTILE["Markdown"])) == []  # no page reads Markdown
    assert len(data_of(page)["cells"]) == len(ROWS)
    assert page.count("</script>") == 2
