"""Dose tables: what is read of a table, and each refusal of the reader once, beside the table that it takes."""

import re

import pytest

from fullcourse.clinical.errors import KnowledgeError
from small_doses import BANDS, DRUG, HEAD, LIMIT, ONE, OTHER, PAIR, PRODUCT, RANGE
from small_knowledge import small


def doses(text: str):
    return small(DRUG, drugs__examplitol=OTHER, guidelines__doses_x=text).doses


def test_one_dose_for_everybody_is_a_table_of_one_band():
    (band,) = doses(ONE).tables["exampline.dose"].bands
    assert (band.from_kg, band.to_kg, band.no_dose) == (None, None, "")
    (line,) = band.options[0].lines
    assert (line.drug, line.ways[0].mg, line.every_h, line.from_day) == ("exampline", 250.0, 24.0, 1)


def test_a_rhythm_of_the_table_is_that_of_each_line():
    assert {band.options[0].lines[0].every_h for band in doses(BANDS).tables["exampline.dose"].bands} == {24.0}


def test_a_combination_holds_its_units_times_what_one_holds():
    give = 'give = [{ form = "tablet XY 50/100 mg", units = 3, every_h = 24 }]\n'
    (band,) = doses(PRODUCT + PAIR + give).tables["exampline.dose"].bands
    assert dict(band.options[0].lines[0].ways[0].contents) == {"exampline": 150.0, "examplitol": 300.0}


def test_a_limit_is_a_maximum_or_a_range():
    assert doses(LIMIT).limits["exampline.limit"].max_mg_per_day == 1000.0
    assert doses(RANGE).limits["exampline.limit"].mg_per_kg_high == 20.0


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (ONE + ONE, "the id is given twice"),
        (PRODUCT + PRODUCT, "the product is given twice"),
        (PRODUCT.replace("exampline = 50, examplitol = 100", ""), "it holds nothing"),
        (PRODUCT.replace("exampline = 50", "exampline = 0"), "'exampline' of 'contents' is 0"),
        (HEAD, "a table has bands, or one dose for everybody"),
        (BANDS + 'no_dose = "none"\n', "a table has bands, or one dose for everybody"),
        (HEAD + "every_h = 24\nbands = []\n", "it has no band"),
        (BANDS.replace("below = 40", "from = 40, below = 40"), "band 40 to 40 is empty"),
        (BANDS.replace("from = 40,", "from = 40, above = 40,"), "a band has 'from' and 'above'"),
        (BANDS.replace("below = 40,", 'below = 40, no_dose = "none",'), "a band has give and no_dose"),
        (HEAD + "give = []\n", "'give' holds no line"),
        (ONE.replace(", every_h = 24", ""), "it says not how often"),
        (HEAD + "give = [{ every_h = 24 }]\n", "a line says not how much"),
        (ONE.replace("every_h = 24", "every_h = 24, from_day = 15, to_day = 14"), "it ends on day 14, before day 15"),
        (HEAD + "give = [{ mg_low = 500, every_h = 24 }]\n", "'mg_low' and 'mg_high' are no range"),
        (HEAD + "give = [{ mg_low = 500, mg_high = 250, every_h = 24 }]\n", "'mg_low' and 'mg_high' are no range"),
        (ONE.replace("every_h = 24", 'every_h = 24, drug = "examplitol"'), "'examplitol' is not among the drugs"),
        (ONE.replace("mg = 250, ", ""), "'mg' is missing"),
        (PAIR + 'give = [{ form = "tablet YX", units = 3, every_h = 24 }]\n', "'tablet YX' is no combination"),
        (
            PRODUCT + PAIR + 'give = [{ mg = 50, form = "tablet XY 50/100 mg", units = 1, every_h = 24 }]\n',
            "a combination is given by its units",
        ),
        (ONE.replace("every_h = 24", "per_week = 8"), "'per_week' is 8"),
        (
            ONE.replace("every_h = 24", 'per_week = 2, days_of_week = ["wed", "mon"]'),
            "are no days of the week in order",
        ),
        (ONE.replace("every_h = 24", 'per_week = 3, days_of_week = ["mon", "wed"]'), "are not 'per_week' days"),
        (LIMIT.replace('"maximum"', '"range"'), "a limit is a maximum, or a range with both ends"),
        (RANGE.replace("mg_per_kg_high = 20", "mg_per_kg_high = 5"), "the range is upside down"),
        (ONE.replace("units = 1", "unit = 1"), "'unit' is not known"),
    ],
)
def test_what_cannot_be_read_is_refused(text: str, says: str):
    with pytest.raises(KnowledgeError, match=re.escape(says)):
        doses(text)


def test_both_sides_of_what_is_refused_are_taken():
    doses(ONE.replace("every_h = 24", "every_h = 24, from_day = 15, to_day = 15"))
    doses(ONE.replace("every_h = 24", 'per_week = 2, days_of_week = ["mon", "wed"]'))
    doses(ONE.replace("every_h = 24", "per_week = 7"))
    doses(HEAD + "give = [{ mg_low = 250, mg_high = 250, every_h = 24 }]\n")
    doses(BANDS.replace("below = 40", "from = 39.9, below = 40"))
