"""Reads the short forms of medicines: WHO's abbreviations, regimens (``2HRZE/4HR``) and lists (``TDF/3TC/DTG``).

A short form is read only where it stands for one thing: its case, a strength behind it or its place in a list
decide (``knowledge/medicines/short_forms.tsv``, I-1501). One that two medicines share is never read: both are
named, and somebody has to say which. A letter in brackets (``2HRZ(E)``) and two members of one class (``Lfx/Mfx``)
leave open what is taken.
"""

import functools
import itertools
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from fullcourse.adapters.medicines.names import Known, Reading
from fullcourse.adapters.medicines.silent import Rest, read_rest
from fullcourse.adapters.medicines.spelling import fold
from fullcourse.adapters.medicines.vocabulary import FOLDER
from fullcourse.clinical.errors import Fault, KnowledgeError

__all__ = ["ShortForm", "load_short_forms", "read_list", "read_short_form"]

_AMBIGUOUS: Final = "it is a short form of more than one medicine"
_LACKS_STRENGTH: Final = "a short form that other words share, without a strength that tells which is meant"
_EITHER: Final = "it names medicines of which only one is taken"
_OPTIONAL: Final = "a medicine in brackets may be a part of it or not"
_UNKNOWN: Final = "a part of it is not in the vocabulary"

_LEAST_LETTERS_IN_ANY_CASE: Final = 3
_MOST_PARTS: Final = 30
"""No list in one line names more medicines; each part is held against all that stands behind it."""
_ONE_OF: Final = (
    frozenset({"levofloxacin", "moxifloxacin"}),
    frozenset({"ethionamide", "prothionamide"}),
    frozenset({"cycloserine", "terizidone"}),
    frozenset({"imipenem", "meropenem"}),
    frozenset({"amikacin", "streptomycin"}),
)
"""WHO writes these as "one or the other" (MSF Tuberculosis guide, table 8.1)."""
_LONGEST_REST: Final = 200
"""No strength, form and pack behind a short form are longer (characters)."""
_LETTERS: Final = {"H": "isoniazid", "R": "rifampin", "Z": "pyrazinamide", "E": "ethambutol", "S": "streptomycin"}
_LEAD = re.compile(r"(?:tabs?|caps?|inj|susp|syr|t)\.? ", re.IGNORECASE)
_MONTHS = re.compile(r"(\d{1,2}(?:-\d{1,2})?) ?(?=[A-Z(\[])")
_SEPARATOR = re.compile(r" ?[-/+,&] ?| and ")
_PHASE = re.compile(r"(\d{1,2}(?:-\d{1,2})?)? ?((?:[HRZES]\d?|\((?:[HRZES]\d?)+\)\d?)+)(?![A-Za-z0-9])")
_OPTIONAL_LETTER = re.compile(r"\([HRZES]\)")
_STRENGTH = re.compile(r" ?\d[\d.,]*(?: ?/ ?\d[\d.,]*)*(?: ?(?:mg|g|mcg|iu|mg/kg))?(?![A-Za-z0-9-])", re.IGNORECASE)
_NAME = re.compile(r"[^\W\d_][^/+,&\d]*")


@dataclass(frozen=True, slots=True)
class ShortForm:
    """One row of the table.

    Attributes:
        form: As written.
        ingredients: In alphabetical order; empty when no single medicine is meant.
        needs: What must stand beside it: ``strength``, ``mass`` (a strength with its unit), ``figures`` (as many
            strengths as ingredients, or that it is a fixed-dose combination), ``list`` (other medicines); ``asked`` for
            what has several meanings; empty for nothing.
        otherwise: What else it may be where that does not stand there.
    """

    form: str
    ingredients: tuple[str, ...]
    needs: str
    otherwise: tuple[str, ...]

    def stands_with(self, rest: Rest) -> bool:
        """Return whether what stands behind it makes it certain."""
        if self.needs == "strength":
            return rest.looks_like_a_strength()
        if self.needs == "mass":
            return rest.has_mass
        if self.needs == "figures":
            return rest.strengths == len(self.ingredients) or "fdc" in rest.words
        return not self.needs

    def unread(self, reason: str) -> Reading:
        """Return a reading that names what it may be and chooses nothing."""
        return Reading((), tuple(sorted({*self.ingredients, *self.otherwise})), reason)


def read_short_form(written: str) -> Reading | None:
    """Return what a short form or a regimen says, or None where a text is neither.

    Args:
        written: As recorded: case tells ``Am`` from ``am``.

    >>> read_short_form("2HRZE/4HR").ingredients
    ('ethambutol', 'isoniazid', 'pyrazinamide', 'rifampin')
    >>> read_short_form("am 500 mg") is None
    True
    """
    text = _without_lead(written)
    return _phases(text) or _single(text)


def read_list(written: str, known: Known) -> Reading | None:
    """Return what several medicines with separators between them say, at least one of them a short form, or None.

    Args:
        written: As recorded.
        known: Names of whole words, which may stand beside short forms.
    """
    return _listed(_without_lead(written), known)


def _without_lead(written: str) -> str:
    text = " ".join(written.split())
    lead = _LEAD.match(text)
    return text[lead.end() :] if lead else text


def _single(text: str) -> Reading | None:
    """Return what one short form with a strength says."""
    months = _MONTHS.match(text)
    for start in (0, months.end()) if months else (0,):
        for row, end in _rows_at(text, start):
            rest = read_rest(fold(text[end:]))
            if rest is None or (start and (row.needs or len(row.form) < _LEAST_LETTERS_IN_ANY_CASE)):
                continue
            if row.needs == "asked":
                return row.unread(_AMBIGUOUS)
            if row.needs == "list":
                return Reading((), (), _LACKS_STRENGTH)
            if not row.stands_with(rest):
                return row.unread(_LACKS_STRENGTH)
            if rest.fits(len(row.ingredients), is_brand=False):
                return Reading(row.ingredients)
    return None


def _phases(text: str) -> Reading | None:
    """Return what a regimen in single letters says: ``2HRZE/4HR``, ``2(HRZE)3/4(HR)3``, ``2SHRZE/1HRZE/5HRE``."""
    phases, at = [], 0
    while phase := _PHASE.match(text, at):
        phases.append(phase)
        at = phase.end()
        if not (gap := re.compile(" ?/ ?").match(text, at)):
            break
        at = gap.end()
    letters = [letter for phase in phases for letter in phase[2] if letter in _LETTERS]
    # A number of months in front, and more than one letter: "R", "HR 72" and "6 H" are something else.
    if not phases or not phases[0][1] or len(set(letters)) < 2 or read_rest(fold(text[at:])) is None:
        return None
    found = tuple(sorted({_LETTERS[letter] for letter in letters}))
    if any(_OPTIONAL_LETTER.search(phase[2]) for phase in phases):
        return Reading((), found, _OPTIONAL)
    return Reading(found)


def _listed(text: str, known: Known) -> Reading | None:
    months = None if next(_rows_at(text, 0), None) else _MONTHS.match(text)  # ``3TC`` is a medicine
    text = text[months.end() :] if months else text
    items, short, asked, missing = [], False, False, 0
    parts = list(itertools.islice(_parts(text), _MOST_PARTS + 1))
    if len(parts) > _MOST_PARTS:
        return None
    for part in parts:
        row = next((row for row, end in _rows_at(part, 0) if _only_strength(part[end:])), None)
        optional = row is None and _OPTIONAL_LETTER.match(part) is not None
        inner = part.replace("(", "").replace(")", "") if optional else part
        row = row or next((row for row, end in _rows_at(inner, 0) if _only_strength(inner[end:])), None)
        ingredients = row.ingredients if row else _named(part, known)
        short, asked = short or row is not None, asked or (row is not None and row.needs == "asked")
        missing += not ingredients
        items.append((ingredients, optional))
    if not short or len(items) < 2:
        return None
    found = tuple(sorted({ingredient for ingredients, _ in items for ingredient in ingredients}))
    if missing:
        return Reading((), found, _UNKNOWN, missing) if found else None
    if asked:
        return Reading((), found, _AMBIGUOUS)
    if any(optional for _, optional in items):
        return Reading((), found, _OPTIONAL)
    apart = [frozenset(ingredients) for ingredients, _ in items]
    if any(
        one <= first | second and first != second and len(first | second) == 2
        for one in _ONE_OF
        for first, second in itertools.combinations(apart, 2)
    ):
        return Reading((), found, _EITHER)
    return Reading(found)


def _parts(text: str) -> Iterator[str]:
    """Yield what stands between the separators; a short form may hold one itself (``LPV/r``, ``Ipm-Cln``)."""
    at = 0
    while at < len(text):
        months = None if next(_rows_at(text, at), None) else _MONTHS.match(text, at)
        start = months.end() if months else at
        end = next((end for _, end in _rows_at(text, start) if _separated(text, end)), start)
        if end > start and _only_strength(text[end:]):
            yield text[start:].strip()
            return
        gap = _SEPARATOR.search(text, end)
        while gap and _inside_a_strength(text, gap):
            gap = _SEPARATOR.search(text, gap.end())
        yield text[start : gap.start() if gap else len(text)].strip()
        at = gap.end() if gap else len(text)


def _inside_a_strength(text: str, gap: re.Match[str]) -> bool:
    """Return whether a separator stands between two numbers; ``3TC`` begins with one and is a medicine."""
    between = text[gap.start() - 1 : gap.start()].isdigit() and text[gap.end() : gap.end() + 1].isdigit()
    return between and next(_rows_at(text, gap.end()), None) is None


def _separated(text: str, end: int) -> bool:
    """Return whether a short form ends where a separator, a strength or the text goes on."""
    return bool(_SEPARATOR.match(text, end) or _STRENGTH.match(text, end)) or _only_strength(text[end:])


def _only_strength(text: str) -> bool:
    return len(text) <= _LONGEST_REST and read_rest(fold(text)) is not None


def _named(part: str, known: Known) -> tuple[str, ...]:
    """Return the ingredients of a name in full, with or without a strength behind it."""
    name = _NAME.match(part)
    if name is None or not _only_strength(part[name.end() :]):
        return ()
    return known.of_name(fold(name[0]))


def _rows_at(text: str, at: int) -> Iterator[tuple[ShortForm, int]]:
    """Yield the short forms that stand at a place, the longest first, with their ends."""
    forms, most = load_short_forms(), len(text) - at
    for length in _lengths().get(text[at : at + 1].casefold()[:1], ()):
        end = at + length
        if length > most:
            continue
        if end < len(text) and text[end].isalnum():
            continue
        written = text[at:end]
        row = forms.get(written) or (forms.get(written.casefold()) if length >= _LEAST_LETTERS_IN_ANY_CASE else None)
        if row is not None:
            yield row, end


@functools.cache
def _lengths() -> Mapping[str, tuple[int, ...]]:
    """Return, for each first letter in lower case, how long the short forms are that begin with it, longest first."""
    lengths: dict[str, set[int]] = {}
    for form in load_short_forms():
        lengths.setdefault(form[:1].casefold(), set()).add(len(form))
    return {first: tuple(sorted(known, reverse=True)) for first, known in lengths.items()}


@functools.cache
def load_short_forms(path: Path = FOLDER / "short_forms.tsv") -> Mapping[str, ShortForm]:
    """Return the packaged short forms, read once: by the form as written, and folded where case does not matter.

    Raises:
        KnowledgeError: The file is missing or cannot be read.
    """
    try:
        found: dict[str, ShortForm] = {}
        for line in path.read_text(encoding="utf-8").splitlines()[1:]:
            form, ingredients, needs, otherwise, _ = line.split("\t")
            names = tuple(sorted(set(filter(None, re.split("[;|]", ingredients)))))
            row = ShortForm(form, names, needs, tuple(filter(None, otherwise.split(";"))))
            found[form] = row
            if len(form) >= _LEAST_LETTERS_IN_ANY_CASE:
                found.setdefault(form.casefold(), row)
        return found
    except (OSError, ValueError) as error:
        what = f"the short forms of medicines cannot be read: {error}"
        raise KnowledgeError([Fault("medicines/short_forms.tsv", "", what, "Install the package again.")]) from error
