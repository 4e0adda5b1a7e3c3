"""Reads the list of forms in stock: one line a form, ``drug, form[, quantity]``.

    # as CSV; lines that begin with # are passed over, a first line of the column names too
    drug, form, quantity
    cycloserine, capsule 250 mg, 1200
    linezolid, tablet 600 mg
    isoniazid/rifampin, tablet 75/150 mg, 0

    [[form]]                # the same as TOML
    drug = "cycloserine"
    form = "capsule 250 mg"
    quantity = 1200

A fixed-dose combination names its ingredients and their amounts in one order. A quantity is in units, of a liquid in
millilitres; 0 is out of stock. Nothing is matched by likeness: a line that is not understood is refused, since a form
that was silently left out would be a drug that is said to be missing.
"""

import csv
import io
import math
import re
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from fullcourse.adapters.input_file import read_bytes
from fullcourse.adapters.json_text import decode_text
from fullcourse.adapters.medicines.recognise import recognise
from fullcourse.clinical.errors import InputError
from fullcourse.clinical.stock import Stock, StockedForm
from fullcourse.knowledge.library import Knowledge
from fullcourse.knowledge.tables import did_you_mean

__all__ = ["open_stock", "read_stock"]

_WHAT: Final = "the list of forms in stock"
_COLUMNS: Final = ("drug", "form", "quantity")
_MOST_BYTES: Final = 1024 * 1024
_MOST_MG: Final = 10_000.0
_FORM: Final = re.compile(
    r"(?P<form>[a-z][a-z -]*?)\s*(?P<amounts>\d+(?:\.\d+)?(?:\s*[/+]\s*\d+(?:\.\d+)?)*)\s*mg"
    r"(?:\s*/\s*(?P<volume>\d+(?:\.\d+)?)?\s*ml)?",
    re.IGNORECASE,
)
_APART: Final = re.compile(r"\s*[/+]\s*")


@dataclass(frozen=True, slots=True)
class _Line:
    """A line as it stands, with its place for messages; an empty quantity is none."""

    place: str
    drug: str
    form: str
    quantity: str


def open_stock(path: str, knowledge: Knowledge) -> Stock:
    """Read the list of a path, or of standard input for ``-``.

    Raises:
        InputError: It is not there, is too large, or cannot be used; the message begins with ``--forms-in-stock``.
    """
    try:
        return read_stock(read_bytes(path, limit=_MOST_BYTES), knowledge)
    except InputError as error:
        raise InputError(f"--forms-in-stock: {error}") from None


def read_stock(data: bytes, knowledge: Knowledge) -> Stock:
    """Read a list of forms, CSV or TOML, told apart by whether a table of TOML begins it.

    Args:
        data: The bytes of the file.
        knowledge: Knows the drugs.

    Raises:
        InputError: With the line, the value and the mend.
    """
    text = decode_text(data, _WHAT)
    content = [line for line in map(str.strip, text.splitlines()) if line and not line.startswith("#")]
    lines = _toml(text) if content and content[0].startswith("[") else _csv(text)
    forms: dict[tuple[object, ...], StockedForm] = {}
    for line in lines:
        form = _form(line, knowledge)
        if (form.form, form.contents, form.is_liquid) in forms:
            raise InputError(
                f"{line.place}: {line.drug}, {form.words} stands twice. Keep one line, with the whole quantity."
            )
        forms[form.form, form.contents, form.is_liquid] = form
    if not forms:
        raise InputError(
            f"{_WHAT} holds no form. Write one line a form: drug, form, quantity (cycloserine, capsule 250 mg, 1200)."
        )
    return Stock(tuple(forms.values()))


def _csv(text: str) -> Iterator[_Line]:
    reader = csv.reader(io.StringIO(text), skipinitialspace=True, strict=True)
    is_first = True
    try:
        for cells in reader:
            row = [cell.strip() for cell in cells]
            if not any(row) or row[0].startswith("#"):
                continue
            place, was_first, is_first = f"line {reader.line_num}", is_first, False
            if was_first and tuple(map(str.casefold, row)) in {_COLUMNS, _COLUMNS[:2]}:
                continue
            if not 2 <= len(row) <= len(_COLUMNS):
                raise InputError(f"{place} has {len(row)} of 2 or 3 columns. Write drug, form, quantity.")
            yield _Line(place, *row, *([""] * (len(_COLUMNS) - len(row))))
    except csv.Error as error:
        raise InputError(f"line {reader.line_num} is no line of CSV ({error}). Write drug, form, quantity.") from None


def _toml(text: str) -> Iterator[_Line]:
    try:
        tables = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise InputError(f"{_WHAT} is not valid TOML ({error}).") from None
    rows = tables.pop("form", None)
    if tables or not isinstance(rows, list):
        raise InputError(f"{_WHAT} has other tables than [[form]]. Write [[form]] with drug, form and quantity.")
    for number, row in enumerate(rows, 1):
        place = f"[[form]] number {number}"
        for key in row.keys() - set(_COLUMNS):
            raise InputError(f"{place} has the unknown key '{key}'. {did_you_mean(key, _COLUMNS)}")
        quantity = row.get("quantity", "")
        texts = [row.get("drug", ""), row.get("form", "")]
        if not all(isinstance(it, str) for it in texts) or isinstance(quantity, bool):
            raise InputError(f"{place}: drug and form are texts, and quantity is a number. Correct it.")
        yield _Line(place, texts[0].strip(), texts[1].strip(), str(quantity))


def _form(line: _Line, knowledge: Knowledge) -> StockedForm:
    if not line.drug or not line.form:
        raise InputError(f"{line.place} lacks its {'form' if line.drug else 'drug'}. Write drug, form, quantity.")
    names = [_ingredient(name, line, knowledge) for name in _APART.split(line.drug)]
    read = _FORM.fullmatch(" ".join(line.form.split()))
    if read is None:
        raise InputError(
            f"{line.place}: the form '{line.form}' of {line.drug} is not understood. Write what it is and its strength "
            "in mg or mg/mL: capsule 250 mg, tablet 75/150 mg, oral suspension 20 mg/mL."
        )
    amounts = [float(amount) for amount in _APART.split(read["amounts"])]
    if len(amounts) != len(names) or len(set(names)) != len(names):
        raise InputError(
            f"{line.place}: {line.drug} names {len(names)} and '{line.form}' {len(amounts)} amounts. Name every "
            "ingredient once, and its amount, in one order: isoniazid/rifampin, tablet 75/150 mg."
        )
    volume_ml = float(read["volume"] or 1.0)
    if not volume_ml or not all(0 < mg <= _MOST_MG for mg in amounts):
        raise InputError(f"{line.place}: '{line.form}' has a strength that no form has. Correct it.")
    contents = tuple((name, mg / volume_ml) for name, mg in zip(names, amounts, strict=True))
    is_liquid = line.form.casefold().rstrip().endswith("ml")
    return StockedForm(read["form"].strip().casefold(), contents, is_liquid, _quantity(line))


def _ingredient(name: str, line: _Line, knowledge: Knowledge) -> str:
    """Return a drug's INN; a medicine that is no TB drug stands in stock lists too, and is kept by its name."""
    try:
        return knowledge.drug(name).inn
    except InputError as error:
        known: Sequence[str] = recognise(name, []).ingredients
        if len(known) == 1:
            return known[0]
        if known:
            raise InputError(
                f"{line.place}: {name} holds {', '.join(known)}. Name its ingredients in the order of their amounts: "
                f"{'/'.join(known)}."
            ) from None
        raise InputError(f"{line.place}: {error}") from None


def _quantity(line: _Line) -> float | None:
    if not line.quantity:
        return None
    try:
        quantity = float(line.quantity)
    except ValueError:
        quantity = math.nan
    if not 0 <= quantity < math.inf:
        raise InputError(
            f"{line.place}: the quantity '{line.quantity}' of {line.drug} is no number of units, 0 or more. Write a "
            "plain number, or leave it out."
        )
    return quantity
