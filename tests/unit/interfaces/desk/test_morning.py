"""The message of the morning: one a day, through restarts, crashes, clocks and failures; nothing of anybody."""

import errno
import logging
import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from pathlib import Path

import pytest
from sqlalchemy import insert

from course_events import event, started
from fullcourse.adapters.access.access import Access, open_access
from fullcourse.adapters.access.people.courses import place_course
from fullcourse.adapters.access.store.opening import us
from fullcourse.adapters.access.store.tables import CLINIC
from fullcourse.adapters.access.turns import Turns
from fullcourse.adapters.knowledge_cache import knowledge_here
from fullcourse.adapters.store.durable import DurableStore
from fullcourse.adapters.store.opening import open_store
from fullcourse.clinical import Event
from fullcourse.clinical.errors import InputError
from fullcourse.clinical.event_bodies import Symptom
from fullcourse.interfaces.api.service import Doorkeeper, Service
from fullcourse.interfaces.api.serving.timetable import AGAIN, Timetable
from fullcourse.interfaces.api.settings import read_settings
from fullcourse.interfaces.desk.morning import morning_jobs

PATIENT = "6f1c2f0a-0000-4000-8000-00000000000a"
OTHER = "6f1c2f0a-0000-4000-8000-00000000000b"
EVENING = datetime(2026, 3, 11, 18, 0, tzinfo=UTC)
SEVEN = datetime(2026, 3, 12, 5, 0, tzinfo=UTC)  # 07:00 in Johannesburg
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


def _begun(patient: str) -> Event:
    return replace(started("isoniazid: 300 mg once a day"), patient=patient)


class Clock:
    def __init__(self, at: datetime):
        self.at = at

    def __call__(self) -> datetime:
        return self.at


@dataclass
class Clinic:
    """A store with one patient who needs somebody, in the clinic of the north; nobody in that of the south."""

    folder: Path
    store: DurableStore
    access: Access
    clock: Clock

    @property
    def outbox(self) -> Path:
        return self.folder / "outbox"

    def service(self, **more: str) -> Service:
        given = {
            "FULLCOURSE_DIGEST_TO": "north=ward@example.org",
            "FULLCOURSE_DIGEST_ZONE": "Africa/Johannesburg",
            "FULLCOURSE_DIGEST_OUTBOX": str(self.outbox),
            "FULLCOURSE_PUBLIC_URL": "https://tb.example.org",
        }
        settings = read_settings({**given, **{f"FULLCOURSE_DIGEST_{name}": value for name, value in more.items()}})
        return Service(settings, knowledge_here(), Doorkeeper(), self.store, self.clock, self.access)

    def table(self, holder: str = "one", **more: str) -> Timetable:
        service = self.service(**more)
        return Timetable(morning_jobs(service), Turns(self.access, holder), self.clock)

    def sent(self) -> list[Path]:
        return sorted(self.outbox.glob("*.eml"))

    def text(self) -> str:
        (file,) = self.sent()
        return message_from_bytes(file.read_bytes(), policy=policy.default).get_content()


@pytest.fixture
def clinic(tmp_path: Path) -> Iterator[Clinic]:
    (tmp_path / "outbox").mkdir()
    with open_store(tmp_path / "courses.db") as store:
        access = open_access(tmp_path / "courses.db")
        store.append([_begun(PATIENT)], EVENING)
        store.append([event(Symptom("symptom_seizure"), EVENING - HOUR, patient=PATIENT)], EVENING)

        def place(connection) -> None:
            for name in ("north", "south"):
                connection.execute(insert(CLINIC).values(id=name, name=f"Synthetic {name}", made_us=us(EVENING)))
            place_course(connection, PATIENT, "north", EVENING)

        access.write(place)
        yield Clinic(tmp_path, store, access, Clock(EVENING))
        access.close()


def test_at_seven_there_is_one_message_with_numbers_and_where_to_look(clinic: Clinic):
    table = clinic.table()
    assert table.look() == SEVEN
    clinic.clock.at = SEVEN - timedelta(seconds=1)
    table.look()
    assert clinic.sent() == []
    clinic.clock.at = SEVEN
    assert table.look() == SEVEN + DAY
    lines = clinic.text().splitlines()
    assert lines[0] == "Safety: 1"
    assert lines[-1] == "https://tb.example.org/desk"
    assert "late" not in clinic.text()


def test_nothing_of_anybody_or_of_the_disease_is_in_it_or_in_its_name_or_in_the_log(clinic: Clinic, caplog):
    caplog.set_level(logging.INFO)
    table = clinic.table()
    table.look()
    clinic.clock.at = SEVEN
    table.look()
    (file,) = clinic.sent()
    whole = file.name + file.read_bytes().decode() + caplog.text
    said = (PATIENT[:8], "seizure", "fit", "isoniazid", "tuberculosis", "TB ", "Synthetic")
    assert not [word for word in said if word in whole]
    assert "ward@example.org" not in caplog.text


def test_looking_again_and_beginning_again_send_nothing_more(clinic: Clinic):
    clinic.table().look()
    clinic.clock.at = SEVEN
    clinic.table().look()
    for after in (timedelta(seconds=1), HOUR, 5 * HOUR, 16 * HOUR):
        clinic.clock.at = SEVEN + after
        clinic.table(holder=f"begun again {after}").look()
    assert len(clinic.sent()) == 1


def test_of_several_processes_one_sends_it(clinic: Clinic):
    tables = [clinic.table(holder=str(number)) for number in range(4)]
    for table in tables:
        table.look()
    clinic.clock.at = SEVEN
    for table in tables:
        table.look()
    assert len(clinic.sent()) == 1


def test_each_morning_has_its_own(clinic: Clinic):
    table = clinic.table()
    table.look()
    for day in range(3):
        clinic.clock.at = SEVEN + day * DAY
        table.look()
    assert len(clinic.sent()) == 3


@pytest.mark.parametrize("after", [10 * MINUTE, 2 * HOUR + 40 * MINUTE, 5 * HOUR - timedelta(seconds=1)])
def test_a_morning_on_which_no_service_ran_is_made_up_until_noon_and_says_that_it_is_late(clinic: Clinic, after):
    clinic.table().look()
    clinic.clock.at = SEVEN + after
    clinic.table(holder="begun late").look()
    at = clinic.clock.at + 2 * HOUR
    assert clinic.text().splitlines()[0] == f"Made at {at:%H:%M}, late: it could not be made at 07:00."
    assert "Safety: 1" in clinic.text()


def test_from_noon_on_it_says_that_there_was_none_and_where_to_look(clinic: Clinic):
    clinic.table().look()
    clinic.clock.at = SEVEN + 5 * HOUR
    clinic.table(holder="begun at noon").look()
    assert clinic.text().splitlines() == [
        "This morning's list was not made: the service could not make it between 07:00 and noon.",
        "https://tb.example.org/desk",
    ]


def test_after_three_days_without_a_service_there_is_one_message_and_it_says_so(clinic: Clinic):
    clinic.table().look()
    clinic.clock.at = SEVEN
    clinic.table().look()
    clinic.sent()[0].unlink()  # a mail program took it
    clinic.clock.at = SEVEN + 4 * DAY
    clinic.table(holder="begun again").look()
    assert clinic.text().splitlines()[0] == "No list was made from 2026-03-13 to 2026-03-15."


def test_a_service_that_begins_before_seven_waits_for_seven_though_mornings_were_missed(clinic: Clinic):
    clinic.table().look()
    clinic.clock.at = SEVEN + 3 * DAY - 2 * HOUR
    table = clinic.table(holder="begun again")
    assert table.look() == SEVEN + 3 * DAY
    assert clinic.sent() == []
    clinic.clock.at = SEVEN + 3 * DAY
    table.look()
    assert len(clinic.sent()) == 1


@pytest.mark.parametrize(
    ("zone", "before", "mornings"),
    [
        ("Europe/Berlin", "2026-03-27T12:00", ["2026-03-28T06:00", "2026-03-29T05:00", "2026-03-30T05:00"]),
        ("Europe/Berlin", "2026-10-23T12:00", ["2026-10-24T05:00", "2026-10-25T06:00", "2026-10-26T06:00"]),
        ("Pacific/Auckland", "2026-06-01T00:00", ["2026-06-01T19:00", "2026-06-02T19:00", "2026-06-03T19:00"]),
    ],
)
def test_seven_is_by_the_clocks_of_the_clinic_also_where_they_change(clinic: Clinic, zone, before, mornings):
    clinic.clock.at = datetime.fromisoformat(f"{before}+00:00")
    table = clinic.table(ZONE=zone)
    due = table.look()
    found = []
    for _ in mornings:
        found.append(f"{due:%Y-%m-%dT%H:%M}")
        clinic.clock.at = due
        due = table.look()
    assert found == mornings
    assert len(clinic.sent()) == 3


def test_on_the_night_on_which_an_hour_comes_twice_there_is_one_message(clinic: Clinic):
    clinic.clock.at = datetime(2026, 10, 24, 12, 0, tzinfo=UTC)
    table = clinic.table(ZONE="Europe/Berlin", AT="02:30")
    table.look()
    for minutes in range(0, 240, 10):
        clinic.clock.at = datetime(2026, 10, 24, 23, 0, tzinfo=UTC) + minutes * MINUTE
        table.look()
    assert len(clinic.sent()) == 1


def test_another_time_that_is_set_later_the_same_day_sends_nothing_more_that_day(clinic: Clinic):
    clinic.table().look()
    clinic.clock.at = SEVEN
    clinic.table().look()
    clinic.sent()[0].unlink()
    clinic.clock.at = SEVEN + 30 * MINUTE
    table = clinic.table(holder="set anew", AT="08:00")
    assert table.look() == SEVEN + DAY + HOUR
    clinic.clock.at = SEVEN + HOUR
    table.look()
    assert clinic.sent() == []


def test_what_could_not_be_put_into_the_outbox_is_tried_again_and_not_lost(clinic: Clinic, caplog):
    table = clinic.table()
    table.look()
    clinic.outbox.rmdir()
    clinic.clock.at = SEVEN
    assert table.look() == SEVEN + AGAIN
    assert '"event": "job_failed"' in caplog.text
    clinic.outbox.mkdir()
    clinic.clock.at = SEVEN + AGAIN
    table.look()
    assert "Safety: 1" in clinic.text()


def test_of_two_clinics_the_one_that_was_told_is_not_told_again_while_the_other_is_tried(
    clinic: Clinic, monkeypatch: pytest.MonkeyPatch
):
    table = clinic.table(TO="north=ward@example.org, south=other@example.org")
    table.look()
    clinic.clock.at = SEVEN
    south, link = _name(clinic, "south"), os.link

    def full(written: Path, name: Path) -> None:
        if name.name == south:
            raise OSError(errno.ENOSPC, "No space left on device")
        link(written, name)

    with monkeypatch.context() as disk:
        disk.setattr(os, "link", full)
        table.look()
    assert [it.name for it in clinic.sent()] == [_name(clinic, "north")]
    (clinic.outbox / _name(clinic, "north")).unlink()  # a mail program took it
    clinic.clock.at = SEVEN + AGAIN
    table.look()
    assert [it.name for it in clinic.sent()] == [_name(clinic, "south")]


def _name(clinic: Clinic, which: str) -> str:
    """Return the name of a clinic's file, as it is where that clinic alone is told."""
    outbox = clinic.folder / f"names {which}"
    outbox.mkdir(exist_ok=True)
    address = {"north": "ward@example.org", "south": "other@example.org"}[which]
    job = morning_jobs(clinic.service(TO=f"{which}={address}", OUTBOX=str(outbox)))[0]
    job.work(SEVEN, lambda: True)
    return next(it.name for it in outbox.iterdir())


def test_an_empty_list_is_told_too_since_its_absence_would_be_an_alarm(clinic: Clinic):
    clinic.store.append([_begun(OTHER)], EVENING)
    clinic.access.write(lambda connection: place_course(connection, OTHER, "south", EVENING))
    clinic.clock.at = datetime(2026, 2, 27, 18, 0, tzinfo=UTC)  # before any dose was due
    table = clinic.table(TO="south=other@example.org")
    table.look()
    clinic.clock.at = datetime(2026, 2, 28, 5, 0, tzinfo=UTC)
    table.look()
    assert clinic.text().splitlines()[0] == "Nobody today."


def test_a_clinic_without_a_course_is_not_told_that_nobody_needs_anything(clinic: Clinic):
    table = clinic.table(TO="nowhere=ward@example.org")
    table.look()
    clinic.clock.at = SEVEN
    table.look()
    assert "No course is kept for this clinic" in clinic.text()
    assert "Nobody" not in clinic.text()


def test_a_process_that_dies_after_it_sent_sends_no_second_one(clinic: Clinic):
    clinic.table().look()
    clinic.clock.at = SEVEN
    for job in morning_jobs(clinic.service()):
        job.work(SEVEN, lambda: True)  # and nobody notes that it is done
    clinic.clock.at = SEVEN + 20 * MINUTE
    clinic.table(holder="begun again").look()
    assert len(clinic.sent()) == 1


def test_a_file_that_was_left_half_written_is_no_message_and_stands_in_no_way(clinic: Clinic):
    name = _name(clinic, "north")
    (clinic.outbox / f".{name}.part").write_bytes(b"To: ward")
    clinic.table().look()
    clinic.clock.at = SEVEN
    clinic.table().look()
    assert [it.name for it in clinic.sent()] == [name]
    assert "Safety: 1" in clinic.text()


def test_two_messages_of_one_morning_would_be_one_to_a_mail_program(clinic: Clinic):
    job = morning_jobs(clinic.service())[0]
    ids = []
    for now in (SEVEN, SEVEN + HOUR):
        job.work(now, lambda: True)
        (file,) = clinic.sent()
        ids.append(message_from_bytes(file.read_bytes(), policy=policy.default)["Message-ID"])
        file.unlink()
    assert ids[0] == ids[1]
    job.work(SEVEN + DAY, lambda: True)
    (file,) = clinic.sent()
    assert message_from_bytes(file.read_bytes(), policy=policy.default)["Message-ID"] != ids[0]


def test_a_clock_that_was_years_ahead_keeps_no_later_morning_from_its_message(clinic: Clinic):
    clinic.clock.at = datetime(2098, 1, 1, tzinfo=UTC)
    clinic.table().look()
    clinic.clock.at = EVENING
    table = clinic.table(holder="begun again")
    assert table.look() == SEVEN
    clinic.clock.at = SEVEN
    table.look()
    assert len(clinic.sent()) == 1


def test_a_service_that_is_stopped_meanwhile_leaves_it_to_the_next(clinic: Clinic):
    clinic.table().look()
    clinic.clock.at = SEVEN
    stopping = clinic.table(holder="stopping")
    stopping.stop()
    stopping.look()
    assert clinic.sent() == []
    clinic.clock.at = SEVEN + AGAIN
    clinic.table(holder="begun again").look()
    assert "Safety: 1" in clinic.text()


def test_courses_that_cannot_be_read_are_counted(clinic: Clinic):
    store = clinic.store
    store.append([_begun(OTHER)], EVENING)
    clinic.access.write(lambda connection: place_course(connection, OTHER, "north", EVENING))
    with closing(sqlite3.connect(clinic.folder / "courses.db")) as raw, raw:
        raw.execute("UPDATE course_event SET received_us = received_us + 1 WHERE patient_id = ?", (OTHER,))
    clinic.table().look()
    clinic.clock.at = SEVEN
    clinic.table().look()
    assert "1 records cannot be read." in clinic.text()


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"TO": "ward@example.net"}, "FULLCOURSE_DIGEST_TO"),
        ({"TO": "north=nobody"}, "FULLCOURSE_DIGEST_TO"),
        ({"TO": "north=a@example.net\nBcc: b@example.net"}, "FULLCOURSE_DIGEST_TO"),
        ({"TO": "north=a@example.net, south=a@example.net"}, "FULLCOURSE_DIGEST_TO"),
        ({"AT": "7"}, "FULLCOURSE_DIGEST_AT"),
        ({"AT": "12:00"}, "FULLCOURSE_DIGEST_AT"),
        ({"ZONE": "Mars/Olympus"}, "FULLCOURSE_DIGEST_ZONE"),
        ({"ZONE": ""}, "FULLCOURSE_DIGEST_ZONE"),
        ({"OUTBOX": ""}, "FULLCOURSE_DIGEST_OUTBOX"),
        ({"OUTBOX": "/nowhere/at/all"}, "FULLCOURSE_DIGEST_OUTBOX"),
    ],
)
def test_what_cannot_be_kept_to_is_refused_before_the_service_begins(clinic: Clinic, given, told):
    with pytest.raises(InputError, match=told) as caught:
        morning_jobs(clinic.service(**given))
    assert "example.net" not in str(caught.value)


@pytest.mark.parametrize("at", ["00:00", "11:59"])
def test_any_time_of_the_morning_can_be_set(clinic: Clinic, at):
    assert morning_jobs(clinic.service(AT=at))


def test_without_readers_nothing_is_due(clinic: Clinic):
    assert morning_jobs(clinic.service(TO="", ZONE="", OUTBOX="")) == ()
