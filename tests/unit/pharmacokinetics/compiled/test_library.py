"""Without a compiled library, or one that fits, the reference answers; nobody has to have a compiler."""

import importlib.util
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from bedside import ADULT
from fullcourse.pharmacokinetics.compiled import library as module
from fullcourse.pharmacokinetics.compiled.library import VERSION, address, library, library_file

ROOT = Path(__file__).parents[4]
QUESTION = [
    "levels", "estimate", str(ADULT), "--zone", "+02:00", "--drug", "pyrazinamide", "--dose", "1500 mg once a day",
    "--since", "2026-11-01", "--level", "28 mg/L @ 2026-11-03T10:00+02:00",
]  # fmt: skip


@pytest.fixture
def built():
    """The build of the package as a module; what it made here stays as it was."""
    spec = importlib.util.spec_from_file_location("hatch_build", ROOT / "hatch_build.py")
    found = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(found)
    return found


@pytest.fixture
def unopened():
    """The library as nobody has opened it yet, before and after."""
    library.cache_clear()
    yield
    library.cache_clear()


def test_the_library_says_which_version_it_is_of(unopened):
    opened = library()
    if opened is None:
        pytest.skip("no compiled kernels here: the build found no C compiler")
    assert opened.fullcourse_kernels_version() == VERSION


def test_the_reference_answers_where_it_is_asked_for(monkeypatch, unopened):
    monkeypatch.setenv("FULLCOURSE_KERNEL", "reference")
    assert library() is None


@pytest.mark.parametrize("content", [None, b"", b"no library of this machine"])
def test_the_reference_answers_where_there_is_no_library_or_a_strange_one(monkeypatch, tmp_path, unopened, content):
    strange = tmp_path / "kernels.so"
    if content is not None:
        strange.write_bytes(content)
    monkeypatch.setattr(module, "library_file", lambda: strange)
    assert library() is None


def test_the_reference_answers_where_the_library_is_of_another_version(monkeypatch, unopened):
    if not library_file().exists():
        pytest.skip("no compiled kernels here: the build found no C compiler")
    monkeypatch.setattr(module, "VERSION", VERSION + 1)
    assert library() is None


def test_without_a_compiler_nothing_is_built_and_nothing_fails(monkeypatch, tmp_path, built):
    libraries = {tmp_path / f"{at}.so": folder for at, folder in enumerate(built.LIBRARIES.values())}
    monkeypatch.setattr(built, "LIBRARIES", libraries)
    monkeypatch.setattr(built.shutil, "which", lambda _: None)
    monkeypatch.delenv("CC", raising=False)
    assert built.build() is False
    monkeypatch.setenv("CC", "false")
    assert built.build() is False
    monkeypatch.setenv("CC", str(tmp_path / "no-such-compiler"))
    assert built.build() is False
    assert list(tmp_path.iterdir()) == []


def test_the_same_is_said_of_a_patient_by_either_kernel():
    if library() is None:
        pytest.skip("no compiled kernels here: the build found no C compiler")
    said = []
    for kernel in ("reference", "compiled"):
        environment = {**os.environ, "FULLCOURSE_KERNEL": kernel}
        ran = subprocess.run(  # noqa: S603  the command under test
            [sys.executable, "-m", "fullcourse", *QUESTION], capture_output=True, text=True, env=environment, check=True
        )
        said.append(ran.stdout)
    assert "own curve" in said[0]
    assert said[0] == said[1]


def test_an_address_is_that_of_the_numbers():
    numbers = np.arange(3.0)
    assert address(numbers) == numbers.ctypes.data
    assert address(None) is None
