"""Says how a medicine is applied, and whether it then acts in the whole body (``knowledge/medicines/routes.toml``).

Only what was positively understood stays where it is put: a local route, in codes or in words, that nothing in the
entry contradicts, of ingredients that are known to stay there. Everything else is unknown, and taken as systemic.
"""

import functools
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from fullcourse.adapters.medicines.spelling import fold
from fullcourse.adapters.medicines.vocabulary import FOLDER
from fullcourse.clinical.errors import Fault, KnowledgeError
from fullcourse.clinical.medicine import Route

__all__ = ["Application", "application_of", "load_applications"]

_SYSTEMS = ("snomed", "edqm", "hl7")

_WORD = re.compile(r"[^\W_]+(?:-[^\W_]+)*")


@dataclass(frozen=True, slots=True)
class Application:
    """One way in which medicines are applied.

    Attributes:
        id: Its name.
        applied: For people.
        is_systemic: Whether it leads into the whole body.
        codes: ``(system, code)``.
        words: Phrases that say so, each as folded words.
        only: Ingredients that are known to stay there; empty when all are but those of ``excepted``.
        excepted: Ingredients that are not.
    """

    id: str
    applied: str
    is_systemic: bool
    codes: frozenset[tuple[str, str]]
    words: tuple[tuple[str, ...], ...]
    only: frozenset[str]
    excepted: frozenset[str]

    def keeps(self, ingredient: str) -> bool:
        """Return whether an ingredient that is applied so is known to stay there."""
        return not self.is_systemic and ingredient not in self.excepted and (not self.only or ingredient in self.only)


Coded = tuple[Sequence[tuple[str, str]], Sequence[str]]
"""One recorded route: its ``(system, code)``, system by its short name, and what it is called."""


def application_of(texts: Iterable[str], ingredients: Sequence[str], routes: Sequence[Coded] = ()) -> tuple[Route, str]:
    """Return whether a medicine acts in the whole body, and how it is applied, for people (empty when unknown).

    Args:
        texts: What the product and its form are called.
        ingredients: INN in lower case.
        routes: Of each of its dosages; one that is not understood leaves the route unknown.

    >>> application_of(["ciprofloxacin 0.3 % eye drops"], ["ciprofloxacin"])
    (<Route.LOCAL: 'local'>, 'into the eye')
    >>> application_of(["estradiol 0.1 MG/DAY Transdermal System"], ["estradiol"])
    (<Route.SYSTEMIC: 'systemic'>, 'through the skin')
    >>> application_of(["rifampin"], ["rifampin"])
    (<Route.UNKNOWN: 'unknown'>, '')
    """
    by_route = [_meant_by(codes, names) for codes, names in routes]
    by_words = [way for text in texts for way in _said_by(text)]
    named = list(dict.fromkeys([*(way for ways in by_route for way in ways), *by_words]))
    for way in named:
        if way.is_systemic:
            return Route.SYSTEMIC, way.applied
    if not named:
        return Route.UNKNOWN, ""
    stays = bool(ingredients) and all(way.keeps(ingredient) for way in named for ingredient in ingredients)
    return Route.LOCAL if stays and all(by_route) else Route.UNKNOWN, named[0].applied


def _meant_by(codes: Iterable[tuple[str, str]], names: Iterable[str]) -> list[Application]:
    by_code = [way for way in load_applications() if way.codes.intersection(codes)]
    return [*by_code, *(way for name in names for way in _said_by(name))]


@functools.lru_cache(maxsize=4096)
def _said_by(text: str) -> tuple[Application, ...]:
    """Return the ways that a text names: its longest phrases, so that a vaginal cream is not a cream for the skin."""
    words = _WORD.findall(fold(text))
    phrases: dict[tuple[int, int], Application] = {}
    by_first = _by_first_word()
    named = [(at, phrase) for at, word in enumerate(words) for phrase in by_first.get(word, ())]
    for at, (_, phrase, way) in sorted(named, key=lambda it: (it[1][0], it[0])):
        if tuple(words[at : at + len(phrase)]) == phrase:
            phrases[at, at + len(phrase)] = way
    longest = [
        way
        for (start, end), way in phrases.items()
        if not any(other != (start, end) and other[0] <= start and end <= other[1] for other in phrases)
    ]
    return tuple(dict.fromkeys(longest))


@functools.cache
def _by_first_word() -> dict[str, list[tuple[int, tuple[str, ...], Application]]]:
    """Return every phrase with its way and its place among all, by the first of its words."""
    phrases = [(phrase, way) for way in load_applications() for phrase in way.words]
    by_first: dict[str, list[tuple[int, tuple[str, ...], Application]]] = {}
    for place, (phrase, way) in enumerate(phrases):
        by_first.setdefault(phrase[0], []).append((place, phrase, way))
    return by_first


@functools.cache
def load_applications(path: Path = FOLDER / "routes.toml") -> tuple[Application, ...]:
    """Return the packaged ways of applying medicines, read once.

    Raises:
        KnowledgeError: The file is missing or cannot be read.
    """
    import tomllib  # a record without medicines needs no parser of TOML

    try:
        rows = tomllib.loads(path.read_text(encoding="utf-8"))["route"]
        return tuple(
            Application(
                id=row["id"],
                applied=row["applied"],
                is_systemic=row.get("systemic", False),
                codes=frozenset((system, code) for system in _SYSTEMS for code in row.get(system, ())),
                words=tuple(tuple(_WORD.findall(fold(phrase))) for phrase in row["words"]),
                only=frozenset(row.get("only", ())),
                excepted=frozenset(row.get("but", ())),
            )
            for row in rows
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        what = f"the ways of applying medicines cannot be read: {error}"
        raise KnowledgeError([Fault("medicines/routes.toml", "", what, "Install the package again.")]) from error
