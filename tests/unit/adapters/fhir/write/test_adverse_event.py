"""A report of an adverse event as FHIR R4: every part that was said, in its place, and nothing that was not."""

from dataclasses import replace
from typing import Any

import pytest

from fullcourse.adapters.fhir.write.adverse_event import adverse_event_bundle
from fullcourse.clinical.quantity import Interval, exactly
from fullcourse.pharmacovigilance.reaction import Seriousness
from patients import knowledge
from reports import WHOLE, drafted, log

HL7 = "http://terminology.hl7.org/CodeSystem"
MEDDRA = {"system": "https://www.meddra.org", "version": "27.1"}
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
[[history]]
words = "gout"
[[test]]
name = "EEG"
words = "spikes"
[[test]]
name = "ALT"
value = 90
unit = "U/L"
high = "40"
on = 2026-11-03T08:00:00
comment = "after breakfast"
[[assessment]]
drug = "cycloserine"
by = "TB physician"
method = "WHO-UMC"
result = "probable"
"""
)


def bundle(text: str, **more: object) -> dict[str, Any]:
    return adverse_event_bundle(drafted(text, **more), knowledge())


def resources(text: str, **more: object) -> dict[str, list[dict]]:
    found: dict[str, list[dict]] = {}
    for it in bundle(text, **more)["entry"]:
        found.setdefault(it["resource"]["resourceType"], []).append(it["resource"])
    return found


def refers(resource: dict) -> dict[str, str]:
    return {"reference": f"urn:uuid:{resource['id']}", "type": resource["resourceType"]}


def issues(text: str) -> list[tuple[str, str, str]]:
    (outcome,) = resources(text)["OperationOutcome"]
    return [(it["severity"], it["code"], it["diagnostics"]) for it in outcome["issue"]]


def test_a_bundle_holds_the_person_the_event_what_it_refers_to_and_what_lacks_last():
    made = bundle(RICH)
    assert (made["resourceType"], made["type"]) == ("Bundle", "collection")
    assert [it["resource"]["resourceType"] for it in made["entry"]] == [
        "Patient", "AdverseEvent", "Condition", "MedicationStatement", "MedicationStatement", "Condition", "Condition",
        "Observation", "Observation", "OperationOutcome",
    ]  # fmt: skip
    assert all(it["fullUrl"] == f"urn:uuid:{it['resource']['id']}" for it in made["entry"])
    assert len({it["fullUrl"] for it in made["entry"]}) == len(made["entry"])


def test_an_event_says_what_was_said_of_it_and_leads_to_the_rest():
    found = resources(RICH)
    (event,) = found["AdverseEvent"]
    reaction, *history = found["Condition"]
    assert event["identifier"] == {"system": "urn:fullcourse:case", "value": "ZA-CLINIC-1"}
    assert event["actuality"] == "actual"
    assert event["event"] == {"coding": [{**MEDDRA, "code": "10039906"}], "text": "fit"}
    assert event["subject"] == refers(found["Patient"][0])
    assert (event["date"], event["recordedDate"]) == ("2026-11-03", "2026-11-20")
    assert event["resultingCondition"] == [refers(reaction)]
    assert event["outcome"] == {"coding": [{"system": f"{HL7}/adverse-event-outcome", "code": "resolved"}]}
    assert event["recorder"] == {"display": "physician"}
    assert event["subjectMedicalHistory"] == [refers(it) for it in history]
    assert event["suspectEntity"] == [
        {
            "instance": refers(found["MedicationStatement"][0]),
            "causality": [
                {
                    "assessment": {"text": "probable"},
                    "productRelatedness": "judged by TB physician",
                    "method": {"text": "WHO-UMC"},
                }
            ],
        }
    ]
    assert "fit: yes: hospitalisation" in event["text"]["div"]
    assert "A draft; nothing was sent." in event["text"]["div"]


def test_an_event_of_which_little_was_said_says_no_more():
    (event,) = resources('[[reaction]]\nwords = "fit"\n')["AdverseEvent"]
    assert set(event) == {
        "resourceType", "id", "text", "actuality", "event", "subject", "recordedDate", "resultingCondition",
        "seriousness",
    }  # fmt: skip
    assert event["event"] == {"text": "fit"}
    assert set(event["seriousness"]) == {"text"}


def test_each_judgement_stands_with_its_own_drug_and_its_own_reaction():
    two = WHOLE.replace('[[reaction]]\nwords = "fit"', '[[reaction]]\nwords = "rash"\n[[reaction]]\nwords = "fit"')
    text = f"""{two}
[[drug]]
name = "linezolid"
role = "suspect"
[[assessment]]
drug = "linezolid"
reaction = "fit"
by = "reporter"
method = "global"
result = "unlikely"
"""
    rash, fit = resources(text)["AdverseEvent"]
    cycloserine, linezolid = resources(text)["MedicationStatement"]
    assert [it["instance"] for it in rash["suspectEntity"]] == [refers(cycloserine), refers(linezolid)]
    assert ["causality" in it for it in rash["suspectEntity"]] == [False, False]
    assert ["causality" in it for it in fit["suspectEntity"]] == [False, True]
    conditions = resources(text)["Condition"]
    assert [it["code"]["text"] for it in conditions] == ["rash", "fit"]
    assert [rash["resultingCondition"], fit["resultingCondition"]] == [[refers(it)] for it in conditions]


@pytest.mark.parametrize(
    ("lines", "code"),
    [
        ("", None),
        ("hospitalisation = false", None),
        ("death = true", "SeriousResultsInDeath"),
        ("life_threatening = true", "SeriousIsLifeThreatening"),
        ("disability = true", "SeriousResultsInDisability"),
        ("congenital_anomaly = true", "SeriousIsBirthDefect"),
        ("other_important = true", "Serious"),
        ("death = true\ndisability = true", "Serious"),
        ("\n".join(f"{name} = false" for name, _ in Seriousness().answers()), "Non-serious"),
    ],
)
def test_seriousness_is_coded_only_where_it_is_known(lines: str, code: str | None):
    (event,) = resources(f'[[reaction]]\nwords = "fit"\n{lines}\n')["AdverseEvent"]
    coding = event["seriousness"].get("coding", [])
    assert coding == ([] if code is None else [{"system": f"{HL7}/adverse-event-seriousness", "code": code}])
    assert event["seriousness"]["text"]


@pytest.mark.parametrize(
    ("word", "code"),
    [
        ("recovered", "resolved"),
        ("recovering", "recovering"),
        ("not recovered", "ongoing"),
        ("recovered with sequelae", "resolvedWithSequelae"),
        ("fatal", "fatal"),
        ("unknown", "unknown"),
    ],
)
def test_an_outcome_is_one_of_the_codes_that_fhir_has(word: str, code: str):
    (event,) = resources(f'[[reaction]]\nwords = "fit"\noutcome = "{word}"\n')["AdverseEvent"]
    assert event["outcome"]["coding"][0]["code"] == code


def test_a_reaction_and_an_illness_before_it_have_the_days_that_were_said():
    ended = WHOLE.replace("start = 2026-11-03\n", "start = 2026-11-03\nend = 2026-11-04\n")
    (reaction,) = resources(ended)["Condition"]
    assert (reaction["onsetDateTime"], reaction["abatementDateTime"]) == ("2026-11-03", "2026-11-04")
    _, epilepsy, gout = resources(RICH)["Condition"]
    assert (epilepsy["code"], epilepsy["onsetDateTime"], epilepsy["abatementDateTime"]) == (
        {"text": "epilepsy"}, "2019", "2024",
    )  # fmt: skip
    assert epilepsy["note"] == [{"text": "mild"}]
    assert {"onsetDateTime", "abatementDateTime", "note"}.isdisjoint(gout)
    assert gout["code"] == {"text": "gout"}


def test_a_drug_has_its_codes_its_days_its_reason_and_its_role():
    known, tea = resources(RICH)["MedicationStatement"]
    assert known["medicationCodeableConcept"]["text"] == "cycloserine"
    codes = {it["system"].rsplit("/", 1)[1]: it["code"] for it in known["medicationCodeableConcept"]["coding"]}
    assert codes == {"atc": "J04AB01", "rxnorm": "3007", "sct": "387282000"}
    assert known["effectivePeriod"] == {"start": "2026-10-20"}
    assert known["reasonCode"] == [{"coding": [{**MEDDRA, "code": "10044755"}], "text": "tuberculosis"}]
    assert [it["text"] for it in known["note"]] == [
        "Role in the report: cycloserine (suspect).", "Action taken: withdrawn.",
    ]  # fmt: skip
    assert [it["text"] for it in known["dosage"]] == [
        "lot L1; 2026-10-20 to not known", "500 mg; 2026-10-27 to goes on",
    ]  # fmt: skip
    assert tea["medicationCodeableConcept"] == {"text": "lung tea"}
    assert tea["effectivePeriod"] == {"start": "2026", "end": "2026-10"}
    assert [it["text"] for it in tea["note"]] == ["Role in the report: lung tea (concomitant)."]
    assert "reasonCode" not in tea
    dated = WHOLE.replace('action = "withdrawn"', 'action = "withdrawn"\naction_on = 2026-11-04')
    (it,) = resources(dated)["MedicationStatement"]
    assert it["note"][-1] == {"text": "Action taken: withdrawn on 2026-11-04."}


def test_a_drug_that_goes_on_has_no_end_and_one_without_a_dose_none_at_all():
    (it,) = resources('[[drug]]\nname = "cycloserine"\nrole = "suspect"\n')["MedicationStatement"]
    assert {"effectivePeriod", "reasonCode", "dosage"}.isdisjoint(it)
    assert [note["text"] for note in it["note"]] == ["Role in the report: cycloserine (suspect)."]
    rows = "{ start = 2026-10-01, end = 2026-10-10, goes_on = false }, { start = 2026-10-11, goes_on = true }"
    text = f'[[drug]]\nname = "cycloserine"\nrole = "suspect"\ndosage = [{rows}]\n'
    (it,) = resources(text)["MedicationStatement"]
    assert (it["status"], it["effectivePeriod"]) == ("active", {"start": "2026-10-01"})


@pytest.mark.parametrize(
    ("lines", "status"),
    [
        ("", "unknown"),
        ("start = 2026-10-01", "unknown"),
        ("start = 2026-10-01\ngoes_on = true", "active"),
        ("start = 2026-10-01\ngoes_on = false", "completed"),
        ('start = 2026-10-01\ngoes_on = true\naction = "withdrawn"', "stopped"),
        ("dosage = [{ start = 2026-10-01, goes_on = false }, { start = 2026-10-05 }]", "unknown"),
        ("dosage = [{ start = 2026-10-01, goes_on = false }, { start = 2026-10-05, goes_on = true }]", "active"),
    ],
)
def test_a_drug_is_active_or_over_only_where_somebody_said_so(lines: str, status: str):
    (it,) = resources(f'[[drug]]\nname = "cycloserine"\nrole = "suspect"\n{lines}\n')["MedicationStatement"]
    assert it["status"] == status


def test_a_test_has_its_number_with_a_unit_that_is_known_or_its_words():
    words, number = resources(RICH)["Observation"]
    assert (words["status"], words["code"], words["valueString"]) == ("final", {"text": "EEG"}, "spikes")
    assert {"effectiveDateTime", "note", "referenceRange", "valueQuantity"}.isdisjoint(words)
    assert number["valueQuantity"] == {
        "value": 90.0, "unit": "U/L", "system": "http://unitsofmeasure.org", "code": "U/L",
    }  # fmt: skip
    assert number["effectiveDateTime"] == "2026-11-03"
    assert number["note"] == [{"text": "after breakfast"}]
    assert number["referenceRange"] == [{"text": "? to 40 U/L"}]
    assert number["subject"] == refers(resources(RICH)["Patient"][0])


@pytest.mark.parametrize(
    ("value", "unit", "expected"),
    [
        (exactly(3.0), "boxes", {"valueQuantity": {"value": 3.0, "unit": "boxes"}}),
        (exactly(3.0), "", {"valueQuantity": {"value": 3.0}}),
        (Interval(2.0, 5.0), "mg/L", {"valueString": f"{Interval(2.0, 5.0)} mg/L"}),
        (Interval(2.0, 5.0), "", {"valueString": str(Interval(2.0, 5.0))}),
    ],
)
def test_a_number_is_coded_only_where_its_unit_is_known_and_a_bound_is_said_in_words(
    value: Interval, unit: str, expected: dict[str, object]
):
    report = drafted('[[test]]\nname = "level"\nvalue = 3\nunit = "boxes"\n')
    (test,) = report.patient.tests
    tests = (replace(test, value=value, unit=unit),)
    changed = replace(report, patient=replace(report.patient, tests=tests))
    made = [it["resource"] for it in adverse_event_bundle(changed, knowledge())["entry"]]
    (it,) = [one for one in made if one["resourceType"] == "Observation"]
    assert {name: said for name, said in it.items() if name.startswith("value")} == expected


@pytest.mark.parametrize(
    ("lines", "text"), [('low = "5"\nhigh = "40"', "5 to 40 U/L"), ('low = "5"', "5 to ? U/L"), ("", None)]
)
def test_what_is_normal_stands_as_it_was_said(lines: str, text: str | None):
    (it,) = resources(f'[[test]]\nname = "ALT"\nvalue = 90\nunit = "U/L"\n{lines}\n')["Observation"]
    assert it.get("referenceRange", [{"text": None}])[0]["text"] == text


def test_both_terms_of_meddra_stand_with_their_names_and_never_one_that_nobody_gave():
    lines = 'meddra_version = "27.1"\nmeddra_pt_code = "10039906"\nmeddra_pt = "Seizure"'
    (event,) = resources(f'[[reaction]]\nwords = "fit"\n{lines}\n')["AdverseEvent"]
    assert event["event"]["coding"] == [{**MEDDRA, "code": "10039906", "display": "Seizure"}]


def test_the_person_holds_nothing_that_was_not_written_for_this_report():
    (person,) = resources("")["Patient"]
    assert set(person) == {"resourceType", "id"}
    named = WHOLE.replace(
        "age_years = 34", 'age_years = 34\ninitials = "A B"\nbirth_date = 1992-11-04\nrecord_number = "17"'
    )
    (person,) = resources(named)["Patient"]
    assert (person["identifier"], person["name"]) == ([{"value": "17"}], [{"text": "A B"}])
    assert (person["gender"], person["birthDate"]) == ("female", "1992-11-04")


def test_what_lacks_is_an_error_only_where_there_is_no_case_without_it():
    told = issues("")
    assert ("error", "required", "a reaction, in the words of whoever noticed it ([[reaction]] words)") in told
    assert ("warning", "required", "the narrative: what happened, in order (narrative)") in told
    assert not [it for it in issues(RICH) if it[1] == "required" and it[0] != "information"]


def test_what_bears_on_causality_stands_beside_the_drug_and_the_reaction_and_the_notice_last():
    told = issues(RICH)
    assert {(severity, code) for severity, code, _ in told} == {("information", "informational")}
    words = [text for _, _, text in told]
    assert words[0].startswith("cycloserine and 'fit': onset after the first dose: 14 days; ")
    assert "Age at onset: 34 years [input]. Weight: not known." in words
    assert any(text.startswith("History: epilepsy, 2019 to 2024 (mild)") for text in words)
    assert "Narrative: A fit, two weeks after the first dose." in words
    assert "no clinician has reviewed" in words[-1]
    assert not [text for _, _, text in issues("") if text.startswith("Narrative:")]


def test_what_the_log_says_otherwise_is_a_conflict():
    text = '[[reaction]]\nwords = "fit"\nstart = 2026-11-03\n[[drug]]\nname = "cycloserine"\nrole = "suspect"\n'
    differs = f"{text}start = 2026-09-01\n"
    (outcome,) = resources(differs, events=log())["OperationOutcome"]
    conflicts = [it for it in outcome["issue"] if it["code"] == "conflict"]
    assert conflicts
    assert {it["severity"] for it in conflicts} == {"warning"}
    assert "the report says 2026-09-01; on file 2026-10-01" in conflicts[0]["diagnostics"]


def test_the_same_report_gives_the_same_resources_and_another_gives_others():
    def ids(text: str) -> set[str]:
        return {it["fullUrl"] for it in bundle(text)["entry"]}

    assert bundle(WHOLE) == bundle(WHOLE)
    assert ids(WHOLE).isdisjoint(ids(WHOLE.replace('id = "ZA-CLINIC-1"', 'id = "ZA-CLINIC-2"')))
    nameless = WHOLE.replace('id = "ZA-CLINIC-1"\n', "")
    assert ids(nameless).isdisjoint(ids(nameless.replace("age_years = 34", "age_years = 35")))
    assert "identifier" not in resources(nameless)["AdverseEvent"][0]


def test_the_last_dose_before_a_reaction_is_no_end_of_what_goes_on():
    text = '[[reaction]]\nwords = "fit"\nstart = 2026-11-03\n[[drug]]\nname = "cycloserine"\nrole = "suspect"\n'
    report = drafted(text, events=log())
    assert report.drugs[0].last_dose is not None
    (it,) = resources(text, events=log())["MedicationStatement"]
    assert (it["status"], it["effectivePeriod"]) == ("active", {"start": "2026-10-01T08:00:00+00:00"})


@pytest.mark.parametrize(
    ("written", "on"),
    [
        ("2026-11-03T08:00:00+02:00", "2026-11-03T08:00:00+02:00"),
        ("2026-11-03T08:00:00-05:00", "2026-11-03T08:00:00-05:00"),
        ("2026-11-03T08:00:00", "2026-11-03"),
        ("2026-11-03", "2026-11-03"),
        ("2026", "2026"),
    ],
)
def test_a_time_stands_only_with_its_offset(written: str, on: str):
    (it,) = resources(f'[[test]]\nname = "EEG"\nwords = "spikes"\non = "{written}"\n')["Observation"]
    assert it["effectiveDateTime"] == on
