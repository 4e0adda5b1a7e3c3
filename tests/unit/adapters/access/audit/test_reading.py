"""The audit finds what was done to it: an entry removed, changed, moved, added, or cut off; every bit of it."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
import pytest

from fullcourse.adapters.access.access import Access, open_access
from fullcourse.adapters.access.audit.entry import AuditEntry
from fullcourse.adapters.access.audit.reading import entries, verify_audit
from postgres_server import new_database

AT = datetime(2026, 11, 30, 8, 0, tzinfo=UTC)
COUNT = 6
COLUMNS = ("seq", "at_us", "account", "patient", "said", "sealed", "prev_hash", "hash")


def written(number: int) -> AuditEntry:
    return AuditEntry(
        AT + timedelta(minutes=number), "course.read", f"account-{number}", f"patient-{number % 2}", ("nurse",),
        "about", 200, f"call-{number}", "192.0.2.7", "because it was asked" if number == 3 else "",
    )  # fmt: skip


@pytest.fixture
def kept(tmp_path: Path) -> Iterator[tuple[Access, Path]]:
    access = open_access(tmp_path / "courses.db")
    for number in range(COUNT):
        access.audit.write(written(number)).result()
    yield access, tmp_path / "courses.db.access"
    access.close()


def done(path: Path, statement: str, *values: object) -> None:
    with closing(sqlite3.connect(path)) as raw, raw:
        raw.execute(statement, values)


def test_what_was_written_is_read_back_by_patient_account_and_time(kept: tuple[Access, Path]) -> None:
    access, _ = kept
    listed = list(entries(access.kept))
    assert [it.seq for it in listed] == list(range(1, COUNT + 1))
    assert [(it.did, it.account, it.where, it.why, it.roles, it.status, it.call) for it in listed][3] == (
        "course.read", "account-3", "192.0.2.7", "because it was asked", ("nurse",), 200, "call-3",
    )  # fmt: skip
    assert [it.seq for it in entries(access.kept, "patient-1")] == [2, 4, 6]
    assert [it.seq for it in entries(access.kept, since=AT + timedelta(minutes=4))] == [5, 6]
    assert [it.seq for it in entries(access.kept, account="account-2")] == [3]
    assert [it.seq for it in entries(access.kept, after=2, most=2)] == [3, 4]


def test_a_whole_audit_is_whole_and_says_where_it_ends(kept: tuple[Access, Path]) -> None:
    access, _ = kept
    first = verify_audit(access.kept)
    assert first.broken == () and first.entries == COUNT and first.head.startswith(f"{COUNT}:")
    access.audit.write(written(9)).result()
    again = verify_audit(access.kept, first.head)
    assert again.broken == () and again.entries == COUNT + 1 and again.head != first.head


def test_an_empty_audit_is_whole_and_one_that_was_emptied_is_not(tmp_path: Path) -> None:
    access = open_access(tmp_path / "courses.db")
    assert verify_audit(access.kept).broken == ()
    access.audit.write(written(0)).result()
    done(tmp_path / "courses.db.access", "DELETE FROM access_audit")
    assert verify_audit(access.kept).broken == ("0 entries are there, and 1 were written",)
    done(tmp_path / "courses.db.access", "DELETE FROM access_audit_head")
    assert verify_audit(access.kept).broken == ("where the audit ends is not told any more",)
    access.close()


@pytest.mark.parametrize("place", range(1, COUNT + 1))
def test_an_entry_that_was_removed_is_found(kept: tuple[Access, Path], place: int) -> None:
    access, path = kept
    done(path, "DELETE FROM access_audit WHERE seq = ?", place)
    (fault,) = verify_audit(access.kept).broken
    last = place == COUNT
    assert fault == (
        f"{COUNT - 1} entries are there, and {COUNT} were written" if last else f"entry {place} is not there"
    )


def test_a_gap_that_was_closed_is_found(kept: tuple[Access, Path]) -> None:
    access, path = kept
    done(path, "DELETE FROM access_audit WHERE seq = 3")
    for place in range(4, COUNT + 1):
        done(path, "UPDATE access_audit SET seq = ? WHERE seq = ?", place - 1, place)
    assert verify_audit(access.kept).broken == ("entry 3 is not what was written, or stands in another place",)


def test_two_entries_that_changed_places_are_found(kept: tuple[Access, Path]) -> None:
    access, path = kept
    for before, after in ((2, 99), (4, 2), (99, 4)):
        done(path, "UPDATE access_audit SET seq = ? WHERE seq = ?", after, before)
    assert verify_audit(access.kept).broken == ("entry 2 is not what was written, or stands in another place",)


def test_every_bit_of_every_column_of_an_entry_counts(kept: tuple[Access, Path]) -> None:
    access, path = kept
    with closing(sqlite3.connect(path)) as raw:
        row = raw.execute("SELECT * FROM access_audit WHERE seq = 4").fetchone()
    flipped = 0
    for column, value in zip(COLUMNS[1:], row[1:], strict=True):
        kind = "TEXT" if isinstance(value, str) else "BLOB"
        size = 63 if isinstance(value, int) else 8 * len(value)
        for bit in range(size):
            if isinstance(value, int):
                changed: object = value ^ (1 << bit)
            else:
                data = bytearray(value.encode() if isinstance(value, str) else value)
                data[bit // 8] ^= 1 << (bit % 8)
                changed = bytes(data)
            cast = "?" if isinstance(value, int) else f"CAST(? AS {kind})"
            done(path, f"UPDATE access_audit SET {column} = {cast} WHERE seq = 4", changed)  # noqa: S608 - our own words
            (fault,) = verify_audit(access.kept).broken
            assert fault.startswith("entry 4 is not what was written"), (column, bit)
            flipped += 1
        done(path, f"UPDATE access_audit SET {column} = ? WHERE seq = 4", value)  # noqa: S608 - our own words
    assert verify_audit(access.kept).broken == () and flipped > 1500


def test_a_tail_that_was_cut_off_with_the_head_set_back_is_found(kept: tuple[Access, Path]) -> None:
    access, path = kept
    with closing(sqlite3.connect(path)) as raw:
        seq, last = raw.execute("SELECT seq, hash FROM access_audit WHERE seq = 4").fetchone()
    done(path, "DELETE FROM access_audit WHERE seq > 4")
    done(path, "UPDATE access_audit_head SET seq = ?, hash = ?", seq, last)
    (fault,) = verify_audit(access.kept).broken
    assert fault.startswith("where the audit ends is not what was written")


def test_an_audit_that_was_put_back_whole_is_found_by_a_head_that_was_noted(tmp_path: Path) -> None:
    place, path = tmp_path / "courses.db", tmp_path / "courses.db.access"
    with closing_access(place) as access:
        access.audit.write(written(0), written(1)).result()
    old = path.read_bytes()
    with closing_access(place) as access:
        access.audit.write(written(2)).result()
        noted = verify_audit(access.kept).head
    path.write_bytes(old)
    with closing_access(place) as access:
        assert verify_audit(access.kept).broken == (), "nothing inside it tells"
        (fault,) = verify_audit(access.kept, noted).broken
        assert "put back" in fault
        access.audit.write(written(7)).result()
        assert verify_audit(access.kept, noted).broken


def test_an_entry_of_another_key_file_is_found(tmp_path: Path) -> None:
    with closing_access(tmp_path / "one.db") as access:
        access.audit.write(written(0)).result()
        foreign = access.keys
    with closing_access(tmp_path / "two.db") as access:
        from fullcourse.adapters.access.audit.entry import append

        access.write(lambda connection: append(connection, foreign, [written(0)]))
        assert verify_audit(access.kept).broken == ("entry 1 was written with another key file",)


def closing_access(place: Path) -> "closing[Access]":
    return closing(open_access(place))


def test_no_name_address_or_reason_stands_readable_in_the_file(kept: tuple[Access, Path]) -> None:
    access, path = kept
    access.close()
    content = path.read_bytes()
    assert b"account-3" in content and b"192.0.2.7" not in content and b"because it was asked" not in content


def test_on_postgresql_entries_of_several_writers_stand_in_one_chain(tmp_path: Path) -> None:
    url = new_database()
    one, two = (open_access(url, key_file=tmp_path / "key") for _ in range(2))
    futures = [access.audit.write(written(number)) for number in range(40) for access in (one, two)]
    for future in futures:
        future.result()
    found = verify_audit(one.kept)
    assert found.broken == () and found.entries == 80
    with psycopg.connect(url) as raw:
        raw.execute("DELETE FROM access_audit WHERE seq = 17")
    assert verify_audit(two.kept).broken == ("entry 17 is not there",)
    one.close()
    two.close()
