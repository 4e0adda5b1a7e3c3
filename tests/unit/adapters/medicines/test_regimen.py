"""A typed regimen is read exactly: every product in ingredients, each once, and a name that is not known is refused."""

import pytest

from fullcourse.adapters.medicines.regimen import read_regimen
from fullcourse.clinical import InputError, Taken
from patients import knowledge


def ingredients(text: str) -> list[tuple[str, ...]]:
    return [medicine.ingredients for medicine in read_regimen(text, knowledge())]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("bedaquiline,linezolid", [("bedaquiline",), ("linezolid",)]),
        (" Sirturo , Zyvox ", [("bedaquiline",), ("linezolid",)]),
        ("Cs", [("cycloserine",)]),
        ("rifampicin", [("rifampin",)]),
        ("Rifater", [("isoniazid", "pyrazinamide", "rifampin")]),
        ("rifampicin/isoniazid", [("isoniazid", "rifampin")]),
        ("meropenem, co-amoxiclav", [("meropenem",), ("amoxicillin", "clavulanate")]),
        ("kanamycin", [("kanamycin",)]),
        ("HRZE", [("ethambutol", "isoniazid", "pyrazinamide", "rifampin")]),
        ("2HRZE/4HR", [("ethambutol", "isoniazid", "pyrazinamide", "rifampin")]),
        ("BPaLM", [("bedaquiline", "linezolid", "moxifloxacin", "pretomanid")]),
        ("BDQ, lzd, Рифапентин", [("bedaquiline",), ("linezolid",), ("rifapentine",)]),
        ("3HP, TLD", [("isoniazid", "rifapentine"), ("dolutegravir", "lamivudine", "tenofovir disoproxil")]),
    ],
)
def test_names_become_ingredients(text, expected):
    assert ingredients(text) == expected


def test_one_product_named_twice_counts_once():
    assert ingredients("cycloserine, Seromycin, CYCLOSERINE") == [("cycloserine",)]


def test_every_medicine_of_a_regimen_is_taken_now_and_says_where_it_comes_from():
    (medicine,) = read_regimen("linezolid", knowledge())
    assert (medicine.taken, medicine.origin, medicine.since, medicine.until) == (Taken.NOW, "regimen", None, None)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "empty place"),
        ("linezolid,,cycloserine", "empty place"),
        ("linezolid,", "empty place"),
        ("cyclosrine", "Did you mean 'cycloserine'"),
        ("cyclosporine", "not Cycloserine, though the names look alike"),
        ("linezolid, somethingol", "'somethingol' is not covered"),
        ("2HRZ(E)/4HR", "is not read whole .a medicine in brackets may be a part of it or not"),
        (
            "Bdq-Lfx/Mfx",
            "of which only one is taken.; it names bedaquiline, levofloxacin, moxifloxacin",
        ),
        ("CTX", "cyclophosphamide, sulfamethoxazole, trimethoprim"),
        (",".join(["linezolid"] * 31), "at most 30"),
        ("l" * 7000, "at most 30"),
    ],
)
def test_what_cannot_be_read_is_refused_and_says_why(text, says):
    with pytest.raises(InputError, match=says):
        read_regimen(text, knowledge())


def test_thirty_names_are_read():
    assert ingredients(",".join(["linezolid"] * 30)) == [("linezolid",)]
