"""The entries of a course's log."""

from dataclasses import FrozenInstanceError
from datetime import UTC, datetime

import pytest

from fullcourse.clinical.event import Event

AT = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)


def test_an_event_never_changes_so_a_correction_is_a_new_one():
    taken = Event("01", "p", "dose_taken", AT, AT, "Asia/Kolkata", "patient", "app", "d", drug="cycloserine", mg=250.0)
    with pytest.raises(FrozenInstanceError):
        taken.mg = 500.0
    correction = Event("02", "p", "dose_taken", AT, AT, "Asia/Kolkata", "patient", "app", "d", supersedes=taken.id)
    assert correction.supersedes == "01"
    assert taken.supersedes is None
