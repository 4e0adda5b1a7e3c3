"""What people read, as its users call it: answers, leaflet, review sheet, sources, differences."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import fullcourse
from fullcourse.knowledge.reader import HERE

PROGRAM = Path(sys.executable).with_name("fullcourse")
EXAMPLE = Path(fullcourse.__file__).parent / "examples" / "synthetic-patient.json"
AT = ("--at", "2026-11-22")


def run(*arguments: object, given: str = "") -> subprocess.CompletedProcess[str]:
    done = subprocess.run(  # noqa: S603 - our own program
        [PROGRAM, *map(str, arguments)],
        input=given,
        capture_output=True,
        env={**os.environ, "COLUMNS": "100", "PYTHONIOENCODING": "utf-8"},
        text=True,
        encoding="utf-8",
        check=False,
        timeout=60,
    )
    assert "Traceback" not in done.stderr, done.stderr
    return done


def asked(*arguments: object) -> dict:
    done = run("ask", *arguments, "--format", "json")
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


# ask ------------------------------------------------------------------------------------------------------------------


def test_a_question_is_answered_with_sources() -> None:
    done = run("ask", "what should I avoid while taking cycloserine?")
    assert done.returncode == 0
    assert "Do not drink alcohol" in done.stdout
    assert "Verywell Health" not in done.stdout
    assert "Seromycin (Cycloserine) - Oral, overdose; precautions, tier B" in done.stdout
    assert "not a replacement for medical advice" in done.stdout


def test_the_json_holds_every_answer_cited() -> None:
    reply = asked("what should I avoid?", "--drug", "Seromycin")
    assert reply["answered"] is True
    assert reply["drugs"] == ["cycloserine"]
    assert all(answer["citation"]["source"] for answer in reply["answers"])
    assert len(reply["knowledge"]) == 64


def test_an_emergency_comes_first_with_the_number_of_the_country() -> None:
    done = run("ask", "I had a seizure on cycloserine, can I drive?", "--country", "US")
    lines = [line for line in done.stdout.splitlines() if line.strip()]
    assert lines[0] == "THIS MAY BE AN EMERGENCY"
    assert "call for emergency help now" in lines[1]
    assert "In the US, call 911." in done.stdout
    assert "Call your local emergency number." in run("ask", "I had a seizure").stdout


def test_cyclosporine_gets_no_answer() -> None:
    reply = asked("what should I avoid while taking cyclosporine?")
    assert reply["answered"] is False
    assert reply["did_you_mean"] == []
    refused = run("ask", "what should I avoid?", "--drug", "cyclosporine")
    assert refused.returncode == 2
    assert "another medicine" in refused.stderr
    assert not refused.stdout


def test_a_misspelt_name_is_offered_back() -> None:
    assert asked("cyclosrine and food")["did_you_mean"] == ["cycloserine"]


def test_an_empty_question_is_refused() -> None:
    assert run("ask", " ").returncode == 2


# leaflet --------------------------------------------------------------------------------------------------------------


def test_a_leaflet_is_printed_as_text() -> None:
    done = run("leaflet", "--drug", "Seromycin", "--country", "us")
    assert done.returncode == 0
    assert done.stdout.startswith("CYCLOSERINE")
    assert "In the US, call 911." in done.stdout


def test_a_record_puts_what_applies_to_the_person_first() -> None:
    done = run("leaflet", "--drug", "cycloserine", "--record", EXAMPLE, *AT)
    assert done.returncode == 0
    assert (
        done.stdout.index("FOR YOU") < done.stdout.index("With isoniazid you may feel") < done.stdout.index("GET HELP")
    )


def test_a_record_from_standard_input_is_read_like_a_file() -> None:
    given = EXAMPLE.read_text("utf-8")
    by_file = run("leaflet", "--drug", "cycloserine", "--record", EXAMPLE, *AT).stdout
    assert run("leaflet", "--drug", "cycloserine", "--record", "-", *AT, given=given).stdout == by_file


def test_no_identity_of_the_person_stands_in_the_leaflet() -> None:
    bundle = json.loads(EXAMPLE.read_text("utf-8"))
    for entry in bundle["entry"]:
        if entry["resource"]["resourceType"] == "Patient":
            entry["resource"]["name"] = [{"family": "Canaryfamily", "given": ["Canarygiven"]}]
            entry["resource"]["telecom"] = [{"system": "phone", "value": "+1 555 0100 CANARY"}]
    for form in ("text", "html"):
        done = run("leaflet", "--drug", "cycloserine", "--record", "-", *AT, "--format", form, given=json.dumps(bundle))
        assert done.returncode == 0
        assert "Canary" not in done.stdout
        assert "CANARY" not in done.stdout
        assert "555 0100" not in done.stdout


def test_answers_add_to_the_record(tmp_path: Path) -> None:
    answers = tmp_path / "answers.toml"
    answers.write_text('[[fact]]\nid = "epilepsy"\nvalue = true\non = 2026-11-22\n', "utf-8")
    done = run("leaflet", "--drug", "cycloserine", "--record", EXAMPLE, "--answers", answers, *AT)
    assert done.returncode == 0, done.stderr
    assert "Talk to your care team before you take this medicine." in done.stdout


def test_the_html_is_one_page() -> None:
    page = run("leaflet", "--drug", "cycloserine", "--format", "html").stdout
    assert page.startswith("<!doctype html>")
    assert page.rstrip().endswith("</html>")


@pytest.mark.parametrize(
    ("name", "more", "printed"),
    [
        ("leaflet.html", (), "html"),
        ("leaflet.HTM", (), "html"),
        ("leaflet.txt", (), "text"),
        ("leaflet", (), "text"),
        ("leaflet.txt", ("--format", "html"), "html"),
        ("leaflet.html", ("--format", "text"), "text"),
    ],
)
def test_a_leaflet_is_written_to_a_file(tmp_path: Path, name: str, more: tuple[str, ...], printed: str) -> None:
    done = run("leaflet", "--drug", "cycloserine", "--out", tmp_path / name, *more)
    assert (done.returncode, done.stdout, done.stderr) == (0, f"Written to {name}.\n", "")
    assert (tmp_path / name).read_text("utf-8") == run("leaflet", "--drug", "cycloserine", "--format", printed).stdout


@pytest.mark.parametrize(
    "arguments",
    [
        ("--drug", "cycloserine", "--out", "/nowhere/leaflet.html"),
        ("--drug", "nothing"),
        ("--drug", "cyclosporine"),
        ("--drug", "cycloserine", "--country", "USA"),
        ("--drug", "cycloserine", "--answers", "x.toml"),
        ("--drug", "cycloserine", "--record", "/nowhere.json"),
        ("--drug", "cycloserine", "--record", str(EXAMPLE), "--at", "soon"),
        ("--drug", "cycloserine", "--record", str(EXAMPLE), "--profile", "moon"),
        (),
    ],
)
def test_what_cannot_be_used_is_refused_with_nothing_printed(arguments: tuple[str, ...]) -> None:
    done = run("leaflet", *arguments)
    assert done.returncode == 2
    assert not done.stdout
    assert done.stderr


# knowledge ------------------------------------------------------------------------------------------------------------


def test_the_review_sheet_is_written_to_a_file(tmp_path: Path) -> None:
    out = tmp_path / "sheet.html"
    assert run("knowledge", "sheet", "cycloserine", "--out", out).returncode == 0
    page = out.read_text("utf-8")
    for words in ("cycloserine.contraindication.epilepsy", "If epilepsy is yes", "Test cases", "On the same point"):
        assert words in page


def test_the_review_sheet_goes_to_standard_output_without_a_file() -> None:
    assert run("knowledge", "sheet", "terizidone").stdout.startswith("<!doctype html>")


def test_a_place_that_cannot_be_written_is_refused() -> None:
    done = run("knowledge", "sheet", "cycloserine", "--out", "/nowhere/sheet.html")
    assert done.returncode == 2
    assert "cannot be written" in done.stderr


def test_sources_are_listed_with_their_tier_and_what_rests_on_them() -> None:
    done = run("knowledge", "sources")
    assert "B  us-label-cycloserine-2023" in done.stdout
    rows = json.loads(run("knowledge", "sources", "--format", "json").stdout)
    label = next(row for row in rows if row["id"] == "us-label-cycloserine-2023")
    assert label["statements"] > 5
    kit = next(row for row in rows if row["id"] == "who-tb-dak-2024")
    assert kit["tables"] > 50
    assert f"A  who-tb-dak-2024  ({kit['statements']} statements, {kit['tables']} tables of guidelines)" in done.stdout


def test_a_drug_is_shown_with_its_tables_of_doses_and_what_the_export_has_no_place_for() -> None:
    shown = run("knowledge", "show", "amikacin").stdout
    assert "amikacin.dose.us-drug-card  [dose table]" in shown
    assert "    age is below 60 years, and age is at least 18 years: 15 mg/kg a day of amikacin, once a day" in shown
    rows = json.loads(run("knowledge", "show", "amikacin", "--format", "json").stdout)
    card = next(row for row in rows if row["id"] == "amikacin.dose.us-drug-card")
    assert card["source"]["source"] == "rutgers-drug-cards"
    assert "tables of regimens and doses" in run("knowledge", "export", "amikacin").stderr
    counted = run("knowledge", "coverage").stdout
    assert "tables of guidelines executed by dose" in counted
    assert "statements executed by dose" in counted


def test_a_changed_band_is_told_as_its_table_prints_it(tmp_path: Path) -> None:
    new = tmp_path / "knowledge"
    shutil.copytree(HERE, new, ignore=shutil.ignore_patterns("__pycache__", "*.py"))
    file = new / "guidelines" / "doses_who_longer_b.toml"
    before, after = "from = 46, below = 56, give = [{ mg = 750", "from = 46, below = 56, give = [{ mg = 500"
    text = file.read_text("utf-8")
    file.write_text(text.replace(before, after, 1).replace("units = 3 }] },", "units = 2 }] },", 1), "utf-8")
    told = run("knowledge", "diff", HERE, new).stdout
    assert "dose table cycloserine.dose.who-longer: changed" in told
    gives = "mg ({} × capsule 250 mg) of cycloserine, once a day"
    was, now = f"750 {gives.format(3)}", f"500 {gives.format(2)}"
    assert f"from 46 kg below 56 kg: from “{was}” to “{now}”" in told


def test_a_difference_is_told_in_words(tmp_path: Path) -> None:
    new = tmp_path / "knowledge"
    shutil.copytree(HERE, new, ignore=shutil.ignore_patterns("__pycache__", "*.py"))
    file = new / "drugs" / "cycloserine.toml"
    file.write_text(file.read_text("utf-8").replace("Not in psychosis.", "Never in psychosis."), "utf-8")
    done = run("knowledge", "diff", HERE, new)
    assert "claim: from “Not in psychosis.” to “Never in psychosis.”" in done.stdout
    assert "Who is affected: psychosis is yes" in done.stdout
    changes = json.loads(run("knowledge", "diff", HERE, new, "--format", "json").stdout)
    assert [change["id"] for change in changes["changed"]] == ["cycloserine.contraindication.psychosis"]
    assert run("knowledge", "diff", HERE, HERE).stdout.endswith("Nothing moved.\n")
