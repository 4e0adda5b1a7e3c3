"""The catalogue of what the phone's screens say, by the names of its words, and what a phone reads of it.

English is written in ``page/words/en.json``. Translators write in ``phone.po`` of a language; from it comes
``page/words/XX.json``, which has what is translated and nothing else: the phone says the rest in English.
"""

import io
import json
import re
from gettext import c2py  # type: ignore[attr-defined]  # it is what gettext itself reads a plural's rule with
from pathlib import Path
from typing import Final

from babel import Locale
from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po, write_po

PACKAGE = Path(__file__).parents[1] / "src" / "fullcourse"
WORDS = PACKAGE / "interfaces" / "phone" / "page" / "words"
Text = str | dict[str, str]
_COUNTED: Final = (*range(201), 1_000, 1_000_000)
"""Whole numbers among which every form of every language comes about."""
_PLACES: Final = re.compile(r"\{\w+\}")
_SAFETY: Final = re.compile(
    r"^(?:age\.ends|call|clock|early|ended\.says|help|missed\.heading|next|plan\.offline|skip|state|stop|storage|unlock\.forgot|urgency)\b"
)
"""Names of the texts by which somebody takes a dose, leaves it out or calls."""


def english() -> dict[str, Text]:
    """Return every text of the screens by its name."""
    words: dict[str, Text] = json.loads((WORDS / "en.json").read_text("utf-8"))
    return words


def po_of(language: str) -> Path:
    """Return where translators write what the screens say."""
    return PACKAGE / "languages" / language / "LC_MESSAGES" / "phone.po"


def catalogue_of(language: str) -> Catalog:
    """Return the catalogue of a language: every text, with the translation of its file, else of what phones read."""
    path, place = po_of(language), WORDS / f"{language}.json"
    old = read_po(io.BytesIO(path.read_bytes()), locale=language) if path.exists() else Catalog(locale=language)
    spoken: dict[str, Text] = json.loads(place.read_text("utf-8")) if place.exists() else {}
    made = Catalog(locale=language, project="fullcourse", charset="utf-8", fuzzy=False)
    made.creation_date = made.revision_date = old.creation_date if path.exists() else made.creation_date
    for name, text in english().items():
        known = _known(old, name, text)
        string = (
            known.string if known is not None and _is_said(known.string) else _forms(language, spoken.get(name, ""))
        )
        made.add(
            _id(text),
            string=string,
            context=name,
            auto_comments=["safety: to be read by a clinician who speaks the language"] if _SAFETY.match(name) else [],
            user_comments=known.user_comments if known is not None else [],
        )
    return made


def _known(old: Catalog, name: str, text: Text) -> Message | None:
    return old.get(_id(text) if isinstance(text, str) else text["one"], name)


def _id(text: Text) -> str | tuple[str, str]:
    return text if isinstance(text, str) else (text["one"], text["other"])


def _is_said(string: str | tuple[str, ...]) -> bool:
    return any(string) if isinstance(string, tuple) else bool(string)


def categories_of(language: str) -> dict[int, list[str]]:
    """Return which of Unicode's plural categories each form of gettext is said for.

    A category of broken numbers alone, as the Russian ``other``, takes the form of few, else the last one.
    """
    catalogue, locale = Catalog(locale=language), Locale(language)
    place_of = c2py(catalogue.plural_expr)
    places: dict[str, int] = {}
    for number in _COUNTED:
        places.setdefault(locale.plural_form(number), place_of(number))
    for category in (*locale.plural_form.tags, "other"):
        places.setdefault(category, places.get("few", catalogue.num_plurals - 1))
    return {
        place: [category for category, other in places.items() if other == place]
        for place in range(catalogue.num_plurals)
    }


def _forms(language: str, spoken: Text) -> str | tuple[str, ...]:
    if isinstance(spoken, str):
        return spoken
    return tuple(
        next((spoken[category] for category in categories if category in spoken), spoken["other"])
        for categories in categories_of(language).values()
    )


def spoken_of(language: str, catalogue: Catalog) -> dict[str, Text]:
    """Return what a phone reads of a catalogue: a text with a number once for each of its forms.

    Raises:
        ValueError: A translation has other gaps than the English text, or a text has some of its forms alone.
    """
    spoken: dict[str, Text] = {}
    faults: list[str] = []
    for name, text in english().items():
        message = _known(catalogue, name, text)
        string = message.string if message is not None else ""
        if not _is_said(string):
            continue
        faults += [f"{language}, {name}: {fault}" for fault in _faults(language, text, string)]
        spoken[name] = string if isinstance(string, str) else _by_category(language, string)
    if faults:
        raise ValueError("a translation cannot be said: " + "; ".join(faults) + ". Mend it in phone.po")
    return spoken


def _by_category(language: str, forms: tuple[str, ...]) -> dict[str, str]:
    return {
        category: forms[place]
        for place, categories in sorted(categories_of(language).items())
        for category in categories
    }


def _faults(language: str, text: Text, string: str | tuple[str, ...]) -> list[str]:
    if isinstance(text, str):
        same = isinstance(string, str) and _gaps(string) == _gaps(text)
        return [] if same else [f"it must have the gaps {', '.join(_gaps(text)) or 'none'}"]
    if isinstance(string, str) or not all(string):
        return ["it lacks one of its forms"]
    place_of = c2py(Catalog(locale=language).plural_expr)
    faults = []
    for place, form in enumerate(string):
        alone = [number for number in _COUNTED if place_of(number) == place]
        wanted = _gaps(text["other"])
        if _gaps(form) != wanted and not (len(alone) == 1 and set(_gaps(form)) < set(wanted)):
            faults.append(f"form {place} is said of several numbers, and must have the gaps {', '.join(wanted)}")
    return faults


def _gaps(text: str) -> list[str]:
    return sorted(_PLACES.findall(text))


def write(language: str) -> int:
    """Write the catalogue of a language and what phones read of it, and return how many texts it lacks."""
    catalogue = catalogue_of(language)
    spoken = spoken_of(language, catalogue)
    path = po_of(language)
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        write_po(file, catalogue, width=0, sort_output=False, omit_header=False)
    lines = ",\n".join(f" {json.dumps(name)}: {json.dumps(text, ensure_ascii=False)}" for name, text in spoken.items())
    (WORDS / f"{language}.json").write_text(f"{{\n{lines}\n}}\n" if lines else "{}\n", "utf-8")
    return len(english()) - len(spoken)
