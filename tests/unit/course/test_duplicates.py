"""Courses of one person are found by what stands in both logs, and what many share tells nothing."""

from course_events import event
from fullcourse.clinical.event_bodies import Dispensed, DoseTaken, Outcome, Result, Transfer
from fullcourse.course.duplicates import likely_pairs


def dose(patient: str, on: str = "2026-03-02T08:05", device: str = "", **more: object):
    return event(DoseTaken("cycloserine", 250.0), on, patient=patient, device=device, **more)


def level(patient: str, value: float = 31.5, on: str = "2026-03-02T08:00"):
    return event(Result("cycloserine_level", value, "mg/L"), on, patient=patient, actor="clinician")


def delivery(patient: str, lot: str = "A1"):
    return event(Dispensed("cycloserine", "capsule", 60.0, lot), "2026-03-02T08:00", patient=patient, actor="clinician")


def pairs(*events):
    logs: dict[str, list] = {}
    for one in events:
        logs.setdefault(one.patient, []).append(one)
    return likely_pairs(logs.items())


def test_the_same_events_under_two_ids_are_shown_with_how_many():
    one, two = dose("b"), dose("b")
    (pair,) = pairs(one, two, dose("a", id=one.id), dose("a", id=two.id), dose("c"))
    assert (pair.first, pair.second, pair.why, pair.against) == ("a", "b", ("the same events (2)",), ())


def test_a_transfer_that_left_under_one_id_and_arrived_under_another_is_shown():
    left = event(Transfer("out", "B", "N1"), "2026-04-01T09:00", patient="a", actor="clinician")
    came = event(Transfer("in", "A", "N1"), "2026-04-02T09:00", patient="b", actor="clinician")
    by_hand = event(Transfer("in", "A"), "2026-04-02T09:00", patient="c", actor="clinician")
    (pair,) = pairs(left, came, by_hand)
    assert (pair.first, pair.second, pair.why) == ("a", "b", ("one transfer (1)",))


def test_three_weak_signs_are_shown_and_two_are_not():
    signs = [level("a"), level("b"), delivery("a"), delivery("b")]
    assert pairs(*signs) == ()
    (pair,) = pairs(*signs, dose("a", device="phone"), dose("b", device="phone"))
    assert len(pair.why) == 3


def test_a_phone_that_a_family_shares_is_not_enough():
    assert pairs(*[dose(name, f"2026-03-0{day}T08:00", "phone") for name in "ab" for day in range(1, 9)]) == ()


def test_what_more_than_five_share_tells_nothing():
    def shared(*names: str):
        return pairs(*(it for name in names for it in (level(name), level(name, 20.0), delivery(name))))

    assert len(shared(*"abcde")) == 10
    assert shared(*"abcdef") == ()


def test_a_clinics_tablet_is_no_sign():
    assert pairs(*(dose(name, device="tablet", actor="clinician") for name in "ab" for _ in range(5))) == ()


def test_news_of_one_after_the_death_of_the_other_speaks_against():
    died = event(Outcome("died", "who-2021", "Dr A"), "2026-05-01T09:00", patient="a")
    one = dose("a")
    (pair,) = pairs(one, died, dose("b", id=one.id), dose("b", on="2026-06-01T08:00"))
    assert pair.against == ("one has died, and of the other there is news after that",)
    (pair,) = pairs(one, died, dose("b", id=one.id))
    assert pair.against == ()
