"""What ``fullcourse cohort`` does on a Spark cluster: records are read there, and the driver writes the facts."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from fullcourse import __version__
from fullcourse.adapters.extras import needs
from fullcourse.adapters.register.cluster.unread import refuse_unread
from fullcourse.adapters.register.engine.claim import claim_folder
from fullcourse.adapters.register.input.manifest import MANIFEST, is_manifest
from fullcourse.adapters.register.read.fact_files import are_facts
from fullcourse.adapters.register.read.fact_folder import ABOUT, FactFolder, describe, open_facts
from fullcourse.clinical.errors import InputError
from fullcourse.interfaces.cli.cohort_input import register_of
from fullcourse.interfaces.cli.days import day_asked
from fullcourse.knowledge.library import Knowledge

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

__all__ = ["facts_on_cluster", "session_here"]


def facts_on_cluster(
    inputs: Sequence[str], column: str, knowledge: Knowledge, at: str | None, folder: Path
) -> FactFolder:
    """Read an export on the executors into a folder of facts, which the driver writes.

    A run that was stopped begins anew, since what executors kept is gone; a folder that is whole is used again.

    Args:
        inputs: Files and folders, or addresses of them on a file system that Spark knows.
        column: Which column of a table holds the resources; tables are not read on a cluster yet.
        knowledge: Of this package.
        at: Date of the check; today without it.
        folder: For the facts.

    Raises:
        InputError: The register cannot be used, or the folder holds another.
    """
    _check(inputs, column)
    day = day_asked(at)
    belongs = {"version": __version__, "knowledge": knowledge.digest, "at": day.isoformat(), "engine": "spark"}
    claim_folder(folder, "begun.json", {**belongs, "inputs": list(inputs)})
    if (folder / ABOUT).exists():
        return open_facts(folder)
    with session_here() as session:
        from fullcourse.adapters.register.cluster.facts import make_on_cluster, write_parts
        from fullcourse.adapters.register.cluster.files import lines_of_files

        made = make_on_cluster(session, lines_of_files(session, [_address(path) for path in inputs]), knowledge, day)
        parts = write_parts(made, folder)
        aside = made.aside()
        made.release()
    whole = FactFolder(
        parts, made.knowledge, day, made.patients, made.lines, made.others, aside, made.routed, made.errors
    )
    describe(whole, folder)
    return whole


def _check(inputs: Sequence[str], column: str) -> None:
    """Refuse what cannot be read on a cluster, before one is started; say of the rest what one machine says."""
    if any(are_facts(Path(path)) for path in inputs):
        raise InputError("a folder of facts is handed in: facts are made of records. Name the records.")
    if column:
        raise InputError(
            "--column names a column of a table, and tables are not read on Spark yet. Leave out --engine spark, or "
            "hand in FHIR bulk NDJSON without --column."
        )
    local = [path for path in inputs if "://" not in path]
    for path in map(Path, local):
        if path.is_dir():
            refuse_unread(str(file.relative_to(path)) for file in path.rglob("*"))
        elif path.is_file():
            refuse_unread([MANIFEST if is_manifest(path) else path.name])
    if local:
        register_of(local)


def _address(path: str) -> str:
    """Return what executors find a path by: what is a file or folder here is on a file system that is shared."""
    return f"file:{Path(path).absolute()}" if "://" not in path and Path(path).exists() else path


@contextmanager
def session_here() -> "Iterator[SparkSession]":
    """Yield the session that is there, or one that ends with what was done in it.

    Raises:
        InputError: Spark is not installed.
    """
    with needs("cohort,spark", "--engine spark (with Java 17)"):
        from pyspark.sql import SparkSession
    is_given = SparkSession.getActiveSession() is not None
    session = SparkSession.builder.appName("fullcourse cohort").getOrCreate()
    try:
        yield session
    finally:
        if not is_given:  # a session that was there belongs to others
            session.stop()
