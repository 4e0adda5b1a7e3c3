"""What a night tries more of."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

TESTS = Path(__file__).parents[1]


@pytest.mark.parametrize(("profile", "tried"), [("quick", "40 100"), ("night", "400 2000"), ("", "40 100")])
def test_a_night_tries_ten_times_what_a_property_asks_for_itself(profile: str, tried: str):
    told = "import conftest, effort, hypothesis; print(effort.examples(40), hypothesis.settings().max_examples)"
    environment = {**os.environ, "PYTHONPATH": str(TESTS), "HYPOTHESIS_PROFILE": profile or "quick"}
    if not profile:
        del environment["HYPOTHESIS_PROFILE"]
    done = subprocess.run(  # noqa: S603 - our own program
        [sys.executable, "-c", told], env=environment, capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout.strip() == tried


def test_no_property_keeps_a_number_from_the_night():
    kept = [
        f"{path.name}: {line.strip()}"
        for path in TESTS.rglob("*.py")
        for line in path.read_text("utf-8").splitlines()
        if "max_examples=" in line and not any(it in line for it in ("examples(", "rounds(", "2_000", "settings("))
    ]
    assert not [it for it in kept if "test_effort" not in it]
