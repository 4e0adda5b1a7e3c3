"""The reference page of models is what the files say today."""

from pathlib import Path

from fullcourse.interfaces.cli.level_commands.models import models_page

PAGE = Path(__file__).parents[5] / "docs" / "reference" / "pk-models.md"


def test_the_reference_page_is_not_stale():
    assert models_page() == PAGE.read_text("utf-8"), (
        "run: fullcourse levels models --page > docs/reference/pk-models.md"
    )
