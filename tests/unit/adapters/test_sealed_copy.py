"""A kept copy is believed under its seal: a flipped bit, another owner or a file that others may write is refused."""

import os
import random
import resource
import signal
from pathlib import Path

import pytest

from fullcourse.adapters import sealed_copy
from fullcourse.adapters.sealed_copy import read_copy, write_copy

CONTENT = bytes(range(256)) * 16


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    path = tmp_path / "kept.json"
    write_copy(path, CONTENT)
    return path


def test_what_is_written_is_read(copy: Path):
    assert read_copy(copy) == CONTENT


def test_an_empty_content_is_read(tmp_path: Path):
    write_copy(tmp_path / "empty", b"")
    assert read_copy(tmp_path / "empty") == b""


def test_no_flipped_bit_is_believed(copy: Path):
    whole = copy.read_bytes()
    chance = random.Random(20)
    for _ in range(1000):
        damaged = bytearray(whole)
        damaged[chance.randrange(len(whole))] ^= 1 << chance.randrange(8)
        copy.write_bytes(damaged)
        with pytest.raises(ValueError, match="damaged"):
            read_copy(copy)


@pytest.mark.parametrize("left", [0, 1, 63, 64, 65, 66, 200])
def test_no_part_is_believed(copy: Path, left: int):
    copy.write_bytes(copy.read_bytes()[:left])
    with pytest.raises(ValueError, match="damaged"):
        read_copy(copy)


def test_nothing_may_follow(copy: Path):
    copy.write_bytes(copy.read_bytes() + b"\n")
    with pytest.raises(ValueError, match="damaged"):
        read_copy(copy)


def test_a_copy_under_another_name_is_not_believed(copy: Path):
    other = copy.rename(copy.with_name("other.json"))
    with pytest.raises(ValueError, match="damaged"):
        read_copy(other)


@pytest.mark.parametrize("mode", [0o620, 0o602, 0o666, 0o660])
def test_a_file_that_others_may_write_is_refused(copy: Path, mode: int):
    copy.chmod(mode)
    with pytest.raises(ValueError, match="others"):
        read_copy(copy)


@pytest.mark.parametrize("mode", [0o600, 0o640, 0o644, 0o400])
def test_a_file_that_others_may_only_read_is_believed(copy: Path, mode: int):
    copy.chmod(mode)
    assert read_copy(copy) == CONTENT


def test_it_is_written_for_its_owner_alone(copy: Path):
    assert copy.stat().st_mode & 0o777 == 0o600


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a file away")
def test_a_file_of_another_owner_is_refused(copy: Path):
    os.chown(copy, 54321, 54321)
    with pytest.raises(ValueError, match="another user"):
        read_copy(copy)


def test_a_link_is_not_followed(copy: Path):
    link = copy.with_name("link.json")
    link.symlink_to(copy)
    with pytest.raises(OSError, match="link"):
        read_copy(link)


def test_a_pipe_is_not_waited_for(tmp_path: Path):
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(ValueError, match="not a file"):
        read_copy(tmp_path / "pipe")


def test_a_file_beyond_the_limit_is_refused(copy: Path):
    with copy.open("r+b") as file:
        file.truncate(sealed_copy.MOST_BYTES + 1)
    with pytest.raises(ValueError, match="too large"):
        read_copy(copy)


def test_a_disk_that_is_full_leaves_no_draft(copy: Path):
    """The system itself stops the write in the middle: no file may grow past a few bytes."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100, before[1]))
    try:
        with pytest.raises(OSError, match="large"):
            write_copy(copy, CONTENT * 2)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, handler)
    assert [path.name for path in copy.parent.iterdir()] == [copy.name]
    assert read_copy(copy) == CONTENT
