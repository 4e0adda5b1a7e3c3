"""Makes ``names/register-brands.tsv``: brands that two official lists give the same whole composition.

One register alone is not believed: South Africa's list of prices leaves ingredients out now and then (its Atripla is
efavirenz alone), and a name may be another medicine in another country (Zoxan is doxazosin in France). A brand counts
when two of these say the same of it, whole, and none says otherwise. Run it again when a list changes, then
``make_medicine_vocabulary.py``::

    python tools/make_register_brands.py --unii UNII_Names.txt --prices mpr.db --register Uganda_Drugs.txt \
        --bdpm FOLDER --swiss products_de.json > tools/names/register-brands.tsv

- ``--prices``: South Africa's Database of Medicine Prices (National Department of Health, public), as read into
  ``mpr.db`` of Code4SA/medicine-price-registry at 5d062dcc (Apache-2.0).
- ``--register``: the human drug register of Uganda (National Drug Authority, June 2022), as in the table
  ``Uganda_Drugs.txt`` of christillman/encounterpro_os at b6dcafa7: columns 2 and 3. It only confirms.
- ``--bdpm``: France's list, as ``make_brand_names.py`` reads it.
- ``--swiss``: Switzerland's products with their ATC codes and substances (``products_de.json`` of
  zdavatz/oddb2xml_files at 1fac7a1c).
- ``--unii``: brands of one substance in FDA's list of substances, as ``make_medicine_vocabulary.py`` reads it.
"""

import argparse
import json
import re
import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing
from pathlib import Path

from make_brand_names import compositions_of
from make_medicine_vocabulary import BARE_IONS, FOLDER, MADE, is_usable, names_of, rows_of

from fullcourse.adapters.medicines.silent import is_silent
from fullcourse.adapters.medicines.spelling import fold

PRICES = "South Africa's Database of Medicine Prices (2025-06)"
REGISTER = "Uganda's human drug register (2022-06)"
FRANCE = "BDPM (ANSM, 2019-11)"
SWITZERLAND = "Switzerland's products (2014), by their ATC codes"
FDA = "FDA UNII Names 2025: a brand of the substance"
UNKNOWN = "?"
_NAME_ENDS = re.compile(r"[\d,(]")
_WHOLE_CODE = 7
"""Letters of an ATC code of a substance or a combination; a shorter one is a group."""
_SHORTEST = 4
"""A shorter name is a word or an abbreviation elsewhere."""


def main() -> None:
    """Print the table."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in ("unii", "prices", "register", "bdpm", "swiss"):
        arguments.add_argument(f"--{name}", type=Path, required=True)
    given = arguments.parse_args()
    names, brands = names_of(given.unii, rows_of(MADE / "synonyms.tsv"))
    translated = {row[0]: row[1] for row in rows_of(MADE / "translations.tsv") if row[0] not in names}
    known = {**translated, **names}
    made = {row[0] for row in rows_of(MADE / "brands.tsv")}
    forms = {row[0].casefold() for row in rows_of(FOLDER / "short_forms.tsv")}
    # Its substances are in German, and many are groups: what is not understood of it says nothing.
    swiss = agreed(products_of_switzerland(given.swiss), known)
    witnesses = {
        PRICES: agreed(products_of_prices(given.prices), known),
        REGISTER: agreed(products_of_register(given.register), known),
        FRANCE: agreed(products_of_france(given.bdpm, known), known),
        SWITZERLAND: {name: one for name, one in swiss.items() if UNKNOWN not in one},
        FDA: brands,
    }
    longer: dict[str, set[str]] = defaultdict(set)
    for table in witnesses.values():
        for name, ingredients in table.items():
            longer[name.split()[0]].add(ingredients)
            longer[name].add(ingredients)
    left_out = {row[0] for row in rows_of(MADE / "synonyms.tsv") if row[2] == "left out"}
    print("name\tingredients\tsource")
    for brand in sorted({name for said in witnesses.values() for name in said}):
        said = {who: what for who, table in witnesses.items() if (what := table.get(brand))}
        is_new = brand not in known and brand not in made and brand not in forms and brand.split()[0] not in known
        if is_new and brand not in left_out and is_believed(brand, said) and not is_denied(brand, said, longer):
            print(f"{brand}\t{next(iter(said.values()))}\t{'; '.join(said)}")


def is_believed(brand: str, said: Mapping[str, str]) -> bool:
    """Return whether two lists say the same of a name and none says otherwise, or does not say all.

    Args:
        brand: Folded.
        said: Ingredients joined by ``;``, by list.
    """
    ingredients = next(iter(said.values())).split(";")
    usable = is_usable(brand) and len(brand) >= _SHORTEST and brand[-1].isalpha() and "&" not in brand
    agree = len(said) > 1 and len(set(said.values())) == 1
    return usable and agree and UNKNOWN not in ingredients and not BARE_IONS.intersection(ingredients)


def is_denied(brand: str, said: Mapping[str, str], longer: Mapping[str, set[str]]) -> bool:
    """Return whether a list has the name, alone or with words behind it, for something that shares no ingredient."""
    ingredients = set(next(iter(said.values())).split(";"))
    return any(UNKNOWN not in other and ingredients.isdisjoint(other.split(";")) for other in longer.get(brand, set()))


def agreed(products: Iterable[tuple[str, Iterable[str]]], known: Mapping[str, str]) -> dict[str, str]:
    """Return what all products of a name hold, joined by ``;``; ``?`` where they differ or a part is unknown."""
    said: dict[str, set[str]] = defaultdict(set)
    for name, written in products:
        brand = brand_of(name)
        held = {known.get(substance_of(one), UNKNOWN) for one in written}
        said[brand].add(";".join(sorted({part for one in held for part in one.split(";")})))
    return {brand: one if len(sets) == 1 else UNKNOWN for brand, sets in said.items() if brand for one in [min(sets)]}


def substance_of(written: str) -> str:
    """Return a substance as it is named elsewhere, folded.

    >>> substance_of("Metformin Hcl"), substance_of("Gentamicin Sulphate (as base)")
    ('metformin hydrochloride', 'gentamicin sulfate')
    """
    plain = fold(re.sub(r" \(.*| equivalent to .*", "", written, flags=re.IGNORECASE))
    return re.sub(r"\bhc[li]$", "hydrochloride", plain).replace("sulph", "sulf")


def brand_of(name: str) -> str:
    """Return the name of a product without its strength and form, folded.

    >>> brand_of("Plendil 10 mg"), brand_of("Losaar Plus Tablets 50mg/12.5mg"), brand_of("AKT-4")
    ('plendil', 'losaar plus', '')
    """
    folded = fold(name)
    words = _NAME_ENDS.split(folded)[0].split()
    while words and is_silent(words[-1]):
        words.pop()
    brand = " ".join(words)
    # A number that belongs to the name may tell two products apart (Akurit-3, Akurit-4).
    return "" if brand.endswith("-") else brand


def products_of_france(folder: Path, known: Mapping[str, str]) -> Iterator[tuple[str, list[str]]]:
    """Yield the products of France's list with their ingredients; `UNKNOWN` among them for what is not known."""
    compositions = compositions_of(folder / "CIS_COMPO_bdpm.txt", dict(known))
    for line in (folder / "CIS_bdpm.txt").read_text(encoding="latin-1").splitlines():
        product, name = line.split("\t")[:2]
        yield name, compositions.get(product, UNKNOWN).split(";")


def products_of_switzerland(path: Path) -> Iterator[tuple[str, list[str]]]:
    """Yield the products of Switzerland's list with their substances as written."""
    for product in json.loads(path.read_text(encoding="utf-8"))["documents"]:
        if len(product.get("atc", "")) == _WHOLE_CODE:
            yield product["produkt"], re.split(r" und |, ", product.get("substanz", ""))


def products_of_prices(path: Path) -> Iterator[tuple[str, list[str]]]:
    """Yield the products of South Africa's list with their ingredients as written."""
    with closing(sqlite3.connect(path)) as database, database:
        held: dict[int, tuple[str, list[str]]] = {}
        rows = database.execute(
            "select p.id, p.name, i.name from mpr_product p join mpr_productingredient x on x.product_id = p.id "
            "join mpr_ingredient i on i.id = x.ingredient_id order by p.id, i.name"
        )
        for number, name, ingredient in rows:
            held.setdefault(number, (name, []))[1].append(ingredient)
    yield from held.values()


def products_of_register(path: Path) -> Iterator[tuple[str, list[str]]]:
    """Yield the products of Uganda's register that have a name, with their ingredients as written."""
    for line in path.read_text(encoding="utf-8-sig").splitlines():
        cells = line.split("\t")
        if len(cells) > 2 and cells[1].strip():
            yield cells[1], [part.strip() for part in re.split(r" ?/ | /", cells[2]) if part.strip()]


if __name__ == "__main__":
    main()
