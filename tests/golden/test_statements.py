"""Every executed statement is as committed, its severity, limits and units: a pharmacist reads the difference."""

import runpy
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_the_statements_are_as_committed():
    rows = list(runpy.run_path(str(ROOT / "tools" / "make_statement_table.py"))["rows"]())
    committed = (ROOT / "tests" / "golden" / "statements.tsv").read_text("utf-8").splitlines()
    assert len(rows) > 1300
    assert rows == committed, "run: python tools/make_statement_table.py > tests/golden/statements.tsv"
