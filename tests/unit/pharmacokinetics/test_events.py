import numpy as np
import pytest

from fullcourse.clinical.errors import InputError
from fullcourse.pharmacokinetics.events import event_table, with_points


@pytest.mark.parametrize(
    ("columns", "says"),
    [
        ({"time_h": [1.0, 0.0]}, "backwards"),
        ({"time_h": [0.0, np.nan]}, "time is not a number"),
        ({"time_h": [0.0], "amt": [-1.0], "evid": 1}, "amount"),
        ({"time_h": [0.0], "amt": [np.inf], "evid": 1}, "amount"),
        ({"time_h": [0.0], "evid": 7}, "EVID"),
        ({"time_h": [0.0], "evid": 1, "amt": 1.0, "ss": 3}, "SS must be"),
        ({"time_h": [0.0], "evid": 1, "amt": 1.0, "rate": -3.0}, "rate must be"),
        ({"time_h": [0.0], "evid": 1, "amt": 1.0, "addl": 2}, "ADDL needs"),
        ({"time_h": [0.0], "evid": 1, "amt": 1.0, "ss": 1}, "SS needs"),
        ({"time_h": [0.0], "dv": -0.1}, "below zero"),
        ({"time_h": [0.0], "blq": True}, "limit"),
        ({"time_h": [0.0], "taken_probability": 1.1}, "probability"),
        ({"time_h": [0.0], "covariates": {"w": np.nan}}, "covariate 'w'"),
        ({"time_h": [0.0, 1.0], "subject": [0, 2]}, "gaps"),
        ({"time_h": [0.0], "colour": 1}, "unknown columns"),
        ({"time_h": [0.0, 1.0], "amt": [1.0]}, "shape"),
    ],
)
def test_a_record_without_meaning_is_refused_with_its_reason(columns, says):
    with pytest.raises(InputError, match=says):
        event_table(**columns)


def test_a_zero_level_and_a_clock_set_back_by_a_reset_are_allowed():
    table = event_table([0.0, 5.0, 0.0], evid=[1, 0, 4], amt=[1.0, 0.0, 1.0], dv=[np.nan, 0.0, np.nan])
    assert table.mdv.tolist() == [True, False, True]


def test_points_take_the_covariates_of_the_next_record():
    table = event_table([0.0, 10.0], evid=[1, 2], amt=[1.0, 0.0], covariates={"w": [1.0, 2.0]})
    wide = with_points(table, [0.0, 5.0, 12.0])
    assert wide.time_h.tolist() == [0.0, 0.0, 5.0, 10.0, 12.0]
    assert wide.covariates["w"].tolist() == [1.0, 1.0, 2.0, 2.0, 2.0]
    assert wide.evid.tolist() == [1, 0, 0, 2, 0]


def test_a_duration_gives_a_rate():
    assert event_table([0.0], evid=1, amt=10.0, duration_h=4.0).rate.tolist() == [2.5]
