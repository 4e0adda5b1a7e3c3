"""Records stay with the table that they index, also where the engine adds records at the ends of days."""

import dataclasses

import numpy as np
import pytest

from fullcourse.pharmacokinetics.engine.history import compile_history, pick
from fullcourse.pharmacokinetics.estimation.likelihood import estimation_problem
from fullcourse.pharmacokinetics.events import RowsOf, event_table
from fullcourse.pharmacokinetics.model import CovariateRelation, RelationKind
from pk_cases import oral_model

BY_DAY = CovariateRelation("cl", "treatment_day", RelationKind.FROM, 1.3, 3.0)


def model_by_day(last_day: float = 3.0):
    return dataclasses.replace(oral_model(), relations=(dataclasses.replace(BY_DAY, reference=last_day),))


def ten_days(levels: dict[float, float], *, time_sd_h: float = 0.0):
    """250 mg once a day, the last dose at an uncertain time, with levels by hour."""
    times = sorted([*(24.0 * day for day in range(10)), *levels])
    dose = np.array([time % 24.0 == 0.0 for time in times])
    return event_table(
        times, evid=dose.astype(int), amt=np.where(dose, 250.0, 0.0), cmt=1,
        dv=[np.nan if is_dose else levels[time] for time, is_dose in zip(times, dose, strict=True)],
        time_sd_h=np.where(np.array(times) == 216.0, time_sd_h, 0.0),
    )  # fmt: skip


@pytest.mark.parametrize("last_day", [2.0, 3.0, 9.0, 40.0])
def test_levels_are_those_of_their_own_records_when_days_are_added(last_day: float):
    levels = {26.0: 5.0, 74.0: 7.0, 218.0: 9.0}
    problem = estimation_problem(model_by_day(last_day), ten_days(levels))
    assert problem.level[problem.used].tolist() == [5.0, 7.0, 9.0]


def test_an_uncertain_time_is_that_of_its_own_dose_when_days_are_added():
    table = ten_days({218.0: 9.0}, time_sd_h=1.5)
    plain, by_day = (estimation_problem(model, table) for model in (oral_model(), model_by_day()))
    assert plain.shifts.tolist() == by_day.shifts.tolist() == [9]
    assert by_day.covariance[0, -1, -1] == pytest.approx(1.5**2)


def test_a_step_of_a_day_beyond_the_record_changes_no_level():
    table = ten_days({26.0: 5.0, 74.0: 7.0})
    plain, by_day = (compile_history(model, table, table.evid == 0) for model in (oral_model(), model_by_day(40.0)))
    assert by_day.point_record.column("dv").tolist() == plain.point_record.column("dv").tolist()


def test_records_of_picked_subjects_are_their_own():
    table = event_table(
        [0.0, 2.0, 0.0, 2.0],
        subject=[0, 0, 1, 1],
        evid=[1, 0, 1, 0],
        amt=[250.0, 0, 500.0, 0],
        dv=[np.nan, 5.0, np.nan, 8.0],
    )
    history = compile_history(oral_model(), table, table.evid == 0)
    swapped = pick(history, np.array([1, 0, 1]))
    assert swapped.point_record.column("dv")[:, 0].tolist() == [8.0, 5.0, 8.0]
    assert swapped.dose_record.column("amt")[:, 0].tolist() == [500.0, 250.0, 500.0]


def test_no_index_can_be_taken_out_of_rows_and_used_elsewhere():
    assert [name for name in vars(RowsOf) if not name.startswith("_")] == ["column", "pick"]
