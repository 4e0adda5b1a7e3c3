"""No module needs itself to be imported: each can be the first that a program names."""

import ast
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

import fullcourse

ROOT = Path(fullcourse.__file__).parent


def name_of(path: Path) -> str:
    parts = ("fullcourse", *path.relative_to(ROOT).with_suffix("").parts)
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imported(statements: list[ast.stmt]) -> Iterator[str]:
    """Yield every name that is imported while a module is read, and not by type checkers or functions alone."""
    for node in statements:
        match node:
            case ast.Import(names=names):
                yield from (it.name for it in names)
            case ast.ImportFrom(module=str(module), names=names):
                yield module
                yield from (f"{module}.{it.name}" for it in names)
            case ast.If(test=ast.Name(id="TYPE_CHECKING"), orelse=orelse):
                yield from imported(orelse)
            case ast.If(body=body, orelse=orelse) | ast.Try(body=body, orelse=orelse):
                yield from imported([*body, *orelse])
            case ast.With(body=body) | ast.ClassDef(body=body):
                yield from imported(body)


def needs(modules: dict[str, str]) -> dict[str, set[str]]:
    """Return which modules each needs, by the text of each: those it names, and the packages in which they stand.

    A package in which it stands itself has been begun before it, and is none that it waits for.
    """
    found = {}
    for module, text in modules.items():
        begun = {module.rsplit(".", count)[0] for count in range(module.count(".") + 1)}
        wanted = (name for name in imported(ast.parse(text).body) if name in modules)
        around = {name.rsplit(".", count)[0] for name in wanted for count in range(name.count(".") + 1)}
        found[module] = around - begun
    return found


def circle(modules: dict[str, str]) -> list[str]:
    """Return the modules of one circle, in the order in which they need each other; none where there is no circle."""
    try:
        TopologicalSorter(needs(modules)).prepare()
    except CycleError as error:
        return list(reversed(error.args[1]))
    return []


def test_no_module_needs_itself():
    assert circle({name_of(path): path.read_text("utf-8") for path in ROOT.rglob("*.py")}) == []


@pytest.mark.parametrize(
    ("modules", "is_found"),
    [
        ({"a": "", "a.b": "from a.c import x", "a.c": "from a.b import y"}, True),
        ({"a": "", "a.b": "import a.d.e", "a.d": "from a.b import x", "a.d.e": ""}, True),  # by the package around it
        ({"a": "", "a.b": "try:\n    import a.c\nexcept ImportError:\n    pass", "a.c": "from a import b"}, True),
        ({"a": "from a.b import x", "a.b": "from a.c import x", "a.c": ""}, False),
        ({"a": "", "a.b": "from a.c import x", "a.c": "def f():\n    from a.b import y"}, False),
        ({"a": "", "a.b": "from a.c import x", "a.c": "if TYPE_CHECKING:\n    from a.b import y"}, False),
    ],
)
def test_a_circle_is_found_and_nothing_else(modules: dict[str, str], is_found: bool):
    assert bool(circle(modules)) == is_found
