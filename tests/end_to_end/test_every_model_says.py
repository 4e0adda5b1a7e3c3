"""For every model that estimates: what its levels come to, with intervals, alike in text, JSON and picture; and every
name of a drug in every command."""

import json
from pathlib import Path

import pytest

from bedside import ADULT, BEDSIDE, answered, question
from fullcourse.adapters.knowledge_cache import load_knowledge
from fullcourse.clinical.errors import InputError
from fullcourse.journey.levels.models import drug_name, model_named
from fullcourse.knowledge.pk.model_reader import read_pk_models
from fullcourse.knowledge.pk.modelled_drugs import modelled_drugs
from fullcourse.knowledge.pk.targets import read_targets

MODELS = read_pk_models()
ESTIMATING = sorted(name for name in BEDSIDE if "estimate" in MODELS[name].uses)
WITHOUT = ("meropenem", "imipenem")
PLAN = ("--dose", "1000 mg q12h")
COMMANDS = {
    "models": (), "simulate": PLAN, "attainment": PLAN, "estimate": (ADULT, *PLAN), "advise": (ADULT, *PLAN),
    "sampling": (ADULT, *PLAN), "late": (ADULT, *PLAN, "--hours-late", "3"),
}  # fmt: skip


@pytest.mark.parametrize("model", ESTIMATING)
def test_exposure_stands_with_its_intervals_in_text_json_and_picture(model: str, tmp_path: Path):
    asked = question("estimate", model, 2)[1:]
    code, output = answered(*asked, "--format", "json")
    assert code == 0, output
    found = json.loads(output)["estimates"][0]
    measures = {row["name"]: row for row in found["exposure"]["measures"]}
    known = bool(read_targets(MODELS[model].drug, knowledge=load_knowledge()).mics)
    assert list(measures) == ["auc24", "peak", "trough", "half_life", *(["time_above_mic"] if known else [])]
    code, text = answered(*asked, "--plot", tmp_path / "own.svg")
    assert code == 0
    picture = (tmp_path / "own.svg").read_text("utf-8")
    for row in measures.values():
        low, high = row["interval_90"]
        assert low is not None and low <= row["own"]
        assert high is None or row["own"] <= high
        span = f"({low:.3g} to {'inf' if high is None else format(high, '.3g')})"
        assert f"{row['own']:.3g}   {span}" in text
        assert f"{row['own']:.3g} {span}" in picture
    if found["next_sample"] is None:
        assert "'levels sampling' works it out" in text
    else:
        assert f"({found['next_sample']['hours_after_dose']:.3g} h after a dose)" in text
    for level in found["levels"]:
        assert f"{level['predicted']:10.3g}" in text


def names_of(drug: str) -> list[str]:
    knowledge = load_knowledge()
    identity = knowledge.drug(drug)
    return [name for name in (identity.inn, identity.label, identity.abbreviation, *identity.synonyms) if name]


@pytest.mark.parametrize("drug", sorted(modelled_drugs()))
def test_every_name_of_a_drug_finds_its_models(drug: str):
    knowledge, names = load_knowledge(), names_of(drug)
    assert drug in names
    for name in names:
        assert drug_name(name, knowledge) == drug
        assert drug_name(f" {name.upper()} ", knowledge) == drug
        paper = next(model.split(".")[1] for model in MODELS if model.split(".")[0] == drug)
        assert model_named(f"{name}.{paper}", knowledge) == f"{drug}.{paper}"


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("drug", WITHOUT)
def test_a_drug_without_a_model_is_answered_by_name_whatever_it_is_called(drug: str, command: str):
    names = names_of(drug)
    assert drug in names
    for name in names:
        code, said = answered(command, "--drug", name, *COMMANDS[command])
        assert code == 2
        assert f"{drug} has no published model here" in said
        assert "cycloserine" in said


def test_a_name_that_nobody_knows_is_another_answer():
    with pytest.raises(InputError, match="Check the spelling"):
        drug_name("nonsense", load_knowledge())


def test_a_model_is_shown_by_another_name_of_its_drug():
    assert answered("show", "rifampin.svensson-2018") == answered("show", "rifampicin.svensson-2018")
    assert answered("show", "isoniazid.svensson-2018")[0] == 2
