"""The names that clinics write, with what they mean, and how a reading of one is judged."""

import csv
from dataclasses import dataclass
from pathlib import Path

from fullcourse.adapters.medicines import Recognition, load_vocabulary, recognise

__all__ = ["ClinicName", "clinic_spellings", "drawn_spellings", "public_names", "second_spellings"]

_FOLDER = Path(__file__).parent / "data" / "names"
_SYSTEMS = ("atc", "snomed", "rxnorm", "dmd")


@dataclass(frozen=True, slots=True)
class ClinicName:
    """One way of writing a medicine.

    Attributes:
        names: What an entry of a list calls it.
        codes: ``(system, code)``.
        meanings: What it may mean, each as ingredients in alphabetical order; none for what is no medicine.
        kind: Of the table.
    """

    names: tuple[str, ...]
    codes: tuple[tuple[str, str], ...]
    meanings: tuple[tuple[str, ...], ...]
    kind: str

    def reading(self) -> Recognition:
        """Return how it is read."""
        return recognise(self.names[0] if self.names else "", self.codes, other_names=self.names[1:])

    def verdict(self) -> str:
        """Return ``right``, ``silent`` (a medicine that was not read) or ``wrong`` (read as something else)."""
        reading = self.reading()
        if len(self.meanings) == 1:
            if not reading.ingredients:
                return "silent"
            return "right" if reading.ingredients == self.meanings[0] else "wrong"
        if reading.ingredients:
            return "wrong"
        named = {ingredient for meaning in self.meanings for ingredient in meaning}
        return "right" if named.issubset(reading.partial) else "silent"


def clinic_spellings() -> list[ClinicName]:
    """Return the names that were written down before the first run."""
    return [
        ClinicName((), (_code(row["spelling"]),), _meanings(row["ingredients"]), row["kind"])
        if row["kind"] == "code"
        else ClinicName((row["spelling"],), (), _meanings(row["ingredients"]), row["kind"])
        for row in _rows("clinic-spellings.tsv")
    ]


def second_spellings() -> list[ClinicName]:
    """Return names that were written down and read once, after the tables were made."""
    rows = _rows("second-spellings.tsv")
    return [ClinicName((row["spelling"],), (), _meanings(row["ingredients"]), "second") for row in rows]


def drawn_spellings(which: str) -> list[ClinicName]:
    """Return names as clinics, hospitals and registers write them, each with its origin as its kind.

    Args:
        which: ``third``, ``fourth`` or ``fifth``.
    """
    rows = _rows(f"{which}-spellings.tsv")
    return [ClinicName((row["spelling"],), (), _meanings(row["ingredients"]), row["origin"]) for row in rows]


def public_names() -> list[ClinicName]:
    """Return the entries of public sample records."""
    return [
        ClinicName(
            tuple(name for name in row["names"].split(" || ") if name),
            tuple(code for code in map(_code, row["codes"].split()) if code[0] in _SYSTEMS),
            _meanings(row["ingredients"]),
            "public",
        )
        for row in _rows("public-names.tsv")
    ]


def _rows(name: str) -> list[dict[str, str]]:
    with (_FOLDER / name).open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))


def _code(text: str) -> tuple[str, str]:
    system, _, code = text.partition(":")
    return system, code


def _meanings(text: str) -> tuple[tuple[str, ...], ...]:
    vocabulary = load_vocabulary()
    return tuple(
        tuple(sorted(vocabulary.ingredient(name) or name for name in meaning.split(";")))
        for meaning in text.split(" | ")
        if meaning
    )
