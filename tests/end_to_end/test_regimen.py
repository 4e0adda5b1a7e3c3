"""``fullcourse check --regimen`` as its users call it."""

import json
import os
import subprocess
import sys
from pathlib import Path

import jsonschema_rs
import pytest

import fullcourse
import fullcourse.adapters.published as published

PROGRAM = Path(sys.executable).with_name("fullcourse")
EXAMPLES = Path(fullcourse.__file__).parent / "examples"
EXAMPLE = EXAMPLES / "synthetic-patient.json"
WITHOUT_CLAVULANATE = "regimen.company.carbapenem-without-clavulanate"
SCHEMA = jsonschema_rs.validator_for(
    json.loads((Path(published.__file__).parent / "schemas" / "check-2.json").read_text("utf-8"))
)


def run(*arguments: str, record: Path = EXAMPLE, at: str = "2026-11-22") -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: S603 - our own program
        [PROGRAM, "check", record, "--at", at, *arguments],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
        env={**os.environ, "COLUMNS": "100"},
    )


def as_json(regimen: str, *, record: Path = EXAMPLE, at: str = "2026-11-22") -> dict:
    done = run("--regimen", regimen, "--format", "json", record=record, at=at)
    assert done.returncode == 0, done.stderr
    result = json.loads(done.stdout)
    SCHEMA.validate(result)
    return result


def test_a_regimen_gives_every_drug_every_pair_and_what_holds_for_all():
    result = as_json("bedaquiline,linezolid,clofazimine,cycloserine")
    assert [check["drug"] for check in result["drugs"]] == ["bedaquiline", "linezolid", "clofazimine", "cycloserine"]
    assert len(result["pairs"]) == 6
    pair = next(it for it in result["pairs"] if it["drugs"] == ["bedaquiline", "clofazimine"])
    assert (pair["severity"], pair["findings"]) == ("major", ["bedaquiline.interaction.clofazimine"])
    for drug in ("bedaquiline", "clofazimine"):
        findings = next(it["findings"] for it in result["drugs"] if it["drug"] == drug)
        assert [it["status"] for it in findings if it["id"] == "bedaquiline.interaction.clofazimine"] == ["applies"]
    stacks = {it["id"]: it["status"] for it in result["regimen_findings"]}
    assert stacks["regimen.company.qt-three"] == "applies"
    assert stacks["bedaquiline.company.never-alone"] == "cannot_assess"  # nobody tested the four drugs


@pytest.mark.parametrize(
    ("regimen", "finding"),
    [
        ("levofloxacin,moxifloxacin", "regimen.company.two-fluoroquinolones"),
        ("imipenem,meropenem", "regimen.company.two-carbapenems"),
        ("ethionamide,prothionamide", "regimen.company.two-thioamides"),
        ("cycloserine,terizidone", "cycloserine.duplicate.terizidone"),
        ("Rifater,isoniazid", "regimen.company.same-medicine-twice"),
    ],
)
def test_duplicates_and_company_are_found_over_the_regimen(regimen, finding):
    found = {it["id"]: it["status"] for it in as_json(regimen)["regimen_findings"]}
    assert found[finding] == "applies"


def test_the_text_names_each_pair_once_and_says_what_silence_means():
    done = run("--regimen", "bedaquiline,linezolid,clofazimine,cycloserine")
    assert done.returncode == 0, done.stderr
    details = done.stdout.split("\nTOGETHER ")[1]
    assert details.count("bedaquiline + clofazimine") == 1
    assert "which does not say that they are safe" in " ".join(details.split())


def test_a_combination_gives_what_its_ingredients_give():
    one, two = as_json("Rifater"), as_json("isoniazid,pyrazinamide,rifampin")
    assert one["pairs"] == two["pairs"]
    decisions = [{check["drug"]: check["decision"] for check in result["drugs"]} for result in (one, two)]
    assert decisions[0] == decisions[1]


def test_a_regimen_that_cannot_be_read_is_refused_without_a_traceback():
    for arguments, says in (
        (("--regimen", "linezolid,cyclosrine"), "Did you mean 'cycloserine'"),
        (("--regimen", "linezolid,cyclosporine"), "look alike"),
        (("--regimen", "linezolid", "--drug", "cycloserine"), "Give one of them"),
    ):
        done = run(*arguments)
        assert done.returncode == 2
        assert says in done.stderr
        assert "Traceback" not in done.stderr


def test_fail_on_counts_what_is_found_for_the_regimen():
    assert run("--regimen", "levofloxacin,moxifloxacin", "--fail-on", "contraindicated").returncode == 1


def test_a_proposed_carbapenem_without_clavulanate_is_found_though_the_list_is_open():
    def found(regimen: str) -> str:
        return next(it["status"] for it in as_json(regimen)["regimen_findings"] if it["id"] == WITHOUT_CLAVULANATE)

    assert found("bedaquiline,linezolid,meropenem") == "applies"
    assert found("bedaquiline,linezolid,meropenem,clavulanate") == "does_not_apply"
    assert found("bedaquiline,linezolid,imipenem-cilastatin,Augmentin") == "does_not_apply"


def test_what_forbids_the_drugs_together_is_said_beside_the_decision_on_each():
    ready = EXAMPLES / "ready.toml"
    when = {"record": ready, "at": "2026-12-01"}
    first, second = run("--regimen", "cycloserine", **when).stdout.splitlines()[1:3]
    assert first.startswith("CYCLOSERINE  ▲ CAUTION")
    assert second.startswith("AS A REGIMEN  ✖ CONTRAINDICATED")  # no drug's own decision says it
    for regimen, decision in (("cycloserine", "contraindicated"), ("cycloserine,levofloxacin", "cannot_assess")):
        answer = as_json(regimen, **when)
        assert answer["together"]["decision"] == decision, regimen
    for_itself = run("--drug", "cycloserine", "--format", "json", **when)
    assert json.loads(for_itself.stdout)["together"] is None
