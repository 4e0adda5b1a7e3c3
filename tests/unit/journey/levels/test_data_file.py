"""A data file in NONMEM's format under a model: who is fitted, from how many starts, and which row gets which level."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from fullcourse.clinical.errors import InputError
from fullcourse.journey.levels.data_file import DataFile, fit_subjects, predict_records, read_data
from fullcourse.knowledge.pk.model_file import PkModelFile
from fullcourse.knowledge.pk.model_reader import read_pk_model_file
from nonmem_models import model_text

FIRST = ["7,0,1,1000,.,1", "7,2,0,0,11,0", "7,8,0,0,8,0"]
SECOND = ["9,0,1,500,.,1", "9,1,0,0,5,0", "9,4,0,0,5,0", "9,12,0,0,2,0", "9,24,0,0,1,0"]


def lines(*records: str) -> list[str]:
    return ["ID,TIME,EVID,AMT,DV,MDV", *records]


@pytest.fixture(scope="module")
def file() -> PkModelFile:
    return read_pk_model_file(Path(__file__).parents[3] / "data" / "pk" / "one-compartment-oral.toml")


@pytest.fixture(scope="module")
def data(file: PkModelFile) -> DataFile:
    return read_data(lines(*FIRST, *SECOND), file, "")


def test_fewer_than_one_start_is_refused_and_one_is_used(data: DataFile):
    with pytest.raises(InputError, match="--starts 0: at least one starting point"):
        fit_subjects(data, 0)
    assert fit_subjects(data, 1).estimate.starts == 1


def test_a_linear_model_is_fitted_from_ten_starts_where_none_are_named(data: DataFile):
    assert fit_subjects(data, None).estimate.starts == 10


def test_a_model_with_a_solver_is_fitted_from_four_starts_where_none_are_named(tmp_path: Path):
    path = tmp_path / "model.toml"
    text = model_text(
        {"vmax": 10.0, "km": 3.0, "vc": 70.0, "ka": 1.0}, ['compartment = 1, ka = "ka"', "compartment = 2"],
        elimination="michaelis_menten", effects={"vc": 0.2},
    )  # fmt: skip
    path.write_text(text, encoding="utf-8")
    records = ["ID,TIME,EVID,AMT,DV,MDV,CMT", "1,0,1,1000,.,1,1", "1,2,0,0,9,0,2"]
    solved = read_data(records, read_pk_model_file(path), "")
    assert not solved.engine.is_linear
    assert fit_subjects(solved, None).estimate.starts == 4


def test_a_model_whose_paper_prints_no_residual_error_predicts_and_never_fits(data: DataFile):
    simulating = replace(data, file=replace(data.file, uses=("simulate",)))
    with pytest.raises(InputError, match="can simulate and cannot estimate"):
        fit_subjects(simulating, None)
    assert len(predict_records(simulating, None)) == 1


def test_every_record_of_subjects_with_unlike_numbers_of_records_gets_the_level_it_has_alone(
    data: DataFile, file: PkModelFile
):
    (together,) = predict_records(data, None)
    alone = [predict_records(read_data(lines(*subject), file, ""), None)[0] for subject in (FIRST, SECOND)]
    assert together.shape == (len(FIRST) + len(SECOND),)
    assert together == pytest.approx(np.concatenate(alone), rel=1e-12)


def test_effects_of_nothing_leave_a_subject_typical_and_those_fitted_do_not(data: DataFile):
    fitted = fit_subjects(data, 1)
    none = {name: np.zeros(2) for name in fitted.names}
    own = dict(zip(fitted.names, fitted.effects.T, strict=True))
    typical, unmoved = predict_records(data, none)
    _, moved = predict_records(data, own)
    assert unmoved == pytest.approx(typical, rel=1e-12)
    assert np.abs(moved - typical).max() > 0.1


def test_effects_are_written_with_a_covariance_for_each_subject(data: DataFile):
    fitted = fit_subjects(data, 1)
    assert set(fitted.names) == {"cl", "vc", "ka"}
    assert fitted.effects.shape == (2, 3)
    assert fitted.covariance.shape == (2, 3, 3)


def test_a_column_of_occasions_that_is_not_there_is_refused_by_name(file: PkModelFile):
    with pytest.raises(InputError, match="no column CYCLE"):
        read_data(lines(*FIRST), file, "CYCLE")
