"""``fullcourse audit verify`` beside a running service, and after somebody laid hands on the file."""

import json
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

from fullcourse.adapters.access.access import open_access
from fullcourse.adapters.access.audit.entry import AuditEntry
from service_people import BEGUN


def verified(store: Path, *more: str) -> tuple[int, str]:
    command = [sys.executable, "-m", "fullcourse", "audit", "verify", "--store", str(store), *more]
    told = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - our own words
    return told.returncode, told.stdout + told.stderr


def test_a_whole_audit_is_told_from_one_that_was_changed_also_while_a_service_writes(tmp_path: Path) -> None:
    store = tmp_path / "courses.db"
    assert verified(store)[0] == 2, "nothing is kept there yet"
    access = open_access(store)
    for number in range(3):
        access.audit.write(AuditEntry(BEGUN, "course.read", f"account-{number}", "patient")).result()
    code, text = verified(store, "--format", "json")
    whole = json.loads(text)
    assert (code, whole["entries"], whole["broken"]) == (0, 3, [])
    assert "The audit is whole: 3 entries." in verified(store, "--head", whole["head"])[1]
    access.close()
    with closing(sqlite3.connect(f"{store}.access")) as raw, raw:
        raw.execute("UPDATE access_audit SET patient = 'another' WHERE seq = 2")
    code, text = verified(store)
    assert code == 1 and "! entry 2 is not what was written" in text
    assert "account" not in text
