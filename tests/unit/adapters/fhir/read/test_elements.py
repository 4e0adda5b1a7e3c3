import math

import pytest

from fullcourse.adapters.fhir.read.elements import boolean, child, children, moment_at, number, shown, text
from fullcourse.clinical.errors import InputError


def test_null_stands_for_an_element_that_is_not_there() -> None:
    empty = {"a": None}
    assert child(empty, "a", "X") is None
    assert children(empty, "a", "X") == []
    assert text(empty, "a", "X") == ""
    assert boolean(empty, "a", "X") is None
    assert number(empty, "a", "X") is None
    assert moment_at(empty, "a.b", "X") is None


@pytest.mark.parametrize(
    ("take", "value"),
    [
        (child, []),
        (child, "x"),
        (children, {}),
        (children, ["x"]),
        (text, 7),
        (text, True),
        (boolean, "true"),
        (boolean, 1),
        (number, "7"),
        (number, True),
    ],
)
def test_an_element_of_another_type_is_refused_by_its_place(take: object, value: object) -> None:
    assert callable(take)
    with pytest.raises(InputError, match=r"Observation/1\.part"):
        take({"part": value}, "part", "Observation/1")


def test_an_integer_beyond_every_float_is_infinite() -> None:
    assert number({"a": 10**400}, "a", "X") == math.inf


def test_what_is_shown_has_no_control_characters_and_an_end() -> None:
    assert shown(" a\x00\x1b\u202eb ") == "a b"
    assert len(shown("x" * 1000)) == 200


def test_text_is_cut_only_where_it_is_longer_than_what_is_shown() -> None:
    assert shown("x" * 200) == "x" * 200
    assert shown("x" * 201) == "x" * 199 + "…"
