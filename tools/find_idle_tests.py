"""Finds tests that can pass without having asserted anything: every assertion of them stands under a condition.

    python tools/find_idle_tests.py [FOLDER]    # `make check` runs it over tests

What counts as an assertion is ``assert``, ``pytest.raises``, ``pytest.warns`` and ``pytest.fail``, and a call of a
function of the same file that asserts by itself, wherever it stands but under ``if``, ``match``, ``except``, or behind
``and``, ``or`` and a conditional expression. A test of Hypothesis counts as every other: ``assume`` throws an example
away where ``if`` only looks away. Exit code 1 where one is found.
"""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

TESTS: Final = Path(__file__).parents[1] / "tests"
_ASSERTING: Final = frozenset({"raises", "warns", "fail", "deprecated_call"})
_CONDITIONAL: Final = (ast.If, ast.Match, ast.ExceptHandler, ast.IfExp, ast.BoolOp)
_FUNCTIONS: Final = (ast.FunctionDef, ast.AsyncFunctionDef)


def idle_tests(source: str) -> list[tuple[int, str]]:
    """Return line and name of each test of a file that asserts something, and only under a condition.

    Args:
        source: Text of the file.
    """
    tree = ast.parse(source)
    functions = [node for node in ast.walk(tree) if isinstance(node, _FUNCTIONS)]
    asserting = {node.name for node in functions if not node.name.startswith("test") and any(_asserts(node, set()))}
    found = []
    for node in functions:
        if node.name.startswith("test"):
            seen = list(_asserts(node, asserting))
            if seen and not any(seen):
                found.append((node.lineno, node.name))
    return found


def _asserts(function: ast.AST, helpers: set[str]) -> Iterator[bool]:
    """Yield for each assertion whether it is always reached as far as conditions go."""
    for node in ast.iter_child_nodes(function):
        yield from _within(node, helpers, always=True)


def _within(node: ast.AST, helpers: set[str], *, always: bool) -> Iterator[bool]:
    if isinstance(node, ast.Assert) or (isinstance(node, ast.Call) and _is_assertion(node, helpers)):
        yield always
    if isinstance(node, ast.If) and not node.orelse:
        parts = [(node.test, always), *((part, False) for part in node.body)]
    elif isinstance(node, ast.If):
        yield from _both_ways(node, helpers, always=always)
        return
    elif isinstance(node, _CONDITIONAL):
        parts = [(part, False) for part in ast.iter_child_nodes(node)]
    else:
        parts = [(part, always) for part in ast.iter_child_nodes(node)]
    for part, reached in parts:
        yield from _within(part, helpers, always=reached)


def _both_ways(node: ast.If, helpers: set[str], *, always: bool) -> Iterator[bool]:
    """Yield as `_within`: where both ways assert, one of them is always reached."""
    ways = [[it for part in way for it in _within(part, helpers, always=always)] for way in (node.body, node.orelse)]
    is_held = all(any(way) for way in ways)
    for way in ways:
        yield from (it and is_held for it in way)


def _is_assertion(call: ast.Call, helpers: set[str]) -> bool:
    function = call.func
    if isinstance(function, ast.Name):
        return function.id in helpers
    return isinstance(function, ast.Attribute) and function.attr in _ASSERTING


def main() -> int:
    """Print each test that may assert nothing."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else TESTS
    count = 0
    for path in sorted(folder.rglob("*.py")):
        for line, name in idle_tests(path.read_text("utf-8")):
            print(f"{path}:{line}: {name} asserts only under a condition: split it, or state what it is about first")
            count += 1
    return 1 if count else 0


if __name__ == "__main__":
    sys.exit(main())
