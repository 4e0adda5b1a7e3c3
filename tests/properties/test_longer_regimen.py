"""The longer regimen: equal to brute force on random patients, and what never happens in one."""

import random
from itertools import combinations

import pytest

from fullcourse.clinical import Evidence, Record, parse_moment
from fullcourse.clinical.finding import Finding, Severity, Status
from fullcourse.journey.regimen import Composer, RegimenRequest
from fullcourse.knowledge.regimens import Construction
from fullcourse.regimens.combinations import KEYS, Demand, rank_combinations
from fullcourse.regimens.screened import DrugView, PairView, Screened
from harmless import HARMLESS_MEDICINES, harmless_facts
from patients import AT, evidence, knowledge, medicine

PATIENTS = 2000
NEVER_BOTH = (
    {"cycloserine", "terizidone"},
    {"ethionamide", "prothionamide"},
    {"levofloxacin", "moxifloxacin"},
    {"imipenem", "meropenem"},
    {"amikacin", "streptomycin"},
)


def construction(name: str) -> Construction:
    return knowledge().guidelines.constructions[name]


def warning(severity: Severity) -> Finding:
    return Finding("x.caution.y", "caution", Status.APPLIES, severity, severity, "Said.", "", (), (), ())


def random_patient(chance: random.Random, names: list[str]) -> tuple[Screened, Demand]:
    """Return what a check may have said, and what is asked of a combination."""
    views = {}
    for name in names:
        against = tuple(warning(chance.choice(list(Severity))) for _ in range(chance.randrange(3)))
        effective = chance.choices((True, False, None), (4, 3, 5))[0]
        views[name] = DrugView(name, effective, chance.choices((True, False, None), (6, 2, 4))[0], against)
    pairs = {}
    for pair in combinations(sorted(names), 2):
        if chance.random() < 0.15:
            worst = chance.choice(list(Severity))
            pairs[pair] = PairView(pair, worst is not Severity.CONTRAINDICATED, int(worst))
    usable = frozenset(name for name, it in views.items() if it.effective is not False and it.allowed is not False)
    kept = frozenset(chance.sample(sorted(usable), min(len(usable), chance.choice((0, 0, 0, 1, 2)))))
    waiting = frozenset(name for name in usable if views[name].allowed is None)
    demand = Demand(usable, waiting, chance.choice((4, 5)), kept, chance.choice((0, 0, 0, 2)))
    return Screened(views, pairs), demand


def by_hand(plan: Construction, screened: Screened, demand: Demand) -> list[tuple[tuple[int, ...], tuple[str, ...]]]:
    """Return the admissible combinations in their order, one after another and without arrays."""
    slots: dict[str, list] = {}
    for candidate in plan.candidates:
        slots.setdefault(candidate.slot, []).append(candidate)
    order = [it.drug for it in plan.candidates]
    later = [slot for slot, members in slots.items() if members[0].group in plan.groups[2:]]
    ranked = []
    pools = [[it for it in members if it.drug in demand.usable] for members in slots.values()]

    def grow(place: int, taken: tuple) -> None:
        if place < len(pools):
            for choice in pools[place]:
                grow(place + 1, (*taken, choice))
            grow(place + 1, taken)
            return
        drugs = {it.drug for it in taken}
        said = [screened.pairs[pair] for pair in combinations(sorted(drugs), 2) if pair in screened.pairs]
        barred = any(it.allowed is False for it in said)
        if not drugs or barred or not demand.kept <= drugs or len(drugs - demand.kept) < demand.new_at_least:
            return
        first = sum(it.group == plan.groups[0] for it in taken)
        second = sum(it.group == plan.groups[1] for it in taken)
        whole = first >= plan.first_group_whole
        asked = plan.second_group_at_least if whole else plan.second_group_otherwise
        mine = [screened.drugs[name] for name in drugs]
        keys = (
            max(demand.effective_at_least - len(drugs), 0),
            -min(first, plan.first_group_whole),
            max(asked - second, 0),
            len(drugs),
            tuple(it.slot not in {one.slot for one in taken} for it in (slots[slot][0] for slot in later)),
            -sum(view.effective is True for view in mine),
            sum(it.severity >= Severity.MAJOR for view in mine for it in view.against)
            + sum(it.worst >= Severity.MAJOR for it in said),
            len(drugs & demand.waiting),
            sum(max(len(drugs & set(it.drugs)) - 1, 0) for it in knowledge().guidelines.toxicities.values()),
            tuple(next((order.index(it.drug) for it in taken if it.slot == slot), len(order)) for slot in slots),
        )
        ranked.append((keys, tuple(name for name in order if name in drugs)))

    grow(0, ())
    return sorted(ranked)


@pytest.mark.parametrize("name", ["who-longer", "ats-longer"])
def test_composition_equals_brute_force_on_random_patients(name):
    plan, chance = construction(name), random.Random(20261128)
    names = [it.drug for it in plan.candidates]
    toxicities = tuple(knowledge().guidelines.toxicities.values())
    for _ in range(PATIENTS // 2):
        screened, demand = random_patient(chance, names)
        ranked = rank_combinations(plan, screened, demand, toxicities)
        expected = by_hand(plan, screened, demand)
        assert len(ranked) == len(expected)
        assert [it.drugs for it in ranked.best(5)] == [drugs for _, drugs in expected[:5]]
        for drug in chance.sample(names, 3):
            best = next((drugs for _, drugs in expected if drug in drugs), None)
            holding = ranked.best_with(drug)
            assert (holding.drugs if holding else None) == best


def test_every_key_of_the_ranking_has_words():
    assert len({words for _, words in KEYS}) == len(KEYS) == 10


def random_record(chance: random.Random) -> Record:
    known = {}
    for fact, values in (
        ("rifampin_susceptibility", ("resistant",)),
        ("fluoroquinolone_susceptibility", ("susceptible", "resistant", None)),
        *((f"{it}_susceptibility", ("susceptible", "resistant", None, None)) for it in (
            "bedaquiline", "linezolid", "clofazimine", "cycloserine", "delamanid", "pyrazinamide", "ethambutol",
            "amikacin", "streptomycin", "ethionamide", "meropenem",
        )),
        ("depression", (True, False, None)),
        ("epilepsy", (True, False, None)),
        ("long_qt", (True, False, None)),
        ("hearing_loss", (True, False, None)),
        ("severe_liver_disease", (True, False, None)),
        ("problems_complete", (True, None)),
        ("medicines_complete", (True, None)),
        ("weight", (12.0, 29.9, 30.0, 45.9, 46.0, 70.0, None)),
        ("pregnant", (True, False, None)),
    ):  # fmt: skip
        value = chance.choice(values)
        if value is not None:
            known[fact] = (evidence(fact, value),)
    taken = chance.sample(["rifampin", "isoniazid", "ondansetron", "sertraline", "cycloserine"], chance.randrange(3))
    return Record(known, tuple(medicine(name) for name in taken))


@pytest.fixture(scope="module")
def answers():
    chance, composers = random.Random(7), {}
    made = []
    for number in range(60):
        profile = ("who", "us")[number % 2]
        composer = composers.setdefault(profile, Composer(knowledge(), knowledge().profile(profile)))
        record = random_record(chance)
        made.append((composer, record, composer.compose(record, AT)))
    return made


def proposed(answer):
    return [it for it in answer.regimens if it.status.value != "ineligible"]


def test_a_proposed_regimen_never_has_fewer_effective_drugs_than_its_source_demands(answers):
    seen = 0
    for _, _, answer in answers:
        for composed in proposed(answer):
            plan = knowledge().guidelines.constructions.get(composed.id.split("/")[0])
            if plan is not None:
                seen += 1
                assert composed.effective[1] >= plan.effective_at_least
                if composed.status.value == "eligible":
                    assert composed.effective[0] >= plan.effective_at_least
    assert seen > 50


def test_a_resistant_drug_never_counts(answers):
    seen = 0
    for _, record, answer in answers:
        shown = {fact.removesuffix("_susceptibility") for fact, pieces in record.evidence.items()
                 if fact.endswith("_susceptibility") and pieces[0].value == "resistant"}  # fmt: skip
        for composed in proposed(answer):
            seen += bool(shown)
            assert not shown & {it.drug for it in composed.drugs if it.role == "counted"}
    assert seen > 50


def test_alternatives_are_never_given_together_and_kanamycin_never(answers):
    assert any(answer.regimens for _, _, answer in answers)
    for _, _, answer in answers:
        for composed in answer.regimens:
            assert not any(both <= set(composed.names) for both in NEVER_BOTH)
            assert not {"kanamycin", "capreomycin"} & set(composed.names)


def test_a_carbapenem_always_has_clavulanate_beside_it_and_clavulanate_never_counts(answers):
    seen = 0
    for _, _, answer in answers:
        for composed in answer.regimens:
            if {"imipenem", "meropenem"} & set(composed.names):
                seen += 1
                assert "clavulanate" in composed.names
            assert all(it.role == "companion" for it in composed.drugs if it.drug == "clavulanate")
    assert seen


def test_every_left_out_drug_has_a_reason_and_every_drug_is_in_or_out(answers):
    for _, _, answer in answers:
        first = next((it for it in answer.regimens if it.drugs), None)
        assert {it.drug for it in answer.left_out} | set(first.names if first else ()) == set(knowledge().drugs)
        assert all(it.because and all(it.because) for it in answer.left_out)


def test_the_order_of_the_record_changes_nothing(answers):
    for composer, record, answer in answers[:20]:
        turned = Record(dict(reversed(record.evidence.items())), tuple(reversed(record.medicines)))
        again = composer.compose(turned, AT)
        shown = [(it.id, it.status, it.names, it.why) for it in again.regimens]
        assert shown == [(it.id, it.status, it.names, it.why) for it in answer.regimens]


def test_the_order_of_the_options_changes_nothing():
    composer, record = Composer(knowledge(), knowledge().profile("who")), Record({})
    results = ("rifampin", "isoniazid", "fluoroquinolones")
    one = composer.compose(record, AT, RegimenRequest(resistant=results))
    other = composer.compose(record, AT, RegimenRequest(resistant=tuple(reversed(results))))
    assert [(it.id, it.status, it.names) for it in one.regimens] == [
        (it.id, it.status, it.names) for it in other.regimens
    ]


def complete_record(**changed):
    """Return the record of somebody against whom nothing speaks, with some facts changed."""
    facts = {**harmless_facts(), **changed}
    pieces = {
        name: (Evidence(name, value, parse_moment(AT.isoformat(), "on"), "record", value),)
        if knowledge().facts[name].kind == "date"
        else (evidence(name, value),)
        for name, value in facts.items()
    }
    return Record(pieces, tuple(map(medicine, HARMLESS_MEDICINES)))


# Of the random patients above none has everything that a named regimen asks for, so that none of them can show it.
@pytest.mark.parametrize("profile", ["who", "us"])
@pytest.mark.parametrize("rifampin", ["susceptible", "resistant"])
def test_taking_a_fact_away_never_makes_a_regimen_eligible_that_was_not(profile, rifampin):
    named = knowledge().guidelines.regimens
    composer = Composer(knowledge(), knowledge().profile(profile))
    record = complete_record(rifampin_susceptibility=rifampin)
    before = {it.id: it.status.value for it in composer.compose(record, AT).regimens if it.id in named}
    compared = set()
    for fact in sorted(record.evidence)[::5]:
        less = Record({name: it for name, it in record.evidence.items() if name != fact}, record.medicines)
        for composed in composer.compose(less, AT).regimens:
            if composed.id in named:
                compared.add((composed.status.value, before[composed.id]))
    assert ("eligible", "eligible") in compared or (profile, rifampin) == ("us", "resistant")
    assert {was for now, was in compared if now == "eligible"} <= {"eligible"}
