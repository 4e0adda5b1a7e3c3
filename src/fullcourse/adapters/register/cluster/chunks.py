"""The second step on a cluster: lines that came together by patient, to rows of facts, a chunk of patients at a time.

The lines of a partition come sorted by patient and then as the files and lines were. They are read by the reader of a
register on one machine, from a folder of this process, so that nothing of it is written a second time.
"""

import os
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import pyarrow as pa
import pyarrow.parquet as pq

from fullcourse.adapters.register.cluster.here import Asked, Here, here
from fullcourse.adapters.register.cluster.routing import ASIDE, BLOCK, LINE, Batches
from fullcourse.adapters.register.cluster.set_aside import LineNumbers, Place, with_places, worded
from fullcourse.adapters.register.read.assemble import FactPart
from fullcourse.adapters.register.read.lines import SetAside, read_line
from fullcourse.adapters.register.read.workers import nothing_collected
from fullcourse.clinical.errors import InputError
from fullcourse.cohort.plan import fact_columns
from fullcourse.cohort.screen_sql import ERROR, LINES_SET_ASIDE, SET_ASIDE
from fullcourse.knowledge.library import Knowledge

__all__ = ["CHUNK_BYTES", "ESTABLISHED", "FACTS", "READ_ALONE", "establish", "fact_schema", "unpack", "unpacked"]

FACTS, READ_ALONE = 4, 5
"""Kinds of rows beside those of `routing`: the facts of a chunk; how many were read one by one, by the reason."""

CHUNK_BYTES: Final = 64 * 1024 * 1024
"""Patients are read together until their lines are so many bytes."""

ESTABLISHED: Final = pa.schema([
    ("kind", pa.int8()), ("file", pa.int32()), ("block", pa.int64()), ("place", pa.int64()), ("reason", pa.string()),
    ("is_of_nobody", pa.bool_()), ("lines", pa.int64()), ("others", pa.int64()), ("facts", pa.binary()),
])  # fmt: skip
"""What `establish` yields. Of `FACTS`, ``facts`` is a table of facts with places as an Arrow stream,
``lines`` the number of its patients and ``others`` of those with an error: a thousand columns of Spark's own would cost
more than reading does."""

_TYPES: Final = {
    "BOOLEAN": pa.bool_(), "VARCHAR": pa.string(), "DOUBLE": pa.float64(), "INTEGER": pa.int32(), "BIGINT": pa.int64(),
    "DATE": pa.date32(),
}  # fmt: skip


def fact_schema(knowledge: Knowledge) -> Any:
    """Return the columns of a table of facts, as Arrow has them."""
    texts = [(name, pa.string()) for name in ("patient", "clinic", ERROR)]
    aside = [(LINES_SET_ASIDE, pa.int64()), (SET_ASIDE, pa.string())]
    return pa.schema([*texts, *aside, *((name, _TYPES[kind]) for name, kind in fact_columns(knowledge).items())])


def unpack(batches: Batches, columns: Sequence[str], numbers: LineNumbers) -> Batches:
    """Yield the rows of tables of facts.

    Args:
        batches: ``facts``; see `ESTABLISHED`.
        columns: Which of a table of facts.
        numbers: Of the lines of the register.
    """
    for batch in batches:
        for packed in batch.column(0).to_pylist():
            yield from unpacked(packed, numbers).select(list(columns)).to_batches()


def unpacked(packed: bytes, numbers: LineNumbers) -> Any:
    """Return a table of facts from its bytes, with the numbers of the lines that it names."""
    return worded(pa.ipc.open_stream(packed).read_all(), numbers)


@dataclass(slots=True)
class _Chunk:
    """Lines of some patients, each patient whole.

    Attributes:
        lines: By file, block and place: each line with whether what is wrong with it was told. One that came for two of
            these patients is one line.
        patients: Whose they are.
        size: Their bytes.
    """

    lines: dict[tuple[int, int, int], tuple[bytes, bool]] = field(default_factory=dict)
    patients: dict[str, None] = field(default_factory=dict)
    size: int = 0

    def add(self, patient: str, place: tuple[int, int, int], line: bytes, is_told: bool) -> None:
        """Add a line of a patient."""
        self.lines[place] = line, is_told
        self.patients[patient] = None
        self.size += len(line) + 1


def establish(
    batches: Batches, elsewhere: Mapping[str, Sequence[bytes]], asked: Asked, chunk_bytes: int = CHUNK_BYTES
) -> Batches:
    """Yield the facts of every patient, and notes of what was found beside them.

    Args:
        batches: Of `ROUTED`, sorted by patient, file, block and place; all rows of a patient.
        elsewhere: Products and substances by ``Type/id``, every version.
        asked: What this process must agree on, and the date.
        chunk_bytes: How many bytes of lines are read together, about.

    Raises:
        InputError: A line came to another than its patient.
    """
    mine = here(asked)
    with tempfile.TemporaryDirectory(dir=_folder()) as folder:
        maker = _Maker(mine, elsewhere, asked, Path(folder))
        chunk = _Chunk()
        for batch in batches:
            notes: list[tuple[object, ...]] = []
            for kind, patient, file, block, place, is_told, line, *note in _rows(batch):
                if kind != LINE:
                    notes.append((kind, file, block, place, *note))
                    continue
                if chunk.size >= chunk_bytes and patient not in chunk.patients:
                    yield from maker.made(chunk)
                    chunk = _Chunk()
                chunk.add(patient, (file, block, place), line, is_told)
            if notes:
                yield maker.noted(notes)
        if chunk.lines:
            yield from maker.made(chunk)


def _rows(batch: Any) -> Iterator[tuple[Any, ...]]:
    return zip(*(column.to_pylist() for column in batch.columns), strict=True)


def _folder() -> str | None:
    """Return where Spark has room on this machine; None for the usual place."""
    for name in os.environ.get("SPARK_LOCAL_DIRS", "").split(","):
        if name and Path(name).is_dir():
            return name
    return None


class _Maker:
    """Makes rows of facts of chunks."""

    def __init__(self, mine: Here, elsewhere: Mapping[str, Sequence[bytes]], asked: Asked, folder: Path) -> None:
        self._mine, self._elsewhere, self._asked, self._folder = mine, elsewhere, asked, folder
        self._schema = fact_schema(mine.knowledge)

    def made(self, chunk: _Chunk) -> Batches:
        """Yield the rows of a chunk, and its notes."""
        target = self._folder / "facts.parquet"
        # A record is read in the order of the files, as on one machine, whoever its lines came for.
        places = sorted(chunk.lines)
        data = b"".join(chunk.lines[place][0] + b"\n" for place in places)
        with nothing_collected():
            block, part = self._mine.read(data, self._elsewhere, self._asked.at, self._folder, target)
        notes: list[tuple[object, ...]] = [
            (ASIDE, *places[number - 1], reason, not is_known, 0, 0)
            for number, reason, is_known in block.aside
            if not chunk.lines[places[number - 1]][1]
        ]
        if block.others:
            notes.append((BLOCK, *places[0], None, None, 0, block.others))
        if part is not None:
            routed = Counter(why for patient, why in part.reasons.items() if patient in chunk.patients)
            notes += [(READ_ALONE, *places[0], why, None, count, 0) for why, count in routed.items()]
            notes.append((FACTS, *places[0], None, None, *self._facts(pq.read_table(target), part, places, chunk)))
        if notes:
            yield self.noted(notes)

    @staticmethod
    def noted(notes: Sequence[tuple[object, ...]]) -> Any:
        """Return notes as a batch."""
        columns = list(zip(*((*note, None)[: len(ESTABLISHED)] for note in notes), strict=True))
        arrays = [pa.array(values, of.type) for values, of in zip(columns, ESTABLISHED, strict=True)]
        return pa.RecordBatch.from_arrays(arrays, schema=ESTABLISHED)

    def _facts(self, table: Any, part: FactPart, places: Sequence[Place], chunk: _Chunk) -> tuple[int, int, bytes]:
        """Return of the patients of a chunk how many they are, how many have an error, and their facts."""
        found = table.column("patient").to_pylist()
        strangers = set(found) - chunk.patients.keys()
        if strangers:
            self._refuse_astray(strangers, chunk)
            table = table.filter(pa.array([name in chunk.patients for name in found]))
        whole = table.select(self._schema.names).cast(self._schema)
        aside = {name: [(places[it.line - 1], it.reason) for it in lines] for name, lines in part.aside.items()}
        packed = with_places(whole, aside)
        sink = pa.BufferOutputStream()
        with pa.ipc.new_stream(sink, packed.schema, options=pa.ipc.IpcWriteOptions(compression="zstd")) as writer:
            writer.write_table(packed)
        return whole.num_rows, whole.num_rows - whole.column(ERROR).null_count, sink.getvalue().to_pybytes()

    def _refuse_astray(self, strangers: set[str], chunk: _Chunk) -> None:
        """Refuse rows of patients whose lines did not all come here.

        A line that cannot be read may name several patients. It came here for one of them, and went to the others too.
        """
        for line, is_told in chunk.lines.values():
            if is_told:
                mention = read_line(line, self._mine.dates)
                if isinstance(mention, SetAside):
                    strangers -= set(mention.patients)
        if strangers:
            raise InputError(
                f"{len(strangers):,} patients of a partition had lines that were routed to somebody else: facts would "
                "be missing. This is a fault of fullcourse; report it with the type of the resources."
            )
