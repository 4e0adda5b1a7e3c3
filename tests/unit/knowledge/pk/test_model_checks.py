"""What must hold of a model, whether a file says it or the engine is handed it."""

import pytest

from fullcourse.knowledge.pk.model_checks import (
    is_positive_definite,
    probability_faults,
    spread_faults,
    structure_faults,
    value_faults,
)


def test_a_structure_with_all_its_parameters_has_no_fault():
    assert not list(structure_faults(2, "linear", ("ka",), {"cl", "vc", "q", "vp", "ka"}))


@pytest.mark.parametrize(
    ("compartments", "elimination", "lacking"),
    [(2, "linear", "vp"), (1, "michaelis_menten", "km"), (1, "auto_inhibition", "kic"), (3, "linear", "q2")],
)
def test_a_parameter_that_the_structure_lacks_is_named_once(compartments: int, elimination: str, lacking: str):
    every = {"cl", "vc", "q", "vp", "q2", "vp2", "vmax", "km", "rclf", "ic50", "kic"} - {lacking}
    faults = list(structure_faults(compartments, elimination, (lacking,), every))
    assert [what for what, _ in faults] == [f"the structure needs a parameter '{lacking}', which has no value"]


@pytest.mark.parametrize("compartments", [0, 4])
def test_one_to_three_compartments_are_known(compartments: int):
    assert any("compartments" in what for what, _ in structure_faults(compartments, "linear", (), {"cl"}))


def test_zero_is_a_value_and_less_is_none():
    assert not list(value_faults({"cl": 0.0}))
    assert [what for what, _ in value_faults({"cl": -1.0, "vc": float("nan")})] == [
        "parameter 'cl' is -1",
        "parameter 'vc' is nan",
    ]


def test_each_fault_of_a_spread_is_said():
    acts = [("cl", "log_normal", 0.0), ("wrong", "log_normal", 0.0), ("vc", "box_cox", 0.0)]
    faults = [what for what, _ in spread_faults("effect", acts, [1.0, 0.0], [[-0.1]], {"cl", "vc"})]
    assert len(faults) == 4
    for said in ("'wrong', which is no parameter", "Box-Cox without a shape", "factor' 0", "not positive definite"):
        assert any(said in fault for fault in faults), said
    assert not list(spread_faults("effect", [("vc", "box_cox", 0.5)], [0.5], [[0.1]], {"vc"}))


@pytest.mark.parametrize(
    ("matrix", "possible"),
    [
        ([], True),
        ([[1.0, 0.9], [0.9, 1.0]], True),
        ([[1.0, 1.0], [1.0, 1.0]], False),
        ([[1.0, 0.9], [0.5, 1.0]], False),
        ([[0.0]], False),
        ([[float("nan")]], False),
        ([[float("inf")]], False),
        ([[1.0, float("nan")], [float("nan"), 1.0]], False),
    ],
)
def test_a_covariance_is_symmetric_finite_and_positive_definite(matrix: list[list[float]], possible: bool):
    assert is_positive_definite(matrix) is possible


def test_the_classes_of_a_mixture_are_all_people():
    assert not list(probability_faults([0.4, 0.6]))
    assert list(probability_faults([0.4, 0.5]))
