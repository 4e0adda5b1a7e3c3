"""Says which active ingredients a product has, how that was found, or why it was not.

Codes come first (RxNorm, then ATC), then a short form or a regimen, then an exact synonym or brand, then the name
by its grammar, then a list of short forms and names. Nothing is ever matched by likeness. Where a code and a name
say different things, one of them is wrong and nobody here can tell which: the product counts as not recognised, and
what each of them says is kept in `Recognition.partial`, so that what is known to be dangerous can still be said.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from fullcourse.adapters.medicines.names import LONGEST_NAME, Reading, read_name
from fullcourse.adapters.medicines.short_forms import read_list, read_short_form
from fullcourse.adapters.medicines.spelling import fold, hidden
from fullcourse.adapters.medicines.vocabulary import Vocabulary, load_vocabulary

__all__ = ["Recognition", "recognise"]

_BY_CODE = {"rxnorm": "rxnorm code", "atc": "atc code", "snomed": "snomed code"}
"""How a product was recognised by the codes of each system, in the order in which they lead."""


Claim = tuple[str, tuple[str, ...]]
"""How something was found, and the ingredients."""


@dataclass(frozen=True, slots=True)
class Recognition:
    """What a product is.

    Attributes:
        ingredients: Every active ingredient, in alphabetical order; empty when the product was not recognised.
        recognised_by: ``rxnorm code``, ``atc code``, ``snomed code``, ``name``, ``synonym``; empty when it was not
            recognised.
        partial: When it was not recognised: the ingredients that it has or may have, as far as parts of it were.
        reason: Why it was not recognised; empty when it was.
    """

    ingredients: tuple[str, ...]
    recognised_by: str
    partial: tuple[str, ...] = ()
    reason: str = ""


def recognise(
    name: str,
    codes: Sequence[tuple[str, str]],
    *,
    other_names: Sequence[str] = (),
    vocabulary: Vocabulary | None = None,
) -> Recognition:
    """Return the ingredients of a product: all of them, or none with the reason. No text makes it raise.

    Args:
        name: As recorded; may be empty.
        codes: ``(system, code)``, system by its short name; systems other than ``rxnorm``, ``atc`` and
            ``snomed`` are passed over.
        other_names: What else the record calls the product (the displays of its codings); must not say otherwise.
        vocabulary: The packaged one when none is given.

    >>> recognise("Carbamazepine[Tegretol]", [("rxnorm", "308971")]).ingredients
    ('carbamazepine',)
    """
    known = vocabulary or load_vocabulary()
    by_code = [
        (by, claimed)
        for system, by in _BY_CODE.items()
        for one_system, code in codes
        if one_system == system and (claimed := known.of_code(system, code))
    ]
    texts = [text for text in dict.fromkeys((name, *other_names)) if text.strip()]
    readings = [_read(text, known) for text in texts]
    by_name = [(by, reading.ingredients) for by, reading in readings if reading.ingredients]
    claims = [*by_code, *by_name]
    named = {ingredient for _, claimed in claims for ingredient in claimed}
    named.update(ingredient for _, reading in readings for ingredient in reading.partial)
    reason = (
        next((reading.reason for by, reading in readings if by == "refused"), "")
        or _disagreement(by_code, by_name)
        or _unexplained(claims, [reading for _, reading in readings if not reading.ingredients])
    )
    if reason:
        return Recognition((), "", tuple(sorted(named)), reason)
    by, ingredients = claims[0]
    return Recognition(ingredients, by)


def _read(text: str, known: Vocabulary) -> tuple[str, Reading]:
    """Return how the text was read (``name``, ``synonym`` or ``refused``), and what it says."""
    if len(text) > LONGEST_NAME:
        return "refused", Reading((), reason="its name is too long for the name of a product")
    if reason := hidden(text):
        return "refused", Reading((), reason=f"its name has {reason}")
    by, reading = _read_as_written(text, known)
    if not reading.ingredients:
        from fullcourse.adapters.medicines.rewriting import plainly  # names that are read do not wait for it

        plain = plainly(text, known, lambda part: _read_as_written(part, known)[1].ingredients)
        if plain != text and (again := _read_as_written(plain, known)[1]).ingredients:
            return "synonym", again
    return by, reading


def _read_as_written(text: str, known: Vocabulary) -> tuple[str, Reading]:
    short = read_short_form(text)
    if short is not None:
        return "synonym", short
    folded = fold(text)
    exact = known.of_name(folded)
    if exact:
        return ("name" if exact == (folded,) else "synonym"), Reading(exact)
    reading = read_name(folded, known)
    listed = None if reading.ingredients else read_list(text, known)
    if listed is not None and (listed.ingredients or set(listed.partial) >= set(reading.partial)):
        return "synonym", listed
    return "name", reading


def _disagreement(by_code: Sequence[Claim], by_name: Sequence[Claim]) -> str:
    """Return in what the claims differ, or an empty string. Salts and brands have their substance's ingredients."""
    codes, names = {claimed for _, claimed in by_code}, {claimed for _, claimed in by_name}
    if len(codes) > 1:
        return "its codes disagree"
    if len(names) > 1:
        return "its names disagree"
    return "code and name disagree" if codes and names and codes != names else ""


def _unexplained(claims: Sequence[Claim], readings: Sequence[Reading]) -> str:
    """Return why a name that was not understood leaves the product open, or an empty string.

    A code explains a name in words that are not known (a brand, another language). It does not explain an ingredient
    that it lacks, nor more parts than it has ingredients.
    """
    if not claims:
        return readings[0].reason if readings else "it has neither a name nor a code that is known"
    said = set(claims[0][1])
    for reading in readings:
        if not said.issuperset(reading.partial) or len(said) < len(reading.partial) + reading.missing:
            return "code and name disagree" if claims[0][0] in _BY_CODE.values() else "its names disagree"
    return ""
