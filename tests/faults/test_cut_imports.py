"""A file of a person that is cut short, or a disk that fills while it is taken in: nothing of it is kept, or all."""

import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from carried import LATER, every_kind, person_file, stored
from course_events import PATIENT
from effort import rounds
from fullcourse.adapters.exchange.carrying import take_in
from fullcourse.adapters.exchange.person_file import read_person_file
from fullcourse.adapters.store.durable import DurableStore, NotKept
from fullcourse.adapters.store.opening import open_store
from fullcourse.clinical.errors import InputError
from postgres_server import new_database
from store_events import numbered
from traced_disk import Disk, why_not


@pytest.fixture(params=["sqlite", "postgresql"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[DurableStore]:
    place = tmp_path / "courses.db" if request.param == "sqlite" else new_database()
    with open_store(place, key_file=tmp_path / "key") as opened:
        yield opened


def test_a_file_that_is_cut_anywhere_imports_nothing_and_the_whole_one_everything(store: DurableStore):
    log, chance = every_kind(), random.Random(3)
    data = person_file(stored(log), PATIENT)
    store.append([log[0]], LATER)
    for cut in {0, 1, len(data) - 1, *(chance.randrange(len(data)) for _ in range(rounds(100, 2000)))}:
        with pytest.raises(InputError):
            take_in(store, store.append, read_person_file(data[:cut], "the file"), LATER)
    assert store.events(PATIENT) == (log[0],)
    came = take_in(store, store.append, read_person_file(data, "the file"), LATER)
    assert (came.new, came.same) == (len(log) - 1, 1)
    assert set(store.events(PATIENT)) == set(log)


@pytest.mark.skipif(bool(why_not()), reason=why_not())
def test_a_disk_that_fills_while_a_file_is_taken_in_keeps_nothing_of_it(tmp_path: Path):
    data = person_file(stored([numbered(PATIENT, number) for number in range(400)]), PATIENT)
    read, chance, refused = read_person_file(data, "the file"), random.Random(4), 0
    disk = Disk(tmp_path)
    with disk.watched(), open_store(tmp_path / "courses.db") as store:
        store.append([numbered("somebody else", 1)], LATER)
        before = disk.used()
        for _ in range(rounds(6, 60)):
            disk.room = before + chance.randrange(150_000)
            with pytest.raises(NotKept, match="full"):
                take_in(store, store.append, read, LATER)
            refused += 1
            assert store.events(PATIENT) == ()
        disk.room = None
        assert take_in(store, store.append, read, LATER).new == 400
        assert store.verify().damaged == ()
