"""Says plainly what a name says that was not read: ``Phenytoin (sodium)``, ``Cipla-Efavirenz``, ``A & B 5mg & 10mg``.

Each rule takes away or spells out what names no medicine, by closed lists, and only where what stays is known: a salt
in brackets, a name in brackets that says the same, who made it, the pack, a strength that is glued to its name. What a
rule does not understand stays, so that the text is then not read (``warfarin (stopped)``).
"""

import functools
import re
from collections.abc import Callable
from typing import Final

from fullcourse.adapters.medicines.names import Known
from fullcourse.adapters.medicines.short_forms import load_short_forms
from fullcourse.adapters.medicines.silent import read_rest
from fullcourse.adapters.medicines.spelling import fold

__all__ = ["plainly"]

Meaning = Callable[[str], tuple[str, ...]]
"""All ingredients of a text; empty where it is not read."""

_MASS: Final = r"(?:mg|mcg|µg|g|iu|ml|units?)"
_GLUED = re.compile(rf"(?<=[^\W\d_]{{5}})(?=\d[\d.,]* ?{_MASS}\b)", re.IGNORECASE)
_BEFORE_BRACKET = re.compile(r"(?<=[^\W\d_]{4})\(")
_PACK = re.compile(
    r",? (?:in )?(?:(?:an?|the) )?(?:tin|box|bottle|pack|strip|blister|jar|bag)s? of \d+(?: [a-z]+){0,3}$"
    r"| \d+ ?[x×] ?\d+ ?ml\b|,? in (?:an? )?\d+ ?ml(?: (?:ampoule|vial|bottle|tube))?s?\b",
    re.IGNORECASE,
)
_THOUSANDS = re.compile(r"(?<=\b\d{3}) (?=000\b)")
_APART = re.compile(r" [-–] ")
_COMMA = re.compile(r",(?=[^\W\d_])")
_CHLORIDE = re.compile(r"\bHCl\b", re.IGNORECASE)
_AND_STRENGTH = re.compile(rf"(?<=\d) ?({_MASS})? ?& ?(?=\d)", re.IGNORECASE)
_AND = re.compile(r" ?& ?")
_BOOSTED = re.compile(r"^(LPV|ATV|DRV|SQV|FPV) ?(\d[\d.]*) ?(?:mg)? ?/ ?r ?(\d[\d.]*)", re.IGNORECASE)
_NUMBERED = re.compile(r"^([A-Z][A-Za-z0-9]{1,3})-(\d{2,4}(?: ?mg)?)$")
_SUCH_AS = re.compile(r"\)? +such as ([\w-]+)$", re.IGNORECASE)
_SODIUM = re.compile(r"^na\.? (?=[^\W\d_]{4})", re.IGNORECASE)
_MAKER = re.compile(
    r"^(?:adco|alembic|apo|aspen|aurobindo|auro|cipla|denk|hetero|lupin|macleods|micro|mylan|norstan|pfizer|ranbaxy|"
    r"ratiopharm|sandoz|stada|strides|sun|teva|zydus)[ -]+(?=[^\W\d_]{4})",
    re.IGNORECASE,
)
"""Who made it, in front of a substance; behind one they are silent words."""
_BRACKET = re.compile(r" ?\(([^()]*)\)")
_SEPARATED = re.compile(r" ?[+/] ?| and |, ")
_STARS = re.compile(r"\*+[^\W\d_]+\*+")
_NEXT_NAME = re.compile(r"(?<=mg), (?=([^\W\d_]{4,}))", re.IGNORECASE)
_MOST_BRACKETS: Final = 6
_SHORTEST_SILENT: Final = 3
_SALT_WORDS: Final = """
acetate acid adipate anhydrous as axetil base benzoate besilate besylate bitartrate bromide calcium chloride
cilexetil citrate deoxycholate dihydrate dihydrochloride dimaleate dipropionate disodium disoproxil edisylate ethyl
ethylsuccinate fumarate furoate gluconate hemihydrate hydrobromide hydrochloride hydrogen hcl isethionate lactate
lactobionate lysine magnesium malate maleate mesilate mesylate methylsulfate metilsulfate monohydrate napsylate
nitrate or oxalate palmitate pamoate phosphate pivalate potassium procaine propionate salt sodium stearate succinate
sulfate sulphate tartrate tosylate trihydrate trometamol valerate xinafoate
"""
_SALTS: Final = frozenset(_SALT_WORDS.split())
_WATER: Final = frozenset({"anhydrous", "as", "base", "dihydrate", "hemihydrate", "monohydrate", "trihydrate"})
_IONS: Final = frozenset(
    ["aluminium", "aluminum", "ammonium", "calcium", "iron", "lithium", "magnesium", "potassium", "sodium", "zinc"]
)


def plainly(text: str, known: Known, meaning: Meaning) -> str:
    """Return a text in plain words; the text itself where no rule fits it.

    Args:
        text: As recorded.
        known: The vocabulary.
        meaning: Reads a text.

    >>> from fullcourse.adapters.medicines.vocabulary import load_vocabulary
    >>> plainly("Phenytoin (sodium) 50mg/5ml", load_vocabulary(), lambda text: ())
    'phenytoin sodium 50mg/5ml'
    """
    plain = _BEFORE_BRACKET.sub(" (", _GLUED.sub(" ", " ".join(text.split())))
    plain = _COMMA.sub(", ", plain)
    plain = _CHLORIDE.sub("hydrochloride", _APART.sub(" ", _THOUSANDS.sub("", plain)))
    plain = _AND.sub(" and ", _AND_STRENGTH.sub(r"\1/", _PACK.sub("", plain)))
    plain = _NUMBERED.sub(r"\1 \2", _BOOSTED.sub(r"\1/r \2/\3", plain))
    plain = _SUCH_AS.sub(r" (\1)", plain)
    plain = _names_apart(_STARS.sub("", plain), known)
    plain = _without_maker(_SODIUM.sub("sodium ", plain), known)
    meaning = functools.cache(meaning)  # many brackets hold and follow the same words
    for _ in range(_MOST_BRACKETS):
        shorter = _without_a_bracket(plain, known, meaning)
        if shorter == plain:
            break
        plain = shorter
    return plain


def _names_apart(text: str, known: Known) -> str:
    """Return ``A 150 mg, B 75 mg and C 5 mg`` with a stroke between the medicines."""
    commas = [it for it in _NEXT_NAME.finditer(text) if known.of_name(fold(it[1]))]
    if not commas:
        return text
    for comma in reversed(commas):
        text = f"{text[: comma.start()]} / {text[comma.end() :]}"
    return text.replace(" and ", " / ")


def _without_maker(text: str, known: Known) -> str:
    """Return a text without who made it, where a substance stands behind that and no brand."""
    maker = _MAKER.match(text)
    if maker is None or known.of_name(fold(text)):
        return text
    name = fold(text[maker.end() :]).split()[0]
    return text[maker.end() :] if known.of_name(name) and not known.is_trade_name(name) else text


def _without_a_bracket(text: str, known: Known, meaning: Meaning) -> str:
    """Return a text without one of its brackets that can be understood; the text itself where none can."""
    bare = meaning(_BRACKET.sub("", text))
    for bracket in _BRACKET.finditer(text):
        inside = fold(bracket[1])
        before = _SEPARATED.split(_BRACKET.sub("", text[: bracket.start()]))[-1].strip()
        without = text[: bracket.start()] + text[bracket.end() :]
        if _is_silent(inside):
            return without
        named, said = meaning(before), meaning(bracket[1])
        if _SALTS.issuperset(inside.split()):
            salt = f"{fold(before)} {inside}"
            if known.of_name(salt) and not _WATER.issuperset(inside.split()) and fold(text).startswith(fold(before)):
                return f"{salt}{text[bracket.end() :]}"
            if len(named) == 1 and not _IONS.intersection(named):
                return without
        elif (
            _is_its_letter(inside, named)
            or (bare and (bare in (said, known.of_brand(inside)) or _is_more_exact(bare, said)))
            or (named and named in (said, known.of_brand(inside)))
        ):
            return without
        elif bare and _is_more_exact(said, bare):
            return bracket[1]
    return text


def _is_its_letter(inside: str, named: tuple[str, ...]) -> bool:
    """Return whether a letter in a bracket stands for the name before it: ``Isoniazid (H)``, not ``Losartan (H)``."""
    forms = [load_short_forms().get(letter) for letter in (inside, inside.upper())] if len(inside) == 1 else []
    return len(named) == 1 and any(form is not None and named[0] in form.ingredients for form in forms)


def _is_more_exact(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    """Return whether names are the same but for words behind them: tenofovir disoproxil beside tenofovir."""
    same = len(one) == len(other) and one != other
    return same and all(a == b or a.startswith(f"{b} ") for a, b in zip(one, other, strict=True))


def _is_silent(inside: str) -> bool:
    """Return whether a bracket names nothing; ``(E)`` and ``(H)`` are medicines, though h is an hour elsewhere."""
    long_enough = all(len(word) >= _SHORTEST_SILENT or not word.isalpha() for word in inside.split())
    return long_enough and read_rest(inside) is not None
