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


def test_the_time_left_is_of_the_step_until_the_last_and_what_comes_is_named(clock, capsys):
    progress = Progress(("reading", "establishing", "screening"))
    progress("reading", 0, 100, 0)
    clock[0] = 10.0
    progress("reading", 25, 100, 5_000)
    said = "reading: 25%, 500 lines a second, 30 s left of this step, of all not known yet: "
    assert capsys.readouterr().err == said + "then establishing and screening\n"
    assert progress.reached() == ("reading", 0.25)
    progress("screening", 0, 10, 0)
    clock[0] = 20.0
    progress("screening", 5, 10, 1_000)
    assert capsys.readouterr().err == "screening: 50%, 100 patients a second, 10 s left of all\n"


def test_a_step_that_is_nobody_s_last_says_nothing_of_all(clock, capsys):
    progress = Progress()
    progress("reading", 0, 100, 0)
    clock[0] = 10.0
    progress("reading", 50, 100, 100)
    assert capsys.readouterr().err.endswith(" 10 s left of this step\n")


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(119, "119 s"), (120, "about 2 min"), (7_190, "about 120 min"), (7_200, "about 2.0 h"), (90_000, "about 25.0 h")],
)
def test_a_long_time_is_said_about(clock, capsys, seconds: int, said: str):
    progress = Progress(("planning",))
    progress("planning", 0, seconds + 10, 0)
    clock[0] = 10.0
    progress("planning", 10, seconds + 10, 10)
    assert capsys.readouterr().err.endswith(f", {said} left of all\n")


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
    assert ", 100 lines a second, 78 s left of this step" in capsys.readouterr().err


def test_what_was_there_before_a_run_counts_for_no_rate(clock, capsys):
    progress = Progress()
    progress("establishing", 90, 100, 0)
    clock[0] = 5.0
    progress("establishing", 95, 100, 50)
    assert capsys.readouterr().err == "establishing: 95%, 10 patients a second, 5 s left of this step\n"
