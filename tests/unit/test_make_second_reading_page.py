"""The page on what was read a second time is what the readings come to, and a new severe statement shows on it."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_the_page_is_what_the_readings_come_to() -> None:
    tool = ROOT / "tools" / "make_second_reading_page.py"
    printed = subprocess.run([sys.executable, tool], capture_output=True, text=True, check=True).stdout  # noqa: S603 - our own tool
    assert printed == (ROOT / "docs" / "reference" / "second-reading.md").read_text("utf-8")
