"""A fact is asked only if some answer to it can still change the decision, and nothing that can is left unasked."""

import random

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from effort import examples
from fullcourse.clinical import Patient
from fullcourse.knowledge.vocabulary import FactDefinition
from fullcourse.screening.questions import find_questions
from fullcourse.screening.screen import DrugCheck, Screener
from patients import knowledge, patient
from strategies import FINDABLE, POSSIBLE_TOGETHER, facts, medicines

# A failing patient has a hundred facts: shrinking one takes minutes and is left to whoever looks into it.
QUICK = settings(
    max_examples=examples(25),
    deadline=None,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.explicit, Phase.generate],
)
DRUGS = st.sampled_from(["cycloserine", "terizidone"])
DUPLICATE = {"cycloserine": "terizidone", "terizidone": "cycloserine"}
PROFILES = st.sampled_from(["us", "who"])


def check(person: Patient, drug: str, profile: str) -> DrugCheck:
    known = knowledge()
    return Screener(known, known.profile(profile)).screen(person, known.drug(drug))


def some_value(chance: random.Random, definition: FactDefinition) -> object:
    match definition.kind:
        case "number":
            low, high = POSSIBLE_TOGETHER.get(definition.id) or definition.plausible or (0.01, 100.0)
            return chance.choice([low, high, chance.uniform(low, high), low + (high - low) * chance.random() ** 4])
        case "choice":
            return chance.choice(definition.values)
        case "date":
            return f"{chance.randint(1930, 2015)}-01-01"
    return chance.random() < 0.3


def filled(values: dict[str, object], chance: random.Random, keep: float) -> dict[str, object]:
    known = knowledge().facts
    more = {name: some_value(chance, known[name]) for name in FINDABLE if name not in values and chance.random() < keep}
    return {**more, **values}


HEALTHY = {
    "birth_date": "1985-01-01",
    "weight": 70.0,
    "height": 175.0,
    "creatinine": 0.8,
    "cycloserine_susceptibility": "susceptible",
    "pulmonary_tuberculosis": True,
    "first_line_tb_drugs_inadequate": True,
    "problems_complete": True,
    "medicines_complete": True,
    "allergies_complete": True,
}


WHAT_FOR = (
    "pulmonary_tuberculosis",
    "extrapulmonary_tuberculosis",
    "first_line_tb_drugs_inadequate",
    "urinary_tract_infection",
    "uti_conventional_therapy_failed",
)


def mostly_healthy(values: dict[str, object], chance: random.Random) -> dict[str, object]:
    """Fill in every other fact, so that nearly nothing else speaks against the drug; what it is for, by a coin."""
    known = knowledge().facts
    filled_in = dict(values)
    for name in FINDABLE:
        if name not in filled_in:
            usual = HEALTHY.get(name, False if known[name].kind in {"history", "state"} else None)
            filled_in[name] = some_value(chance, known[name]) if usual is None or chance.random() < 0.02 else usual
    if chance.random() < 0.5:
        filled_in.update({name: chance.random() < 0.5 for name in WHAT_FOR if name not in values})
    return filled_in


@QUICK
@given(values=facts(), taken=medicines(), drug=DRUGS, profile=PROFILES, seed=st.integers(0, 2**32))
def test_when_every_question_is_answered_nothing_else_can_change_the_decision(values, taken, drug, profile, seed):
    chance = random.Random(seed)
    known = knowledge()
    for _ in range(30):
        questions = find_questions([check(patient(values, taken), drug, profile)], known)
        if not questions:
            break
        for fact in questions[0].facts:
            values[fact] = some_value(chance, known.facts[fact])
    else:
        raise AssertionError("the questions never end")
    person = patient(values, taken)
    settled = check(person, drug, profile).decision
    # What a complete list has answered is not open: to record it after all would be another patient.
    answered = {name for name in FINDABLE if person.facts[name].value is not None}
    for _ in range(8):
        more = {name: value for name, value in filled(values, chance, 0.7).items() if name not in answered}
        later = check(patient({**more, **values}, taken), drug, profile).decision
        assert later is settled


def leaves_kidneys_open(name: str, value: object) -> bool:
    """Whether some body that can be clears enough; where none does, all answers end in the same decision."""
    if name == "creatinine":
        return isinstance(value, float) and value <= 1.2
    least = {"height": 150.0, "weight": 50.0}.get(name)
    return least is None or (isinstance(value, float) and value >= least)


@QUICK
@given(values=facts(), taken=medicines(), drug=DRUGS, profile=PROFILES, seed=st.integers(0, 2**32))
def test_each_yes_or_no_that_is_asked_can_change_the_decision(values, taken, drug, profile, seed):
    chance = random.Random(seed)
    known = knowledge()
    values = {name: value for name, value in values.items() if leaves_kidneys_open(name, value)}
    questions = find_questions([check(patient(values, taken), drug, profile)], known)
    asked = [
        fact for question in questions for fact in question.facts if known.facts[fact].kind in {"history", "state"}
    ]
    if not asked:
        return
    fact = chance.choice(asked)
    for _ in range(300):
        # A list that is said to be incomplete is asked for as well, and may come.
        known_so_far = {
            name: value
            for name, value in values.items()
            if name != fact and not (name.endswith("_complete") and value is False)
        }
        rest = mostly_healthy(known_so_far, chance)
        rest.pop(fact, None)
        # The medicine list is open too: with vitamin B6 on it, its absence is no caution of its own.
        listed = [*taken, *(["pyridoxine"] if chance.random() < 0.5 else [])]
        # An answer matters if it changes what not knowing decides, or if two answers decide differently.
        ways = (rest, {**rest, fact: True}, {**rest, fact: False})
        decisions = {check(patient(known_then, listed), drug, profile).decision for known_then in ways}
        if fact == "medicines_complete":  # whoever completes the list may name what must not be taken beside the drug
            named = [*listed, DUPLICATE[drug]]
            decisions.add(check(patient({**rest, fact: True}, named), drug, profile).decision)
        if len(decisions) > 1:
            return
    raise AssertionError(f"'{fact}' is asked, and no answer to it changes the decision")
