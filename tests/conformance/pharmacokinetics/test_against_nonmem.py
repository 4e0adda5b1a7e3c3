"""The engine agrees with NONMEM: 4,000 estimates in each of two models, eight dosing scenarios to five digits."""

import csv
import gzip
import os
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from fullcourse.interfaces.cli.main import fullcourse
from fullcourse.pharmacokinetics.estimation.likelihood import estimation_problem, objective
from fullcourse.pharmacokinetics.estimation.map_estimate import estimate
from fullcourse.pharmacokinetics.estimation.nonmem_data import read_nonmem
from fullcourse.pharmacokinetics.model import (
    EffectLink,
    ErrorKind,
    Model,
    Output,
    RandomEffects,
    ResidualError,
    Site,
)

DATA = Path(os.environ.get("FULLCOURSE_TESTDATA", "")) / "pk"
needs_data = pytest.mark.skipif(
    "FULLCOURSE_TESTDATA" not in os.environ or not DATA.is_dir(),
    reason="reference answers of unnamed or GPL licence are not in the project; set FULLCOURSE_TESTDATA",
)
PROPORTIONAL = ResidualError(ErrorKind.PROPORTIONAL, np.sqrt(0.05))


def reference_model():
    effects = RandomEffects(
        ("cl", "vc", "ka"), (EffectLink(0, "cl"), EffectLink(1, "vc"), EffectLink(2, "ka")), 0.2 * np.eye(3)
    )
    return Model(
        "reference", 1, {"cl": 4.0, "vc": 70.0, "ka": 1.0}, (Site("oral", 1, ka="ka"), Site("vein", 2)),
        (Output("c", 2, PROPORTIONAL),), between_subjects=effects,
    )  # fmt: skip


def gz(name):
    return gzip.open(DATA / "map" / name, "rt", encoding="utf-8-sig")


@needs_data
@pytest.mark.parametrize("run", ["001", "002"])
def test_effects_objectives_and_variances_of_4000_subjects_are_those_of_nonmem(run):
    with gz(f"data_to_fit{run}.csv.gz") as lines:
        table = read_nonmem(lines)
    with gz(f"run{run}.phi.gz") as lines:
        phi = np.array([line.split() for line in lines.read().splitlines()[2:]], dtype=float)
    with gz(f"run{run}.ofv.gz") as lines:
        nonmem_objective = np.array([float(row["OFV"]) for row in csv.DictReader(lines)])
    problem = estimation_problem(reference_model(), table)
    found = estimate(problem, starts=2)
    theirs = phi[:, 2:5]
    difference = np.abs(found.effects - theirs)
    assert np.median(difference) <= 1e-6
    assert np.mean(difference.max(axis=1) <= 1e-3) >= 0.999
    # at NONMEM's own effects our objective is NONMEM's, and none of ours is above it
    at_theirs = objective(problem, theirs)
    assert np.abs(at_theirs - nonmem_objective).max() <= 2e-6
    assert (found.objective - at_theirs).max() <= 1e-6
    variances = np.diagonal(found.covariance, axis1=1, axis2=2)
    assert np.abs(variances / phi[:, [5, 7, 10]] - 1.0).max() <= 0.01


@needs_data
def test_dosing_scenarios_agree_to_five_digits(tmp_path):
    model = Path(__file__).parents[2] / "data" / "pk" / "nonmem-dosing.toml"
    out = tmp_path / "levels.csv"
    command = ["levels", "predict", str(DATA / "dosing" / "input_1001.csv"), "--model", str(model), "--out", str(out)]
    assert CliRunner().invoke(fullcourse, command).exit_code == 0
    with out.open(encoding="utf-8") as lines:
        got = np.array([float(row["PRED"]) for row in csv.DictReader(lines)])
    with (DATA / "dosing" / "1001-nm.csv").open(encoding="utf-8") as lines:
        answers = np.array([float(row["CP"]) for row in csv.DictReader(lines)])
    digits = 10.0 ** (np.floor(np.log10(np.maximum(answers, 1e-3))) - 4)
    assert np.all(np.abs(got - answers) <= 0.5 * digits * (1.0 + 1e-6))
