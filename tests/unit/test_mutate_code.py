"""The changes of functions are small mistakes that can be put in place, and the run notices that it can notice."""

import importlib.util
import runpy
import sys
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "tools"))

from code_mutants import changes_of, functions_of, put  # noqa: E402

SOURCE = """
from functools import cache

LIMIT = 3


def is_above(value: float, limit: float = 2.0) -> bool:
    kept: dict[str, int | None] = {}
    kept["x"] = 1
    return value > limit and not value < 0


@cache
def firsts(values):
    found = []
    for value in values:
        if value is None:
            continue
        found.append(value + 1)
    return [it for it in found if it > LIMIT]


class Box:
    @property
    def size(self):
        return 4
"""


@pytest.fixture
def module(tmp_path):
    path = tmp_path / "tried_module.py"
    path.write_text(SOURCE, "utf-8")
    spec = importlib.util.spec_from_file_location("tried_module", path)
    made = importlib.util.module_from_spec(spec)
    sys.modules["tried_module"] = made
    spec.loader.exec_module(made)
    yield made
    del sys.modules["tried_module"]


def test_every_function_is_found_with_caches_and_properties_taken_off(module):
    assert set(functions_of(module)) == {"is_above", "firsts", "Box.size"}


def test_changes_are_named_and_annotations_are_left_alone(module):
    changes = {(it.function, it.words) for it in changes_of(module)}
    assert {
        ("is_above", "Gt becomes GtE"),
        ("is_above", "And becomes Or"),
        ("is_above", "'not' is left out"),
        ("firsts", "'continue' becomes 'break'"),
        ("firsts", "'found.append(value + 1)' is left out"),
        ("firsts", "the filter 'it > LIMIT' is left out"),
        ("firsts", "the condition is turned"),
        ("firsts", "Add becomes Sub"),
        ("Box.size", "4 becomes 5"),
        ("Box.size", "returns None"),
    } <= changes
    assert ("is_above", "BitOr becomes BitAnd") not in changes


def test_a_change_is_one_alone_and_shows_when_it_is_put_in_place(module):
    (changed,) = (it for it in changes_of(module) if it.words == "Gt becomes GtE" and it.function == "is_above")
    assert module.is_above(2.0) is False
    assert put(functions_of(module)["is_above"], changed.code)
    assert module.is_above(2.0) is True
    assert module.is_above(-1.0) is False
    (inside,) = (it for it in changes_of(module) if it.words == "'continue' becomes 'break'")
    assert put(functions_of(module)["firsts"], inside.code)
    assert module.firsts((None, 5)) == []


def test_code_that_does_not_fit_is_refused(module):
    outer = compile("def f():\n    x = 1\n    def g():\n        return x\n    return g", "outer", "exec").co_consts[0]
    closure = next(it for it in outer.co_consts if hasattr(it, "co_freevars"))
    assert not put(functions_of(module)["is_above"], closure)


def module_and_name(function: str) -> tuple[ModuleType, str]:
    """Return the module that is named, however deep it lies, and what stands behind its name."""
    module, left = importlib.import_module("fullcourse"), function
    while importlib.util.find_spec(f"{module.__name__}.{left.split('.')[0]}") is not None:
        first, left = left.split(".", 1)
        module = importlib.import_module(f"{module.__name__}.{first}")
        if not hasattr(module, "__path__"):
            break
    return module, left


def test_every_survivor_has_its_reason_and_names_a_function_of_ours():
    tool = runpy.run_path(str(ROOT / "tools" / "mutate_code.py"))
    for row in tool["explained"]():
        assert len(row["why"]) > 40
        module, name = module_and_name(row["function"])
        assert name in functions_of(module)
        # One change for each that is named: a reason that is too wide would hide another that matters.
        covered = [it.words for it in changes_of(module) if tool["_covers"](row, it)]
        assert sorted(covered) == sorted(row["changes"]), row["function"]
