"""What sources say of the drugs of a plan beside one another, as issues that lead to their orders."""

from datetime import UTC, date, datetime

import pytest

from course_events import PATIENT, event, plan, started
from fullcourse.adapters.fhir.served.course import CourseLog, course_served
from fullcourse.clinical.event import Event
from fullcourse.clinical.event_bodies import Outcome, PlanChanged, Result
from fullcourse.knowledge.library import Knowledge
from patients import knowledge
from small_knowledge import small, statement

START = date(2026, 3, 2)
BEDAQUILINE, MOXIFLOXACIN = "bedaquiline: 200 mg M-W-F", "moxifloxacin: 400 mg daily"
CLOFAZIMINE, ISONIAZID = "clofazimine: 100 mg daily", "isoniazid: 300 mg daily"


def begun(*drugs: str, **more) -> Event:
    return started(*drugs, on="2026-03-01T09:00", start=START, **more)


def made(kind: str, events, now: str, known: Knowledge | None = None) -> list:
    at = datetime.fromisoformat(now).replace(tzinfo=UTC)
    return course_served(CourseLog(PATIENT, tuple(events)), known or knowledge(), at, [kind])


def issues(*events: Event, now: str = "2026-04-01T12:00", known: Knowledge | None = None) -> list[dict]:
    found = [it.resource for it in made("DetectedIssue", events, now, known)]
    return [it for it in found if it["code"].get("coding", [{"code": ""}])[0]["code"] == "DRG"]


def said(found: list[dict]) -> list[str]:
    return [it["code"]["text"] for it in found]


def implicated(issue: dict) -> list[str]:
    return [it["reference"] for it in issue["implicated"]]


def orders(*events: Event, now: str = "2026-04-01T12:00", known: Knowledge | None = None) -> dict[str, str]:
    """Return the reference to the order of each drug."""
    return {
        it.resource["medicationCodeableConcept"]["text"].split(" ")[0].lower(): f"MedicationRequest/{it.id}"
        for it in made("MedicationRequest", events, now, known)
    }


def test_a_pair_leads_to_its_two_orders_and_to_the_source_and_to_no_third():
    log = (begun("rifampin: 600 mg daily", ISONIAZID, BEDAQUILINE),)
    worst = issues(*log)[0]
    assert (worst["resourceType"], worst["status"], worst["severity"]) == ("DetectedIssue", "final", "high")
    assert worst["code"]["coding"] == [
        {"system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": "DRG"},
    ]
    assert worst["code"]["text"] == "rifampin with bedaquiline: avoid"
    statement_id = "bedaquiline.interaction.cyp3a4-inducers"
    assert worst["identifier"] == [{"system": "urn:fullcourse:statement", "value": statement_id}]
    told = orders(*log)
    assert implicated(worst) == [told["rifampin"], told["bedaquiline"]]
    assert worst["patient"]["reference"] == f"Patient/{PATIENT}"
    known = knowledge().statements[statement_id]
    assert f"rifampin with bedaquiline: avoid. {known.says}" in worst["detail"]
    source = knowledge().citation(known)
    assert f"{source.title}, {source.section}, tier {source.tier}; unreviewed." in worst["detail"]
    assert worst["reference"] == source.address
    assert "Avoid: an inducer of CYP3A4 lowers bedaquiline until it fails." in worst["detail"]
    for absent in ("Another source leads", "Needs:", "our reading"):
        assert absent not in worst["detail"]
    assert "no clinician has reviewed this content" in worst["detail"]
    assert "  " not in worst["detail"]


def test_the_worst_pair_stands_first_and_each_issue_has_an_id_of_its_own_that_stays():
    log = (begun("rifampin: 600 mg daily", ISONIAZID, BEDAQUILINE),)
    found = issues(*log)
    assert said(found) == ["rifampin with bedaquiline: avoid", "rifampin with isoniazid: caution"]
    assert [it["severity"] for it in found] == ["high", "moderate"]
    assert len({it["id"] for it in found}) == 2
    assert [it["id"] for it in issues(*log, now="2026-04-02T12:00")] == [it["id"] for it in found]


def test_a_pair_of_which_the_source_says_no_more_than_that_it_harms_is_an_issue_too():
    (issue,) = issues(begun(ISONIAZID, "levofloxacin: 750 mg daily"))
    assert issue["identifier"][0]["value"] == "levofloxacin.interaction.isoniazid"
    assert issue["code"]["text"] == "isoniazid with levofloxacin: caution"


def test_drugs_that_are_one_in_the_body_are_never_both():
    (issue,) = issues(begun("cycloserine: 250 mg q12h", "terizidone: 250 mg q12h"))
    assert (issue["severity"], issue["code"]["text"]) == ("high", "cycloserine with terizidone: contraindicated")


def test_drugs_that_add_up_are_one_issue_that_leads_to_all_of_them_and_to_no_other():
    log = (begun(BEDAQUILINE, ISONIAZID, MOXIFLOXACIN, CLOFAZIMINE),)
    (three,) = [it for it in issues(*log) if it["identifier"][0]["value"] == "regimen.company.qt-three"]
    assert three["code"]["text"] == "bedaquiline, moxifloxacin with clofazimine: caution"
    told = orders(*log)
    assert implicated(three) == [told[drug] for drug in ("bedaquiline", "moxifloxacin", "clofazimine")]
    assert (three["status"], three["severity"]) == ("final", "high")


def test_one_drug_has_no_company_and_a_remark_is_no_issue():
    assert issues(begun(BEDAQUILINE)) == []
    assert issues(begun("clavulanate: 125 mg daily", ISONIAZID)) == []


def test_a_drug_of_which_nothing_is_known_is_left_out_and_the_others_are_not():
    log = (begun("newdrugine: 5 mg daily", BEDAQUILINE, MOXIFLOXACIN),)
    assert said(issues(*log)) == ["bedaquiline with moxifloxacin: caution"]


def test_what_a_plan_holds_beside_drugs_against_tuberculosis_counts_too():
    log = (begun(BEDAQUILINE, "efavirenz: 600 mg daily"),)
    (issue,) = issues(*log)
    assert issue["identifier"][0]["value"] == "bedaquiline.interaction.cyp3a4-inducers"
    assert issue["code"]["text"] == "bedaquiline with efavirenz: avoid"
    told = orders(*log)
    assert implicated(issue) == [told["bedaquiline"], told["efavirenz"]]


def test_a_plan_that_names_no_profile_is_looked_at_by_that_of_the_united_states():
    assert said(issues(begun(BEDAQUILINE, MOXIFLOXACIN, profile=""))) == ["bedaquiline with moxifloxacin: caution"]


@pytest.mark.parametrize(
    ("now", "count"),
    [("2026-03-01T23:59", 0), ("2026-03-02T00:00", 1), ("2026-06-01T08:59", 1), ("2026-06-01T09:00", 0)],
)
def test_drugs_are_together_from_the_first_day_of_their_plan_until_the_course_is_closed(now: str, count: int):
    closed = event(Outcome("cured", "who-2021", "Dr A"), "2026-06-01T09:00", actor="clinician")
    assert len(issues(begun(BEDAQUILINE, MOXIFLOXACIN), closed, now=now)) == count


def test_the_drugs_of_the_plan_in_force_are_meant():
    to_come = PlanChanged(plan(BEDAQUILINE, CLOFAZIMINE, start=date(2026, 4, 20)), "Dr A", "hearing")
    log = (begun(BEDAQUILINE, MOXIFLOXACIN), event(to_come, "2026-04-01T09:00", actor="clinician"))
    assert said(issues(*log, now="2026-04-19T12:00")) == ["bedaquiline with moxifloxacin: caution"]
    assert said(issues(*log, now="2026-04-20T12:00")) == ["bedaquiline with clofazimine: caution"]


MORE = """
[[class]]
id = "class.tb_drugs"
ingredients = ["exampline", "otherine", "thirdine"]
source = "label"
"""
GIVEN = "".join(
    f'[[fact]]\nid = "{name}"\nkind = "{kind}"\nlabel = "{name}"\n\n'
    for name, kind in {
        "effective_drugs_in_regimen": "given",
        "ingredient_in_two_products": "given",
        "medicines_complete": "state",
    }.items()
)
LIGHT = '{ fact = "weight", below = 40, unit = "kg" }'
EXAMPLINE, OTHERINE = "exampline: 250 mg daily", "otherine: 100 mg daily"
EXTRA = """
[[source]]
id = "paper"
title = "A paper"
issuer = "A journal"
dated = "2031"
address = "https://example.org/paper"
tier = "B"
"""


def fictional(conditions: str, head: str = "") -> Knowledge:
    then = '{ finding = "interaction", severity = "contraindicated" }'
    body = f'when = [{{ taking = "drug.otherine" }}, {conditions}]\nthen = {then}'
    heading = head or 'point = "p"\nsource = "paper"\nsection = "4"\nsays = "It is said."\n'

    def drug(name: str) -> str:
        return f'[drug]\ninn = "{name}"\nlabel = "{name.title()}"\n\n'

    return small(
        drug("exampline") + statement(body, "exampline.interaction.otherine", heading),
        drugs__otherine=drug("otherine"),
        classes__more=MORE,
        facts__more=GIVEN,
        sources__more=EXTRA,
    )


def test_what_waits_for_a_fact_of_the_person_is_preliminary_and_says_for_which():
    (issue,) = issues(begun(EXAMPLINE, OTHERINE), known=fictional(LIGHT))
    assert issue["status"] == "preliminary"
    assert issue["code"]["text"] == "exampline with otherine: cannot be assessed; could be: contraindicated"
    assert "Needs: body weight." in issue["detail"]


def test_what_the_course_knows_of_the_person_decides():
    weighed = event(Result("weight", 35.0, "kg"), "2026-03-30T09:00")
    (issue,) = issues(begun(EXAMPLINE, OTHERINE), weighed, known=fictional(LIGHT))
    assert (issue["status"], issue["code"]["text"]) == ("final", "exampline with otherine: contraindicated")
    assert "Needs:" not in issue["detail"]
    heavy = event(Result("weight", 45.0, "kg"), "2026-03-30T09:00")
    assert issues(begun(EXAMPLINE, OTHERINE), heavy, known=fictional(LIGHT)) == []


def test_a_source_that_has_no_address_of_the_web_is_cited_in_words_alone():
    label = 'point = "p"\nsource = "label"\nsection = "4"\nsays = "It is said."\n'
    (issue,) = issues(begun(EXAMPLINE, OTHERINE), known=fictional(LIGHT, label))
    assert "reference" not in issue
    assert "Exampline capsules, 4, tier A" in issue["detail"]
    (issue,) = issues(begun(EXAMPLINE, OTHERINE), known=fictional(LIGHT))
    assert issue["reference"] == "https://example.org/paper"
