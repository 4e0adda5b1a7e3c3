"""Cases of composition with the answer that the guideline gives, and what happens on changed or unusable input."""

import tomllib
from datetime import date
from pathlib import Path

import pytest

from fullcourse.clinical import Evidence, InputError, Record, parse_moment
from fullcourse.clinical.patient import Taken
from fullcourse.journey.regimen import Composer, RegimenRequest
from fullcourse.regimens.eligibility import fit_of
from patients import AT, evidence, knowledge, medicine

CASES = tomllib.loads((Path(__file__).parents[2] / "regimen_cases.toml").read_text("utf-8"))["case"]

SITES = ("central_nervous_system", "meningitis", "bone_or_joint", "miliary", "pericardium", "peripheral_node", "pleura",
         "other_site", "intrathoracic_node", "cavity", "severe_disease", "extensive_disease")  # fmt: skip
TESTED = ("bedaquiline", "linezolid", "pretomanid", "clofazimine", "cycloserine", "ethambutol", "pyrazinamide",
          "ethionamide", "delamanid", "isoniazid", "rifampin", "fluoroquinolone")  # fmt: skip
COMPLETE = {
    "birth_date": "1986-01-01",
    "sex": "male",
    "weight": 60.0,
    "height": 170.0,
    "pulmonary_tuberculosis": True,
    "extrapulmonary_tuberculosis": False,
    "problems_complete": True,
    "medicines_complete": True,
    "allergies_complete": True,
    "hiv_infection": False,
    "earlier_tb_treatment": False,
    "severe_acute_pneumonia": False,
    "severe_wasting": False,
    "haemoglobin": 14.0,
    "neutrophils": 4.0,
    "platelets": 250.0,
    "creatinine": 0.9,
    "qt_interval": 380.0,
    "heart_rate": 60.0,
    "alcohol_use": False,
    "excessive_alcohol_use": False,
    "dialysis": False,
    **{f"tb_{site}": False for site in SITES},
    **{f"{drug}_susceptibility": "susceptible" for drug in TESTED},
    **{f"{drug}_earlier_exposure": 0.0 for drug in TESTED if f"{drug}_earlier_exposure" in knowledge().facts},
}


def record_of(facts: dict[str, object], bare: bool = False, medicines: tuple[str, ...] = ()) -> Record:
    """Return a complete record with some facts changed, or just these facts where it is bare."""
    known: dict[str, object] = dict(facts) if bare else {**COMPLETE, **facts}
    pieces = {}
    for name, value in known.items():
        if value == "unknown":
            continue
        if knowledge().facts[name].kind == "date":
            pieces[name] = (Evidence(name, value, parse_moment(AT.isoformat(), "on"), "record", value),)
        else:
            pieces[name] = (evidence(name, value),)
    return Record(pieces, tuple(medicine(name) for name in medicines))


def composer(profile: str) -> Composer:
    return Composer(knowledge(), knowledge().profile(profile))


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_the_guideline_is_followed(case):
    record = record_of(case.get("facts", {}), case.get("bare", False), tuple(case.get("medicines", ())))
    answer = composer(case["profile"]).compose(record, AT)
    by_id = {it.id: it for it in answer.regimens}
    assert {name: by_id[name].status.value for name in case.get("status", {})} == case.get("status", {})
    assert {name: fit_of(by_id[name].reasons) for name in case.get("guideline", {})} == case.get("guideline", {})
    for name, drugs in case.get("drugs", {}).items():
        assert list(by_id[name].names) == drugs
    for name, drugs in case.get("without", {}).items():
        assert not set(by_id[name].names) & set(drugs)
    for name, doses in case.get("doses", {}).items():
        assert [phase.doses_required for phase in by_id[name].phases] == doses
    for name, word in case.get("proposes", {}).items():
        assert any(word in said for said in by_id[name].proposed_by_source)
    if "first" in case:
        assert list(answer.regimens[0].names) == case["first"]
    if "test_next" in case:
        assert answer.test_next[0].fact == case["test_next"]
    asked = {fact for question in answer.questions for fact in question.facts}
    assert set(case.get("asks", ())) <= asked


def test_phases_get_their_dates_their_doses_and_their_latest_days():
    answer = composer("us").compose(record_of({}), AT, RegimenRequest(start=date(2026, 12, 1)))
    preferred = next(it for it in answer.regimens if it.id == "us-1-daily")
    intensive, continuation = preferred.phases
    assert (intensive.starts, intensive.ends, intensive.complete_by) == (
        date(2026, 12, 1), date(2027, 1, 25), date(2027, 2, 28),
    )  # fmt: skip
    assert (continuation.starts, continuation.ends, continuation.complete_by) == (
        date(2027, 1, 26), date(2027, 5, 31), date(2027, 7, 25),
    )  # fmt: skip
    assert preferred.complete_by == date(2027, 8, 31)


def test_bpal_ends_after_26_weeks_and_after_39_only_with_a_positive_culture():
    facts = {"rifampin_susceptibility": "resistant", "fluoroquinolone_susceptibility": "resistant"}
    answer = composer("who").compose(record_of(facts), AT, RegimenRequest(start=date(2026, 12, 1)))
    phase = answer.regimens[0].phases[0]
    assert (phase.ends, phase.complete_by) == (date(2027, 5, 31), date(2027, 6, 30))
    assert (phase.extends_to, phase.extension_complete_by) == (date(2027, 8, 30), date(2027, 9, 30))
    assert "months 4 and 6" in phase.extension


LONGER = ("levofloxacin", "bedaquiline", "linezolid", "clofazimine", "cycloserine")
RESISTANT = {"rifampin_susceptibility": "resistant"}


def test_cycloserine_is_replaced_for_depression_without_a_weaker_regimen_between():
    request = RegimenRequest(replace="cycloserine", because="depression", start=date(2026, 12, 1))
    answer = composer("who").compose(record_of(RESISTANT, medicines=LONGER), AT, request)
    first = answer.regimens[0]
    assert first.names == ("levofloxacin", "bedaquiline", "linezolid", "clofazimine", "ethambutol")
    assert first.effective[1] >= 5
    assert answer.change is not None and answer.change.kept == frozenset(LONGER) - {"cycloserine"}
    assert any("no day has fewer effective drugs" in line for line in answer.change_says)
    for composed in answer.regimens:
        assert not {"cycloserine", "terizidone"} & set(composed.names)
    left = {it.drug: it.because for it in answer.left_out}
    assert any("to be replaced: depression" in said for said in left["cycloserine"])
    assert "terizidone" in left


def test_a_failing_regimen_never_gets_one_drug_added():
    request = RegimenRequest(replace="cycloserine", because="failure")
    answer = composer("who").compose(record_of(RESISTANT, medicines=LONGER), AT, request)
    leading = [composed for composed in answer.regimens if composed.drugs and composed.leads]
    assert leading
    for composed in leading:
        assert len(set(composed.names) - set(LONGER)) >= 2


def test_resistance_as_the_reason_counts_as_a_result():
    request = RegimenRequest(replace="clofazimine", because="resistance")
    answer = composer("who").compose(record_of(RESISTANT, medicines=LONGER), AT, request)
    left = {it.drug: it.because for it in answer.left_out}
    assert any("resistant" in said for said in left["clofazimine"])


def test_a_drug_of_bpalm_is_not_exchanged_within_it():
    taken = ("bedaquiline", "pretomanid", "linezolid", "moxifloxacin")
    request = RegimenRequest(replace="linezolid", because="peripheral neuropathy")
    answer = composer("who").compose(record_of(RESISTANT, medicines=taken), AT, request)
    assert any("composed anew" in line for line in answer.change_says)
    assert all("pretomanid" not in it.names for it in answer.regimens)


@pytest.mark.parametrize(
    ("request_", "says"),
    [
        (RegimenRequest(resistant=("aspirin",)), "--resistant: drug 'aspirin' is not covered"),
        (RegimenRequest(susceptible=("clavulanate",)), "--susceptible: no result of"),
        (RegimenRequest(replace="cycloserine", because="depression"), "is not among the TB drugs on record"),
        (RegimenRequest(replace="cyclosporine", because="depression"), "is not"),
    ],
)
def test_what_cannot_be_used_is_refused_by_name(request_, says):
    with pytest.raises(InputError, match=says):
        composer("who").compose(record_of({}), AT, request_)


def test_a_replacement_needs_its_reason():
    with pytest.raises(InputError, match="--replace needs --because"):
        composer("who").compose(record_of({}, medicines=LONGER), AT, RegimenRequest(replace="cycloserine", because=" "))


def test_resistant_and_susceptible_on_one_day_counts_as_resistant_and_shows_both():
    request = RegimenRequest(resistant=("bedaquiline",), susceptible=("bedaquiline",))
    answer = composer("who").compose(record_of(RESISTANT | {"bedaquiline_susceptibility": "unknown"}), AT, request)
    by_id = {it.id: it for it in answer.regimens}
    assert by_id["who-bpalm"].status.value == "ineligible"
    assert any(it.kind == "resistant" and it.drugs == ("bedaquiline",) for it in by_id["who-bpalm"].objections)
    assert "bedaquiline" not in by_id["who-longer"].names


@pytest.mark.parametrize(
    ("changed", "missing"),
    [({"weight": "unknown"}, "weight"), ({"birth_date": "unknown"}, "birth_date"), ({"sex": "unknown"}, "")],
)
def test_a_fact_that_is_missing_is_asked_and_never_filled_in(changed, missing):
    answer = composer("who").compose(record_of(changed), AT)
    by_id = {it.id: it for it in answer.regimens}
    assert by_id["who-2hpmz-2hpm"].status.value == "cannot_assess"
    if missing:
        assert missing in {fact for question in answer.questions for fact in question.facts}


def test_a_stale_weight_is_no_weight():
    old = Record({**record_of({}).evidence, "weight": (evidence("weight", 60.0, on="2026-06-01"),)})
    answer = composer("who").compose(old, AT)
    assert next(it for it in answer.regimens if it.id == "who-2hpmz-2hpm").status.value == "cannot_assess"


def test_two_weights_of_one_moment_on_two_sides_of_a_limit_are_asked():
    both = (evidence("weight", 39.0), evidence("weight", 41.0))
    answer = composer("who").compose(Record({**record_of({}).evidence, "weight": both}), AT)
    assert next(it for it in answer.regimens if it.id == "who-2hpmz-2hpm").status.value == "cannot_assess"


def test_tb_drugs_on_record_are_shown_and_replaced_by_what_is_proposed():
    answer = composer("who").compose(record_of({}, medicines=("isoniazid", "rifampin")), AT)
    assert answer.current == ("isoniazid", "rifampin")
    past = Record(record_of({}).evidence, (medicine("isoniazid", Taken.PAST),))
    assert composer("who").compose(past, AT).current == ()


@pytest.mark.parametrize(("days", "fits"), [(28.0, True), (29.0, None)])
def test_after_28_days_of_exposure_it_may_begin_and_after_29_it_waits_for_a_result(days, fits):
    changed = {"bedaquiline_earlier_exposure": days, "bedaquiline_susceptibility": "unknown"}
    answer = composer("who").compose(record_of(RESISTANT | changed), AT)
    reasons = next(it for it in answer.regimens if it.id == "who-bpalm").reasons
    assert next(it.fits for it in reasons if it.criterion == "who-bpal.exposure-bedaquiline") is fits


@pytest.mark.parametrize(("born", "fits"), [("2012-11-22", True), ("2012-11-23", False)])
def test_bpalm_begins_on_the_fourteenth_birthday(born, fits):
    answer = composer("who").compose(record_of(RESISTANT | {"birth_date": born}), AT)
    reasons = next(it for it in answer.regimens if it.id == "who-bpalm").reasons
    assert next(it.fits for it in reasons if it.criterion == "who-bpal.age") is fits


@pytest.mark.parametrize(("born", "fits"), [("2026-08-22", True), ("2026-08-23", False)])
def test_the_four_months_of_children_begin_at_three_months_of_age(born, fits):
    answer = composer("who").compose(record_of({"birth_date": born, "weight": 5.0, "height": 60.0}), AT)
    reasons = next(it for it in answer.regimens if it.id == "who-2hrz-e-2hr").reasons
    assert next(it.fits for it in reasons if it.criterion == "who-2hrz-2hr.age") is fits


def test_results_of_one_day_that_disagree_are_shown_with_both():
    request = RegimenRequest(resistant=("bedaquiline",), susceptible=("bedaquiline",))
    answer = composer("who").compose(record_of(RESISTANT | {"bedaquiline_susceptibility": "unknown"}), AT, request)
    (conflict,) = answer.conflicts
    assert (conflict.id, conflict.value) == ("bedaquiline_susceptibility", "resistant")
    assert {piece.recorded for piece in conflict.because} == {"resistant", "susceptible"}


def test_a_reason_that_names_nothing_known_says_so():
    request = RegimenRequest(replace="cycloserine", because="gloomy weather")
    says = composer("who").compose(record_of(RESISTANT, medicines=LONGER), AT, request).change_says
    assert any("names nothing that is checked here" in line for line in says)


@pytest.mark.parametrize(("began", "starts"), [("2026-06-01", date(2026, 6, 1)), ("unknown", None)])
def test_a_course_that_goes_on_counts_from_its_own_first_day(began, starts):
    request = RegimenRequest(replace="cycloserine", because="depression", start=date(2026, 12, 1))
    record = record_of(RESISTANT | {"treatment_start": began}, medicines=LONGER)
    assert composer("who").compose(record, AT, request).regimens[0].phases[0].starts == starts


def test_in_place_of_a_first_line_regimen_a_weaker_one_stays_open():
    request = RegimenRequest(replace="pyrazinamide", because="acute attack of gout")
    taken = ("isoniazid", "rifampin", "pyrazinamide", "ethambutol")
    answer = composer("us").compose(record_of({}, medicines=taken), AT, request)
    (without,) = (it for it in answer.regimens if it.id == "us-2hre-7hr")
    assert without.status.value == "cannot_assess"
    assert any("3 effective drugs, and the regimen on record has up to 4" in it.says for it in without.objections)


def test_combinations_are_numbered_as_they_stand_and_those_without_an_open_question_come_first():
    changed = {"alcohol_use": "unknown", "excessive_alcohol_use": "unknown"}
    answer = composer("who").compose(record_of(RESISTANT | changed), AT)
    longer = [it for it in answer.regimens if it.id.split("/")[0] == "who-longer"]
    assert [it.id for it in longer] == ["who-longer", "who-longer/2", "who-longer/3"]
    waiting = [any(objection.kind == "unassessed" for objection in it.objections) for it in longer]
    assert waiting == [False, True, True]
    assert longer[0].why.endswith("nothing about its drugs is open, and that one waits for an answer")
