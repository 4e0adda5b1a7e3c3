"""Curves of many people as a Parquet file."""

from collections.abc import Mapping
from typing import Any

import duckdb
import numpy.typing as npt

__all__ = ["write_curves"]


def write_curves(columns: Mapping[str, npt.NDArray[Any]], path: str) -> None:
    """Write columns of one length to a Parquet file."""
    connection = duckdb.connect()
    connection.register("curves", dict(columns))
    connection.execute("COPY (SELECT * FROM curves) TO ? (FORMAT parquet)", [path])
