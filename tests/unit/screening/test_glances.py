"""A height is asked by a glance: below the number at which an open statement would come out otherwise."""

import math
from datetime import date

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from effort import examples
from fullcourse.clinical import Evidence, Interval, Record, Status, exactly, parse_moment
from fullcourse.rules.establish import establish
from fullcourse.screening.glances import Glance, glances_of
from fullcourse.screening.questions import find_questions
from fullcourse.screening.screen import Screener
from patients import knowledge, patient
from small_knowledge import small, statement

ADULT = {"birth_date": "1980-01-01", "sex": "male", "weight": 70.0, "creatinine": 0.82}
LISTS = {"problems_complete": True, "medicines_complete": True, "allergies_complete": True}
RENAL = "cycloserine.contraindication.severe-renal"


def checked(facts, drug="cycloserine"):
    known = knowledge()
    return Screener(known, known.profile("us")).screen(patient(facts), known.drug(drug))


def glance(facts, drug="cycloserine"):
    """The glance at the height, by the questions on one drug; "asked" or "not asked" where there is none."""
    for question in find_questions([checked(facts, drug)], knowledge(), (), patient(facts)):
        for it in question.glances:
            return it.at_least
        if "height" in question.facts:
            return "asked"
    return "not asked"


def test_the_bound_is_that_of_the_formula_rounded_upwards_to_a_whole_centimetre():
    # The label's severe insufficiency is read as below 30 mL/min; 50 to 30 is a caution, which is known already.
    ideal_kg = 30 * 72 * 0.82 / (140 - 46)
    height_cm = 152.4 + (ideal_kg - 50) / 2.3 * 2.54
    assert glance({**ADULT, **LISTS}) == math.ceil(height_cm) == 118


@pytest.mark.parametrize(("height", "status"), [(117, "cannot_assess"), (118, "does_not_apply")])
def test_on_both_sides_of_the_bound(height, status):
    facts = {**ADULT, **LISTS, "height": Interval(float(height), 280.0)}
    found = {it.id: it.status.value for it in checked(facts).findings}
    assert found[RENAL] == status


@pytest.mark.parametrize("missing", ["weight", "creatinine", "birth_date"])
def test_the_height_itself_is_asked_where_more_is_missing(missing):
    facts = {name: value for name, value in {**ADULT, **LISTS}.items() if name != missing}
    assert glance(facts) in {"asked", "not asked"}


def test_nothing_is_asked_of_a_height_that_is_known():
    assert glance({**ADULT, **LISTS, "height": 175.0}) == "not asked"


def test_without_a_patient_the_height_is_asked_as_it_is():
    (question,) = (it for it in find_questions([checked({**ADULT, **LISTS})], knowledge()) if "height" in it.facts)
    assert question.glances == ()
    assert question.ask_clinician == "Body height (cm)?"


def test_a_height_for_which_no_statement_waits_is_not_looked_at():
    assert glances_of((), patient(ADULT), knowledge()) == {}


def test_the_answer_no_is_a_range_from_the_number():
    assert Glance("height", 118.0, "cm").answer == ">=118"


@settings(max_examples=examples(40), deadline=None, suppress_health_check=list(HealthCheck))
@given(
    born=st.integers(1930, 2007),
    sex=st.sampled_from(["male", "female", None]),
    weight=st.floats(30.0, 160.0),
    creatinine=st.floats(0.4, 3.0),
    above=st.floats(0.0, 60.0),
    drug=st.sampled_from(["cycloserine", "amikacin", "levofloxacin", "ethambutol", "streptomycin"]),
)
def test_the_answer_no_never_says_other_than_the_true_height(born, sex, weight, creatinine, above, drug):
    facts = {**LISTS, "birth_date": f"{born}-01-01", "weight": weight, "creatinine": creatinine}
    facts |= {"sex": sex} if sex else {}
    bound = glance(facts, drug)
    assume(isinstance(bound, float))
    by_glance = checked({**facts, "height": Interval(bound, 280.0)}, drug)
    in_truth = checked({**facts, "height": bound + above}, drug)
    said = {it.id: (it.status, it.kind, it.severity) for it in by_glance.findings}
    true = {it.id: (it.status, it.kind, it.severity) for it in in_truth.findings}
    for name, settled in said.items():
        assert settled[0] is Status.CANNOT_ASSESS or true[name] == settled, (name, bound)
    assert by_glance.known is in_truth.known or by_glance.open.facts


def open_about(*facts: str) -> list:
    """The findings on cycloserine that wait for some facts."""
    found = checked({**ADULT, **LISTS}).findings
    return [it for it in found if it.status is Status.CANNOT_ASSESS and set(facts) <= set(it.missing)]


def test_a_fact_that_no_vocabulary_holds_or_that_no_glance_answers_hides_no_other():
    (first, *_) = open_about("height")
    odd = first._replace(missing=("nobody", "weight", "height"))
    assert glances_of([odd], patient({**ADULT, **LISTS}), knowledge()) == glances_of(
        [first], patient({**ADULT, **LISTS}), knowledge()
    )
    assert list(glances_of([first], patient({**ADULT, **LISTS}), knowledge())) == ["height"]


def test_only_the_statements_that_wait_for_a_fact_say_from_where_on_it_decides_nothing():
    (first, *_) = open_about("height")
    other = next(it for it in checked({}).findings if it.status is Status.CANNOT_ASSESS and "height" not in it.missing)
    alone = glances_of([first], patient({**ADULT, **LISTS}), knowledge())
    assert glances_of([other, first], patient({**ADULT, **LISTS}), knowledge()) == alone


BODY = """
[[fact]]
id = "birth_date"
kind = "date"
label = "birth date"

[[fact]]
id = "height"
kind = "number"
label = "height"
unit = "cm"
plausible = [20, 280]
ask_patient = "How tall are you?"
ask_clinician = "Height?"
ask_below_patient = "Below {bound}?"
ask_below_clinician = "Below {bound}?"
ask_group = "mind"

[[fact]]
id = "bmi"
kind = "number"
label = "body mass index"
unit = "kg/m2"
derived = "bmi"

[[fact]]
id = "ideal_weight"
kind = "number"
label = "ideal weight"
unit = "kg"
derived = "ideal_weight"
"""


PULSE = """
[[fact]]
id = "pulse"
kind = "number"
label = "pulse"
unit = "/min"
plausible = [20, 300]
ask_patient = "Pulse?"
ask_clinician = "Pulse?"
ask_below_patient = "Below {bound}?"
ask_below_clinician = "Below {bound}?"
ask_group = "mind"
"""


def asked_of(conditions: str, **recorded: object) -> tuple[object, list[tuple[str, ...]]]:
    """Return the glances, and the facts of each question, of a statement that forbids a drug under some conditions."""
    rule = f'when = [{conditions}]\nthen = {{ finding = "caution", severity = "contraindicated" }}'
    known = small('[drug]\ninn = "exampline"\nlabel = "Exampline"\n\n' + statement(rule), facts__more=BODY)
    held = {
        name: (Evidence(name, value, parse_moment(TODAY.isoformat(), "on"), "Observation/1", str(value)),)
        for name, value in recorded.items()
    }
    person = establish(Record(held), known, TODAY)
    check = Screener(known, known.profile("us")).screen(person, known.drug("exampline"))
    waiting = [it for it in check.findings if it.status is Status.CANNOT_ASSESS]
    questions = find_questions([check], known, (), person)
    return glances_of(waiting, person, known), [it.facts for it in questions]


TODAY = date(2026, 1, 1)


def test_a_height_is_asked_as_it_is_where_all_that_it_can_be_would_settle_a_statement():
    # 200 kg at the greatest height that can be, 280 cm, are 25.5 kg/m2: the answer may not be left out, since nothing
    # but an answer settles it.
    thin = '{ fact = "bmi", below = 18.5, unit = "kg/m2" }'
    assert asked_of(thin, weight=exactly(200.0)) == ({}, [("height",)])


def test_a_height_that_moves_nothing_is_not_asked_for_beside_what_does():
    # 300 kg are at least 38 kg/m2, whatever the height: only the other matter is open.
    stout = '{ fact = "bmi", above = 30, unit = "kg/m2" }, { fact = "fits", is = true }'
    assert asked_of(stout, weight=exactly(300.0)) == ({"height": None}, [("fits",)])


def test_a_height_is_supposed_to_be_of_the_day_of_the_check():
    # Of two ideal weights of one day the higher leads; 50 kg are those of a man of 152.4 cm (Devine).
    heavy = '{ fact = "ideal_weight", at_least = 50, unit = "kg" }'
    glances, _ = asked_of(heavy, birth_date="1980-01-01", sex="male", ideal_weight=Interval(0.0, 60.0))
    assert glances == {"height": Glance("height", 153.0, "cm")}


def test_what_no_statement_here_says_hides_the_glance_at_no_other_fact():
    fast = 'when = [{ fact = "pulse", above = 100, unit = "/min" }]\nthen = { finding = "caution", severity = "major" }'
    known = small('[drug]\ninn = "exampline"\nlabel = "Exampline"\n\n' + statement(fast), facts__more=BODY + PULSE)
    person = establish(Record({}), known, TODAY)
    (waits,) = Screener(known, known.profile("us")).screen(person, known.drug("exampline")).findings
    assert waits.missing == ("pulse",)
    for facts in (("height",), ("weight",)):
        elsewhere = waits._replace(id="elsewhere.caution.x", missing=facts)
        assert glances_of([elsewhere, waits], person, known) == {"pulse": Glance("pulse", 101.0, "/min")}
