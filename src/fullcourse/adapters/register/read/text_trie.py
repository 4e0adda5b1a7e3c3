"""Which known text each line of a block has, when what differs from line to line is cut out.

A text is literals with gaps between them. Texts that begin alike share a path in a trie, so that all lines of a block
are compared with all texts at once, literal by literal: a line that ends at a leaf has the text of that leaf, byte for
byte outside its gaps. Lines of an export have few texts, and comparing them so is about as fast as reading them.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np
import numpy.typing as npt

from fullcourse.adapters.register.read.gaps import I64, Bools, Gap, Windows, gaps_of, scan

__all__ = ["NO_TEXT", "Lines", "TextTrie"]

NO_TEXT: Final = -1
_END: Final = -1
_AT_FIRST: Final = 8
_AT_ONCE: Final = 512
_SAMPLE: Final = 4_096
_MOST_TEXTS: Final = 50_000
_HEAD: Final = 24
_MOST_HEADS: Final = 32
_LONGEST: Final = 8_192
U64 = npt.NDArray[np.uint64]


@dataclass(slots=True)
class Lines:
    """The lines of a block, and what is found of each.

    Attributes:
        windows: The bytes of the block.
        starts: Where each line begins.
        ends: Where it ends.
        text: Number of its text; `NO_TEXT` where none is known.
        gap_start: For each gap that a text has: where it begins, line by line.
        gap_length: How long it is.
    """

    windows: Windows
    starts: I64
    ends: I64
    text: I64 = field(init=False)
    gap_start: dict[int, I64] = field(default_factory=dict)
    gap_length: dict[int, I64] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Begin with nothing known."""
        self.text = np.full(len(self.starts), NO_TEXT, np.int64)

    def put(self, gap: int, lines: I64, start: I64, length: I64) -> None:
        """Note where a gap of some lines is."""
        if gap not in self.gap_start:
            self.gap_start[gap] = np.zeros(len(self.starts), np.int64)
            self.gap_length[gap] = np.zeros(len(self.starts), np.int64)
        self.gap_start[gap][lines] = start
        self.gap_length[gap][lines] = length


class _Literals:
    """The literals of one length that lead on from a node, before the same gap or the end of the line.

    Attributes:
        size: Their length, bytes.
        gap: Number of the gap that follows; `_END` for the end of the line.
        nodes: Where each leads.
    """

    def __init__(self, size: int, gap: int) -> None:
        self.size, self.gap = size, gap
        self.nodes: list[_Node] = []
        self._number_of: dict[bytes, int] = {}
        self._words = self._sums = np.zeros((0, 0), np.uint64)
        self._order = np.zeros(0, np.int64)

    def node_behind(self, literal: bytes) -> "_Node":
        """Return the node behind a literal, made where it is not there."""
        number = self._number_of.setdefault(literal, len(self.nodes))
        if number == len(self.nodes):
            self.nodes.append(_Node())
        return self.nodes[number]

    def match(self, windows: Windows, places: I64) -> I64:
        """Return for each place the number of the literal that stands there; -1 where none does."""
        if len(self._words) < len(self.nodes):
            self._lay_out()
        words = _words(windows.at(places, self._words.shape[1] * 8).view(np.uint64), self.size)
        if len(self.nodes) == 1:
            return np.where((words == self._words[0]).all(axis=1), 0, -1)
        nearest = np.minimum(np.searchsorted(self._sums, _sums(words)), len(self._sums) - 1)
        number = self._order[nearest]
        return np.where((words == self._words[number]).all(axis=1), number, -1)

    def _lay_out(self) -> None:
        width = max(1, -(-self.size // 8)) * 8
        padded = b"".join(literal.ljust(width, b"\0") for literal in self._number_of)
        self._words = np.frombuffer(padded, np.uint64).reshape(len(self.nodes), width // 8)
        sums = _sums(self._words)
        self._order = np.argsort(sums, kind="stable")
        self._sums = sums[self._order]


class _Node:
    """A place between literals: the texts that go on from here."""

    __slots__ = ("by_length", "text")

    def __init__(self) -> None:
        self.by_length: dict[tuple[int, int], _Literals] = {}
        self.text = NO_TEXT


class TextTrie:
    """Texts known so far, and the lines that have them."""

    def __init__(self, gaps: Sequence[Gap]) -> None:
        """Begin with no text known.

        Args:
            gaps: What is cut out of every line.
        """
        self.gaps = gaps
        self.count = 0
        self._root = _Node()

    def read(
        self, lines: Lines, usable: Bools, line_of: Callable[[int], bytes], learn: Callable[[bytes], None]
    ) -> None:
        """Find the text of each line; lines with texts that hardly any other line has are left without.

        Args:
            lines: Gets the texts and gaps.
            usable: Which lines may be looked at.
            line_of: Returns the bytes of a line.
            learn: Called with a line for each new text, in the order of their numbers.
        """
        usable = usable & (lines.ends - lines.starts < _LONGEST)
        left = self._find(lines, np.flatnonzero(usable))
        for some in _by_head(lines, left):
            self._learn(lines, some, line_of, learn)

    def _learn(self, lines: Lines, left: I64, line_of: Callable[[int], bytes], learn: Callable[[bytes], None]) -> None:
        """Learn texts of some lines, more at a time as long as other lines turn out to have them too."""
        some, at_once = _spaced(left, _SAMPLE), _AT_FIRST
        while some.size and self.count < _MOST_TEXTS:
            chosen = _spaced(some, at_once)
            for number in chosen.tolist():
                self._add(line_of(number), learn)
            still = self._find(lines, some)
            is_worth_it = some.size - still.size >= 2 * chosen.size
            some, at_once = (still, min(2 * at_once, _AT_ONCE)) if is_worth_it else (still[:0], 0)
        self._find(lines, left[lines.text[left] == NO_TEXT])

    def _add(self, line: bytes, learn: Callable[[bytes], None]) -> None:
        """Add the text of a line, unless it is known."""
        node, at = self._root, 0
        for start, end, gap in [*gaps_of(line, self.gaps), (len(line), len(line), _END)]:
            size = start - at
            literals = node.by_length.setdefault((size, gap), _Literals(size, gap))
            node = literals.node_behind(line[at:start])
            at = end
        if node.text == NO_TEXT:
            node.text = self.count
            self.count += 1
            learn(line)

    def _find(self, lines: Lines, which: I64) -> I64:
        """Find the texts of lines; return the lines whose text is not known."""
        waiting = [(self._root, which, lines.starts[which])]
        while waiting:
            node, some, places = waiting.pop()
            for literals in node.by_length.values():
                if not some.size:
                    break
                hit = self._hits(lines, literals, some, places)
                for number, chosen in _grouped(hit):
                    next_node, these = literals.nodes[number], some[chosen]
                    if literals.gap == _END:
                        lines.text[these] = next_node.text
                    else:
                        passed = literals.size + lines.gap_length[literals.gap][these]
                        waiting.append((next_node, these, places[chosen] + passed))
                some, places = some[hit < 0], places[hit < 0]
        left: I64 = which[lines.text[which] == NO_TEXT]
        return left

    def _hits(self, lines: Lines, literals: _Literals, some: I64, places: I64) -> I64:
        """Return which literal each line goes on with; -1 for none. Notes the gaps behind them."""
        room = lines.ends[some] - places
        fits = np.flatnonzero(room == literals.size if literals.gap == _END else room > literals.size)
        hit = np.full(len(some), -1, np.int64)
        hit[fits] = literals.match(lines.windows, places[fits])
        if literals.gap != _END:
            hits = np.flatnonzero(hit >= 0)
            starts = places[hits] + literals.size
            length, valid = scan(lines.windows, starts, self.gaps[literals.gap].kind)
            hit[hits[~valid]] = -1
            lines.put(literals.gap, some[hits[valid]], starts[valid], length[valid])
        return hit


def _words(words: U64, size: int) -> U64:
    """Return words of which only the first bytes count, the others as 0."""
    extra = words.shape[1] * 8 - size
    if extra:
        words[:, -1] &= np.uint64((1 << (64 - 8 * extra)) - 1)
    return words


def _sums(words: U64) -> U64:
    """Return a number for each row, alike for equal rows; equality is checked by the bytes themselves."""
    factors = np.arange(1, words.shape[1] + 1, dtype=np.uint64) * np.uint64(0x9E3779B97F4A7C15) | np.uint64(1)
    mixed = (words ^ (words >> np.uint64(29))) * factors
    total: U64 = mixed.sum(axis=1, dtype=np.uint64)
    return total


def _spaced(lines: I64, count: int) -> I64:
    """Return at most so many lines, evenly spaced."""
    if lines.size <= count:
        return lines
    return lines[np.linspace(0, lines.size - 1, count).astype(np.int64)]


def _grouped(hit: I64) -> list[tuple[int, I64]]:
    """Return which elements hold each number from 0 on."""
    order = np.argsort(hit, kind="stable")[np.count_nonzero(hit < 0) :]
    if not order.size:
        return []
    begins = np.flatnonzero(np.diff(hit[order])) + 1
    return [(int(hit[some[0]]), some) for some in np.split(order, begins)]


def _by_head(lines: Lines, left: I64) -> list[I64]:
    """Return lines in groups that begin alike: mostly one type of resource each."""
    if not left.size:
        return []
    heads = lines.windows.at(lines.starts[left], _HEAD)
    kinds, of_line = np.unique(heads.view(np.uint64).sum(axis=1, dtype=np.uint64), return_inverse=True)
    if len(kinds) > _MOST_HEADS:
        return [left]
    return [left[of_line == number] for number in range(len(kinds))]
