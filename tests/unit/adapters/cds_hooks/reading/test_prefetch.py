"""The matrix of what may be sent by the key it is sent for: nothing is taken for complete that is not."""

from typing import Any

import pytest

from cds_calls import KEYS, PATIENT, answered, bundle, call, hooks, order, sent
from fullcourse.adapters.cds_hooks.reading.prefetch import Sent, SentState, read_answer_of_search, read_prefetch

TEMPLATES = {it.key: it for it in hooks().templates}
OUTCOME = {"resourceType": "OperationOutcome", "issue": [{"severity": "error", "code": "forbidden"}]}
NEXT = [{"relation": "self", "url": "https://e/f"}, {"relation": "next", "url": "https://e/f?page=2"}]
DRAFT = (order("linezolid", "d1", status="draft"),)
WORDS = {key: TEMPLATES[key].words for key in KEYS.values()}


def one(key: str) -> dict[str, Any]:
    return {"resourceType": TEMPLATES[key].resource, "id": "x1"}


STATES: dict[str, tuple[Any, SentState]] = {
    "null": (None, SentState.NONE),
    "a Bundle": ("bundle", SentState.COMPLETE),
    "a Bundle without entries": ({"resourceType": "Bundle", "type": "searchset", "total": 0}, SentState.COMPLETE),
    "a page": ({"resourceType": "Bundle", "type": "searchset", "link": NEXT}, SentState.PAGE),
    "a total above what is there": ({"resourceType": "Bundle", "type": "searchset", "total": 3}, SentState.PARTIAL),
    "an outcome among the entries": (bundle(OUTCOME), SentState.PARTIAL),
    "an entry without a resource": ({"resourceType": "Bundle", "entry": [{"fullUrl": "x"}]}, SentState.PARTIAL),
    "entries that are no list": ({"resourceType": "Bundle", "entry": {}}, SentState.PARTIAL),
    "one resource": ("one", SentState.PARTIAL),
    "an OperationOutcome": (OUTCOME, SentState.ERROR),
    "another resource": ({"resourceType": "Device"}, SentState.ERROR),
    "an empty object": ({}, SentState.ERROR),
    "a word": ("123", SentState.ERROR),
    "a list": ([], SentState.ERROR),
    "false": (False, SentState.ERROR),
}


@pytest.mark.parametrize("key", [key for key in TEMPLATES if key != "patient"])
@pytest.mark.parametrize("state", STATES)
def test_every_state_of_every_key(key: str, state: str):
    value, expected = STATES[state]
    value = bundle(one(key)) if value == "bundle" else one(key) if value == "one" else value
    assert read_answer_of_search(value, TEMPLATES[key], "p1").state is expected


@pytest.mark.parametrize("key", KEYS.values())
@pytest.mark.parametrize(
    "state", [name for name, (_, it) in STATES.items() if it not in (SentState.NONE, SentState.COMPLETE)]
)
def test_what_is_lacking_is_named_on_the_cards_of_a_drug_against_tuberculosis(key: str, state: str):
    value = one(key) if STATES[state][0] == "one" else STATES[state][0]
    cards = answered(call(drafts=DRAFT, prefetch=sent() | {key: value}))
    assert cards
    assert any(WORDS[key] in card["detail"] for card in cards)
    absent = answered(call(drafts=DRAFT, prefetch=sent(without=(key,))))
    assert any(f"{WORDS[key]} (not sent)" in card["detail"].replace("\\", "") for card in absent)


def test_nothing_is_lacking_where_everything_was_sent():
    assert all("Lacking" not in card["detail"] for card in answered(call(drafts=DRAFT, prefetch=sent())))


@pytest.mark.parametrize("key", KEYS.values())
def test_a_key_with_nothing_in_it_clears_no_more_than_a_key_that_is_absent(key: str):
    def open_facts(cards: list[dict[str, Any]]) -> set[str]:
        (card,) = (it for it in cards if "cannot be assessed" in it["summary"])
        line = next(it for it in card["detail"].split("\n") if it.startswith("Not known"))
        return set(line.partition(": ")[2].split(", "))

    absent = open_facts(answered(call(drafts=DRAFT, prefetch=sent(without=(key,)))))
    assert open_facts(answered(call(drafts=DRAFT, prefetch=sent()))) >= absent


def test_the_patient_is_one_resource():
    for value, state in ((PATIENT, SentState.COMPLETE), (bundle(PATIENT), SentState.COMPLETE)):
        assert read_answer_of_search(value, TEMPLATES["patient"], "p1").state is state
    for value in (bundle(), bundle(PATIENT, {**PATIENT, "id": "p2"}), OUTCOME, {"resourceType": "Person"}, "p1"):
        assert read_answer_of_search(value, TEMPLATES["patient"], "p1").state is SentState.ERROR
    without = {name: value for name, value in PATIENT.items() if name != "id"}
    assert read_answer_of_search(without, TEMPLATES["patient"], "p1").resources[0]["id"] == "p1"


def test_a_key_that_is_not_sent_is_absent():
    read = read_prefetch({}, TEMPLATES.values(), "p1")
    assert {it.state for it in read.values()} == {SentState.ABSENT}


def test_a_page_is_followed_by_what_comes_after_it():
    page = Sent(TEMPLATES["conditions"], SentState.PAGE, ({"id": "a"},), "https://e/f?page=2")
    last = page.continued(Sent(TEMPLATES["conditions"], SentState.COMPLETE, ({"id": "b"},)))
    assert last.is_whole
    assert [it["id"] for it in last.resources] == ["a", "b"]
    assert not page.continued(Sent(TEMPLATES["conditions"], SentState.ERROR)).is_whole
