"""One register in every form in which a programme hands it in; each writer returns what the command is given."""

import json
import struct
import uuid
from base64 import b85encode
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

import duckdb

__all__ = [
    "as_bulk_export",
    "bulk_manifest",
    "deletion_bundle",
    "delta_table",
    "delta_without_rows",
    "table",
]


def table(lines: Iterable[bytes | str | None], path: Path, column: str = "resource", kind: str = "VARCHAR") -> Path:
    """Write lines as a table of one resource a row, with an id beside."""
    path.parent.mkdir(parents=True, exist_ok=True)
    rows = [(number, line.decode() if isinstance(line, bytes) else line) for number, line in enumerate(lines)]
    with duckdb.connect() as connection:
        connection.execute(f'CREATE TABLE t (number INTEGER, "{column}" VARCHAR)')
        connection.executemany("INSERT INTO t VALUES (?, ?)", rows)
        cast = f'encode("{column}")' if kind == "BLOB" else f'CAST("{column}" AS {kind})'
        query = f'SELECT number, {cast} AS "{column}" FROM t ORDER BY number'  # noqa: S608 - our own names
        connection.execute(f"COPY ({query}) TO '{path}' (FORMAT parquet, ROW_GROUP_SIZE 2048)")
    return path


def delta_table(parts: Sequence[Sequence[bytes]], folder: Path, removed: Sequence[int] = ()) -> Path:
    """Write parts of lines as a Delta table, one commit each, and then take some parts out again; their files stay."""
    log = folder / "_delta_log"
    log.mkdir(parents=True)
    schema = {
        "type": "struct",
        "fields": [
            {"name": name, "type": kind, "nullable": True, "metadata": {}}
            for name, kind in (("number", "integer"), ("resource", "string"))
        ],
    }
    first = [
        {"protocol": {"minReaderVersion": 1, "minWriterVersion": 2}},
        {
            "metaData": {
                "id": str(uuid.UUID(int=1)),
                "format": {"provider": "parquet", "options": {}},
                "schemaString": json.dumps(schema),
                "partitionColumns": [],
                "configuration": {},
                "createdTime": 1,
            }
        },
    ]
    for number, lines in enumerate(parts):
        path = table(lines, folder / f"part-{number}.snappy.parquet")
        added = {"add": _added(path)}
        _commit(log, number, [*(first if number == 0 else []), added])
    if removed:
        gone = [
            {"remove": {"path": f"part-{number}.snappy.parquet", "deletionTimestamp": 2, "dataChange": True}}
            for number in removed
        ]
        _commit(log, len(parts), gone)
    return folder


def _added(path: Path) -> dict[str, Any]:
    return {
        "path": path.name,
        "partitionValues": {},
        "size": path.stat().st_size,
        "modificationTime": 1,
        "dataChange": True,
    }


def _commit(log: Path, number: int, actions: Iterable[dict[str, Any]]) -> None:
    (log / f"{number:020d}.json").write_text("".join(json.dumps(action) + "\n" for action in actions))


def delta_without_rows(lines: Sequence[bytes], folder: Path, rows: Sequence[int], is_enabled: str = "true") -> Path:
    """Write a Delta table of one file of which a deletion vector takes some rows out.

    The vector is inline: Delta protocol, "Deletion Vector Format": a RoaringBitmapArray in the portable form, with its
    magic number, in Z85.
    """
    delta_table([lines], folder)
    log = folder / "_delta_log"
    metadata = json.loads((log / f"{0:020d}.json").read_text().splitlines()[1])
    metadata["metaData"]["configuration"] = {"delta.enableDeletionVectors": is_enabled}
    protocol = {
        "protocol": {
            "minReaderVersion": 3,
            "minWriterVersion": 7,
            "readerFeatures": ["deletionVectors"],
            "writerFeatures": ["deletionVectors"],
        }
    }
    path = folder / "part-0.snappy.parquet"
    bitmap = _roaring(rows)
    vector = {
        "storageType": "i",
        "pathOrInlineDv": _z85(bitmap),
        "sizeInBytes": len(bitmap),
        "cardinality": len(rows),
    }
    removed = {"path": path.name, "deletionTimestamp": 2, "dataChange": True}
    _commit(
        log,
        1,
        [
            protocol,
            metadata,
            {"remove": removed},
            {"add": {**_added(path), "stats": json.dumps({"numRecords": len(lines)}), "deletionVector": vector}},
        ],
    )
    return folder


def _roaring(rows: Sequence[int]) -> bytes:
    """Return numbers below 65536 as a portable roaring bitmap in the array that Delta keeps."""
    values = b"".join(struct.pack("<H", row) for row in sorted(rows))
    container = struct.pack("<IIHHI", 12346, 1, 0, len(rows) - 1, 16) + values
    array = struct.pack("<IQ", 1681511377, 1) + struct.pack("<I", 0) + container
    return array + b"\0" * (-len(array) % 4)


_Z85 = b"0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ.-:+=^!/*?&<>()[]{}@%$#"
_B85 = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz!#$%&()*+-;<=>?@^_`{|}~"


def _z85(data: bytes) -> str:
    return b85encode(data).translate(bytes.maketrans(_B85, _Z85)).decode()


def as_bulk_export(lines: Sequence[bytes], folder: Path, name: Callable[[str], str] = "{}.ndjson".format) -> list[str]:
    """Write lines as a bulk export, one file a type; return the types."""
    folder.mkdir(parents=True, exist_ok=True)
    by_type: dict[str, list[bytes]] = {}
    for line in lines:
        by_type.setdefault(json.loads(line)["resourceType"], []).append(line)
    for kind, of_type in by_type.items():
        path = folder / name(kind)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"\n".join(of_type) + b"\n")
    return list(by_type)


def bulk_manifest(folder: Path, outputs: Sequence[dict[str, Any]], **more: object) -> Path:
    """Write a manifest as a server gives it."""
    whole = {
        "transactionTime": "2026-11-22T00:00:00Z",
        "request": "https://server.example/fhir/$export",
        "requiresAccessToken": True,
        "output": list(outputs),
        "error": [],
        **more,
    }
    path = folder / "manifest.json"
    path.write_text(json.dumps(whole))
    return path


def deletion_bundle(names: Sequence[str]) -> bytes:
    """Return a Bundle that names resources as deleted, as one line."""
    entries = [{"request": {"method": "DELETE", "url": name}} for name in names]
    return json.dumps({"resourceType": "Bundle", "type": "transaction", "entry": entries}).encode()
