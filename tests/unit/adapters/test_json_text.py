import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fullcourse.adapters.json_text import MAX_DEPTH, decode_text, parse_json, parse_json_lines
from fullcourse.clinical.errors import InputError

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


@given(JSON)
def test_whatever_json_can_say_is_read_back_unchanged(value: object) -> None:
    assert parse_json(json.dumps(value)) == value


@given(st.text(max_size=40))
def test_any_text_is_read_or_refused_without_another_error(text: str) -> None:
    try:
        parse_json(text)
        said = "the record was read"
    except InputError as error:
        said = str(error)
    assert "the record" in said


@given(st.binary(max_size=40))
def test_any_bytes_are_decoded_or_refused(data: bytes) -> None:
    try:
        decode_text(data)
        said = "UTF-8 or another Unicode"
    except InputError as error:
        said = str(error)
    assert "UTF-" in said


def test_a_key_that_stands_twice_is_refused_with_its_name_and_place() -> None:
    with pytest.raises(InputError, match=r"the key 'weight' stands twice.*line 2, column 2\)"):
        parse_json('{"weight": 60,\n "weight": 6}')


@pytest.mark.parametrize("space", ["", " ", "\t", "\r", "\n", " \n "])
@pytest.mark.parametrize("words", ["plain", 'a \\":\\": b', "a : b"])
def test_a_key_that_stands_twice_is_found_whatever_the_spacing_and_the_words_around_it(space: str, words: str) -> None:
    with pytest.raises(InputError, match="'weight' stands twice"):
        parse_json(f'{{"text": "{words}", "weight": 60, "weight"{space}: 6}}')
    assert parse_json(f'{{"text": "{words}", "weight"{space}: 6}}') == {"text": json.loads(f'"{words}"'), "weight": 6}


@given(st.lists(st.tuples(st.sampled_from(["a", "b", 'c"', "d:", '":', " :"]), st.sampled_from(["", " "])), max_size=5))
def test_a_repeated_key_is_always_refused_and_no_other_is(pairs: list[tuple[str, str]]) -> None:
    text = "{" + ",".join(f"{json.dumps(key)}{space}:{json.dumps(key)}" for key, space in pairs) + "}"
    if len({key for key, _ in pairs}) == len(pairs):
        assert parse_json(text) == {key: key for key, _ in pairs}
    else:
        with pytest.raises(InputError, match="stands twice"):
            parse_json(text)


def test_a_key_that_stands_twice_deep_inside_is_refused_at_its_place() -> None:
    with pytest.raises(InputError, match=r"'b' stands twice.*line 3, column 3"):
        parse_json('{"a": [{"b": "{\\"b\\": 1}"}, {\n"b": {"b": 1},\n  "b": 2}]}')


def test_a_repeated_key_that_may_be_a_name_is_not_repeated() -> None:
    with pytest.raises(InputError) as caught:
        parse_json('{"Jane Doe": 1, "Jane Doe": 2}')
    assert "Jane" not in str(caught.value)


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity", "1e999", "-1e999", "1" + 400 * "0"])
def test_a_number_that_cannot_be_held_is_refused_with_its_place(number: str) -> None:
    with pytest.raises(InputError, match=r"line 2, column 11\)"):
        parse_json(f'{{"a": "NaN 1e999",\n "weight": {number}}}'.replace('"weight": ', '"weight":'))


def test_the_largest_float_is_a_number() -> None:
    assert parse_json("1e308") == 1e308


@pytest.mark.parametrize("text", [r'{"a": "\ud800"}', r'{"a": ["x", "\udc00\ud800"]}', r'{"\ud800": 1}'])
def test_half_a_surrogate_pair_is_refused(text: str) -> None:
    with pytest.raises(InputError, match="surrogate"):
        parse_json(text)


def test_a_whole_surrogate_pair_is_a_character() -> None:
    assert parse_json(r'"\ud83d\ude00"') == "\U0001f600"


@pytest.mark.parametrize(("opening", "closing"), [("[", "]"), ('{"a":', "}")])
def test_the_deepest_nesting_is_read_and_one_more_level_is_refused(opening: str, closing: str) -> None:
    parse_json(opening * MAX_DEPTH + "1" + closing * MAX_DEPTH)
    with pytest.raises(InputError, match="nested deeper than 200"):
        parse_json(opening * (MAX_DEPTH + 1) + "1" + closing * (MAX_DEPTH + 1))


def test_nesting_of_ten_thousand_levels_is_refused() -> None:
    with pytest.raises(InputError, match="nested deeper"):
        parse_json("[" * 10_000 + "]" * 10_000)


def test_text_that_ends_too_early_says_so() -> None:
    with pytest.raises(InputError, match=r"it ends too early.*line 1, column"):
        parse_json('{"resourceType": "Patient", "id": ')


def test_text_that_is_not_json_names_the_place() -> None:
    with pytest.raises(InputError, match="line 2, column 1"):
        parse_json('{"a":\nx}')


def test_no_message_repeats_a_value_of_the_text() -> None:
    for text in (
        '{"name": "Jane Doe", "name": 1}',
        '{"name": "Jane Doe" 1}',
        '{"name": "Jane Doe\\ud800"}',
        '["Jane Doe"',
    ):
        with pytest.raises(InputError) as caught:
            parse_json(text)
        assert "Jane" not in str(caught.value)


def test_bytes_that_are_not_utf_8_are_refused_with_their_line() -> None:
    with pytest.raises(InputError, match="UTF-8 at line 2"):
        decode_text(b'{"a":\n"\xe4"}')


def test_a_byte_order_mark_is_no_part_of_the_text() -> None:
    assert decode_text(b"\xef\xbb\xbf{}") == "{}"


def test_utf_16_is_refused_by_name() -> None:
    with pytest.raises(InputError, match="UTF-16"):
        decode_text('{"a": 1}'.encode("utf-16"))


def test_lines_are_read_one_by_one_and_a_fault_names_its_line() -> None:
    assert parse_json_lines('{"a": 1}\n\n{"a": 2}\n') == [{"a": 1}, {"a": 2}]
    with pytest.raises(InputError, match="line 3"):
        parse_json_lines('{"a": 1}\n\n{"a": NaN}\n')


@pytest.mark.parametrize("after", ['{"\\x": 1}', '{"\\u12": 1}', '{"a": 1, "\\ud8": 2}'])
def test_a_number_too_large_is_refused_in_words_whatever_comes_after_it(after: str) -> None:
    with pytest.raises(InputError, match="a number is too large to be held"):
        parse_json(f"[1e999x, {after}]")
