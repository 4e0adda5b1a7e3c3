"""Ids are the same for the same thing sent, nobody speaks for another, and what would be lost is refused by name."""

from datetime import UTC, datetime, timedelta

import pytest

from course_events import new_id
from fhir_service import dose
from fullcourse.adapters.fhir.taken.taking import OWN_EVENT, Draft, instant, kept_beside, only
from fullcourse.clinical.errors import InputError
from fullcourse.clinical.event import Claim
from fullcourse.clinical.event_bodies import DoseTaken, Retracted
from fullcourse.clinical.event_id import is_event_id
from taking_in import CLINICIAN, MINE, NOW, PATIENT, PROGRAM, taking

AT = datetime(2026, 11, 29, 6, 5, tzinfo=UTC)
DOSE = Draft("", "dose_taken", {"drug": "cycloserine", "mg": 250.0}, AT, NOW, "clinician")


def named(system: str, value: str) -> dict:
    return {"system": system, "value": value}


def test_an_event_says_what_its_draft_says_of_whom_it_is_about():
    event = taking().event(dose(), DOSE)
    assert event.body == DoseTaken("cycloserine", 250.0)
    assert (event.patient, event.zone, event.source) == (MINE, "Africa/Johannesburg", "test 1")
    assert (event.occurred_at, event.recorded_at, event.actor) == (AT, NOW, "clinician")
    assert event.supersedes == ""


def test_what_takes_back_names_what_it_takes_back():
    back = Draft("back", Retracted.kind, {}, NOW, NOW, "clinician", supersedes=new_id(5))
    assert taking().event(dose(), back).supersedes == new_id(5)


@pytest.mark.parametrize(
    ("speaker", "actor", "claim"),
    [
        (CLINICIAN, "clinician", Claim.OBSERVED),
        (CLINICIAN, "patient", Claim.SELF),
        (CLINICIAN, "supporter", Claim.SUPPORTER),
        (PROGRAM, "clinician", Claim.IMPORT),
        (PROGRAM, "patient", Claim.IMPORT),
    ],
)
def test_a_claim_goes_by_whose_word_it_is_and_what_a_program_brings_is_imported(speaker, actor, claim):
    draft = Draft("", DOSE.kind, DOSE.body, AT, NOW, actor)
    assert taking(speaker).event(dose(), draft).claim is claim


def test_the_id_of_what_was_sent_stays_the_same_in_every_version():
    """Another formula would take a dose in twice that was sent before an update and is sent again after it."""
    assert taking().id_of(dose(), "") == "00e05395-804a-7f62-8bd8-b3fc5180e203"


def test_ids_differ_by_sender_patient_type_identifier_and_part():
    ids = {
        taking().id_of(dose(), ""),
        taking().id_of(dose(), "note"),
        taking(PATIENT).id_of(dose(), ""),
        taking().id_of(dose("d2"), ""),
        taking().id_of(dose() | {"resourceType": "MedicationStatement"}, ""),
    }
    assert len(ids) == 5
    assert all(is_event_id(it) for it in ids)


def test_what_has_an_identifier_is_known_by_it_whatever_its_content():
    assert taking().id_of(dose(), "") == taking().id_of(dose(mg=500, id="other"), "")
    one, two = named("https://a.example", "1"), named("https://b.example", "2")
    assert taking().id_of(dose(identifier=[one, two]), "") == taking().id_of(dose(identifier=[two, one]), "")


def test_an_identifier_without_a_value_names_nothing():
    empty = [named("https://a.example", "")]
    assert taking().id_of(dose(identifier=empty), "") != taking().id_of(dose(identifier=empty, id="7"), "")


def test_what_has_no_identifier_is_known_by_its_id_then_by_its_content():
    bare = dose(identifier=None)
    assert taking().id_of(bare | {"id": "7"}, "") == taking().id_of(dose(mg=500, identifier=None, id="7"), "")
    assert taking().id_of(bare, "") == taking().id_of(dict(reversed(bare.items())), "")
    assert taking().id_of(bare, "") != taking().id_of(dose(mg=500, identifier=None), "")
    assert taking().id_of(bare | {"id": "7"}, "") != taking().id_of(bare | {"id": "8"}, "")
    beside = {"meta": {"lastUpdated": "2026-11-29T10:00:00Z"}, "text": {"status": "generated"}}
    assert taking().id_of(bare, "") == taking().id_of(bare | beside, "")


def test_an_id_that_a_phone_made_names_the_one_thing_and_none_of_its_parts():
    sent = dose(identifier=[named(OWN_EVENT, new_id(7)), named("https://phone.example", "d1")])
    assert taking().id_of(sent, "") == new_id(7)
    assert taking().id_of(sent, "note") != new_id(7)


def test_an_identifier_may_stand_alone_as_in_answers_to_a_questionnaire():
    assert taking().id_of(dose(identifier=named(OWN_EVENT, new_id(7))), "") == new_id(7)


@pytest.mark.parametrize("ids", [[new_id(7), new_id(8)], ["7"], [new_id(7).upper()], [""]])
def test_ids_of_events_that_are_several_or_none_are_refused(ids):
    with pytest.raises(InputError, match=r"identifier: .* UUIDv7"):
        taking().id_of(dose(identifier=[named(OWN_EVENT, it) for it in ids]), "")


def test_who_is_not_named_is_who_sends():
    assert taking(PATIENT).actor(None, "x") == "patient"
    assert taking(CLINICIAN).actor(None, "x") == "clinician"


@pytest.mark.parametrize(
    ("reference", "actor"),
    [
        ({"reference": "Patient/1"}, "patient"),
        ({"reference": "https://ehr.example/fhir/RelatedPerson/1"}, "supporter"),
        ({"reference": "PractitionerRole/1"}, "clinician"),
        ({"type": "Organization"}, "clinician"),
        ({"type": "Patient", "reference": "urn:uuid:1"}, "patient"),
    ],
)
def test_who_says_it_is_told_by_the_type_of_the_reference(reference, actor):
    assert taking().actor(reference, "x") == actor


@pytest.mark.parametrize("reference", [{"reference": "Group/1"}, {"reference": "1"}, {"display": "Dr Example"}, {}])
def test_a_reference_that_names_nobody_is_refused(reference):
    with pytest.raises(InputError, match=r"^x: nobody can say who that is"):
        taking().actor(reference, "x")


def test_nobody_speaks_as_another():
    with pytest.raises(InputError, match=r"^x: who is signed in cannot speak as 'clinician'"):
        taking(PATIENT).actor({"reference": "Practitioner/1"}, "x")


def test_what_says_nothing_of_when_it_was_written_down_was_written_down_now():
    assert taking().recorded("", "x") == NOW
    assert taking().recorded("2026-11-29T08:05:00+02:00", "x") == AT


@pytest.mark.parametrize(
    ("written", "at"),
    [
        ("2026-11-29T08:05+02:00", AT),
        ("2026-11-29T06:05:00Z", AT),
        ("2026-11-29T06:05:00.250Z", AT + timedelta(milliseconds=250)),
        ("2026-11-30T09:10:00Z", NOW + timedelta(minutes=10)),
    ],
)
def test_a_time_with_its_offset_is_an_instant_and_clocks_may_be_ten_minutes_ahead(written, at):
    assert instant(written, "x", NOW) == at


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ("", "a time with its offset is needed"),
        ("2026-11-29", "a time with its offset is needed"),
        ("2026-11-29T08:05:00", "a time with its offset is needed"),
        ("2026-11-29T08:05:00+02:00 ", "a time with its offset is needed"),
        ("2026-02-30T08:05:00Z", "there is no such time"),
        ("2026-11-29T24:00:00Z", "there is no such time"),
        ("2026-11-30T09:10:01Z", "it lies in the future"),
    ],
)
def test_a_time_that_is_none_or_not_yet_is_refused(written, told):
    with pytest.raises(InputError, match=f"^x: .*{told}|^x: {told}"):
        instant(written, "x", NOW)


def test_what_every_resource_may_have_is_passed_over_and_anything_else_is_refused_by_name():
    only({"resourceType": "Observation", "id": "1", "language": "en", "status": "final"}, ("status",), "Observation")
    with pytest.raises(InputError, match=r"^Observation\.focus: it is not understood here and would be lost"):
        only({"resourceType": "Observation", "focus": []}, ("status",), "Observation")
    with pytest.raises(InputError, match=r"^Observation\.value\.id: "):
        only({"id": "1", "value": 1}, ("value",), "Observation.value")


@pytest.mark.parametrize(
    ("name", "shown"),
    [("_status", "_status"), ("a" * 50, "a" * 40), ("Test Example", "an element"), ("nämé", "an element"),
     ("", "an element")],
)  # fmt: skip
def test_a_name_that_could_be_a_persons_is_not_repeated(name, shown):
    with pytest.raises(InputError) as refused:
        only({name: 1}, (), "x")
    assert str(refused.value).startswith(f"x.{shown}: ")


def test_meta_may_say_where_a_resource_is_kept_and_nothing_that_changes_it():
    kept = {"versionId": "1", "lastUpdated": "2026-11-29T10:00:00Z", "profile": ["x"], "source": "urn:x"}
    only({"resourceType": "Observation", "meta": kept}, (), "Observation")
    with pytest.raises(InputError, match=r"^Observation\.meta: it holds more than lastUpdated, profile"):
        only({"resourceType": "Observation", "meta": {**kept, "security": []}}, (), "Observation")
    with pytest.raises(InputError, match=r"Observation\.meta"):
        only({"resourceType": "Observation", "meta": "x"}, (), "Observation")
    only({"meta": {"security": []}}, ("meta",), "an element, in which nothing is told apart")


@pytest.mark.parametrize("status", ["generated", "empty"])
def test_a_narrative_that_says_no_more_than_the_resource_is_passed_over(status):
    only({"resourceType": "Observation", "text": {"status": status, "div": "<div/>"}}, (), "Observation")
    only({"resourceType": "Observation", "text": {}}, (), "Observation")


@pytest.mark.parametrize("narrative", [{"status": "additional", "div": "<div/>"}, {"div": "<div/>"}])
def test_a_narrative_that_may_say_more_is_refused(narrative):
    with pytest.raises(InputError, match=r"^Observation\.text: it says more than the resource"):
        only({"resourceType": "Observation", "text": narrative}, (), "Observation")


def test_what_stands_beside_is_kept_as_it_came_by_whom_and_when():
    sent = dose(note=[{"text": "vomité"}], category={"text": "home"})
    (note,) = kept_beside(sent, ("note", "category", "request"), DOSE)
    assert note.body == {
        "text": "Beside MedicationAdministration, as it came: "
        '{"category": {"text": "home"}, "note": [{"text": "vomité"}]}'
    }
    assert (note.part, note.kind, note.occurred_at, note.recorded_at) == ("note", "note", AT, NOW)
    assert note.actor == "clinician"
    assert kept_beside(sent, ("request",), DOSE) == []


def test_what_stands_beside_is_kept_up_to_its_longest_and_refused_beyond():
    frame = len('{"note": ""}')
    assert kept_beside(dose(note="a" * (8000 - frame)), ("note",), DOSE)
    with pytest.raises(InputError, match="MedicationAdministration: what stands beside it is longer"):
        kept_beside(dose(note="a" * (8001 - frame)), ("note",), DOSE)
