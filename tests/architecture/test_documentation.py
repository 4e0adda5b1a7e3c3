"""What the documents promise is there: readings have pages, commands are documented, links lead somewhere."""

import re
from pathlib import Path

import pytest

from fullcourse.interfaces.cli.main import fullcourse
from patients import knowledge

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
PAGES = {path.stem: path.read_text("utf-8") for path in (DOCS / "interpretations").glob("I-*.md")}
TEXTS = sorted([*ROOT.glob("*.md"), *DOCS.rglob("*.md"), *(ROOT / "benchmarks").glob("*.md")])


def test_every_reading_that_a_statement_names_has_a_page():
    named = {item.interpretation for item in knowledge().statements.values() if item.interpretation}
    assert named <= PAGES.keys()


def test_every_page_of_a_reading_says_what_was_chosen_why_and_that_nobody_has_reviewed_it():
    assert PAGES
    for name, text in PAGES.items():
        assert text.startswith(f"# {name}"), name
        assert re.search(r"\bwhy\b|\breason\b", text, re.IGNORECASE), name
        assert re.search(r"review", text, re.IGNORECASE), name


@pytest.mark.parametrize("command", fullcourse.list_commands(None))
def test_every_command_is_documented(command):
    pages = "".join(path.read_text("utf-8") for path in (DOCS / "how-to").glob("*.md"))
    assert f"fullcourse {command}" in pages


def links(path):
    """Return the files that a document leads to."""
    return re.findall(r"\]\(([^)#:]+?)(?:#[^)]*)?\)", path.read_text("utf-8"))


@pytest.mark.parametrize("path", TEXTS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_links_between_documents_lead_somewhere(path):
    assert [target for target in links(path) if not (path.parent / target).exists()] == []


def test_links_are_found_where_they_are():
    assert "ARCHITECTURE.md" in links(ROOT / "README.md")
