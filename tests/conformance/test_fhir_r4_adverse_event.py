"""Reports of adverse events as FHIR R4: valid by HL7's schema, coded as far as somebody said, and always a draft."""

import json
from pathlib import Path

import jsonschema_rs
import pytest

from fullcourse.adapters.fhir.write.adverse_event import adverse_event_bundle
from fullcourse.adapters.pharmacovigilance.template import template
from fullcourse.pharmacovigilance.reaction import Seriousness
from patients import knowledge
from reports import WHOLE, drafted, log

SCHEMA = jsonschema_rs.validator_for(
    json.loads((Path(__file__).parent / "data" / "fhir-r4-adverse-event.schema.json").read_text("utf-8"))
)
RICH = (
    WHOLE
    + """
batch = "L1"
indication = "tuberculosis"
indication_meddra_version = "27.1"
indication_meddra_llt_code = "10044755"
dosage = [{ amount = 500, unit = "mg", start = 2026-10-27, goes_on = true }]
[[drug]]
name = "lung tea"
role = "concomitant"
start = "2026"
end = "2026-10"
goes_on = false
[[history]]
words = "epilepsy"
since = 2019
until = 2024
comment = "mild"
[[test]]
name = "EEG"
words = "spikes"
[[test]]
name = "ALT"
value = 90
unit = "U/L"
high = "40"
on = 2026-11-03T08:00:00
[[assessment]]
drug = "cycloserine"
by = "TB physician"
method = "WHO-UMC"
result = "probable"
"""
)


def bundle(text: str, **more: object) -> list[dict]:
    written = adverse_event_bundle(drafted(text, **more), knowledge())
    SCHEMA.validate(json.loads(json.dumps(written)))
    return [entry["resource"] for entry in written["entry"]]


@pytest.mark.parametrize("text", ["", template(), WHOLE, RICH])
def test_every_report_is_valid_and_ends_with_what_lacks(text):
    *rest, outcome = bundle(text)
    assert outcome["resourceType"] == "OperationOutcome"
    assert "no clinician has reviewed" in outcome["issue"][-1]["diagnostics"]
    ids = [resource["id"] for resource in (*rest, outcome)]
    assert len(set(ids)) == len(ids)


def test_a_report_of_a_log_is_valid():
    text = '[[reaction]]\nwords = "fit"\nstart = 2026-11-03\n[[drug]]\nname = "cycloserine"\nrole = "suspect"\n'
    kinds = [resource["resourceType"] for resource in bundle(text, events=log())]
    assert kinds == ["Patient", "AdverseEvent", "Condition", "MedicationStatement", "OperationOutcome"]


def test_an_event_says_what_was_said_of_it():
    event = bundle(RICH)[1]
    assert event["event"]["coding"] == [{"system": "https://www.meddra.org", "version": "27.1", "code": "10039906"}]
    assert (event["actuality"], event["date"], event["recordedDate"]) == ("actual", "2026-11-03", "2026-11-20")
    assert event["seriousness"]["coding"][0]["code"] == "SeriousResultsInHospitalization"
    assert event["outcome"]["coding"][0]["code"] == "resolved"
    (suspect,) = event["suspectEntity"]
    assert suspect["causality"][0]["assessment"]["text"] == "probable"
    assert len(event["subjectMedicalHistory"]) == 1


@pytest.mark.parametrize(
    ("lines", "code"),
    [
        ("", None),
        ("other_important = true", "Serious"),
        ("death = true\ndisability = true", "Serious"),
        ("congenital_anomaly = true", "SeriousIsBirthDefect"),
        (
            "\n".join(f"{name} = false" for name, _ in Seriousness().answers()),
            "Non-serious",
        ),
    ],
)
def test_seriousness_is_coded_only_where_it_is_known(lines, code):
    event = bundle(f'[[reaction]]\nwords = "fit"\n{lines}\n')[1]
    coding = event["seriousness"].get("coding", [{"code": None}])
    assert [it["code"] for it in coding] == [code]
    assert "outcome" not in event
    assert "suspectEntity" not in event


@pytest.mark.parametrize(
    ("lines", "status"),
    [
        ("", "unknown"),
        ("start = 2026-10-01", "unknown"),
        ("start = 2026-10-01\ngoes_on = true", "active"),
        ("start = 2026-10-01\ngoes_on = false", "completed"),
        ('start = 2026-10-01\ngoes_on = true\naction = "withdrawn"', "stopped"),
    ],
)
def test_a_drug_is_active_or_over_only_where_somebody_said_so(lines, status):
    resources = bundle(f'[[drug]]\nname = "cycloserine"\nrole = "suspect"\n{lines}\n')
    (statement,) = [it for it in resources if it["resourceType"] == "MedicationStatement"]
    assert statement["status"] == status


def test_the_patient_holds_nothing_that_the_user_did_not_write_for_this_report():
    assert set(bundle(WHOLE)[0]) == {"resourceType", "id", "gender"}
    named = WHOLE.replace(
        "age_years = 34", 'age_years = 34\ninitials = "A B"\nbirth_date = 1992-11-04\nrecord_number = "17"'
    )
    assert set(bundle(named)[0]) == {"resourceType", "id", "gender", "name", "birthDate", "identifier"}


def test_the_same_report_gives_the_same_resources_and_another_gives_others():
    assert bundle(WHOLE) == bundle(WHOLE)
    other = bundle(WHOLE.replace('id = "ZA-CLINIC-1"', 'id = "ZA-CLINIC-2"'))
    assert {it["id"] for it in other}.isdisjoint({it["id"] for it in bundle(WHOLE)})
