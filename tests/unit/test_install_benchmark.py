"""The benchmark of installing works: it counts bytes once, copies what is tracked, and says whether limits are met."""

import importlib.util
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SCRIPT = ROOT / "benchmarks" / "install.py"

_spec = importlib.util.spec_from_file_location("install_benchmark", SCRIPT)
assert _spec is not None
assert _spec.loader is not None
install = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(install)


def test_a_file_counts_once_and_what_a_link_leads_to_not_at_all(tmp_path: Path) -> None:
    folder = tmp_path / "counted"
    (folder / "deep").mkdir(parents=True)
    (tmp_path / "elsewhere").write_bytes(b"x" * 3_000_000)
    (folder / "one").write_bytes(b"x" * 2_000_000)
    (folder / "deep" / "two").write_bytes(b"x" * 1_000_000)
    (folder / "deep" / "again").hardlink_to(folder / "one")
    (folder / "link").symlink_to(tmp_path / "elsewhere")
    assert install.size_mb(folder) == pytest.approx(3.0, abs=0.001)


def test_the_copy_has_what_is_tracked_and_no_environment(tmp_path: Path) -> None:
    copy = install.fresh_copy(tmp_path)
    assert (copy / "Makefile").is_file()
    assert (copy / "src" / "fullcourse" / "examples" / "ready.toml").is_file()
    assert not (copy / ".venv").exists()


@pytest.mark.parametrize(("figure", "word"), [(25.0, "met"), (25.001, "MISSED")])
def test_a_limit_is_met_up_to_it(figure: float, word: str) -> None:
    assert install.verdict(figure, 25.0) == f"limit 25: {word}"


def test_cold_starts_are_measured_against_a_bare_interpreter_in_the_same_run() -> None:
    done = subprocess.run(  # noqa: S603 - our own script
        [sys.executable, str(SCRIPT), "--only-start", "--runs", "1"], capture_output=True, text=True, check=True
    )
    assert re.search(r"bare interpreter: [0-9.]+ ms, median of 1", done.stdout)
    for name, limit in (("--help", 3), ("check", 8)):
        (times, said) = re.findall(
            rf"fullcourse {name}: [0-9.]+ ms, ([0-9.]+) times, limit {limit}: (\w+)", done.stdout
        )[0]
        assert float(times) > 1
        assert said in {"met", "MISSED"}
