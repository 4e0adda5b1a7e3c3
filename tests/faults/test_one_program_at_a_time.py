"""A second program may not open a file that one has; on PostgreSQL several write at once, and the chains stay whole."""

import os
import subprocess
import sys
from pathlib import Path
from threading import Thread

import pytest

from fullcourse.adapters.store.contract import Appended
from fullcourse.adapters.store.opening import open_store
from fullcourse.clinical.errors import InputError
from postgres_server import new_database
from store_events import NOW, numbered

OPEN = """
import sys
from fullcourse.adapters.store.opening import open_store
from fullcourse.clinical.errors import InputError
try:
    open_store(sys.argv[1]).close()
    print("opened")
except InputError as error:
    print(error)
"""


def opened_elsewhere(path: Path) -> str:
    """Return what another program says that opens the store."""
    return subprocess.run(  # noqa: S603 - our own words
        [sys.executable, "-c", OPEN, path],
        capture_output=True, text=True, check=True, env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    ).stdout  # fmt: skip


def test_a_second_program_is_refused_and_the_first_goes_on(tmp_path: Path):
    path = tmp_path / "courses.db"
    with open_store(path) as store:
        store.append([numbered("patient", 1)], NOW)
        assert "another program has the store courses.db open" in opened_elsewhere(path)
        store.append([numbered("patient", 2)], NOW)
        assert len(store.events("patient")) == 2
    assert opened_elsewhere(path) == "opened\n"


def test_a_second_store_in_the_same_program_is_refused(tmp_path: Path):
    path = tmp_path / "courses.db"
    with open_store(path), pytest.raises(InputError, match="another program"):
        open_store(path)


def test_a_path_by_another_name_is_the_same_store(tmp_path: Path):
    path = tmp_path / "courses.db"
    (tmp_path / "elsewhere").symlink_to(tmp_path)
    with open_store(path):
        assert "another program" in opened_elsewhere(tmp_path / "elsewhere" / "courses.db")


def test_a_file_that_points_to_the_store_is_the_same_store(tmp_path: Path):
    path = tmp_path / "courses.db"
    with open_store(path) as store:
        store.append([numbered("patient", 1)], NOW)
        (tmp_path / "other.db").symlink_to(path)
        assert "opened" not in opened_elsewhere(tmp_path / "other.db")


def test_several_programs_write_to_one_patient_on_postgresql(tmp_path: Path):
    url, key = new_database(), tmp_path / "key"
    stores = [open_store(url, key_file=key) for _ in range(3)]
    answers: list[tuple[Appended, ...]] = []

    def send(place: int) -> None:
        for number in range(60):  # each sends a third that is its own, and all send the rest
            mine = number * 3 + place if number % 2 else number
            answers.append(stores[place].append([numbered("patient", mine)], NOW))

    threads = [Thread(target=send, args=(place,)) for place in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    there = [one.id for one in stores[0].events("patient")]
    assert len(answers) == 180
    assert len(there) == len(set(there)) == sum(answer == (Appended.NEW,) for answer in answers)
    assert stores[0].verify().damaged == ()
    for store in stores:
        store.close()
