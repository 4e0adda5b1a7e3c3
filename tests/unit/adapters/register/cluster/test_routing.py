"""Files are the same file however their address is written, and lines have the numbers that they have in it."""

import pytest

pytest.importorskip("pyarrow", reason="pyarrow is not installed: pip install 'fullcourse[cohort,spark]'")

import pyarrow as pa

from fullcourse import __version__
from fullcourse.adapters.knowledge_cache import knowledge_here
from fullcourse.adapters.register.cluster.here import Asked
from fullcourse.adapters.register.cluster.routing import ASIDE, BLOCK, LINE, place_of, route
from patients import AT

LINES = pa.schema([("line", pa.binary()), ("path", pa.string()), ("block", pa.int64()), ("number", pa.int64())])
PERSON = b'{"resourceType":"Patient","id":"%s"}'


def routed(rows: list[tuple[bytes, str, int, int | None]], size: int) -> list[dict[str, object]]:
    asked = Asked(__version__, knowledge_here().digest, AT)
    batches = [
        pa.RecordBatch.from_arrays(
            [
                pa.array(values, of.type)
                for values, of in zip(zip(*rows[at : at + size], strict=True), LINES, strict=True)
            ],
            schema=LINES,
        )
        for at in range(0, len(rows), size)
    ]
    files = {"file:/a b": 0, "hdfs://h:1/c": 1}
    return [row for batch in route(iter(batches), files, asked) for row in batch.to_pylist()]


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("file:///a%20b/c%5B1%5D.ndjson", "file:/a b/c[1].ndjson"),
        ("file:/a b/c[1].ndjson", "file:/a b/c[1].ndjson"),
        ("file:///100%25.ndjson", "file:/100%.ndjson"),
        ("hdfs://host:8020/a%20b", "hdfs://host:8020/a b"),
        ("s3a://bucket/a", "s3a://bucket/a"),
        ("plain", "plain"),
    ],
)
def test_an_address_is_written_in_one_way(written: str, expected: str):
    assert place_of(written) == expected


@pytest.mark.parametrize("size", [1, 2, 100])
def test_lines_are_counted_from_the_beginning_of_their_block(size: int):
    rows = [
        (PERSON % b"a", "file:///a%20b", 0, None), (b"", "file:///a%20b", 0, None), (b"{", "file:///a%20b", 0, None),
        (PERSON % b"b", "file:///a%20b", 64, None), (PERSON % b"c", "hdfs://h:1/c", 0, None),
        (b'{"resourceType":"Location"}', "hdfs://h:1/c", 0, None),
    ]  # fmt: skip

    found = routed(rows, size)

    places = {row["patient"]: (row["file"], row["block"], row["place"]) for row in found if row["kind"] == LINE}
    assert places == {"a": (0, 0, 0), "b": (0, 64, 0), "c": (1, 0, 0)}
    assert [(row["file"], row["block"], row["place"]) for row in found if row["kind"] == ASIDE] == [(0, 0, 2)]
    blocks = {(row["file"], row["block"]): (row["lines"], row["others"]) for row in found if row["kind"] == BLOCK}
    assert blocks == {(0, 0): (3, 0), (0, 64): (1, 0), (1, 0): (2, 1)}


def test_a_line_of_a_table_stands_where_its_number_says():
    rows = [(PERSON % name, "hdfs://h:1/c", 0, number) for name, number in ((b"a", 7), (b"b", 3), (b"c", 9))]

    found = routed(rows, 2)

    assert {row["patient"]: row["place"] for row in found if row["kind"] == LINE} == {"a": 6, "b": 2, "c": 8}
    assert sum(row["lines"] for row in found if row["kind"] == BLOCK) == 3  # type: ignore[misc]  # a count
