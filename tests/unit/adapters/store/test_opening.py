"""The one door to a store finds it, and says what lacks."""

import subprocess
import sys
from pathlib import Path

import pytest

from fullcourse.adapters.store.opening import default_store, open_store
from fullcourse.clinical.errors import InputError


def test_the_store_is_the_one_that_is_named_else_a_file_in_the_data_folder(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
):
    monkeypatch.delenv("FULLCOURSE_DATABASE_URL", raising=False)
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    assert default_store() == str(tmp_path / "fullcourse" / "courses.db")
    monkeypatch.delenv("XDG_DATA_HOME")
    monkeypatch.setenv("HOME", str(tmp_path))
    assert default_store() == str(tmp_path / ".local" / "share" / "fullcourse" / "courses.db")
    monkeypatch.setenv("FULLCOURSE_DATABASE_URL", "postgresql://somewhere/db")
    assert default_store() == "postgresql://somewhere/db"


def test_the_key_file_is_the_one_that_is_named_else_beside_the_store(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    monkeypatch.delenv("FULLCOURSE_KEY_FILE", raising=False)
    open_store(f"sqlite:///{tmp_path / 'a.db'}").close()
    assert (tmp_path / "a.db.key").exists()
    monkeypatch.setenv("FULLCOURSE_KEY_FILE", str(tmp_path / "stick" / "key"))
    open_store(tmp_path / "b.db").close()
    assert (tmp_path / "stick" / "key").exists()
    assert not (tmp_path / "b.db.key").exists()


@pytest.mark.parametrize("address", ["mysql://a/b", "sqlite:///x://y"])
def test_another_kind_of_address_is_refused(address: str):
    with pytest.raises(InputError, match="postgresql"):
        open_store(address)


_WITHOUT = """
import sys
from fullcourse.adapters.store.opening import open_store
sys.modules[sys.argv[1]] = None
open_store(sys.argv[2])
"""


@pytest.mark.parametrize(
    ("package", "place", "extra"),
    [
        ("sqlalchemy", "a.db", "[course]"),
        ("psycopg", "postgresql://nowhere/db", "[course,postgresql]"),
    ],
)
def test_a_package_that_is_not_installed_is_named_with_its_extra(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, package: str, place: str, extra: str
):
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    command = [sys.executable, "-c", _WITHOUT, package, place]
    ended = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)  # noqa: S603
    said = ended.stderr.splitlines()[-1]
    assert said.startswith("fullcourse.clinical.errors.InputError: ")
    assert f"{package} is not installed: pip install 'fullcourse{extra}'" in said
    assert list(tmp_path.iterdir()) == []


def test_a_server_that_cannot_be_reached_is_said(tmp_path: Path):
    with pytest.raises(InputError, match="PostgreSQL store cannot be opened"):
        open_store(f"postgresql:///db?host={tmp_path}", key_file=tmp_path / "key")
    assert not (tmp_path / "key").exists()
