"""What a register may be handed in as; what only looks like one is refused by name, never read as broken lines."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from fullcourse.adapters.register.read.extract import find_inputs
from fullcourse.adapters.register.read.fact_folder import ABOUT
from fullcourse.clinical.errors import InputError

__all__ = ["check_inputs", "is_facts"]

_BEGINNINGS: Final = {
    b"SQLite format 3\x00": "an SQLite database. A register cannot be read from a database yet: export it as FHIR bulk "
    "NDJSON, and hand that in",
    b"PGDMP": "a dump of a PostgreSQL database. A register cannot be read from a database yet: export it as FHIR bulk "
    "NDJSON, and hand that in",
    b"PAR1": "a Parquet file. Facts are handed in as the whole folder that 'cohort facts' wrote; findings and "
    "exposures are results, not a register",
    b"PK\x03\x04": "a zip archive. Unpack it, and hand in its NDJSON files",
}
_LONGEST: Final = max(map(len, _BEGINNINGS))


def is_facts(path: str) -> bool:
    """Return whether a path is a folder of facts."""
    return (Path(path) / ABOUT).exists()


def check_inputs(inputs: Sequence[str], *, why_no_facts: str = "") -> None:
    """Refuse inputs that are no FHIR export and no folder of facts.

    Args:
        inputs: Files and folders as handed in.
        why_no_facts: Why a folder of facts does not serve here; empty where, on its own, it is as good as records.

    Raises:
        InputError: Says what the input is, and what to hand in.
    """
    facts = [path for path in inputs if is_facts(path)]
    if facts and why_no_facts:
        raise InputError(f"a folder of facts is handed in: {why_no_facts}. Name the records.")
    if facts and len(inputs) > 1:
        raise InputError("a folder of facts is handed in alone: it is of one register, one date and one edition.")
    if facts:
        return
    if any("://" in path for path in inputs):
        raise InputError(
            "an input is an address of a database or a service. A register cannot be read from one yet: export it as "
            "FHIR bulk NDJSON, and hand that in."
        )
    for path in find_inputs(inputs):
        with path.open("rb") as file:
            beginning = file.read(_LONGEST)
        for known, what in _BEGINNINGS.items():
            if beginning.startswith(known):
                raise InputError(f"'{path.name}' is {what}.")
