"""Zones come from the package's own files, whatever the computer has."""

import pytest

from fullcourse.adapters.zones import EDITION, load_zone
from fullcourse.clinical.errors import InputError


def test_a_zone_carries_the_edition_of_its_rules():
    assert load_zone("Europe/Chisinau").edition == EDITION


def test_the_files_of_the_operating_system_are_not_read(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("zoneinfo.TZPATH", ("/nowhere",))
    load_zone.cache_clear()
    assert load_zone("Africa/Casablanca").name == "Africa/Casablanca"


@pytest.mark.parametrize("name", ["Mars/Olympus", "../../etc/passwd", "", "europe/paris", "Africa"])
def test_a_name_that_is_no_zone_is_refused_with_the_mend(name: str):
    with pytest.raises(InputError, match="Africa/Johannesburg"):
        load_zone(name)
