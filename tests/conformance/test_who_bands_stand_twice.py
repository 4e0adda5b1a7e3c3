"""WHO's weight bands of cycloserine and terizidone stand as a statement of the drug, which its leaflet says, and
as a table of the longer regimen, which a plan is made of: both give one amount at every weight.
"""

import pytest

from fullcourse.knowledge.statements import Band, Bands
from patients import knowledge

WEIGHTS = sorted({step / 4 for step in range(1, 481)} | {edge - 0.01 for edge in (3, 5, 7, 10, 16, 24, 46)})


def band_of(drug: str, weight_kg: float) -> Band | None:
    body = knowledge().statements[f"{drug}.dose.who-band"].body
    assert isinstance(body, Bands)
    found = [it for it in body.bands if it.from_value <= weight_kg < (it.below or 1000.0)]
    assert len(found) <= 1
    return found[0] if found else None


def by_statement(drug: str, weight_kg: float) -> set[tuple[float, str]]:
    band = band_of(drug, weight_kg)
    rows = band.then.rows if band else ()
    return {(it.mg, it.form) for row in rows for it in (row, *row.alternatives)}


def by_table(drug: str, weight_kg: float) -> set[tuple[float, str]]:
    table = knowledge().doses.tables[f"{drug}.dose.who-longer"]
    (band,) = (it for it in table.bands if it.holds_kg(weight_kg))
    lines = [line for option in band.options for line in option.lines]
    assert {line.every_h for line in lines} <= {24.0}
    return {(way.mg, way.form) for line in lines for way in line.ways}


@pytest.mark.parametrize("drug", ["cycloserine", "terizidone"])
def test_the_statement_and_the_table_give_one_amount(drug: str):
    for weight_kg in WEIGHTS:
        stated, listed = by_statement(drug, weight_kg), by_table(drug, weight_kg)
        # The table of terizidone lists capsules of 125 mg too; what the statement says, it says alike.
        assert stated <= listed, weight_kg
        assert {mg for mg, _ in stated} == {mg for mg, _ in listed}, weight_kg
        assert bool(stated) == bool(listed) == (weight_kg >= 3), weight_kg


def test_both_cite_one_edition_of_one_source():
    for drug in ("cycloserine", "terizidone"):
        statement = knowledge().statements[f"{drug}.dose.who-band"]
        table = knowledge().doses.tables[f"{drug}.dose.who-longer"]
        assert (statement.source, statement.point) == (table.source, table.point)
