"""A regimen is found by what it is called, and by nothing near it."""

import pytest

from fullcourse.knowledge.regimen_names import regimens_named

NAMES = {
    "a": "2HRZE/4HR",
    "b": "2HRZE/10HR",
    "c": "BPaLM, BPaL",
    "d": "BLMZ, BLLfxCZ (9 months)",
    "e": "2HRZ(E)/4HR",
    "f": "longer regimen, 18 to 20 months",
}


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("a", ("a",)),
        ("2HRZE/4HR", ("a",)),
        (" 2hrze / 4hr ", ("a",)),
        ("2HRZE", ("a", "b")),
        ("HRZE", ("a", "b")),
        ("HRZE/4HR", ("a",)),
        ("BPaL", ("c",)),
        ("6BPaLM", ("c",)),
        ("9BLLfxCZ", ("d",)),
        ("2HRZ(E)/4HR", ("e",)),
        ("longer regimen", ("f",)),
        ("HRZ", ()),
        ("BPa", ()),
        ("6", ()),
        ("", ()),
    ],
)
def test_a_regimen_is_found_by_its_names(asked, found):
    assert regimens_named(asked, NAMES) == found
