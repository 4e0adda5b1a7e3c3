"""Today is the day where the computer stands, in any zone, and the zone is told."""

import io
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta, timezone
from importlib.resources import files

import jsonschema_rs
import pytest

from every_command import EXAMPLES
from fullcourse.clinical.moment import parse_moment
from fullcourse.interfaces.cli.days import day_asked, zone_said

ZONES = [*range(-12, 15)]


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture
def set_zone(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    yield monkeypatch
    monkeypatch.undo()
    time.tzset()


@pytest.mark.parametrize("hours", ZONES)
def test_today_is_the_day_of_the_place_and_its_zone_is_told(hours: int, set_zone: pytest.MonkeyPatch):
    set_zone.setenv("TZ", f"XXX{-hours:+d}")  # POSIX counts westward
    time.tzset()
    told = Terminal()
    set_zone.setattr(sys, "stderr", told)
    before = datetime.now(timezone(timedelta(hours=hours))).date()
    day = day_asked(None)
    assert before <= day <= datetime.now(timezone(timedelta(hours=hours))).date()
    assert f"UTC{hours:+03d}:00" in told.getvalue()
    assert day.isoformat() in told.getvalue()


def test_a_day_that_was_given_needs_no_zone(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(sys, "stderr", told := Terminal())
    assert day_asked("2026-11-22") == date(2026, 11, 22)
    assert told.getvalue() == ""


def test_it_is_told_into_a_pipe_too(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(sys, "stderr", piped := io.StringIO())
    day_asked(None)
    assert "UTC" in piped.getvalue()


@pytest.mark.parametrize("hours", [-12, 14])
@pytest.mark.parametrize(("words", "schema"), [
    (("check", "--drug", "cycloserine"), "check-2"),
    (("check", "--drug", "cycloserine", "--with", "isoniazid"), "pairs-1"),
    (("dose", "--drug", "cycloserine"), "dose-1"), (("regimen",), "regimen-1"), (("plan",), "plan-1"),
    (("triage", "--symptom", "rash", "--drug", "cycloserine"), "triage-1"), (("knowledge", "matrix"), "matrix-1"),
    (("overdose", "--drug", "cycloserine", "--took", "10 g"), "overdose-1"),
    (("outcome", "--drug", "cycloserine", "--start", "2026-10-01"), "outcome-1"),
    (("monitor", "--drug", "cycloserine", "--start", "2026-10-01"), "monitor-1"),
], ids=lambda it: it if isinstance(it, str) else "")  # fmt: skip
def test_an_answer_in_json_for_today_says_whose_today(words: tuple[str, ...], schema: str, hours: int):
    takes_record = words[0] in ("check", "dose", "regimen", "plan", "outcome", "monitor") and "--with" not in words
    record = [str(EXAMPLES / "synthetic-patient.json")] if takes_record else []
    done = subprocess.run(  # noqa: S603 - our own program
        [sys.executable, "-m", "fullcourse", words[0], *record, *words[1:], "--format", "json"],
        env={**os.environ, "TZ": f"XXX{-hours:+d}"}, capture_output=True, timeout=120, check=False,
    )  # fmt: skip
    told = json.loads(done.stdout)
    assert told["at_zone"] == f"UTC{hours:+03d}:00"
    assert done.stderr == b""
    kept = files("fullcourse.adapters.published.schemas") / f"{schema}.json"
    jsonschema_rs.validator_for(json.loads(kept.read_text("utf-8"))).validate(told)


def test_minutes_of_a_zone_are_told():
    assert zone_said(datetime(2026, 11, 22, 9, tzinfo=timezone(-timedelta(hours=9, minutes=30)))) == "UTC-09:30"
    assert zone_said(datetime(2026, 11, 22, 9, tzinfo=UTC)) == "UTC+00:00"


@pytest.mark.parametrize("hours", ZONES)
def test_what_was_written_on_either_side_of_midnight_counts_as_the_instant_it_is(hours: int):
    """Written in a zone on the day of the check it counts, however early it is there; the next day's only while it is
    still the day of the check in UTC."""
    day, offset = date(2026, 11, 22), f"{hours:+03d}:00"
    last, first = f"2026-11-22T23:59:59{offset}", f"2026-11-23T00:00:00{offset}"
    assert parse_moment(last, "x").has_begun(day)
    still_the_22nd_in_utc = datetime.fromisoformat(first).astimezone(UTC).date() == day
    assert parse_moment(first, "x").has_begun(day) is still_the_22nd_in_utc
    assert still_the_22nd_in_utc is (hours > 0)
    assert not parse_moment(f"2026-11-24T00:00:00{offset}", "x").has_begun(day)


@pytest.mark.parametrize("zone", ["XXX+12", "XXX-14"])
def test_a_check_of_a_given_day_is_the_same_in_every_zone(zone: str):

    asked = ["check", "--drug", "cycloserine", "--with", "isoniazid", "--at", "2026-11-22"]
    said = [
        subprocess.run(  # noqa: S603 - our own program
            [sys.executable, "-m", "fullcourse", *asked],
            env={**os.environ, "TZ": it},
            capture_output=True,
            timeout=120,
            check=False,
        )
        for it in ("UTC", zone)
    ]
    assert said[0].stdout == said[1].stdout != b""
    assert {it.returncode for it in said} == {0}
