"""Every row of WHO's decision tables of doses against the dose tables, at both sides of each edge of weight and age.

The rows were read from the kit once more, by other means than the dose tables, and name each amount beside the number
of units that hold it: so a slip of either reading shows.
"""

import csv
import re
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest

from fullcourse.clinical.fact import Fact
from fullcourse.clinical.quantity import exactly
from fullcourse.knowledge.doses import DoseBand, DoseLine, DoseTable
from fullcourse.rules.one_patient import evaluate
from fullcourse.rules.situation import Situation
from patients import knowledge, patient

FILE = Path(__file__).parent / "data" / "who-doses.tsv"
ROWS = list(csv.DictReader(FILE.read_text("utf-8").splitlines(), delimiter="\t"))

WITH, WITHOUT = {"beside": ("ethambutol",)}, {"without": ("ethambutol",)}
REGIMENS: dict[str, tuple[tuple[str, ...], dict[str, tuple[str, ...]]]] = {
    "2HRZE/4HR": (("who-2hrze-4hr", "who-2hrz-e-4hr"), WITH),
    "2HRZ/4HR": (("who-2hrz-e-4hr",), WITHOUT),
    "2HRZE/2HR": (("who-2hrz-e-2hr",), WITH),
    "2HRZ/2HR": (("who-2hrz-e-2hr",), WITHOUT),
    "2HRZE/10HR": (("who-2hrze-10hr",), WITH),
    "2HPMZ/2HPM": (("who-2hpmz-2hpm",), {}),
    "6HRZEto": (("who-6hrzeto",), {}),
    "6HREZ | 6REZ": (("who-6hrez",), {}),
    "6HREZ-Lfx | 6REZ-Lfx": (("who-6hrez-lfx",), {}),
    "BPaL": (("who-bpal",), {}),
    "BPaLM": (("who-bpalm",), {}),
    "9-month (Eto or Lzd variant)": (("who-9-month-linezolid", "who-9-month-ethionamide"), {}),
    "Longer regimen": (("who-longer",), {}),
}
ONE_VARIANT = {"linezolid": "who-9-month-linezolid", "ethionamide": "who-9-month-ethionamide"}
INN = {
    "rifampicin": "rifampin",
    "isoniazid (high dose)": "isoniazid",
    "imipenem-cilastatin": "imipenem",
    "clavulanic acid (with amoxicillin)": "clavulanate",
}
LETTERS = {"H": "isoniazid", "R": "rifampin", "Z": "pyrazinamide", "E": "ethambutol"}
DAYS = {"weeks 1-2": (1, 14), "weeks 1-8": (1, 56), "week 9 onward": (57, None)}
MONTHS_OF_AGE = {
    "": (0.0, 1200.0),
    "age < 3 mo": (0.0, 2.0),
    "age >= 3 mo": (3.0, 1200.0),
    "3 mo <= age < 6 mo": (3.0, 5.0),
    "age >= 6 mo": (6.0, 1200.0),
    "age >= 18 y": (216.0, 1200.0),
    "age >= 15 y": (180.0, 1200.0),
}
TIMES_A_DAY = {
    "daily": (1.0, 1.0),
    "2 times a day": (2.0, 2.0),
    "3 times a day": (3.0, 3.0),
    "2-3 times a day": (2.0, 3.0),
}


@cache
def someone():
    return patient()


@cache
def situation(weight_kg: float, months: float) -> Situation:
    known = {
        "weight": Fact("weight", exactly(weight_kg)),
        "age_months": Fact("age_months", exactly(months)),
        "age": Fact("age", exactly(months // 12)),
    }
    return Situation(replace(someone(), facts=known), knowledge())


def holds(band: DoseBand, weight_kg: float, months: float) -> bool:
    return evaluate(band.test, situation(weight_kg, months)) == 0


def weights(row: dict[str, str]) -> Iterator[float]:
    """Yield weights inside the row's own ends, as near to each as a scale tells."""
    if row["interval"] == "any":
        yield 60.0
        return
    low, high = row["interval"][1:-1].split(",")
    yield float(low) if row["interval"][0] == "[" and float(low) else float(low) + 0.01
    if high == "inf":
        yield 120.0
    else:
        yield float(high) if row["interval"][-1] == "]" else float(high) - 0.01


def outside(row: dict[str, str]) -> Iterator[float]:
    if row["interval"] == "any":
        return
    low, high = row["interval"][1:-1].split(",")
    if float(low):
        yield float(low) if row["interval"][0] == "(" else float(low) - 0.01
    if high != "inf":
        yield float(high) if row["interval"][-1] == ")" else float(high) + 0.01


def drugs_of(row: dict[str, str]) -> tuple[str, ...]:
    if row["drug"].startswith("FDC "):
        return tuple(LETTERS[letter] for letter in row["drug"].removeprefix("FDC ").split("+"))
    return (INN.get(row["drug"], row["drug"]),)


def phases_of(row: dict[str, str], regimen: str) -> tuple[str, ...]:
    """Return the names of the phases that a row is about."""
    plans = {**knowledge().guidelines.regimens, **knowledge().guidelines.constructions}
    names = tuple(phase.name for phase in plans[regimen].phases)
    when = row["phase_or_weeks"]
    if len(names) == 1 or when.startswith(("all", "week")):
        return names
    return names[:1] if when in {"months 1-2", "months 1-4 (6 if extended)"} else names[1:]


def tables_of(row: dict[str, str]) -> Iterator[DoseTable]:
    """Yield each table that has to hold the row: one for each regimen and phase that the row is about."""
    regimens, optional = REGIMENS[row["regimen"]]
    drugs = drugs_of(row)
    if "9-month" in row["regimen"] and drugs[0] in ONE_VARIANT:
        regimens = (ONE_VARIANT[drugs[0]],)
    for regimen in regimens:
        plans = {**knowledge().guidelines.regimens, **knowledge().guidelines.constructions}
        for phase in plans[regimen].phases:
            if phase.name not in phases_of(row, regimen):
                continue
            given = {name for part in phase.drugs for name in part.one_of}
            if given and not set(drugs) <= given:
                continue
            found = [
                table
                for table in knowledge().doses.tables_for(drugs[0], regimen)
                if regimen in table.regimens
                and "who" in table.profiles
                and (not table.phases or phase.name in table.phases)
                and all(getattr(table, key) in ((), value) for key, value in optional.items())
                and not (optional is WITH and table.without)
                and not (optional is WITHOUT and table.beside)
            ]
            assert len(found) == 1, (row["rule_id"], regimen, phase.name, [table.id for table in found])
            yield found[0]


def lines_of(band: DoseBand, row: dict[str, str]) -> list[DoseLine]:
    number = int(row["option"][0]) - 1 if row["option"] else 0
    first, last = DAYS.get(row["phase_or_weeks"], (15, None) if "week 3" in row["phase_or_weeks"] else (1, None))
    drugs = drugs_of(row)
    return [
        line
        for line in band.options[number].lines
        if line.drugs == drugs and (line.from_day, line.to_day) == (first, last)
    ]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row['rule_id'][6:]}-{row['drug']}-{row['option']}")
def test_every_row_is_the_dose_at_its_edges(row):
    if row["drug"] == "any":
        every = knowledge().doses.tables.values()
        tables = [table for table in every if "who-longer" in table.regimens and "who" in table.profiles]
        by_weight = [table for table in tables if table.bands[0].from_kg is None]
        assert {band.no_dose != "" for table in by_weight for band in table.bands if band.holds_kg(2.99)} == {True}
        assert len(by_weight) == len(tables) - 3, "imipenem, amikacin and streptomycin begin above 3 kg"
        return
    for table in tables_of(row):
        for weight_kg in weights(row):
            for months in MONTHS_OF_AGE[row["age_condition"]]:
                fits = [band for band in table.bands if holds(band, weight_kg, months)]
                assert len(fits) == 1, (table.id, weight_kg, months)
                assert fits[0].holds_kg(weight_kg)
                if "NO_DOSE" in row["flags"]:
                    assert not fits[0].options
                    assert fits[0].no_dose
                    continue
                lines = lines_of(fits[0], row)
                assert lines, (table.id, weight_kg)
                says_the_same(lines, row)
                assert not any(fits[0].holds_kg(weight) for weight in outside(row))


def says_the_same(lines: list[DoseLine], row: dict[str, str]) -> None:
    if "MGKG_ONLY" in row["flags"]:
        numbers = [float(number) for number in re.findall(r"\d+(?:\.\d+)?", row["mgkg_kit"])]
        if len(numbers) == 1:
            numbers *= 2
        line = lines[0]
        assert (line.mg_per_kg_low, line.mg_per_kg_high) == tuple(numbers[-2:])
        assert [line.mg_per_kg] == (numbers[:-2] or [None])
        return
    if row["drug"].startswith("FDC"):
        (line,) = lines
        (way,) = line.ways
        assert dict(way.contents) == {
            LETTERS[part[0]]: float(part[2:]) for part in row["mg_per_day"].split(";") if part
        }
        assert way.units == float(row["units"].split(" ")[0])
        assert line.every_h == 24.0
        return
    if "morning" in row["frequency"]:
        assert [(line.at, line.ways[0].mg) for line in lines] == [("morning", 50.0), ("evening", 25.0)]
        assert sum(line.ways[0].mg or 0.0 for line in lines) == float(row["mg_per_day"])
        return
    (line,) = lines
    low, high = per_day(line, row)
    assert (low, high) == (float(row["mg_per_day_min"]), float(row["mg_per_day_max"]))
    assert line.ways[0].mg is not None
    times = {2.0: 2, 3.0: 3}.get(len(line.days_of_week), 7)
    assert line.ways[0].mg * times_a_day(line)[0] * times == pytest.approx(float(row["mg_per_week"]))
    stated = [float(mg) for mg in re.findall(r"=\s?(\d+(?:\.\d+)?)(?:/\d+)? mg", row["units"])]
    assert {way.mg for way in line.ways} >= set(stated[:1])
    counted = [way for way in line.ways if not way.form.startswith("tablet") or "cap/tab" not in row["units"]]
    parts = row["units"].count(" | ") + 1 + row["units"].count(" or ")
    assert len(counted) >= parts or "g of PAS" in row["units"]
    volumes = [float(ml) for ml in re.findall(r"(\d+(?:\.\d+)?) mL (?:of \d|x|IV|amox)", row["units"])]
    if "-4 mL" in row["units"]:
        volumes = [3.0, 4.0]
    assert [way.volume_ml for way in line.ways if way.volume_ml] == volumes


def times_a_day(line: DoseLine) -> tuple[float, float]:
    if line.doses_per_day_low is not None and line.doses_per_day_high is not None:
        return line.doses_per_day_low, line.doses_per_day_high
    return (24.0 / line.every_h,) * 2 if line.every_h else (1.0, 1.0)


def per_day(line: DoseLine, row: dict[str, str]) -> tuple[float, float]:
    times = times_a_day(line)
    assert times == TIMES_A_DAY.get(row["frequency"], (1.0, 1.0))
    amounts = [way.mg for way in line.ways if way.mg is not None]
    return min(amounts) * times[0], max(amounts) * times[1]


def test_the_tables_hold_nothing_that_no_row_says():
    """Every dose of every WHO table by weight was met by a row: none is left over."""
    met: set[tuple[str, int]] = set()
    for row in ROWS:
        if row["drug"] == "any":
            continue
        for table in tables_of(row):
            for number, band in enumerate(table.bands):
                if any(
                    holds(band, weight_kg, months)
                    for weight_kg in weights(row)
                    for months in MONTHS_OF_AGE[row["age_condition"]]
                ):
                    met.add((table.id, number))
    left = [
        (table.id, number)
        for table in knowledge().doses.tables.values()
        if table.source == "who-tb-dak-2024"
        for number, band in enumerate(table.bands)
        if (table.id, number) not in met and band.options
    ]
    assert left == []


def test_linezolid_is_never_1200_mg_under_who():
    amounts = {
        way.mg
        for table in knowledge().doses.tables_for("linezolid")
        if "who" in table.profiles
        for band in table.bands
        for option in band.options
        for line in option.lines
        for way in line.ways
    }
    assert max(mg for mg in amounts if mg) == 600.0


def test_what_the_kit_has_wrong_is_not_followed():
    tables = knowledge().doses.tables
    high = tables["isoniazid.dose.who-longer"]
    assert [way.mg for way in high.bands[1].options[0].lines[0].ways] == [50.0], "K2: 9 mL, 90 mg, are a copying error"
    for name in ("bedaquiline.dose.who-longer", "bedaquiline.dose.who-9-month"):
        volumes = {
            (way.volume_ml, way.in_ml)
            for band in tables[name].bands
            for option in band.options
            for line in option.lines
            for way in line.ways
            if way.volume_ml
        }
        assert all(taken <= made for taken, made in volumes), "K3: 12 mL of 10 mL"


def test_exactly_70_kg_is_closed_as_each_table_closes_it():
    tables = knowledge().doses.tables

    def mg(table: str, weight_kg: float) -> float | None:
        band = next(band for band in tables[table].bands if holds(band, weight_kg, 480.0))
        return band.options[0].lines[0].ways[0].mg

    assert mg("ethambutol.dose.who-9-month", 70.0) == 1200.0
    assert mg("ethambutol.dose.who-9-month", 70.01) == 1600.0
    assert mg("ethambutol.dose.who-longer", 70.0) == 1600.0
    assert mg("ethambutol.dose.who-longer", 69.99) == 1200.0
