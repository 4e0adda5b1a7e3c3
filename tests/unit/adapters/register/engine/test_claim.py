"""A folder of parts goes on with its own question alone."""

from pathlib import Path

import pytest

from fullcourse.adapters.register.engine.claim import claim_folder, stamps_of
from fullcourse.clinical.errors import InputError


def test_the_same_question_goes_on_and_another_is_refused(tmp_path: Path):
    folder = tmp_path / "parts"
    claim_folder(folder, "mark.json", {"drugs": ("a", "b")})

    claim_folder(folder, "mark.json", {"drugs": ["a", "b"]})

    with pytest.raises(InputError, match="another question"):
        claim_folder(folder, "mark.json", {"drugs": ["a"]})
    claim_folder(folder, "other.json", {"drugs": ["a"]})


def test_a_file_that_was_written_again_has_another_stamp(tmp_path: Path):
    path = tmp_path / "a"
    path.write_bytes(b"1")
    first = stamps_of([path])
    assert stamps_of([path]) == first

    path.write_bytes(b"12")

    assert stamps_of([path]) != first
