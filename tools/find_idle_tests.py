"""Finds tests that can pass without having asserted anything: every assertion of them may be left out.

    python tools/find_idle_tests.py [FOLDER]    # `make check` runs it over tests

What counts as an assertion is ``assert``, ``pytest.raises``, ``pytest.warns`` and ``pytest.fail``, and a call of a
function of the same file that always asserts by itself. It may be left out where it stands

- under ``if``, ``match``, ``except``, ``while``, or behind ``and``, ``or`` and a conditional expression;
- in the ``try`` of an ``except`` that asserts nothing, or under ``suppress``;
- behind a ``return`` (in a loop: ``continue``) under a condition, which asserted nothing before it left;
- in a loop over what was chosen, and of which nothing may be left: a comprehension with ``if``, what a search found
  (``findall``, ``glob``), what follows a first part (``[1:]``), ``get`` with nothing in its place, or what a name or
  a function of the same file holds that is made so. Whether anything else is empty is not to be seen here;
- in a function inside the test that nothing in it calls or hands on.

A test of Hypothesis counts as every other: ``assume`` throws an example away where ``if`` only looks away. Exit code 1
where one is found.
"""

import ast
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

TESTS: Final = Path(__file__).parents[1] / "tests"
_ASSERTING: Final = frozenset({"raises", "warns", "fail", "deprecated_call"})
_FUNCTIONS: Final = (ast.FunctionDef, ast.AsyncFunctionDef)
_LOOPS: Final = (ast.For, ast.AsyncFor, ast.While)
_SEARCHES: Final = frozenset({"findall", "finditer", "glob", "rglob", "filter"})
_AS_MANY: Final = frozenset({"enumerate", "sorted", "reversed", "list", "tuple", "set", "frozenset", "dict", "zip"})
"""Functions that give back something for each of what they are given."""
_VIEWS: Final = frozenset({"items", "values", "keys"})


def idle_tests(source: str) -> list[tuple[int, str]]:
    """Return line and name of each test of a file that asserts something, and may assert nothing.

    Args:
        source: Text of the file.
    """
    tree = ast.parse(source)
    functions = [node for node in ast.walk(tree) if isinstance(node, _FUNCTIONS)]
    chosen = _chosen(tree.body, frozenset())
    plain = _Reading(frozenset(), chosen)
    asserting = {it.name for it in functions if not it.name.startswith("test") and any(plain.of(it))}
    found = []
    for node in functions:
        if node.name.startswith("test"):
            seen = list(_Reading(frozenset(asserting), chosen).of(node))
            if seen and not any(seen):
                found.append((node.lineno, node.name))
    return found


@dataclass(frozen=True, slots=True)
class _Reading:
    """Reads functions of one file.

    Attributes:
        helpers: Functions of the file that assert by themselves.
        chosen: Names that may hold nothing, and functions that may give nothing back.
        used: Functions inside the one that is read, which it calls or hands on.
    """

    helpers: frozenset[str]
    chosen: frozenset[str]
    used: frozenset[str] = frozenset()

    def of(self, function: ast.FunctionDef | ast.AsyncFunctionDef) -> Iterator[bool]:
        """Yield for each assertion whether it is always reached, as far as can be seen."""
        used = {it.id for it in ast.walk(function) if isinstance(it, ast.Name) and isinstance(it.ctx, ast.Load)}
        used |= {it.name for it in ast.walk(function) if isinstance(it, _FUNCTIONS) and it.decorator_list}
        chosen = _chosen(
            function.body, self.chosen - {it.arg for it in ast.walk(function.args) if isinstance(it, ast.arg)}
        )
        yield from _Reading(self.helpers, chosen, frozenset(used)).block(function.body, always=True)

    def block(self, statements: Sequence[ast.stmt], *, always: bool, in_loop: bool = False) -> Iterator[bool]:
        for statement in statements:
            yield from self.statement(statement, always=always)
            always = always and not self.leaves(statement, in_loop=in_loop)

    def statement(self, node: ast.stmt, *, always: bool) -> Iterator[bool]:
        match node:
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
                yield from self.block(node.body, always=always and name in self.used)
            case ast.If(test=test, body=body, orelse=orelse):
                yield from self.expression(test, always=always)
                yield from self.ways([body, orelse], always=always)
            case ast.Match(subject=subject, cases=cases):
                yield from self.expression(subject, always=always)
                is_whole = any(
                    isinstance(it.pattern, ast.MatchAs) and it.pattern.pattern is None and not it.guard for it in cases
                )
                yield from self.ways([it.body for it in cases] + ([] if is_whole else [[]]), always=always)
            case ast.Try(body=body, handlers=handlers, orelse=orelse, finalbody=final):
                yield from self.ways([[*body, *orelse], *(it.body for it in handlers)], always=always)
                yield from self.block(final, always=always)
            case ast.With(items=items, body=body) | ast.AsyncWith(items=items, body=body):
                for item in items:
                    yield from self.expression(item.context_expr, always=always)
                yield from self.block(body, always=always and not any(_is_suppress(it.context_expr) for it in items))
            case ast.For(iter=it, body=body) | ast.AsyncFor(iter=it, body=body):
                yield from self.expression(it, always=always)
                yield from self.block(body, always=always and not _may_be_empty(it, self.chosen), in_loop=True)
            case ast.While(test=test, body=body):
                yield from self.expression(test, always=always)
                yield from self.block(body, always=always and isinstance(test, ast.Constant), in_loop=True)
            case ast.Assert():
                yield always
            case _:
                yield from self.expression(node, always=always)

    def ways(self, ways: Sequence[Sequence[ast.stmt]], *, always: bool) -> Iterator[bool]:
        """Yield as `block`: where every way asserts or raises, one of the assertions is always reached."""
        read = [list(self.block(way, always=always)) for way in ways]
        is_held = all(any(seen) or _raises(way) for way, seen in zip(ways, read, strict=True))
        for seen in read:
            yield from (it and is_held for it in seen)

    def expression(self, node: ast.AST, *, always: bool) -> Iterator[bool]:
        if isinstance(node, ast.Call) and self.is_assertion(node):
            yield always
        is_conditional = isinstance(node, ast.IfExp | ast.BoolOp)
        for part in ast.iter_child_nodes(node):
            yield from self.expression(part, always=always and not is_conditional)

    def is_assertion(self, call: ast.Call) -> bool:
        function = call.func
        if isinstance(function, ast.Name):
            return function.id in self.helpers
        return isinstance(function, ast.Attribute) and function.attr in _ASSERTING

    def leaves(self, node: ast.stmt, *, in_loop: bool) -> bool:
        """Return whether a statement can leave the function, or this round of its loop, with nothing asserted."""
        if isinstance(node, ast.Return) or (in_loop and isinstance(node, ast.Continue)):
            return True
        if isinstance(node, _FUNCTIONS):
            return False
        within = in_loop and not isinstance(node, _LOOPS)
        for body in _blocks(node):
            for statement in body:
                if any(self.statement(statement, always=True)):
                    break
                if self.leaves(statement, in_loop=within):
                    return True
        return False


def _blocks(node: ast.AST) -> Iterator[list[ast.stmt]]:
    for field in ("body", "orelse", "finalbody"):
        if isinstance(body := getattr(node, field, None), list):
            yield body
    for part in (*getattr(node, "handlers", ()), *getattr(node, "cases", ())):
        yield part.body


def _raises(way: Sequence[ast.stmt]) -> bool:
    return bool(way) and isinstance(way[-1], ast.Raise)


def _is_suppress(node: ast.expr) -> bool:
    function = node.func if isinstance(node, ast.Call) else node
    return getattr(function, "id", getattr(function, "attr", "")) == "suppress"


def _may_be_empty(node: ast.expr, chosen: frozenset[str]) -> bool:
    """Return whether what a loop goes over is chosen, so that nothing may be left of it."""
    match node:
        case ast.Name(id=name):
            return name in chosen
        case ast.Call(func=ast.Name(id=name), args=given):
            return (
                name in chosen
                or name in _SEARCHES
                or (name in _AS_MANY and any(_may_be_empty(it, chosen) for it in given))
            )
        case ast.Call(func=ast.Attribute(attr="get"), args=[_, instead]):
            return _is_nothing(instead)
        case ast.Call(func=ast.Attribute(value=value, attr=name)):
            return name in _SEARCHES or (name in _VIEWS and _may_be_empty(value, chosen))
        case ast.ListComp() | ast.SetComp() | ast.GeneratorExp() | ast.DictComp():
            return any(it.ifs or _may_be_empty(it.iter, chosen) for it in node.generators)
        case ast.Subscript(value=value, slice=ast.Slice(lower=lower)):
            return lower is not None or _may_be_empty(value, chosen)
    return _is_nothing(node)


def _is_nothing(node: ast.expr) -> bool:
    return (isinstance(node, ast.List | ast.Tuple | ast.Set) and not node.elts) or (
        isinstance(node, ast.Dict) and not node.keys
    )


def _chosen(statements: Sequence[ast.stmt], known: frozenset[str]) -> frozenset[str]:
    """Return the names of a block that may hold nothing, beside those that are known.

    A name is one of them where every value that the block gives it is chosen, and nothing else ever becomes of it.
    """
    values: dict[str, list[ast.expr | None]] = {}
    for statement in statements:
        match statement:
            case ast.Assign(targets=[ast.Name(id=name)], value=value):
                values.setdefault(name, []).append(value)
            case ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value):
                values.setdefault(name, []).append(value)
            case ast.Expr(value=ast.Call(func=ast.Name(id="assume"), args=[ast.Name(id=name), *_])):
                values.setdefault(name, []).append(None)
            case ast.FunctionDef(name=name) if not name.startswith("test"):
                values.setdefault(name, []).extend(_given_back(statement))
            case _:
                for part in ast.walk(statement):
                    if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Store):
                        values.setdefault(part.id, []).append(None)
    found = known - frozenset(values)
    for name, given in values.items():
        if given and all(it is not None and not _is_nothing(it) and _may_be_empty(it, found) for it in given):
            found |= {name}
    return found


def _given_back(function: ast.FunctionDef) -> Iterator[ast.expr | None]:
    """Yield each value that a function returns; None for one that yields, or returns nothing."""
    for part in ast.walk(function):
        if isinstance(part, ast.Yield | ast.YieldFrom):
            yield None
        elif isinstance(part, ast.Return):
            yield part.value


def main() -> int:
    """Print each test that may assert nothing."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else TESTS
    count = 0
    for path in sorted(folder.rglob("*.py")):
        for line, name in idle_tests(path.read_text("utf-8")):
            print(f"{path}:{line}: {name} may pass with nothing asserted: split it, or state what it is about first")
            count += 1
    return 1 if count else 0


if __name__ == "__main__":
    sys.exit(main())
