"""Dose tables: each thing that must hold of one, refused once where it does not and taken where it does."""

import re

import pytest

from fullcourse.clinical.errors import KnowledgeError
from small_doses import BANDS, DRUG, HEAD, LIMIT, LINE, ONE, OTHER, PAIR, PRODUCT, RANGE
from small_knowledge import small

REGIMEN = """
[[criterion]]
id = "x.weight"
source = "label"
section = "4"
says = "From 30 kg."
unmet = "It is for people of 30 kg and more."
requires = [{ fact = "weight", at_least = 30, unit = "kg" }]

[[regimen]]
id = "x-regimen"
name = "X"
profiles = ["us"]
path = "susceptible"
order = 1
source = "label"
section = "4"
says = "It is said."
criteria = ["x.weight"]
phases = [{ name = "whole course", months = 6, drugs = ["exampline"] }]
"""


def read(text: str) -> None:
    small(DRUG, drugs__examplitol=OTHER, guidelines__doses_x=text, guidelines__regimens_x=REGIMEN)


def bands(*rows: str, head: str = HEAD) -> str:
    return f"{head}every_h = 24\nbands = [{', '.join(f'{{ {row} }}' for row in rows)}]\n"


def give(line: str = LINE) -> str:
    return f"give = [{{ {line} }}]"


READING = 'interpretation = "I-0001"\n'


@pytest.mark.parametrize(
    ("refused", "says", "taken"),
    [
        (
            bands(f"below = 40, {give()}", f"from = 39, {give()}"),
            "hold for one patient",
            bands(f"below = 40, {give()}", f"from = 40, {give()}"),
        ),
        (
            bands(f"up_to = 40, {give()}", f"from = 40, {give()}"),
            "hold for one patient",
            bands(f"up_to = 40, {give()}", f"above = 40, {give()}"),
        ),
        (
            bands(f"from = 30, {give()}", f"from = 30, {give()}"),
            "hold for one patient",
            bands(
                f'from = 30, when = [{{ fact = "sex", is = "male" }}], {give()}',
                f'from = 30, when = [{{ fact = "sex", is = "female" }}], {give()}',
            ),
        ),
        (
            bands(f"below = 40, {give()}", f"from = 41, {give()}"),
            "no band holds 40 kg",
            bands(f"below = 40, {give()}", 'from = 40, below = 41, no_dose = "none is given"', f"from = 41, {give()}"),
        ),
        (
            bands(f"below = 40, {give()}", f"above = 40, {give()}"),
            "no band holds 40 kg",
            bands(f"below = 40, {give()}", f"from = 40, {give()}"),
        ),
        (
            bands(f"from = 30, below = 40, printed_to = 40, {give()}", head=HEAD + READING),
            "'printed_to' 40 lies outside its band",
            bands(f"from = 30, below = 40, printed_to = 39, {give()}", head=HEAD + READING),
        ),
        (
            bands(f"from = 30, below = 40, printed_to = 39, {give()}"),
            "a gap of the source is read into a band",
            bands(f"from = 30, below = 40, printed_to = 39, {give()}", head=HEAD + READING),
        ),
        (ONE.replace("capsule 250 mg", "capsule 251 mg"), "form 'capsule 251 mg' is none of exampline", ONE),
        (ONE.replace("units = 1", "units = 2"), "so much of capsule 250 mg holds 500 mg, not 250", ONE),
        (
            ONE.replace(LINE, 'mg = 100, form = "syrup 20 mg/mL", volume_ml = 4'),
            "so much of syrup 20 mg/mL holds 80 mg, not 100",
            ONE.replace(LINE, 'mg = 100, form = "syrup 20 mg/mL", volume_ml = 5'),
        ),
        (
            ONE.replace(LINE, 'mg = 50, form = "capsule 250 mg", volume_ml = 2, in_ml = 11'),
            "holds 45.4545 mg, not 50",
            ONE.replace(LINE, 'mg = 50, form = "capsule 250 mg", volume_ml = 2, in_ml = 10'),
        ),
        (
            ONE.replace(LINE, 'mg = 300, form = "capsule 250 mg", volume_ml = 12, in_ml = 10'),
            "12 mL are taken of 10 mL",
            ONE.replace(LINE, 'mg = 250, form = "capsule 250 mg", volume_ml = 10, in_ml = 10'),
        ),
        (
            ONE.replace(LINE, 'mg = 100, form = "syrup 20 mg/mL", units = 5'),
            "what syrup 20 mg/mL holds cannot be told",
            ONE.replace(LINE, 'mg = 100, form = "syrup 20 mg/mL"'),
        ),
        (ONE.replace(LINE, "mg = 250, units = 1"), "units or a volume stand without a form", ONE),
        (ONE.replace('drug = "exampline"', 'drug = "exampl"'), "'exampl' is no drug of drugs/", ONE),
        (LIMIT.replace('drug = "exampline"', 'drug = "exampl"'), "'exampl' is no drug of drugs/", LIMIT),
        (ONE + 'regimens = ["y"]\n', "'y' is no regimen", ONE + 'regimens = ["x-regimen"]\n'),
        (LIMIT + 'regimens = ["y"]\n', "'y' is no regimen", LIMIT + 'regimens = ["x-regimen"]\n'),
        (
            ONE + 'regimens = ["x-regimen"]\nphases = ["intensive"]\n',
            "regimen 'x-regimen' has no phase 'intensive'",
            ONE + 'regimens = ["x-regimen"]\nphases = ["whole course"]\n',
        ),
        (
            ONE + 'phases = ["whole course"]\n',
            "it names phases of no regimen",
            ONE + 'regimens = ["x-regimen"]\nphases = ["whole course"]\n',
        ),
        (ONE.replace('source = "label"', 'source = "labl"'), "source 'labl' is not in sources/", ONE),
        (ONE.replace('source = "label"\n', ""), "'source' is missing", ONE),
        (LIMIT.replace('source = "label"\n', ""), "'source' is missing", LIMIT),
        (ONE.replace('section = "4"\n', ""), "'section' is missing", ONE),
        (ONE.replace('source = "label"', 'source = "rumour"'), "a dose rests on tier C ('rumour') alone", ONE),
        (
            # a maximum makes no dose and only keeps one from being given: that a secondary source may do
            RANGE.replace('source = "label"', 'source = "rumour"'),
            "a dose rests on tier C ('rumour') alone",
            LIMIT.replace('source = "label"', 'source = "rumour"'),
        ),
        (ONE + 'review = "signed"\n', "review is not 'unreviewed'", ONE),
        (ONE.replace('profiles = ["us"]', 'profiles = ["su"]'), "profile 'su' does not exist", ONE),
        (PRODUCT.replace('source = "label"', 'source = "labl"'), "source 'labl' is not in sources/", PRODUCT),
        (PRODUCT.replace('form = "tablet"', 'form = "capsule"'), "do not begin with the form 'capsule'", PRODUCT),
        (PRODUCT.replace("examplitol =", "examplito ="), "'examplito' is no drug of drugs/", PRODUCT),
        (
            PRODUCT.replace("tablet XY 50/100 mg", "tablet 100 mg").replace("exampline = 50, ", ""),
            "it is a form of examplitol already",
            PRODUCT,
        ),
    ],
)
def test_what_does_not_hold_is_refused_and_its_neighbour_taken(refused: str, says: str, taken: str):
    with pytest.raises(KnowledgeError, match=re.escape(says)):
        read(refused)
    read(taken)


def test_a_combination_of_drugs_is_taken_by_its_units():
    read(PRODUCT + PAIR + 'give = [{ form = "tablet XY 50/100 mg", units = 3, every_h = 24 }]\n')


def test_a_gap_above_the_last_band_and_below_the_first_is_the_sources_own():
    read(bands(f"from = 30, below = 50, {give()}"))
    read(BANDS)
