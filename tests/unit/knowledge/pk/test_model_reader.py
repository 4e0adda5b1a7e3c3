"""The model files that ship, and every way in which a model file can be wrong."""

import copy
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from fullcourse.clinical.errors import KnowledgeError
from fullcourse.knowledge.pk.model_reader import FOLDER, read_pk_model, read_pk_model_file, read_pk_models

ALGHAMDI = tomllib.loads((FOLDER / "cycloserine-alghamdi-2019.toml").read_text("utf-8"))
RIFAMPICIN = tomllib.loads((FOLDER / "rifampicin-smythe-2012.toml").read_text("utf-8"))
FILE = "pk_models/cycloserine-alghamdi-2019.toml"


def faults_of(change: Callable[[dict[str, Any]], None], row: dict[str, Any] = ALGHAMDI, file: str = FILE) -> str:
    changed = copy.deepcopy(row)
    change(changed)
    with pytest.raises(KnowledgeError) as caught:
        read_pk_model(changed, file)
    return str(caught.value)


def test_eighteen_models_ship_and_none_is_weaker_than_grade_b():
    models = read_pk_models()
    assert len(models) == 18
    assert {"A", "B+", "B"} == {model.grade for model in models.values()}


def test_every_number_of_every_model_names_its_place_in_the_paper():
    for model in read_pk_models().values():
        rows = [*model.parameters.values(), *model.relations, *model.random_effects, *model.residuals]
        assert all(row.at for row in rows), model.id


def test_no_model_claims_a_review():
    assert {"unreviewed"} == {model.review for model in read_pk_models().values()}


def test_only_the_files_of_one_drug_are_read():
    assert {"cycloserine"} == {model.drug for model in read_pk_models(drug="cycloserine").values()}


def test_a_printed_standard_deviation_and_a_printed_cv_give_different_variances():
    models = read_pk_models()
    alghamdi = models["cycloserine.alghamdi-2019"].random_effects
    wilkins = models["isoniazid.wilkins-2011"].random_effects
    assert pytest.approx(next(e.variance for e in alghamdi if e.on == "cl")) == 0.353**2
    assert pytest.approx(next(e.variance for e in wilkins if e.on == "cl"), abs=1e-4) == 0.0333


def test_a_correlation_becomes_a_covariance():
    pair = read_pk_models()["rifampicin.smythe-2012"].covariances[0]
    assert pytest.approx(pair.value, abs=1e-4) == 0.0509


def test_a_covariance_that_is_not_positive_definite_is_refused():
    def beyond(row: dict[str, Any]) -> None:
        row["covariance"][0]["printed"] = 1.02

    said = faults_of(beyond, RIFAMPICIN, "pk_models/rifampicin-smythe-2012.toml")
    assert "not positive definite" in said


def test_a_clearance_in_millilitres_a_minute_is_refused():
    assert "the engine needs L/h" in faults_of(lambda row: row["parameter"][3].update(unit="mL/min"))


def test_a_volume_in_hours_is_refused():
    assert "It must be in L" in faults_of(lambda row: row["parameter"][2].update(unit="h"))


def test_a_parameter_without_its_table_is_refused():
    assert "'at' is missing" in faults_of(lambda row: row["parameter"][0].pop("at"))


def test_a_misspelt_key_is_refused_with_the_word_that_was_meant():
    def misspell(row: dict[str, Any]) -> None:
        row["parameter"][0]["rse_procent"] = row["parameter"][0].pop("rse_percent")

    assert "rse_procent" in faults_of(misspell)


def test_a_relation_on_a_covariate_without_a_definition_is_refused():
    assert "has no row" in faults_of(lambda row: row["relation"][0].update(covariate="height"))


def test_a_model_without_a_doi_is_refused():
    assert "is not a DOI" in faults_of(lambda row: row.update(doi="unknown"))


def test_a_model_that_refuses_no_age_is_refused():
    assert "no age is refused" in faults_of(lambda row: row.update(limit=[]))


def test_a_model_that_may_estimate_needs_a_residual_error():
    assert "has no residual error" in faults_of(lambda row: row.update(residual=[]))


def test_a_missing_parameter_of_the_structure_is_named():
    assert "needs a parameter 'tlag'" in faults_of(lambda row: row["parameter"].pop(0))


def test_a_covariate_in_a_unit_of_another_kind_is_refused():
    assert "'weight' measures mass" in faults_of(lambda row: row["covariate"][0].update(unit="L"))


def test_a_negative_spread_is_refused():
    assert "is not positive" in faults_of(lambda row: row["random_effect"][0].update(printed=-0.4))


def test_a_sum_of_a_clearance_and_a_volume_is_refused():
    row = tomllib.loads((FOLDER / "cycloserine-resendiz-galvan-2025.toml").read_text("utf-8"))

    def mix(changed: dict[str, Any]) -> None:
        changed["derived"][0]["of"] = ["cl_nonrenal", "vc"]

    assert "does not come out in L/h" in faults_of(mix, row, "pk_models/cycloserine-resendiz-galvan-2025.toml")


def test_all_faults_come_at_once():
    def break_three(row: dict[str, Any]) -> None:
        row.pop("title")
        row["parameter"][0].pop("at")
        row["grade"] = "C"

    said = faults_of(break_three)
    assert "3 faults" in said


def test_a_file_that_is_not_toml_is_refused_by_name(tmp_path: Path):
    path = tmp_path / "broken.toml"
    path.write_text("id = ", encoding="utf-8")
    with pytest.raises(KnowledgeError, match=r"broken\.toml: it is not TOML"):
        read_pk_model_file(path)


def test_a_file_that_is_not_there_is_refused():
    with pytest.raises(KnowledgeError, match="cannot be opened"):
        read_pk_model_file(Path("nowhere.toml"))


DOSING = Path(__file__).parents[3] / "data" / "pk" / "nonmem-dosing.toml"


def site_faults(change: Callable[[dict[str, Any]], None]) -> str:
    return faults_of(change, tomllib.loads(DOSING.read_text("utf-8")), "nonmem-dosing.toml")


def test_every_way_in_may_have_a_row_of_its_own():
    model = read_pk_model_file(DOSING)
    assert [site.compartment for site in model.dose_sites] == [1, 2]
    assert model.dose_sites[1].named == ("lag", "d2", "r2", "f2")


@pytest.mark.parametrize(
    ("number", "change", "says"),
    [
        (0, {"ka": "kb"}, "needs a parameter 'kb'"),
        (0, {"compartment": None}, "lacks 'compartment'"),
        (0, {"share": "f2", "share_besides": "f2"}, "both 'share' and 'share_besides'"),
        (0, {"mtt": "lag"}, "one of 'n_transit' and 'mtt'"),
        (0, {"always_timed": True}, "always timed and has no duration"),
        (0, {"into": "vp"}, "'ka' and enters vp"),
        (1, {"into": "vp2"}, "enters vp2, which this structure lacks"),
        (1, {"into": "brain"}, "'into'"),
    ],
)
def test_a_way_in_that_contradicts_itself_is_refused(number: int, change: dict[str, Any], says: str):
    def wrong(row: dict[str, Any]) -> None:
        site = row["dose_site"][number]
        site.update(change)
        for key in [key for key, value in site.items() if value is None]:
            del site[key]

    assert says in site_faults(wrong)


def test_ways_in_belong_to_absorption_by_site_alone():
    assert "belong to 'by_site'" in site_faults(lambda row: row["structure"].update(absorption="first_order"))
    assert "belong to 'by_site'" in site_faults(lambda row: row.pop("dose_site"))


def test_what_is_measured_is_told_apart_by_its_compartment():
    def twice(row: dict[str, Any]) -> None:
        row["observation"].append({**row["observation"][0], "matrix": "saliva"})

    assert "two observations have one compartment number" in site_faults(twice)
    assert "an observation lacks 'compartment'" in site_faults(lambda row: row["observation"][0].pop("compartment"))
