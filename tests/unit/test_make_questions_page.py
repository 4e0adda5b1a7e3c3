"""The page of questions is the one that the judged questions print."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_the_page_is_what_the_questions_print():
    printed = subprocess.run(  # noqa: S603 - our own tool
        [sys.executable, ROOT / "tools" / "make_questions_page.py"], capture_output=True, text=True, check=True
    )
    assert printed.stdout == (ROOT / "docs" / "reference" / "questions-asked.md").read_text("utf-8")
