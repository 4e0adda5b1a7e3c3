"""Reads the list of medicines that people with tuberculosis take beside it (``knowledge/matrix/co_medicines.toml``).

Each is recognised by its name, exactly as one on a patient's list would be: a name that is not understood whole is a
fault, since a row that nobody recognises would stand as "not covered" for the wrong reason.
"""

import functools
import tomllib
from pathlib import Path
from typing import Final

from fullcourse.adapters.medicines.recognise import recognise
from fullcourse.clinical.co_medicine import CoMedicine
from fullcourse.clinical.errors import Fault, KnowledgeError
from fullcourse.clinical.medicine import Medicine, Taken
from fullcourse.knowledge.reader import HERE
from fullcourse.knowledge.tables import Table

__all__ = ["ORIGIN", "load_co_medicines", "read_co_medicines"]

_FILE: Final = HERE / "matrix" / "co_medicines.toml"

ORIGIN: Final = "matrix"
"""Where the medicine of a row stands, in the place of a record."""


@functools.cache
def load_co_medicines() -> tuple[CoMedicine, ...]:
    """Return the medicines of the packaged list, in its order.

    Raises:
        KnowledgeError: With every fault of the file.
    """
    return read_co_medicines(_FILE)


def read_co_medicines(path: Path) -> tuple[CoMedicine, ...]:
    """Return the medicines of a list, in its order.

    Raises:
        KnowledgeError: With every fault: a name that is not recognised, one that stands twice, a key that nobody knows.
    """
    faults: list[Fault] = []
    whole = Table(tomllib.loads(path.read_text("utf-8")), path.name, "list", faults)
    listed, other = (_title(whole.inner(whole.raw(key))) for key in ("who_list", "other"))
    read: dict[str, CoMedicine] = {}
    for row in whole.rows("group"):
        group = whole.inner(row)
        name = group.text("name")
        for entry in group.rows("medicines"):
            table = Table(entry, path.name, name, faults)
            medicine = _medicine(table, name, listed, other)
            if medicine.name in read:
                table.fault(f"'{medicine.name}' stands twice", "A medicine is one row.")
            read[medicine.name] = medicine
        group.done("a group")
    whole.done()
    if faults:
        raise KnowledgeError(faults)
    return tuple(read.values())


def _title(table: Table) -> str:
    title = table.text("title")
    table.rest()  # address and commit say where it was seen, for people
    return title


def _medicine(table: Table, group: str, listed: str, other: str) -> CoMedicine:
    name, section = table.text("name"), table.text("list", required=False)
    common = table.raw("common") is True
    table.done("a medicine")
    known = recognise(name.replace("/", " / "), [])
    if not known.ingredients:
        table.fault(f"'{name}' is not recognised: {known.reason}", "Write it as the vocabulary of medicines has it.")
    entry = Medicine(name, known.ingredients, (), known.recognised_by, Taken.NOW, None, None, ORIGIN)
    return CoMedicine(name, group, f"{listed}, section {section}" if section else other, common, entry)
