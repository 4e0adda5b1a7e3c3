"""A block of lines to rows of mentions, quickly: what differs is cut out of all lines at once, by DuckDB.

Most lines of an export differ from others only in ids, dates and values. When these are cut out, few texts remain;
each of them is read once, strictly, with stand-ins in the gaps, and what comes back where tells what the gaps are. A
line whose text cannot be understood so is read by itself. Both ways give the same rows.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import duckdb
import numpy as np

from fullcourse.adapters.cohort.dates import NO_DATE, moment_columns, parsed_moment, plain_moment
from fullcourse.adapters.cohort.lines import Dates, Mention, SetAside, read_line

__all__ = ["ROW_COLUMNS", "Block", "BlockReader"]

_DELIMITER: Final = 31
_ID, _DATE, _REFERENCE = "[A-Za-z0-9.-]{1,64}", "[0-9T:+.Z-]{4,40}", "[A-Za-z0-9.:/|?=-]{1,200}"
_NUMBER = r"^-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?"
_STAND_IN_VALUE = 7.06249
_UNSEEN = re.compile(r"[\x00-\x1f]")

ROW_COLUMNS: Final = (
    "bucket", "patient", "line", "start", "length", "shape", "odd", "id_hash", "line_hash", "value",
    "a_first", "a_last", "a_start", "a_end", "b_first", "b_last", "b_start", "b_end", "bad_date",
)  # fmt: skip
"""Columns of a block of rows. ``a`` is the date of the resource, ``b`` its end; days since 1970 and seconds."""


@dataclass(frozen=True, slots=True)
class _Gap:
    """Something that is cut out of every line.

    Attributes:
        key: The text in front of it.
        allowed: Regular expression of what may be cut out; empty for a number.
        stand_in: What is read in its place.
    """

    key: str
    allowed: str
    stand_in: str


@dataclass(frozen=True, slots=True)
class Block:
    """What a block of lines came to.

    Attributes:
        shapes: ``(shape, linked)`` by number.
        elsewhere: Products and substances, by ``Type/id``.
        aside: ``(line within the block, reason)`` of lines that are not used.
        lines: Number of lines, blank ones included.
        others: Lines about no patient.
    """

    shapes: Sequence[tuple[bytes, str]]
    elsewhere: Sequence[tuple[str, bytes]]
    aside: Sequence[tuple[int, str]]
    lines: int
    others: int


class BlockReader:
    """Reads blocks; keeps one connection and what it has learned of the texts."""

    def __init__(self, dates: Dates, buckets: int, memory: str = "700MB") -> None:
        """Prepare for a register that is split into so many buckets of patients."""
        self._dates, self._buckets = dates, buckets
        self._connection = duckdb.connect(
            config={"threads": 1, "memory_limit": memory, "preserve_insertion_order": True}
        )
        self._date_names = sorted({path for paths in dates.values() for path in paths if "." not in path})
        self._learned: dict[tuple[str, tuple[_Gap, ...]], _Row | None] = {}

    def read(self, data: bytes, target: Path, start: int = 0) -> Block:
        """Write the rows of a block, and return what else it came to.

        Args:
            data: Whole lines.
            target: The Parquet file to write.
            start: Where the block starts in its file, in bytes of the file as unpacked.
        """
        gathered = _Gathered(data)
        if not self._by_columns(gathered, target):
            self._connection.execute("CREATE OR REPLACE TEMP TABLE learned AS SELECT NULL::VARCHAR AS patient LIMIT 0")
            gathered.alone = list(range(len(gathered.starts)))
        for number in gathered.alone:
            gathered.add_alone(number, self._dates)
        self._write(gathered, target, start)
        return Block(list(gathered.shapes), gathered.elsewhere, sorted(gathered.aside), gathered.lines, gathered.others)

    def _by_columns(self, gathered: "_Gathered", target: Path) -> bool:
        """Cut, group and learn; return False when this block must be read line by line."""
        if gathered.has_unusual_bytes or not len(gathered.starts):
            return False
        gaps = self._gaps(gathered.data)
        draft = target.with_suffix(".lines")
        draft.write_bytes(gathered.data)
        try:
            self._connection.execute(
                f"CREATE OR REPLACE TEMP TABLE cut AS {_cut_query(draft, gaps, len(gathered.data))}"
            )
        except duckdb.Error:
            return False  # bytes that are no text, or a line too long: the strict reader says which
        finally:
            draft.unlink()
        found = self._connection.execute("SELECT count(*), count(text) FROM cut").fetchone()
        if found != (len(gathered.starts), len(gathered.starts)):
            return False
        texts = self._connection.execute("SELECT hash(text), any_value(text) FROM cut GROUP BY 1").fetchall()
        rows: list[_Row] = []
        for key, text in texts:
            row = self._learn(text, gaps, gathered)
            if row is not None:
                rows.append(row.at(key))
        self._register_learned(rows, gaps)
        alone = self._connection.execute(
            "SELECT line FROM cut WHERE hash(text) NOT IN (SELECT key FROM rows_learned) ORDER BY line"
        ).fetchnumpy()["line"]
        gathered.alone = [int(number) for number in alone]
        return True

    def _gaps(self, data: bytes) -> tuple[_Gap, ...]:
        """Return what to cut out of the lines of this block: what stands in it at all."""
        space = " " if b'": "' in data[:4096] else ""
        wanted = [
            _Gap(f'"id":{space}"', _ID, "stand-in-0"),
            _Gap(f'"reference":{space}"Patient/', _ID, "stand-in-1"),
            _Gap(f'"valueQuantity":{space}{{"value":{space}', "", repr(_STAND_IN_VALUE)),
            _Gap(f'"encounter":{space}{{"reference":{space}"', _REFERENCE, "Encounter/stand-in-2"),
            _Gap(f'"lastUpdated":{space}"', _DATE, "1869-01-01"),
            _Gap(f'"versionId":{space}"', _ID, "stand-in-3"),
        ]
        names = [*self._date_names, "abatementDateTime"]
        wanted += [_Gap(f'"{name}":{space}"', _DATE, f"18{number:02d}-02-03") for number, name in enumerate(names, 30)]
        step = max(1, len(data) // 4)
        sample = b"".join(data[at : at + 16_384] for at in range(0, len(data), step))
        return tuple(gap for gap in wanted if gap.key.encode() in sample)[:24]

    def _learn(self, text: str, gaps: tuple[_Gap, ...], gathered: "_Gathered") -> "_Row | None":
        """Return what every line of a text says; None when its lines must be read one by one."""
        line, used = text, []
        for number, gap in enumerate(gaps):
            mark = chr(_mark(number))
            if mark in line:
                if gap.stand_in in text:
                    return None
                used.append(number)
                line = line.replace(mark, gap.stand_in)
        if _UNSEEN.search(line):
            return None
        mention = read_line(line.encode(), self._dates)
        if isinstance(mention, SetAside) or not mention.shape or not mention.patient:
            return None
        sources: list[int] = []
        for written in (mention.patient, mention.id, mention.on, mention.until):
            sources.append(next((number for number in used if gaps[number].stand_in == written), -1))
        value_gap = next((number for number in used if not gaps[number].allowed), -1)
        measured = value_gap if mention.value == _STAND_IN_VALUE else -1
        body = mention.shape.decode() + mention.linked
        for number in used:
            if gaps[number].stand_in in body or number not in {*sources, measured, *_passed_over(gaps)}:
                return None
        return _Row(0, gathered.shape(mention), mention, (*sources, measured))

    def _register_learned(self, rows: Sequence["_Row"], gaps: Sequence[_Gap]) -> None:
        columns: dict[str, object] = {
            "key": np.array([row.key for row in rows], np.uint64),
            "shape": np.array([row.shape for row in rows], np.int32),
            "odd": np.array([row.mention.is_odd for row in rows], np.bool_),
            "own_value": np.array(
                [np.nan if row.mention.value is None else row.mention.value for row in rows], np.float64
            ),
        }
        for index, name in enumerate(("patient", "id", "a", "b", "value")):
            columns[f"{name}_from"] = np.array([row.sources[index] for row in rows], np.int32)
        for name, texts in (
            ("own_patient", [row.mention.patient for row in rows]),
            ("own_id", [row.mention.id for row in rows]),
            ("own_a", [row.mention.on for row in rows]),
            ("own_b", [row.mention.until for row in rows]),
        ):
            columns[name] = np.array([*texts, ""], object)[:-1]
        self._connection.register("learned_arrays", columns)
        self._connection.execute("CREATE OR REPLACE TEMP TABLE rows_learned AS SELECT * FROM learned_arrays")
        self._connection.unregister("learned_arrays")

        def pick(name: str) -> str:
            cases = " ".join(f"WHEN {number} THEN gap{number}" for number in range(len(gaps)))
            return f"CASE {name}_from {cases} ELSE own_{name} END" if gaps else f"own_{name}"

        own = "CASE WHEN isnan(own_value) THEN NULL ELSE own_value END"
        value = f"CASE WHEN value_from >= 0 THEN CAST({pick_value(gaps)} AS DOUBLE) ELSE {own} END"
        self._connection.execute(
            "CREATE OR REPLACE TEMP TABLE learned AS SELECT "  # noqa: S608 - our own column names
            f"{pick('patient')} AS patient, line, shape, odd, {pick('id')} AS id, line_hash, {value} AS value, "
            f"{pick('a')} AS a, {pick('b')} AS b FROM cut JOIN rows_learned ON hash(cut.text) = rows_learned.key"
        )

    def _write(self, gathered: "_Gathered", target: Path, start: int) -> None:
        run = self._connection.execute
        lone = gathered.columns()
        self._connection.register("lone_arrays", lone)
        lines = {"starts": gathered.starts + start, "lengths": gathered.ends - gathered.starts}
        lines["number"] = np.arange(len(gathered.starts))
        self._connection.register("line_arrays", lines)
        columns = "patient, line, shape, odd, id, line_hash, value, a, b"
        lone_rows = f"SELECT {columns.replace('line_hash', 'hash(text) AS line_hash')} FROM lone_arrays"  # noqa: S608
        has_learned = "id" in [row[0] for row in run("DESCRIBE learned").fetchall()]
        source = f"SELECT {columns} FROM learned UNION ALL {lone_rows}" if has_learned else lone_rows  # noqa: S608
        plain = ", ".join(f"CAST({plain_moment(name)} AS DOUBLE) AS {name}_plain" for name in ("a", "b"))
        run(f"CREATE OR REPLACE TEMP TABLE mentions AS SELECT *, {plain} FROM ({source})")  # noqa: S608
        self._parse_unusual_dates()
        draft = target.with_suffix(".draft")
        run(
            f"""COPY (
                SELECT hash(patient) % {self._buckets} AS bucket, patient, line::INTEGER AS line,
                    starts::BIGINT AS start, lengths::INTEGER AS length, shape, odd,
                    CASE WHEN id <> '' THEN hash(id) END AS id_hash, line_hash, value,
                    {moment_columns("a")}, {moment_columns("b")},
                    (a <> '' AND coalesce(ua.bad, false)) OR (b <> '' AND coalesce(ub.bad, false)) AS bad_date
                FROM mentions JOIN line_arrays ON number = line
                LEFT JOIN unusual ua ON ua.written = a LEFT JOIN unusual ub ON ub.written = b
                ORDER BY bucket, line
            ) TO '{_quoted(draft)}' (FORMAT parquet, ROW_GROUP_SIZE 20480)"""  # noqa: S608 - our own names
        )
        self._connection.unregister("lone_arrays")
        self._connection.unregister("line_arrays")
        for table in ("mentions", "cut", "learned", "unusual", "rows_learned"):
            run(f"DROP TABLE IF EXISTS {table}")
        draft.replace(target)

    def _parse_unusual_dates(self) -> None:
        """Read dates that are not a plain day or instant one by one: partial ones, fractions, leap seconds, faults."""
        found = self._connection.execute(
            """SELECT a FROM mentions WHERE a <> '' AND a_plain IS NULL
            UNION SELECT b FROM mentions WHERE b <> '' AND b_plain IS NULL"""
        ).fetchall()
        rows = [(text, *parsed_moment(text)) for (text,) in found]
        names = ("written", "bad", "first", "last", "start", "end")
        kinds = (object, np.bool_, np.int32, np.int32, np.float64, np.float64)
        arrays: dict[str, object] = {
            name: np.array([*(row[index] for row in rows), NO_DATE[index]], kind)[:-1]
            for index, (name, kind) in enumerate(zip(names, kinds, strict=True))
        }
        self._connection.register("unusual_arrays", arrays)
        self._connection.execute("CREATE OR REPLACE TEMP TABLE unusual AS SELECT * FROM unusual_arrays")
        self._connection.unregister("unusual_arrays")


@dataclass(frozen=True, slots=True)
class _Row:
    """What every line of one text says: a mention, with the gaps that its own parts come from (-1: from the text)."""

    key: int
    shape: int
    mention: Mention
    sources: tuple[int, ...]

    def at(self, key: int) -> "_Row":
        """Return the same for the key of its text."""
        return _Row(key, self.shape, self.mention, self.sources)


class _Gathered:
    """A block in the making."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.bytes = np.frombuffer(data, np.uint8)
        ends = np.flatnonzero(self.bytes == 10)
        if not len(ends) or ends[-1] != len(data) - 1:
            ends = np.append(ends, len(data))
        starts = np.concatenate([[0], ends[:-1] + 1])
        self.lines = len(starts) if len(data) else 0
        blank = starts == ends
        self.has_blank = bool(blank.any())
        self.number = np.flatnonzero(~blank)
        self.starts, self.ends = starts[~blank].astype(np.int64), ends[~blank].astype(np.int64)
        self.shapes: dict[tuple[bytes, str], int] = {}
        self.elsewhere: list[tuple[str, bytes]] = []
        self.aside: list[tuple[int, str]] = []
        self.others = 0
        self.alone: list[int] = []
        self._mentions: list[tuple[int, Mention, str]] = []

    @property
    def has_unusual_bytes(self) -> bool:
        """Whether there are control characters, blank lines, or backslashes at line ends that need the slow way."""
        control = int(np.count_nonzero(self.bytes < 32)) - int(np.count_nonzero(self.bytes == 10))
        return self.has_blank or control > 0

    def shape(self, mention: Mention) -> int:
        """Return the number of a mention's shape."""
        return self.shapes.setdefault((mention.shape, mention.linked), len(self.shapes))

    def add_alone(self, number: int, dates: Dates) -> None:
        """Read one line by itself."""
        line = self.data[int(self.starts[number]) : int(self.ends[number])].rstrip(b"\r")
        if not line.strip():
            return
        mention = read_line(line, dates)
        if isinstance(mention, SetAside):
            self.aside.append((int(self.number[number]) + 1, mention.reason))
        elif mention.patient:
            self._mentions.append((number, mention, line.decode("utf-8", "replace")))
        elif mention.shape:
            self.elsewhere.append((f"{mention.kind}/{mention.id}", mention.shape))
        else:
            self.others += 1

    def columns(self) -> dict[str, object]:
        """Return the lines that were read by themselves, as columns."""
        rows = self._mentions

        def texts(values: Iterable[str]) -> object:
            return np.array([*values, ""], object)[:-1]

        return {
            "line": np.array([number for number, _, _ in rows], np.int64),
            "shape": np.array([self.shape(mention) for _, mention, _ in rows], np.int32),
            "odd": np.array([mention.is_odd for _, mention, _ in rows], np.bool_),
            "value": np.ma.masked_array(
                [0.0 if mention.value is None else mention.value for _, mention, _ in rows],
                [mention.value is None for _, mention, _ in rows],
                np.float64,
            ),
            "patient": texts(mention.patient for _, mention, _ in rows),
            "id": texts(mention.id for _, mention, _ in rows),
            "text": texts(text for _, _, text in rows),
            "a": texts(mention.on for _, mention, _ in rows),
            "b": texts(mention.until for _, mention, _ in rows),
        }


def _passed_over(gaps: Sequence[_Gap]) -> set[int]:
    """Return the gaps that nothing reads."""
    names = ('"encounter"', '"lastUpdated"', '"versionId"')
    return {number for number, gap in enumerate(gaps) if gap.key.startswith(names)} | {
        # A date after the first that dates a resource is not read; that it is not in the shape was checked.
        number for number, gap in enumerate(gaps) if gap.allowed == _DATE
    }  # fmt: skip


def _mark(number: int) -> int:
    """Return the control character that marks a gap: JSON holds none, so that nothing else can look like it."""
    return next(
        code for index, code in enumerate(code for code in range(1, 31) if code not in (9, 10, 13)) if index == number
    )


def pick_value(gaps: Sequence[_Gap]) -> str:
    """Return the column of the measured value."""
    return next((f"gap{number}" for number, gap in enumerate(gaps) if not gap.allowed), "NULL")


def _cut_query(path: Path, gaps: Sequence[_Gap], size: int) -> str:
    """Return the query that cuts the gaps out of each line, one after another."""
    columns = "line, line_hash"
    inner = (
        "SELECT row_number() OVER () - 1 AS line, hash(l) AS line_hash, l AS text FROM read_csv("  # noqa: S608
        f"'{_quoted(path)}', columns = {{'l': 'VARCHAR'}}, delim = chr({_DELIMITER}), quote = '', escape = '', "
        f"header = false, auto_detect = false, max_line_size = {max(size, 1) + 1}, new_line = '\\n')"
    )
    for number, gap in enumerate(gaps):
        key, length = gap.key.replace("'", "''"), len(gap.key)
        inner = f"SELECT *, instr(text, '{key}') AS p FROM ({inner})"  # noqa: S608
        inner = f"SELECT *, CASE WHEN p > 0 THEN substr(text, p + {length}, 240) END AS r FROM ({inner})"  # noqa: S608
        if gap.allowed:
            found = "left(r, instr(r, '\"') - 1)"
            inner = (
                f"SELECT *, CASE WHEN regexp_full_match({found}, '{gap.allowed}') THEN {found} END AS v FROM ({inner})"  # noqa: S608
            )
        else:
            inner = f"SELECT *, nullif(regexp_extract(r, '{_NUMBER}'), '') AS v FROM ({inner})"  # noqa: S608
        cut = f"left(text, p + {length - 1}) || chr({_mark(number)}) || substr(text, p + {length} + length(v))"
        kept = "".join(f", gap{index}" for index in range(number))
        inner = (
            f"SELECT {columns}{kept}, v AS gap{number}, CASE WHEN v IS NULL THEN text ELSE {cut} END AS text "  # noqa: S608
            f"FROM ({inner})"
        )
    return inner


def _quoted(path: Path) -> str:
    return str(path).replace("'", "''")
