"""Lines find their text byte for byte, and texts that hardly any line has are not learned without end."""

import random

import numpy as np
import pytest

from fullcourse.adapters.register.read.gaps import Windows, gaps_in, gaps_of
from fullcourse.adapters.register.read.text_trie import NO_TEXT, Lines, TextTrie

PAD = b"\n" + b" " * 200


def read(lines: list[bytes], trie: TextTrie | None = None) -> tuple[Lines, TextTrie, list[bytes]]:
    data = b"\n".join(lines) + PAD
    trie = trie or TextTrie(gaps_in(data, ["recordedDate"]))
    lengths = np.array([len(line) for line in lines], np.int64)
    starts = np.cumsum(lengths + 1) - lengths - 1
    found, learned = Lines(Windows(data), starts, starts + lengths), []
    trie.read(found, np.ones(len(lines), np.bool_), lambda number: lines[number], learned.append)
    return found, trie, learned


def outside_gaps(line: bytes, trie: TextTrie) -> tuple[bytes, ...]:
    pieces, at = [], 0
    for start, end, number in gaps_of(line, trie.gaps):
        pieces += [line[at:start], b"%d" % number]
        at = end
    return (*pieces, line[at:])


def condition(number: int, code: str, more: str = "") -> bytes:
    return (
        f'{{"resourceType":"Condition","id":"c{number}","code":"{code}",'
        f'"subject":{{"reference":"Patient/p{number % 7}"}},"recordedDate":"2026-01-{number % 28 + 1:02d}"{more}}}'
    ).encode()


@pytest.mark.parametrize(("codes", "rare"), [(1, 0), (3, 0), (40, 0), (700, 2_000)])
def test_lines_have_one_text_exactly_when_they_are_alike_outside_their_gaps(codes: int, rare: int):
    chance = random.Random(codes)
    lines = [
        condition(number, f"G{chance.randint(1, codes)}", chance.choice(["", ',"note":"x"', ',"note":"xy"']))
        for number in range(6_000)
    ]

    found, trie, learned = read(lines)

    texts = found.text.tolist()
    assert texts.count(NO_TEXT) <= rare
    by_text: dict[int, set[tuple[bytes, ...]]] = {}
    for text, line in zip(texts, lines, strict=True):
        if text != NO_TEXT:
            by_text.setdefault(text, set()).add(outside_gaps(line, trie))
            assert outside_gaps(learned[text], trie) == outside_gaps(line, trie)
    assert all(len(same) == 1 for same in by_text.values())
    assert len({next(iter(same)) for same in by_text.values()}) == len(by_text)


def test_what_was_learned_serves_the_next_block_and_its_gaps_are_where_they_are():
    _, trie, _ = read([condition(number, "G1") for number in range(50)])
    lines = [condition(number, "G1") for number in range(1_000, 1_020)]

    found, _, learned = read(lines, trie)

    assert not learned
    assert (found.text == 0).all()
    for at, line in enumerate(lines):
        cut = {
            number: (int(found.gap_start[number][at] - found.starts[at]), int(found.gap_length[number][at]))
            for number in found.gap_start
        }
        assert cut == {number: (start, end - start) for start, end, number in gaps_of(line, trie.gaps)}


def test_lines_that_are_each_of_a_text_of_their_own_are_left_after_a_few():
    lines = [condition(number, f"own {number} code") for number in range(5_000)]

    found, trie, learned = read(lines)

    assert len(learned) == trie.count <= 8
    assert (found.text == NO_TEXT).sum() >= 4_992


def test_a_line_that_differs_in_one_byte_or_is_cut_off_has_another_text():
    lines = [condition(number, "G40") for number in range(40)]
    odd = [
        lines[0][:-1],
        lines[1] + b" ",
        lines[2].replace(b"G40", b"G41"),
        lines[3].replace(b"2026-01-04", b"soon"),
        b"{",
    ]

    found, _, _ = read([*lines, *odd])

    common = found.text[0]
    assert common != NO_TEXT
    assert (found.text[: len(lines)] == common).all()
    assert common not in found.text[len(lines) :]
