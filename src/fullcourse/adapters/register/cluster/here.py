"""What a process of a cluster keeps: the knowledge, proved to be that of the driver, and what it learned of shapes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Final

import numpy as np

from fullcourse import __version__
from fullcourse.adapters.knowledge_cache import knowledge_here
from fullcourse.adapters.register.read.assemble import Assembler, FactPart, reader_of
from fullcourse.adapters.register.read.blocks import Block, BlockReader
from fullcourse.adapters.register.read.extract import Aside, Extracted, Segment
from fullcourse.adapters.register.read.products import Products
from fullcourse.adapters.register.read.templates import TemplateReader
from fullcourse.clinical.errors import InputError
from fullcourse.knowledge.library import Knowledge

__all__ = ["Asked", "Here", "here"]

_SHOWN: Final = 12


@dataclass(frozen=True, slots=True)
class Asked:
    """What every process of a run must agree on; it travels with the tasks.

    Attributes:
        version: Of the software on the driver.
        knowledge: Digest of the knowledge there.
        at: Date of the check.
    """

    version: str
    knowledge: str
    at: date


class Here:
    """Reads the lines of some patients in this process; shapes that were understood once are kept."""

    def __init__(self, knowledge: Knowledge) -> None:
        """Prepare to read with a knowledge."""
        self.knowledge = knowledge
        self.dates = {kind: reading.dates for kind, reading in knowledge.readings.items()}
        self._fhir = reader_of(knowledge)
        self._blocks = BlockReader(self.dates, 1, TemplateReader(self._fhir, knowledge, Products({})))

    def read(
        self, data: bytes, elsewhere: Mapping[str, Sequence[bytes]], at: date, folder: Path, target: Path
    ) -> tuple[Block, FactPart | None]:
        """Write the facts of the patients of some lines.

        Args:
            data: All lines of these patients, in the order of their files.
            elsewhere: Products and substances by ``Type/id``, every version.
            at: Date of the check.
            folder: For what is needed meanwhile; the next call writes over it.
            target: The table of facts.

        Returns:
            What the lines came to, and the facts; None where no line was about a patient, and nothing is written. Lines
            that are set aside are numbered as they were handed in.
        """
        lines = folder / "lines.ndjson"
        lines.write_bytes(data)  # a record that columns cannot hold is read again from where it stands
        block = self._blocks.read(data, folder, "lines.rows")
        if not block.rows.row_ends[-1]:
            return block, None
        bodies = {name: list(versions) for name, versions in elsewhere.items()}
        rows = [(block.rows, [Segment(lines, 0, 0, 1)])]
        numbers = np.arange(len(block.shapes), dtype=np.int64)
        aside_at = {
            (0, start): Aside(lines.name, number, reason, is_of_nobody=False)
            for (number, reason, is_known), start in zip(block.aside, block.aside_starts, strict=True)
            if is_known
        }
        extracted = Extracted(folder, rows, block.shapes, [numbers], bodies, (), block.lines, block.others, aside_at)
        return block, Assembler(extracted, self._fhir, self.knowledge, at).write(0, target)


def here(asked: Asked) -> Here:
    """Return what this process keeps, when it has the software and the knowledge of the driver.

    Raises:
        InputError: It has others: its rows would be decided by other statements than those of its neighbours.
    """
    mine = _here()
    if asked.version != __version__ or asked.knowledge != mine.knowledge.digest:
        raise InputError(
            f"an executor has fullcourse {__version__} with knowledge {mine.knowledge.digest[:_SHOWN]}, and the driver "
            f"has {asked.version} with {asked.knowledge[:_SHOWN]}: rows of one table would be decided by two editions. "
            "Install the same wheel on every node."
        )
    return mine


@cache
def _here() -> Here:
    return Here(knowledge_here())
