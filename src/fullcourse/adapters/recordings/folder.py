"""The folder in which a clinic puts its recordings: ``FOLDER/hi/0123456789abcdef.mp3``, one file a text.

What is no recording by its first bytes, is too long or is no plain file is not served, and the reason is told to
whoever lists the folder. Nothing here plays, changes or makes a recording.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

__all__ = ["MOST_BYTES", "TYPES", "Recording", "recording_of", "recordings_in"]

MOST_BYTES: Final = 300_000
"""Of one file: some 40 seconds of speech at 64 kbit/s, and a phone keeps up to two hundred."""

TYPES: Final = {".mp3": "audio/mpeg", ".m4a": "audio/mp4", ".ogg": "audio/ogg", ".wav": "audio/wav"}
"""Media types by the endings that are taken."""

_NAME: Final = re.compile(r"[0-9a-f]{16}\.(?:mp3|m4a|ogg|wav)")
_BEGINS: Final = {
    ".mp3": re.compile(rb"ID3|\xff[\xe2-\xff]"),
    ".m4a": re.compile(rb".{4}ftyp", re.DOTALL),
    ".ogg": re.compile(rb"OggS"),
    ".wav": re.compile(rb"RIFF.{4}WAVE", re.DOTALL),
}


@dataclass(frozen=True, slots=True)
class Recording:
    """One file of the folder of a language.

    Attributes:
        file: Its name, with the ending.
        fault: Why it is not served; empty where it is.
    """

    file: str
    fault: str = ""

    @property
    def name(self) -> str:
        """Return the name of the text that it holds."""
        return self.file.partition(".")[0]


def recordings_in(folder: Path, language: str) -> tuple[Recording, ...]:
    """Return what lies in the folder of a language, in the order of the names; none where there is no such folder.

    Args:
        folder: The clinic's.
        language: BCP 47 tag, one of our own.
    """
    place = folder / language
    if not place.is_dir():
        return ()
    return tuple(Recording(it.name, _fault(it)) for it in sorted(place.iterdir()))


def _fault(place: Path) -> str:
    if not _NAME.fullmatch(place.name):
        return f"its name is none of a text: 16 digits or letters a to f, and {', '.join(TYPES)}"
    if place.is_symlink() or not place.is_file():
        return "it is no plain file"
    size = place.stat().st_size
    if size > MOST_BYTES:
        return f"it has {size:,} bytes, and {MOST_BYTES:,} are the most: record it shorter, or at fewer bits"
    with place.open("rb") as file:
        if not _BEGINS[place.suffix].match(file.read(16)):
            return f"it does not begin as a file of type {place.suffix} does"
    return ""


def recording_of(folder: Path, file: str) -> tuple[bytes, str] | None:
    """Return a recording and its media type; None where no language has one of that name that may be served.

    Args:
        folder: The clinic's.
        file: Its name as it came over the network.
    """
    if not _NAME.fullmatch(file):
        return None
    return next(_read(folder, file), None)


def _read(folder: Path, file: str) -> Iterator[tuple[bytes, str]]:
    for place in sorted(folder.glob(f"*/{file}")):
        if not _fault(place):
            yield place.read_bytes(), TYPES[place.suffix]
