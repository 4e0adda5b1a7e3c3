"""From a model file to the engine's model: every model, and the forms the engine has no word for."""

import copy
import tomllib
from pathlib import Path

import numpy as np
import pytest

from fullcourse.clinical.errors import KnowledgeError
from fullcourse.knowledge.pk.model_reader import FOLDER, read_pk_model, read_pk_model_file, read_pk_models
from fullcourse.pharmacokinetics.inputs.model_files import engine_model
from nonmem_models import model_text

MODELS = read_pk_models()


@pytest.mark.parametrize("name", sorted(MODELS))
def test_every_model_that_ships_becomes_a_model_of_the_engine(name: str):
    model = engine_model(MODELS[name])
    assert model.name == name
    assert all(np.isfinite(value) for value in model.parameters.values())


def test_renal_clearance_is_added_in_proportion_to_its_covariate():
    model = engine_model(MODELS["cycloserine.resendiz-galvan-2025"])
    added = model.relations[0]
    assert (model.parameters["cl"], added.reference) == (0.901, 0.0)
    assert pytest.approx(added.coefficient * 122.0) == 0.589


def test_an_effect_on_a_time_acts_on_the_rate_with_the_other_sign():
    model = engine_model(MODELS["bedaquiline.svensson-2016"])
    on_mat = [link for link in model.between_occasions.links if link.effect == 1]
    assert {link.parameter: link.scale for link in on_mat} == {"mtt": 1.0, "ka": -1.0}


def test_albumin_changes_the_volume_of_what_is_measured_and_not_of_what_is_eliminated():
    model = engine_model(MODELS["bedaquiline.svensson-2016"])
    rows = [(row.parameter, row.coefficient) for row in model.relations if row.covariate == "albumin"]
    assert ("vc_observed", -1.0) in rows
    assert "vc" not in {name for name, _ in rows}


def test_a_relation_between_thresholds_of_dose_holds_strictly_above():
    model = engine_model(MODELS["delamanid.wang-2020"])
    row = next(r for r in model.relations if r.covariate == "dose_mg" and r.parameter == "f")
    assert 100.0 < row.reference < 100.0 + 1e-9


def test_evening_doses_have_their_own_way_in():
    model = engine_model(MODELS["delamanid.wang-2020"])
    assert {site.cmt: site.ka for site in model.sites} == {1: "ka", 2: "ka_evening"}
    assert pytest.approx(model.parameters["f_evening"]) == 1.26


def test_a_row_for_fasted_people_holds_for_them_alone():
    fed = engine_model(MODELS["pretomanid.salinger-2019"])
    fasted = engine_model(MODELS["pretomanid.salinger-2019"], {"fasted": 1.0})
    assert len(fasted.relations) == len(fed.relations) + 2


def test_a_residual_error_in_nanograms_is_converted():
    error = engine_model(MODELS["delamanid.wang-2020"]).outputs[0].residual
    assert pytest.approx(error.b) == 0.001546
    power = engine_model(MODELS["pretomanid.salinger-2019"]).outputs[0].residual
    level_ng_per_ml, exponent = 2000.0, 0.795
    expected = 0.740 * level_ng_per_ml**exponent / 1000.0
    assert expected == pytest.approx(power.a * (level_ng_per_ml / 1000.0) ** exponent)


def test_the_classes_of_a_mixture_are_values_of_one_covariate():
    model = engine_model(MODELS["isoniazid.wilkins-2011"])
    assert model.mixture is not None
    assert model.mixture.probabilities == (0.868, 0.132)
    assert pytest.approx(9.70 * model.relations[1].coefficient) == 21.6


def test_variability_between_occasions_can_be_left_out():
    file = MODELS["cycloserine.alghamdi-2019"]
    assert (
        engine_model(file).between_occasions.count,
        engine_model(file, between_occasions=False).between_occasions.count,
    ) == (1, 0)


def test_a_term_of_a_sum_that_follows_no_covariate_is_refused():
    row = tomllib.loads((FOLDER / "cycloserine-resendiz-galvan-2025.toml").read_text("utf-8"))
    changed = copy.deepcopy(row)
    changed["relation"] = changed["relation"][1:]
    file = read_pk_model(changed, "pk_models/cycloserine-resendiz-galvan-2025.toml")
    with pytest.raises(KnowledgeError, match="not proportional to one covariate"):
        engine_model(file)


def test_every_way_in_and_what_is_measured_keep_the_numbers_of_their_rows():
    model = engine_model(read_pk_model_file(Path(__file__).parents[3] / "data" / "pk" / "nonmem-dosing.toml"))
    depot, vein = model.sites
    assert (depot.cmt, depot.ka, depot.lag) == (1, "ka", None)
    assert (vein.cmt, vein.ka, vein.lag, vein.bioavailability, vein.duration, vein.rate) == (
        2, None, "lag", "f2", "d2", "r2"
    )  # fmt: skip
    assert (model.outputs[0].cmt, model.outputs[0].factor) == (2, 1000.0)


def test_two_ways_in_may_share_a_dose(tmp_path: Path):
    timed = 'compartment = 1, duration = "d", share_besides = "f1", always_timed = true'
    sites = ['compartment = 1, ka = "ka", share = "f1"', timed]
    text = model_text({"cl": 4.0, "vc": 70.0, "ka": 1.0, "d": 3.0, "f1": 0.3}, sites, effects={"cl": 0.2})
    (tmp_path / "m.toml").write_text(text, encoding="utf-8")
    first, second = engine_model(read_pk_model_file(tmp_path / "m.toml")).sites
    assert (first.fraction, first.complement) == ("f1", False)
    assert (second.fraction, second.complement, second.always_modelled) == ("f1", True, True)


def test_saturable_elimination_keeps_a_linear_one_beside_it(tmp_path: Path):
    values = {"vmax": 100.0, "km": 5.0, "vc": 70.0, "ka": 1.0, "cl": 4.0}
    text = model_text(values, ['compartment = 1, ka = "ka"'], elimination="michaelis_menten", effects={"vmax": 0.2})
    (tmp_path / "m.toml").write_text(text, encoding="utf-8")
    assert engine_model(read_pk_model_file(tmp_path / "m.toml")).parameters["cl"] == 4.0
