"""What is printed of a decision: short enough to be read, and nothing decisive left out."""

import json
import os
import re
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

from patients import knowledge

PROGRAM = Path(sys.executable).with_name("fullcourse")
WORDS_OF_WEIGHT = ("contraindicated", "major", "moderate", "minor", "avoid,")
PLAIN = {
    "sex": "male",
    "birth_date": "1986-01-15",
    "problems_complete": True,
    "allergies_complete": True,
    "medicines_complete": True,
    "pulmonary_tuberculosis": True,
    "alcohol_use": False,
    "excessive_alcohol_use": False,
    "suicidal_thoughts": False,
    "weight": (70.0, "kg"),
    "height": (175.0, "cm"),
    "creatinine": (0.9, "mg/dL"),
    "haemoglobin": (14.0, "g/dL"),
    "neutrophils": (3.0, "10*9/L"),
    "platelets": (250.0, "10*9/L"),
    "albumin": (4.2, "g/dL"),
    "qt_interval": (400.0, "ms"),
    "heart_rate": (60.0, "/min"),
}
BPALM = "bedaquiline,pretomanid,linezolid,moxifloxacin"
LONG = "bedaquiline,levofloxacin,linezolid,clofazimine,cycloserine"
FIVE = ("ondansetron 4 mg tablet", "sertraline 50 mg tablet", "ibuprofen 400 mg tablet", "prednisolone 5 mg tablet",
        "phenytoin 100 mg capsule")  # fmt: skip


def record(path: Path, facts: dict[str, object], medicines: tuple[str, ...] = ()) -> Path:
    lines = []
    for fact, value in facts.items():
        number, unit = value if isinstance(value, tuple) else (value, "")
        written = str(number).lower() if isinstance(number, bool) else json.dumps(number)
        of_unit = f'unit = "{unit}"\n' if unit else ""
        lines.append(f'[[fact]]\nid = "{fact}"\nvalue = {written}\n{of_unit}on = 2026-11-18\n')
    lines += [f'[[medicine]]\nname = "{name}"\nsince = "2026-09"\n' for name in medicines]
    file = path / "record.toml"
    file.write_text("".join(lines), "utf-8")
    return file


def run(file: Path, *arguments: str) -> str:
    done = subprocess.run(  # noqa: S603 - our own program
        [PROGRAM, "check", str(file), "--at", "2026-11-20", *arguments],
        capture_output=True,
        env={**os.environ, "COLUMNS": "100"},
        check=True,
        timeout=60,
        text=True,
    )
    return done.stdout


def checked(file: Path, *arguments: str) -> dict:
    return json.loads(run(file, *arguments, "--format", "json"))


@cache
def inn_of(name: str) -> str:
    return name.split(" ", 1)[0]


def serious(result: dict) -> list[tuple[str, dict]]:
    """Return what applies, counts and is major or worse, with the drug in whose check it stands."""
    of_drugs = [(drug["drug"], finding) for drug in result["drugs"] for finding in drug["findings"]]
    every = [*of_drugs, *(("", finding) for finding in result["regimen_findings"])]
    return [
        (drug, finding)
        for drug, finding in every
        if finding["status"] == "applies" and finding["severity"] in {"contraindicated", "major"}
    ]


def assert_every_serious_finding_is_named(text: str, result: dict) -> None:
    flat = " ".join(text.split())
    for drug, finding in serious(result):
        headline = finding["management"]["says"] if finding["management"] else finding["says"]
        assert headline in flat, finding["id"]
        # A name may be broken over two lines: what stands on them is compared without spaces.
        packed = flat.replace(" ", "").casefold()
        assert drug.replace(" ", "") in packed, finding["id"]
        for evidence in finding["because"]:
            if evidence["fact"].startswith(("drug.", "class.")):
                assert inn_of(str(evidence["value"])).casefold() in packed, finding["id"]


def test_bpalm_in_a_plain_patient_is_three_lines_of_findings_and_no_alarm(tmp_path):
    file = record(tmp_path, PLAIN)
    text, result = run(file, "--regimen", BPALM), checked(file, "--regimen", BPALM)
    findings = [line for line in text.splitlines() if line.startswith("  ") and line.split()[0] in WORDS_OF_WEIGHT]
    assert len(serious(result)) <= 1
    assert len(findings) <= 3
    assert "Electrocardiograms more often while BPaLM is taken." in text
    assert [drug["decision"] for drug in result["drugs"]].count("avoid") == 0


def test_bedaquiline_with_moxifloxacin_outside_bpalm_is_still_an_alarm(tmp_path):
    result = checked(record(tmp_path, PLAIN), "--regimen", "bedaquiline,linezolid,moxifloxacin")
    assert "bedaquiline.interaction.moxifloxacin" in {finding["id"] for _, finding in serious(result)}


def test_a_long_regimen_with_five_other_medicines_is_sixty_lines_at_most_and_names_all_that_is_serious(tmp_path):
    for facts in (PLAIN, {}):
        file = record(tmp_path, facts, FIVE)
        text = run(file, "--regimen", LONG)
        assert len(text.splitlines()) <= 60, text
        assert_every_serious_finding_is_named(text, checked(file, "--regimen", LONG))


def test_qt_is_said_once_for_the_regimen_with_its_drugs_and_its_monitoring(tmp_path):
    text = run(record(tmp_path, PLAIN, FIVE), "--regimen", LONG)
    assert text.count("QT · ") == 1
    card = " ".join(text[text.index("QT · ") :].split("Sources:")[0].split())
    for name in ("bedaquiline", "levofloxacin", "clofazimine", "ondansetron"):
        assert name in card
    assert "Electrocardiograms far more often" in card


@pytest.mark.parametrize(
    ("drug", "facts", "medicines", "says"),
    [
        ("linezolid", {"haemoglobin": (5.0, "g/dL")}, (), "Not begun before the haemoglobin is corrected."),
        ("linezolid", {"platelets": (149.0, "10*9/L")}, (), "Not begun below 150 x 10^9/L platelets."),
        ("bedaquiline", {}, ("efavirenz 600 mg tablet",), "an inducer of CYP3A4 lowers bedaquiline until it fails."),
        ("rifampin", {}, ("nevirapine 200 mg tablet",), "Avoid nevirapine: efavirenz or dolutegravir take its place."),
        ("linezolid", {}, ("sertraline 50 mg tablet",), "The serotonergic medicine is stopped first"),
    ],
)
def test_what_is_to_be_avoided_is_said_so_with_what_is_open(tmp_path, drug, facts, medicines, says):
    file = record(tmp_path, {**PLAIN, **facts}, medicines)
    text, (checked_drug,) = run(file, "--drug", drug), checked(file, "--drug", drug)["drugs"]
    assert (checked_drug["decision"], checked_drug["known"]) == ("avoid", "avoid")
    assert "✖ AVOID" in text.splitlines()[1]
    assert says in " ".join(text.split())


def test_just_within_the_bound_nothing_is_avoided(tmp_path):
    facts = {**PLAIN, "haemoglobin": (8.0, "g/dL"), "platelets": (150.0, "10*9/L"), "neutrophils": (0.75, "10*9/L")}
    (drug,) = checked(record(tmp_path, facts), "--drug", "linezolid")["drugs"]
    assert drug["known"] == "no_objection"


def test_the_dose_of_dolutegravir_is_the_headline_and_no_reason_to_avoid(tmp_path):
    file = record(tmp_path, PLAIN, ("dolutegravir 50 mg tablet",))
    assert "Dolutegravir 50 mg twice a day" in run(file, "--drug", "rifampin")
    assert checked(file, "--drug", "rifampin")["drugs"][0]["decision"] == "caution"


def test_what_is_known_and_what_is_open_stand_side_by_side(tmp_path):
    few = {"haemoglobin": (5.0, "g/dL"), "sex": "male", "birth_date": "1986-01-15"}
    file = record(tmp_path, few)
    (drug,) = checked(file, "--drug", "linezolid")["drugs"]
    count = len(drug["open"]["could_forbid"])
    assert (drug["decision"], drug["open"]["strictest"]) == ("avoid", "contraindicated")
    verdict = run(file, "--drug", "linezolid").splitlines()[1]
    assert "AVOID" in verdict
    assert f" · {count} facts still open that could forbid it" in verdict


def test_a_check_that_knows_nothing_cannot_be_assessed_and_says_how_many_facts_could_forbid_it(tmp_path):
    file = record(tmp_path, {"sex": "male"})
    (drug,) = checked(file, "--drug", "linezolid")["drugs"]
    assert (drug["decision"], drug["known"]) == ("cannot_assess", "no_objection")
    count = len(drug["open"]["could_forbid"])
    assert f"CANNOT BE ASSESSED YET  {count} facts open that could forbid it" in run(file, "--drug", "linezolid")


@pytest.mark.parametrize("drug", ["cycloserine", "terizidone"])
@pytest.mark.parametrize(("answer", "decision"), [(True, "contraindicated"), (False, "caution")])
def test_a_child_is_no_dead_end_what_settles_it_is_asked_and_settles_it(tmp_path, drug, answer, decision):
    child = {**PLAIN, "birth_date": "2016-01-15", "weight": (30.0, "kg"), "cycloserine_susceptibility": "susceptible"}
    asked = checked(record(tmp_path, child), "--drug", drug)
    assert "severe_renal_impairment_of_child" in {fact for group in asked["question_groups"] for fact in group["facts"]}
    child["severe_renal_impairment_of_child"] = answer
    (settled,) = checked(record(tmp_path, child), "--drug", drug)["drugs"]
    assert settled["decision"] == decision
    # A child whose kidneys are called bad is refused, and asked no more; else nothing is left that could forbid it.
    assert answer or settled["open"]["could_forbid"] == []


def test_a_viral_reason_is_not_asked_where_tuberculosis_is_proven_and_is_asked_where_it_is_not(tmp_path):
    def asked(tuberculosis: bool) -> set[str]:
        facts = {**PLAIN, "pulmonary_tuberculosis": tuberculosis}
        result = checked(record(tmp_path, facts), "--drug", "cycloserine")
        return {fact for group in result["question_groups"] for fact in group["facts"]}

    assert "viral_infection_as_reason" not in asked(tuberculosis=True)
    assert "viral_infection_as_reason" in asked(tuberculosis=False)


def test_the_wording_of_a_management_stands_in_the_words_of_its_statement_or_shortens_them():
    """Numbers above all: none stands in a headline that its statement does not name."""
    words = {"two": "2", "three": "3", "four": "4", "eight": "8"}
    pairs = [
        (it, getattr(getattr(it.body, "then", None), "management", None)) for it in knowledge().statements.values()
    ]
    managed = [(statement, management) for statement, management in pairs if management is not None]
    assert len(managed) > 100
    for statement, management in managed:
        said = statement.says.casefold()
        for number in re.findall(r"\b\d+\b", management.says):
            assert number in said, statement.id
        for hours in filter(None, (management.hours_before, management.hours_after)):
            spelt = [word for word, digit in words.items() if float(digit) in {hours, hours / 24}] or ["one"]
            assert any(word in said for word in spelt), statement.id
