"""Running and testing install the same versions: what runs for a user is what the tests passed on."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]


def versions(name: str) -> dict[str, str]:
    """Return the version of each package of a lock."""
    return dict(re.findall(r"^([a-z0-9_.-]+)==(\S+)", (ROOT / name).read_text(), re.MULTILINE))


def test_what_runs_is_what_was_tested():
    running, testing = versions("requirements-run.lock"), versions("requirements.lock")
    assert len(running) >= 10
    assert running == {name: testing[name] for name in running}


def test_what_is_installed_without_its_needs_is_in_no_other_lock_and_finds_them_there():
    alone, testing = versions("requirements-alone.lock"), versions("requirements.lock")
    assert set(alone) == {"sqlonfhir"}
    assert not alone.keys() & testing.keys()
    assert "fhirpathpy" in testing


def test_running_needs_no_tool_of_the_tests():
    assert not {"pytest", "pyspark", "playwright", "mypy", "duckdb"} & versions("requirements-run.lock").keys()
