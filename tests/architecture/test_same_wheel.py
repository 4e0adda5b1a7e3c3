"""A wheel built twice of the same files is the same, byte by byte, wherever they lie and whenever it is built."""

import hashlib
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

ROOT = Path(__file__).parents[2]
BUILT_OF = ("src", "docs/man", "pyproject.toml", "hatch_build.py", "README.md", "LICENSE", "NOTICE")
WITHOUT = shutil.ignore_patterns("__pycache__", "*.so", "*.new", "*.pyc")


def _wheel(folder: Path, hour: int) -> Path:
    for name in BUILT_OF:
        source, target = ROOT / name, folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        if source.is_dir():
            shutil.copytree(source, target, ignore=WITHOUT)
        else:
            shutil.copyfile(source, target)
    for path in folder.rglob("*.c"):
        os.utime(path, (1_700_000_000 + 3600 * hour, 1_700_000_000 + 3600 * hour))
    environment = {key: value for key, value in os.environ.items() if key != "SOURCE_DATE_EPOCH"}
    words = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", "dist"]
    subprocess.run(words, cwd=folder, env=environment, check=True, capture_output=True, timeout=300)  # noqa: S603
    (wheel,) = (folder / "dist").glob("*.whl")
    return wheel


def test_a_wheel_built_twice_is_the_same(tmp_path: Path):
    one, other = _wheel(tmp_path / "here", 0), _wheel(tmp_path / "somewhere" / "else", 5)
    with zipfile.ZipFile(one) as first, zipfile.ZipFile(other) as second:
        assert first.namelist() == second.namelist()
        assert [it for it in first.namelist() if first.read(it) != second.read(it)] == []
    assert hashlib.sha256(one.read_bytes()).digest() == hashlib.sha256(other.read_bytes()).digest()
