"""What access keeps is let go of where it is closed, and where it cannot be looked into."""

from contextlib import closing
from pathlib import Path

import pytest

from fullcourse.adapters.access.access import open_access
from fullcourse.adapters.access.store.opening import look_into
from fullcourse.clinical.errors import InputError
from open_files import is_open, needs_open_files


@needs_open_files
def test_a_file_that_is_looked_into_is_open_until_it_is_closed(tmp_path: Path):
    place = tmp_path / "courses.db"
    open_access(place).close()
    with closing(look_into(place)):
        assert is_open(tmp_path / "courses.db.access")
    assert not is_open(tmp_path / "courses.db.access")


@needs_open_files
def test_a_file_whose_key_is_another_is_let_go_of(tmp_path: Path):
    place, other = tmp_path / "courses.db", tmp_path / "other.db"
    for it in (place, other):
        open_access(it).close()
    with pytest.raises(InputError, match="key file"):
        look_into(place, key_file=tmp_path / "other.db.key")
    assert not is_open(tmp_path / "courses.db.access")
