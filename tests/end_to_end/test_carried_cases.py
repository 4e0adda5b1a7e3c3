"""What may go wrong when a course is carried, each case as ``tests/data/course/carried.toml`` expects it."""

import hashlib
import json
import tomllib
import zipfile
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pytest

from carried import LATER, NOW, contradicted, dose, doses, every_kind, person_file, stored
from course_events import PATIENT, event
from fullcourse.adapters.exchange import whole_file
from fullcourse.adapters.exchange.carrying import log_of, take_in
from fullcourse.adapters.exchange.claim_code import claim_code
from fullcourse.adapters.exchange.container import pack, unpack
from fullcourse.adapters.exchange.likeness import Likeness, alike_records
from fullcourse.adapters.exchange.person_file import PARTS, read_person_file, write_person_file
from fullcourse.adapters.exchange.receipt import Receipt
from fullcourse.adapters.exchange.sealed_file import new_token, number_of
from fullcourse.adapters.exchange.transfer import (
    open_transfer,
    refuse_second_arrival,
    refuse_unless_ours,
    sealed_course,
)
from fullcourse.adapters.exchange.whole_file import write_whole
from fullcourse.adapters.fhir.read.identity import read_identity
from fullcourse.adapters.store.memory import MemoryRecorder
from fullcourse.adapters.store.sqlite import SqliteStore
from fullcourse.clinical.errors import InputError
from fullcourse.clinical.event import Event
from fullcourse.clinical.event_bodies import Retracted, Transfer
from fullcourse.course.fold import fold

CASES = tomllib.loads((Path(__file__).parents[1] / "data" / "course" / "carried.toml").read_text("utf-8"))["case"]
BUNDLE = {"resourceType": "Bundle", "type": "collection"}
CODE, TOKEN = claim_code(42), new_token()
NUMBER = number_of(TOKEN)
LEFT = event(Transfer("out", "B", NUMBER), NOW, actor="clinician")


def refusal(data: bytes, receiver: MemoryRecorder | None = None) -> str:
    """Return what an import says that takes nothing."""
    store = receiver or MemoryRecorder()
    before = list(store.patients())
    try:
        take_in(store, store.append, read_person_file(data, "the file"), LATER)
    except InputError as error:
        assert list(store.patients()) == before
        return str(error)
    return ""


def carried(log: list[Event], receiver: MemoryRecorder | None = None) -> MemoryRecorder:
    store = receiver or MemoryRecorder()
    take_in(store, store.append, read_person_file(person_file(stored(log), PATIENT), "the file"), LATER)
    return store


def with_lines(log: list[Event], change: Callable[[bytes], bytes]) -> bytes:
    """Return the file of a log whose lines were changed by a program that wrote the sums anew."""
    parts = unpack(write_person_file(log, [], BUNDLE), PARTS, "it")
    parts["events.ndjson"] = change(parts["events.ndjson"])
    manifest = json.loads(parts["manifest.json"])
    manifest["sha256"]["events.ndjson"] = hashlib.sha256(parts["events.ndjson"]).hexdigest()
    return pack({**parts, "manifest.json": json.dumps(manifest).encode()})


def restore_stops_half_way(_: Path) -> str:
    data = bytearray(person_file(stored(every_kind()), PATIENT))
    data[len(data) // 2] ^= 0xFF
    assert "altered or damaged" in refusal(bytes(data))
    return "refused"


def history_cannot_be_read_back(tmp: Path) -> str:
    log = every_kind()
    with SqliteStore(tmp / "a.db", tmp / "a.key") as store:
        take_in(store, store.append, read_person_file(person_file(stored(log), PATIENT), "the file"), LATER)
        assert store.events(PATIENT) == tuple(log)
    return "carried"


def deleted_event_again(_: Path) -> str:
    one = dose()
    log = [one, event(Retracted("wrong"), "2026-03-02T09:00", supersedes=one.id)]
    receiver = carried(log)
    before = receiver.events(PATIENT)
    carried(log, receiver)
    assert receiver.events(PATIENT) == before
    assert fold(receiver.events(PATIENT)).doses_of("cycloserine") == ()
    return "same"


def uploaded_twice(_: Path) -> str:
    log = every_kind()
    receiver = carried(log)
    before = receiver.events(PATIENT)
    carried(log, receiver)
    return "same" if receiver.events(PATIENT) == before else "carried"


def sent_in_overlapping_batches(_: Path) -> str:
    log = doses(1006)
    receiver = carried(log, carried(log[:500]))
    assert sorted(it.id for it in receiver.events(PATIENT)) == sorted({it.id for it in log})
    return "carried"


def the_first_hundred_only(_: Path) -> str:
    said = refusal(with_lines(doses(207), lambda part: b"".join(part.splitlines(keepends=True)[:100])))
    assert "another number of events" in said
    return "refused"


def kinds_added_later(_: Path) -> str:
    log = every_kind()
    kinds = {it.kind for it in carried(log).events(PATIENT)}
    assert {it.kind for it in log} == kinds
    assert "hologram_shown" in kinds
    return "carried"


def zone_thrown_away(_: Path) -> str:
    (one,) = carried([dose(on="2026-07-19T23:30:00+03:00", zone="Europe/Kyiv")]).events(PATIENT)
    assert (one.occurred_at.isoformat(), one.zone) == ("2026-07-19T23:30:00+03:00", "Europe/Kyiv")
    return "carried"


def known_person_skipped(_: Path) -> str:
    log = doses(10)
    assert len(carried(log, stored(log[:4])).events(PATIENT)) == 10
    return "carried"


def written_before_checked(_: Path) -> str:
    said = refusal(with_lines(doses(20), lambda part: part + b'{"schema":"fullcourse/event/1"}\n'), stored([]))
    assert "events.ndjson, line 21" in said
    return "refused"


def truncated_is_not_foreign(_: Path) -> str:
    whole = person_file(stored(every_kind()), PATIENT)
    assert "ends too early, after 1000 bytes" in refusal(whole[:1000])
    assert "no exported course" in refusal(b"%PDF-1.7")
    return "refused"


def written_file_never_read(tmp: Path) -> str:
    with pytest.MonkeyPatch.context() as patch:
        write = whole_file._write
        patch.setattr(whole_file, "_write", lambda part, data: write(part, data[:-1]))
        with pytest.raises(InputError, match="did not keep"):
            write_whole(tmp / "a.zip", b"data")
    assert list(tmp.iterdir()) == []
    return "refused"


def _people(*names: str) -> list[Likeness]:
    alike = {"resourceType": "Patient", "gender": "female", "birthDate": "1980-05-04"}
    written = [{**alike, "name": [{"text": name}]} for name in names]
    return [it.likeness for it in alike_records([read_identity(json.dumps(it).encode(), "it") for it in written])]


def two_accounts_of_one_person(_: Path) -> str:
    return "shown" if _people("Priya Sharma", "Prya Sharma") == [Likeness.LIKELY] else "nothing"


def cori_and_cory(_: Path) -> str:
    return "shown" if _people("Welch Cori", "Welch Cory") == [Likeness.LIKELY] else "nothing"


def one_flipped_bit(_: Path) -> str:
    data = person_file(stored([dose()]), PATIENT)
    for place in range(0, len(data), 7):
        damaged = bytearray(data)
        damaged[place] ^= 1 << place % 8
        assert refusal(bytes(damaged)), place
    return "refused"


def contradicting_bodies(_: Path) -> str:
    one = dose()
    receiver = carried([contradicted(one)], stored([one]))
    assert receiver.events(PATIENT) == (one,)
    assert [it.event for it in receiver.set_aside(PATIENT)] == [contradicted(one)]
    return "kept apart"


def set_aside_travels(_: Path) -> str:
    one = dose()
    assert len(carried([one, contradicted(one)]).set_aside(PATIENT)) == 1
    return "carried"


def from_the_future(_: Path) -> str:
    ahead = dose(on="2036-11-28T08:00")
    store = MemoryRecorder()
    came = take_in(store, store.append, read_person_file(person_file(stored([ahead]), PATIENT), "it"), LATER)
    assert came.future == (ahead,)
    return "carried"


def name_that_climbs(tmp: Path) -> str:
    written = BytesIO()
    with zipfile.ZipFile(written, "w") as archive:
        for name in ("../../outside", *PARTS[1:]):
            archive.writestr(name, b"x")
    assert "holds something else" in refusal(written.getvalue())
    assert list(tmp.iterdir()) == []
    return "refused"


def bomb(_: Path) -> str:
    written = BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in PARTS:
            archive.writestr(name, bytes(129 * 1024**2) if name == "events.ndjson" else b"")
    assert len(written.getvalue()) < 200_000
    assert "would unpack to more than 128 MiB" in refusal(written.getvalue())
    return "refused"


def _sent() -> bytes:
    log = log_of(stored([dose(), LEFT]), PATIENT)
    return sealed_course(log, BUNDLE, CODE, TOKEN, "A")


def misread_code(_: Path) -> str:
    misread = ("1" if CODE[0] == "0" else "0") + CODE[1:]
    with pytest.raises(InputError, match="misread"):
        open_transfer(_sent(), misread, "the file")
    return "refused"


def wrong_code(_: Path) -> str:
    with pytest.raises(InputError, match="does not open"):
        open_transfer(_sent(), claim_code(43), "the file")
    return "refused"


def code_used_twice(_: Path) -> str:
    person, store = open_transfer(_sent(), CODE, "the file"), MemoryRecorder()
    came = event(Transfer("in", person.sender, person.transfer), LATER, actor="clinician")
    take_in(store, store.append, person, LATER, [came])
    with pytest.raises(InputError, match="counts once"):
        refuse_second_arrival(store.events(PATIENT), person.transfer)
    return "refused"


def receipt_of_another(_: Path) -> str:
    forged = Receipt(NUMBER, new_token(), PATIENT, "B", LATER, 2, "0" * 64)
    with pytest.raises(InputError, match="has not opened"):
        refuse_unless_ours(forged, [dose(), LEFT])
    return "refused"


@pytest.mark.parametrize("case", CASES, ids=[case["id"] for case in CASES])
def test_each_case_comes_out_as_expected(case: dict[str, str], tmp_path: Path):
    answer: Callable[[Path], str] = globals()[case["id"].replace("-", "_")]
    assert answer(tmp_path) == case["expect"]


def test_ten_of_them_are_from_public_reports_and_none_stands_twice():
    assert len([case for case in CASES if "peer" in case]) >= 10
    assert len({case["id"] for case in CASES}) == len(CASES) >= 20
