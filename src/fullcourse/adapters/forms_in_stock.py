"""The dosage forms at hand, as a small TOML file that a store writes.

    forms = ["capsule 250 mg", "tablet HRZE 75/150/400/275 mg"]

    [[form]]                          # or one by one, with the drug where a strength alone could be of several
    drug = "cycloserine"
    form = "capsule 250 mg"

Words are those in which answers name forms. One that no drug has is of no harm: it makes no dose.
"""

import tomllib
from collections.abc import Mapping

from fullcourse.adapters.records import read_bytes
from fullcourse.clinical.errors import InputError

__all__ = ["read_forms_in_stock"]

_MEND = 'Write forms = ["capsule 250 mg", ...], or [[form]] with drug and form.'


def read_forms_in_stock(path: str) -> tuple[tuple[str, str], ...]:
    """Return the forms at hand, each with its drug; the drug is empty where the file names none.

    Raises:
        InputError: The file is not there, is no such file, or names no form.
    """
    try:
        read = tomllib.loads(read_bytes(path).decode("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise InputError(f"--forms-in-stock is no TOML file ({error}). {_MEND}") from None
    found: list[tuple[str, str]] = []
    for key, value in read.items():
        if key == "forms" and isinstance(value, list) and all(isinstance(it, str) and it.strip() for it in value):
            found += [("", it) for it in value]
        elif key == "form" and isinstance(value, list):
            found += map(_entry, value)
        else:
            raise InputError(f"--forms-in-stock: '{key[:40]}' is not understood. {_MEND}")
    if not found:
        raise InputError(f"--forms-in-stock names no form, so that nothing could be made. {_MEND}")
    return tuple(dict.fromkeys(found))


def _entry(row: object) -> tuple[str, str]:
    if isinstance(row, Mapping) and set(row) <= {"drug", "form"}:
        form, drug = row.get("form"), row.get("drug", "")
        if isinstance(form, str) and form.strip() and isinstance(drug, str):
            return drug.strip().casefold(), form
    raise InputError(f"--forms-in-stock: a [[form]] is not understood. {_MEND}")
