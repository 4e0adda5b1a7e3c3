"""``fullcourse levels`` as its users call it: answers, both outputs, refusals, each with its exit code.

Longer than most: one table of refusals goes over every subcommand, and all share the patient that is built here.
"""

import csv
import io
import json
import os
import subprocess
import sys
from pathlib import Path

import jsonschema_rs
import pytest
from click.testing import CliRunner

from fullcourse.adapters import published
from fullcourse.clinical.errors import FullcourseError
from fullcourse.interfaces.cli.main import fullcourse
from fullcourse.interfaces.exit_codes import exit_code
from fullcourse.knowledge.pk.model_reader import FOLDER, read_pk_models
from hostile_text import cells_that_compute, faults_in

SCHEMA = jsonschema_rs.validator_for(
    json.loads((Path(published.__file__).parent / "schemas" / "levels-1.json").read_text("utf-8"))
)
ADULT = {"weight": "59.0 kg", "height": "165 cm", "sex": "male", "birth_date": "1985-03-01", "creatinine": "0.9 mg/dL"}
LEVELS = ("--level", "31 mg/L @ 2026-11-03T10:05", "--level", "27 mg/L @ 2026-11-03T14:05")
PLAN = ("--dose", "250 mg q12h", "--since", "2026-10-01")
CYCLOSERINE = ("--drug", "cycloserine")


def record(folder: Path, **changes: str | None) -> str:
    """Write a patient as TOML and return the path; None leaves a fact out."""
    lines = []
    for name, written in {**ADULT, **changes}.items():
        if written is None:
            continue
        value, _, unit = written.partition(" ")
        number = value.replace(".", "", 1).isdigit() and unit
        lines += ["[[fact]]", f'id = "{name}"', f"value = {value if number else json.dumps(value)}"]
        lines += [f'unit = "{unit}"'] if unit else []
        lines += ["on = 2026-10-30"] if unit else []
        lines += ['by = "nurse"', ""]
    path = folder / "patient.toml"
    path.write_text("\n".join(lines), encoding="utf-8")
    return str(path)


def run(*arguments: object) -> tuple[int, str]:
    """Return exit code and output, errors mapped as the program maps them."""
    result = CliRunner().invoke(fullcourse, ["levels", *map(str, arguments)])
    if isinstance(result.exception, FullcourseError):
        return exit_code(result.exception), str(result.exception)
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result.exit_code, result.output


def as_json(*arguments: object) -> dict:
    code, output = run(*arguments, "--format", "json")
    assert code == 0, output
    found = json.loads(output)
    SCHEMA.validate(found)
    return found


def test_every_model_is_listed():
    code, output = run("models")
    assert code == 0
    assert all(name in output for name in read_pk_models())


@pytest.mark.parametrize("name", sorted(read_pk_models()))
def test_every_model_is_shown_with_its_doi_and_its_tables(name: str):
    code, output = run("show", name)
    model = read_pk_models()[name]
    assert code == 0
    assert f"https://doi.org/{model.doi}" in output
    assert all(parameter.at in output for parameter in model.parameters.values())


def test_two_levels_give_the_patients_own_clearance(tmp_path: Path):
    found = as_json("estimate", record(tmp_path), *CYCLOSERINE, *LEVELS, *PLAN)
    own = {row["name"]: row for row in found["estimates"][0]["parameters"]}
    assert own["cl"]["own"] < own["cl"]["typical"]
    assert found["estimates"][0]["quality"]["converged"]
    assert {"weight", "creatinine", "age", "sex"} <= {item["fact"] for item in found["because"]}


def test_the_same_question_gives_the_same_answer(tmp_path: Path):
    question = ("estimate", record(tmp_path), *CYCLOSERINE, *LEVELS, *PLAN)
    assert as_json(*question) == as_json(*question)


def test_advice_ranks_plans_with_sources_and_never_above_a_gram(tmp_path: Path):
    advice = as_json("advise", record(tmp_path), *CYCLOSERINE, *LEVELS, *PLAN, "--target", "peak 20-35")["advice"]
    assert advice["decision"] in {"plan", "sample"}
    assert all(plan["citation"]["source"] and plan["mg_per_dosing_day"] <= 1000 for plan in advice["plans"])
    scores = [plan["score"] for plan in advice["plans"]]
    assert scores == sorted(scores, reverse=True)


def test_advice_reads_well_in_the_terminal(tmp_path: Path):
    code, output = run("advise", record(tmp_path), *CYCLOSERINE, *LEVELS, *PLAN)
    assert code == 0
    assert "ADVICE: " in output or "TAKE SAMPLES: " in output
    assert "250 mg morning, 500 mg evening" in output
    assert "no clinician has reviewed" in output


def test_severe_renal_insufficiency_holds_every_plan(tmp_path: Path):
    advice = as_json("advise", record(tmp_path, creatinine="4.0 mg/dL"), *CYCLOSERINE, *LEVELS, *PLAN)["advice"]
    assert (advice["decision"], advice["plans"]) == ("hold", [])
    readings = [hold["interpretation"] for hold in advice["holds"] if hold["id"] == "severe_renal"]
    assert readings == ["I-0001"]
    assert advice["says"].count("severe renal insufficiency") == 1


def test_a_hold_that_cannot_be_ruled_out_says_what_is_not_known(tmp_path: Path):
    advice = as_json("advise", record(tmp_path, height=None), *CYCLOSERINE, *LEVELS, *PLAN)["advice"]
    assert advice["decision"] == "hold"
    assert "It cannot be ruled out" in advice["says"]
    assert "not known: body height" in advice["says"]


def test_a_creatinine_given_by_hand_is_held_against_as_a_recorded_one_is(tmp_path: Path):
    def advised(creatinine: str | None, given: str) -> dict:
        covariate = ("--covariate", f"creatinine={given}")
        return as_json("advise", record(tmp_path, creatinine=creatinine), *CYCLOSERINE, *LEVELS, *PLAN, *covariate)

    said = "It cannot be ruled out: Not in severe renal insufficiency (not known: "
    usual, high, contradicting = (
        advised(None, "0.9 mg/dL"),
        advised(None, "4.0 mg/dL"),
        advised("0.9 mg/dL", "4.0 mg/dL"),
    )
    assert not any(note.startswith(said) for note in usual["notes"])
    assert high["advice"]["decision"] == "hold"
    assert any(note.startswith(said) for note in contradicting["notes"])


def test_advice_over_several_models_names_each_with_its_weight(tmp_path: Path):
    found = as_json("advise", record(tmp_path), *CYCLOSERINE, *LEVELS, *PLAN, "--average")
    assert len(found["estimates"]) == 2
    assert sum(model["weight"] for model in found["models"]) == pytest.approx(1.0, abs=0.01)
    code, output = run("advise", record(tmp_path), *CYCLOSERINE, *LEVELS, *PLAN, "--average")
    assert code == 0
    assert "Averaged over models, as the levels weigh them: cycloserine.alghamdi-2019" in output


def test_an_override_is_part_of_the_answer_and_allows_what_sources_allow(tmp_path: Path):
    path = record(tmp_path, creatinine="4.0 mg/dL")
    advice = as_json("advise", path, *CYCLOSERINE, *LEVELS, *PLAN, "--override", "specialist decided")["advice"]
    assert advice["override"] == "specialist decided"
    assert {"250 mg once a day, severe renal insufficiency", "500 mg three times a week"} == {
        plan["id"] for plan in advice["plans"]
    }


def test_next_samples_lie_within_clinic_hours(tmp_path: Path):
    found = as_json("sampling", record(tmp_path), *CYCLOSERINE, *LEVELS, *PLAN, "--clinic-hours", "9-13")["sampling"]
    hours = [int(at[11:13]) for row in found["computed"] for at in row["at"]]
    assert hours
    assert all(9 <= hour <= 13 for hour in hours)
    assert found["stated"][0]["hours_after_dose"] == [2, 6]


def test_a_late_dose_is_weighed_both_ways(tmp_path: Path):
    late = as_json("late", record(tmp_path), *CYCLOSERINE, *LEVELS, *PLAN, "--hours-late", "5")["late"]
    assert late["taken_now"]["peak"][2] > late["skipped"]["peak"][2]


def test_a_population_is_simulated_drawn_and_written(tmp_path: Path):
    plot, out = tmp_path / "curve.svg", tmp_path / "curves.csv"
    found = as_json(
        "simulate", *CYCLOSERINE, "--dose", "250 mg q12h", "--days", "3", "--n", "40", "--plot", plot, "--out", out
    )
    assert found["simulation"]["n"] == 40
    assert plot.read_text("utf-8").startswith("<svg")
    assert 1 + 40 * len(found["simulation"]["curve"]["time_h"]) == len(out.read_text("utf-8").splitlines())


def test_one_patients_covariates_may_be_simulated(tmp_path: Path):
    found = as_json(
        "simulate", *CYCLOSERINE, "--dose", "250 mg q12h", "--days", "1", "--n", "20", "--patient", record(tmp_path)
    )
    assert found["covariates"]["weight"] == 59.0


def test_a_drug_given_by_infusion_is_not_simulated_as_if_it_were_swallowed():
    code, said = run("simulate", "--drug", "amikacin", "--dose", "750 mg q24h")
    assert code == 2
    assert "how long one lasts is not known" in said


def test_text_and_json_name_the_software_and_the_models_they_rest_on():
    asked = ("attainment", "--drug", "cycloserine", "--dose", "250 mg q12h", "--n", "50")
    head = as_json(*asked)
    _, said = run(*asked)
    assert f"{head['software']}, knowledge {head['knowledge'].removeprefix('sha256:')[:12]}." in said


@pytest.mark.parametrize("command", ["simulate", "attainment"])
def test_a_dose_that_the_model_does_not_know_is_refused(command: str):
    code, said = run(command, "--drug", "delamanid", "--dose", "50 mg q12h")
    assert code == 2
    assert "must not be used for doses of 50 mg" in said


def test_a_drug_without_a_model_is_refused_with_the_nearest():
    code, said = run("simulate", "--drug", "cycloserinne", "--dose", "250 mg q12h")
    assert code == 2
    assert "Did you mean 'cycloserine'?" in said


def test_a_linezolid_plan_is_simulated_with_its_auto_inhibition():
    found = as_json("simulate", "--drug", "linezolid", "--dose", "600 mg q24h", "--days", "2", "--n", "5")
    assert found["models"][0]["id"] == "linezolid.mockeliunas-2022"


def test_a_child_gets_the_model_for_children(tmp_path: Path):
    path = record(tmp_path, birth_date="2018-03-01", weight="20 kg")
    found = as_json(
        "simulate", "--drug", "moxifloxacin", "--dose", "200 mg q24h", "--days", "1", "--n", "10", "--patient", path
    )
    assert found["models"][0]["id"] == "moxifloxacin.palmer-2025"


def test_attainment_is_given_for_each_mic(tmp_path: Path):
    mics = tmp_path / "mic.csv"
    mics.write_text("mic,share\n8,1\n16,2\n32,1\n", encoding="utf-8")
    found = as_json(
        "attainment", *CYCLOSERINE, "--dose", "250 mg morning + 500 mg evening", "--mic", mics, "--n", "100"
    )
    shares = {item["mic"]: item["share"] for item in found["attainment"]["mics"]}
    assert shares == {8.0: 0.25, 16.0: 0.5, 32.0: 0.25}


def test_many_subjects_are_fitted_and_written(tmp_path: Path):
    data, out = tmp_path / "data.csv", tmp_path / "etas.csv"
    rows = "".join(f"{n},0,1,1000,.,1\n{n},2,0,0,{9 + n},0\n{n},8,0,0,{6 + n},0\n" for n in (1, 2, 3))
    data.write_text("ID,TIME,EVID,AMT,DV,MDV\n" + rows, encoding="utf-8")
    model = Path(__file__).parents[1] / "data" / "pk" / "one-compartment-oral.toml"
    code, output = run("fit", data, "--model", model, "--out", out)
    assert (code, len(out.read_text("utf-8").splitlines())) == (0, 4)
    assert "3 subjects" in output


@pytest.mark.parametrize("name", ["=1+1", "@SUM(1)", "-2x", "+cmd|x", "\u202e1", "-1", "7"])
def test_what_a_subject_is_called_is_no_formula_in_a_table(name: str, tmp_path: Path):
    data, effects, predicted = tmp_path / "data.csv", tmp_path / "etas.csv", tmp_path / "predicted.csv"
    rows = f"{name},0,1,1000,.,1\n{name},2,0,0,10,0\n{name},8,0,0,7,0\n"
    data.write_text("ID,TIME,EVID,AMT,DV,MDV\n" + rows, encoding="utf-8")
    model = Path(__file__).parents[1] / "data" / "pk" / "one-compartment-oral.toml"
    assert run("fit", data, "--model", model, "--out", effects)[0] == 0
    assert run("predict", data, "--model", model, "--effects", effects, "--out", predicted)[0] == 0
    for table in (effects, predicted):
        written = table.read_text("utf-8")
        assert cells_that_compute(csv.reader(io.StringIO(written))) == []
        assert list(faults_in(written)) == []
        assert written.splitlines()[1].startswith(name) is (name in ("-1", "7"))


def test_levels_and_doses_come_from_a_fhir_record(tmp_path: Path):
    drug = {"text": "cycloserine 250 MG Oral Capsule"}
    about, ucum = {"reference": "Patient/p"}, "http://unitsofmeasure.org"

    def given(number: int) -> dict:
        hour = "08" if number % 2 == 0 else "20"
        return {
            "resourceType": "MedicationAdministration",
            "id": f"d{number}",
            "status": "completed",
            "medicationCodeableConcept": drug,
            "subject": about,
            "effectiveDateTime": f"2026-11-0{1 + number // 2}T{hour}:00:00Z",
            "dosage": {"dose": {"value": 250, "unit": "mg", "code": "mg", "system": ucum}},
        }

    def measured(name: str, code: dict, value: float, unit: str, when: str) -> dict:
        return {
            "resourceType": "Observation",
            "id": name,
            "status": "final",
            "code": code,
            "effectiveDateTime": when,
            "subject": about,
            "valueQuantity": {"value": value, "unit": unit, "code": unit, "system": ucum},
        }

    def loinc(code: str) -> dict:
        return {"coding": [{"system": "http://loinc.org", "code": code}]}

    when = "2026-11-01T07:00:00Z"
    resources = [
        {"resourceType": "Patient", "id": "p", "gender": "male", "birthDate": "1985-03-01"},
        measured("w", loinc("29463-7"), 59, "kg", when),
        measured("c", loinc("2160-0"), 0.9, "mg/dL", when),
        measured("l", {"text": "Cycloserine level"}, 18, "ug/mL", "2026-11-03T10:00:00Z"),
        *map(given, range(5)),
    ]
    bundle = {"resourceType": "Bundle", "type": "collection", "entry": [{"resource": item} for item in resources]}
    path = tmp_path / "record.json"
    path.write_text(json.dumps(bundle), encoding="utf-8")
    found = as_json("estimate", path, *CYCLOSERINE)
    assert found["estimates"][0]["levels"][0]["from"] == "Observation/l"


def treated(
    folder: Path, *more: dict, without: tuple[str, ...] = (), lines: bool = False, change: dict | None = None
) -> str:
    """Write a FHIR record with two doses and a level of cycloserine, and return the path.

    Args:
        folder: Where.
        more: Resources beside these.
        without: Ids of resources that are left out.
        lines: As NDJSON, not as a Bundle.
        change: What the second dose says otherwise.
    """
    about = {"subject": {"reference": "Patient/p"}, "status": "completed"}
    drug = {"medicationCodeableConcept": {"text": "cycloserine 250 MG Oral Capsule"}}
    amount = {"dosage": {"dose": {"value": 250, "unit": "mg"}}}
    first, second = (
        {"resourceType": "MedicationAdministration", "id": name, **about, **drug, **amount, "effectiveDateTime": when}
        for name, when in (("d1", "2026-11-03T08:00:00Z"), ("d2", "2026-11-03T20:00:00Z"))
    )

    def measured(name: str, code: dict, value: float, unit: str, when: str) -> dict:
        quantity = {"value": value, "unit": unit, "code": unit, "system": "http://unitsofmeasure.org"}
        subject = {**about, "status": "final"}
        return {
            "resourceType": "Observation", "id": name, **subject, "code": code, "effectiveDateTime": when,
            "valueQuantity": quantity,
        }  # fmt: skip

    loinc = "http://loinc.org"
    resources = [
        {"resourceType": "Patient", "id": "p", "gender": "male", "birthDate": "1985-03-01"},
        measured("w", {"coding": [{"system": loinc, "code": "29463-7"}]}, 59, "kg", "2026-11-01"),
        measured("c", {"coding": [{"system": loinc, "code": "2160-0"}]}, 0.9, "mg/dL", "2026-11-01"),
        measured("l", {"text": "Cycloserine level"}, 18, "ug/mL", "2026-11-03T22:00:00Z"),
        first,
        {name: value for name, value in {**second, **(change or {})}.items() if value is not None},
    ]
    resources = [resource for resource in resources if resource["id"] not in without]
    again = [{**resource, **said} for said in more for resource in resources if resource["id"] == said["id"]]
    new = [said for said in more if said["id"] not in {resource["id"] for resource in resources}]
    resources += again + new
    path = folder / "record.json"
    bundle = {"resourceType": "Bundle", "type": "collection", "entry": [{"resource": item} for item in resources]}
    written = "\n".join(map(json.dumps, resources)) if lines else json.dumps(bundle)
    path.write_text(written, encoding="utf-8")
    return str(path)


MEDICINE = {"resourceType": "Medication", "id": "m", "code": {"text": "cycloserine 250 MG Oral Capsule"}}
REFERRED = {"medicationCodeableConcept": None, "medicationReference": {"reference": "Medication/m"}}


def expected_levels(path: str) -> list[list[float]]:
    answer = as_json("estimate", path, *CYCLOSERINE, "--at", "2026-11-03T23:00Z")
    return [[*level["expected"], level["predicted"]] for level in answer["estimates"][0]["levels"]]


@pytest.mark.parametrize("lines", [False, True])
def test_what_is_listed_twice_or_by_reference_gives_the_levels_of_the_record_that_says_it_once(
    tmp_path: Path, lines: bool
):
    once = expected_levels(treated(tmp_path, lines=lines))
    stored_again = {"meta": {"versionId": "2"}}
    twice = treated(tmp_path, {"id": "d1"}, {"id": "d2", **stored_again}, {"id": "l", **stored_again}, lines=lines)
    assert expected_levels(twice) == once
    assert expected_levels(treated(tmp_path, MEDICINE, change=REFERRED, lines=lines)) == once
    assert expected_levels(treated(tmp_path, without=("d2",), lines=lines)) != once


def test_two_administrations_of_one_time_are_refused_by_their_ids(tmp_path: Path):
    path = treated(tmp_path, change={"effectiveDateTime": "2026-11-03T10:00:00+02:00"})
    code, output = run("estimate", path, *CYCLOSERINE)
    assert code == 2
    assert "MedicationAdministration/d1 and MedicationAdministration/d2 have one time" in output


def test_a_dose_whose_medicine_the_record_does_not_hold_is_said(tmp_path: Path):
    answer = as_json("estimate", treated(tmp_path, change=REFERRED), *CYCLOSERINE)
    assert any("1 x MedicationAdministration of a product" in note for note in answer["notes"])


def test_who_was_born_after_the_last_level_is_not_estimated(tmp_path: Path):
    path = treated(tmp_path, {"id": "p"})
    text = Path(path).read_text("utf-8").replace("1985-03-01", "2026-11-04")
    Path(path).write_text(text, encoding="utf-8")
    code, output = run("estimate", path, *CYCLOSERINE)
    assert code == 2
    assert "it lies after the date of the check (2026-11-03)" in output
    assert "2026-11-04" not in output


@pytest.mark.parametrize(
    ("changes", "arguments", "code", "why"),
    [
        ({}, ("--level", "31 mg/mL @ 2026-11-03T10:05", *PLAN), 2, "31,000 mg/L"),
        ({}, ("--level", "-3 mg/L @ 2026-11-03T10:05", *PLAN), 2, "below zero"),
        ({}, ("--level", "31 mg/L @ 2026-09-03T10:05", *PLAN), 2, "earlier than the start"),
        ({}, (*LEVELS, *LEVELS, *PLAN), 2, "given twice"),
        ({}, ("--level", "31 mg/L @ 2026-11-03T10:05"), 2, "doses: the record holds no administration"),
        ({}, PLAN, 2, "levels: the record holds none"),
        ({}, (*LEVELS, "--dose", "a lot", "--since", "2026-10-01"), 2, "not understood"),
        ({}, (*LEVELS, *PLAN, "--model", "cycloserine.nobody-1900"), 2, "is none of cycloserine"),
        ({}, (*LEVELS, *PLAN, "--zone", "east"), 2, "is no offset"),
        ({}, (*LEVELS, *PLAN, "--covariate", "hiv"), 2, "--covariate"),
        ({}, (*LEVELS, *PLAN, "--plot", "curve.gif"), 2, "name a file ending in"),
        ({"creatinine": None}, (*LEVELS, *PLAN), 2, "needs creatinine"),
        ({"birth_date": None}, (*LEVELS, *PLAN), 2, "age is not known"),
        ({"birth_date": "2018-03-01"}, (*LEVELS, *PLAN), 2, "no model of cycloserine here is for a child"),
    ],
)
def test_what_cannot_be_weighed_is_refused_by_name(tmp_path: Path, changes, arguments, code, why):
    found, said = run("estimate", record(tmp_path, **changes), *CYCLOSERINE, *arguments)
    assert code == found, said
    assert why in said


def test_a_level_without_a_zone_beside_doses_with_one_is_refused(tmp_path: Path):
    doses = tmp_path / "doses.csv"
    doses.write_text("at,mg\n2026-11-03T08:00+02:00,250\n", encoding="utf-8")
    code, said = run("estimate", record(tmp_path), *CYCLOSERINE, *LEVELS[:2], "--doses", doses)
    assert code == 2
    assert "has no zone" in said


def test_a_level_before_the_first_dose_is_refused(tmp_path: Path):
    doses = tmp_path / "doses.csv"
    doses.write_text("at,mg\n2026-11-03T08:00,250\n", encoding="utf-8")
    code, said = run(
        "estimate", record(tmp_path), *CYCLOSERINE, "--level", "31 mg/L @ 2026-11-03T07:05", "--doses", doses,
        "--at", "2026-11-04",
    )  # fmt: skip
    assert code == 2
    assert "before the first known dose" in said


def test_a_model_file_that_is_not_positive_definite_exits_with_three(tmp_path: Path):
    text = (FOLDER / "rifampicin-smythe-2012.toml").read_text("utf-8").replace("printed = 0.911", "printed = 1.02")
    model = tmp_path / "wrong.toml"
    model.write_text(text, encoding="utf-8")
    data = tmp_path / "data.csv"
    data.write_text("ID,TIME,EVID,AMT,DV\n1,0,1,600,.\n1,2,0,0,8\n", encoding="utf-8")
    code, said = run("fit", data, "--model", model)
    assert code == 3
    assert "not positive definite" in said


def test_a_level_far_outside_is_called_a_conflict(tmp_path: Path):
    code, output = run("estimate", record(tmp_path), *CYCLOSERINE, "--level", "310 mg/L @ 2026-11-03T10:05", *PLAN)
    assert code == 0
    assert "outside what the model has seen: check sampling time, dose times, units" in output


def test_no_message_holds_what_identifies_the_patient(tmp_path: Path):
    folder = tmp_path / "jane-doe"
    folder.mkdir()
    _, said = run("estimate", record(folder, creatinine=None), *CYCLOSERINE, *LEVELS, *PLAN)
    assert "jane" not in said.lower()
    assert "1985" not in said


def test_the_installed_program_answers(tmp_path: Path):
    program = Path(sys.executable).with_name("fullcourse")
    done = subprocess.run(  # noqa: S603 - our own program
        [program, "levels", "estimate", record(tmp_path), *CYCLOSERINE, *LEVELS, *PLAN],
        capture_output=True, env={**os.environ, "COLUMNS": "100"}, check=False, timeout=60,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr.decode()
    assert "This patient" in done.stdout.decode()


def test_a_target_needs_no_quotes(tmp_path: Path):
    arguments = ("advise", record(tmp_path), *CYCLOSERINE, *LEVELS, *PLAN)
    quoted = as_json(*arguments, "--target", "peak 20-35")
    assert as_json(*arguments, "--target", "peak", "20-35")["advice"] == quoted["advice"]


def test_a_simulation_reads_the_patient_at_the_moment_asked_about_and_adds_what_is_given(tmp_path: Path):
    answers = tmp_path / "answers.toml"
    answers.write_text(
        '[[fact]]\nid = "weight"\nvalue = 80\nunit = "kg"\non = 2026-11-01\nby = "nurse"\n', encoding="utf-8"
    )
    arguments = (*CYCLOSERINE, "--dose", "250 mg q12h", "--days", "2", "--n", "20", "--patient")
    read = as_json("simulate", *arguments, record(tmp_path), "--at", "2026-11-03")
    added = as_json("simulate", *arguments, record(tmp_path, weight=None), "--at", "2026-11-03", "--answers", answers)
    given = as_json("attainment", *CYCLOSERINE, "--dose", "250 mg q12h", "--n", "20", "--patient",
                    record(tmp_path, weight=None), "--at", "2026-11-03", "--covariate", "weight=70 kg")  # fmt: skip
    weights = [found["covariates"]["weight"] for found in (read, added, given)]
    assert weights == [59.0, 80.0, 70.0]


def test_a_share_under_a_line_is_not_said_as_the_harm_beyond_it():
    code, said = run("attainment", *CYCLOSERINE, "--dose", "500 mg q12h", "--n", "50")
    assert code == 0
    assert "stay under 35 mg/L: Serious effects" in said
    assert "reach it: A peak of 20 to 35 mg/L" in said


@pytest.mark.parametrize("ending", ["csv", "parquet"])
def test_simulate_writes_the_curve_of_everybody_in_either_format(tmp_path: Path, ending: str):
    import duckdb

    out = tmp_path / f"curves.{ending}"
    code, _ = run("simulate", *CYCLOSERINE, "--dose", "250 mg q12h", "--days", "2", "--n", "5", "--out", str(out))
    assert code == 0
    people, rows, highest = duckdb.sql(
        f"SELECT count(DISTINCT subject), count(*), max(mg_per_l) FROM '{out}'"  # noqa: S608 - our own file
    ).fetchall()[0]
    assert (people, rows) == (5, 5 * (2 * 24 * 4 + 1))
    assert 5.0 < highest < 100.0
