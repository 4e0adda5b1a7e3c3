"""Makes ``names/brands.tsv``: brands and fixed combinations with their ingredients.

France's list of medicines (base de donnees publique des medicaments, ANSM, Licence Ouverte) gives the whole
composition of each product. A brand counts when every product of that name holds the same known ingredients; that
of one substance only when FDA's list of substances has it as a brand of the same substance, because a single name
may be another medicine in another country. Names that begin with the name of a substance are left to the grammar of
names. Run it again when a list changes, then ``make_medicine_vocabulary.py``::

    python tools/make_brand_names.py --unii UNII_Names.txt --bdpm FOLDER > tools/names/brands.tsv

``FOLDER`` holds ``CIS_bdpm.txt`` and ``CIS_COMPO_bdpm.txt``; the copy of 2019-11 in betagouv/api-medicaments at
bbd74d87.
"""

import argparse
import re
from collections import defaultdict
from pathlib import Path

from make_medicine_vocabulary import BARE_IONS, MADE, is_usable, names_of, rows_of

from fullcourse.adapters.medicines.spelling import fold

_BOTH = "BDPM (ANSM, 2019-11): every product of this name holds it alone; FDA UNII Names 2025: a brand of the substance"
_COMBINATION = "BDPM (ANSM, 2019-11): every product of this name holds these and nothing else"
_SALT = re.compile(
    r"^(?:(?:chlorhydrate|dichlorhydrate|bromhydrate|sulfate|hemisulfate|propionate|dipropionate|fumarate|hemifumarate|maleate|tartrate|"
    r"bitartrate|mesilate|besilate|bésilate|mésilate|maléate|succinate|acetate|acétate|phosphate|valerate|valérate|furoate|bromure|"
    r"xinafoate|pamoate|citrate|nitrate) (?:de |d')"
    r"(?!(?:sodium|potassium|calcium|magnesium|magnésium|zinc|fer|aluminium|ammonium|lithium|argent|manganèse|cuivre|strontium)\b))"
    r"|(?: (?:mono|di|tri|tétra|sesqui|hémi)?(?:anhydre|hydrat[ée]e?))$"
)
_SHORTEST_COMBINATION = 5
"""A shorter name is a word or an abbreviation elsewhere."""
_NAME_ENDS = re.compile(r"[\d,(]")


def main() -> None:
    """Print the table."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--unii", type=Path, required=True)
    arguments.add_argument("--bdpm", type=Path, required=True)
    given = arguments.parse_args()
    names, brands = names_of(given.unii, rows_of(MADE / "synonyms.tsv"))
    names |= {row[0]: row[1] for row in rows_of(MADE / "translations.tsv") if row[0] not in names}
    said: dict[str, set[str]] = defaultdict(set)
    compositions = compositions_of(given.bdpm / "CIS_COMPO_bdpm.txt", names)
    for line in (given.bdpm / "CIS_bdpm.txt").read_text(encoding="latin-1").splitlines():
        product, name = line.split("\t")[:2]
        said[fold(_NAME_ENDS.split(name)[0])].add(compositions.get(product, "?"))
    print("name\tingredients\tsource")
    for brand in sorted(brand for brand, sets in said.items() if len(sets) == 1 and is_usable(brand)):
        ingredients = next(iter(said[brand])).split(";")
        if "?" in ingredients or brand.split()[0] in names or BARE_IONS.intersection(ingredients):
            continue
        known = brands.get(brand)
        if [known] == ingredients:
            print(f"{brand}\t{known}\t{_BOTH}")
        elif (
            len(ingredients) > 1
            and known in (None, *ingredients)
            and len(brand) >= _SHORTEST_COMBINATION
            and brand[-1].isalpha()
        ):
            print(f"{brand}\t{';'.join(ingredients)}\t{_COMBINATION}")


def compositions_of(path: Path, names: dict[str, str]) -> dict[str, str]:
    """Return the ingredients of each product joined by ``;``; ``?`` among them stands for one that is not known.

    A row gives a substance, or the part of it that acts (``FT``); rows of one substance share a number.
    """
    products: dict[str, dict[str, str]] = defaultdict(dict)
    for line in path.read_text(encoding="latin-1").splitlines():
        cells = line.split("\t")
        if len(cells) > 7 and cells[6] in ("SA", "FT"):
            written = fold(re.sub(r" \(.*| BASE$", "", cells[3]))
            substance = names.get(written) or names.get(_SALT.sub("", _SALT.sub("", written)), "?")
            number = cells[7].strip() or cells[2]
            if cells[6] == "FT" or number not in products[cells[0]]:
                products[cells[0]][number] = substance
    return {product: ";".join(sorted(set(found.values()))) for product, found in products.items()}


if __name__ == "__main__":
    main()
