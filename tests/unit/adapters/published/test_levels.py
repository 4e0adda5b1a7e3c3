"""What is written of levels: heads, targets, plans in a population; never a number that JSON cannot hold."""

import json
import math
from pathlib import Path

import jsonschema_rs
import pytest

from fullcourse.adapters import published
from fullcourse.adapters.published.level_answer import SCHEMA, level_answer_json
from fullcourse.adapters.published.numbers import rounded
from fullcourse.adapters.published.population import attainment_json, simulation_json
from fullcourse.adapters.published.target import target_json
from fullcourse.clinical.dose_plan import parse_dose_plan, say_dose_plan
from fullcourse.journey.levels.population import People, attain, people_of, simulate_plan
from fullcourse.knowledge.pk.targets import read_targets

PLAN = parse_dose_plan("250 mg q12h")
DIGEST = "0" * 64


@pytest.fixture(scope="module")
def people() -> People:
    return people_of("cycloserine", None, None, 5, 1)


def valid(people: People, command: str, noun: dict[str, object]) -> dict:
    """Return an answer as its readers get it, held against its schema."""
    head = level_answer_json(command, DIGEST, "cycloserine", [people.file])
    written = json.loads(json.dumps({**head, command.replace("simulate", "simulation"): noun}, allow_nan=False))
    schema = json.loads((Path(published.__file__).parent / "schemas" / "levels-1.json").read_text("utf-8"))
    jsonschema_rs.validator_for(schema).validate(written)
    return written


@pytest.mark.parametrize(
    ("value", "written"),
    [(1234567.89, 1234570.0), (0.000123456789, 0.000123457), (math.nan, None), (math.inf, None), (-math.inf, None)],
)
def test_numbers_have_six_digits_and_what_is_not_finite_is_none(value: float, written: float | None):
    assert rounded(value) == written


def test_a_simulation_is_what_the_schema_says(people: People):
    simulation = simulate_plan(people, PLAN, 2)
    written = valid(people, "simulate", simulation_json(simulation, PLAN, 2, 5, 1, occasions=True))["simulation"]
    assert (written["plan"], written["days"], written["n"], written["seed"]) == (say_dose_plan(PLAN), 2, 5, 1)
    assert list(written["curve"]["quantiles"]) == ["p5", "p25", "p50", "p75", "p95"]
    assert all(len(row) == len(written["curve"]["time_h"]) for row in written["curve"]["quantiles"].values())
    assert written["last_day"]["peak"] == [rounded(value) for value in simulation.peak]


def test_an_attainment_carries_each_target_with_its_citation_and_each_mic_with_its_share(people: People):
    targets = read_targets("cycloserine")
    attained = attain(people, PLAN, targets, {8.0: 0.25, 16.0: 0.75})
    written = valid(people, "attainment", attainment_json(attained, PLAN, 5, 1, occasions=True))["attainment"]
    assert written["mics"] == [{"mic": 8.0, "share": 0.25}, {"mic": 16.0, "share": 0.75}]
    assert [row["id"] for row in written["targets"]] == [reached.target.id for reached in attained.reached]
    for row, reached in zip(written["targets"], attained.reached, strict=True):
        assert row["citation"] == target_json(reached.target)["citation"]
        assert row["citation"]["source"]


def test_the_head_names_the_models_alike_where_no_levels_weigh_them(people: People):
    head = level_answer_json("simulate", DIGEST, "cycloserine", [people.file], notes=["said"])
    assert (head["schema"], head["knowledge"], head["notes"]) == (SCHEMA, f"sha256:{DIGEST}", ["said"])
    assert [(row["id"], row["weight"]) for row in head["models"]] == [(people.file.id, 1.0)]
    assert not {"at", "because", "covariates", "assumed", "warnings"} & set(head)
