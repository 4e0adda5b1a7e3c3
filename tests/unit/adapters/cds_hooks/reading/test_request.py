"""A call is read strictly, and no message repeats what stands in it."""

from typing import Any

import pytest

from cds_calls import INSTANCE, call, order
from fullcourse.adapters.cds_hooks.reading.request import BadCall, Hook, read_call

CANARY = "Zebediah-Canary"


def changed(**more: Any) -> dict[str, Any]:
    return {**call(drafts=(order("linezolid", "d1", status="draft"),)), **more}


WRONG: dict[str, Any] = {
    "no object": [CANARY],
    "nothing": None,
    "another hook": changed(hook=CANARY),
    "no hook": {k: v for k, v in changed().items() if k != "hook"},
    "no instance": {k: v for k, v in changed().items() if k != "hookInstance"},
    "an instance that is no UUID": changed(hookInstance=CANARY),
    "an instance with more behind it": changed(hookInstance=INSTANCE + "\n"),
    "no context": {k: v for k, v in changed().items() if k != "context"},
    "a context of null": changed(context=None),
    "a context that is a list": changed(context=[CANARY]),
    "no patient": changed(context={"userId": "Practitioner/1", "draftOrders": {"resourceType": "Bundle"}}),
    "a patient with a path": changed(context={**changed()["context"], "patientId": f"../{CANARY}"}),
    "a patient with a question": changed(context={**changed()["context"], "patientId": "1?x=y"}),
    "a patient that is a number": changed(context={**changed()["context"], "patientId": 7}),
    "a patient of 65 letters": changed(context={**changed()["context"], "patientId": "a" * 65}),
    "a user without a type": changed(context={**changed()["context"], "userId": CANARY}),
    "an encounter that is none": changed(context={**changed()["context"], "encounterId": f"{CANARY} x"}),
    "no drafts": changed(context={"userId": "Practitioner/1", "patientId": "p1"}),
    "drafts that are a list": changed(context={**changed()["context"], "draftOrders": []}),
    "drafts of another type": changed(context={**changed()["context"], "draftOrders": {"resourceType": CANARY}}),
    "a draft without a resource": changed(
        context={**changed()["context"], "draftOrders": {"resourceType": "Bundle", "entry": [{"fullUrl": CANARY}]}}
    ),
    "a prefetch that is a list": changed(prefetch=[CANARY]),
    "a server that is a number": changed(fhirServer=7),
    "a token without a server": changed(fhirAuthorization={"access_token": CANARY, "token_type": "Bearer"}),
    "a token with a line break": changed(
        fhirServer="https://a.example", fhirAuthorization={"access_token": f"{CANARY}\r\nX: y", "token_type": "Bearer"}
    ),
    "a token of another kind": changed(
        fhirServer="https://a.example", fhirAuthorization={"access_token": CANARY, "token_type": "Basic"}
    ),
}


@pytest.mark.parametrize("name", WRONG)
def test_what_is_wrong_is_refused_without_being_repeated(name: str):
    with pytest.raises(BadCall) as refused:
        read_call(WRONG[name], Hook.ORDER_SIGN)
    assert CANARY not in str(refused.value)


@pytest.mark.parametrize(
    "selections", [None, [], ["linezolid"], [7], ["MedicationRequest/1", "x"], "MedicationRequest/1"]
)
def test_selections_are_types_with_ids(selections: Any):
    asked = call("order-select", (order("linezolid", "d1"),))
    asked["context"]["selections"] = selections
    with pytest.raises(BadCall, match="selections"):
        read_call(asked, Hook.ORDER_SELECT)


def test_extensions_and_unknown_fields_are_passed_over():
    more = {"extension": {"com.example.x": {"a": 1}}, "something": [1]}
    read = read_call(changed(**more, prefetch=None), Hook.ORDER_SIGN)
    assert read.patient == "p1"
    assert read.prefetch == {}
    assert [draft["id"] for draft in read.drafts] == ["d1"]


def test_a_token_stands_in_no_text_of_the_call():
    asked = changed(
        fhirServer="https://a.example/fhir", fhirAuthorization={"access_token": CANARY, "token_type": "Bearer"}
    )
    read = read_call(asked, Hook.ORDER_SIGN)
    assert read.token == CANARY
    assert CANARY not in repr(read)


@pytest.mark.parametrize("length", [1, 64])
def test_an_id_has_up_to_64_letters(length: int):
    asked = changed(context={**changed()["context"], "patientId": "a" * length})
    assert read_call(asked, Hook.ORDER_SIGN).patient == "a" * length
