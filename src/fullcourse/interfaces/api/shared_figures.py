"""Where the processes of one service leave what each counted, for whichever of them is asked."""

import contextlib
import json
from collections.abc import Iterable
from pathlib import Path
from typing import final

from fullcourse.interfaces.api.figures import Sample

__all__ = ["SharedFigures"]


@final
class SharedFigures:
    """A folder with a file for each process; a file is put in place whole, or not at all."""

    def __init__(self, folder: Path, number: int) -> None:
        """Take the folder and the number of this process, from 1."""
        self._folder, self.number = folder, number

    def leave(self, samples: Iterable[Sample]) -> None:
        """Leave what this process counted; a disk that is full keeps nobody from being answered."""
        part = self._folder / f"{self.number}.part"
        with contextlib.suppress(OSError):
            part.write_text(json.dumps(list(samples)), "utf-8")
            part.replace(self._folder / f"{self.number}.json")

    def others(self) -> dict[int, tuple[Sample, ...]]:
        """Return what the other processes left, at most some seconds ago."""
        found = {}
        for path in self._folder.glob("*.json"):
            if path.stem == str(self.number):
                continue
            with contextlib.suppress(OSError, ValueError):
                found[int(path.stem)] = tuple(_sample(*row) for row in json.loads(path.read_text("utf-8")))
        return found


def _sample(name: str, kind: str, says: str, values: list[list[object]]) -> Sample:
    """Return a sample as it was left: JSON has lists where it has tuples."""
    return Sample(
        name, kind, says,
        tuple((str(suffix), tuple((a, b) for a, b in labels), value) for suffix, labels, value in values),  # type: ignore[attr-defined, misc]  # we wrote it
    )  # fmt: skip
