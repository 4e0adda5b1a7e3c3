"""What sources aim at and forbid: cited or refused, and no plan above a maximum."""

import shutil
from pathlib import Path

import pytest

from fullcourse.clinical.errors import KnowledgeError
from fullcourse.knowledge.pk.targets import HERE, read_targets


def folder_with(tmp_path: Path, change: tuple[str, str]) -> Path:
    (tmp_path / "pk_models").mkdir()
    shutil.copytree(HERE / "sources", tmp_path / "sources")
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
