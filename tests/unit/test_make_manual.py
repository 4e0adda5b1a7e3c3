"""The manual prints every case once, as it came out, in pages that lead to one another."""

import importlib.util
import re
from dataclasses import replace
from pathlib import Path

import pytest

from patients import knowledge
from spec_cases import read_cases

SCRIPT = Path(__file__).parents[2] / "tools" / "make_manual.py"
specification = importlib.util.spec_from_file_location("make_manual", SCRIPT)
assert specification is not None
assert specification.loader is not None
tool = importlib.util.module_from_spec(specification)
specification.loader.exec_module(tool)

CASES = read_cases()


@pytest.fixture(scope="module")
def manual(tmp_path_factory):
    folder = tmp_path_factory.mktemp("manual")
    assert tool.make_manual(folder, CASES) == len(CASES)
    return {path.name: path.read_text("utf-8") for path in folder.iterdir()}


def test_every_case_of_every_file_stands_there_once(manual):
    shown = [name for text in manual.values() for name in re.findall(r'<tr id="([^"]+)"', text)]
    assert sorted(shown) == sorted(case.id for case in CASES)


def test_every_statement_stands_there_once(manual):
    shown = [name for text in manual.values() for name in re.findall(r'<h3 id="([^"]+)"', text)]
    assert sorted(shown) == sorted(knowledge().statements)


def test_every_link_leads_somewhere(manual):
    places = {name: {*re.findall(r' id="([^"]+)"', text)} for name, text in manual.items()}
    links = [(name, link) for name, text in manual.items() for link in re.findall(r'href="([^"]+)"', text)]
    assert links
    for name, link in links:
        page, _, place = link.partition("#")
        assert (page or name) in manual, link
        assert not place or place in places[page or name], link


def test_no_page_needs_a_script_or_another_file(manual):
    for text in manual.values():
        assert not re.search(r"<script|<img|<link|@import|url\(|https?://", text)


def test_what_is_said_stands_beside_who_comes(manual):
    row = manual["linezolid.html"].split("stopped fluoxetine 35 days before")[1].split("</tr>")[0]
    assert ">applies<" in row
    row = manual["linezolid.html"].split("stopped fluoxetine 36 days before")[1].split("</tr>")[0]
    assert ">does not apply<" in row


def test_a_case_that_comes_out_otherwise_stops_the_manual(tmp_path):
    case = next(case for case in CASES if case.expect)
    name = next(iter(case.expect))
    wrong = replace(case, expect={name: "applies" if case.expect[name] != "applies" else "does_not_apply"})
    with pytest.raises(SystemExit, match=re.escape(name)):
        tool.make_manual(tmp_path / "manual", [wrong])
    assert not (tmp_path / "manual").exists()
