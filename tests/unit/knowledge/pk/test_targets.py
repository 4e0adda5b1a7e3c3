"""What sources aim at and forbid: cited or refused, and no plan above a maximum."""

from pathlib import Path

import pytest

from fullcourse.clinical.errors import KnowledgeError
from fullcourse.knowledge.pk.targets import LevelTargets
from fullcourse.knowledge.pk.targets import read_targets as read_targets_of
from fullcourse.knowledge.reader import HERE
from patients import knowledge


def read_targets(drug: str, folder: Path = HERE) -> LevelTargets:
    return read_targets_of(drug, folder, knowledge())


def folder_with(tmp_path: Path, change: tuple[str, str]) -> Path:
    (tmp_path / "pk_models").mkdir()
    text = (HERE / "pk_models" / "targets.toml").read_text("utf-8")
    assert change[0] in text
    (tmp_path / "pk_models" / "targets.toml").write_text(text.replace(*change, 1), encoding="utf-8")
    return tmp_path


def test_cycloserine_is_aimed_at_20_to_35_and_kept_under_two_lines():
    targets = read_targets("cycloserine")
    assert targets.aim is not None
    assert (targets.aim.low, targets.aim.high) == (20, 35)
    assert [ceiling.high for ceiling in targets.ceilings] == [30, 35]
    assert targets.mg_per_day == 1000


def test_no_plan_is_above_the_daily_maximum_of_any_source():
    for drug in ("cycloserine", "linezolid", "levofloxacin"):
        targets = read_targets(drug)
        assert targets.mg_per_day is not None
        assert all(plan.greatest_mg_per_day <= targets.mg_per_day for plan in targets.plans)


def test_every_row_is_cited_by_a_source_of_tier_a_or_b():
    targets = read_targets("cycloserine")
    rows = [*targets.targets, *targets.maxima, *targets.plans, *targets.holds, *targets.sampling, *targets.mics]
    assert all(row.citation.tier in {"A", "B"} and row.citation.address for row in rows)


def test_an_asymmetric_day_is_among_the_plans():
    doses = [[dose.mg for dose in plan.step.doses] for plan in read_targets("cycloserine").plans]
    assert [250, 500] in doses


def test_a_drug_of_which_nothing_is_said_has_empty_targets():
    assert read_targets("exampline").targets == ()


def test_a_plan_above_the_maximum_does_not_load(tmp_path: Path):
    folder = folder_with(tmp_path, ("mg_per_day = 1000", "mg_per_day = 700"))
    with pytest.raises(KnowledgeError, match="passes the maximum of 700 mg a day"):
        read_targets("cycloserine", folder)


def test_a_target_without_a_source_does_not_load(tmp_path: Path):
    folder = folder_with(tmp_path, ('source = "ahfs-cycloserine"', 'source = "nobody"'))
    with pytest.raises(KnowledgeError, match="source 'nobody' is not known"):
        read_targets("cycloserine", folder)


def test_an_empty_range_does_not_load(tmp_path: Path):
    folder = folder_with(tmp_path, ("low = 20\nhigh = 35", "low = 35\nhigh = 20"))
    with pytest.raises(KnowledgeError, match="is empty"):
        read_targets("cycloserine", folder)


def test_a_plan_for_a_hold_that_does_not_exist_does_not_load(tmp_path: Path):
    folder = folder_with(tmp_path, ('only_if = "severe_renal"', 'only_if = "severe_cold"'))
    with pytest.raises(KnowledgeError, match="hold 'severe_cold' does not exist"):
        read_targets("cycloserine", folder)


@pytest.mark.parametrize("fraction", ["0", "1.2"])
def test_an_unbound_fraction_that_cannot_be_does_not_load(tmp_path: Path, fraction: str):
    folder = folder_with(tmp_path, ("unbound_fraction = 0.69", f"unbound_fraction = {fraction}"))
    with pytest.raises(KnowledgeError, match="unbound fraction"):
        read_targets("linezolid", folder)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (("cycloserine.dose.maximum", "cycloserine.dose.maximun"), "Did you mean 'cycloserine.dose.maximum'"),
        (("cycloserine.dose.maximum", "cycloserine.dose.no-intermittent"), "gives no daily maximum"),
        (("cycloserine.dose.maximum", "cycloserine.supply.refill"), "gives no daily maximum"),
        (("dose = 3", "dose = 4"), "gives no amount as its dose 4"),
        (("cycloserine.dose.start-once-a-day", "cycloserine.dose.adult-ats"), "gives no amount as its dose 1"),
        (
            ('doses = [{ at = "08:00", mg = 750 }]', 'doses = [{ at = "08:00", mg = 800 }]'),
            "does not allow 800 mg a day",
        ),
        (
            ('doses = [{ at = "08:00", mg = 500 }]', 'doses = [{ at = "08:00", mg = 400 }]'),
            "does not allow 400 mg a day",
        ),
        (('["mon", "wed", "fri"]', '["mon", "fri"]'), "2 days are named, the statement has 3 a week"),
        (('form = "capsule 250 mg"', 'form = "capsule"'), "has no strength"),
        (
            (
                'statement = "cycloserine.contraindication.severe-renal"',
                'says = "t"\nsource = "article"\nsection = "t"',
            ),
            "a hold names no statement",
        ),
        (("cycloserine.contraindication.severe-renal", "cycloserine.contraindication.mild"), "does not exist"),
    ],
)
def test_a_reference_that_leads_nowhere_or_to_no_number_does_not_load(
    tmp_path: Path, change: tuple[str, str], says: str
):
    with pytest.raises(KnowledgeError, match=says):
        read_targets("cycloserine", folder_with(tmp_path, change))


def test_a_row_that_names_a_statement_says_what_the_statement_says():
    targets = read_targets("cycloserine")
    stated = knowledge().statements["cycloserine.dose.severe-renal-ats"]
    plan = next(plan for plan in targets.plans if plan.id == "500 mg three times a week")
    assert (plan.says, plan.citation.source, plan.citation.section) == (stated.says, stated.source, stated.section)
    assert [(dose.mg, dose.units) for dose in plan.step.doses] == [(500, 2)]
    assert plan.step.days_of_week == ("mon", "wed", "fri")


def test_the_hold_of_severe_renal_insufficiency_is_the_statement_with_our_reading():
    (hold,) = read_targets("cycloserine").holds
    assert (hold.statement, hold.interpretation) == ("cycloserine.contraindication.severe-renal", "I-0001")


def test_doses_are_those_that_stood_here_before_statements_were_named():
    expected = {
        "250 mg once a day": [250], "250 mg every 12 hours": [250, 250], "500 mg once a day": [500],
        "250 mg morning, 500 mg evening": [250, 500], "500 mg morning, 250 mg evening": [500, 250],
        "750 mg once a day": [750], "250 mg every 8 hours": [250] * 3, "250 mg every 6 hours": [250] * 4,
        "500 mg every 12 hours": [500, 500], "500 mg three times a week": [500],
        "250 mg once a day, severe renal insufficiency": [250],
    }  # fmt: skip
    plans = read_targets("cycloserine").plans
    assert {plan.id: [dose.mg for dose in plan.step.doses] for plan in plans} == expected
    assert all(dose.units == dose.mg / 250 for plan in plans for dose in plan.step.doses)


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        (("mg_per_kg = [15, 20]", "mg_per_kg = [20, 15]"), "lower and an upper number"),
        (("mg_per_kg = [15, 20]", "mg_per_kg = [15]"), "lower and an upper number"),
        (('only_for = ["amikacin.adult"', 'only_for = ["amikacin.adults"'), "condition 'amikacin.adults'"),
        (("at_least = 30", ""), "one of 'at_least' and 'below'"),
        (("at_least = 30", "at_least = 30\nbelow = 60"), "one of 'at_least' and 'below'"),
    ],
)
def test_for_whom_a_plan_is_must_mean_something(tmp_path: Path, change: tuple[str, str], fault: str):
    with pytest.raises(KnowledgeError, match=fault):
        read_targets("amikacin", folder_with(tmp_path, change))


def test_a_secondary_source_may_forbid_and_not_dose(tmp_path: Path):
    (hold,) = read_targets("amikacin").holds
    assert hold.citation.tier == "C"
    with pytest.raises(KnowledgeError, match="tier C"):
        read_targets("amikacin", folder_with(tmp_path, ('source = "sabur-2021"', 'source = "taiwan-cdc-7"')))


def test_every_condition_of_a_plan_is_of_its_drug_and_cited():
    plans = read_targets("amikacin").plans
    assert all(plan.mg_per_kg and plan.conditions for plan in plans)
    assert all(row.drug == "amikacin" and row.citation.address for plan in plans for row in plan.conditions)
