"""The timetable of a service: once a due, by one process, through failures, clocks that change and restarts."""

import json
import logging
import threading
from datetime import UTC, datetime, timedelta

import pytest

from fullcourse.adapters.access.access import open_access
from fullcourse.adapters.access.turns import Turns
from fullcourse.interfaces.api.serving.timetable import AGAIN, HOLDS, Job, Timetable, every

NOW = datetime(2026, 11, 22, 9, 0, 30, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


class Clock:
    """A clock that tests put forward."""

    def __init__(self, at=NOW):
        self.at = at

    def __call__(self):
        return self.at


class Work:
    """Notes when it was done; fails where told to."""

    def __init__(self):
        self.done, self.fails = [], False

    def __call__(self, at, _may_go_on):
        if self.fails:
            raise ValueError("Ana Example, who takes something")
        self.done.append(at)


@pytest.fixture
def access(tmp_path):
    """Open what access keeps, empty."""
    opened = open_access(tmp_path / "courses.db")
    yield opened
    opened.close()


def table(access, clock, work, holder="one", following=None):
    """Return a timetable with one job, each minute unless told otherwise."""
    return Timetable([Job("work", following or every(MINUTE), work)], Turns(access, holder), clock)


def test_a_job_is_done_once_for_each_due(access):
    clock, work = Clock(), Work()
    kept = table(access, clock, work)
    assert kept.look() == NOW + timedelta(seconds=30)
    for seconds in (29, 30, 31, 89, 90):
        clock.at = NOW + timedelta(seconds=seconds)
        kept.look()
    assert work.done == [NOW + timedelta(seconds=30), NOW + timedelta(seconds=90)]


def test_two_processes_do_it_once(access):
    clock, work = Clock(), Work()
    both = [table(access, clock, work, holder) for holder in ("one", "other")]
    for minutes in range(4):
        clock.at = NOW + minutes * MINUTE
        for kept in both:
            kept.look()
    assert len(work.done) == 3


def test_what_was_due_while_nobody_ran_is_done_once(access):
    clock, work = Clock(), Work()
    table(access, clock, work).look()
    clock.at = NOW + timedelta(days=9)
    again = table(access, clock, work, "after a restart")
    again.look()
    again.look()
    assert work.done == [clock.at]


def test_a_job_that_fails_is_logged_without_its_words_and_tried_again(access, caplog):
    clock, work = Clock(), Work()
    kept = table(access, clock, work)
    kept.look()
    clock.at, work.fails = NOW + MINUTE, True
    with caplog.at_level(logging.ERROR, "fullcourse.service"):
        assert kept.look() == clock.at + AGAIN
    assert [json.loads(line) for line in caplog.messages] == [
        {"event": "job_failed", "job": "work", "error": "ValueError"}
    ]
    work.fails = False
    clock.at += AGAIN - timedelta(seconds=1)
    kept.look()
    assert work.done == []
    clock.at += timedelta(seconds=1)
    kept.look()
    assert work.done == [clock.at]


def test_one_job_that_fails_stops_no_other(access):
    clock, bad, good = Clock(), Work(), Work()
    bad.fails = True
    kept = Timetable([Job("bad", every(MINUTE), bad), Job("good", every(MINUTE), good)], Turns(access, "one"), clock)
    kept.look()
    clock.at = NOW + MINUTE
    kept.look()
    assert good.done == [clock.at]


def test_a_process_that_dies_at_work_holds_nobody_up_for_longer_than_its_turn(access):
    clock, work = Clock(), Work()
    table(access, clock, work).look()
    clock.at = NOW + MINUTE
    assert Turns(access, "dead").take("work", clock.at, clock.at, HOLDS)
    other = table(access, clock, work, "other")
    other.look()
    assert work.done == []
    clock.at += HOLDS
    other.look()
    assert work.done == [clock.at]


def test_it_stops_and_tells_a_job_that_runs(access):
    clock, told, began = Clock(), [], threading.Event()

    def long_work(_at, may_go_on):
        began.set()
        while may_go_on():
            threading.Event().wait(0.01)
        told.append("stopped")

    kept = table(access, clock, long_work)
    kept.look()
    clock.at = NOW + MINUTE
    thread = threading.Thread(target=kept.run)
    thread.start()
    assert began.wait(20)
    kept.stop()
    thread.join(20)
    assert not thread.is_alive()
    assert told == ["stopped"]
