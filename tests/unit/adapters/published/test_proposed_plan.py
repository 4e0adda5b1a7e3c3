"""A proposal is lived as it was written, and what waits in it is left out by name."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from fullcourse.adapters.published.proposed_plan import ProposedPlan, open_proposal, read_proposal
from fullcourse.clinical.dose import Dose
from fullcourse.clinical.errors import InputError

WAIT = {"fact": "cycloserine_level", "says": "the level is known", "holds": None}


def step(**more: Any) -> dict[str, Any]:
    return {
        "from_day": 1, "to_day": None, "doses": [{"at": "morning", "mg": 250.0, "units": 1.0}],
        "form": "capsule 250 mg", "every_days": 1, "every_h": None, "days_of_week": None, "cycle": None,
        "after_dialysis": False, "max_mg_per_day": None, "waits_for": [], "holds_mg": None, "phase": None, **more,
    }  # fmt: skip


def dose(*steps: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {
        "schema": "fullcourse/dose/1", "profile": "who", "knowledge": "sha256:" + "a" * 64, "drug": "cycloserine",
        "regimen": None, "status": "dose", "steps": list(steps), "duration_days": 182, **more,
    }  # fmt: skip


def plan(*doses: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"schema": "fullcourse/plan/1", "profile": "who", "knowledge": "sha256:" + "a" * 64, "regimen": "who-longer",
            "doses": list(doses), **more}  # fmt: skip


def read(tmp_path: Path, written: object) -> ProposedPlan:
    path = tmp_path / "plan.json"
    path.write_text(json.dumps(written))
    return open_proposal(str(path))


def test_a_plan_is_read_with_its_doses_regimen_profile_knowledge_and_length(tmp_path: Path):
    other = dose(step(), drug="linezolid", duration_days=60)
    proposed = read(tmp_path, plan(dose(step()), other))
    assert (proposed.regimen, proposed.profile, proposed.knowledge) == ("who-longer", "who", "a" * 64)
    assert proposed.days == 182
    first, second = proposed.drugs
    assert (first.drug, first.to_day, second.to_day) == ("cycloserine", None, 60)
    assert first.steps[0].doses == (Dose("morning", 250.0, 1.0),)
    assert proposed.waiting == ()


def test_a_length_that_one_drug_lacks_leaves_the_plan_open(tmp_path: Path):
    assert read(tmp_path, plan(dose(step()), dose(step(), drug="linezolid", duration_days=None))).days is None


def test_a_step_that_waits_is_left_out_with_all_after_it_and_the_one_before_goes_on(tmp_path: Path):
    more = step(from_day=15, waits_for=[WAIT], doses=[{"at": "morning", "mg": 500.0, "units": 2.0}])
    after = step(from_day=29, doses=[{"at": "morning", "mg": 750.0, "units": 3.0}])
    proposed = read(tmp_path, dose(step(to_day=14), more, after))
    (drug,) = proposed.drugs
    assert [(it.from_day, it.to_day) for it in drug.steps] == [(1, None)]
    assert proposed.waiting == (
        "cycloserine from day 15: 500 mg; waits for the level is known",
        "cycloserine from day 29: 750 mg; waits for the step before it",
    )


def test_steps_of_a_later_phase_wait_and_a_drug_of_it_alone_is_not_begun(tmp_path: Path):
    phases = {"regimens": [{"id": "who-longer", "phases": [{"name": "intensive"}, {"name": "continuation"}]}]}
    both = dose(step(phase="intensive"), step(phase="continuation"))
    late = dose(step(phase="continuation"), drug="linezolid")
    proposed = read(tmp_path, plan(both, late, composition=phases))
    assert [(drug.drug, len(drug.steps)) for drug in proposed.drugs] == [("cycloserine", 1)]
    assert [words.split(",")[0] for words in proposed.waiting] == ["cycloserine", "linezolid"]


@pytest.mark.parametrize(
    ("written", "part"),
    [
        (dose(status="cannot_assess"), "no dose yet"),
        (plan(dose(step()), dose(step(), drug="linezolid", status="contraindicated")), "linezolid is no dose yet"),
        (dose(step(holds_mg={"isoniazid": 75.0})), "combination"),
        (plan(), "holds no dose"),
        ({"schema": "fullcourse/check/1"}, "no proposal of"),
        ([1], "no proposal"),
        (dose({"from_day": 1}), "no proposal"),
        (dose(step(from_day=0)), "days count from 1"),
    ],
)
def test_what_is_no_dose_begins_nothing(tmp_path: Path, written: object, part: str):
    with pytest.raises(InputError, match=part) as told:
        read(tmp_path, written)
    assert str(told.value).startswith("--plan: ")


HOLDS = {"isoniazid": 300.0, "rifampin": 600.0}
TOGETHER = step(doses=[{"at": "morning", "mg": 300.0, "units": 4.0}], form="tablet HR 75/150 mg", holds_mg=HOLDS)


def test_a_combination_begins_no_course_unless_it_is_planned_by_amounts():
    written = plan(dose(TOGETHER, drug="isoniazid"), dose(step(), drug="linezolid"))
    with pytest.raises(InputError, match="combination"):
        read_proposal(written)
    proposed = read_proposal(written, in_amounts=True)
    (together,), (alone,) = (drug.steps for drug in proposed.drugs)
    assert (together.doses, together.form) == ((Dose("morning", 300.0, None),), "")  # no tablet to count four times
    assert (alone.doses, alone.form) == ((Dose("morning", 250.0, 1.0),), "capsule 250 mg")
    assert proposed.combined == (
        "tablet HR 75/150 mg, 4 in the morning: isoniazid 300 mg, rifampin 600 mg a dosing day",
    )


def test_one_tablet_of_several_drugs_is_named_once_and_none_of_a_phase_to_come():
    first, later = {**TOGETHER, "phase": "intensive"}, {**TOGETHER, "phase": "continuation", "form": "tablet H 1 mg"}
    phases = {"regimens": [{"id": "who-longer", "phases": [{"name": "intensive"}, {"name": "continuation"}]}]}
    written = plan(
        dose(first, later, drug="isoniazid"), dose(first, later, drug="rifampin"), composition=phases
    )  # fmt: skip
    proposed = read_proposal(written, in_amounts=True)
    assert len(proposed.combined) == 1
    assert len(proposed.waiting) == 2


def in_phases(length: str, **more: Any) -> dict[str, Any]:
    """Return a proposal of two phases, the first of a length, whose doses differ."""
    named = [{"name": "intensive", "length": length}, {"name": "continuation", "length": "4 months"}]
    both = dose(step(phase="intensive"), step(phase="continuation"))
    return plan(both, composition={"regimens": [{"id": "who-longer", "phases": named}]}, **more)


@pytest.mark.parametrize(
    ("length", "starts_on", "ends"),
    [
        ("8 weeks", date(2026, 3, 2), date(2026, 4, 26)),
        ("2 months", date(2026, 3, 2), date(2026, 5, 1)),
        ("2 months", date(2026, 12, 31), date(2027, 2, 27)),  # months of the calendar: until the day before 28 February
        ("6 to 7 months", date(2026, 3, 2), date(2026, 9, 1)),  # asked for at the earliest day
    ],
)
def test_the_first_phase_of_a_proposal_ends_by_its_length_from_the_day_on_which_it_is_begun(length, starts_on, ends):
    assert read_proposal(in_phases(length)).phase_ends_on(starts_on) == ends


def test_a_proposal_in_which_no_phase_waits_has_no_end_of_one():
    assert read_proposal(plan(dose(step()))).phase_ends_on(date(2026, 3, 2)) is None
    loading = plan(dose(step(to_day=14), step(from_day=15)))
    assert read_proposal(loading).phase_ends_on(date(2026, 3, 2)) is None
    more = step(from_day=15, waits_for=[WAIT])
    assert read_proposal(plan(dose(step(to_day=14), more))).phase_ends_on(date(2026, 3, 2)) is None


@pytest.mark.parametrize("length", ["", "some weeks", "8", "0 weeks", "8 weeks and more", "٨ weeks"])
def test_a_length_that_cannot_be_read_is_said_and_nothing_is_guessed(length):
    with pytest.raises(InputError, match="how long its first phase lasts"):
        read_proposal(in_phases(length)).phase_ends_on(date(2026, 3, 2))


def test_a_phase_beyond_the_calendar_is_refused():
    for length in ("8 weeks", "2 months"):
        with pytest.raises(InputError, match="9999"):
            read_proposal(in_phases(length)).phase_ends_on(date(9999, 12, 20))
