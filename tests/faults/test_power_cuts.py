"""The power goes at any moment: what was acknowledged is there, nothing is there in part, and every chain is whole.

A session of the store is traced, down to what it wrote and synced; then disks are made as they may be found after the
power went at some step of it, and each is opened by the store. With ``synchronous=NORMAL`` in the place of ``FULL``,
and with a disk that only says that it synced, the same disks must lose events, or this would prove nothing.
"""

import os
import random
import shutil
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from effort import rounds
from fullcourse.adapters.store import sqlite_journal
from fullcourse.adapters.store.opening import open_store
from fullcourse.clinical.errors import InputError
from fullcourse.clinical.event import Event
from power_cuts import acknowledged_before, images, lay_down
from store_events import NOW, numbered
from traced_disk import Disk, Step, Written, why_not

pytestmark = pytest.mark.skipif(bool(why_not()), reason=why_not())
NAME = "courses.db"
PATIENTS = 5
CALLS = 380


@dataclass(frozen=True)
class Session:
    """What a session of the store did to its disk, and the key that it needs.

    Attributes:
        steps: What happened, in order.
        key: The text of the key file.
    """

    steps: list[Step]
    key: bytes


def call_of(number: int) -> list[Event]:
    """Return the events of a call: one to three, of one patient."""
    return [numbered(f"patient-{number % PATIENTS}", 3 * number + place) for place in range(1 + number % 3)]


def session(folder: Path, *, lies: bool = False) -> Session:
    """Fill a new store one event at a time and in calls of several, close it, open it and go on."""
    disk = Disk(folder)
    disk.lies = lies
    with disk.watched():
        for opened in range(2):
            with open_store(folder / NAME) as store:
                for number in range(opened * CALLS // 2, (opened + 1) * CALLS // 2):
                    call = call_of(number)
                    store.append(call, NOW)
                    for one in call:
                        disk.acknowledged(f"{one.patient} {one.id}")
    return Session(disk.steps, (folder / f"{NAME}.key").read_bytes())


@dataclass
class Found:
    """How many of the disks were found how."""

    whole: int = 0
    lost: int = 0
    damaged: int = 0


def replay(traced: Session, folder: Path, moments: int) -> Found:
    """Cut the power at so many moments, and open what is left."""
    found = Found()
    for number, (made, files) in enumerate(images(traced.steps, moments, random.Random(1))):
        place = folder / f"image-{number}"
        lay_down({**files, f"{NAME}.key": traced.key}, place)
        promised = set(acknowledged_before(traced.steps[:made]))
        try:
            with open_store(place / NAME) as store:
                checked = store.verify()
                kept = [f"{patient} {one.id}" for patient in store.patients() for one in store.events(patient)]
                calls_in_part = list(_calls_in_part(kept))
                patient = f"patient-{number % PATIENTS}"
                store.append([numbered(patient, 1_000_000)], NOW)  # it goes on
                assert store.events(patient)[-1].id == numbered(patient, 1_000_000).id
        except (InputError, sqlite3.Error):
            found.damaged += 1
        else:
            if checked.damaged or checked.store or len(kept) != len(set(kept)) or calls_in_part:
                found.damaged += 1
            elif promised <= set(kept):
                found.whole += 1
            else:
                found.lost += 1
        shutil.rmtree(place)
    return found


def _calls_in_part(kept: list[str]) -> Iterator[int]:
    """Yield the calls of which some events are there and some are not."""
    there = set(kept)
    for number in range(CALLS):
        call = call_of(number)
        if 0 < sum(f"{one.patient} {one.id}" in there for one in call) < len(call):
            yield number


def test_no_power_cut_loses_or_damages_what_was_acknowledged(tmp_path: Path):
    moments = rounds(40, 400)
    traced = session(_made(tmp_path / "traced"))
    assert len(acknowledged_before(traced.steps)) == sum(len(call_of(number)) for number in range(CALLS))
    assert any(isinstance(step, Written) and step.name == NAME for step in traced.steps[: len(traced.steps) // 3])
    assert replay(traced, tmp_path, moments) == Found(whole=moments)


def test_commits_that_are_not_synced_are_seen_to_lose(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    settings = tuple(it.replace("synchronous=FULL", "synchronous=NORMAL") for it in sqlite_journal.WRITER_SETTINGS)
    assert settings != sqlite_journal.WRITER_SETTINGS
    monkeypatch.setattr(sqlite_journal, "WRITER_SETTINGS", settings)
    moments = rounds(20, 400)
    found = replay(session(_made(tmp_path / "traced")), tmp_path, moments)
    assert found.lost > moments / 10
    assert found.damaged == 0  # what NORMAL promises


def test_a_disk_that_only_says_that_it_synced_is_seen_to_damage(tmp_path: Path):
    moments = rounds(20, 400)
    found = replay(session(_made(tmp_path / "traced"), lies=True), tmp_path, moments)
    assert found.lost + found.damaged > moments / 2


def test_the_key_file_and_its_name_are_on_the_disk_before_anything_is_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    synced: list[str] = []
    sync = os.fsync

    def noted(descriptor: int) -> None:
        synced.append(Path(f"/proc/self/fd/{descriptor}").resolve().name)
        sync(descriptor)

    monkeypatch.setattr(os, "fsync", noted)
    folder = _made(tmp_path / "folder")
    with open_store(folder / NAME):
        key = synced.index(f"{NAME}.key")
        assert folder.name in synced[key:]


def _made(folder: Path) -> Path:
    folder.mkdir()
    return folder
