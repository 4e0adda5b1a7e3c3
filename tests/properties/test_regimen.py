"""What holds for every regimen: order never matters, a product is its ingredients, no drug is in its own way."""

from itertools import combinations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from effort import examples
from fullcourse.clinical import Medicine, Status, Taken
from fullcourse.journey.check import Checker, CheckResult
from fullcourse.screening.company import REGIMEN
from fullcourse.screening.screen import Screener
from patients import AT, knowledge, patient
from strategies import facts, medicines

QUICK = settings(max_examples=examples(25), deadline=None, suppress_health_check=list(HealthCheck))
DRUGS = sorted(knowledge().drugs)
CHECKERS = {profile: Checker(knowledge(), knowledge().profile(profile)) for profile in ("us", "who")}
CHECKER = CHECKERS["us"]


def product(*ingredients: str) -> Medicine:
    return Medicine("+".join(ingredients), ingredients, (), "name", Taken.NOW, None, None, REGIMEN)


def people() -> st.SearchStrategy[dict[str, object]]:
    """Facts by chance; without a height, since one that fits no weight is refused before anything is judged."""
    return facts().map(lambda known: {name: value for name, value in known.items() if name != "height"})


def regimens(least: int = 2) -> st.SearchStrategy[list[str]]:
    return st.lists(st.sampled_from([*DRUGS, "amoxicillin", "kanamycin"]), min_size=least, max_size=7, unique=True)


def outcome(result: CheckResult) -> object:
    """Everything but the wording of the evidence: which product an ingredient came in may differ, nothing else."""
    return (
        {
            check.drug: (check.decision, [(it.id, it.status, it.severity, it.missing) for it in check.findings])
            for check in result.drugs
        },
        [(it.id, it.status, it.severity, it.missing) for it in result.regimen_findings],
        result.pairs,
        sorted((item.kind, item.text) for item in result.not_checked),
    )


def checked(values, taken, regimen) -> CheckResult:
    return CHECKER.check(patient(values, taken).record, AT, regimen=regimen)


@QUICK
@given(values=people(), taken=medicines(), names=regimens(), data=st.data())
def test_the_order_of_a_regimen_never_matters(values, taken, names, data):
    other = data.draw(st.permutations(names))
    one, two = (checked(values, taken, [product(name) for name in order]) for order in (names, other))
    assert outcome(one) == outcome(two)


@QUICK
@given(values=people(), taken=medicines(), names=regimens(), data=st.data())
def test_a_fixed_dose_combination_in_a_regimen_equals_its_ingredients(values, taken, names, data):
    kept = [it for it in taken if not set(it.ingredients) & set(names)]
    count = data.draw(st.integers(2, len(names)))
    combined = [product(*names[:count]), *(product(name) for name in names[count:])]
    assert outcome(checked(values, kept, combined)) == outcome(checked(values, kept, [product(it) for it in names]))


@QUICK
@given(values=people(), names=regimens())
def test_a_fixed_dose_combination_on_the_medicine_list_equals_its_ingredients(values, names):
    covered = [name for name in names if name in DRUGS] or ["cycloserine"]
    split = [product(name) for name in covered]
    for drug in ("cycloserine", "bedaquiline"):
        one, two = (
            CHECKER.check(patient(values, entries).record, AT, [knowledge().drugs[drug]])
            for entries in ([product(*covered)], split)
        )
        assert outcome(one) == outcome(two)


@QUICK
@given(values=people(), names=regimens())
def test_a_proposed_regimen_finds_what_the_same_drugs_on_the_list_find(values, names):
    covered = [name for name in names if name in DRUGS]
    if not set(covered) - {"clavulanate"}:  # a companion alone is no TB drug, so a record of it orders nothing to check
        covered.append("cycloserine")
    entries = [product(name) for name in covered]
    proposed, ordered = checked(values, [], entries), CHECKER.check(patient(values, entries).record, AT)
    assert {it.drug: it.decision for it in proposed.drugs} == {it.drug: it.decision for it in ordered.drugs}
    assert proposed.pairs == ordered.pairs


@QUICK
@given(values=people(), taken=medicines(), names=regimens(), profile=st.sampled_from(["us", "who"]))
def test_every_pair_stands_once_and_its_findings_stand_with_a_drug_of_it(values, taken, names, profile):
    record = patient(values, taken).record
    result = CHECKERS[profile].check(record, AT, regimen=[product(name) for name in names])
    wanted = [pair for pair in combinations(sorted(names), 2) if set(pair) & set(DRUGS)]
    assert [pair.drugs for pair in result.pairs] == wanted
    found = {check.drug: {it.id: it.status for it in check.findings} for check in result.drugs}
    for pair in result.pairs:
        for name in pair.findings:
            assert any(found.get(drug, {}).get(name) is Status.APPLIES for drug in pair.drugs)
        for name in pair.unresolved:
            assert any(found.get(drug, {}).get(name) is Status.CANNOT_ASSESS for drug in pair.drugs)
        assert (pair.severity is None) == (not pair.findings)


@QUICK
@given(names=regimens(3))
def test_a_further_drug_never_makes_a_pair_milder(names):
    few, more = (checked({}, [], [product(name) for name in part]).pairs for part in (names[:-1], names))
    kept = {pair.drugs: pair for pair in more}
    for pair in few:
        assert (kept[pair.drugs].severity or 0) >= (pair.severity or 0)
        assert set(pair.findings) <= set(kept[pair.drugs].findings)


@pytest.mark.parametrize("name", DRUGS)
def test_no_statement_holds_a_drug_against_itself(name):
    known = knowledge()
    person = patient({"medicines_complete": True}, [product(name)])
    check = Screener(known, known.profile("us")).screen(person, known.drugs[name])
    assert [
        it.id for it in check.findings if it.kind in {"interaction", "duplicate"} and it.status is Status.APPLIES
    ] == []


@pytest.mark.parametrize(("one", "other"), list(combinations(DRUGS, 2)))
def test_a_pair_weighs_the_same_from_either_side(one, other):
    known = knowledge()
    screener = Screener(known, known.profile("us"))
    seen = []
    for drug, partner in ((one, other), (other, one)):
        findings = screener.screen(
            patient({"medicines_complete": True}, [product(partner)]), known.drugs[drug]
        ).findings
        about = {"interaction", "duplicate"}
        seen.append({it.id for it in findings if it.kind in about and it.status is Status.APPLIES})
    assert seen[0] == seen[1]
