"""Makes a picture of a screen small: sixteen colours say all that a screen of few colours shows."""

import struct
import zlib
from typing import Any, Final

import numpy as np

__all__ = ["small_png"]

_SIGNATURE: Final = b"\x89PNG\r\n\x1a\n"
_CHANNELS: Final = {2: 3, 6: 4}
_COLOURS: Final = 16
_Pixels = np.ndarray[Any, np.dtype[np.uint8]]


def small_png(data: bytes) -> bytes:
    """Return a picture again, in sixteen colours.

    Args:
        data: A PNG of eight bits a channel, as a browser writes it; of an even width.
    """
    pixels = _decoded(data)
    places, palette = _reduced(pixels)
    height, width = places.shape
    rows = np.zeros((height, 1 + width // 2), np.uint8)
    rows[:, 1:] = places[:, ::2] << 4 | places[:, 1::2]
    head = struct.pack(">IIBBBBB", width, height, 4, 3, 0, 0, 0)
    parts = ((b"IHDR", head), (b"PLTE", palette.tobytes()), (b"IDAT", zlib.compress(rows.tobytes(), 9)), (b"IEND", b""))
    return _SIGNATURE + b"".join(_chunk(kind, body) for kind, body in parts)


def _chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def _decoded(data: bytes) -> _Pixels:
    """Return the pixels of a PNG, without what is said of how far one shines through."""
    place, packed, width, height, channels = len(_SIGNATURE), b"", 0, 0, 3
    while place < len(data):
        size, kind = struct.unpack(">I4s", data[place : place + 8])
        body = data[place + 8 : place + 8 + size]
        place += 12 + size
        if kind == b"IHDR":
            width, height, _, colour = struct.unpack(">IIBB", body[:10])
            channels = _CHANNELS[colour]
        elif kind == b"IDAT":
            packed += body
    rows = np.frombuffer(zlib.decompress(packed), np.uint8).reshape(height, 1 + width * channels)
    before, lines = np.zeros(width * channels, np.int32), []
    for row in rows:
        before = _unfiltered(int(row[0]), row[1:].astype(np.int32), before, channels)
        lines.append(before)
    return np.array(lines).reshape(height, width, channels)[:, :, :3].astype(np.uint8)


def _unfiltered(kind: int, line: np.ndarray[Any, Any], above: np.ndarray[Any, Any], channels: int) -> Any:
    """Return a line of a PNG as it was before it was written by its neighbours (PNG, section 9)."""
    if kind == 0:
        return line
    if kind == 1:
        return (np.cumsum(line.reshape(-1, channels), axis=0) & 255).ravel()
    if kind == 2:
        return (line + above) & 255
    made = np.zeros_like(line)
    for at in range(len(line)):
        left = int(made[at - channels]) if at >= channels else 0
        corner = int(above[at - channels]) if at >= channels else 0
        made[at] = (int(line[at]) + _foretold(kind, left, int(above[at]), corner)) & 255
    return made


def _foretold(kind: int, left: int, up: int, corner: int) -> int:
    if kind == 3:
        return (left + up) // 2
    guess = left + up - corner
    return min((left, up, corner), key=lambda it: abs(guess - it))


def _reduced(pixels: _Pixels) -> tuple[_Pixels, _Pixels]:
    """Return each pixel's place in a palette, and the palette: one after another the colour that is served worst."""
    height, width, _ = pixels.shape
    flat = pixels.reshape(-1, 3).astype(np.int64)
    colours, back, counts = np.unique(flat @ (65536, 256, 1), return_inverse=True, return_counts=True)
    rgb = np.stack([colours >> 16, colours >> 8 & 255, colours & 255], axis=1).astype(float)
    chosen = [int(np.argmax(counts))]
    far = ((rgb - rgb[chosen[0]]) ** 2).sum(axis=1)
    while len(chosen) < min(_COLOURS, len(colours)):
        chosen.append(int(np.argmax(far * np.sqrt(counts))))
        far = np.minimum(far, ((rgb - rgb[chosen[-1]]) ** 2).sum(axis=1))
    palette = rgb[chosen]
    nearest = np.argmin(((rgb[:, None] - palette[None]) ** 2).sum(axis=2), axis=1)
    return nearest[back].reshape(height, width).astype(np.uint8), palette.astype(np.uint8)
