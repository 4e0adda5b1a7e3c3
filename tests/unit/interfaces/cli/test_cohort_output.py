"""How far a run over a register is: the rate of what was done last, and what comes after the step."""

import pytest

from fullcourse.interfaces.cli import cohort_output
from fullcourse.interfaces.cli.cohort_output import Progress


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Return a clock of one number, seconds, that the test sets."""
    now = [0.0]
    monkeypatch.setattr(cohort_output.time, "monotonic", lambda: now[0])
    return now


def test_the_time_left_is_of_the_step_and_what_comes_after_it_is_named(clock, capsys):
    progress = Progress(("reading", "establishing", "screening"))
    progress("reading", 0, 100, 0)
    clock[0] = 10.0
    progress("reading", 25, 100, 5_000)
    assert capsys.readouterr().err == "reading: 25%, 500 lines a second, 30 s left, then establishing and screening\n"
    assert progress.reached() == ("reading", 0.25)
    progress("screening", 0, 10, 0)
    clock[0] = 20.0
    progress("screening", 5, 10, 1_000)
    assert capsys.readouterr().err == "screening: 50%, 100 patients a second, 10 s left\n"


def test_a_rate_is_that_of_the_last_parts_and_not_of_slow_first_ones(clock, capsys):
    progress = Progress()
    for part in range(40):  # 10 s each
        clock[0] = part * 10.0
        progress("reading", part, 200, part * 100)
    began = clock[0]
    for part in range(40, 120):  # 1 s each
        clock[0] = began + (part - 39) * 1.0
        progress("reading", part, 200, part * 100)
    capsys.readouterr()
    clock[0] += 3.0
    progress("reading", 122, 200, 12_200)
    assert ", 100 lines a second, 78 s left" in capsys.readouterr().err


def test_what_was_there_before_a_run_counts_for_no_rate(clock, capsys):
    progress = Progress()
    progress("establishing", 90, 100, 0)
    clock[0] = 5.0
    progress("establishing", 95, 100, 50)
    assert capsys.readouterr().err == "establishing: 95%, 10 patients a second, 5 s left\n"
