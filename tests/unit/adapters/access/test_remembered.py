"""What was read holds until something is written that could change it, and on a server not at all."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import insert

from fullcourse.adapters.access.access import Access, open_access
from fullcourse.adapters.access.audit.entry import AuditEntry
from fullcourse.adapters.access.people.courses import place_course, subject_of
from fullcourse.adapters.access.people.devices import note_clock
from fullcourse.adapters.access.remembered import Remembered
from fullcourse.adapters.access.store.tables import CLINIC
from fullcourse.clinical.errors import InputError
from postgres_server import new_database
from service_people import BEGUN


@pytest.fixture
def access(tmp_path: Path) -> Iterator[Access]:
    opened = open_access(tmp_path / "courses.db")
    opened.write(lambda connection: connection.execute(insert(CLINIC).values(id="north", name="North", made_us=0)))
    yield opened
    opened.close()


class Asked:
    """Reads whose a course is, and counts how often the database was asked."""

    def __init__(self, access: Access, most: int = 100) -> None:
        self.count = 0
        self.remembered: Remembered[object] = Remembered(access.kept.database, most)

    def __call__(self, patient: str = "one") -> object:
        def read(connection):
            self.count += 1
            return subject_of(connection, patient)

        return self.remembered.get(patient, read)


def place(access: Access, patient: str = "one") -> None:
    access.write(lambda connection: place_course(connection, patient, "north", BEGUN))


def test_what_is_there_is_read_once_until_something_is_written(access: Access):
    place(access)
    asked = Asked(access)
    first = asked()
    assert first is not None
    assert asked() is first
    assert asked.count == 1
    place(access, "two")
    assert asked() == first
    assert asked.count == 2


def test_what_is_not_there_is_asked_for_again_every_time(access: Access):
    asked = Asked(access)
    assert asked() is asked() is None
    assert asked.count == 2


def test_entries_of_the_audit_and_clocks_of_phones_leave_what_is_known_alone(access: Access):
    place(access)
    asked = Asked(access)
    asked()
    access.audit.write(AuditEntry(BEGUN, "course.read")).result(60)
    note_clock(access, "account", "session", BEGUN + timedelta(seconds=3), BEGUN)
    asked()
    assert asked.count == 1
    access.audit.write(used=("session", BEGUN)).result(60)  # until when a session holds has changed
    asked()
    assert asked.count == 2


def test_a_write_that_failed_counts_as_one_that_may_have_been_done(access: Access):
    place(access)
    asked = Asked(access)
    asked()
    with pytest.raises(InputError):
        access.write(lambda connection: place_course(connection, "two", "nowhere", BEGUN))
    asked()
    assert asked.count == 2


def test_only_so_much_is_kept(access: Access):
    place(access)
    place(access, "two")
    asked = Asked(access, most=1)
    asked()
    asked("two")
    asked()
    assert asked.count == 3


def test_a_server_to_which_others_write_is_asked_every_time(tmp_path: Path):
    address, key = new_database(), tmp_path / "key"
    one, other = open_access(address, key_file=key), open_access(address, key_file=key)
    try:
        one.write(lambda connection: connection.execute(insert(CLINIC).values(id="north", name="North", made_us=0)))
        place(one)
        asked = Asked(one)
        assert asked() is not None
        other.write(lambda connection: connection.exec_driver_sql("DELETE FROM access_course"))
        assert asked() is None
    finally:
        one.close()
        other.close()
