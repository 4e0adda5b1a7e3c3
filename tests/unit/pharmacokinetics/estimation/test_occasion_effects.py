import numpy as np
import pytest

from fullcourse.clinical.errors import InputError
from fullcourse.pharmacokinetics.estimation.likelihood import estimation_problem
from fullcourse.pharmacokinetics.estimation.occasion_effects import effect_columns
from fullcourse.pharmacokinetics.events import event_table
from pk_cases import oral_model

MODEL = oral_model(occasions=True)


def two_people():
    """The first was seen on occasions 1 and 2, the second on occasion 2 alone."""
    table = event_table(
        [0.0, 4.0, 24.0, 28.0, 0.0, 4.0], subject=[0, 0, 0, 0, 1, 1], evid=[1, 0, 1, 0, 1, 0],
        amt=[250.0, 0, 250.0, 0, 250.0, 0], cmt=1, dv=[np.nan, 8.0, np.nan, 9.0, np.nan, 8.0],
        occasion=[1, 1, 2, 2, 2, 2],
    )  # fmt: skip
    problem = estimation_problem(MODEL, table)
    return effect_columns(MODEL, table, problem), problem


def test_an_effect_is_named_by_the_number_of_its_occasion():
    columns, _ = two_people()
    assert columns.names == ("cl", "vc", "ka@1", "ka@2")
    assert columns.effects(np.array([[1.0, 2.0, 3.0, 4.0], [5.0, 6.0, 7.0, 8.0]])).tolist() == [
        [1.0, 2.0, 3.0, 4.0],
        [5.0, 6.0, 0.0, 7.0],
    ]


def test_an_occasion_nobody_measured_keeps_the_variance_of_the_population():
    columns, problem = two_people()
    found = columns.covariance(np.stack([np.diag([1.0, 2.0, 3.0, 4.0])] * 2), problem.covariance)
    assert np.diagonal(found[1]).tolist() == pytest.approx([1.0, 2.0, 0.2, 3.0])
    assert np.count_nonzero(found[1]) == 4


def test_effects_by_name_go_back_to_their_places():
    columns, _ = two_people()
    vector = np.array([[1.0, 2.0, 3.0, 4.0], [5.0, 6.0, 7.0, 0.0]])
    named = dict(zip(columns.names, columns.effects(vector).T, strict=True))
    assert columns.placed(named).tolist() == vector.tolist()
    with pytest.raises(InputError, match="lack ka@2"):
        columns.placed({name: named[name] for name in ("cl", "vc", "ka@1")})
