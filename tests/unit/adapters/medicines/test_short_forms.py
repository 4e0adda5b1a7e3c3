"""Short forms are read where they mean one thing, and named where they mean two."""

from pathlib import Path

import pytest

from fullcourse.adapters.medicines.short_forms import load_short_forms, read_list, read_short_form
from fullcourse.adapters.medicines.vocabulary import load_vocabulary
from fullcourse.clinical.errors import KnowledgeError

HRZE = ("ethambutol", "isoniazid", "pyrazinamide", "rifampin")


@pytest.mark.parametrize(
    ("text", "ingredients"),
    [
        ("BDQ", ("bedaquiline",)),
        ("tab. bdq 100 mg", ("bedaquiline",)),
        ("H 100", ("isoniazid",)),
        ("H 50 mg", ("isoniazid",)),
        ("E 100 mg", ("ethambutol",)),
        ("Am 1 g", ("amikacin",)),
        ("HR 75/150", ("isoniazid", "rifampin")),
        ("HR FDC", ("isoniazid", "rifampin")),
        ("HRZE", HRZE),
        ("6BPaL", ("bedaquiline", "linezolid", "pretomanid")),
        ("2HRZE/4HR", HRZE),
        ("2(HRZE)3/4(HR)3", HRZE),
        ("2SHRZE/1HRZE/5HRE", (*HRZE, "streptomycin")),
        ("4HR", ("isoniazid", "rifampin")),
        ("4R", ("rifampin",)),
    ],
)
def test_a_short_form_with_what_it_needs_is_read(text, ingredients):
    reading = read_short_form(text)
    assert reading is not None
    assert reading.ingredients == ingredients


@pytest.mark.parametrize(
    ("text", "may_be"),
    [
        ("H", ("isoniazid",)),
        ("H 99", ("isoniazid",)),
        ("E 400", (".alpha.-tocopherol", "ethambutol")),
        ("HR", ("isoniazid", "rifampin")),
        ("HR 72", ("isoniazid", "rifampin")),
        ("HR 75/150/400", ("isoniazid", "rifampin")),
        ("Cs", ("cycloserine",)),
        ("CTX 960 mg", ("cyclophosphamide", "sulfamethoxazole", "trimethoprim")),
        ("2HRZ(E)/4HR", HRZE),
        ("P 600 mg", ()),
    ],
)
def test_one_that_may_be_something_else_names_it_and_is_not_read(text, may_be):
    reading = read_short_form(text)
    assert reading is not None
    assert (reading.ingredients, reading.partial) == ((), may_be)
    assert reading.reason


@pytest.mark.parametrize(
    "text", ["am 500 mg", "AM 500 mg", "hr 75/150 bpm", "HRZX", "2HXZE", "R/O TB", "PAS stain", "6 H", "h", ""]
)
def test_what_is_no_short_form_is_left_to_the_grammar_of_names(text):
    reading = read_short_form(text)
    assert reading is None or reading.ingredients == ()


@pytest.mark.parametrize(
    ("text", "ingredients", "partial"),
    [
        ("TDF/3TC/DTG 300/300/50", ("dolutegravir", "lamivudine", "tenofovir disoproxil"), ()),
        ("ABC 600 / 3TC 300", ("abacavir", "lamivudine"), ()),
        ("Bdq-Lzd-Cs", ("bedaquiline", "cycloserine", "linezolid"), ()),
        ("8Km-Lfx-Eto/12Lfx-Eto", ("ethionamide", "kanamycin", "levofloxacin"), ()),
        ("INH + pyridoxine 25 mg", ("isoniazid", "pyridoxine"), ()),
        ("Ipm-Cln + Amx-Clv", ("amoxicillin", "cilastatin", "clavulanate", "imipenem"), ()),
        ("TDF/XYZ/DTG", (), ("dolutegravir", "tenofovir disoproxil")),
        ("Lfx/Mfx", (), ("levofloxacin", "moxifloxacin")),
        ("Bdq-Cs/Trd", (), ("bedaquiline", "cycloserine", "terizidone")),
        ("(H)RZE-Lfx", (), ()),
        ("CTX + INH", (), ("cyclophosphamide", "isoniazid", "sulfamethoxazole", "trimethoprim")),
        ("INH 300 / RFP 300", (), ("isoniazid", "rifampin", "rifapentine")),
    ],
)
def test_a_list_is_read_whole_or_names_what_it_knows(text, ingredients, partial):
    reading = read_list(text, load_vocabulary())
    if reading is None:
        assert ingredients == partial == ()
        return
    assert (reading.ingredients, reading.partial if not ingredients else ()) == (
        ingredients,
        partial or reading.partial,
    )


@pytest.mark.parametrize("text", ["Bdq", "rifampicin + isoniazid", "XYZ/ABCD", ""])
def test_what_is_no_list_with_a_short_form_is_none(text):
    assert read_list(text, load_vocabulary()) is None


def test_every_short_form_leads_to_known_ingredients_and_needs_what_is_known():
    vocabulary = load_vocabulary()
    for form in load_short_forms().values():
        assert form.needs in ("", "strength", "mass", "figures", "list", "asked"), form
        assert [one for one in (*form.ingredients, *form.otherwise) if vocabulary.ingredient(one) != one] == [], form


def test_a_table_that_is_missing_or_damaged_says_so(tmp_path: Path):
    with pytest.raises(KnowledgeError, match="short forms of medicines cannot be read"):
        load_short_forms(tmp_path / "none.tsv")
    (tmp_path / "short_forms.tsv").write_text("form\nBdq\tbedaquiline\n")
    with pytest.raises(KnowledgeError, match="Install the package again"):
        load_short_forms(tmp_path / "short_forms.tsv")
