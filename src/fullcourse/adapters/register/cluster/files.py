"""The files of a register on whatever file system Spark knows, as lines with where they stand."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Final

from pyspark.sql import functions as F

from fullcourse.adapters.register.cluster.routing import place_of
from fullcourse.adapters.register.cluster.unread import is_of_register, refuse_unread
from fullcourse.adapters.register.input.find import LINES
from fullcourse.adapters.register.input.source import PACKED
from fullcourse.clinical.errors import InputError

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

__all__ = ["Lines", "lines_of_files", "lines_of_table"]

PARTITION_BYTES: Final = 128 * 1024 * 1024
"""Lines of so many bytes, about, go to one partition of patients."""

_OF_GLOBS: Final = frozenset("*?[]{}\\")
_LARGE: Final = 10_000


@dataclass(frozen=True, slots=True)
class Lines:
    """Lines of a register.

    Attributes:
        table: ``line``, ``path``, ``block``, ``number``: where a line stands is said by its number in the file, from
            1, or by where its block begins, bytes; then the lines of a block stand in their order.
        names: Of the files, in their order.
        numbers: Of the files, from 0, by their addresses.
        size: Bytes of the lines, about; 0 when nobody knows.
        stamps: What tells these files from others: address, size and time of each.
    """

    table: "DataFrame"
    names: Sequence[str]
    numbers: dict[str, int]
    size: int
    stamps: Sequence[Sequence[object]]


def lines_of_files(spark: "SparkSession", inputs: Sequence[str]) -> Lines:
    """Return the lines of files and folders, which executors read.

    Args:
        spark: A session that is no Spark Connect.
        inputs: Paths or addresses (``hdfs://``, ``s3a://``) of files and folders.

    Raises:
        InputError: One is not there, holds no lines, is in a form that is read on one machine only, or has a name that
            Spark passes over in silence.
    """
    found: dict[str, tuple[int, int]] = {}
    for each in inputs:
        found |= _files_in(spark, each)
    names = list(found)
    hidden = [name for name in names if PurePosixPath(name).name.startswith(("_", "."))]
    if hidden:
        raise InputError(
            f"{len(hidden):,} files have names that begin with '_' or '.', which Spark passes over: patients would "
            "look well without them. Rename them."
        )
    reader = spark.read.option("lineSep", "\n")  # without it, a carriage return ends a line as well
    # A cluster may be set to pass over what is broken or gone: patients would look healthier than they are.
    reader = reader.option("ignoreCorruptFiles", "false").option("ignoreMissingFiles", "false")
    text = reader.text([_no_glob(name) for name in names])
    table = text.select(
        F.col("value").cast("binary").alias("line"),
        F.col("_metadata.file_path").alias("path"),
        F.col("_metadata.file_block_start").alias("block"),
        F.lit(None).cast("bigint").alias("number"),
    )
    numbers = {place_of(name.replace("%", "%25")): number for number, name in enumerate(names)}
    size = sum(size * PACKED.get(PurePosixPath(name).suffix, 1) for name, (size, _) in found.items())
    stamps = [[name, *stamp] for name, stamp in found.items()]
    return Lines(table, [_as_given(name) for name in names], numbers, size, stamps)


def _files_in(spark: "SparkSession", path: str) -> dict[str, tuple[int, int]]:
    """Return the addresses of the files of an input with their sizes and times, in their order."""
    machine = spark._jvm  # the one way to the file systems of Hadoop
    if machine is None:
        raise InputError("the session is one of Spark Connect, which cannot list files. Use a classic session.")
    where = machine.org.apache.hadoop.fs.Path(path)
    system = where.getFileSystem(spark._jsc.hadoopConfiguration())
    if not system.exists(where):
        raise InputError("an input is not there, or is no file or folder. Check the paths handed in.")
    status = system.getFileStatus(where)
    root = PurePosixPath(status.getPath().toString())
    files = system.listFiles(where, True)
    found: dict[str, tuple[int, int]] = {}
    while files.hasNext():
        file = files.next()
        found[file.getPath().toString()] = file.getLen(), file.getModificationTime()
    if status.isDirectory():
        refuse_unread(str(PurePosixPath(name).relative_to(root)) for name in found)
        found = {name: stamp for name, stamp in found.items() if is_of_register(name)}
    else:
        refuse_unread([root.name])
    if not found:
        raise InputError(f"a folder handed in holds no file that ends in {', '.join(LINES)}. Name another.")
    return dict(sorted(found.items(), key=lambda pair: PurePosixPath(pair[0])))


def _no_glob(name: str) -> str:
    return "".join(f"\\{letter}" if letter in _OF_GLOBS else letter for letter in name)


def _as_given(name: str) -> str:
    return name.removeprefix("file:") if name.startswith("file:/") else name


def lines_of_table(table: "DataFrame") -> Lines:
    """Return the lines of a table of ``file``, ``number`` (from 1 in each file) and ``line``.

    Raises:
        InputError: It has not these columns.
    """
    lacking = {"file", "number", "line"} - set(table.columns)
    if lacking:
        raise InputError(
            f"the table of lines lacks {', '.join(sorted(lacking))}. It needs file, number and line: what is said of a "
            "line that cannot be used names its file and number."
        )
    names = sorted(str(row[0]) for row in table.select("file").distinct().limit(_LARGE + 1).collect())
    if len(names) > _LARGE:
        raise InputError(f"the table of lines names more than {_LARGE:,} files. Hand in the files themselves.")
    lines = table.select(
        F.col("line").cast("binary").alias("line"),
        F.col("file").cast("string").alias("path"),
        F.lit(0).cast("bigint").alias("block"),
        F.col("number").cast("bigint").alias("number"),
    )
    return Lines(lines, names, {name: number for number, name in enumerate(names)}, 0, [[name] for name in names])
