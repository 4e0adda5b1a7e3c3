"""Makes ``names/translations.tsv``: names of substances in five other languages, each seen in a public list.

An INN is one word in every language: WHO makes its forms from each other by fixed rules of spelling (ph and f, th
and t, y and i, doubled letters, the last vowel). A name of a list is taken for an English name when both have the
same bare spelling by these rules, and only where no other substance has it and no other name of the list leads
elsewhere; a name that is like two substances, or like none, is left out. Nothing is taken that was not seen in the
list. Run it again when a list changes, then ``make_medicine_vocabulary.py``::

    python tools/make_translated_names.py --unii UNII_Names.txt --bdpm CIS_COMPO_bdpm.txt --msf MsfCatalog.java \
        --infarmed terminology-ingredient-vs.fsh --spanish drugsNames.ts \
        --essential health_who_essential_medicines/locale \
        > tools/names/translations.tsv

The public files it reads:

- ``--bdpm``: composition of the medicines of France (base de donnees publique des medicaments, ANSM, Licence
  Ouverte); the copy of 2019 in betagouv/api-medicaments at bbd74d87.
- ``--msf``: English and French names of MSF's catalogue of medicines, in projectbuendia/client at 244e5dc3
  (Apache-2.0).
- ``--infarmed``: ingredients of the medicines of Portugal (Infarmed), in joofio/portuguese-medication-idmp-fhir at
  916b2f2e.
- ``--spanish``: names of medicines in Spanish, in valeriapaulinalustres/dulce-espera at d59d507d.
- ``--essential``: the names of WHO's list of essential medicines in other languages, in the package
  ``gnuhealth-who-essential-medicines`` 5.0.4 on PyPI.

INN are public property by WHO's rules; only single names are taken from these lists, none of their texts and no
selection.
"""

import argparse
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

from make_medicine_vocabulary import MADE, names_of, rows_of

from fullcourse.adapters.medicines.spelling import fold

_SOURCES = {
    "fr": "name in the list of substances of France's medicines (BDPM, ANSM; copy of 2019-11)",
    "fr msf": "name in the French column of MSF's catalogue of medicines (projectbuendia/client)",
    "pt": "name in Infarmed's list of ingredients (joofio/portuguese-medication-idmp-fhir)",
    "es": "name in the Spanish column of a list of medicines (valeriapaulinalustres/dulce-espera)",
    "po": "name in GNU Health's translation of WHO's essential medicines (gnuhealth-who-essential-medicines 5.0.4)",
}
_TRANSLATIONS = {"es": "es", "fr": "fr", "pt": "pt_BR", "de": "de", "it": "it_IT"}
_SHORTEST = 5
_LEFT_OUT = frozenset({"calamine", "calamin"})
"""A lotion of several oxides of zinc and iron by this name, and a carbonate by FDA's list."""
_SALT = re.compile(r" (?:s[oó]dic[oa]|pot[aá]ssic[oa]|c[aá]lcic[oa]|sodique|potassique|calcique)$")
_SPELLINGS = (
    *(
        ("ph", "f"),
        ("th", "t"),
        ("y", "i"),
        ("ch", "c"),
        ("k", "c"),
        ("rh", "r"),
        ("que", "c"),
        ("ae", "e"),
        ("oe", "e"),
    ),
    ("w", "v"),
)


def main() -> None:
    """Print the table."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in ("unii", "bdpm", "msf", "infarmed", "spanish", "essential"):
        arguments.add_argument(f"--{name}", type=Path, required=True)
    given = arguments.parse_args()
    english, brands = names_of(given.unii, rows_of(MADE / "synonyms.tsv"))
    lists: dict[str, Iterable[str]] = {
        "fr": bdpm_names(given.bdpm),
        "fr msf": msf_names(given.msf),
        "pt": re.findall(r'^\* #\d+\s*\n\s*"([^"]+)"', given.infarmed.read_text(encoding="utf-8"), flags=re.MULTILINE),
        "es": re.findall(r'es: *"([^"]+)"', given.spanish.read_text(encoding="utf-8")),
    }
    lists |= {f"{language} po": po_names(given.essential / f"{file}.po") for language, file in _TRANSLATIONS.items()}
    rows: dict[str, tuple[str, str, str]] = {}
    for kind, names in lists.items():
        for name, ingredient in translated({fold(name) for name in names}, english).items():
            if name not in english and name not in brands and name not in rows and plain(name) not in _LEFT_OUT:
                rows[name] = (ingredient, kind.split()[0], _SOURCES["po" if kind.endswith("po") else kind])
    print("name\tingredients\tlanguage\tsource")
    for name in sorted(rows):
        print("\t".join((name, *rows[name])))


def bdpm_names(path: Path) -> list[str]:
    """Return the names of substances; what stands in brackets behind them is a salt, or makes them an acid."""
    lines = path.read_text(encoding="latin-1").splitlines()
    names = [line.split("\t")[3] for line in lines if line.count("\t") > 6]
    return [("ACIDE " if "(ACIDE" in name else "") + re.sub(r" \(.*| BASE$", "", name) for name in names]


def po_names(path: Path) -> list[str]:
    """Return the translated names of one substance each."""
    return re.findall(r'active_component:[^\n]*\nmsgid "[^"+]+"\nmsgstr "([^"+]+)"', path.read_text(encoding="utf-8"))


def msf_names(path: Path) -> list[str]:
    """Return the French names of one substance each, the words in capitals."""
    found = re.findall(r'new Drug\("[A-Z0-9]+", "[^"]*\[fr:([^\]"]+)\]', path.read_text(encoding="utf-8"))
    return [
        word for name in found if "/" not in name and "+" not in name for word in re.findall(r"[^\W\d_a-z]{5,}", name)
    ]


def translated(names: set[str], english: dict[str, str]) -> dict[str, str]:
    """Return the names that have the bare spelling of one substance only, with it.

    Args:
        names: Of a list, folded.
        english: Names with their ingredients.
    """
    substances: dict[str, set[str]] = defaultdict(set)
    for name, ingredients in english.items():
        if len(name) >= _SHORTEST and not ingredients.endswith(" ion") and ";" not in ingredients:
            substances[bare(name)].add(ingredients)
    found = {}
    for name in names:
        for said in (name, _SALT.sub("", name)):
            candidates = substances.get(bare(said), set())
            if len(said) >= _SHORTEST and len(candidates) == 1:
                found[name] = next(iter(candidates))
                break
    accentless = {plain(name): ingredient for name, ingredient in found.items()}
    same = {plain(name) for name in found if found[name] != accentless[plain(name)]}
    return found | {name: ingredient for name, ingredient in accentless.items() if name not in same}


def plain(name: str) -> str:
    """Return the name without accents."""
    return "".join(mark for mark in unicodedata.normalize("NFD", name) if not unicodedata.combining(mark))


def bare(name: str) -> str:
    """Return what WHO's rules of spelling leave alike between the languages.

    >>> bare("cycloserine") == bare("cicloserina") == bare("cyclosérine")
    True
    >>> bare("cycloserine") == bare("ciclosporina")
    False
    """
    words = plain(name).split()
    if words[0] in ("acido", "acide"):
        words = [*words[1:], "acid"]
    return " ".join(map(_bare_word, words))


def _bare_word(word: str) -> str:
    if word == "acid":
        return word
    for written, spoken in _SPELLINGS:
        word = word.replace(written, spoken)
    word = re.sub(r"^e(?=s[^aeiou])", "", re.sub(r"(.)\1", r"\1", word))
    return re.sub(r"(?:um|us|[aeo])$", "", word)


if __name__ == "__main__":
    main()
