"""The file of one person: a function of the log, read back whole, and refused where it contradicts itself."""

import hashlib
import json
import random
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from carried import LATER, contradicted, dose, every_kind, person_file, stored
from course_events import PATIENT, events
from effort import examples
from fullcourse.adapters.exchange.container import pack, unpack
from fullcourse.adapters.exchange.person_file import PARTS, log_digest, read_person_file, write_person_file
from fullcourse.clinical.errors import InputError
from fullcourse.clinical.event import Event

EMPTY = {"resourceType": "Bundle", "type": "collection"}


def parts_of(log: list[Event]) -> dict[str, bytes]:
    return unpack(write_person_file(log, [], EMPTY), PARTS, "the file")


def refused(parts: dict[str, bytes]) -> str:
    with pytest.raises(InputError) as caught:
        read_person_file(pack(parts), "the file")
    return str(caught.value)


def with_manifest(parts: dict[str, bytes], **changed: object) -> dict[str, bytes]:
    manifest = json.loads(parts["manifest.json"]) | changed
    return {**parts, "manifest.json": json.dumps(manifest).encode()}


def signed_anew(parts: dict[str, bytes], **changed: bytes) -> dict[str, bytes]:
    """Put other parts in, with sums that fit them: what a program that makes such a file wrongly would write."""
    new = {**parts, **{name.replace("_", "-") + ".ndjson": part for name, part in changed.items()}}
    sums = {name: hashlib.sha256(new[name]).hexdigest() for name in PARTS[1:]}
    return with_manifest(new, sha256=sums)


def test_every_kind_comes_back_in_the_order_of_receipt_and_what_was_set_aside_too():
    log = every_kind()
    recorder = stored([*log, contradicted(log[1])])
    read = read_person_file(person_file(recorder, PATIENT), "the file")
    assert read.events == recorder.events(PATIENT)
    assert [it.received_at for it in read.events] == [it.received_at for it in recorder.events(PATIENT)]
    assert read.set_aside == (contradicted(log[1]),)
    assert (read.patient, read.transfer, read.token, read.sender) == (PATIENT, "", "", "")
    assert read.software.startswith("fullcourse ")


def test_the_same_log_is_the_same_bytes():
    log = every_kind()
    assert person_file(stored(log), PATIENT) == person_file(stored(log), PATIENT)


@settings(max_examples=examples(60), deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(events(), min_size=1, max_size=8, unique_by=lambda it: it.id))
def test_any_log_comes_back(log):
    read = read_person_file(write_person_file(log, log[:2], EMPTY), "the file")
    assert (read.events, read.set_aside) == (tuple(log), tuple(log[:2]))
    assert [it.received_at for it in read.events] == [it.received_at for it in log]


def test_the_digest_of_a_log_knows_neither_order_nor_repetition_nor_receipt():
    log = every_kind()
    shuffled = [replace(it, received_at=LATER) for it in (*log, *log[:5])]
    random.Random(7).shuffle(shuffled)
    assert log_digest(shuffled) == log_digest(log)
    assert log_digest(log[:-1]) != log_digest(log)
    assert log_digest([contradicted(log[1]), *log[2:]]) != log_digest(log[1:])


def test_a_part_other_than_the_one_of_the_manifest_is_named():
    parts = parts_of([dose(), dose()])
    for name in PARTS[1:]:
        assert f"{name} is not the one" in refused({**parts, name: parts[name] + b"\n"})
    assert "is not the one" in refused(with_manifest(parts, sha256="none"))


def test_fewer_events_than_were_sent_are_never_taken_for_all():
    parts = parts_of([dose() for _ in range(207)])
    half = b"".join(parts["events.ndjson"].splitlines(keepends=True)[:100])
    assert "another number of events" in refused(signed_anew(parts, events=half))
    assert "do not come to" in refused(with_manifest(signed_anew(parts, events=half), events=100))
    assert "another number of events" in refused(signed_anew(parts, events=b""))


def test_a_bad_line_is_named_with_its_number_and_no_value():
    parts = parts_of([dose(), dose()])
    bad = parts["events.ndjson"] + b'{"schema":"fullcourse/event/1","id":"Canary"}\n'
    said = refused(signed_anew(parts, events=bad))
    assert "events.ndjson, line 3" in said
    assert "Canary" not in said
    assert "ends in the middle of a line" in refused(signed_anew(parts, events=parts["events.ndjson"][:-1]))


def test_an_event_of_somebody_else_is_refused():
    parts = parts_of([dose(), dose(patient="another")])
    assert "line 2 belongs to somebody else" in refused(parts)
    parts = unpack(write_person_file([dose()], [dose(patient="another")], EMPTY), PARTS, "the file")
    assert "set-aside.ndjson, line 1 belongs" in refused(parts)


def test_a_newer_program_is_told_from_a_foreign_one():
    parts = parts_of([dose()])
    assert "newer program (fullcourse" in refused(with_manifest(parts, schema="fullcourse/person/2"))
    assert "newer program" in refused(with_manifest(parts, more="than is known"))
    assert "no exported course" in refused(with_manifest(parts, schema="other/person/1"))
    assert "no exported course" in refused({**parts, "manifest.json": b"[]"})
    manifest = json.loads(parts["manifest.json"])
    del manifest["log_digest"]
    assert "does not say 'log_digest'" in refused({**parts, "manifest.json": json.dumps(manifest).encode()})
