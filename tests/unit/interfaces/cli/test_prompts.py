"""What is typed at a prompt."""

import pytest

from fullcourse.interfaces.cli.prompts import read_value
from patients import knowledge

FACTS = knowledge().facts


@pytest.mark.parametrize(
    ("fact", "typed", "read"),
    [
        ("weight", "61", (61.0, "")),
        ("weight", "61,5 kg", (61.5, "kg")),
        ("haemoglobin", "7.0 g/dL", (7.0, "g/dL")),
        ("haemoglobin", "112 g/L", (112.0, "g/L")),
        ("height", ">=137", (">=137", "")),
        ("height", ">= 137 cm", (">=137", "cm")),
        ("weight", "nan", None),
        ("weight", "inf", None),
        ("weight", "about 60", None),
        ("weight", "-5", None),
        ("sex", "F", ("female", "")),
        ("sex", "Male", ("male", "")),
        ("sex", "x", None),
        ("epilepsy", "Y", (True, "")),
        ("epilepsy", "no", (False, "")),
        ("epilepsy", "maybe", None),
        ("birth_date", "1990", ("1990", "")),
    ],
)
def test_an_answer_is_read_with_its_unit_or_is_none(fact: str, typed: str, read: object) -> None:
    assert read_value(FACTS[fact], typed) == read
