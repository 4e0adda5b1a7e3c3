"""Local times on the nights when clocks change are read as RFC 5545 says, in the zones where treatment happens."""

import json
from datetime import datetime
from pathlib import Path

import pytest

from fullcourse.adapters.zones import EDITION, load_zone

VECTORS = json.loads((Path(__file__).parent / "data" / "time" / "tz-vectors.json").read_text("utf-8"))


def test_the_edition_is_the_one_the_vectors_were_made_with_or_newer():
    assert EDITION >= "2026f"
    assert len(VECTORS) == 23


@pytest.mark.parametrize("vector", VECTORS, ids=lambda it: f"{it['zone']}-{it['local']}")
def test_a_local_time_is_the_instant_of_rfc_5545(vector: dict[str, str]):
    zone, local = load_zone(vector["zone"]), datetime.fromisoformat(vector["local"])
    instant = zone.instant(local.date(), local.time())
    assert instant == datetime.fromisoformat(vector["utc_rfc5545"])
    assert zone.local(instant).strftime("%Y-%m-%dT%H:%M%z") == vector["local_after"]
