"""However the results fall: a resistance never raises the count, and less that is known only widens it."""

from datetime import timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from effort import examples
from fullcourse.clinical import Evidence, Interval
from fullcourse.screening.effective import EffectiveDrugs, Effectiveness
from patients import AT, knowledge, patient

QUICK = settings(max_examples=examples(60), deadline=None, suppress_health_check=list(HealthCheck))
COUNT = EffectiveDrugs(knowledge())
RESULTS = {name: fact for name, fact in knowledge().facts.items() if fact.speaks_of}
DRUGS = sorted({drug.inn for drug in knowledge().drugs.values()} - {"clavulanate"})

regimens = st.lists(st.sampled_from(DRUGS), min_size=1, max_size=6, unique=True)


@st.composite
def rows(draw, words=None):
    name = draw(st.sampled_from(sorted(RESULTS)))
    value = draw(st.sampled_from(words(RESULTS[name]) if words else RESULTS[name].values))
    day = AT - timedelta(days=draw(st.integers(0, 400)))
    return {"id": name, "value": value, "on": day.isoformat()}


many = st.lists(rows(), max_size=8)
a_resistance = rows(words=lambda fact: fact.speaks_of.resistant)


def count(drugs, known) -> Interval:
    return COUNT.count(patient(known), {drug: Evidence(drug, None, None, "regimen") for drug in drugs}).value


@QUICK
@given(drugs=regimens, known=many, more=a_resistance)
def test_adding_a_resistance_never_raises_the_count(drugs, known, more):
    before, after = count(drugs, known), count(drugs, [*known, more])
    assert after.low <= before.low
    assert after.high <= before.high


@QUICK
@given(
    drugs=regimens, known=st.dictionaries(st.sampled_from(sorted(RESULTS)), st.booleans(), max_size=8), data=st.data()
)
def test_removing_a_result_that_nothing_contradicts_only_widens_the_range(drugs, known, data):
    def said(name: str, works: bool) -> str:
        speaks_of = RESULTS[name].speaks_of
        return next(iter((speaks_of.susceptible or ("none",)) if works else speaks_of.resistant))

    agreeing = {drug: data.draw(st.booleans()) for drug in DRUGS}  # what is so of each drug: no result says otherwise
    agreeing["moxifloxacin"] = agreeing["levofloxacin"]
    given_rows = [{"id": name, "value": said(name, agreeing[RESULTS[name].speaks_of.drugs[0]])} for name in known]
    whole = count(drugs, given_rows)
    for number in range(len(given_rows)):
        fewer = count(drugs, given_rows[:number] + given_rows[number + 1 :])
        assert fewer.low <= whole.low
        assert fewer.high >= whole.high


@QUICK
@given(drugs=regimens, known=many, data=st.data())
def test_the_order_of_drugs_and_of_results_changes_nothing(drugs, known, data):
    other = data.draw(st.permutations(drugs)), data.draw(st.permutations(known))
    assert count(drugs, known) == count(*other)


@QUICK
@given(drugs=regimens, known=many)
def test_a_drug_shown_resistant_never_counts(drugs, known):
    person = patient(known)
    shown = {
        drug
        for drug in drugs
        for name, fact in RESULTS.items()
        if (drug in fact.speaks_of.drugs or (knowledge().drugs[drug].moiety or drug) in fact.speaks_of.drugs)
        and person.facts[name].value in fact.speaks_of.resistant
    }
    for drug in shown:
        assert COUNT.of(knowledge().drugs[drug].moiety or drug, person) is Effectiveness.RESISTANT
    assert count(drugs, known) == count([drug for drug in drugs if drug not in shown], known)


@QUICK
@given(drugs=regimens)
def test_without_a_result_nothing_counts_for_certain(drugs):
    moieties = {knowledge().drugs[drug].moiety or drug for drug in drugs}
    assert count(drugs, []) == Interval(0, len(moieties))
