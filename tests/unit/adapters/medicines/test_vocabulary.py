"""The packaged tables: quick to open, sorted, and each row with its source."""

import gzip
import re
from pathlib import Path

import pytest

from fullcourse.adapters.medicines.spelling import fold
from fullcourse.adapters.medicines.vocabulary import BLOCK_CHARACTERS, FOLDER, Table, load_vocabulary
from fullcourse.clinical.errors import KnowledgeError
from fullcourse.knowledge.codes import code_fault

MOST_BYTES = 600_000

MADE_BY_TOOLS = ("brands.tsv", "translations.tsv", "translations-sourced.tsv")

SEEN_IN = ("ch-term", "ecqm", "hl7-r4", "ips", "synthea", "us-core", "who-tb-kit")


MADE = Path(__file__).parents[4] / "tools" / "names"


def _rows(name):
    path = FOLDER / name if (FOLDER / name).exists() else MADE / name
    return [line.split("\t") for line in path.read_text(encoding="utf-8").splitlines()[1:]]


def test_the_tables_are_small():
    assert sum(path.stat().st_size for path in FOLDER.iterdir()) < MOST_BYTES


def test_every_name_is_found_and_is_written_as_it_is_compared():
    names = load_vocabulary().names
    keys = list(names)
    assert keys == sorted(set(keys))
    assert all(names.get(key) is not None for key in keys)
    assert [key for key in keys if fold(key) != key] == []


def test_every_ingredient_is_a_name_of_itself():
    vocabulary = load_vocabulary()
    values = {vocabulary.names.get(key) or key for key in vocabulary.names}
    values |= {vocabulary.rxnorm.get(key) or "" for key in vocabulary.rxnorm} | set(vocabulary.atc.values())
    ingredients = {one for value in values for one in value.lstrip("?=").split(";")}
    assert [one for one in sorted(ingredients) if vocabulary.ingredient(one) != one] == []


def test_ingredients_are_in_alphabetical_order():
    vocabulary = load_vocabulary()
    tables = (vocabulary.names, vocabulary.rxnorm)
    values = [(table.get(key) or "").lstrip("?=").split(";") for table in tables for key in table]
    assert [value for value in values if value != sorted(set(value))] == []


@pytest.mark.parametrize(
    "name", ["synonyms.tsv", "rxnorm-sourced.tsv", "atc.tsv", "snomed.tsv", "short_forms.tsv", *MADE_BY_TOOLS]
)
def test_every_row_names_its_source(name):
    rows = _rows(name)
    assert rows
    assert all(row[-1].strip() and len(row) == len(rows[0]) for row in rows)
    assert len({row[0] for row in rows}) == len(rows)


def test_the_rows_made_by_hand_are_in_the_packaged_tables():
    vocabulary = load_vocabulary()
    synonyms, translations, codes = (
        _rows(f"{it}.tsv") for it in ("synonyms", "translations-sourced", "rxnorm-sourced")
    )
    assert synonyms and translations and codes
    for name, ingredients, kind, _ in synonyms:
        found = vocabulary.of_name(name)
        assert ";".join(found) == ("" if kind == "left out" else ingredients), name
    for name, ingredients, _, _ in translations:
        assert ";".join(vocabulary.of_name(name)) == ingredients, name
    for code, ingredients, *_ in codes:
        assert ";".join(vocabulary.of_code("rxnorm", code)) == ingredients


def test_an_atc_code_is_found_in_small_letters_and_only_whole():
    vocabulary = load_vocabulary()
    assert vocabulary.of_code("atc", " j04ab01 ") == ("cycloserine",)
    assert vocabulary.of_code("atc", "J04AB") == ()
    assert vocabulary.of_code("snomed", "J04AB01") == ()


def is_of_an_extension(code):
    """Whether a SNOMED CT identifier names a namespace: the third digit from the right."""
    return code[-3] == "1"


def test_a_snomed_code_of_a_substance_is_found_whole_with_the_ingredients_of_its_display():
    vocabulary = load_vocabulary()
    rows = _rows("snomed.tsv")
    assert [row[0] for row in rows] == sorted({row[0] for row in rows})
    assert [row[0] for row in rows if code_fault("snomed", row[0])] == []
    assert [row[0] for row in rows if ";".join(vocabulary.of_code("snomed", row[0])) != row[1]] == []
    assert vocabulary.of_code("snomed", " 372840008 ") == ("ciprofloxacin",)
    assert vocabulary.of_code("snomed", "37284000") == vocabulary.of_code("snomed", "") == ()
    assert [row[0] for row in rows if row[3] not in SEEN_IN] == []
    for code, ingredients, display, seen_in in rows:
        assert bool(display) != is_of_an_extension(code), code  # NOTICE: terms of the International Edition alone
        if display and seen_in != "who-tb-kit":
            name = re.sub(r"( \(substance\)| product| preparation|\s*-class of.*)$", "", display)
            assert ";".join(vocabulary.of_name(fold(name))) == ingredients, display


def test_a_code_of_the_dictionary_of_medicines_and_devices_is_one_of_snomed_ct():
    vocabulary = load_vocabulary()
    assert vocabulary.of_code("snomed", "19506911000001105") == ("apixaban",)
    assert vocabulary.of_code("snomed", " 18509011000001102 ") == ("warfarin",)
    assert [code for code in vocabulary.dmd if code_fault("snomed", code)] == []
    ingredients = {one for code in vocabulary.dmd for one in vocabulary.of_code("snomed", code)}
    assert [one for one in sorted(ingredients) if vocabulary.ingredient(one) != one] == []


def test_a_table_of_many_blocks_finds_each_of_its_keys_and_no_other():
    keys = [f"k{number:06d}" for number in range(3 * BLOCK_CHARACTERS // 4)]
    table = Table("".join(f"{key}\tv{key}\n" for key in keys))
    assert all(table.get(key) == f"v{key}" for key in keys)
    assert [table.get(key) for key in ("", "k", "k000000a", "z", "k00000", "\t", "vk000001")] == [None] * 7
    assert Table("").get("a") is None
    assert Table("a\t\n").get("a") == ""


def test_a_vocabulary_that_is_missing_or_damaged_says_so(tmp_path: Path):
    with pytest.raises(KnowledgeError, match="medicine vocabulary cannot be read"):
        load_vocabulary(tmp_path)
    (tmp_path / "names.tsv.gz").write_bytes(gzip.compress(b"a\tb\n")[:-4])
    with pytest.raises(KnowledgeError, match="Install the package again"):
        load_vocabulary(tmp_path)
