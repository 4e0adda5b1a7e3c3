"""A plan of tests as FHIR R4: a proposal for each test with its open days, and what results call for beside it."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from fullcourse.adapters.fhir.write.monitoring import monitoring_bundle
from fullcourse.clinical import Evidence, Record
from fullcourse.clinical.patient import NotUsed
from fullcourse.journey.monitor import DoseSpan, DueStanding, Monitor, MonitorAnswer, Treatment
from patients import evidence, knowledge

START, END, AT = date(2026, 11, 22), date(2027, 5, 20), date(2026, 12, 20)
MONITOR = Monitor(knowledge(), knowledge().profile("us"))
PROPOSAL = "proposal; to be confirmed by a prescriber"


def answer(
    *drugs: str, at: date = AT, start: date | None = START, ends: date | None = END, **results: float
) -> MonitorAnswer:
    found: dict[str, tuple[Evidence, ...]] = {
        name: (evidence(name, value, on="2026-12-10"),) for name, value in results.items()
    }
    named = drugs or ("bedaquiline",)
    doses = {"bedaquiline": (DoseSpan(1, 200.0),)} if "bedaquiline" in named else {}
    return MONITOR.monitor(Record(found), at, Treatment(named, doses, start, ends))


def resources(of: MonitorAnswer) -> dict[str, list[dict[str, Any]]]:
    made = monitoring_bundle(of, knowledge())
    assert (made["resourceType"], made["type"]) == ("Bundle", "collection")
    told: dict[str, list[dict[str, Any]]] = {}
    for it in made["entry"]:
        assert it["fullUrl"] == f"urn:uuid:{it['resource']['id']}"
        told.setdefault(it["resource"]["resourceType"], []).append(it["resource"])
    return told


def request_for(name: str, of: MonitorAnswer) -> dict[str, Any]:
    (found,) = [it for it in resources(of)["ServiceRequest"] if it["code"]["text"] == name]
    return found


def issues(of: MonitorAnswer) -> list[dict[str, Any]]:
    (outcome,) = resources(of)["OperationOutcome"]
    return outcome["issue"]


def test_a_plan_is_a_draft_of_a_proposal_that_holds_every_test_and_names_nobody():
    found = resources(answer("bedaquiline", "linezolid"))
    (plan,) = found["CarePlan"]
    assert (plan["status"], plan["intent"], plan["created"]) == ("draft", "proposal", "2026-12-20")
    assert plan["period"] == {"start": "2026-11-22", "end": "2027-05-20"}
    assert plan["description"] == f"Tests for bedaquiline, linezolid. {PROPOSAL.capitalize()}."
    assert [it["reference"] for it in plan["activity"]] == [
        {"reference": f"urn:uuid:{it['id']}", "type": "ServiceRequest"} for it in found["ServiceRequest"]
    ]
    assert plan["subject"] == {"display": "the patient of the record that was handed in"}
    assert "no clinician has reviewed" in plan["note"][0]["text"]
    assert all(it["subject"] == plan["subject"] for it in found["ServiceRequest"])


@pytest.mark.parametrize(
    ("start", "ends", "period"),
    [(START, None, {"start": "2026-11-22"}), (None, None, None)],
)
def test_a_plan_has_the_days_that_are_known(start: date | None, ends: date | None, period: dict | None):
    (plan,) = resources(answer(start=start, ends=ends))["CarePlan"]
    assert plan.get("period") == period


def test_a_test_has_the_overdue_day_and_those_to_come_and_its_sources():
    ecg = request_for("electrocardiogram", answer(qtcf=440.0))
    assert (ecg["status"], ecg["intent"], ecg["authoredOn"]) == ("draft", "proposal", "2026-12-20")
    assert ecg["identifier"] == [{"system": "urn:fullcourse:test", "value": "electrocardiogram"}]
    days = ecg["occurrenceTiming"]["event"]
    assert days[0] == "2026-12-19"
    assert days == sorted(days)
    notes = [it["text"] for it in ecg["note"]]
    assert notes[0] == "Overdue since 2026-12-19."
    statement = knowledge().statements["bedaquiline.test.ecg-monthly"]
    source = knowledge().citation(statement)
    assert (
        f"{statement.id}: {source.title}, {source.section}, tier {source.tier}, our reading I-0203; unreviewed" in notes
    )
    assert {"text": statement.says} in ecg["reasonCode"]
    assert len({it["text"] for it in ecg["reasonCode"]}) == len(ecg["reasonCode"])
    assert PROPOSAL in ecg["text"]["div"]


def test_a_test_that_was_done_in_time_has_the_days_to_come_alone():
    ecg = request_for("electrocardiogram", answer(qtcf=440.0, at=date(2026, 12, 12)))
    assert ecg["occurrenceTiming"]["event"][0] == "2026-12-19"
    assert not [it for it in ecg["note"] if it["text"].startswith("Overdue")]


def test_a_treatment_without_a_first_day_has_no_days():
    for it in resources(answer(start=None, ends=None))["ServiceRequest"]:
        assert "occurrenceTiming" not in it


def test_a_test_that_is_not_certain_is_not_proposed():
    of = answer()
    shown = {it["code"]["text"] for it in resources(of)["ServiceRequest"]}
    assert shown == {it.watch.test for it in of.watched if it.watch.certain}
    first = next(it for it in of.watched if it.watch.certain)
    asked = tuple(it._replace(certain=False) for it in first.watch.planned.asked)
    planned = first.watch.planned._replace(asked=asked, certain=False)
    unsure = replace(first, watch=replace(first.watch, planned=planned, tightened=()))
    assert not unsure.watch.certain
    less = replace(of, watched=(unsure, *(it for it in of.watched if it is not first)))
    assert first.watch.test not in {it["code"]["text"] for it in resources(less)["ServiceRequest"]}


def test_only_what_is_certain_is_a_reason_of_a_test():
    of = answer()
    two = next(it for it in of.watched if len(it.watch.planned.asked) > 1 and it.watch.certain)
    first, *rest = two.watch.planned.asked
    planned = two.watch.planned._replace(asked=(first._replace(certain=False), *rest))
    changed = replace(two, watch=replace(two.watch, planned=planned))
    made = request_for(two.watch.test, replace(of, watched=(changed,)))
    assert not [it for it in made["note"] if it["text"].startswith(f"{first.statement}: ")]
    assert {it["text"] for it in made["reasonCode"]} == {it.says for it in rest if it.certain}


def test_a_test_of_which_no_source_says_how_often_says_so():
    of = answer()
    never = replace(of.watched[0], days=())
    made = request_for(never.watch.test, replace(of, watched=(never,)))
    assert {"text": "No source that was read says how often."} in made["note"]
    assert "occurrenceTiming" not in made
    usual = request_for(never.watch.test, of)
    assert {"text": "No source that was read says how often."} not in usual["note"]


def test_hours_after_a_dose_are_said():
    of = answer()
    watched = of.watched[0]
    planned = watched.watch.planned._replace(hours_after_dose=(2, 6))
    made = request_for(
        watched.watch.test, replace(of, watched=(replace(watched, watch=replace(watched.watch, planned=planned)),))
    )
    assert {"text": "Samples 2 and 6 hours after a dose."} in made["note"]


def test_what_is_overdue_is_said_only_where_its_day_is_known():
    of = answer(qtcf=440.0)
    late = next(it for it in of.watched if it.due.standing is DueStanding.OVERDUE)
    undated = replace(late, due=replace(late.due, next_on=None))
    made = request_for(late.watch.test, replace(of, watched=(undated,)))
    assert not [it for it in made["note"] if it["text"].startswith("Overdue")]
    assert "occurrenceTiming" not in made


def test_what_results_call_for_is_as_severe_as_it_is_and_is_cited():
    stop, *_ = issues(answer(qtcf=510.0))
    assert (stop["severity"], stop["code"]) == ("error", "business-rule")
    assert stop["details"] == {"text": "bedaquiline: stop"}
    name = "bedaquiline.contraindication.qtcf-above-500"
    source = knowledge().citation(knowledge().statements[name])
    assert stop["diagnostics"] == (
        f"{name}: {knowledge().statements[name].says}: {source.title}, {source.section}, tier {source.tier}; unreviewed"
    )
    repeat, *_ = issues(answer(qtcf=480.0))
    assert (repeat["severity"], repeat["code"], repeat["details"]["text"]) == (
        "warning", "business-rule", "bedaquiline: repeat",
    )  # fmt: skip
    assert ", our reading I-0404; unreviewed" in repeat["diagnostics"]


def test_what_cannot_be_assessed_is_incomplete_and_says_what_it_needs():
    waiting, *_ = issues(answer(qtcf=460.0))
    assert (waiting["severity"], waiting["code"]) == ("warning", "incomplete")
    assert waiting["details"]["text"] == "bedaquiline: cannot be assessed; could be: repeat; needs sex"


def test_what_nobody_measured_and_what_is_well_is_no_issue():
    assert [it["code"] for it in issues(answer())] == ["informational"]
    assert [it["code"] for it in issues(answer(qtcf=420.0))] == ["informational"]


def test_a_drug_that_is_not_covered_and_what_was_not_read_are_said():
    of = replace(
        answer("bedaquiline", "newdrugine"), not_used=(NotUsed("Observation", "it has no value", 2, may_matter=True),)
    )
    drug, unread, notice = issues(of)
    assert (drug["severity"], drug["code"]) == ("warning", "not-supported")
    assert drug["diagnostics"] == "newdrugine: not covered, so nothing was said of it."
    assert (unread["severity"], unread["code"]) == ("warning", "not-supported")
    assert unread["diagnostics"] == "2 × Observation, not read: it has no value."
    assert (notice["severity"], notice["code"]) == ("information", "informational")
    assert "no clinician has reviewed" in notice["diagnostics"]


def test_a_result_that_is_of_the_whole_treatment_says_so():
    culture = Evidence("sputum_culture", "positive", evidence("qtcf", 400.0, on="2027-04-20").on, "record", "positive")
    treatment = Treatment(("bedaquiline",), {"bedaquiline": (DoseSpan(1, 200.0),)}, START, END)
    of = MONITOR.monitor(Record({"sputum_culture": (culture,)}), date(2027, 4, 25), treatment)
    assert "the treatment: repeat" in [it["details"]["text"] for it in issues(of) if "details" in it]


def test_the_same_answer_has_the_same_ids_and_another_has_others():
    def ids(of: MonitorAnswer) -> set[str]:
        return {it["id"] for one in resources(of).values() for it in one}

    assert ids(answer()) == ids(answer())
    assert ids(answer()).isdisjoint(ids(answer(at=date(2026, 12, 21))))
    assert len(ids(answer())) == sum(map(len, resources(answer()).values()))
