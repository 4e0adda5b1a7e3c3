"""A file stands whole or not at all, and never takes the place of another."""

import os
from pathlib import Path

import pytest

from fullcourse.adapters.exchange import whole_file
from fullcourse.adapters.exchange.whole_file import read_file, refuse_identity, write_whole
from fullcourse.clinical.errors import InputError


def listed(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_a_file_is_written_for_its_owner_alone_and_read_back(tmp_path: Path):
    path = tmp_path / "a.zip"
    write_whole(path, b"data")
    assert path.read_bytes() == b"data"
    assert path.stat().st_mode & 0o777 == 0o600
    assert listed(tmp_path) == ["a.zip"]


def test_another_file_is_never_overwritten_nor_a_link_followed(tmp_path: Path):
    path, link = tmp_path / "a.zip", tmp_path / "b.zip"
    path.write_bytes(b"there")
    link.symlink_to(tmp_path / "nowhere")
    for taken in (path, link):
        with pytest.raises(InputError, match="is there already"):
            write_whole(taken, b"data")
    assert path.read_bytes() == b"there"
    with pytest.raises(InputError, match="is there already"):
        write_whole(tmp_path / "c.zip", b"data", lambda: (tmp_path / "c.zip").write_bytes(b"came meanwhile") and None)
    assert (tmp_path / "c.zip").read_bytes() == b"came meanwhile"
    assert listed(tmp_path) == ["a.zip", "b.zip", "c.zip"]


def test_nothing_stays_where_what_has_to_be_done_before_fails(tmp_path: Path):
    def fails() -> None:
        raise InputError("no")

    with pytest.raises(InputError, match="no"):
        write_whole(tmp_path / "a.zip", b"data", fails)
    assert listed(tmp_path) == []


def test_a_disk_that_keeps_something_else_is_found(tmp_path: Path, monkeypatch):
    write = whole_file._write
    monkeypatch.setattr(whole_file, "_write", lambda part, data: write(part, data[:-1]))
    with pytest.raises(InputError, match="did not keep"):
        write_whole(tmp_path / "a.zip", b"data")
    assert listed(tmp_path) == []


def test_a_file_system_without_links_will_do(tmp_path: Path, monkeypatch):
    def no_links(*_: object) -> None:
        raise PermissionError

    monkeypatch.setattr(os, "link", no_links)
    write_whole(tmp_path / "a.zip", b"data")
    assert (tmp_path / "a.zip").read_bytes() == b"data"


def test_a_full_or_missing_disk_is_said(tmp_path: Path):
    with pytest.raises(InputError, match="cannot be written"):
        write_whole(tmp_path / "none" / "a.zip", b"data")
    with pytest.raises(InputError, match="cannot be written"):
        write_whole(Path("/dev/full/a.zip"), b"data")


def test_a_file_is_read_to_one_byte_beyond_the_limit(tmp_path: Path):
    (tmp_path / "a").write_bytes(b"12345")
    assert read_file(tmp_path / "a", 3) == b"1234"
    assert read_file(tmp_path / "a", 5) == b"12345"
    with pytest.raises(InputError, match="cannot be read"):
        read_file(tmp_path / "b", 5)


def test_no_file_is_named_after_a_patient():
    refuse_identity(Path("course.zip"), "6f1c")
    with pytest.raises(InputError, match="named after the patient") as caught:
        refuse_identity(Path("x-6F1C.zip"), "6f1c")
    assert "6f1c" not in str(caught.value).lower()
