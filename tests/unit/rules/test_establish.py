"""What a record comes to at a date: newest, oldest, contradictory, resolved, undated, impossible.

Longer than most, because it mirrors one module, and each way of knowing a fact has both sides of its limits.
"""

from datetime import date

import pytest

from fullcourse.clinical import (
    Evidence,
    Fact,
    Interval,
    Medicine,
    Record,
    Standing,
    Taken,
    Unrecognised,
    exactly,
    parse_moment,
)
from fullcourse.rules.derived import DERIVED
from fullcourse.rules.establish import establish, supposing
from patients import knowledge, patient
from small_knowledge import small

AT = date(2026, 6, 15)


def item(fact, value, on="2026-06-10", standing=Standing.STATED, origin="Observation/1", reason=""):
    moment = parse_moment(on, "on") if on else None
    read = exactly(float(value)) if isinstance(value, int | float) and not isinstance(value, bool) else value
    return Evidence(fact, read, moment, origin, value if not isinstance(value, Interval) else "", "", standing, reason)


def fact(*items, name=None, unrecognised=(), at=AT):
    evidence = {}
    for piece in items:
        evidence[piece.fact] = (*evidence.get(piece.fact, ()), piece)
    record = Record(evidence, unrecognised=tuple(unrecognised))
    return establish(record, small(), at).facts[name or items[0].fact]


UNSURE = {"standing": Standing.UNSURE}


def test_the_newest_number_inside_its_shelf_life_counts():
    assert fact(item("weight", 60, "2026-06-01"), item("weight", 58, "2026-06-10")).value == exactly(58.0)


@pytest.mark.parametrize(
    ("on", "known"), [("2026-05-16", True), ("2026-05-15", False), ("2026-06", True), ("2026", False)]
)
def test_evidence_holds_for_its_shelf_life_and_not_a_day_longer(on, known):
    assert (fact(item("weight", 60, on)).value is not None) is known


def test_what_is_dated_after_the_check_is_not_seen():
    assert fact(item("weight", 60), item("weight", 90, "2026-06-16")).value == exactly(60.0)


def test_unequal_values_at_one_time_are_unknown_and_both_shown():
    found = fact(item("weight", 60, origin="Observation/1"), item("weight", 61, origin="Observation/2"))
    assert found.value is None
    assert {piece.origin for piece in found.because} == {"Observation/1", "Observation/2"}
    assert found.missing == ("weight",)


def test_equal_values_at_one_time_are_one():
    assert fact(item("weight", 60), item("weight", 60)).value == exactly(60.0)


def test_an_hour_orders_two_values_of_a_day_and_a_bare_day_does_not():
    early, late = "2026-06-10T08:00:00Z", "2026-06-10T18:00:00Z"
    assert fact(item("weight", 60, early), item("weight", 61, late)).value == exactly(61.0)
    assert fact(item("weight", 60, "2026-06-10"), item("weight", 61, late)).value is None


def test_the_newest_number_that_cannot_be_used_leaves_it_open():
    found = fact(
        item("weight", 60, "2026-06-01"), item("weight", None, standing=Standing.UNUSABLE, reason="it has no unit")
    )
    assert (found.value, found.reason) == (None, "it has no unit")


def test_an_undated_number_that_expires_leaves_it_open():
    assert fact(item("weight", 60, None)).value is None


@pytest.mark.parametrize("on", ["2026-06-10", None])
def test_an_impossible_number_leaves_its_fact_unknown_and_no_older_one_takes_its_place(on):
    absurd = item("weight", 7000, on, Standing.ABSURD, reason="it is above 650 kg")
    older = item("weight", 60, "2026-06-01")
    assert fact(absurd).value is None
    if on is not None:
        found = fact(older, absurd)
        assert (found.value, found.reason, found.missing) == (None, "it is above 650 kg", ("weight",))
        assert absurd in found.because


def test_an_impossible_number_that_a_newer_one_replaced_refuses_nothing():
    absurd = item("weight", 7000, "2026-06-01", Standing.ABSURD, reason="it is above 650 kg")
    assert fact(absurd, item("weight", 60)).value == exactly(60.0)


def test_a_history_that_was_once_yes_stays_yes_and_the_contradiction_is_shown():
    found = fact(item("fits", True, "1990"), item("fits", False, origin="answers"))
    assert found.value is True
    assert [piece.origin for piece in found.because] == ["Observation/1", "answers"]


def test_a_history_that_is_resolved_is_open_and_asked():
    found = fact(item("fits", None, **UNSURE, reason="recorded as resolved"))
    assert (found.value, found.missing, found.reason) == (None, ("fits",), "recorded as resolved")


def test_a_history_denied_is_no():
    assert fact(item("fits", False)).value is False


def test_a_listed_fact_without_a_record_is_no_only_when_its_list_is_complete_and_understood():
    complete = item("problems_complete", True)
    assert fact(complete, name="fits").value is False
    assert fact(item("problems_complete", False), name="fits").value is None
    assert fact(name="fits").value is None
    words = Unrecognised("problem", "fallende Sucht", "Condition/1", "no code")
    assert fact(complete, name="fits", unrecognised=[words]).value is None
    medicine = Unrecognised("medicine", "balm", "MedicationStatement/1", "not in the vocabulary")
    assert fact(complete, name="fits", unrecognised=[medicine]).value is False


def test_the_newest_state_counts():
    assert fact(item("pregnant", True, "2026-06-01"), item("pregnant", False)).value is False
    assert fact(item("pregnant", False, "2026-06-01"), item("pregnant", True)).value is True


def test_one_problem_that_is_over_or_only_raised_never_undoes_another_that_stands():
    stands = item("pregnant", True, "2026-06-01", origin="Condition/1")
    over = item("pregnant", False, "2026-06-10", Standing.OVER, origin="Condition/2")
    raised = item("pregnant", None, "2026-06-10", Standing.UNSURE, origin="Condition/3")
    assert fact(stands, over, raised).value is True
    assert fact(over).value is False
    assert fact(over, raised).value is None


def test_what_is_raised_after_a_denial_is_open_and_before_it_is_answered():
    denied = item("pregnant", False, "2026-06-10")
    assert fact(denied, item("pregnant", None, "2026-06-12", **UNSURE)).value is None
    assert fact(denied, item("pregnant", None, "2026-06-08", **UNSURE)).value is False


def test_never_is_no_unless_the_record_raises_it():
    male = item("sex", "male")
    assert fact(male, name="pregnant").value is False
    assert fact(male, item("pregnant", True), name="pregnant").value is True
    assert fact(item("sex", "female"), name="pregnant").value is None
    assert fact(name="pregnant").value is None


def test_a_medicine_that_begins_later_is_not_there():
    later = Medicine(
        "x", ("x",), (), "name", Taken.NOW, parse_moment("2026-06-16", "since"), None, "MedicationRequest/1"
    )
    assert establish(Record({}, (later,)), small(), AT).medicines == ()


@pytest.mark.parametrize(("on", "value"), [("2026-06-16T06:00+08:00", True), ("2026-06-16", None), ("9026", None)])
def test_what_is_dated_after_the_check_counts_by_the_instant_and_is_else_unknown_and_never_no(on, value):
    found = fact(item("problems_complete", True), item("fits", True, on), name="fits")
    assert found.value is value
    assert [piece.origin for piece in found.because] == ["Observation/1"]


def test_a_no_beside_a_later_yes_is_open_and_a_later_no_changes_nothing():
    assert fact(item("pregnant", False), item("pregnant", True, "2026-07-01")).value is None
    assert fact(item("pregnant", False), item("pregnant", False, "2026-07-01")).value is False
    assert fact(item("pregnant", True), item("pregnant", False, "2026-07-01")).value is True


def test_a_medicine_dated_after_the_check_is_named():
    later = Medicine("x", ("x",), (), "name", Taken.NOW, parse_moment("9026", "since"), None, "MedicationRequest/1")
    (named,) = establish(Record({}, (later,)), small(), AT).unrecognised
    assert (named.kind, named.text, named.why) == ("medicine", "x", "it is dated after the check (9026)")


@pytest.mark.parametrize(
    ("born", "asked"),
    [("2016-11-23", False), ("2016-11-22", True), ("2017-05-20", False), ("2016", True), ("1980-01-01", True)],
)
def test_a_girl_below_ten_years_is_not_breast_feeding_and_from_ten_on_is_asked(born: str, asked: bool) -> None:
    known = patient({"birth_date": born, "sex": "female"}).facts
    assert known["breastfeeding"].value is (None if asked else False)
    assert known["pregnant"].value is None


def test_what_the_record_raises_counts_at_any_age_and_without_an_age_it_is_asked() -> None:
    raised = patient({"birth_date": "2017-05-20", "sex": "female", "breastfeeding": True}).facts
    assert raised["breastfeeding"].value is True
    assert patient({"sex": "female"}).facts["breastfeeding"].value is None


@pytest.mark.parametrize("end", [Interval(60.0, float("inf")), Interval(float("-inf"), 60.0)])
def test_a_number_and_a_range_that_is_open_beside_it_are_unequal(end):
    for pieces in ((item("weight", 60), item("weight", end)), (item("weight", end), item("weight", 60))):
        assert fact(*pieces).reason == "the record holds unequal values for one time"


def test_evidence_of_what_no_vocabulary_holds_is_passed_over():
    facts = establish(Record({"nobody": (item("nobody", True),), "fits": (item("fits", True),)}), small(), AT).facts
    assert "nobody" not in facts
    assert facts["fits"].value is True


def test_what_is_supposed_moves_what_follows_from_it_and_nothing_else_of_the_patient():
    known = knowledge()
    person = patient({"birth_date": "1960-05-01", "weight": 80.0, "height": 160.0})
    taller = Fact("height", exactly(200.0), "cm", days=0)
    supposed = supposing(person, taller, known)
    assert supposed["height"] is taller
    assert supposed["bmi"].value.low == pytest.approx(20.0)  # 80 kg by 4 m2
    assert person.facts["bmi"].value.low == pytest.approx(31.25)  # by 2.56 m2
    moved = {name for name, fact in supposed.items() if fact != person.facts[name]}
    assert {"height", "bmi"} <= moved
    assert moved <= {it.id for it in known.facts.values() if it.derived and "height" in DERIVED[it.derived].inputs} | {
        "height"
    }


TODAY, DAY_BEFORE = "2026-11-22", "2026-11-21"
UNREAD = {"standing": Standing.UNUSABLE, "reason": "no unit is recorded"}
INPUTS = ("qt_interval", "heart_rate")


def qtcf(measured=(), on=TODAY, qt=400):
    """Return QTcF as some pieces measure it, with a QT interval and 60 beats a minute, by which QTcF is QT itself."""
    of_formula = [] if qt is None else [item("qt_interval", qt, on), item("heart_rate", 60, on)]
    record = {"qtcf": tuple(measured)} | {it.fact: (it,) for it in of_formula}
    return establish(Record(record), knowledge(), date(2026, 11, 22)).facts["qtcf"]


@pytest.mark.parametrize(
    ("measured", "when", "computed_on", "value"),
    [
        (510, TODAY, TODAY, 510),
        (390, TODAY, TODAY, 400),
        (390, TODAY, DAY_BEFORE, 390),
        (510, DAY_BEFORE, TODAY, 400),
        (510, "2026-10-18", "2026-10-18", 510),  # 35 days, for which a QTcF holds
        (510, None, TODAY, 400),
    ],
)
def test_of_a_measured_and_a_computed_number_the_newer_leads_and_of_one_day_the_higher(
    measured, when, computed_on, value
):
    assert qtcf([item("qtcf", measured, when)], computed_on).value == exactly(float(value))


def test_a_number_is_as_measured_or_as_computed_where_nothing_else_is_known():
    measured = item("qtcf", 510, TODAY)
    alone = qtcf([measured], qt=None)
    assert (alone.value, alone.reason, alone.because, alone.missing) == (exactly(510.0), "as measured", (measured,), ())
    assert qtcf().value == exactly(400.0)
    assert qtcf(qt=None).value is None


def test_of_one_day_both_numbers_are_what_the_higher_rests_on():
    measured = item("qtcf", 510, TODAY)
    both = qtcf([measured])
    assert both.reason == "the higher of the measured and the computed"
    assert {it.fact for it in both.because} == {"qtcf", *INPUTS}
    assert measured in both.because
    assert both.missing == ()


def test_a_number_that_is_measured_as_a_range_asks_for_what_it_could_be_computed_from():
    above = item("qtcf", Interval(480.0, 520.0), TODAY)
    assert qtcf([above], qt=None).missing == INPUTS
    assert qtcf([above]).value == Interval(480.0, 520.0)
    assert qtcf([above], qt=500).value == Interval(500.0, 520.0)


@pytest.mark.parametrize(
    ("when", "computed_on", "value"),
    [(TODAY, TODAY, None), (TODAY, DAY_BEFORE, None), (DAY_BEFORE, TODAY, 400), (None, TODAY, 400)],
)
def test_a_measured_number_that_cannot_be_used_leaves_an_older_computed_one_open(when, computed_on, value):
    unread = item("qtcf", None, when, **UNREAD)
    found = qtcf([unread], computed_on)
    assert found.value == (value and exactly(float(value)))
    assert unread in found.because
    assert found.missing == (() if value else INPUTS)
    assert (found.reason == "no unit is recorded") is (value is None)


def test_what_can_neither_be_used_nor_computed_says_why_of_both():
    found = qtcf([item("qtcf", None, TODAY, **UNREAD)], qt=None)
    assert found.value is None
    assert found.reason.startswith("no unit is recorded; QT interval corrected for heart rate (Fridericia): ")


def known_of(name, *pieces):
    held = {}
    for piece in pieces:
        held[piece.fact] = (*held.get(piece.fact, ()), piece)
    return establish(Record(held), knowledge(), date(2026, 11, 22)).facts[name]


def test_what_a_formula_refuses_leaves_its_fact_unknown_with_the_value_that_cannot_be():
    later = item("birth_date", "2027-01-01", TODAY)
    age = known_of("age", later)
    assert (age.value, age.missing, age.because, age.unit) == (None, ("birth_date",), (later,), "a")
    assert age.reason.startswith("age at the date of the check: ")
    nothing = known_of("bmi", item("weight", 0, TODAY))
    assert (nothing.value, nothing.missing) == (None, ("weight", "height"))


@pytest.mark.parametrize(("qt", "is_possible"), [(1200, True), (1201, False), (100, True), (99, False)])
def test_what_comes_to_a_number_that_cannot_be_follows_from_a_wrong_one(qt, is_possible):
    found = qtcf(qt=qt)
    assert found.value == (exactly(float(qt)) if is_possible else None)
    assert found.missing == (() if is_possible else INPUTS)
    wrong = f"QT interval corrected for heart rate (Fridericia) comes to {qt} ms, which cannot be (100 to 1200): "
    assert found.reason.startswith(wrong) is not is_possible
    assert (found.days is None) is not is_possible
    assert {it.fact for it in found.because} >= set(INPUTS)


def test_a_range_that_may_be_possible_is_known():
    found = known_of("qtcf", item("qt_interval", Interval(1100.0, 1300.0), TODAY), item("heart_rate", 60, TODAY))
    assert found.value == Interval(1100.0, 1300.0)


LOW = "electrolytes_low"
WEEK_BEFORE = "2026-11-15"


@pytest.mark.parametrize(
    ("salt", "value", "is_shown"),
    [("potassium", 3.49, True), ("potassium", 3.5, False), ("magnesium", 0.749, True), ("magnesium", 0.75, False)],
)
def test_a_number_below_its_limit_shows_a_fact_and_one_at_its_limit_shows_nothing(salt, value, is_shown):
    number = item(salt, value, WEEK_BEFORE)
    found = known_of(LOW, number)
    assert found.value is (True if is_shown else None)
    both = known_of(LOW, number, item("potassium" if salt == "magnesium" else "magnesium", 5.0, TODAY))
    assert both.value is found.value
    assert known_of(LOW, number, item("problems_complete", True, TODAY)).value is is_shown


def test_what_a_number_shows_rests_on_that_number_and_is_as_old():
    number = item("potassium", 3.0, WEEK_BEFORE)
    for others in ((), (item("problems_complete", True, TODAY),)):
        shown = known_of(LOW, number, *others)
        assert (shown.because, shown.reason, shown.days) == ((number,), "potassium shows it", 7)


@pytest.mark.parametrize(
    ("said", "measured", "value"),
    [(TODAY, WEEK_BEFORE, False), (TODAY, TODAY, False), (WEEK_BEFORE, TODAY, True)],
)
def test_a_no_that_was_said_stands_until_a_newer_number_shows_otherwise(said, measured, value):
    assert known_of(LOW, item(LOW, False, said), item("potassium", 3.0, measured)).value is value


def test_a_number_that_cannot_be_used_or_is_a_range_leaves_a_no_of_a_list_open_and_a_yes_stands():
    complete = item("problems_complete", True, TODAY)
    for odd in (item("potassium", None, WEEK_BEFORE, **UNREAD), item("potassium", Interval(3.0, 4.0), WEEK_BEFORE)):
        open_ = known_of(LOW, complete, odd)
        assert (open_.value, open_.because, open_.reason) == (None, (odd,), "potassium may show it")
        assert open_.missing == (LOW,)
        assert known_of(LOW, item(LOW, True, WEEK_BEFORE), odd).because[0].fact == LOW
        assert known_of(LOW, odd).reason != "potassium may show it"
        # Another number that shows it still does.
        assert known_of(LOW, complete, odd, item("magnesium", 0.5, TODAY)).reason == "magnesium shows it"


def test_a_number_beside_a_yes_changes_neither_the_yes_nor_what_it_rests_on():
    yes = item(LOW, True, WEEK_BEFORE)
    assert known_of(LOW, yes, item("potassium", 3.0, TODAY)).because == (yes,)


def test_a_no_of_a_list_is_as_old_as_the_word_that_the_list_is_complete():
    complete = item("problems_complete", True, WEEK_BEFORE)
    no = known_of("epilepsy", complete)
    assert (no.value, no.because, no.days) == (False, (complete,), 7)
    assert no.reason == "not on the complete list of problems"
    assert no.missing == ()


def test_what_cannot_be_says_why():
    male = item("sex", "male", TODAY)
    never = known_of("pregnant", male)
    assert (never.value, never.because, never.missing, never.reason) == (False, (male,), (), "never when sex is so")


@pytest.mark.parametrize("complete", [None, False])
def test_a_no_of_a_day_to_come_settles_nothing_while_its_list_is_not_known_to_be_complete(complete):
    said = () if complete is None else (item("problems_complete", complete),)
    found = fact(item("fits", False, "2026-07-01"), *said, name="fits")
    assert (found.value, found.missing) == (None, ("fits",))
    assert found.reason == "nothing recorded, and the list of problems is not known to be complete"


@pytest.mark.parametrize(("measured", "is_exact"), [(480, False), (600, True)])
def test_of_one_day_a_higher_number_asks_for_nothing_that_a_computed_range_still_does(measured, is_exact):
    rate = item("heart_rate", Interval(50.0, 70.0), TODAY)
    found = known_of("qtcf", item("qtcf", measured, TODAY), item("qt_interval", 500, TODAY), rate)
    assert found.value.is_exact is is_exact
    assert found.value.low == measured
    assert found.missing == (() if is_exact else ("heart_rate",))


def test_a_formula_that_refuses_names_the_evidence_of_the_inputs_that_there_are():
    bmi = '[[fact]]\nid = "bmi"\nkind = "number"\nlabel = "body mass index"\nunit = "kg/m2"\nderived = "bmi"\n'
    zero = item("weight", 0)
    found = establish(Record({"weight": (zero,)}), small(facts__more=bmi), AT).facts["bmi"]
    assert (found.value, found.because) == (None, (zero,))
