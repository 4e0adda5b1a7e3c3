"""A file of events: what was acknowledged is on the disk, and a part of a file is never taken for the whole."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from course_events import event, started
from fullcourse.adapters.store.contract import Appended
from fullcourse.adapters.store.event_file import EventFile
from fullcourse.clinical.errors import InputError
from fullcourse.clinical.event_bodies import DoseTaken

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)


def dose(mg: float = 250.0, **more: object):
    return event(DoseTaken("cycloserine", mg), "2026-03-02T08:00", **more)


def test_what_was_appended_is_read_back(tmp_path: Path):
    path, begun, taken = tmp_path / "a.ndjson", started("cycloserine: 250 mg q12h"), dose()
    assert EventFile(path, NOW).append([begun, taken], NOW) == (Appended.NEW, Appended.NEW)
    again = EventFile(path, NOW)
    assert again.recorder.events(again.only_patient()) == (begun, taken)


def test_the_same_event_again_adds_no_line_and_another_body_is_kept_aside(tmp_path: Path):
    path, taken = tmp_path / "a.ndjson", dose()
    EventFile(path, NOW).append([taken], NOW)
    file = EventFile(path, NOW)
    assert file.append([taken], NOW) == (Appended.SAME,)
    assert path.read_text("utf-8").count("\n") == 1
    assert file.append([replace(taken, body=DoseTaken("cycloserine", 500.0))], NOW) == (Appended.SET_ASIDE,)
    again = EventFile(path, NOW)
    assert again.recorder.events(taken.patient) == (taken,)
    assert len(again.recorder.set_aside(taken.patient)) == 1


@pytest.mark.parametrize("cut", [1, 10, 100])
def test_a_file_that_ends_too_early_is_refused_whole(tmp_path: Path, cut: int):
    path = tmp_path / "a.ndjson"
    EventFile(path, NOW).append([dose(), dose()], NOW)
    path.write_bytes(path.read_bytes()[:-cut])
    with pytest.raises(InputError, match="middle of a line"):
        EventFile(path, NOW)


def test_a_bad_line_is_named_with_its_number(tmp_path: Path):
    path = tmp_path / "a.ndjson"
    EventFile(path, NOW).append([dose()], NOW)
    path.write_text(path.read_text("utf-8") + '{"schema":"fullcourse/event/1"}\n', "utf-8")
    with pytest.raises(InputError, match=r"a\.ndjson, line 2: \$\.id"):
        EventFile(path, NOW)


def test_a_file_of_two_people_is_not_one_course(tmp_path: Path):
    file = EventFile(tmp_path / "a.ndjson", NOW)
    file.append([dose(), dose(patient="another")], NOW)
    with pytest.raises(InputError, match="2 courses"):
        file.only_patient()


def test_a_place_that_cannot_be_written_is_said(tmp_path: Path):
    file = EventFile(tmp_path / "none" / "a.ndjson", NOW)
    with pytest.raises(InputError, match="cannot be written"):
        file.append([dose()], NOW)
