"""A statement judged with reasons: the outcome is that of the plain reader, and the reasons are those that decided."""

from datetime import date

import pytest
from hypothesis import given, settings

from effort import examples
from fullcourse.clinical import Evidence, Fact, Interval, Medicine, Patient, Record, Taken, exactly
from fullcourse.rules.explain import judge_of
from fullcourse.rules.one_patient import evaluate
from fullcourse.rules.situation import Situation
from patients import knowledge, patient
from small_knowledge import small, statement
from strategies import facts, medicines


@settings(max_examples=examples(40), deadline=None)
@given(values=facts(), taken=medicines())
def test_the_outcome_is_that_of_the_plain_reader_for_every_statement(values, taken):
    situation = Situation(patient(values, taken), knowledge())
    for stated in knowledge().statements.values():
        outcome, because, missing = judge_of(stated)(situation)
        assert outcome == evaluate(stated, situation), stated.id
        assert len(set(map(id, because))) == len(because)
        assert outcome is None or not missing, "what is settled asks for nothing"


@pytest.mark.parametrize(
    ("values", "outcome", "because", "missing"),
    [
        ({"epilepsy": True}, 0, ["epilepsy"], ()),
        ({"epilepsy": False}, -1, ["epilepsy"], ()),
        ({}, None, [], ("epilepsy",)),
    ],
)
def test_a_lone_fact_is_its_own_reason(values, outcome, because, missing):
    judged = judge_of(knowledge().statements["cycloserine.contraindication.epilepsy"])
    found, evidence, lacking = judged(Situation(patient(values), knowledge()))
    assert (found, [item.fact for item in evidence], lacking) == (outcome, because, missing)


def test_a_count_names_the_entries_that_make_it_and_asks_for_the_list_while_it_is_open():
    judged = judge_of(knowledge().statements["cycloserine.interaction.isoniazid"])
    found, evidence, _ = judged(Situation(patient({}, ["isoniazid"]), knowledge()))
    assert (found, [item.fact for item in evidence]) == (0, ["drug.isoniazid"])
    assert judged(Situation(patient({}, ["metformin"]), knowledge()))[0] is None
    assert judged(Situation(patient({}, ["metformin"]), knowledge()))[2] == ("medicines_complete",)
    settled = judged(Situation(patient({"medicines_complete": True}, ["metformin"]), knowledge()))
    assert (settled[0], [item.fact for item in settled[1]]) == (-1, ["medicines_complete"])


def test_that_too_few_are_taken_has_not_those_few_for_a_reason():
    """Isoniazid beside linezolid is avoided outside the nine months; that bedaquiline is taken is no reason for it."""
    judged = judge_of(knowledge().statements["isoniazid.interaction.linezolid"])
    found, evidence, _ = judged(Situation(patient({}, ["linezolid", "bedaquiline"]), knowledge()))
    assert (found, [item.fact for item in evidence]) == (0, ["drug.linezolid"])


def judged(body, *taken, complete=None, **values):
    """Return outcome, facts of the evidence and what is missing for a statement of the small knowledge."""
    known = small(statement(body))
    evidence = {
        name: Fact(name, value, "", (Evidence(name, value, None, name),) if value is not None else ())
        for name, value in {"medicines_complete": complete, **values}.items()
    }
    entries = tuple(Medicine(it, (it,), (), "name", Taken.NOW, None, None, it) for it in taken)
    patient_of = Patient(date(2026, 1, 1), evidence, entries, (), Record({}))
    outcome, because, missing = judge_of(known.statements["exampline.caution.x"])(Situation(patient_of, known))
    return outcome, [it.fact for it in because], missing


THEN = 'then = { finding = "caution", severity = "major" }'
FITS, PREGNANT = '{ fact = "fits", is = true }', '{ fact = "pregnant", is = true }'
BOTH = f"when = [{FITS}, {PREGNANT}]\n{THEN}"
EITHER = f"when = [{{ any = [{FITS}, {PREGNANT}] }}]\n{THEN}"
PAIR = f'when = [{{ taking = "drug.otherine" }}, {FITS}]\n{THEN}'
ONE_OF = f'when = [{{ any = [{{ taking = "drug.otherine" }}, {{ taking = "drug.thirdine" }}] }}]\n{THEN}'
TIMES = f'when = [{{ fact = "alt", above = {{ times = 3, of = "alt_upper_limit" }} }}]\n{THEN}'
TIMES_NOW = TIMES.replace(" } }]", " }, within_days = 14 }]")
TABLE = f'pick = "first"\nrows = [{{ when = [{FITS}], {THEN} }}, {{ when = [{PREGNANT}], {THEN} }}]'
BANDS = (
    'by = "weight"\nbands = [{ from = 30, below = 40, finding = "caution", severity = "major" },'
    ' { from = 40, below = 50, finding = "caution", severity = "minor" }]'
)


@pytest.mark.parametrize(
    ("body", "values", "expected"),
    [
        (BOTH, {"fits": True, "pregnant": True}, (0, ["fits", "pregnant"], ())),
        (BOTH, {"fits": True, "pregnant": False}, (-1, ["pregnant"], ())),
        (BOTH, {"fits": True}, (None, ["fits"], ("pregnant",))),
        (BOTH, {"pregnant": False}, (-1, ["pregnant"], ())),
        (BOTH, {}, (None, [], ("fits", "pregnant"))),
        (EITHER, {"fits": True}, (0, ["fits"], ())),
        (EITHER, {"fits": True, "pregnant": False}, (0, ["fits"], ())),
        (EITHER, {"fits": False, "pregnant": False}, (-1, ["fits", "pregnant"], ())),
        (EITHER, {"fits": False}, (None, ["fits"], ("pregnant",))),
        (TABLE, {"fits": False, "pregnant": True}, (1, ["fits", "pregnant"], ())),
        (TABLE, {"fits": True, "pregnant": True}, (0, ["fits"], ())),
        (TABLE, {"pregnant": True}, (None, [], ("fits",))),
        (TABLE, {"fits": False, "pregnant": False}, (-1, ["fits", "pregnant"], ())),
        (BANDS, {"weight": exactly(29.9)}, (-1, ["weight"], ())),
        (BANDS, {"weight": exactly(30.0)}, (0, ["weight"], ())),
        (BANDS, {"weight": exactly(40.0)}, (1, ["weight"], ())),
        (BANDS, {"weight": exactly(50.0)}, (-1, ["weight"], ())),
        (BANDS, {}, (None, [], ("weight",))),
        (TIMES, {"alt": exactly(121.0), "alt_upper_limit": exactly(40.0)}, (0, ["alt", "alt_upper_limit"], ())),
        (TIMES, {"alt": exactly(120.0), "alt_upper_limit": exactly(40.0)}, (-1, ["alt", "alt_upper_limit"], ())),
        (TIMES, {"alt": exactly(121.0)}, (None, ["alt"], ("alt_upper_limit",))),
        (TIMES, {"alt_upper_limit": exactly(40.0)}, (None, ["alt_upper_limit"], ("alt",))),
        (TIMES, {}, (None, [], ("alt",))),
        (TIMES_NOW, {"alt": exactly(121.0), "alt_upper_limit": exactly(40.0)},
         (None, ["alt", "alt_upper_limit"], ("alt",))),  # it is not dated, so a newer one is asked for
        (TIMES,
         {"alt": Interval(90.0, 130.0), "alt_upper_limit": exactly(40.0)},
         (None, ["alt", "alt_upper_limit"], ("alt",))),
        (
            TIMES,
            {"alt": Interval(100.0, 130.0), "alt_upper_limit": Interval(30.0, 50.0)},
            (None, ["alt", "alt_upper_limit"], ("alt", "alt_upper_limit")),
        ),
    ],
)  # fmt: skip
def test_the_reasons_are_what_decided_and_what_is_missing_would_settle_it(body, values, expected):
    assert judged(body, **values) == expected


@pytest.mark.parametrize(
    ("body", "taken", "complete", "values", "expected"),
    [
        (PAIR, ["otherine"], True, {"fits": True}, (0, ["drug.otherine", "fits"], ())),
        (PAIR, ["water"], True, {"fits": True}, (-1, ["medicines_complete"], ())),
        (PAIR, ["water"], None, {"fits": True}, (None, ["fits"], ("medicines_complete",))),
        (PAIR, ["otherine"], None, {"fits": False}, (-1, ["fits"], ())),
        (ONE_OF, ["thirdine"], True, {}, (0, ["drug.thirdine"], ())),
        (ONE_OF, ["water"], True, {}, (-1, ["medicines_complete"], ())),
        (ONE_OF, ["water"], None, {}, (None, [], ("medicines_complete",))),
        (ONE_OF, ["otherine", "thirdine"], None, {}, (0, ["drug.otherine", "drug.thirdine"], ())),
    ],
)
def test_entries_of_the_list_are_reasons_and_its_being_open_is_what_is_missing(body, taken, complete, values, expected):
    assert judged(body, *taken, complete=complete, **values) == expected


def judged_list(condition: str, complete: bool | None, *entries: Medicine):
    """Return outcome, entries of the evidence and what is missing for one condition on the medicine list."""
    pair = '[[class]]\nid = "class.pair"\ningredients = ["otherine", "thirdine"]\nsource = "label"\n'
    known = small(statement(f"when = [{condition}]\n{THEN}"), classes__more=pair)
    complete_list = Fact("medicines_complete", complete, "", (Evidence("medicines_complete", True, None, "said"),))
    patient_of = Patient(date(2026, 1, 1), {"medicines_complete": complete_list}, entries, (), Record({}))
    outcome, because, missing = judge_of(known.statements["exampline.caution.x"])(Situation(patient_of, known))
    return outcome, [it.origin for it in because], missing


def entry(name: str, taken: Taken) -> Medicine:
    return Medicine(name, (name,), (), "name", taken, None, None, name)


MAY_BE, IS = entry("otherine", Taken.MAYBE), entry("thirdine", Taken.NOW)
LACKS = ("medicines_complete",)
TWO = '{ taking = "class.pair", at_least = 2 }'
ANY_TWO = f'{{ any = [{TWO}, {{ taking = "drug.fourthine" }}] }}'


@pytest.mark.parametrize(
    ("condition", "complete", "entries", "expected"),
    [
        ('{ taking = "drug.otherine" }', True, [MAY_BE], (None, ["otherine"], LACKS)),
        ('{ taking = "drug.otherine" }', None, [MAY_BE], (None, ["otherine"], LACKS)),
        ('{ taking = "drug.otherine" }', True, [IS], (-1, ["said"], ())),
        (TWO, True, [MAY_BE, IS], (None, ["thirdine", "otherine"], LACKS)),
        (TWO, True, [IS], (-1, ["thirdine"], ())),
        (TWO, None, [IS], (None, ["thirdine"], LACKS)),
        # That the list is complete says that the fourth is not taken, which is a part of why it is open.
        (ANY_TWO, True, [MAY_BE, IS], (None, ["thirdine", "otherine", "said"], LACKS)),
        (ANY_TWO, True, [], (-1, ["said"], ())),
        (ANY_TWO, None, [], (None, [], LACKS)),
        (ANY_TWO, True, [entry("otherine", Taken.NOW), IS], (0, ["otherine", "thirdine"], ())),
    ],
)
def test_what_may_be_taken_leaves_a_count_open_and_is_its_reason(condition, complete, entries, expected):
    assert judged_list(condition, complete, *entries) == expected


def test_a_fact_that_names_its_inputs_asks_for_them():
    known = small(statement(f"when = [{FITS}]\n{THEN}"))
    facts_of = {"fits": Fact("fits", None, missing=("first", "second"))}
    patient_of = Patient(date(2026, 1, 1), facts_of, (), (), Record({}))
    situation = Situation(patient_of, known)
    assert judge_of(known.statements["exampline.caution.x"])(situation) == (None, (), ("first", "second"))


def test_what_is_only_told_has_no_reasons():
    assert judged('tells = "storage"', fits=True) == (-1, [], ())
