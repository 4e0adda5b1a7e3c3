from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fullcourse.adapters.stock import open_stock, read_stock
from fullcourse.clinical.errors import InputError
from fullcourse.clinical.stock import Stock, StockedForm
from patients import knowledge

CAPSULE = StockedForm("capsule", (("cycloserine", 250.0),), False, 1200.0)


def read(text: str) -> Stock:
    return read_stock(text.encode(), knowledge())


@pytest.mark.parametrize(
    "text",
    [
        "cycloserine, capsule 250 mg, 1200",
        "drug, form, quantity\n# the shelf at the window\n\nSeromycin,Capsule 250mg,1200\n",
        '\ufeff"Cs","capsule 250 mg","1200"\r\n',
        '[[form]]\ndrug = "cycloserine"\nform = "capsule 250 mg"\nquantity = 1200',
        '# shelf\n[[form]]\ndrug = "CS"\nform = "capsule  250 mg"\nquantity = 1200.0',
    ],
)
def test_one_form_is_read_however_it_is_written(text):
    assert read(text).forms == (CAPSULE,)


def test_a_combination_a_liquid_a_foreign_medicine_and_no_quantity_are_read():
    forms = read(
        "isoniazid/rifampicin, tablet 75/150 mg, 0\nlinezolid, oral suspension 100 mg/5 mL\nparacetamol, tablet 500 mg"
    ).forms
    assert forms == (
        StockedForm("tablet", (("isoniazid", 75.0), ("rifampin", 150.0)), False, 0.0),
        StockedForm("oral suspension", (("linezolid", 20.0),), True, None),
        StockedForm("tablet", (("acetaminophen", 500.0),), False, None),
    )


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "holds no form. Write one line a form"),
        ("drug, form\n", "holds no form"),
        ("cycloserine", "line 1 has 1 of 2 or 3 columns"),
        ("cycloserine, capsule 250 mg, 1,000", "line 1 has 4 of 2 or 3 columns"),
        ("linezolid, tablet 600 mg\ncykloserine, capsule 250 mg", "line 2: drug 'cykloserine' is not covered"),
        (", capsule 250 mg", "line 1 lacks its drug"),
        ("cycloserine, ", "line 1 lacks its form"),
        ("cycloserine, capsule", "the form 'capsule' of cycloserine is not understood"),
        ("cycloserine, capsule 250", "is not understood"),
        ("cycloserine, capsule 0 mg", "a strength that no form has"),
        ("cycloserine, capsule 25000 mg", "a strength that no form has"),
        ("linezolid, oral suspension 100 mg/0 mL", "a strength that no form has"),
        ("cycloserine, capsule 250 mg, -1", "the quantity '-1' of cycloserine is no number of units, 0 or more"),
        ("cycloserine, capsule 250 mg, nan", "no number of units"),
        ("cycloserine, capsule 250 mg, inf", "no number of units"),
        ("cycloserine, capsule 250 mg\nCs, capsule 250mg, 4", "line 2: Cs, capsule 250 mg stands twice"),
        ("isoniazid/rifampicin, tablet 75 mg", "names 2 and 'tablet 75 mg' 1 amounts"),
        ("isoniazid/isoniazid, tablet 75/150 mg", "Name every ingredient once"),
        ("Rifater, tablet 50 mg", "Rifater holds isoniazid, pyrazinamide, rifampin"),
        ('"cycloserine, capsule 250 mg', "no line of CSV"),
        ("[[form]]\ndrug = ", "not valid TOML"),
        ("[[forms]]\n", r"other tables than \[\[form\]\]"),
        ("[[form.x]]\n", "other tables"),
        ("[form]\ndrug = 'x'\n", r"other tables than \[\[form\]\]"),
        ("[[form]]\ndrug = 'cycloserine'\n", r"\[\[form\]\] number 1 lacks its form"),
        ("[[form]]\ndrug = 3\nform = 'x'\n", "drug and form are texts"),
        ("[[form]]\ndrug = 'Cs'\nform = 'capsule 250 mg'\nquantity = true\n", "quantity is a number"),
        ("[[form]]\ndrug = 'Cs'\nform = 'capsule 250 mg'\nquantitty = 3\n", "unknown key 'quantitty'"),
    ],
)
def test_what_cannot_be_used_is_refused_with_its_line_and_the_mend(text, says):
    with pytest.raises(InputError, match=says):
        read(text)


def test_a_file_is_opened_and_its_faults_name_the_option(tmp_path: Path):
    path = tmp_path / "stock.csv"
    path.write_text("cycloserine, capsule 250 mg, 1200", "utf-8")
    assert open_stock(str(path), knowledge()).forms == (CAPSULE,)
    with pytest.raises(InputError, match="--forms-in-stock: there is no such file"):
        open_stock(str(tmp_path / "other.csv"), knowledge())


@given(st.text(max_size=60))
def test_any_text_is_read_or_refused(text):
    try:
        read(text)
        said = "read"
    except InputError as error:
        said = str(error)
    assert said
