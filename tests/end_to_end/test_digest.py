"""The morning's list by its command: alone, and while another program has the store."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner

from course_events import event, started
from fullcourse.adapters.store.opening import open_store
from fullcourse.clinical.event_bodies import Symptom
from fullcourse.interfaces.cli import digest as command
from fullcourse.interfaces.cli.course_commands import log_file
from fullcourse.interfaces.cli.main import fullcourse

PATIENT = "6f1c2f0a-0000-4000-8000-00000000000a"
NOW = datetime(2026, 3, 12, 12, 0, tzinfo=UTC)
AT = NOW.isoformat()


@pytest.fixture
def place(tmp_path: Path) -> Path:
    with open_store(tmp_path / "courses.db") as store:
        log = [started("isoniazid: 300 mg once a day"), event(Symptom("symptom_seizure"), "2026-03-12T10:00")]
        store.append([replace(it, patient=PATIENT) for it in log], NOW)
    return tmp_path / "courses.db"


def printed(place: Path, *more: str) -> str:
    answer = CliRunner().invoke(fullcourse, ["digest", "--store", str(place), "--at", AT, *more])
    assert answer.exit_code == 0, answer.output
    return answer.output


def test_while_another_program_has_the_store_the_list_is_the_same(place: Path, monkeypatch, tmp_path: Path):
    monkeypatch.setattr(log_file, "_WAIT_S", 0.1)
    copies = tmp_path / "copies"
    copies.mkdir()
    monkeypatch.setattr(command, "TemporaryDirectory", lambda **_: TemporaryPlace(copies))
    alone = printed(place)
    assert PATIENT in alone
    assert "Safety: 1" in alone
    before = sorted(it.name for it in tmp_path.iterdir())
    with open_store(place) as store:
        assert printed(place) == alone
        late = replace(started("isoniazid: 300 mg once a day"), patient="6f1c2f0a-0000-4000-8000-00000000000b")
        assert len(store.append([late], NOW)) == 1  # the other program writes on
        assert "2 people" in printed(place)
    assert sorted(it.name for it in tmp_path.iterdir() if "-shm" not in it.name and "-wal" not in it.name) == before
    assert list(copies.iterdir()) == []


class TemporaryPlace:
    """A folder for a copy, in a place that a test looks at; empty and gone at the end."""

    def __init__(self, where: Path) -> None:
        self._path = where / "one"

    def __enter__(self) -> str:
        self._path.mkdir()
        return str(self._path)

    def __exit__(self, *_: object) -> None:
        for file in self._path.iterdir():
            file.unlink()
        self._path.rmdir()
