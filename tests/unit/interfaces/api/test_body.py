"""A body is read by the quick parser to the value that the careful one makes of it, or refused by the careful one."""

import json
import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fullcourse.adapters.json_text import decode_text, parse_json
from fullcourse.clinical.errors import InputError
from fullcourse.interfaces.api.body import read_json
from fullcourse.interfaces.api.problems import BadRequest

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)
PARTS = st.sampled_from([
    b'"', b":", b'":', b" ", b"\n", b"\t", b",", b"{", b"}", b"[", b"]", b"\\", b"\\u", b"\\ud800", b"\\udc00", b"\xff",
    b"\xed\xa0\x80", b"\xef\xbb\xbf", b"\x00", b"NaN", b"Infinity", b"-", b"0", b"1e999", b"1e-999", b".5", b"9" * 301,
    b'"a":1', b'"a" :1', b"null", b"true",
])  # fmt: skip


def careful(body: bytes) -> object:
    """Return the value, or the words of the refusal with a mark that no JSON has."""
    try:
        return parse_json(decode_text(body, "the body"), "the body")
    except InputError as error:
        return {"refused": ("", str(error))}


def read(body: bytes) -> object:
    try:
        return read_json(body)
    except BadRequest as error:
        return {"refused": ("", str(error))}


def same(one: object, other: object) -> bool:
    """Return whether two values are equal and every part of them of the same type."""
    if one.__class__ is not other.__class__:
        return False
    if isinstance(one, dict) and isinstance(other, dict):
        return list(one) == list(other) and all(same(one[key], other[key]) for key in one)
    if isinstance(one, list | tuple) and isinstance(other, list | tuple):
        return len(one) == len(other) and all(map(same, one, other))
    if isinstance(one, float) and isinstance(other, float):
        return one == other and math.copysign(1, one) == math.copysign(1, other)
    return one == other


@settings(max_examples=500, deadline=None)
@given(JSON, st.sampled_from([None, (",", ":"), (" , ", " : ")]), st.booleans())
def test_a_body_is_read_to_the_same_value(value: object, separators: tuple[str, str] | None, is_ascii: bool):
    body = json.dumps(value, separators=separators, ensure_ascii=is_ascii).encode("utf-8", "surrogatepass")
    assert same(read(body), careful(body))


@settings(max_examples=2000, deadline=None)
@given(JSON, st.lists(st.tuples(st.integers(0, 200), st.integers(0, 2), PARTS), min_size=1, max_size=3))
def test_a_damaged_body_is_read_or_refused_alike(value: object, changes: list[tuple[int, int, bytes]]):
    body = json.dumps(value).encode()
    for place, left_out, part in changes:
        place %= len(body) + 1
        body = body[:place] + part + body[place + left_out :]
    assert same(read(body), careful(body))


@pytest.mark.parametrize("digits", [15, 19, 20, 25, 299, 300, 301, 400, 4299])
def test_a_whole_number_is_read_or_refused_alike_however_long(digits: int):
    for before in range(45):
        body = b"[" + b" " * before + b"7" * digits + b"]"
        assert same(read(body), careful(body))
    assert (digits > 300) == isinstance(read(b"7" * digits), dict)


@pytest.mark.parametrize("depth", [199, 200, 201, 300, 900, 5000])
def test_a_nested_body_is_read_or_refused_alike(depth: int):
    for body in (b"[" * depth + b"]" * depth, b'{"a":' * depth + b"1" + b"}" * depth):
        assert same(read(body), careful(body))
