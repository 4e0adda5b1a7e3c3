"""Reads the name of a product by the grammar in which RxNorm, and most lists after it, write such names.

``{28 (Ethinyl Estradiol 0.035 MG / Norethindrone 0.5 MG Oral Tablet) } Pack [Brand]``: ingredients with strengths,
separated by `` / ``, then a dose form, in front of it perhaps a volume or a duration, behind it perhaps a brand. The
grammar only counts when every part is a known name and everything else is a strength or a dose form from closed lists.
One word that is neither makes the whole product unrecognised: that word may be another medicine.
"""

import re
from dataclasses import dataclass
from typing import Protocol

from fullcourse.adapters.medicines.silent import is_quantity, is_silent, read_rest

__all__ = ["LONGEST_NAME", "Known", "Reading", "read_name"]

LONGEST_NAME = 4000
"""Longer text (characters) is no name of a product, and is not read: RxNorm's longest names are below this."""

_MOST_WORDS = 24
"""No ingredient has a name of more words."""


class Known(Protocol):
    """What the vocabulary says of a folded name."""

    def of_name(self, folded: str) -> tuple[str, ...]:
        """Return all ingredients of a name; empty when they are not known."""

    def of_brand(self, folded: str) -> tuple[str, ...]:
        """Return ingredients of a brand that may hold others too; empty when there are none."""

    def is_trade_name(self, folded: str) -> bool:
        """Return whether a name is one of a product, and not of a substance."""


_NUMBER = r"\d[\d.,]*(?:[/-]\d[\d.,]*)*"
_LEADING = re.compile(
    rf"(?:(?:nda|anda|bla)\d+|{_NUMBER} ?(?:ml|hr|actuat|mg|unt|mci|day)|abuse-deterrent|breath-actuated|"
    r"biphasic|bx rating|ax rating|preservative-free|sensor|"
    r"mdi|tabs?\.?|tablets?|caps?\.?|capsules?|inj\.?|injection|syr\.?|susp\.?|t\.) "
)
_BRAND = re.compile(r"\[([^\[\]]*)\]")
_EXPLAINED = re.compile(r"^([^()]+?) ?\(([^()]+)\)(.*)$")
_PARTS = re.compile(r" +/ *| */ +| *\+ *")
_TIGHT_PARTS = re.compile(r" *[/+&] *(?=[^\W\d_])")
_JOINED = re.compile(r" and | with | ?\+ ?| ?/ ?|, ?")
_HYPHENED = re.compile(r" and | with | ?\+ ?| ?/ ?|, ?|-")
_NUMBERED = re.compile(
    r"vit(?:amin)?[ae]? ?[a-k]|iodine|iodide|strontium|samarium|gallium|thallium|technetium|xenon|radium|lutetium|"
    r"yttrium|indium|chromium|rubidium|fluorine|krypton|carbon|nitrogen|interferon|interleukin|factor"
)
"""Names that a number makes another one of (vitamin B 12, iodine 131): behind these it is no strength."""

_INERT = "inert ingredients"


@dataclass(frozen=True, slots=True)
class Reading:
    """What a name was found to say.

    Attributes:
        ingredients: Every ingredient, in alphabetical order; empty when the name is not understood as a whole.
        partial: The ingredients of the parts that are understood, when others are not.
        reason: Why it is not understood; empty when it is.
        missing: In a name of several parts: how many of them name nothing that is known.
    """

    ingredients: tuple[str, ...]
    partial: tuple[str, ...] = ()
    reason: str = ""
    missing: int = 0


@dataclass(slots=True)
class _Found:
    """What has been found so far in the parts of one name."""

    ingredients: set[str]
    whole: bool = True
    missing: int = 0

    def take(self, other: "_Found") -> None:
        """Add what another part says."""
        self.ingredients |= other.ingredients
        self.whole = self.whole and other.whole
        self.missing += not (other.whole or other.ingredients)


def read_name(folded: str, known: Known) -> Reading:
    """Return the ingredients that a folded name says, all of them or none.

    Args:
        folded: The name as `spelling.fold` gives it.
        known: The vocabulary.
    """
    exact = known.of_name(folded)
    if exact:
        return Reading(exact)
    brands = [set(known.of_name(name.strip())) for name in _BRAND.findall(folded)]
    text = _BRAND.sub(" ", folded).strip()
    reading = _pack(text, known) if text.startswith("{") else _product(" ".join(text.split()), known)
    said = tuple(sorted(reading.ingredients))
    if not reading.whole or not said:
        partial = tuple(sorted(reading.ingredients.union(*brands)))
        reason = "a part of it is not in the vocabulary" if partial else "it is not in the vocabulary"
        return Reading((), partial, reason, reading.missing)
    if any(brand and brand.isdisjoint(reading.ingredients) for brand in brands):
        return Reading((), tuple(sorted(reading.ingredients.union(*brands))), "brand and ingredients disagree")
    return Reading(tuple(sorted(reading.ingredients.union(*brands))))


def _pack(text: str, known: Known) -> _Found:
    """Return what a pack holds: ``{7 (A 1 MG Oral Tablet) / 7 (B 1 MG Oral Tablet) } Pack``."""
    body, closed, rest = text[1:].partition("}")
    reading = _Found(set(), whole=bool(closed) and is_silent(rest))
    for content in _contents(body):
        reading.take(_product(content, known))
    return reading


def _contents(body: str) -> list[str]:
    """Return what stands in each outermost pair of brackets, without the volume of a container (``1 (30 ML) (...)``).

    Text outside the brackets that is no number and no separator is a content too, and will not be recognised.
    """
    contents, depth, start, outside = [], 0, 0, []
    for at, character in enumerate(body):
        if character == "(":
            depth += 1
            if depth == 1:
                start = at + 1
        elif character == ")":
            depth -= 1
            if depth == 0:
                contents.append(body[start:at].strip())
        elif depth == 0:
            outside.append(character)
    left = "".join(outside).replace("/", " ").split()
    contents.extend(word for word in left if not word.isdigit())
    if depth > 0:
        contents.extend([body[start:].strip(), "("])
    return [content for content in contents if not is_quantity(content)]


def _product(text: str, known: Known) -> _Found:
    """Return what one product holds, part by part."""
    whole = _part(text, known)
    if whole.whole and whole.ingredients:
        return whole
    explained = _explained(text, known)
    if explained is not None:
        return explained
    apart = whole
    for parts in (_PARTS.split(text), _TIGHT_PARTS.split(text)):
        if len(parts) > 1 and not apart.whole:
            reading = _Found(set())
            for part in filter(None, parts):
                reading.take(_part_of_several(part, known))
            apart = reading if reading.ingredients else apart
    return apart


def _part_of_several(text: str, known: Known) -> _Found:
    """Return what one of several parts says: a strength without a name belongs to an ingredient that was left out."""
    reading = _part(text, known)
    nameless = not reading.ingredients and reading.whole and not _is_inert(text)
    return _Found(set(), whole=False) if nameless else reading


def _explained(text: str, known: Known) -> _Found | None:
    """Return what ``Tegretol (Carbamazepine) 200 mg tablets`` says: both names, when they are known and agree."""
    match = _EXPLAINED.match(text)
    if match is None or not is_silent(match[3]):
        return None
    outside = set(known.of_name(match[1]) or known.of_brand(match[1]))
    inside = set(known.of_name(match[2].strip()))
    if not outside or not inside:
        return None
    return _Found(outside | inside, whole=not outside.isdisjoint(inside))


def _part(text: str, known: Known) -> _Found:
    """Return what one part says: a name, then nothing but strengths and dose forms."""
    if text.strip() == _INERT or _is_inert(text):
        return _Found(set())
    ways = [_leading_name(words, known) for words in _without_lead(text)]
    for reading in ways:
        if reading.whole and reading.ingredients:
            return reading
    if is_silent(text):
        return _Found(set())
    joined = _joined(_without_lead(text)[-1], known)
    return joined if joined.ingredients else ways[-1]


def _leading_name(words: list[str], known: Known) -> _Found:
    """Return what the longest known name at the beginning says, and whether the rest is silent."""
    perhaps: tuple[str, ...] = ()
    for count in range(min(len(words), _MOST_WORDS), 0, -1):
        head = " ".join(words[:count]).rstrip(",;")
        ingredients = known.of_name(head)
        if ingredients:
            whole = _belongs(" ".join(words[count:]), head, ingredients, known)
            # A longer name that is perhaps a brand of something else must not be taken for a strength of this one.
            return _Found({*ingredients, *perhaps}, whole=whole and set(perhaps) <= set(ingredients))
        perhaps = perhaps or known.of_brand(head)
    return _Found(set(perhaps), whole=False)


def _belongs(text: str, name: str, ingredients: tuple[str, ...], known: Known) -> bool:
    """Return whether what stands behind a name is a strength of it, a form, or how it is taken."""
    rest = read_rest(text)
    if rest is None or (rest.bare and _NUMBERED.fullmatch(name)):
        return False
    return rest.fits(len(ingredients), is_brand=known.is_trade_name(name))


def _joined(words: list[str], known: Known) -> _Found:
    """Return what ``lamivudine and dolutegravir, 300 mg/50 mg, tablets`` says: names joined before the strengths.

    A hyphen joins names (imipenem-cilastatin) only where they are known; it stands inside many a word.
    """
    rests = (read_rest(" ".join(words[at:])) for at in range(1, min(len(words), _MOST_WORDS) + 1))
    count, rest = next(((at, rest) for at, rest in enumerate(rests, start=1) if rest is not None), (0, None))
    head = " ".join(words[:count]).rstrip(",;")
    best = _Found(set(), whole=False)
    for separator in (_JOINED, _HYPHENED):
        names = [name.strip() for name in separator.split(head)]
        each = [known.of_name(name) for name in names if name]
        if len(names) < 2 or not any(each):
            continue
        lacking = sum(not some for some in each) if separator is _JOINED else 0
        ingredients = {ingredient for some in each for ingredient in some}
        fits = rest is not None and rest.fits(len(ingredients), is_brand=False)
        joined = _Found(ingredients, whole=all(each) and fits, missing=lacking)
        if joined.whole:
            return joined
        best = best if best.ingredients else joined
    return best


def _without_lead(text: str) -> list[list[str]]:
    """Return the words as they are and, where it has one, without the volume, duration or quality in front."""
    ways = [text.split()]
    at = 0
    while match := _LEADING.match(text, at):
        at = match.end()
    if at:
        ways.append(text[at:].split())
    return ways


def _is_inert(text: str) -> bool:
    """Return whether these are the tablets of a pack that hold no medicine."""
    return text.startswith(_INERT) and is_silent(text[len(_INERT) :])
