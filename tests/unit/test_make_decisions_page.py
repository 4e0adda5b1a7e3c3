"""The page of decisions on the public samples: what it counts, and that no check asks more than five questions."""

import csv
import importlib.util
from pathlib import Path

ROOT = Path(__file__).parents[2]
SPEC = importlib.util.spec_from_file_location("make_decisions_page", ROOT / "tools" / "make_decisions_page.py")
assert SPEC is not None
assert SPEC.loader is not None
TOOL = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(TOOL)


def test_no_check_of_a_sample_record_by_any_drug_asks_more_than_five_grouped_questions_nor_refuses_more_than_before():
    with TOOL.BEFORE.open(encoding="utf-8") as file:
        before = {(row["set"], row["profile"]): row for row in csv.DictReader(file, delimiter="\t")}
    rows = TOOL.figures()
    assert {(row["set"], row["profile"]) for row in rows} == set(before)
    for row in rows:
        was = before[row["set"], row["profile"]]
        assert int(row["most_groups"]) <= 5, row
        assert float(row["groups"]) <= float(was["groups"]), row
        assert float(row["cannot_assess"]) <= float(was["cannot_assess"]), row


def test_the_page_is_as_printed_today_with_a_row_for_each_set_and_profile():
    page = (ROOT / "docs" / "reference" / "decisions-on-samples.md").read_text("utf-8")
    assert page == TOOL.page(), "run: python tools/make_decisions_page.py > docs/reference/decisions-on-samples.md"
    assert page.count("| us |") == page.count("| who |") == 4
