"""What is typed is parted at commas, and at spaces where nothing is left over; never inside a number or a salt."""

import pytest

from fullcourse.adapters.medicines.splitting import parts_at_commas, parts_at_spaces

KNOWN = {"apixaban", "metformin", "metformin 500 mg", "ferrous sulfate", "valproate", "magnesium", "warfarin"}


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("apixaban,metformin", ["apixaban", "metformin"]),
        ("apixaban ;\nmetformin", ["apixaban", "metformin"]),
        ("warfarin 2,5 mg, x", ["warfarin 2,5 mg", "x"]),
        ("warfarin 2,5", ["warfarin 2,5"]),
        ("Akurit-4,3TC", ["Akurit-4", "3TC"]),
        ("AKT-4,3HP", ["AKT-4", "3HP"]),
        ("a,,b", ["a", "", "b"]),
        ("", [""]),
    ],
)
def test_commas_part_names_and_no_numbers(text: str, parts: list[str]):
    assert parts_at_commas(text) == parts


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("apixaban metformin", ["apixaban", "metformin"]),
        ("metformin 500 mg ferrous sulfate", ["metformin 500 mg", "ferrous sulfate"]),
        ("apixaban unknownol", []),
        ("magnesium valproate", []),
        ("valproate magnesium", []),
        ("apixaban", []),
    ],
)
def test_spaces_part_names_only_where_no_word_is_left_over_and_no_ion_stands_alone(text: str, names: list[str]):
    assert parts_at_spaces(text, KNOWN.__contains__) == names
