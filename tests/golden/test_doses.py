"""The sweeps of doses are as committed: a change of any dose shows here, and a pharmacist reads the difference."""

import runpy
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_the_sweeps_of_doses_are_as_committed():
    rows = runpy.run_path(str(ROOT / "tools" / "make_dose_sweeps.py"))["rows"]
    committed = (ROOT / "tests" / "golden" / "doses.tsv").read_text("utf-8").splitlines()
    assert len(committed) <= 20_000
    assert list(rows()) == committed, "run: python tools/make_dose_sweeps.py > tests/golden/doses.tsv"
