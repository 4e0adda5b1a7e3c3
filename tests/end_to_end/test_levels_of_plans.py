"""Levels under every rhythm of a dose plan, one patient and a register: followed exactly, or refused in words."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from fullcourse.clinical.errors import FullcourseError
from fullcourse.interfaces.cli.cohort import cohort
from fullcourse.interfaces.cli.levels import levels
from fullcourse.interfaces.exit_codes import exit_code

PERSON = [
    {"resourceType": "Patient", "id": "p", "gender": "female", "birthDate": "1980-05-01"},
    *(
        {
            "resourceType": "Observation", "id": fact, "status": "final", "subject": {"reference": "Patient/p"},
            "code": {"coding": [{"system": "http://loinc.org", "code": code}]}, "effectiveDateTime": "2026-11-20",
            "valueQuantity": {"value": value, "unit": unit, "system": "http://unitsofmeasure.org", "code": unit},
        }
        for code, unit, fact, value in (
            ("29463-7", "kg", "weight", 59.0), ("8302-2", "cm", "height", 165.0), ("2160-0", "mg/dL", "creatinine", 0.9)
        )
    ),
]  # fmt: skip

FOLLOWED = [
    "500 mg q36h",
    "500 mg q48h",
    "500 mg every other day",
    "500 mg on monday and thursday",
    "250 mg twice a day 5x weekly",
    "2 capsules of 250 mg twice a day",
    "250 mg alternating with 500 mg",
    "from 2026-12-01: 250 mg q12h",
]


def run(command: object, *arguments: str) -> tuple[int, str]:
    done = CliRunner().invoke(command, [*arguments])
    if isinstance(done.exception, FullcourseError):
        return exit_code(done.exception), str(done.exception)
    if done.exception is not None and not isinstance(done.exception, SystemExit):
        raise done.exception
    return done.exit_code, done.output


def asked(command: str, plan: str, *more: str) -> dict:
    code, output = run(levels, command, "--drug", "cycloserine", "--dose", plan, "--n", "60", "--format", "json", *more)
    assert code == 0, output
    return json.loads(output)[{"simulate": "simulation"}.get(command, command)]


@pytest.mark.parametrize("plan", FOLLOWED)
def test_levels_at_steady_state_and_on_a_late_day_agree(plan: str):
    steady = asked("attainment", plan)
    days = asked("simulate", plan, "--days", "43")
    assert steady["plan"] == days["plan"]
    # Over the last two weeks the curve of every hour passes through the peaks and troughs of the cycle.
    middle = days["curve"]["quantiles"]["p50"][-14 * 24 :]
    assert max(middle) == pytest.approx(steady["peak"][2], rel=0.15)
    assert min(middle) == pytest.approx(steady["trough"][2], rel=0.15, abs=0.5)


def test_auc_follows_the_mean_amount_of_a_day():
    auc = {plan: asked("attainment", plan)["auc24"][2] for plan in ("500 mg q24h", *FOLLOWED)}
    for plan, share in (("500 mg q36h", 2 / 3), ("500 mg q48h", 1 / 2), ("500 mg every other day", 1 / 2),
                        ("500 mg on monday and thursday", 2 / 7), ("250 mg alternating with 500 mg", 3 / 4),
                        ("2 capsules of 250 mg twice a day", 2.0)):  # fmt: skip
        assert auc[plan] == pytest.approx(share * auc["500 mg q24h"], rel=1e-4)


@pytest.mark.parametrize(
    ("command", "plan", "why"),
    [
        ("attainment", "500 mg after dialysis on mon, wed, fri", "what dialysis takes out"),
        ("simulate", "500 mg after dialysis on mon, wed, fri", "what dialysis takes out"),
        ("simulate", "500 mg after dialysis", "what dialysis takes out"),
        ("attainment", "500 mg q12h for 14 days", "no steady state"),
        ("simulate", "from day 100: 500 mg q12h", "no dose falls in the first 28 days"),
        ("simulate", "2 capsules q12h", "no strength"),
    ],
)
def test_a_plan_that_cannot_be_followed_is_refused(command: str, plan: str, why: str):
    code, said = run(levels, command, "--drug", "cycloserine", "--dose", plan, "--n", "10")
    assert (code, why in said) == (2, True), said


@pytest.mark.parametrize("plan", ["500 mg q36h", "250 mg alternating with 500 mg on mon, thu", "500 mg qod"])
def test_a_register_follows_a_plan_as_one_patient_does(plan: str, tmp_path: Path):
    register = tmp_path / "register.ndjson"
    register.write_text("".join(json.dumps(resource) + "\n" for resource in PERSON))
    duckdb = pytest.importorskip("duckdb")
    for more in ((), ("--days", "15")):
        out = tmp_path / f"levels{len(more)}.parquet"
        code, said = run(cohort, "levels", str(register), "--drug", "cycloserine", "--dose", plan, "--n", "60",
                         "--at", "2026-11-22", "--out", str(out), *more)  # fmt: skip
        assert code == 0, said
        peak = duckdb.from_parquet(str(out)).project("peak_p50").fetchall()[0][0]
        one = asked("simulate" if more else "attainment", plan, "--patient", str(register), "--at", "2026-11-22", *more)
        alone = (one["last_day"] if more else one)["peak"][2]
        assert peak == pytest.approx(alone, rel=5e-5)


@pytest.mark.parametrize(
    ("plan", "more", "why"),
    [
        ("500 mg after dialysis on mon, wed, fri", (), "what dialysis takes out"),
        ("500 mg daily for 14 days", (), "no steady state"),
        ("from day 30: 500 mg daily", ("--days", "28"), "no dose falls"),
    ],
)
def test_a_register_is_not_asked_what_no_model_can_follow(plan: str, more: tuple[str, ...], why: str, tmp_path: Path):
    register = tmp_path / "register.ndjson"
    register.write_text("".join(json.dumps(resource) + "\n" for resource in PERSON))
    code, said = run(cohort, "levels", str(register), "--drug", "cycloserine", "--dose", plan,
                     "--at", "2026-11-22", "--out", str(tmp_path / "out.parquet"), *more)  # fmt: skip
    assert (code, why in said) == (2, True), said
