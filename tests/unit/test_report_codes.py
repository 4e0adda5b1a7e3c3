"""The page of codes is the one that the vocabulary prints, and only a dwindling rest is not understood."""

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "reference" / "codes-understood.md"
ROW = re.compile(r"\| (.+?) \| (\w+) \| (\d+) \| (\d+) \| (\d+) \| (\d+) \| (\d+) \|")
MOST_NOT_UNDERSTOOD = 0.25
"""Of the diagnoses of Synthea's modules; what is left could concern a fact, and is asked by name."""


def test_the_page_is_what_the_vocabulary_prints():
    printed = subprocess.run(  # noqa: S603 - our own tool
        [sys.executable, ROOT / "tools" / "report_codes.py"], capture_output=True, text=True, check=True
    )
    assert printed.stdout == PAGE.read_text("utf-8")


def test_every_medicine_of_the_modules_is_known_and_most_diagnoses_are():
    rows = {(name, kind): [int(n) for n in counts] for name, kind, *counts in ROW.findall(PAGE.read_text("utf-8"))}
    _, _, _, _, medicines_left = rows["Synthea's modules", "MedicationRequest"]
    codes, of_facts, others, _, left = rows["Synthea's modules", "Condition"]
    assert medicines_left == 0
    assert codes == of_facts + others + left
    assert left <= MOST_NOT_UNDERSTOOD * codes
