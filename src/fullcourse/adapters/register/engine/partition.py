"""Findings divided into folders, which other engines read as partitions and join by patient one by one."""

import json
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Final, Literal

import duckdb

__all__ = ["LEGEND_FILE", "PARTITIONS", "By", "partition"]

By = Literal["clinic", "patient"]

LEGEND_FILE: Final = "_legend.json"
"""Beside the partitions, where readers of a partitioned table look for no rows: a name that begins with a stroke."""

PARTITIONS: Final = 16
"""Of patients: one for each first digit of the MD5 of an id in hexadecimal, which every engine can work out."""


def partition(findings: Path, by: By, target: Path, legend: Mapping[str, object]) -> int:
    """Write a file of findings again as a folder of partitions, and return how many there are.

    Args:
        findings: The whole, one row a patient.
        by: What a partition has in common: its clinic, or the first digit of the MD5 of the patient's id (``part``).
        target: The folder, ``clinic=.../`` or ``part=0/`` to ``part=f/`` within; what was there is replaced.
        legend: What the columns mean.
    """
    draft = target.with_name(f"{target.name}.draft")
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir(parents=True)
    column, chosen = ("clinic", "*") if by == "clinic" else ("part", "*, substr(md5(patient), 1, 1) AS part")
    folder = str(draft).replace("'", "''")
    with duckdb.connect(config={"preserve_insertion_order": False}) as connection:
        connection.from_parquet([str(findings)]).create_view("findings")
        connection.execute(
            f"COPY (SELECT {chosen} FROM findings) TO '{folder}' "  # noqa: S608 - our own columns
            f"(FORMAT parquet, COMPRESSION zstd, PARTITION_BY ({column}), OVERWRITE_OR_IGNORE)"
        )
    (draft / LEGEND_FILE).write_text(json.dumps(dict(legend), ensure_ascii=False), "utf-8")
    shutil.rmtree(target, ignore_errors=True)
    draft.replace(target)
    return sum(1 for inside in target.iterdir() if inside.is_dir())
