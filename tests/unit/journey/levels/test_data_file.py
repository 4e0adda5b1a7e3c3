"""A data file in NONMEM's format under a model: who is fitted, from how many starts, and which row gets which level."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from fullcourse.clinical.errors import InputError
from fullcourse.journey.levels.data_file import DataFile, fit_subjects, predict_records, read_data
from fullcourse.knowledge.pk.model_file import PkModelFile
from fullcourse.knowledge.pk.model_reader import read_pk_model_file, read_pk_models
from fullcourse.pharmacokinetics.estimation.likelihood import estimation_problem, objective
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


ACETYLATORS = (Path(__file__).parents[3] / "data" / "level_cases" / "acetylators.csv").read_text("utf-8").splitlines()
WILKINS = read_pk_models()["isoniazid.wilkins-2011"]


def of_class(value: int) -> list[str]:
    """The same data with the class said."""
    return [f"{line},{'mixture_class' if number == 0 else value}" for number, line in enumerate(ACETYLATORS)]


def test_hidden_classes_are_averaged_by_the_probability_of_each_subject():
    fitted = fit_subjects(read_data(ACETYLATORS, WILKINS, ""), None)
    slow, fast = (fit_subjects(read_data(of_class(value), WILKINS, ""), None) for value in (0, 1))
    assert fitted.classes == ("slow", "fast")
    assert fitted.shares is not None
    assert fitted.shares.sum(axis=1) == pytest.approx([1.0, 1.0])
    assert fitted.shares[0, 0] > 0.9 and fitted.shares[1, 1] > 0.6
    weighed = fitted.shares[:, [0]] * slow.effects + fitted.shares[:, [1]] * fast.effects
    assert fitted.effects == pytest.approx(weighed, abs=1e-9)
    assert np.linalg.eigvalsh(fitted.covariance).min() > 0.0
    assert slow.classes == () and slow.shares is None


def test_the_probability_of_a_class_is_that_of_draws_of_the_prior():
    """Against Bayes' rule by brute force: the likelihood of the level under draws of the prior of each class."""
    data = read_data(ACETYLATORS, WILKINS, "")
    random = np.random.default_rng(5)
    held = []
    for _, probability, table in data.by_class:
        model = data.engine
        problem = estimation_problem(model, table)
        draws = random.multivariate_normal(np.zeros(problem.n_effects), problem.covariance[0], 4000)
        likelihood = []
        for subject in range(2):
            one = estimation_problem(model, table.rows_of(subject))
            prior = np.einsum("dp,pq,dq->d", draws, np.linalg.inv(problem.covariance[0]), draws)
            likelihood.append(np.exp(-0.5 * (objective(one, draws) - prior)).mean())
        held.append(probability * np.array(likelihood))
    shares = (np.array(held) / np.sum(held, axis=0)).T
    fitted = fit_subjects(data, None)
    assert fitted.shares == pytest.approx(shares, abs=0.06)


def test_levels_that_neither_class_explains_are_marked():
    records = [line.replace(",3.2,", ",90,") for line in ACETYLATORS]
    assert fit_subjects(read_data(records, WILKINS, ""), None).misfit.excluded.tolist() == [True, False]


def test_averaged_effects_predict_nobody_and_are_refused():
    data = read_data(ACETYLATORS, WILKINS, "")
    typical = predict_records(data, None)[0]
    each = [predict_records(read_data(of_class(value), WILKINS, ""), None)[0] for value in (0, 1)]
    chances = [chance for _, chance, _ in data.by_class]
    assert typical == pytest.approx(chances[0] * each[0] + chances[1] * each[1])
    with pytest.raises(InputError, match="MIXTURE_CLASS"):
        predict_records(data, {"cl": np.zeros(2)})
