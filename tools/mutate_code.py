"""Asks whether the unit tests and examples of a package notice when a function of it is changed by one small mistake.

    PYTHONPATH=tests python tools/mutate_code.py rules adapters.fhir [--modules NAME,...] [--only-survivors FILE]

A change is put into the running function, in a process of its own that is forked when the tests have been collected:
no file is touched, and nothing is imported twice. Of the unit tests of the package those are run that reach the
changed line, quick ones first. Before it tries anything the run plants a change that raises, and stops where no test
notices it.

A change that survives stands in ``tests/survivors.toml`` with the reason, or makes the run fail. Exit codes: 0 none is
left; 1 one is; 3 the run is blind.

A run over a whole package takes long. What it prints is what a second one asks about: ``--only-survivors FILE`` tries
those changes again that FILE calls not noticed, whatever line they stand on by now.
"""

import argparse
import gc
import importlib
import json
import linecache
import os
import pkgutil
import re
import signal
import sys
import time
import tomllib
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType, ModuleType
from typing import Final

import pytest
from _pytest.runner import runtestprotocol

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(Path(__file__).parent))
from code_mutants import Change, changes_of, functions_of, put  # noqa: E402

SURVIVORS: Final = ROOT / "tests" / "survivors.toml"
_BEFORE_IT_ENDS_S: Final = 2.0
"""Of the processor, beyond what its tests took while their lines were noted, which is several times as long: a change
may loop for ever."""
_HELD_BY: Final = (("tests", "unit"), ("src", "fullcourse"))
"""Where the tests of a package lie, and the examples in its docstrings, which are run as tests are."""
_SLOW_S: Final = 1.0
"""A test that takes longer alone is asked last."""

_TOLD: Final = re.compile(r"not noticed: ([\w.]+):\d+: (.+)")
"""How a run names a change that nothing noticed."""

Reached = dict[tuple[str, int], list[int]]
"""The numbers of the tests that reach a line, by file and line."""


@dataclass
class Run:
    """A pytest plugin that runs the collected tests once for each change, each time in a process of its own."""

    packages: Sequence[str]
    modules: frozenset[str]
    jobs: int
    longest_s: float
    only: frozenset[tuple[str, str]] | None = None
    left: list[Change] = field(default_factory=list)
    tried: Counter[str] = field(default_factory=Counter)
    is_blind: bool = False

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Run the changes in place of the tests."""
        modules = [
            it for name in self.packages for it in _modules(name) if not self.modules or _last(it) in self.modules
        ]
        functions = {it.__name__: functions_of(it) for it in modules}
        reached, seconds = _baseline(session.items, {str(it.__file__) for it in modules})
        slow = [session.items[number].name for number, it in seconds.items() if it > self.longest_s]
        print(
            f"{len(session.items)} tests, of which {len(slow)} are not asked, being slow: {', '.join(slow)}", flush=True
        )
        planted, tests = next(
            (it, tests)
            for module in modules
            for it in changes_of(module)
            if it.words == "returns None" and (tests := _tests_of(it, reached, functions, seconds))
        )
        raising = compile("def f():\n    raise RuntimeError('planted')", "planted", "exec").co_consts[0]
        blind = Change(planted.module, planted.function, planted.line, "planted", raising)
        if _wait(_start(session.items, blind, functions, tests, sum(seconds[it] for it in tests))) == 0:
            self.is_blind = True
            return True
        running: dict[int, Change] = {}
        for change in (it for module in modules for it in self._asked_of(module)):
            while len(running) >= self.jobs:
                self._finish(running)
            self.tried[self.package_of(change)] += 1
            tests = [it for it in _tests_of(change, reached, functions, seconds) if seconds[it] <= self.longest_s]
            running[_start(session.items, change, functions, tests, sum(seconds[it] for it in tests))] = change
        while running:
            self._finish(running)
        return True

    def _asked_of(self, module: ModuleType) -> Iterator[Change]:
        names = None if self.only is None else {name for name, _ in self.only}
        if names is None or any(name.startswith(f"{module.__name__}.") for name in names):
            for change in changes_of(module):
                if self.only is None or (f"{change.module}.{change.function}", change.words) in self.only:
                    yield change

    def package_of(self, change: Change) -> str:
        """Return which of the asked packages holds a change."""
        return next(it for it in self.packages if change.module.startswith(f"fullcourse.{it}."))

    def _finish(self, running: dict[int, Change]) -> None:
        child, status = os.wait()
        change = running.pop(child)
        if os.waitstatus_to_exitcode(status) == 0:
            self.left.append(change)
            print(f"not noticed: {change.module}.{change.function}:{change.line}: {change.words}", flush=True)


def _last(module: ModuleType) -> str:
    return module.__name__.rsplit(".", 1)[1]


def _modules(package: str) -> Iterator[ModuleType]:
    parent = importlib.import_module(f"fullcourse.{package}")
    for found in pkgutil.walk_packages(parent.__path__, f"{parent.__name__}."):
        yield importlib.import_module(found.name)


def _baseline(items: Sequence[pytest.Item], files: set[str]) -> tuple[Reached, dict[int, float]]:
    """Return which tests reach which lines, and how long each takes; measured in a process of its own."""
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        _silent()
        reached: dict[str, list[int]] = {}
        seconds = []
        for number, item in enumerate(items):
            lines: set[tuple[str, int]] = set()
            begun = time.process_time()
            passed = _passes(item, lines, files)
            seconds.append(time.process_time() - begun if passed else -1.0)
            for file, line in lines:
                reached.setdefault(f"{file}:{line}", []).append(number)
        with os.fdopen(writing, "w") as told:
            json.dump([reached, seconds], told)
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as said:
        told_lines, told_seconds = json.load(said)
    os.waitpid(child, 0)
    failing = [items[number].nodeid for number, it in enumerate(told_seconds) if it < 0]
    if failing:
        raise pytest.UsageError(f"these tests fail before anything is changed: {', '.join(failing[:5])}")
    lines_by_place = {
        (name.rsplit(":", 1)[0], int(name.rsplit(":", 1)[1])): numbers for name, numbers in told_lines.items()
    }
    return lines_by_place, dict(enumerate(told_seconds))


def _passes(item: pytest.Item, lines: set[tuple[str, int]], files: set[str]) -> bool:
    def trace(frame: FrameType, event: str, _: object) -> object:
        if frame.f_code.co_filename not in files:
            return None
        lines.add((frame.f_code.co_filename, frame.f_lineno))
        return trace

    _forget()  # what an earlier test compiled and kept would reach no line again
    sys.settrace(trace)  # type: ignore[arg-type]
    try:
        return all(report.passed or report.skipped for report in runtestprotocol(item, nextitem=None, log=False))
    finally:
        sys.settrace(None)


def _tests_of(change: Change, reached: Reached, functions: dict[str, dict], seconds: dict[int, float]) -> list[int]:  # type: ignore[type-arg]
    """Return the tests that reach a changed line, or its function where the line has no event of its own."""
    code = functions[change.module][change.function].__code__
    exact = reached.get((code.co_filename, change.line))
    if exact is None:
        last = max(filter(None, (line for _, _, line in change.code.co_lines())), default=change.line)
        around = range(code.co_firstlineno, last + 1)
        exact = sorted({it for line in around for it in reached.get((code.co_filename, line), ())})
    return sorted(exact, key=lambda number: (seconds[number] > _SLOW_S, seconds[number]))


def _start(
    items: Sequence[pytest.Item],
    change: Change,
    functions: dict[str, dict],  # type: ignore[type-arg]
    tests: Iterable[int],
    usual_s: float,
) -> int:
    """Start the tests of one change, and return the process that runs them; it exits with 0 where none fails."""
    child = os.fork()
    if child:
        return child
    signal.setitimer(signal.ITIMER_PROF, _BEFORE_IT_ENDS_S + usual_s)
    _silent()
    code = 1
    if put(functions[change.module][change.function], change.code):
        _forget(change.module)
        code = 0
        for number in tests:
            if not all(it.passed or it.skipped for it in runtestprotocol(items[number], nextitem=None, log=False)):
                code = 1
                break
    os._exit(code)


def _wait(child: int) -> int:
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def _silent() -> None:
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)


def _forget(changed: str = "") -> None:
    """Empty what functions of ours keep: what was compiled before a change would not show it."""
    around = changed.rpartition(".")[0] or "fullcourse.rules"
    for name, module in list(sys.modules.items()):
        if name.startswith(("fullcourse.rules", "fullcourse.screening", around)):
            for value in list(vars(module).values()):
                if hasattr(value, "cache_clear"):
                    value.cache_clear()


def survivors_told(path: Path) -> frozenset[tuple[str, str]]:
    """Return function and words of each change that the output of an earlier run calls not noticed."""
    told = (_TOLD.fullmatch(line) for line in path.read_text("utf-8").splitlines())
    return frozenset((it[1], it[2]) for it in told if it is not None)


def explained(path: Path = SURVIVORS) -> list[dict[str, object]]:
    """Return the changes that survive with a reason."""
    return list(tomllib.loads(path.read_text("utf-8"))["survivor"]) if path.exists() else []


def main() -> int:
    """Run it and say what was noticed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("packages", nargs="+", help="packages of fullcourse, each with unit tests of its own")
    parser.add_argument("--modules", default="", help="only these modules, with commas between")
    parser.add_argument("--jobs", type=int, default=2, help="processes at a time")
    parser.add_argument("--longest", type=float, default=60.0, help="tests that take longer, in s, are not asked")
    parser.add_argument("--only-survivors", type=Path, metavar="FILE", help="only what this output of a run names")
    arguments = parser.parse_args()
    only = survivors_told(arguments.only_survivors) if arguments.only_survivors else None
    modules = frozenset(filter(None, arguments.modules.split(",")))
    run = Run(arguments.packages, modules, arguments.jobs, arguments.longest, only)
    places = [(ROOT.joinpath(*top, *name.split("."))) for name in arguments.packages for top in _HELD_BY]
    tests = [str(it) for it in places]
    gc.disable()  # a forked process would copy what it collects
    code = pytest.main(
        [*tests, "--doctest-modules", "-q", "-s", "-p", "no:cacheprovider", "-p", "no:xdist", "-p", "no:randomly"],
        plugins=[run],
    )
    if run.is_blind:
        print("The run is blind: a change that raises was not noticed.", file=sys.stderr)
        return 3
    if code not in (pytest.ExitCode.OK, pytest.ExitCode.NO_TESTS_COLLECTED):
        return int(code)
    reasons = explained()
    open_changes = [it for it in run.left if not any(_covers(reason, it) for reason in reasons)]
    for change in open_changes:
        print(f"without a reason: {change.module}.{change.function}:{change.line}: {change.words}")
    left, unexplained = (Counter(run.package_of(it) for it in changes) for changes in (run.left, open_changes))
    for package in arguments.packages:
        whole = run.tried[package]
        share = 1 - left[package] / max(whole, 1)
        print(
            f"{package}: {whole} changes, {left[package]} not noticed ({share:.1%} noticed), "
            f"{unexplained[package]} without a reason"
        )
    return 1 if open_changes else 0


def _covers(reason: dict[str, object], change: Change) -> bool:
    """Return whether a reason is given for a change; one with ``at`` is for the lines alone that hold these words."""
    named = f"{change.module.removeprefix('fullcourse.')}.{change.function}"
    if reason["function"] != named or change.words not in reason["changes"]:  # type: ignore[operator]
        return False
    file = str(sys.modules[change.module].__file__)
    return str(reason.get("at", "")) in linecache.getline(file, change.line)


if __name__ == "__main__":
    sys.exit(main())
