"""What holds for every dose: maxima, order of weight, edges of bands, order of inputs, no number beside open facts."""

from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dose_answers import answer_of
from effort import examples
from fullcourse.dosing.choice import DoseQuestion, Dosing
from fullcourse.dosing.making import StockForm, made_within, spread, stock_of
from fullcourse.journey.dose import DoseStatus
from fullcourse.rules.situation import Situation
from harmless import HARMLESS_MEDICINES, harmless_facts
from patients import knowledge, patient

DRUGS = sorted(knowledge().drugs)
NOT_IN_WHO_TABLES = frozenset({"streptomycin"})
PROFILES = sorted(knowledge().profiles)
WITHOUT = ("weight", "creatinine", "birth_date", "height")


def dosed(drug: str, profile: str, facts: dict[str, object]):
    known = knowledge()
    who = patient({**harmless_facts(), **facts}, HARMLESS_MEDICINES)
    dosing = Dosing(known.drugs[drug], known, known.profiles[profile])
    return dosing.dose(Situation(who, known), DoseQuestion(stock_of(known.drugs[drug], known)))


@settings(max_examples=examples(60), deadline=None)
@given(
    drug=st.sampled_from(DRUGS),
    profile=st.sampled_from(PROFILES),
    weight=st.floats(3, 120),
    creatinine=st.floats(0.5, 8.0),
    year=st.integers(1935, 2025),
)
def test_no_dose_passes_a_maximum_that_blocks(drug, profile, weight, creatinine, year):
    found = dosed(drug, profile, {"weight": weight, "creatinine": creatinine, "birth_date": f"{year}-01-15"})
    assert found.plan is not None or found.status is not DoseStatus.DOSE
    if found.status is not DoseStatus.DOSE:
        return
    assert all(mg.step.mg_per_dosing_day > 0 for mg in found.plan.steps)
    if drug == "cycloserine":
        assert found.plan.most_mg_per_day <= 1000
    used = [it for it in found.conflicts if it.kind == "maximum" and it.blocks]
    words = f"{found.plan.most_mg_per_day:g} mg a day are above the maximum"
    assert not any(it.says.startswith(words) for it in used)


# The kit gives clavulanate three times a day in one band and twice in the next, its own fault (K4).
@pytest.mark.parametrize("drug", [drug for drug in DRUGS if drug != "clavulanate"])
def test_inside_a_sources_table_a_heavier_patient_never_gets_less(drug):
    before: dict[tuple[str, str], float] = {}
    for step in range(6, 241):
        for offer in dosed(drug, "who", {"weight": step / 2}).offers:
            # Rows by mg/kg are made of whole units of another form, and may lie above the first counted row (K7).
            if offer.plans and ".dose.who-" in offer.claim and offer.plans[0].range_mg is None:
                # From 25 kg four tablets for children become two for adults, which hold less isoniazid.
                key = offer.claim, offer.plans[0].steps[0].step.form
                average = offer.plans[0].average_mg_per_day
                assert average >= before.get(key, 0.0), (key, step)
                before[key] = average
    assert bool(before) == (drug not in NOT_IN_WHO_TABLES), before


TABLES = sorted(table.id for table in knowledge().doses.tables.values() if table.is_by_weight)


def test_every_table_by_weight_is_of_drugs_that_are_tried():
    assert len(TABLES) > 10
    assert all(set(knowledge().doses.tables[table].drugs) & set(DRUGS) for table in TABLES)


@pytest.mark.parametrize("name", TABLES)
def test_each_edge_of_a_band_belongs_to_one_side(name):
    table = knowledge().doses.tables[name]
    ends = sorted({kg for band in table.bands for kg in (band.from_kg, band.to_kg) if kg is not None})
    assert ends
    for kg in ends:
        for weight in (kg - 0.01, kg, kg + 0.01):
            plain = [band for band in table.bands if band.holds_kg(weight)]
            tests = [band for band in plain if len({(it.from_kg, it.to_kg) for it in plain}) > 1]
            asks_age = any("age" in str(band.test.body) for band in tests)
            assert not tests or asks_age, (table.id, weight)


@pytest.mark.parametrize("missing", WITHOUT)
@pytest.mark.parametrize("profile", PROFILES)
def test_a_missing_fact_never_gives_a_lower_bar(missing, profile):
    full = answer_of({"profile": profile, "drug": "cycloserine"})
    less = answer_of({"profile": profile, "drug": "cycloserine", "facts": {missing: "unknown"}})
    assert full.status is DoseStatus.DOSE
    if less.status is DoseStatus.DOSE:
        assert less.steps == full.steps
    else:
        assert less.steps == ()


def test_the_order_of_inputs_changes_nothing():
    known = knowledge()
    facts = harmless_facts()
    one = patient(facts, [*HARMLESS_MEDICINES, "amlodipine"])
    other = patient(dict(reversed(facts.items())), ["amlodipine", *HARMLESS_MEDICINES])
    for drug in ("cycloserine", "linezolid", "rifampin"):
        dosing = Dosing(known.drugs[drug], known, known.profiles["who"])
        question = DoseQuestion(stock_of(known.drugs[drug], known))
        first, second = (dosing.dose(Situation(who, known), question) for who in (one, other))
        assert replace(first, offers=()).plan == second.plan


@given(
    low=st.floats(1, 3000), width=st.floats(0, 500), strengths=st.lists(st.integers(1, 800), min_size=1, unique=True)
)
def test_whole_units_lie_inside_the_range_or_are_its_neighbours(low, width, strengths):
    forms = [StockForm(f"tablet {mg} mg", (("x", float(mg)),)) for mg in strengths]
    made = made_within(low, low + width, "x", forms)
    assert all(it.mg == pytest.approx(it.units * dict(form.contents)["x"]) for it in made for form in forms
               if form.words == it.form)  # fmt: skip
    if any(it.fits for it in made):
        assert all(low - 1e-6 <= it.mg <= low + width + 1e-6 for it in made)
    else:
        assert len(made) <= 2
        assert [it.mg for it in made] == sorted(it.mg for it in made)
        assert all(it.mg < low or it.mg > low + width for it in made)


@given(units=st.integers(1, 40), times=st.integers(1, 4))
def test_units_are_spread_without_loss_the_larger_later(units, times):
    parts = spread(units, times)
    assert sum(parts) == units
    assert all(first <= second <= first + 1 for first, second in pairwise(parts))
