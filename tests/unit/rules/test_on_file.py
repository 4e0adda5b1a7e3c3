"""What is on file and was not used: each reason, both sides of each shelf life, and what is not among it."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from fullcourse.clinical import NotUsed, Record, Standing, Unrecognised
from fullcourse.rules.establish import establish
from fullcourse.rules.on_file import (
    did_not_count,
    facts_behind,
    on_file,
    set_aside,
    some_did_not_count,
    was_left_unread,
)
from patients import AT, evidence, knowledge


def day(days_ago: int) -> str:
    return (AT - timedelta(days=days_ago)).isoformat()


def entries(*pieces, at: date = AT, needed=(), **record):
    held: dict[str, tuple] = {}
    for piece in pieces:
        held[piece.fact] = (*held.get(piece.fact, ()), piece)
    known = knowledge()
    person = establish(Record(held, **record), known, at)
    aside = set_aside(person, known)
    for name in held:
        assert some_did_not_count(person, known, frozenset({name})) == (name in aside)
    return on_file(person, known, aside, needed or tuple(held))


def said(*pieces, **more):
    return [(entry.recorded, entry.why, entry.mend) for entry in entries(*pieces, **more)]


def test_a_value_without_a_date_is_named_with_the_mend():
    assert said(evidence("haemoglobin", 7.0)._replace(on=None)) == [(7.0, "no date", "give its date")]


@pytest.mark.parametrize(("days_ago", "reasons"), [(35, []), (36, ["older than 35 days"])])
def test_a_value_is_named_from_the_day_after_its_shelf_life(days_ago, reasons):
    assert [why for _, why, _ in said(evidence("haemoglobin", 7.0, on=day(days_ago)))] == reasons


@pytest.mark.parametrize(("days_ago", "reasons"), [(0, []), (-1, ["dated after the check"])])
def test_a_value_is_named_when_it_is_dated_after_the_check(days_ago, reasons):
    assert [why for _, why, _ in said(evidence("haemoglobin", 7.0, on=day(days_ago)))] == reasons


def test_what_cannot_be_used_keeps_its_reason_and_says_that_it_has_no_date():
    piece = evidence("haemoglobin", 7.0)._replace(value=None, standing=Standing.UNUSABLE, reason="no unit is recorded")
    assert said(piece) == [(7.0, "no unit is recorded", "correct it, or give value and unit")]
    assert said(piece._replace(on=None))[0][1] == "no unit is recorded; no date"


def test_values_of_one_time_that_contradict_one_another_are_both_named():
    assert said(evidence("haemoglobin", 7.0), evidence("haemoglobin", 13.0)) == [
        (7.0, "the record holds unequal values for one time", "say which is right"),
        (13.0, "the record holds unequal values for one time", "say which is right"),
    ]


def test_what_a_newer_value_that_counts_has_replaced_is_not_named():
    assert said(evidence("haemoglobin", 7.0, on=day(9)), evidence("haemoglobin", 13.0)) == []


def test_what_has_no_date_is_named_beside_a_value_that_counts_unless_it_says_the_same():
    undated = evidence("haemoglobin", 7.0)._replace(on=None)
    assert [recorded for recorded, _, _ in said(undated, evidence("haemoglobin", 13.0))] == [7.0]
    assert said(undated, evidence("haemoglobin", 7.0)) == []


def test_a_usable_value_is_named_when_a_newer_one_cannot_be_used():
    newer = evidence("haemoglobin", 7.0)._replace(value=None, standing=Standing.UNUSABLE, reason="no unit")
    named = said(evidence("haemoglobin", 13.0, on=day(3)), newer)
    assert (13.0, "another entry of it leaves it open", "say which is right") in named
    assert [why for recorded, why, _ in named if recorded == 7.0] == ["no unit"]


def test_a_later_no_that_a_yes_overrules_is_named_and_an_earlier_one_is_not():
    yes = evidence("epilepsy", True, on=day(100))
    assert said(yes, evidence("epilepsy", False, on=day(200))) == []
    assert [why for _, why, _ in said(yes, evidence("epilepsy", False, on=day(10)))] == ["another entry says otherwise"]


def test_a_history_that_is_resolved_is_named_until_somebody_says_whether_it_ever_was():
    resolved = evidence("epilepsy", True)._replace(value=None, standing=Standing.UNSURE, reason="recorded as resolved")
    assert said(resolved) == [(True, "recorded as resolved", "say whether it was ever so")]


def test_a_doubt_is_named_beside_a_yes_unless_it_is_certainly_older():
    yes = evidence("electrolytes_low", True, on=day(10))
    doubt = evidence("electrolytes_low", True)._replace(value=None, standing=Standing.UNSURE, reason="provisional")
    assert [why for _, why, _ in said(yes, doubt)] == ["provisional"]
    assert said(yes, doubt._replace(on=evidence("electrolytes_low", True, on=day(20)).on)) == []


def test_an_entry_that_is_over_contradicts_no_other():
    over = evidence("electrolytes_low", False)._replace(standing=Standing.OVER)
    assert said(evidence("electrolytes_low", True, on=day(10)), over) == []


def test_one_entry_that_speaks_of_several_facts_is_named_once():
    pieces = [evidence(name, True)._replace(on=None, origin="Condition/7") for name in ("electrolytes_low", "dialysis")]
    (entry,) = entries(*pieces)
    assert entry.facts == ("electrolytes_low", "dialysis")
    assert entry.what == "low potassium, magnesium or calcium, dialysis"


def test_an_entry_that_was_not_understood_is_named_for_the_open_facts_of_its_list():
    unknown = Unrecognised("problem", "a rare disease", "Condition/9", "its code is not known")
    (entry,) = entries(needed=("epilepsy", "weight"), unrecognised=(unknown,))
    assert (entry.facts, entry.recorded, entry.why) == (("epilepsy",), "a rare disease", "its code is not known")
    assert entries(evidence("epilepsy", True), needed=("epilepsy",), unrecognised=(unknown,)) == ()


def test_only_facts_that_are_needed_are_named():
    assert entries(evidence("haemoglobin", 7.0)._replace(on=None), needed=("weight",)) == ()


def test_the_inputs_of_a_formula_are_behind_it():
    behind = facts_behind(("creatinine_clearance", "sex"), knowledge())
    assert {"creatinine_clearance", "creatinine", "weight", "height", "birth_date", "sex"} <= set(behind)


def test_a_part_that_was_not_read_matters_only_where_it_may_speak_of_a_fact():
    unused = NotUsed("Observation", "it has no value", 1)
    assert not was_left_unread(Record({}, not_used=(unused,)))
    assert was_left_unread(Record({}, not_used=(unused, replace(unused, may_matter=True))))


NO_UNIT = {"value": None, "standing": Standing.UNUSABLE, "reason": "no unit"}
DOUBT = {"value": None, "standing": Standing.UNSURE, "reason": "provisional"}


def test_what_is_dated_after_the_check_is_named_where_it_says_otherwise():
    counts = evidence("haemoglobin", 13.0)
    later = [evidence("haemoglobin", value, on=day(-3)) for value in (13.0, 7.0)]
    assert said(counts, *later) == [(7.0, "dated after the check", "correct its date, or check at a later day")]


def test_a_lone_value_that_counts_leaves_nothing_aside():
    piece = evidence("haemoglobin", 13.0)
    person = establish(Record({"haemoglobin": (piece,)}), knowledge(), AT)
    definition = knowledge().facts["haemoglobin"]
    assert did_not_count(definition, person.facts["haemoglobin"], (piece,), AT) == ()


def test_of_an_open_fact_its_cause_and_what_has_no_date_is_named_and_the_newest_that_would_count_else():
    undated, older = evidence("haemoglobin", 9.0)._replace(on=None), evidence("haemoglobin", 12.0, on=day(9))
    newest, today = evidence("haemoglobin", 13.0, on=day(3)), evidence("haemoglobin", 7.0)._replace(**NO_UNIT)
    assert [recorded for recorded, _, _ in said(undated, older, newest, today)] == [9.0, 7.0, 13.0]


@pytest.mark.parametrize(("days_ago", "named"), [(35, [13.0, 7.0]), (36, [7.0])])
def test_an_older_value_of_an_open_fact_is_named_as_long_as_it_holds(days_ago, named):
    older, today = evidence("haemoglobin", 13.0, on=day(days_ago)), evidence("haemoglobin", 7.0)._replace(**NO_UNIT)
    assert sorted((recorded for recorded, _, _ in said(older, today)), reverse=True) == named


def test_an_older_value_that_could_not_be_used_either_is_not_named_beside_the_newest():
    older, today = (evidence("haemoglobin", 7.0, on=day(days))._replace(**NO_UNIT) for days in (3, 0))
    assert len(said(older, today)) == 1


def test_every_doubt_that_may_be_newer_than_a_yes_is_named_whatever_is_said_of_days_to_come():
    yes = evidence("electrolytes_low", True, on=day(20))
    doubts = [evidence("electrolytes_low", True, on=day(days))._replace(**DOUBT) for days in (10, 5)]
    to_come = evidence("electrolytes_low", True, on=day(-3))
    assert [why for _, why, _ in said(yes, *doubts, to_come)] == ["provisional", "provisional"]


@pytest.mark.parametrize(("second", "named"), [("00", True), ("01", False)])
def test_a_doubt_is_older_than_a_yes_where_all_of_it_lies_before(second, named):
    doubt = evidence("electrolytes_low", True, on="2026-11-20T08:00:00Z")._replace(**DOUBT)
    assert bool(said(evidence("electrolytes_low", True, on=f"2026-11-20T08:00:{second}Z"), doubt)) is named


def test_every_no_that_may_be_newer_than_a_yes_is_named_and_no_doubt():
    yes = evidence("epilepsy", True, on=day(100))
    denied = [evidence("epilepsy", False, on=day(days)) for days in (20, 10)]
    doubt, to_come = evidence("epilepsy", True)._replace(**DOUBT), evidence("epilepsy", False, on=day(-3))
    assert [why for _, why, _ in said(yes, *denied, doubt, to_come)] == [
        "another entry says otherwise",
        "another entry says otherwise",
        "dated after the check",
    ]


def test_what_cannot_be_used_and_is_no_number_may_be_answered():
    piece = evidence("electrolytes_low", True)._replace(**NO_UNIT)
    assert [mend for _, _, mend in said(piece)] == ["correct it, or answer it"]


PROBLEMS = ("epilepsy", "diabetes", "severe_liver_disease", "electrolytes_low", "dialysis")


@pytest.mark.parametrize("count", [3, 4, 5])
def test_an_entry_names_three_facts_and_says_that_there_are_others(count):
    unknown = Unrecognised("problem", "a rare disease", "Condition/9", "its code is not known")
    (entry,) = entries(needed=PROBLEMS[:count], unrecognised=(unknown,))
    assert entry.facts == PROBLEMS[:count]
    labels = ", ".join(knowledge().facts[name].label for name in PROBLEMS[:3])
    assert entry.what == labels + (" and others" if count > 3 else "")


def test_what_means_nothing_that_is_needed_hides_nothing_else():
    medicine, problem, allergy = (
        Unrecognised(kind, f"some {kind}", f"X/{kind}", "its code is not known")
        for kind in ("medicine", "problem", "allergy")
    )
    needed = ("nobody", "weight", "epilepsy", "allergy_linezolid", "haemoglobin")
    undated = evidence("haemoglobin", 7.0)._replace(on=None)
    named = entries(undated, needed=needed, unrecognised=(medicine, problem, problem, allergy))
    assert [(it.recorded, it.facts) for it in named] == [
        (7.0, ("haemoglobin",)),
        ("some problem", ("epilepsy",)),
        ("some allergy", ("allergy_linezolid",)),
    ]


def test_one_entry_that_may_stand_in_two_lists_is_named_once_with_the_facts_of_both():
    both = [Unrecognised(kind, "reaction", "Condition/9", "its code is not known") for kind in ("problem", "allergy")]
    (entry,) = entries(needed=("epilepsy", "allergy_linezolid"), unrecognised=both)
    assert entry.facts == ("epilepsy", "allergy_linezolid")


@pytest.mark.parametrize(
    ("fact", "value", "mend"),
    [("haemoglobin", 7.0, "measure again"), ("electrolytes_low", True, "establish it again")],
)
def test_what_is_too_old_is_measured_again_or_established_again(fact, value, mend):
    assert said(evidence(fact, value, on=day(400))) == [(value, "older than 35 days", mend)]
