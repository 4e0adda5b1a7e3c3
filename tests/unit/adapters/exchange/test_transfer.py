"""Sent, taken in once, and closed by a receipt that only who opened the file can write."""

import json
from dataclasses import replace

import pytest

from carried import LATER, NOW, dose, every_kind, stored
from course_events import PATIENT, event, started
from fullcourse.adapters.exchange.carrying import Log, log_of, take_in
from fullcourse.adapters.exchange.claim_code import claim_code
from fullcourse.adapters.exchange.person_file import log_digest, write_person_file
from fullcourse.adapters.exchange.receipt import Receipt, read_receipt, receipt_bytes
from fullcourse.adapters.exchange.sealed_file import new_token, number_of, seal
from fullcourse.adapters.exchange.transfer import (
    open_transfer,
    refuse_second_arrival,
    refuse_unless_ours,
    sealed_course,
    sent_with,
)
from fullcourse.adapters.fhir.write.course_bundle import course_bundle
from fullcourse.adapters.store.memory import MemoryRecorder
from fullcourse.adapters.zones import load_zone
from fullcourse.clinical.errors import InputError
from fullcourse.clinical.event_bodies import Transfer
from patients import knowledge

CODE = claim_code(123_456_789)
TOKEN = new_token()
NUMBER = number_of(TOKEN)
LEFT = event(Transfer("out", "clinic B", NUMBER), NOW, actor="clinician")
CAME = event(Transfer("in", "clinic A", NUMBER), LATER, actor="clinician")


@pytest.fixture(scope="module")
def sender() -> MemoryRecorder:
    return stored([*every_kind(), LEFT])


@pytest.fixture(scope="module")
def sent(sender) -> bytes:
    log = log_of(sender, PATIENT)
    return sealed_course(log, course_bundle(log.events, knowledge(), load_zone), CODE, TOKEN, "clinic A")


def receipt(sender: MemoryRecorder, **changed: object) -> Receipt:
    events = sent_with(sender.events(PATIENT), LEFT)
    made = Receipt(NUMBER, TOKEN, PATIENT, "clinic B", LATER, len(events), log_digest(events))
    return replace(made, **changed)


def test_the_course_arrives_whole_with_its_arrival_and_is_taken_in_once(sender, sent):
    person = open_transfer(sent, CODE.lower().replace("-", " "), "the file")
    assert (person.transfer, person.token, person.sender) == (NUMBER, TOKEN, "clinic A")
    receiver = MemoryRecorder()
    came = take_in(receiver, receiver.append, person, LATER, [CAME])
    assert came.new == len(sender.events(PATIENT))
    assert receiver.events(PATIENT) == (*sender.events(PATIENT), CAME)
    refuse_second_arrival(sender.events(PATIENT), NUMBER)
    with pytest.raises(InputError, match=r"received here on 2026-11-29 12:00 \+0000 already"):
        refuse_second_arrival(receiver.events(PATIENT), NUMBER)


def test_a_wrong_code_is_refused(sent):
    with pytest.raises(InputError, match="does not open"):
        open_transfer(sent, claim_code(1), "the file")
    with pytest.raises(InputError, match="misread"):
        open_transfer(sent, CODE[:-2] + ("2" if CODE[-2] != "2" else "3") + CODE[-1], "the file")


def test_a_file_that_contradicts_itself_is_refused(sender):
    log = log_of(sender, PATIENT)
    other = new_token()
    plain = {"resourceType": "Bundle", "type": "collection"}
    for token, number, inner, events, why in [
        (other, NUMBER, NUMBER, log.events, "its number is not"),
        (TOKEN, NUMBER, number_of(other), log.events, "its number is not"),
        (TOKEN, NUMBER, NUMBER, log.events[:-1], "nobody leaves"),
    ]:
        data = seal(write_person_file(events, [], plain, transfer=inner, token=token, sender="A"), CODE, number)
        with pytest.raises(InputError, match=why):
            open_transfer(data, CODE, "the file")


def test_a_receipt_is_read_back_and_answers_the_transfer_also_when_the_log_has_grown(sender):
    made = receipt(sender)
    assert read_receipt(receipt_bytes(made), "the receipt") == made
    assert refuse_unless_ours(made, sender.events(PATIENT)) == LEFT
    assert refuse_unless_ours(made, (*sender.events(PATIENT), dose())) == LEFT


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"token": new_token()}, "has not opened the transfer"),
        ({"transfer": number_of("x")}, "answers no transfer"),
        ({"events": 1}, "not what was sent"),
        ({"log_digest": "0" * 64}, "not what was sent"),
    ],
)
def test_a_receipt_that_does_not_answer_it_closes_nothing(sender, changed, why):
    with pytest.raises(InputError, match=why):
        refuse_unless_ours(receipt(sender, **changed), sender.events(PATIENT))


def test_a_second_receipt_is_refused_and_a_second_facility_named_as_one(sender):
    closed = event(Transfer("received", "clinic B", NUMBER), LATER, actor="clinician")
    events = (*sender.events(PATIENT), closed)
    with pytest.raises(InputError, match=r"closed already.*This receipt is not"):
        refuse_unless_ours(receipt(sender), events)
    with pytest.raises(InputError, match="A second facility"):
        refuse_unless_ours(receipt(sender, facility="clinic C"), events)


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"schema": "fullcourse/receipt/2"}, "no receipt"),
        ({"more": 1}, "no receipt"),
        ({"token": 7}, "token is no text"),
        ({"facility": " "}, "facility is no text"),
        ({"events": True}, "events is no number"),
        ({"received_at": "2026-11-29T12:00"}, "no offset"),
    ],
)
def test_what_is_no_whole_receipt_is_refused(sender, changed, why):
    table = json.loads(receipt_bytes(receipt(sender))) | changed
    with pytest.raises(InputError, match=why):
        read_receipt(json.dumps(table).encode(), "the receipt")
    with pytest.raises(InputError, match="not JSON"):
        read_receipt(receipt_bytes(receipt(sender))[:40], "the receipt")


def test_a_receipt_holds_no_event_and_no_code(sender):
    text = receipt_bytes(receipt(sender)).decode()
    assert CODE not in text
    assert "cycloserine" not in text


def test_a_sender_without_a_name_is_not_said():
    log = Log((started("cycloserine: 250 mg q12h"), LEFT), ())
    plain = {"resourceType": "Bundle", "type": "collection"}
    assert open_transfer(sealed_course(log, plain, CODE, TOKEN, ""), CODE, "the file").sender == "not said"
