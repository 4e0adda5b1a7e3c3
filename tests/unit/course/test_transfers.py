"""A patient on the way is the sender's until the receipt came, and is never without advice."""

from course_events import event, started
from fullcourse.adapters.zones import load_zone
from fullcourse.clinical.event_bodies import Retracted, Transfer
from fullcourse.course.course import Course, course_of
from fullcourse.course.fold import fold
from fullcourse.course.transfers import transfers_of

BEGUN = started("cycloserine: 250 mg q12h")
LEFT = event(Transfer("out", "clinic B", "N1"), "2026-04-01T09:00", actor="clinician")
CAME = event(Transfer("in", "clinic A", "N1"), "2026-04-03T09:00", actor="clinician")
RECEIPT = event(Transfer("received", "clinic B", "N1"), "2026-04-03T09:00", actor="clinician")


def course(*events) -> Course:
    return course_of(fold([BEGUN, *events]), load_zone, {}, ())


def awaited(*events) -> list[bool]:
    return [it.is_awaited for it in transfers_of(fold([BEGUN, *events]))]


def test_who_has_left_and_not_arrived_is_awaited_and_the_course_goes_on():
    assert awaited(LEFT) == [True]
    assert course(LEFT).closing is None
    assert course(LEFT).timeline[-1].ends is None


def test_the_receipt_closes_the_course_of_the_sender_when_the_patient_was_received():
    assert awaited(LEFT, RECEIPT) == [False]
    closing = course(LEFT, RECEIPT).closing
    assert (closing.why, closing.at) == ("transferred out", RECEIPT.occurred_at)


def test_the_arrival_leaves_the_course_of_the_receiver_open_whatever_else_comes_to_it():
    assert awaited(LEFT, CAME) == [False]
    assert course(LEFT, CAME).closing is None
    assert course(LEFT, RECEIPT, CAME).closing is None


def test_a_patient_who_comes_back_goes_on_and_one_who_leaves_again_is_awaited_again():
    left_b = event(Transfer("out", "clinic A", "N2"), "2026-06-01T09:00", actor="clinician")
    back = event(Transfer("in", "clinic B", "N2"), "2026-06-02T09:00", actor="clinician")
    assert course(LEFT, RECEIPT, CAME, left_b, back).closing is None
    assert awaited(LEFT, RECEIPT, left_b) == [False, True]


def test_a_departure_written_by_hand_without_a_number_closes_at_once():
    by_hand = event(Transfer("out", "clinic B"), "2026-04-01T09:00", actor="clinician")
    assert course(by_hand).closing.at == by_hand.occurred_at
    assert awaited(by_hand) == []
    back = event(Transfer("in", "clinic B"), "2026-04-02T09:00", actor="clinician")
    assert course(by_hand, back).closing is None


def test_a_departure_that_was_taken_back_is_none():
    undone = event(Retracted("no file was written"), "2026-04-01T09:01", supersedes=LEFT.id, actor="clinician")
    assert awaited(LEFT, undone) == []


def test_a_later_arrival_or_receipt_ends_the_waiting_for_an_earlier_file():
    again = event(Transfer("out", "clinic B", "N2"), "2026-04-02T09:00", actor="clinician")
    assert awaited(LEFT, again) == [True, True]
    received = event(Transfer("received", "clinic B", "N2"), "2026-04-03T09:00", actor="clinician")
    assert awaited(LEFT, again, received) == [False, False]
