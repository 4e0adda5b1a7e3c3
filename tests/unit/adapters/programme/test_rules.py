"""What reports count, as the knowledge has it, and what is refused in it."""

from pathlib import Path

import pytest

import fullcourse.knowledge
from fullcourse.adapters.programme.rules import read_report_rules
from fullcourse.clinical.errors import KnowledgeError
from patients import knowledge

TEXT = (Path(fullcourse.knowledge.__file__).parent / "programme" / "reports.toml").read_text("utf-8")
PAGES = Path(__file__).parents[4] / "docs" / "interpretations"


def test_every_definition_has_a_source_or_a_page_of_our_own_reading():
    rules = read_report_rules(knowledge())
    assert rules.definitions
    for one in rules.definitions:
        assert (one.source is None) != (one.interpretation == ""), one.id
        assert not one.interpretation or (PAGES / f"{one.interpretation}.md").exists(), one.id
    for report in ("registration", "interim", "final", "adverse", "need"):
        assert rules.of(report), report


@pytest.mark.parametrize(
    ("right", "wrong", "says"),
    [
        ("closes_after_months = 9", "closes_after_months = 10", "multiple of 3"),
        ("closes_after_months = 9", "", "'closes_after_months' is missing"),
        ("[0, 5, 10,", "[1, 5, 10,", "no ascending years"),
        ("[0, 5, 10,", "[0, 10, 5,", "no ascending years"),
        ('success = ["cured", "completed"]', 'success = ["healed"]', "'success' holds 'healed'"),
        ('source = "who-adsm"', 'source = "who-nothing"', "is not known"),
        ('interpretation = "I-1435"', "", "'source' is missing"),
        ("months = 12", "monhts = 12", "'monhts' is not known"),
        ("[need]", "[need", "cannot be read"),
    ],
)
def test_a_slip_is_refused_with_what_is_wrong(tmp_path: Path, right: str, wrong: str, says: str):
    assert right in TEXT
    path = tmp_path / "reports.toml"
    path.write_text(TEXT.replace(right, wrong), "utf-8")
    with pytest.raises(KnowledgeError, match=says):
        read_report_rules(knowledge(), path)
