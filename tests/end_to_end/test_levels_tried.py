"""What was tried at a bedside and went wrong once: each input is a test here."""

import json
from pathlib import Path

import jsonschema_rs
import pytest

from bedside import ADULT, HERE, answered
from fullcourse.adapters import published

SCHEMA = jsonschema_rs.validator_for(
    json.loads((Path(published.__file__).parent / "schemas" / "levels-1.json").read_text("utf-8"))
)
CYCLOSERINE = ("--drug", "cycloserine", "--dose", "250 mg q12h", "--since", "2026-10-05", "--zone", "+02:00")


def as_json(*arguments: object) -> dict:
    code, output = answered(*arguments, "--format", "json")
    assert code == 0, output
    found = json.loads(output)
    SCHEMA.validate(found)
    return found


PAIR = ("--level", "60 mg/L @ 2026-11-03T10:05", "--level", "5 mg/L @ 2026-11-03T14:05")


def test_a_pair_that_is_from_no_curve_is_checked_and_gets_no_dose():
    answer = as_json("advise", ADULT, *CYCLOSERINE, *PAIR)
    assert (answer["advice"]["decision"], answer["advice"]["plans"]) == ("check", [])
    assert answer["estimates"][0]["together"]["excluded"]
    _, text = answered("advise", ADULT, *CYCLOSERINE, *PAIR)
    assert "CHECK LEVELS: No dose is advised" in text
    assert "ADVICE" not in text
    _, text = answered("estimate", ADULT, *CYCLOSERINE, *PAIR)
    assert "CHECK LEVELS: no patient of the model has these levels together" in text


def test_an_override_of_a_hold_does_not_make_levels_that_contradict_one_another_count():
    answer = as_json(
        "advise", ADULT, *CYCLOSERINE, *PAIR, "--covariate", "creatinine_clearance=20 mL/min", "--override", "asked"
    )
    assert (answer["advice"]["decision"], answer["advice"]["plans"]) == ("check", [])


def test_fit_marks_the_subjects_whose_levels_contradict_one_another(tmp_path: Path):
    data = HERE / "pza3.csv"
    out = tmp_path / "fitted.csv"
    code, text = answered("fit", data, "--model", "pyrazinamide.chirehwa-2017", "--out", out)
    assert code == 0
    assert "CHECK LEVELS: 1 of 2 subjects" in text
    rows = [line.rsplit(",", 1) for line in out.read_text("utf-8").splitlines()]
    assert [row[1] for row in rows] == ["CHECK_LEVELS", "1", "0"]


@pytest.mark.parametrize("name", ["pza", "pza2", "pza3"])
def test_fit_reads_levels_of_their_own_records_where_days_change_the_model(tmp_path: Path, name: str):
    data = HERE / f"{name}.csv"
    out = tmp_path / "fitted.csv"
    code, text = answered("fit", data, "--model", "pyrazinamide.chirehwa-2017", "--out", out)
    assert code == 0
    assert "NOT ESTIMATED" not in text
    assert "1e+30" not in out.read_text("utf-8")


def test_amikacin_by_infusion_gives_a_peak_that_follows_its_duration():
    asked = ("estimate", ADULT, "--drug", "amikacin", "--since", "2026-10-25", "--zone", "+02:00",
             "--level", "38 mg/L @ 2026-11-03T09:30", "--level", "2.1 mg/L @ 2026-11-03T18:00")  # fmt: skip
    short, long = (
        as_json(*asked, "--dose", f"750 mg over {over} every 24 h")["estimates"][0] for over in ("30 min", "2 h")
    )
    assert not short["together"]["excluded"]
    assert short["levels"][0]["predicted"] != long["levels"][0]["predicted"]
    code, said = answered(*asked, "--dose", "750 mg every 24 h")
    assert code == 2
    assert "over 30 min" in said


def test_text_json_and_picture_say_the_same_exposure(tmp_path: Path):
    asked = ("estimate", ADULT, *CYCLOSERINE, "--level", "22 mg/L @ 2026-11-03T10:00", "--mic", "8")
    measures = {row["name"]: row for row in as_json(*asked)["estimates"][0]["exposure"]["measures"]}
    assert list(measures) == ["auc24", "peak", "trough", "half_life", "time_above_mic"]
    _, text = answered(*asked, "--plot", tmp_path / "own.svg")
    picture = (tmp_path / "own.svg").read_text("utf-8")
    for row in measures.values():
        assert row["interval_90"][0] <= row["own"] <= row["interval_90"][1]
        assert f"{row['own']:.3g}   ({row['interval_90'][0]:.3g} to {row['interval_90'][1]:.3g})" in text
        assert f"{row['own']:.3g} ({row['interval_90'][0]:.3g} to {row['interval_90'][1]:.3g})" in picture


def own_clearance(*levels: str) -> dict:
    asked = [word for level in levels for word in ("--level", f"{level} mg/L @ 2026-11-03T10:00")]
    found = as_json("estimate", ADULT, *CYCLOSERINE, *asked)["estimates"][0]
    return next(row for row in found["parameters"] if row["name"] == "cl")


def test_two_results_of_one_instant_are_both_used():
    low, high, both = own_clearance("22"), own_clearance("30"), own_clearance("22", "30")
    assert high["own"] < both["own"] < low["own"]
    pairs = (low["interval_90"], both["interval_90"])
    assert pairs[1][1] - pairs[1][0] < pairs[0][1] - pairs[0][0]


def test_two_results_of_one_instant_that_contradict_one_another_are_checked():
    asked = [word for level in ("12", "70") for word in ("--level", f"{level} mg/L @ 2026-11-03T10:00")]
    assert as_json("advise", ADULT, *CYCLOSERINE, *asked)["advice"]["decision"] == "check"


@pytest.mark.parametrize("command", ["attainment", "simulate"])
def test_occasions_are_in_or_out_by_option_and_the_answer_says_which(command: str):
    asked = (command, "--drug", "cycloserine", "--model", "cycloserine.resendiz-galvan-2025", "--dose", "500 mg q24h",
             "--n", "400")  # fmt: skip
    on, off = (as_json(*asked, "--occasions", words)[
        "attainment" if command == "attainment" else "simulation"] for words in ("on", "off"))  # fmt: skip
    assert (on["occasions"], off["occasions"]) == (True, False)
    wide, narrow = (part["peak"] if command == "attainment" else part["last_day"]["peak"] for part in (on, off))
    assert wide[4] / wide[0] > narrow[4] / narrow[0]
    _, said = answered(*asked, "--occasions", "off")
    assert "variability between occasions is left out of these numbers" in said
    assert ", mean " in said
