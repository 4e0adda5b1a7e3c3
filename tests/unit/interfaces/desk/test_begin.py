"""A course is begun from a record in steps: questions, regimens, doses; nothing is kept before it is confirmed."""

from collections.abc import Iterator

import pytest
from lxml import html

from begin_pages import fields_of, first, kept, looked, send
from clinic_service import NORTH, SOUTH
from desk_courses import Desk, desk_at


@pytest.fixture
def desk(tmp_path) -> Iterator[Desk]:
    with desk_at(tmp_path) as opened:
        yield opened


def test_a_record_that_settles_everything_becomes_a_course_once_it_is_confirmed(desk):
    page = looked(desk, first(desk, "widely-resistant.toml"))
    assert "This plan can be put before a prescriber." in page.text_content()
    assert kept(desk) == []
    fields = {**fields_of(page, "/desk/begin"), "confirmed_by": "Dr A"}
    answers = [send(desk, "/desk/begin", fields) for _ in range(2)]
    assert [it.status_code for it in answers] == [303, 303]
    (patient,) = kept(desk)
    assert answers[0].headers["location"] == f"/desk/courses/{patient}"
    (event,) = [it for it in desk.service.store.events(patient) if it.kind == "plan_activated"]
    assert (event.kind, event.body.confirmed_by) == ("plan_activated", "Dr A")
    text = fields["plan"].replace("\r\n", "\n")
    assert [drug.drug for drug in event.body.plan.drugs] == [line.partition(":")[0] for line in text.splitlines()]
    assert event.body.plan.starts_on.isoformat() == fields["start"]
    assert "not begun" in desk.page(f"/desk/courses/{patient}").text_content()


def test_regimens_stand_side_by_side_and_another_can_be_chosen(desk):
    page = looked(desk, first(desk, "resistant.toml"))
    radios = page.xpath("//input[@name='regimen' and @type='radio']")
    assert len(radios) == 4
    other = next(it.get("value") for it in radios if it.get("checked") is None)
    again = looked(desk, {**fields_of(page, "/desk/begin/look"), "regimen": other})
    assert [other] == [it.get("value") for it in again.xpath("//input[@name='regimen' and @checked]")]


def test_an_answer_is_carried_on_and_its_question_is_not_put_again(desk):
    page = looked(desk, first(desk, "ready.toml"))
    asked = [it.get("name") for it in page.xpath("//fieldset//select")]
    answered = looked(desk, {**fields_of(page, "/desk/begin/look"), asked[0]: "no"})
    assert asked[0] not in [it.get("name") for it in answered.xpath("//fieldset//select")]
    assert asked[0].removeprefix("f-") in fields_of(answered, "/desk/begin")["answers"]
    assert kept(desk) == []


def test_a_fhir_bundle_is_read_and_says_what_was_not_checked(desk):
    page = looked(desk, first(desk, "synthetic-patient.json"))
    assert page.xpath("//section[@aria-labelledby='questions']//fieldset")
    assert page.xpath("//section[@aria-labelledby='regimens']//th[@scope='col']")


def test_without_a_record_what_is_typed_is_looked_at(desk):
    typed = {"f-birth_date": "1990-05-01", "f-sex": "female", "f-weight": "54", "f-height": "163"}
    page = looked(desk, first(desk, **typed))
    assert 'id = "weight"' in fields_of(page, "/desk/begin")["answers"]
    assert page.xpath("//fieldset")


def test_a_plan_that_the_check_speaks_against_begins_only_with_a_reason_which_is_kept(desk):
    page = looked(desk, first(desk, "contraindicated.toml"))
    fields = {**fields_of(page, "/desk/begin"), "plan": "cycloserine: 250 mg q12h", "confirmed_by": "Dr A"}
    refused = send(desk, "/desk/begin", fields)
    assert refused.status_code == 422
    assert kept(desk) == []
    assert send(desk, "/desk/begin", {**fields, "because": "no other drug is left"}).status_code == 303
    (patient,) = kept(desk)
    notes = [it.body.text for it in desk.service.store.events(patient) if it.kind == "note"]
    assert len(notes) == 1
    assert "cycloserine (contraindicated)" in notes[0]
    assert "no other drug is left" in notes[0]


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"plan": "clofazimine: 100 mg once a day"}, "another plan than the one proposed"),
        ({"plan": ""}, "nothing stands there"),
        ({"plan": "clofazimine 100 mg", "because": "a test"}, "has no colon"),
        ({"confirmed_by": ""}, "nothing stands there"),
        ({"days": "many"}, "no length"),
    ],
)
def test_what_cannot_begin_is_told_and_what_was_typed_stays(desk, changed, told):
    page = looked(desk, first(desk, "widely-resistant.toml"))
    answer = send(desk, "/desk/begin", {**fields_of(page, "/desk/begin"), "confirmed_by": "Dr A", **changed})
    assert answer.status_code == 422
    again = html.document_fromstring(answer.text)
    assert any(told in it.text_content() for it in again.xpath("//*[@role='alert']"))
    if changed.get("plan"):
        assert again.get_element_by_id("plan").text == changed["plan"]
    assert kept(desk) == []


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"record": ""}, "nothing is known of the person"),
        ({"record": "{"}, "record"),
        ({"zone": "Nowhere/There"}, "Nowhere/There"),
        ({"start": "soon"}, "not a date"),
        ({"profile": "mars"}, "does not exist"),
        ({"f-weight": "heavy"}, "is no number"),
        ({"course": "1"}, "names no course"),
    ],
)
def test_what_cannot_be_looked_at_is_told(desk, changed, told):
    answer = send(desk, "/desk/begin/look", {**first(desk, "ready.toml"), **changed})
    assert answer.status_code == 422
    assert told in html.document_fromstring(answer.text).xpath("//*[@role='alert']")[0].text_content()


@pytest.mark.parametrize("address", ["/desk/begin/look", "/desk/begin"])
@pytest.mark.parametrize(("role", "clinic"), [("nurse", NORTH), ("clinician", SOUTH), ("programme", NORTH)])
def test_nobody_begins_a_course_without_the_right_or_in_a_clinic_of_others(desk, address, role, clinic):
    page = looked(desk, first(desk, "widely-resistant.toml"))
    fields = {**fields_of(page, "/desk/begin"), "confirmed_by": "Dr A"}
    if address.endswith("look"):
        fields = fields_of(page, "/desk/begin/look")
    assert send(desk, address, fields, role, clinic).status_code == 403
    assert kept(desk) == []
