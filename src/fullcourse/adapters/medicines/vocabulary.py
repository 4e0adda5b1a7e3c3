"""Holds which ingredients a name or a code stands for, as the packaged tables say.

Every name leads straight to its ingredients: synonyms, salts and brands were resolved when the tables were made
(``tools/make_medicine_vocabulary.py``), so that nothing is guessed here. One ingredient has one spelling, the one of
the drug files (rifampin, not rifampicin). The tables are read when the first name or code is looked up, not before.
"""

import bisect
import functools
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import fullcourse.knowledge
from fullcourse.adapters.medicines.spelling import fold
from fullcourse.clinical.errors import Fault, KnowledgeError

__all__ = ["Table", "Vocabulary", "load_vocabulary"]

FOLDER = Path(fullcourse.knowledge.__file__).parent / "medicines"


BLOCK_CHARACTERS = 4096
"""How far apart the places are at which a table is entered."""


class Table:
    """A sorted table of two columns in one text, searched where it lies: it is ready as soon as it is unpacked.

    Fifty thousand names as a dictionary would take longer to build than a short command takes to answer.
    """

    __slots__ = ("_first_keys", "_starts", "_text")

    def __init__(self, text: str) -> None:
        """Keep the text and mark places in it.

        Args:
            text: Lines ``key<tab>value``, each with its line end, ascending by key.

        Raises:
            ValueError: A line has no second column.
        """
        self._text = f"\n{text}"
        self._starts = [0]
        self._first_keys = [""]
        while (start := self._text.find("\n", self._starts[-1] + BLOCK_CHARACTERS)) not in (-1, len(text)):
            self._starts.append(start)
            self._first_keys.append(self._text[start + 1 : self._text.index("\t", start)])
        self._starts.append(len(self._text))

    def get(self, key: str) -> str | None:
        """Return the value of a key, or None."""
        block = bisect.bisect_right(self._first_keys, key) - 1
        sought = f"\n{key}\t"
        at = self._text.find(sought, self._starts[block], self._starts[block + 1] + 1)
        if at < 0:
            return None
        at += len(sought)
        return self._text[at : self._text.index("\n", at)]

    def __iter__(self) -> Iterator[str]:
        """Yield every key, ascending."""
        return (line.partition("\t")[0] for line in self._text.splitlines()[1:])


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Names and codes with their ingredients.

    Attributes:
        names: Folded name to ingredients joined by ``;``. An empty value says that the name is the ingredient; ``=`` in
            front that it is a brand, ``?`` that it is a brand which holds these ingredients and perhaps others.
        rxnorm: RxNorm concept to ingredients joined by ``;``.
        atc: ATC code of the fifth level to ingredients joined by ``;``.
        snomed: SNOMED CT concept of a substance or product to ingredients joined by ``;``, its display and its source.
        dmd: Concept of the United Kingdom's dictionary of medicines and devices, which are SNOMED CT's too.
    """

    names: Table
    rxnorm: Table
    atc: Mapping[str, str]
    snomed: Table = field(default_factory=lambda: Table(""))
    dmd: Table = field(default_factory=lambda: Table(""))

    def of_name(self, folded: str) -> tuple[str, ...]:
        """Return all ingredients of a folded name, in alphabetical order; empty when they are not known."""
        entry = self.names.get(folded)
        if entry is None or entry.startswith("?"):
            return ()
        return tuple(entry.removeprefix("=").split(";")) if entry else (folded,)

    def is_trade_name(self, folded: str) -> bool:
        """Return whether a name is one of a product: another number behind it may be another product."""
        return (self.names.get(folded) or "")[:1] in ("=", "?")

    def of_brand(self, folded: str) -> tuple[str, ...]:
        """Return ingredients of a brand of which it is not confirmed that it holds no other; empty when there are none.

        FDA's list of substances gives brand names of the substance; a combination may be among them (Suboxone under
        buprenorphine), so that such a name warns and never clears.
        """
        entry = self.names.get(folded)
        return tuple(entry[1:].split(";")) if entry and entry.startswith("?") else ()

    def of_code(self, system: str, code: str) -> tuple[str, ...]:
        """Return the ingredients of a code, in alphabetical order; empty when it is not known.

        Args:
            system: ``rxnorm``, ``atc`` or ``snomed``; every other system is unknown here.
            code: As recorded. Letters of an ATC code may be small.
        """
        if system == "rxnorm":
            entry = self.rxnorm.get(code.strip())
        elif system == "atc":
            entry = self.atc.get(code.strip().upper())
        elif system == "snomed":
            entry = (self.snomed.get(code.strip()) or self.dmd.get(code.strip()) or "").partition("\t")[0]
        else:
            entry = None
        return tuple(entry.split(";")) if entry else ()

    def ingredient(self, name: str) -> str:
        """Return the one spelling of an ingredient that is used here; empty when the name stands for none or several.

        >>> load_vocabulary().ingredient("Rifampicin")
        'rifampin'
        """
        ingredients = self.of_name(fold(name))
        return ingredients[0] if len(ingredients) == 1 else ""


def _unzipped(packed: bytes) -> bytes:
    return zlib.decompress(packed, wbits=zlib.MAX_WBITS | 16)  # the module gzip takes longer to load than to use


@functools.cache
def load_vocabulary(folder: Path = FOLDER) -> Vocabulary:
    """Return the packaged vocabulary, read once.

    Raises:
        KnowledgeError: A table is missing or cannot be read.
    """
    try:
        return Vocabulary(
            names=Table(_unzipped((folder / "names.tsv.gz").read_bytes()).decode("utf-8")),
            rxnorm=Table(_unzipped((folder / "rxnorm.tsv.gz").read_bytes()).decode("utf-8")),
            atc=_first_two((folder / "atc.tsv").read_text(encoding="utf-8")),
            snomed=Table((folder / "snomed.tsv").read_text(encoding="utf-8").partition("\n")[2]),
            dmd=Table(_unzipped((folder / "dmd.tsv.gz").read_bytes()).decode("utf-8")),
        )
    except (OSError, EOFError, ValueError, IndexError, zlib.error) as error:
        what = f"the medicine vocabulary cannot be read: {error}"
        raise KnowledgeError([Fault("medicines", "", what, "Install the package again.")]) from error


def _first_two(text: str) -> dict[str, str]:
    """Return the first two columns of a table that has a heading and more columns."""
    rows = (line.split("\t") for line in text.splitlines()[1:])
    return {row[0]: row[1] for row in rows}
