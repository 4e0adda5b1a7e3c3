"""Work that takes longer than a page may wait: once, never of an older log, never stuck, and told while it goes on."""

import threading
from datetime import timedelta

import pytest

from clinic_service import NOW
from fullcourse.clinical.errors import InputError
from fullcourse.interfaces.api.problems import Busy
from fullcourse.interfaces.desk.long_work import HOLDS, MOST_KEPT, MOST_WAITING, LongWork, Pending

SOON_S = 20.0


class Piece:
    """A piece of work that goes on until a test lets it end."""

    def __init__(self, answer="done"):
        self.answer, self.may_end, self.begun, self.times = answer, threading.Event(), threading.Event(), 0

    def __call__(self):
        self.times += 1
        self.begun.set()
        assert self.may_end.wait(SOON_S)
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


def ended(answer="done"):
    piece = Piece(answer)
    piece.may_end.set()
    return piece


def test_what_is_done_within_the_wait_is_there_at_once():
    assert LongWork().ask(("p", "a"), b"1", NOW, ended(7), SOON_S) == 7


def test_what_goes_on_is_told_with_how_long_and_how_many_are_before_it():
    work, first, second = LongWork(), Piece(), Piece()
    assert work.ask(("p", "a"), b"1", NOW, first, 0.0) == Pending(0, timedelta())
    assert first.begun.wait(SOON_S)
    later = NOW + timedelta(seconds=3)
    assert work.ask(("p", "b"), b"1", later, second, 0.0) == Pending(1, timedelta())
    assert work.ask(("p", "a"), b"1", later, first, 0.0) == Pending(0, timedelta(seconds=3))
    first.may_end.set()
    second.may_end.set()
    assert work.ask(("p", "b"), b"1", later, second, SOON_S) == "done"


def test_the_same_is_worked_out_once_however_often_it_is_asked_for():
    work, piece = LongWork(), Piece()
    for _ in range(5):
        work.ask(("p", "a"), b"1", NOW, piece, 0.0)
    piece.may_end.set()
    assert work.ask(("p", "a"), b"1", NOW, piece, SOON_S) == "done"
    assert work.ask(("p", "a"), b"1", NOW, piece, 0.0) == "done"
    assert piece.times == 1


def test_another_log_is_worked_out_anew_and_the_old_answer_is_gone():
    work = LongWork()
    assert work.ask(("p", "a"), b"1", NOW, ended("old"), SOON_S) == "old"
    piece = Piece("new")
    assert isinstance(work.ask(("p", "a"), b"2", NOW, piece, 0.0), Pending)
    piece.may_end.set()
    assert work.ask(("p", "a"), b"2", NOW, piece, SOON_S) == "new"


def test_an_answer_of_an_older_log_that_comes_late_is_nobodys():
    work, old, new = LongWork(), Piece("old"), Piece("new")
    work.ask(("p", "a"), b"1", NOW, old, 0.0)
    assert old.begun.wait(SOON_S)
    work.ask(("p", "a"), b"2", NOW, new, 0.0)
    old.may_end.set()
    new.may_end.set()
    assert work.ask(("p", "a"), b"2", NOW, new, SOON_S) == "new"


def test_what_waits_and_is_of_an_older_log_is_not_worked_out():
    work, going_on, old, new = LongWork(), Piece(), ended("old"), ended("new")
    work.ask(("p", "x"), b"1", NOW, going_on, 0.0)
    work.ask(("p", "a"), b"1", NOW, old, 0.0)
    work.ask(("p", "a"), b"2", NOW, new, 0.0)
    going_on.may_end.set()
    assert work.ask(("p", "a"), b"2", NOW, new, SOON_S) == "new"
    assert old.times == 0


def test_why_it_cannot_be_worked_out_is_told_each_time():
    work, piece = LongWork(), ended(InputError("weight: it is not on file."))
    for _ in range(2):
        with pytest.raises(InputError, match="weight"):
            work.ask(("p", "a"), b"1", NOW, piece, SOON_S)
    assert piece.times == 1


def test_a_fault_is_raised_once_and_the_next_who_asks_has_it_tried_again():
    work = LongWork()
    with pytest.raises(ZeroDivisionError):
        work.ask(("p", "a"), b"1", NOW, ended(ZeroDivisionError()), SOON_S)
    assert work.ask(("p", "a"), b"1", NOW, ended("done"), SOON_S) == "done"


@pytest.mark.parametrize(("after", "times"), [(HOLDS - timedelta(seconds=1), 1), (HOLDS, 2)])
def test_an_answer_holds_for_an_hour(after, times):
    work, piece = LongWork(), ended()
    work.ask(("p", "a"), b"1", NOW, piece, SOON_S)
    work.ask(("p", "a"), b"1", NOW + after, piece, SOON_S)
    assert piece.times == times


def test_a_clock_that_goes_back_keeps_no_answer_for_longer():
    work, piece = LongWork(), ended()
    work.ask(("p", "a"), b"1", NOW, piece, SOON_S)
    work.ask(("p", "a"), b"1", NOW - timedelta(days=1), piece, SOON_S)
    assert piece.times == 2


def test_so_many_wait_and_who_comes_later_is_told_to_come_again():
    work, pieces = LongWork(), [Piece() for _ in range(MOST_WAITING)]
    for number, piece in enumerate(pieces):
        work.ask(("p", str(number)), b"1", NOW, piece, 0.0)
    with pytest.raises(Busy):
        work.ask(("p", "one more"), b"1", NOW, Piece(), 0.0)
    for piece in pieces:
        piece.may_end.set()
    last = str(MOST_WAITING - 1)
    assert work.ask(("p", last), b"1", NOW, pieces[-1], SOON_S) == "done"


def test_so_many_answers_are_kept_and_the_one_asked_for_longest_ago_goes():
    work, first = LongWork(), ended()
    work.ask(("p", "first"), b"1", NOW, first, SOON_S)
    for number in range(MOST_KEPT):
        work.ask(("p", str(number)), b"1", NOW, ended(), SOON_S)
    work.ask(("p", "first"), b"1", NOW, first, SOON_S)
    assert first.times == 2


def test_what_is_kept_of_a_patient_goes_at_once():
    work, gone, other = LongWork(), ended(), ended()
    work.ask(("p", "a"), b"1", NOW, gone, SOON_S)
    work.ask(("q", "a"), b"1", NOW, other, SOON_S)
    work.forget("p")
    work.ask(("p", "a"), b"1", NOW, gone, SOON_S)
    work.ask(("q", "a"), b"1", NOW, other, SOON_S)
    assert (gone.times, other.times) == (2, 1)
