"""The traced disk sees what the operating system sees: a trace by ``strace`` of the same session has the same steps."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from traced_disk import why_not

SESSION = """
import sys
from pathlib import Path
from fullcourse.adapters.store.opening import open_store
from store_events import NOW, numbered
from traced_disk import Disk, Deleted, Synced, Truncated, Written

folder = Path(sys.argv[1])
disk = Disk(folder)
with disk.watched(), open_store(folder / "courses.db") as store:
    for number in range(20):
        store.append([numbered("patient", number)], NOW)
for step in disk.steps:
    match step:
        case Written(name, offset, data): print("write", name, offset, len(data))
        case Synced(name): print("sync", name)
        case Truncated(name, size): print("truncate", name, size)
        case Deleted(name): print("delete", name)
"""
CALLS = (
    (re.compile(r'pwrite64\(\d+<[^>]*/([^/>]+)>, .*, (\d+), (\d+)\) += \d+'), "write {0} {2} {1}"),
    (re.compile(r"(?:fdatasync|fsync)\(\d+<[^>]*/([^/>]+)>\) += 0"), "sync {0}"),
    (re.compile(r"ftruncate\(\d+<[^>]*/([^/>]+)>, (\d+)\) += 0"), "truncate {0} {1}"),
    (re.compile(r'unlink\("[^"]*/([^/"]+)"\) += 0'), "delete {0}"),
)  # fmt: skip


@pytest.mark.skipif(bool(why_not()), reason=why_not())
@pytest.mark.skipif(shutil.which("strace") is None, reason="strace is not installed")
def test_it_sees_what_the_operating_system_sees(tmp_path: Path):
    folder, trace = tmp_path / "store", tmp_path / "trace"
    folder.mkdir()
    told = subprocess.run(  # noqa: S603 - our own words
        [str(shutil.which("strace")), "-f", "-y", "-e", "trace=pwrite64,fdatasync,fsync,ftruncate,unlink", "-o", trace,
         sys.executable, "-c", SESSION, folder],
        capture_output=True, text=True, check=False, env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )  # fmt: skip
    if told.returncode and "ptrace" in told.stderr.lower():
        pytest.skip("strace may not trace here")
    assert told.returncode == 0, told.stderr
    traced = [line for line in told.stdout.splitlines() if line]
    assert len(traced) > 60
    assert traced == [line for line in _of_the_system(trace) if line]


def _of_the_system(trace: Path) -> list[str]:
    lines = []
    for call in trace.read_text("utf-8", "replace").splitlines():
        for pattern, form in CALLS:
            if match := pattern.search(call):
                line = form.format(*match.groups())
                if "-shm" not in line and line.split()[1].startswith("courses.db") and ".key" not in line:
                    lines.append(line)
    return lines
