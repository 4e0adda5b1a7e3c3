"""What a register may be handed in as; what only looks like one is refused by name, never read as broken lines."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from fullcourse.adapters.register.input.find import RegisterInput, find_register
from fullcourse.adapters.register.read.fact_files import are_facts
from fullcourse.clinical.errors import InputError
from fullcourse.interfaces.cli.echo import echo

__all__ = ["is_facts", "register_of"]

_BEGINNINGS: Final = {
    b"SQLite format 3\x00": "an SQLite database. A register cannot be read from a database yet: export it as FHIR bulk "
    "NDJSON, and hand that in",
    b"PGDMP": "a dump of a PostgreSQL database. A register cannot be read from a database yet: export it as FHIR bulk "
    "NDJSON, and hand that in",
    b"PAR1": "a Parquet file whose name does not end in .parquet. Name it so, or hand in the export",
    b"PK\x03\x04": "a zip archive. Unpack it, and hand in its NDJSON files",
}
_LONGEST: Final = max(map(len, _BEGINNINGS))


def is_facts(inputs: Sequence[str]) -> bool:
    """Return whether the inputs are facts, which are handed in alone.

    Raises:
        InputError: They are facts and something else.
    """
    facts = [path for path in inputs if are_facts(Path(path))]
    if facts and len(inputs) > 1:
        raise InputError("a folder of facts is handed in alone: it is of one register, one date and one edition.")
    return bool(facts)


def register_of(inputs: Sequence[str], column: str = "", *, why_no_facts: str = "") -> RegisterInput:
    """Return the register that is handed in as records, and say what of it is not read.

    Args:
        inputs: Files and folders as handed in.
        column: Which column of a table holds the resources; found by its name where this is empty.
        why_no_facts: Why facts do not serve here; empty where they were looked for before.

    Raises:
        InputError: They are no records; says what they are, and what to hand in.
    """
    if why_no_facts and any(are_facts(Path(path)) for path in inputs):
        raise InputError(f"a folder of facts is handed in: {why_no_facts}. Name the records.")
    if any("://" in path for path in inputs):
        raise InputError(
            "an input is an address of a database or a service. A register cannot be read from one yet: export it as "
            "FHIR bulk NDJSON, and hand that in."
        )
    register = find_register(inputs, column)
    for path in register.files:
        with path.open("rb") as file:
            beginning = file.read(_LONGEST)
        for known, what in _BEGINNINGS.items():
            if beginning.startswith(known) and path.suffix != ".parquet":
                raise InputError(f"'{path.name}' is {what}.")
    for note in register.notes:
        echo(note, err=True)
    return register
