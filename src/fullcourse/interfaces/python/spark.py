"""A register on a Spark cluster: ``fc.spark.facts``, ``findings``, ``legend``.

Reading runs on the executors, which need the same wheel of this package, ``fullcourse[cohort,spark]``. The rows are
those of ``fullcourse cohort facts`` and ``screen`` over the same export. The session is a classic one: Spark Connect
has no broadcasts and cannot list files.
"""

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING

from fullcourse.adapters.extras import needs
from fullcourse.adapters.knowledge_cache import knowledge_here
from fullcourse.clinical.errors import InputError
from fullcourse.cohort.plan import Plan, make_plan
from fullcourse.interfaces.python.records import day_of, identities

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

    from fullcourse.adapters.register.cluster.facts import ClusterFacts

__all__ = ["facts", "findings", "legend"]


def facts(
    spark: "SparkSession",
    register: "DataFrame | str | Sequence[str]",
    *,
    at: date | str | None = None,
    partitions: int = 0,
) -> "ClusterFacts":
    """Read FHIR bulk data into facts, on the executors; as ``fullcourse cohort facts``.

    It reads at once, twice over the lines, and keeps the rows on the executors' disks until ``release()``: how much of
    the register could not be used is known before anybody sees a row.

    Args:
        spark: A classic session.
        register: Files and folders of NDJSON, also packed by gzip, on any file system that Spark knows; or a table with
            a row a line: ``file`` (text), ``number`` (of the line in its file, from 1), ``line`` (text or binary).
        at: Date of the check; today without it.
        partitions: In how many parts patients are divided; by the size of the register for 0.

    Returns:
        ``table`` has a row for each patient: ``patient``, ``clinic``, ``error`` (why a record cannot be used; every
        fact is then empty), ``lines_set_aside`` and ``set_aside`` (how many of the patient's lines are not used, and
        which), and a column for each thing that a statement may ask; ``aside()`` the lines that are not used, with
        file, line and reason.

    Raises:
        InputError: An input is not there, or in a form that is read on one machine only; too many lines are nobody's;
            or an executor has another edition.
    """
    with needs("cohort,spark", "a register on a cluster"):
        from fullcourse.adapters.register.cluster.facts import make_on_cluster
        from fullcourse.adapters.register.cluster.files import lines_of_files, lines_of_table
    if isinstance(register, str):
        register = [register]
    lines = lines_of_files(spark, register) if isinstance(register, Sequence) else lines_of_table(register)
    return make_on_cluster(spark, lines, knowledge_here(), day_of(at), partitions)


def findings(made: "ClusterFacts", drugs: Sequence[str], *, profile: str = "us") -> "DataFrame":
    """Screen everybody for some drugs; as ``fullcourse cohort screen``.

    Args:
        made: What `facts` returned.
        drugs: Their names.
        profile: Which sources lead.

    Returns:
        A row for each patient: ``patient``, ``clinic``, ``age_years``, ``sex``; for each drug
        ``decision_...``, ``known_...``, ``open_...``; and words of 62 bits, ``applies_...``, ``cannot_assess_...``,
        ``missing_...``, which `legend` tells; last ``error``, ``lines_set_aside`` and ``set_aside``.

    Raises:
        InputError: A drug or the profile is not known.
    """
    from fullcourse.adapters.register.cluster.facts import find_on_cluster

    return find_on_cluster(made, _plan(made, drugs, profile))


def legend(made: "ClusterFacts", drugs: Sequence[str], *, profile: str = "us") -> dict[str, object]:
    """Return what the columns and bits of findings mean, as plain values; see `findings`."""
    from fullcourse.adapters.register.engine.screen import legend_of

    about = {"patients": made.patients, "lines": made.lines, "lines_set_aside": made.lines_set_aside}
    return legend_of(_plan(made, drugs, profile), made.at.isoformat(), {**about, "routed": made.routed})


def _plan(made: "ClusterFacts", drugs: Sequence[str], profile: str) -> Plan:
    knowledge = knowledge_here()
    if made.knowledge != knowledge.digest:
        raise InputError("these facts were made with another edition of the knowledge. Make them again.")
    return make_plan(knowledge, knowledge.profile(profile), identities(drugs, knowledge))
