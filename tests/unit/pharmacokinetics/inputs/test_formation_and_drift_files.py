"""Files that say how metabolites are formed, what follows from other parameters and what drifts: read, or refused."""

import copy
import tomllib
from pathlib import Path

import pytest

from fullcourse.clinical.errors import KnowledgeError
from fullcourse.knowledge.pk.model_reader import read_pk_model
from fullcourse.pharmacokinetics.inputs.model_files import engine_model
from fullcourse.pharmacokinetics.model import ELAPSED, ComputedForm, RelationKind

FOLDER = Path(__file__).parents[3] / "data" / "pk"


def table(name):
    return copy.deepcopy(tomllib.loads((FOLDER / f"{name}.toml").read_text("utf-8")))


def model(row):
    return engine_model(read_pk_model(row, "model.toml"))


def row_of(row, key, name, field="name"):
    return next(item for item in row[key] if item[field] == name)


def without(row, key, name, field="name"):
    row[key] = [item for item in row[key] if item[field] != name]


def test_a_sum_whose_terms_differ_between_people_is_computed_for_each():
    found = {item.name: (item.form, item.of) for item in model(table("metabolite-two-compartments")).computed}
    assert found["cl"] == (ComputedForm.SUM, ("cl_formed", "cl_other"))
    assert found["fm"] == (ComputedForm.RATIO, ("cl_formed", "cl"))
    assert "v_metabolite" not in found  # the same as the drug's: its effects act on both


def test_an_effect_on_what_is_computed_is_refused():
    row = table("metabolite-two-compartments")
    row_of(row, "random_effect", "cl_other", "on")["on"] = "cl"
    row["covariance"] = []
    with pytest.raises(KnowledgeError, match="only be on its terms"):
        model(row)


def test_an_effect_on_a_ratio_of_what_is_computed_is_refused():
    row = table("metabolite-two-compartments")
    row_of(row, "random_effect", "k_first_pass", "on")["on"] = "share"
    with pytest.raises(KnowledgeError, match="put it on what it is made of"):
        model(row)


def test_what_leads_into_a_metabolite_needs_one():
    row = table("liver-first-pass")
    del row["structure"]["metabolite"]
    with pytest.raises(KnowledgeError, match="enters a metabolite, which this structure lacks"):
        model(row)


def test_a_peripheral_compartment_of_a_metabolite_needs_both_its_parameters():
    row = table("liver-first-pass")
    without(row, "parameter", "vp_metabolite")
    without(row, "relation", "vp_metabolite", "on")
    with pytest.raises(KnowledgeError, match="'vp_metabolite', which has no row"):
        model(row)


def test_a_peripheral_compartment_of_a_metabolite_needs_a_linear_elimination():
    row = table("liver-first-pass")
    row["structure"]["elimination"] = "michaelis_menten"
    for name, unit in (("vmax", "mg/h"), ("km", "mg/L")):
        row["parameter"].append({**row["parameter"][0], "name": name, "unit": unit})
    with pytest.raises(KnowledgeError, match="after a linear elimination alone"):
        model(row)


def test_the_same_is_as_one_parameter():
    row = table("metabolite-two-compartments")
    row_of(row, "derived", "v_metabolite")["of"] = ["vc", "vp"]
    with pytest.raises(KnowledgeError, match="derived 'v_metabolite'"):
        model(row)


def test_hours_act_from_moment_to_moment_in_a_smooth_relation():
    relation = model(table("drifting-vmax")).relations[0]
    assert (relation.covariate, relation.kind, relation.reference) == (ELAPSED, RelationKind.EMAX, 1.0)
    assert "hours" not in model(table("drifting-vmax")).covariates


def test_a_relation_that_steps_with_hours_steps_at_the_end_of_a_day():
    row = table("drifting-vmax")
    row_of(row, "relation", "vmax", "on").update(form="from", reference=48)
    relation = model(row).relations[0]
    assert (relation.covariate, relation.reference) == ("treatment_day", 3.0)


def test_drift_of_a_linear_elimination_is_refused():
    row = table("drifting-vmax")
    row["structure"]["elimination"] = "linear"
    row["relation"] = [{**row["relation"][0], "on": "cl"}]
    row["random_effect"] = [item for item in row["random_effect"] if item["on"] == "cl"]
    with pytest.raises(KnowledgeError, match="where elimination is michaelis_menten"):
        model(row)


def test_drift_by_a_power_is_refused():
    row = table("drifting-vmax")
    row_of(row, "relation", "vmax", "on").update(form="power", reference=1)
    with pytest.raises(KnowledgeError, match="not linear, exponential or emax"):
        model(row)


def test_one_effect_acts_on_two_parameters():
    links = [link for link in model(table("drifting-vmax")).between_subjects.links if link.effect == 0]
    assert {link.parameter: link.scale for link in links} == {"km": 1.0, "vmax": 0.6}


def test_an_effect_on_another_parameter_that_does_not_exist_is_refused():
    row = table("drifting-vmax")
    row_of(row, "random_effect", "km", "on")["also_on"][0]["parameter"] = "vmaxx"
    with pytest.raises(KnowledgeError, match="acts on 'vmaxx', which is no parameter"):
        model(row)


def test_box_cox_on_the_logit_needs_a_shape():
    row = table("drifting-vmax")
    del row_of(row, "random_effect", "f1", "on")["shape"]
    with pytest.raises(KnowledgeError, match="Box-Cox without a shape"):
        model(row)
