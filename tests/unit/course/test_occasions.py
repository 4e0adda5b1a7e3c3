"""Doses of one time are one occasion; what a source keeps apart is named with its hours, and food as it is told."""

from course_cases import course
from course_events import at, started
from fullcourse.course.occasions import Apart, food_of, occasions_of, separations_of
from fullcourse.course.schedule import slots_between
from patients import knowledge


def test_drugs_of_one_time_are_one_occasion():
    lived = course([started("cycloserine: 250 mg q12h", "linezolid: 600 mg once a day")])
    slots = slots_between(lived.timeline, at("2026-03-02T00:00"), at("2026-03-03T00:00"))
    occasions = occasions_of(slots, ())
    assert [[slot.drug for slot in it.slots] for it in occasions] == [["cycloserine", "linezolid"], ["cycloserine"]]


def test_drugs_that_a_source_keeps_apart_are_named():
    lived = course([started("cycloserine: 250 mg q12h", "linezolid: 600 mg once a day")])
    slots = slots_between(lived.timeline, at("2026-03-02T00:00"), at("2026-03-03T00:00"))
    (citation,) = {it.citation for it in separations_of(knowledge(), ["rifampin"]) if it.other == "antacids"}
    apart = Apart("cycloserine", "linezolid", "apart", "", 2.0, None, citation)
    assert [it.clashes for it in occasions_of(slots, [apart])] == [(apart,), ()]


def test_antacids_keep_their_distance_from_isoniazid_and_rifampin():
    apart = {(it.drug, it.other): it.hours_before for it in separations_of(knowledge(), ["isoniazid", "rifampin"])}
    assert apart["isoniazid", "antacids"] == 2.0
    assert apart["rifampin", "antacids"] == 1.0


def test_food_is_told_as_the_sources_have_it():
    told = food_of(knowledge(), ["bedaquiline", "pretomanid", "p-aminosalicylic acid"])
    assert {it.drug for it in told} == {"bedaquiline", "pretomanid", "p-aminosalicylic acid"}
    assert all(it.citation.source for it in told)
    assert any("with food" in it.says for it in told)
