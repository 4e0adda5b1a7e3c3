"""What results call for, and events that contradict one another, as issues that lead to orders, results and sources."""

from datetime import UTC, date, datetime

import pytest

from course_events import PATIENT, event, new_id, plan, started
from fullcourse.adapters.fhir.served.course import CourseLog, course_served
from fullcourse.adapters.fhir.served.detected_issue import severity_word
from fullcourse.adapters.store.contract import SetAside
from fullcourse.clinical.event import Event
from fullcourse.clinical.event_bodies import DoseTaken, Note, PlanChanged, Result, ResultInWords, Retracted, Symptom
from fullcourse.clinical.finding import Severity
from patients import knowledge

START = date(2026, 3, 2)
BEDAQUILINE = "bedaquiline: 200 mg M-W-F"
ABOVE_500 = "bedaquiline.contraindication.qtcf-above-500"


def begun(*drugs: str, **more) -> Event:
    return started(*drugs, on="2026-03-01T09:00", start=START, **more)


def made(kind: str, events, now: str, aside=()) -> list:
    log = CourseLog(PATIENT, tuple(events), tuple(aside))
    return course_served(log, knowledge(), datetime.fromisoformat(now).replace(tzinfo=UTC), [kind])


def issues(*events: Event, now: str = "2026-04-01T12:00", aside=()) -> list[dict]:
    return [it.resource for it in made("DetectedIssue", events, now, aside) if _code(it.resource) != "DRG"]


def _code(issue: dict) -> str:
    return issue["code"].get("coding", [{"code": ""}])[0]["code"]


def orders(*events: Event, now: str = "2026-04-01T12:00") -> dict[str, list[str]]:
    """Return the ids of the orders of each drug, in the order of the plans."""
    told: dict[str, list[str]] = {}
    for it in made("MedicationRequest", events, now):
        name = it.resource["medicationCodeableConcept"]["text"].split(" ")[0].lower()
        told.setdefault(name, []).append(f"MedicationRequest/{it.id}")
    return told


def implicated(issue: dict) -> list[str]:
    return [it["reference"] for it in issue.get("implicated", [])]


def observations(*events: Event) -> dict[str, str]:
    """Return the reference to the Observation of each event."""
    return {
        it.resource["identifier"][0]["value"]: f"Observation/{it.id}"
        for it in made("Observation", events, "2026-12-01T12:00")
    }


def qtcf(ms: float, on: str = "2026-03-10T09:00", **more) -> Event:
    return event(Result("qtcf", ms, "ms"), on, **more)


def test_a_result_that_stops_a_drug_leads_to_its_order_to_the_result_and_to_the_source():
    log = (begun(BEDAQUILINE, "linezolid: 600 mg daily"), qtcf(510.0))
    (issue,) = issues(*log)
    assert (issue["resourceType"], issue["status"], issue["severity"]) == ("DetectedIssue", "final", "high")
    assert issue["code"] == {
        "coding": [{"system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": "LAB"}],
        "text": "bedaquiline: stop",
    }
    assert issue["identifier"] == [{"system": "urn:fullcourse:statement", "value": ABOVE_500}]
    assert issue["patient"]["reference"] == f"Patient/{PATIENT}"
    assert issue["identifiedDateTime"] == "2026-03-10T09:00:00+00:00"
    assert implicated(issue) == orders(*log)["bedaquiline"]
    (evidence,) = issue["evidence"]
    assert [it["reference"] for it in evidence["detail"]] == [observations(*log)[log[1].id]]
    assert issue["reference"].startswith("http")
    source = knowledge().citation(_statement(ABOVE_500))
    assert issue["detail"].startswith("bedaquiline: stop. Stopped when QTcF is above 500 ms")
    assert f"{source.title}, {source.section}, tier {source.tier}; unreviewed." in issue["detail"]
    assert "Needs:" not in issue["detail"]
    assert "our reading" not in issue["detail"]
    assert "  " not in issue["detail"]
    assert "no clinician has reviewed this content" in issue["detail"]


def _statement(name: str):
    return next(it for it in knowledge().statements.values() if it.id == name)


def test_an_issue_was_found_when_the_result_was_and_is_found_again_under_the_same_id():
    log = (begun(BEDAQUILINE), qtcf(510.0))
    (first,) = made("DetectedIssue", log, "2026-04-01T12:00")
    assert first.starts == log[1].occurred_at
    assert first.ends is not None
    (again,) = made("DetectedIssue", log, "2026-04-02T12:00")
    assert first.id == again.id


@pytest.mark.parametrize(
    ("ms", "found"), [(420.0, []), (500.0, ["moderate"]), (500.5, ["high"]), (470.5, ["moderate"])]
)
def test_the_milder_result_calls_for_less_and_a_good_one_for_nothing(ms: float, found: list[str]):
    assert [it["severity"] for it in issues(begun(BEDAQUILINE), qtcf(ms))] == found


def test_what_waits_for_a_fact_is_preliminary_and_says_for_which():
    (issue,) = issues(begun(BEDAQUILINE), qtcf(460.0))
    assert issue["status"] == "preliminary"
    assert issue["code"]["text"] == "bedaquiline: cannot be assessed; could be: repeat"
    assert "Needs: sex." in issue["detail"]
    assert "our reading I-0404; unreviewed." in issue["detail"]


def test_what_nobody_measured_is_no_issue():
    assert issues(begun(BEDAQUILINE, "linezolid: 600 mg daily")) == []


def test_nothing_is_called_for_where_no_plan_was_ever_made():
    assert issues(qtcf(510.0)) == []


def test_a_result_counts_from_when_it_was_and_not_once_it_was_taken_back():
    log = (begun(BEDAQUILINE), qtcf(510.0))
    assert issues(*log, now="2026-03-10T08:59") == []
    assert len(issues(*log, now="2026-03-10T09:00")) == 1
    back = event(Retracted(), "2026-03-11T09:00", supersedes=log[1].id)
    assert issues(*log, back) == []


def test_a_result_that_stops_the_whole_treatment_leads_to_every_order():
    """Platelets below 50: all medicines against tuberculosis are stopped, and not the rifamycin alone."""
    log = (
        begun("rifampin: 600 mg daily", "isoniazid: 300 mg daily"),
        event(Result("platelets", 20.0, "10*9/L"), "2026-03-10T09:00"),
    )
    (issue,) = issues(*log)
    assert issue["code"]["text"] == "rifampin: stop the regimen"
    told = orders(*log)
    assert implicated(issue) == [*told["rifampin"], *told["isoniazid"]]


def test_a_result_that_stops_one_drug_leads_to_no_other():
    log = (
        begun("isoniazid: 300 mg daily", "rifampin: 600 mg daily"),
        event(Result("platelets", 60.0, "10*9/L"), "2026-03-10T09:00"),
    )
    (issue,) = issues(*log)
    assert (issue["code"]["text"], implicated(issue)) == ("rifampin: stop", orders(*log)["rifampin"])


def test_a_result_that_is_of_the_whole_treatment_says_so_and_leads_to_every_order():
    culture = event(ResultInWords("sputum_culture", "positive"), "2026-08-10T09:00")
    log = (begun(BEDAQUILINE, "linezolid: 600 mg daily"), culture)
    (issue,) = issues(*log, now="2026-08-12T12:00")
    assert issue["code"]["text"] == "the treatment: repeat"
    assert issue["detail"].startswith("the treatment: repeat. ")
    told = orders(*log)
    assert implicated(issue) == [*told["bedaquiline"], *told["linezolid"]]
    assert [it["reference"] for it in issue["evidence"][0]["detail"]] == [observations(*log)[culture.id]]


def test_an_issue_on_several_results_leads_to_all_and_was_found_with_the_last():
    blood = [
        event(Result("haemoglobin", 7.0, "g/dL"), "2026-03-09T09:00"),
        event(Result("platelets", 20.0, "10*9/L"), "2026-03-10T09:00"),
    ]
    for log in ((begun("linezolid: 600 mg daily"), *blood), (begun("linezolid: 600 mg daily"), *blood[::-1])):
        (issue,) = issues(*log)
        assert issue["identifiedDateTime"] == "2026-03-10T09:00:00+00:00"
        seen = [it["reference"] for it in issue["evidence"][0]["detail"]]
        assert sorted(seen) == sorted(observations(*log).values())


def test_an_issue_on_a_symptom_leads_to_what_was_told():
    gout = event(Symptom("acute_gout"), "2026-03-10T09:00")
    log = (begun("pyrazinamide: 1500 mg daily"), gout)
    (issue,) = [it for it in issues(*log) if it["identifier"][0]["value"] == "pyrazinamide.action.gout"]
    assert (issue["status"], issue["code"]["text"]) == ("final", "pyrazinamide: stop")
    assert [it["reference"] for it in issue["evidence"][0]["detail"]] == [observations(*log)[gout.id]]
    assert issue["identifiedDateTime"] == "2026-03-10T09:00:00+00:00"


def test_where_two_events_can_be_meant_no_result_is_named_and_the_issue_stays():
    end = new_id()
    twin = new_id()
    twin = twin[:-6] + end[-6:]
    log = (begun(BEDAQUILINE), qtcf(420.0, "2026-03-09T09:00", id=end), qtcf(510.0, id=twin))
    (issue,) = issues(*log)
    assert issue["identifier"][0]["value"] == ABOVE_500
    assert "evidence" not in issue
    assert "identifiedDateTime" not in issue
    (found,) = made("DetectedIssue", log, "2026-04-01T12:00")
    assert (found.starts, found.ends) == (None, None)


def test_the_plan_in_force_is_meant_and_not_one_that_is_still_to_begin():
    first = begun(BEDAQUILINE, "linezolid: 600 mg daily")
    to_come = PlanChanged(plan("linezolid: 600 mg daily", start=date(2026, 4, 20)), "Dr A", "QT")
    log = (first, event(to_come, "2026-04-01T09:00", actor="clinician"), qtcf(510.0, "2026-04-05T09:00"))
    (issue,) = issues(*log, now="2026-04-10T12:00")
    assert implicated(issue) == orders(*log)["bedaquiline"]
    assert len(implicated(issue)) == 1


def test_a_result_calls_for_the_same_whatever_profile_the_plan_names_and_where_it_names_none():
    for profile in ("us", "who", ""):
        (issue,) = issues(begun(BEDAQUILINE, profile=profile), qtcf(510.0))
        assert issue["identifier"][0]["value"] == ABOVE_500


def test_a_level_with_which_the_dose_is_kept_is_no_issue():
    level = event(Result("cycloserine_level", 25.0, "mg/L"), "2026-03-10T09:00")
    log = (begun("cycloserine: 250 mg q12h"), level)
    found = {it["identifier"][0]["value"] for it in issues(*log, now="2026-03-11T12:00")}
    assert "cycloserine.level.ats-range" not in found
    assert "cycloserine.level.uk-range" in found  # another source keeps the dose from 10 to 20 mg/L


def test_an_event_under_the_id_of_another_is_an_issue_of_the_moment_when_it_came():
    first = event(DoseTaken("cycloserine", 250.0), "2026-03-02T08:00")
    came = datetime(2026, 3, 4, 9, tzinfo=UTC)
    for received, at in ((came, "2026-03-04T09:00:00+00:00"), (None, "2026-03-03T08:00:00+00:00")):
        second = event(Note("x"), "2026-03-03T08:00", id=first.id, received_at=received)
        (issue,) = issues(begun("cycloserine: 250 mg q12h"), first, aside=[SetAside(second, first)])
        assert (issue["status"], issue["severity"]) == ("preliminary", "moderate")
        assert issue["code"] == {"text": "two events under one id"}
        assert issue["identifier"] == [{"system": "urn:fullcourse:event", "value": first.id}]
        assert issue["identifiedDateTime"] == at
        assert issue["detail"].startswith("An event of the kind note came under the id of another")
        assert issue["patient"]["reference"] == f"Patient/{PATIENT}"


@pytest.mark.parametrize(
    ("severity", "word"),
    [
        (Severity.CONTRAINDICATED, "high"),
        (Severity.MAJOR, "high"),
        (Severity.MODERATE, "moderate"),
        (Severity.MINOR, "low"),
        (Severity.INFO, "low"),
    ],
)
def test_a_severity_is_one_of_the_three_that_fhir_has(severity: Severity, word: str):
    assert severity_word(severity) == word
