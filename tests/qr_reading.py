"""Reads a QR code from its picture, as a camera's program does: for the tests that begin where a patient does.

Only what a clean picture needs: square modules, no turning, no repair of errors; bytes alone. The standard is
ISO/IEC 18004; sizes of blocks are those of the code's own version, as its maker (segno) states them.
"""

from collections.abc import Iterator, Sequence
from typing import Any, Final

from segno import consts
from segno.encoder import calc_matrix_size

__all__ = ["DARK", "read_code"]

Matrix = Sequence[Sequence[bool]]

DARK: Final = """async (picture) => {
  const image = new Image();
  image.src = picture;
  await image.decode();
  const side = 600;
  const canvas = new OffscreenCanvas(side, side);
  const drawn = canvas.getContext('2d');
  drawn.fillStyle = '#fff';
  drawn.fillRect(0, 0, side, side);
  drawn.imageSmoothingEnabled = false;
  drawn.drawImage(image, 0, 0, side, side);
  const { data } = drawn.getImageData(0, 0, side, side);
  return Array.from({ length: side }, (_, y) => Array.from({ length: side }, (_, x) => data[4 * (y * side + x)] < 128));
}"""
"""What a browser sees of a picture, by points: which are dark."""


def read_code(points: Matrix) -> str:
    """Return the text of a code that fills a picture but for its quiet zone.

    Args:
        points: By rows, whether each point is dark.
    """
    modules = _modules(points)
    version = (len(modules) - 17) // 4
    assert calc_matrix_size(version) == len(modules)
    level, mask = _format_of(modules)
    words = _codewords(modules, version, mask)
    return _text(_in_order(words, version, level), version)


def _modules(points: Matrix) -> list[list[bool]]:
    rows = [y for y, row in enumerate(points) if any(row)]
    columns = [x for row in points for x, dark in enumerate(row) if dark]
    top, left, side = rows[0], min(columns), rows[-1] - rows[0] + 1
    run = next(number for number, dark in enumerate(points[top][left:]) if not dark)
    count = round(side / (run / 7))  # a finder is seven modules wide
    count = min(range(21, 178, 4), key=lambda it: abs(it - count))
    size = side / count
    middle = [int((number + 0.5) * size) for number in range(count)]
    return [[points[top + y][left + x] for x in middle] for y in middle]


_PLACES: Final = [(8, x) for x in (0, 1, 2, 3, 4, 5, 7, 8)] + [(y, 8) for y in (7, 5, 4, 3, 2, 1, 0)]


def _format_of(modules: Matrix) -> tuple[int, int]:
    """Return the level of correction, as segno numbers it, and the mask."""
    bits = 0
    for y, x in _PLACES:
        bits = bits << 1 | modules[y][x]
    bits ^= 0b101010000010010
    level = {
        0b01: consts.ERROR_LEVEL_L, 0b00: consts.ERROR_LEVEL_M, 0b11: consts.ERROR_LEVEL_Q, 0b10: consts.ERROR_LEVEL_H,
    }[bits >> 13]  # fmt: skip
    return level, bits >> 10 & 0b111


_MASKS: Final = (
    lambda y, x: (y + x) % 2,
    lambda y, x: y % 2,
    lambda y, x: x % 3,
    lambda y, x: (y + x) % 3,
    lambda y, x: (y // 2 + x // 3) % 2,
    lambda y, x: y * x % 2 + y * x % 3,
    lambda y, x: (y * x % 2 + y * x % 3) % 2,
    lambda y, x: ((y + x) % 2 + y * x % 3) % 2,
)


def _is_of_the_frame(size: int, version: int, y: int, x: int) -> bool:
    """Tell whether a module belongs to finders, timing, alignment, format or version."""
    if 6 in (y, x) or (y < 9 and (x < 9 or x >= size - 8)) or (y >= size - 8 and x < 9):
        return True
    if version >= 7 and ((y < 6 and x >= size - 11) or (x < 6 and y >= size - 11)):
        return True
    centres = consts.ALIGNMENT_POS[version - 2] if version > 1 else ()
    corners = {(6, 6), (6, size - 7), (size - 7, 6)}
    return any(
        abs(y - down) <= 2 and abs(x - across) <= 2
        for down in centres
        for across in centres
        if (down, across) not in corners
    )


def _codewords(modules: Matrix, version: int, mask: int) -> list[int]:
    bits = list(_bits(modules, version, mask))
    return [int("".join(map(str, bits[at : at + 8])), 2) for at in range(0, len(bits) - 7, 8)]


def _bits(modules: Matrix, version: int, mask: int) -> Iterator[int]:
    """Yield the bits from the corner below at the right on, in pairs of columns, upwards and downwards in turn."""
    size = len(modules)
    columns = [*range(size - 1, 6, -2), 5, 3, 1]
    for turn, right in enumerate(columns):
        rows = range(size - 1, -1, -1) if turn % 2 == 0 else range(size)
        for y in rows:
            for x in (right, right - 1):
                if not _is_of_the_frame(size, version, y, x):
                    yield int(modules[y][x]) ^ int(_MASKS[mask](y, x) == 0)


def _in_order(words: Sequence[int], version: int, level: int) -> list[int]:
    """Return the words of the message, which stand in turns of one from each block."""
    sizes = [ecc.num_data for ecc in _blocks(version, level) for _ in range(ecc.num_blocks)]
    blocks: list[list[int]] = [[] for _ in sizes]
    at = 0
    for place in range(max(sizes)):
        for block, size in zip(blocks, sizes, strict=True):
            if place < size:
                block.append(words[at])
                at += 1
    return [word for block in blocks for word in block]


def _blocks(version: int, level: int) -> Any:
    return consts.ECC[version][level]


def _text(words: Sequence[int], version: int) -> str:
    bits = "".join(f"{word:08b}" for word in words)
    assert int(bits[:4], 2) == 0b0100, "it is not written in bytes"
    count = 8 if version < 10 else 16
    length = int(bits[4 : 4 + count], 2)
    begin = 4 + count
    return bytes(int(bits[begin + 8 * n : begin + 8 * n + 8], 2) for n in range(length)).decode()
