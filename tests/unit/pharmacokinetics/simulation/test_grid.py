import numpy as np
import pytest

from fullcourse.pharmacokinetics.events import event_table, with_points
from fullcourse.pharmacokinetics.model import ErrorKind, Model, Output, ResidualError, Site
from fullcourse.pharmacokinetics.simulation.grid import OralGrid, oral_curve
from fullcourse.pharmacokinetics.simulation.population import simulate


@pytest.mark.parametrize("lag", [0.0, 0.3, 1.0, 2.5])
@pytest.mark.parametrize("oral", [True, False], ids=["oral", "at once"])
def test_the_grid_is_the_exact_curve(lag, oral):
    site = Site("oral", 1, ka="ka" if oral else None, lag="lag")
    m = Model("m", 1, {"cl": 1.0, "vc": 25.0, "ka": 2.0, "lag": lag}, (site,),
              (Output("c", 1, ResidualError(ErrorKind.PROPORTIONAL, 0.1)),))  # fmt: skip
    times = np.arange(97.0)
    wide = with_points(event_table([0.0, 8.5], evid=1, amt=[250.0, 500.0], cmt=1, ii=24.0, addl=3), times)
    exact = simulate(m, wide, points=wide.evid == 0)[0]
    doses = np.sort(np.r_[np.arange(4) * 24.0, np.arange(4) * 24.0 + 8.5])
    grid = OralGrid(1.0, 97, doses, np.tile([250.0, 500.0], 4))
    ones = np.ones(3)
    got = oral_curve(grid, 2.0 * ones if oral else None, 0.04 * ones, 25.0 * ones, lag * ones, ones)
    assert got.shape == (97, 3)
    assert np.abs(got - exact[:, None]).max() <= 1e-10
