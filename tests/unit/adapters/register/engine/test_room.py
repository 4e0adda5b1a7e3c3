"""A full disk is said with what is needed; other errors stay what they are."""

import errno
from pathlib import Path

import numpy as np
import pytest

from fullcourse.adapters.register.engine.room import Room, said_when_full
from fullcourse.clinical.errors import InputError


def test_a_full_disk_is_said_with_what_the_step_still_needs(tmp_path: Path):
    (tmp_path / "before").write_bytes(b"x" * 5_000)
    with pytest.raises(InputError) as refused, said_when_full(tmp_path, lambda: ("reading", 0.25)):
        (tmp_path / "part").write_bytes(b"x" * 2_000_000)
        Path("/dev/full").write_bytes(b"x")
    assert "There is no room left to write" in str(refused.value)
    assert "Reading is at 25% with 2.0 MB written: about 6.0 MB more for that." in str(refused.value)
    assert "give the same command again" in str(refused.value)


@pytest.mark.parametrize("reached", [("", 0.0), ("reading", 0.0)])
def test_before_anything_is_done_nothing_is_guessed_from_it(tmp_path: Path, reached: tuple[str, float]):
    with pytest.raises(InputError, match="not known yet"), said_when_full(tmp_path / "new", lambda: reached):
        Path("/dev/full").write_bytes(b"x")


def test_an_array_that_could_not_be_written_is_the_same(tmp_path: Path):
    with pytest.raises(InputError, match="no room left"), said_when_full(tmp_path, lambda: ("reading", 0.5)):
        np.zeros(100_000).tofile("/dev/full")


def test_a_limit_on_files_is_said_as_one(tmp_path: Path):
    with pytest.raises(InputError, match="limit on the size of files"), said_when_full(tmp_path, lambda: ("", 0.0)):
        raise OSError(errno.EFBIG, "File too large")


def test_another_error_is_left_alone(tmp_path: Path):
    with pytest.raises(FileNotFoundError), said_when_full(tmp_path, lambda: ("", 0.0)):
        (tmp_path / "nowhere" / "x").write_bytes(b"")


def test_a_command_that_keeps_nothing_says_so_and_what_it_needs_itself(tmp_path: Path):
    room = Room("as much as the records take", "Nothing was kept.")
    with pytest.raises(InputError, match=r"as much as the records take Nothing was kept\."):  # noqa: SIM117
        with said_when_full(tmp_path, lambda: ("", 0.0), room):
            Path("/dev/full").write_bytes(b"x")
    with pytest.raises(InputError, match=r"about 3\.0 MB more for that\. Nothing was kept\."):  # noqa: SIM117
        with said_when_full(tmp_path, lambda: ("reading", 0.25), room):
            (tmp_path / "part").write_bytes(b"x" * 1_000_000)
            Path("/dev/full").write_bytes(b"x")
