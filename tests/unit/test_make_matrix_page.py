"""The page on what the matrix covers, and the README's figure, are what the knowledge comes to."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def printed(*arguments: str) -> str:
    tool = ROOT / "tools" / "make_matrix_page.py"
    return subprocess.run(  # noqa: S603 - our own tool
        [sys.executable, tool, *arguments], capture_output=True, text=True, check=True
    ).stdout


def test_the_page_is_what_the_knowledge_comes_to():
    assert printed() == (ROOT / "docs" / "reference" / "matrix-coverage.md").read_text("utf-8")


def test_the_readme_carries_the_figure():
    readme = " ".join((ROOT / "README.md").read_text("utf-8").split())
    assert " ".join(printed("--readme").split()) in readme
