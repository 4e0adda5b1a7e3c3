"""One line and many lines are cut alike: by a regular expression, and by arrays."""

import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fullcourse.adapters.register.read.gaps import Gap, Windows, gaps_in, gaps_of, scan

KINDS = ("id", "date", "reference", "number", "words")
NEAR = {
    "id": "aZ09.-_\"/ é",
    "date": "0123456789T:+.Z-\" x",
    "reference": "aZ0.-:/|?=\" \\",
    "number": "0123456789.-+eE,}",
    "words": "aZ é\"\\\x1f~",
}  # fmt: skip


def one(kind: str, text: str) -> tuple[int, int] | None:
    line = b'"k":"' + text.encode()
    found = gaps_of(line, [Gap(b'"k":"', kind, "s")])
    return (found[0][0], found[0][1]) if found else None


def many(kind: str, texts: list[str]) -> list[tuple[int, int] | None]:
    lines = [b'"k":"' + text.encode() for text in texts]
    data = b"\n".join(lines) + b"\n" + b" " * 200
    starts = np.cumsum([0, *(len(line) + 1 for line in lines[:-1])]) + 5
    length, valid = scan(Windows(data), starts, kind)
    return [(5, 5 + int(long)) if is_so else None for long, is_so in zip(length, valid, strict=True)]


@pytest.mark.parametrize("kind", KINDS)
@settings(deadline=None)  # other work on the machine is no fault
@given(data=st.data())
def test_both_ways_find_the_same_gap(kind: str, data: st.DataObject):
    texts = data.draw(st.lists(st.text(NEAR[kind], max_size=150), min_size=1, max_size=20))
    assert many(kind, texts) == [one(kind, text) for text in texts]


@pytest.mark.parametrize(
    ("kind", "inside", "beyond"),
    [("id", 64, 65), ("date", 39, 40), ("reference", 120, 121), ("number", 15, 16), ("words", 64, 65)],
)
def test_a_gap_is_as_long_as_is_allowed_and_no_longer(kind: str, inside: int, beyond: int):
    end = "," if kind == "number" else '"'
    assert one(kind, "1" * inside + end) == many(kind, ["1" * inside + end])[0] == (5, 5 + inside)
    assert one(kind, "1" * beyond + end) is many(kind, ["1" * beyond + end])[0] is None


@pytest.mark.parametrize("number", ["0", "-0", "0.5", "10", "-12.25", "1.0"])
def test_a_plain_number_is_a_gap(number: str):
    assert many("number", [number + "}"])[0] is not None


@pytest.mark.parametrize("number", ["", "-", "00", "01", "1.", ".5", "1e5", "1.2.3", "+1", "--1", "1-"])
def test_another_number_is_none(number: str):
    assert many("number", [number + "}"])[0] is None


def test_the_first_and_the_second_place_of_a_key_are_told_apart():
    line = b'{"value":"a","x":{"value":"b"}}'
    gaps = [gap for gap in gaps_in(line, []) if gap.key == b'"value":"']
    cut = [(line[start:end], gaps[number].time) for start, end, number in gaps_of(line, gaps)]
    assert cut == [(b"a", 1), (b"b", 2)]


@pytest.mark.parametrize(
    "line", [b'{"id":"a","recordedDate":"2026-01-01"}', b'{"id": "a", "recordedDate": "2026-01-01"}']
)
def test_keys_are_written_as_the_lines_are(line: bytes):
    cut = {line[start:end] for start, end, _ in gaps_of(line, gaps_in(line, ["recordedDate"]))}
    assert cut == {b"a", b"2026-01-01"}
    assert len({gap.stand_in for gap in gaps_in(line, ["recordedDate"])}) == len(gaps_in(line, ["recordedDate"]))
    assert all(re.fullmatch(r"[ -~]+", gap.stand_in) for gap in gaps_in(line, ["recordedDate"]))


def test_no_gap_begins_in_another():
    line = b'{"id":"a","encounter":{"reference":"Encounter/b"},"other":{"reference":"Encounter/c"}}'
    cut = [line[start:end] for start, end, _ in gaps_of(line, gaps_in(line, []))]
    assert cut == [b"a", b"Encounter/b"]
