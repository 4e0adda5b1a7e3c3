"""A result is taken in with the value and unit it came with; a symptom is there or not; anything else is refused."""

import json
from dataclasses import replace

import pytest

from fhir_service import observed
from fullcourse.adapters.fhir.taken.observations import read_adverse_event, read_observation, read_questionnaire
from fullcourse.adapters.fhir.write.questionnaire import ANSWERS
from fullcourse.clinical.errors import InputError
from taking_in import CLINICIAN, NOW, PATIENT, PROGRAM, UCUM, taking

FACT, LOINC = "urn:fullcourse:fact", "http://loinc.org"


def result(resource, speaker=CLINICIAN):
    return read_observation(resource, taking(speaker))


def of(code: str, **value) -> dict:
    """Return an Observation of a fact by its own id, without the value of the sample."""
    return observed(**{"valueQuantity": None, **value}) | {"code": {"coding": [{"system": FACT, "code": code}]}}


def creatinine(**quantity) -> dict:
    return observed(valueQuantity=quantity)


def adverse(event, **more) -> dict:
    resource = {
        "resourceType": "AdverseEvent",
        "actuality": "actual",
        "event": event,
        "date": "2026-11-29T22:00:00+02:00",
        **more,
    }
    return {name: value for name, value in resource.items() if value is not None}


def coded(code: str) -> dict:
    return {"coding": [{"system": FACT, "code": code}]}


def answers(given: dict[str, str], **more) -> dict:
    item = [
        {"linkId": name, "answer": [{"valueCoding": {"system": ANSWERS, "code": word}}]} for name, word in given.items()
    ]
    resource = {
        "resourceType": "QuestionnaireResponse",
        "status": "completed",
        "authored": "2026-11-29T21:00:00+02:00",
        "item": item,
        **more,
    }
    return {name: value for name, value in resource.items() if value is not None}


def refused(read, resource, told: str, speaker=CLINICIAN) -> None:
    with pytest.raises(InputError) as error:
        read(resource, taking(speaker))
    assert told in str(error.value)
    assert str(error.value).startswith(resource["resourceType"])


def test_a_result_is_kept_with_the_value_and_the_unit_it_came_with():
    (draft,) = result(observed(issued="2026-11-28T12:00:00+02:00"))
    assert (draft.kind, draft.body) == ("result", {"fact": "creatinine", "value": 1.1, "unit": "mg/dL"})
    assert draft.occurred_at.isoformat() == "2026-11-28T09:00:00+02:00"
    assert draft.recorded_at.isoformat() == "2026-11-28T12:00:00+02:00"
    assert result(observed())[0].recorded_at == NOW


def test_whose_word_a_result_is_the_first_performer_says_else_who_sends():
    who = [{"reference": "Patient/1"}, {"reference": "Practitioner/1"}]
    assert result(observed(performer=who))[0].actor == "patient"
    assert result(observed(), PROGRAM)[0].actor == "device"


@pytest.mark.parametrize(
    ("quantity", "unit"),
    [
        ({"value": 97, "unit": "umol/l", "system": UCUM, "code": "umol/L"}, "umol/L"),
        ({"value": 1.1, "unit": "mg/dL"}, "mg/dL"),
        ({"value": 97, "unit": "µmol/L", "system": UCUM}, "µmol/L"),
    ],
)
def test_the_unit_is_the_code_of_ucum_else_what_was_written(quantity, unit):
    assert result(creatinine(**quantity))[0].body["unit"] == unit


def test_a_number_without_a_unit_is_one_of_a_fact_that_has_none():
    body = result(of("neuropathy_grade", valueQuantity={"value": 2}))[0].body
    assert body == {"fact": "neuropathy_grade", "value": 2.0, "unit": "1"}


@pytest.mark.parametrize(
    ("quantity", "told"),
    [
        ({"value": 1.1}, "no unit is recorded"),
        ({"unit": "mg/dL", "system": UCUM, "code": "mg/dL"}, "no number with a unit of UCUM"),
        ({"value": 1.1, "unit": "mg/dL", "code": "mg/dL"}, "no number with a unit of UCUM"),
        ({"value": 1.1, "system": "http://snomed.info/sct", "code": "mg/dL"}, "no number with a unit of UCUM"),
        ({"value": 1.1, "unit": "mg/dL", "comparator": "<"}, "comparator"),
        ({"value": 1.1, "unit": "mg/dL", "extension": []}, "extension"),
        ({"value": 1.1, "unit": "ms"}, "does not measure"),
        ({"value": 1.1, "unit": "drops"}, "not a known UCUM code"),
        ({"value": 900, "unit": "mg/dL"}, "outside what is possible"),
    ],
)
def test_a_number_that_is_not_wholly_understood_is_refused(quantity, told):
    refused(read_observation, creatinine(**quantity), told)


def test_a_fact_that_is_a_number_takes_no_word():
    refused(read_observation, of("creatinine", valueString="high"), "is a number, and there is none")


@pytest.mark.parametrize("status", ["preliminary", "amended", "corrected", "cancelled", "registered", None])
def test_only_what_is_final_is_taken_in(status):
    refused(read_observation, observed(status=status), "status")


@pytest.mark.parametrize(
    "more",
    [
        {"valueQuantity": None},
        {"valueString": "1.1"},
        {"valueBoolean": True, "valueQuantity": None, "valueString": "x"},
    ],
)
def test_a_result_has_one_value(more):
    refused(read_observation, observed(**more), "one value is needed")


@pytest.mark.parametrize("element", ["focus", "component", "hasMember", "dataAbsentReason", "effectivePeriod"])
def test_what_could_change_a_result_is_refused_by_its_name(element):
    refused(read_observation, observed() | {element: []}, f".{element}: it is not understood here")


@pytest.mark.parametrize(
    ("code", "value", "kind", "body"),
    [
        ("symptom_seizure", {"valueBoolean": True}, "symptom", {"symptom": "symptom_seizure", "present": True}),
        ("symptom_seizure", {"valueBoolean": False}, "symptom", {"symptom": "symptom_seizure", "present": False}),
        ("pregnant", {"valueBoolean": True}, "result", {"fact": "pregnant", "value": 1.0, "unit": "1"}),
        ("pregnant", {"valueBoolean": False}, "result", {"fact": "pregnant", "value": 0.0, "unit": "1"}),
        (
            "sputum_culture",
            {"valueCodeableConcept": {"text": "negative"}},
            "test_result",
            {"fact": "sputum_culture", "value": "negative"},
        ),
        ("sputum_culture", {"valueString": "lost"}, "test_result", {"fact": "sputum_culture", "value": "lost"}),
    ],
)
def test_symptoms_yes_and_no_and_words_are_taken_in_as_what_they_are(code, value, kind, body):
    (draft,) = result(of(code, **value))
    assert (draft.kind, draft.body) == (kind, body)


def test_a_symptom_is_there_or_not_and_no_word():
    refused(read_observation, of("symptom_seizure", valueString="yes"), "is there or is not")


@pytest.mark.parametrize(
    ("code", "value"),
    [
        ("pregnant", {"valueString": "perhaps"}),
        ("sputum_culture", {"valueString": ""}),
        ("pregnant", {"valueQuantity": {"value": 1}}),
    ],
)
def test_a_value_that_says_nothing_clear_is_refused(code, value):
    refused(read_observation, of(code, **value), "it says nothing clear of")


def test_what_stands_beside_a_result_is_kept_as_it_came():
    draft, note = result(observed(interpretation=[{"text": "high"}], bodySite={"text": "arm"}))
    kept = {"interpretation": [{"text": "high"}], "bodySite": {"text": "arm"}}
    assert json.loads(str(note.body["text"]).partition(": ")[2]) == kept
    assert note.occurred_at == draft.occurred_at


def test_a_code_that_is_not_there_or_not_known_is_refused():
    refused(read_observation, observed() | {"code": None}, "nobody can say what was observed")
    refused(read_observation, observed(code="1234-5"), "is not known here")
    refused(read_observation, of("symptom_unheard_of", valueBoolean=True), "is not known here")


def test_codes_of_several_facts_are_refused():
    two = {"coding": [{"system": LOINC, "code": "2160-0"}, {"system": LOINC, "code": "2823-3"}]}
    refused(read_observation, observed() | {"code": two}, "speaks of several facts")


def test_several_codes_of_one_fact_are_that_fact():
    two = {"coding": [{"system": LOINC, "code": "2160-0"}, {"system": FACT, "code": "creatinine"}]}
    assert result(observed() | {"code": two})[0].body["fact"] == "creatinine"


def test_words_that_speak_of_another_fact_than_the_code_are_refused():
    potassium = {"coding": [{"system": LOINC, "code": "2160-0"}], "text": "ALT"}
    refused(read_observation, observed() | {"code": potassium}, "its code and its words say different things")
    same = {"coding": [{"system": LOINC, "code": "2160-0"}], "text": "Creatinine"}
    assert result(observed() | {"code": same})[0].body["fact"] == "creatinine"


def test_a_knowledge_of_another_digest_is_read_for_itself():
    """What is remembered of one knowledge is no answer for another."""
    assert result(observed())[0].body["fact"] == "creatinine"
    here = taking()
    without = replace(here.knowledge, facts={"pregnant": here.knowledge.facts["pregnant"]}, digest="0" * 64)
    with pytest.raises(InputError, match="is not known here"):
        read_observation(observed(), replace(here, knowledge=without))
    assert result(observed())[0].body["fact"] == "creatinine"


def test_an_adverse_event_is_a_symptom_that_is_there():
    (draft,) = read_adverse_event(adverse(coded("symptom_seizure"), recordedDate="2026-11-30T08:00:00+02:00"), taking())
    assert (draft.kind, draft.body) == ("symptom", {"symptom": "symptom_seizure", "present": True})
    assert draft.occurred_at.isoformat() == "2026-11-29T22:00:00+02:00"
    assert draft.recorded_at.isoformat() == "2026-11-30T08:00:00+02:00"
    assert draft.actor == "clinician"
    by_patient = adverse(coded("symptom_seizure"), recorder={"reference": "Patient/1"})
    assert read_adverse_event(by_patient, taking())[0].actor == "patient"


@pytest.mark.parametrize("words", ["label", "plain"])
def test_an_adverse_event_without_a_code_is_known_by_the_words_for_a_symptom(words):
    name = getattr(taking().knowledge.facts["symptom_seizure"], words)
    (draft,) = read_adverse_event(adverse({"text": name.upper()}), taking())
    assert draft.body["symptom"] == "symptom_seizure"


@pytest.mark.parametrize(
    "event",
    [
        None,
        {},
        {"text": "something of nobody"},
        {"coding": [{"system": "https://ehr.example", "code": "symptom_seizure"}]},
        coded("symptom_unheard_of"),
        coded("creatinine"),
        {"coding": [*coded("symptom_seizure")["coding"], *coded("symptom_rash")["coding"]]},
        {"coding": [*coded("symptom_seizure")["coding"], *coded("creatinine")["coding"]]},
        {**coded("symptom_unheard_of"), "text": "seizure"},
    ],
)
def test_an_adverse_event_that_is_not_one_known_symptom_is_refused(event):
    refused(read_adverse_event, adverse(event), "no symptom that is known here")


def test_a_code_of_another_system_beside_our_own_says_nothing_and_none_is_taken_for_ours():
    beside = {"system": LOINC, "code": "2160-0"}
    drafts = read_adverse_event(adverse({"coding": [beside, *coded("symptom_seizure")["coding"]]}), taking())
    assert drafts[0].body["symptom"] == "symptom_seizure"
    refused(read_adverse_event, adverse({"coding": [{"system": LOINC, "code": "symptom_seizure"}]}), "no symptom")


@pytest.mark.parametrize("actuality", ["potential", None])
def test_what_did_not_happen_is_no_event(actuality):
    refused(read_adverse_event, adverse(coded("symptom_seizure"), actuality=actuality), "actuality")


def test_an_adverse_event_that_says_more_is_refused_by_its_name():
    refused(read_adverse_event, adverse(coded("symptom_seizure"), seriousness={"text": "serious"}), "seriousness")


def test_each_answer_of_a_questionnaire_is_a_symptom_that_is_there_or_not():
    drafts = read_questionnaire(answers({"symptom_seizure": "yes", "symptom_rash": "no"}), taking(PATIENT))
    said = {it.part: it.body for it in drafts}
    assert said == {
        "symptom_seizure": {"symptom": "symptom_seizure", "present": True},
        "symptom_rash": {"symptom": "symptom_rash", "present": False},
    }
    assert {it.kind for it in drafts} == {"symptom"}
    assert {(it.occurred_at.isoformat(), it.recorded_at.isoformat()) for it in drafts} == {
        ("2026-11-29T21:00:00+02:00", "2026-11-29T21:00:00+02:00")
    }
    assert {it.actor for it in drafts} == {"patient"}


def test_who_answered_is_the_source_else_the_author_else_who_sends():
    source, author = {"reference": "Patient/1"}, {"reference": "RelatedPerson/1"}
    said = {"symptom_seizure": "yes"}
    assert read_questionnaire(answers(said, source=source, author=author), taking())[0].actor == "patient"
    assert read_questionnaire(answers(said, author=author), taking())[0].actor == "supporter"
    assert read_questionnaire(answers(said), taking())[0].actor == "clinician"


def test_where_the_questions_were_answered_is_kept_beside_the_first():
    met = {"reference": "Encounter/1"}
    drafts = read_questionnaire(answers({"symptom_seizure": "yes", "symptom_rash": "no"}, encounter=met), taking())
    assert [it.kind for it in drafts] == ["symptom", "symptom", "note"]
    assert json.loads(str(drafts[2].body["text"]).partition(": ")[2]) == {"encounter": met}


@pytest.mark.parametrize("status", ["completed", "amended"])
def test_answers_that_are_whole_are_taken_in(status):
    assert len(read_questionnaire(answers({"symptom_seizure": "yes"}, status=status), taking())) == 1


@pytest.mark.parametrize(
    ("sent", "told"),
    [
        (answers({"symptom_seizure": "yes"}, status="in-progress"), "status"),
        (answers({"symptom_seizure": "yes"}, status=None), "status"),
        (answers({"symptom_seizure": "yes", "symptom_unheard_of": "yes"}), "symptom_unheard_of"),
        (answers({"symptom_seizure": "yes", "symptom_rash": "unsure"}), "symptom_rash: neither yes nor no"),
        (answers({}), "answers nothing"),
        (answers({"symptom_seizure": "yes"}, authored=None), "authored"),
        (answers({"symptom_seizure": "yes"}, basedOn=[]), "basedOn"),
    ],
)
def test_answers_that_are_not_whole_known_and_sure_are_refused(sent, told):
    refused(read_questionnaire, sent, told)
