"""Which SQLite libraries have the fault when a log is reset: 3.51.3 mended it, and 3.44.6 and 3.50.7 in older lines.

The versions are those of sqlite.org/wal.html, "The WAL-Reset Bug".
"""

import pytest

from fullcourse.adapters.store.sqlite_faults import known_fault


@pytest.mark.parametrize(
    "version",
    [(3, 51, 3), (3, 51, 4), (3, 52, 0), (4, 0, 0), (3, 44, 6), (3, 44, 7), (3, 50, 7), (3, 50, 10)],
)
def test_a_version_that_has_the_mend_has_nothing_said_of_it(version: tuple[int, int, int]):
    assert known_fault(version) == ""


@pytest.mark.parametrize(
    "version",
    [(3, 51, 2), (3, 51, 0), (3, 50, 6), (3, 44, 5), (3, 45, 9), (3, 49, 9), (3, 43, 9), (3, 40, 1)],
)
def test_a_version_without_it_is_named_with_why_it_does_no_harm_in_one_sentence(version: tuple[int, int, int]):
    said = known_fault(version)
    assert said.startswith(f"SQLite {'.'.join(map(str, version))} has a fault")
    assert "one writer" in said and "cannot be reached" in said
    assert said.count(". ") == 0 and said.endswith(".")
