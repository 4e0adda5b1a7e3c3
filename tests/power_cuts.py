"""What a disk may hold after the power went: drawn from a trace of what was written and synced.

What was synced is there. Of what was not, each sector of 512 bytes holds any state that it had since, or is torn
between two of them; the length of a file is any that it had; a file that was made or deleted is there or not until its
folder is synced.
"""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from traced_disk import Acknowledged, Deleted, DirectorySynced, Found, Made, Step, Synced, Truncated, Written

__all__ = ["acknowledged_before", "images", "lay_down"]

SECTOR: Final = 512


@dataclass
class _File:
    """A file, as it reached the disk and as the operating system has it.

    Attributes:
        synced: What is on the disk for certain.
        now: What the program reads.
        pending: The states that each sector was in since, oldest first.
        lengths: The lengths that it had since.
    """

    synced: bytearray = field(default_factory=bytearray)
    now: bytearray = field(default_factory=bytearray)
    pending: dict[int, list[bytes]] = field(default_factory=dict)
    lengths: list[int] = field(default_factory=list)

    def write(self, offset: int, data: bytes) -> None:
        if len(self.now) < offset:
            self.now.extend(bytes(offset - len(self.now)))
        self.now[offset : offset + len(data)] = data
        self.lengths.append(len(self.now))
        for sector in range(offset // SECTOR, (offset + len(data) - 1) // SECTOR + 1):
            self.pending.setdefault(sector, []).append(_sector(self.now, sector))

    def truncate(self, size: int) -> None:
        before = len(self.now)
        del self.now[size:]
        self.now.extend(bytes(size - len(self.now)))
        self.lengths.append(size)
        for sector in range(min(size, before) // SECTOR, (max(size, before) - 1) // SECTOR + 1):
            self.pending.setdefault(sector, []).append(_sector(self.now, sector))

    def sync(self) -> None:
        del self.synced[len(self.now) :]
        self.synced.extend(bytes(len(self.now) - len(self.synced)))
        for start in (sector * SECTOR for sector in self.pending if sector * SECTOR < len(self.now)):
            self.synced[start : start + SECTOR] = self.now[start : start + SECTOR]
        self.pending, self.lengths = {}, []

    def after_cut(self, chance: random.Random) -> bytes:
        """Return what is found of it."""
        length = chance.choice([len(self.synced), *self.lengths])
        found = bytearray(self.synced.ljust(length, b"\0")[:length])
        keeps = chance.choice([0.0, 0.5, 0.5, 0.9, 1.0])
        for sector, states in self.pending.items():
            start = sector * SECTOR
            if start < length and chance.random() < keeps:
                old = bytes(found[start : start + SECTOR]).ljust(SECTOR, b"\0")
                new = chance.choice(states) if chance.random() < 0.3 else states[-1]
                torn = chance.randrange(SECTOR) if chance.random() < 0.2 else SECTOR
                found[start : start + SECTOR] = new[:torn] + old[torn:]
        return bytes(found[:length])


def _sector(data: bytearray, sector: int) -> bytes:
    return bytes(data[sector * SECTOR : (sector + 1) * SECTOR]).ljust(SECTOR, b"\0")


def images(steps: Sequence[Step], moments: int, chance: random.Random) -> Iterator[tuple[int, dict[str, bytes]]]:
    """Yield what is found after the power went: how many steps had been made, and the files.

    Args:
        steps: All that happened.
        moments: How often the power goes.
        chance: What decides when, and what is found of what was not synced.
    """
    cuts = sorted(chance.randrange(len(steps) + 1) for _ in range(moments))
    files: dict[str, _File] = {}
    on_disk: dict[str, _File] = {}  # the names that the folder has for certain
    names: list[dict[str, _File]] = []  # those that it had since
    for made, step in enumerate((*steps, None)):
        while cuts and cuts[0] == made:
            cuts.pop(0)
            listed = chance.choice([on_disk, *names])
            yield made, {name: file.after_cut(chance) for name, file in listed.items()}
        match step:
            case Found(name, data):
                files[name] = on_disk[name] = _File(bytearray(data), bytearray(data))
            case Made(name):
                files[name] = _File()
                names.append(dict(files))
            case Deleted(name):
                del files[name]
                names.append(dict(files))
            case Written(name, offset, data):
                files[name].write(offset, data)
            case Truncated(name, size):
                files[name].truncate(size)
            case Synced(name):
                files[name].sync()
            case DirectorySynced():
                on_disk, names = dict(files), []


def acknowledged_before(steps: Sequence[Step]) -> list[str]:
    """Return what the program had promised to keep."""
    return [step.what for step in steps if isinstance(step, Acknowledged)]


def lay_down(files: dict[str, bytes], folder: Path) -> None:
    """Write the files of an image into a folder."""
    folder.mkdir()
    for name, data in files.items():
        (folder / name).write_bytes(data)
