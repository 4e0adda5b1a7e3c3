"""The service as a process that sends reminders by itself, and the command that does the same for a timer."""

import json
import time
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import insert, select, update

from course_events import PATIENT, event, plan
from fullcourse.adapters.access.access import open_access
from fullcourse.adapters.access.people.courses import place_course
from fullcourse.adapters.access.store.opening import look_into, us
from fullcourse.adapters.access.store.tables import CLINIC, TURN
from fullcourse.adapters.access.turns import Turns
from fullcourse.adapters.messages.message import Way
from fullcourse.adapters.reminders.reach import set_quiet, set_reach
from fullcourse.adapters.store.opening import open_store
from fullcourse.clinical.errors import InputError
from fullcourse.clinical.event_bodies import DoseTaken, PlanActivated
from fullcourse.interfaces.cli.main import fullcourse
from reminder_walks import NEVER_QUIET, agreed
from running_service import serving

NUMBER = "+27820000000"
SECRETS = (NUMBER, PATIENT, "cycloserine", "tubercul")


def _clinic(folder: Path, now: datetime, due: datetime) -> Path:
    """Make a store with one patient who is reminded, and whose dose is due each day at the time of a moment."""
    place = folder / "courses.db"
    planned = plan(f"cycloserine: 250 mg at {due:%H:%M}", start=(due - timedelta(days=9)).date())
    taken = [
        event(DoseTaken("cycloserine", 250.0), due.replace(second=0, microsecond=0) - timedelta(days=days))
        for days in range(1, 10)
    ]
    began = event(PlanActivated(planned, "Dr A"), due - timedelta(days=9), actor="clinician")
    with open_store(place) as store:
        store.append([began, agreed(), *taken], now)
    with closing(open_access(place)) as access:
        clinic = insert(CLINIC).values(id="north", name="Synthetic north", made_us=us(now))
        access.write(lambda connection: connection.execute(clinic))
        access.write(lambda connection: place_course(connection, PATIENT, "north", now))
        access.write(lambda connection: set_reach(connection, access.keys, PATIENT, "", {(Way.SMS, ""): NUMBER}))
        access.write(lambda connection: set_quiet(connection, PATIENT, "", NEVER_QUIET, "en", now))
        Turns(access, "before").done("reminders", now - timedelta(minutes=5))
    return place


def _wait_for(folder: Path, count: int) -> list[Path]:
    until = time.monotonic() + 90
    while len(list(folder.glob("*.json"))) < count:
        assert time.monotonic() < until, "no reminder came"
        time.sleep(0.2)
    return sorted(folder.glob("*.json"))


def test_a_service_sends_a_reminder_by_itself_once_and_names_nobody_in_its_log(tmp_path: Path):
    now = datetime.now(UTC)
    outbox = tmp_path / "outbox"
    outbox.mkdir()
    place = _clinic(tmp_path, now, now - timedelta(minutes=2))
    settings = {"OUTBOX": str(outbox)}
    with serving(tmp_path, store=str(place), **settings) as service:
        (file,) = _wait_for(outbox, 1)
        told = json.loads(file.read_text())
        assert (told["to"], told["text"]) == (NUMBER, "It is time. Look at your day.")
        service.stop()
    file.unlink()  # it was sent, and a restart knows of it all the same
    with closing(open_access(place)) as access:
        long_ago = update(TURN).values(done_us=us(now - timedelta(minutes=5)))
        access.write(lambda connection: connection.execute(long_ago))
    with serving(tmp_path, store=str(place), **settings) as service:
        _wait_for_a_look(place, now)
        service.stop()
    log = service.log.read_text()
    assert list(outbox.iterdir()) == []
    assert '"event": "reminders", "sent": 1' in log
    assert log.count('"event": "reminders"') == 1
    assert not [it for it in SECRETS if it in log]


def _wait_for_a_look(place: Path, after: datetime) -> None:
    until = time.monotonic() + 90
    with closing(look_into(place)) as kept:
        while kept.database.read(lambda connection: connection.execute(select(TURN.c.done_us)).scalar()) < us(after):
            assert time.monotonic() < until, "the service did not look"
            time.sleep(0.2)


def called(*words: object) -> Result:
    return CliRunner().invoke(fullcourse, ["reminders", *map(str, words)])


def test_the_command_sends_what_is_due_once(tmp_path: Path):
    due = datetime(2026, 3, 10, 8, 0, tzinfo=UTC)
    outbox = tmp_path / "outbox"
    outbox.mkdir()
    place = _clinic(tmp_path, due, due)
    words = ("--store", place, "--outbox", outbox)
    assert called(*words, "--until", "2026-03-10T07:59+00:00").output == "Until 2026-03-10 07:59: 0 sent, 0 not sent.\n"
    assert called(*words, "--until", "2026-03-10T10:01+02:00").output == "Until 2026-03-10 10:01: 1 sent, 0 not sent.\n"
    assert called(*words, "--until", "2026-03-10T08:02+00:00").output == "Until 2026-03-10 08:02: 0 sent, 0 not sent.\n"
    assert len(list(outbox.iterdir())) == 1


def test_the_command_says_what_could_not_be_sent(tmp_path: Path):
    due = datetime(2026, 3, 10, 8, 0, tzinfo=UTC)
    place = _clinic(tmp_path, due, due)
    outbox = tmp_path / "outbox"
    outbox.mkdir()
    with closing(open_access(place)) as access:
        access.write(lambda connection: set_reach(connection, access.keys, PATIENT, "", {(Way.SMS, ""): None}))
    said = called("--store", place, "--outbox", outbox, "--until", "2026-03-10T08:00+00:00").output
    assert said.splitlines() == [
        "Until 2026-03-10 08:00: 0 sent, 1 not sent.",
        "! Not sent in the last 7 days: 1, of 1 courses:",
        f"  {PATIENT}  1",
    ]


@pytest.mark.parametrize("words", [(), ("--outbox", "no-such-folder")])
def test_the_command_sends_nothing_where_nobody_said_how(tmp_path: Path, words: tuple[str, ...]):
    due = datetime(2026, 3, 10, 8, 0, tzinfo=UTC)
    place = _clinic(tmp_path, due, due)
    refused = called("--store", place, *words)
    assert isinstance(refused.exception, InputError)
    assert "outbox" in str(refused.exception)
