"""Every small change of a function that would be a mistake, as code that can be put in its place while it runs.

Used by ``mutate_code``. What stands outside functions (names of constants, classes and their fields) is left alone: it
is bound in other modules by the time that a test runs.
"""

import ast
import inspect
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from types import CodeType, FunctionType, ModuleType
from typing import Final

__all__ = ["Change", "changes_of", "functions_of", "put"]

_COMPARED: Final[dict[type[ast.cmpop], type[ast.cmpop]]] = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq,
    ast.Is: ast.IsNot, ast.IsNot: ast.Is, ast.In: ast.NotIn, ast.NotIn: ast.In,
}  # fmt: skip
_WORKED: Final[dict[type[ast.operator], type[ast.operator]]] = {
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Div, ast.Div: ast.Mult, ast.FloorDiv: ast.Mult, ast.Mod: ast.Mult,
    ast.BitOr: ast.BitAnd, ast.BitAnd: ast.BitOr, ast.RShift: ast.LShift, ast.LShift: ast.RShift,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Change:
    """One change of one function.

    Attributes:
        module: Name of the module.
        function: Qualified name of the outermost function or method that holds it.
        line: Where.
        words: What is changed, in words.
        code: Of that function with the change.
    """

    module: str
    function: str
    line: int
    words: str
    code: CodeType


def changes_of(module: ModuleType) -> Iterator[Change]:
    """Yield every change of the functions of a module."""
    source = inspect.getsource(module)
    tree = ast.parse(source)
    for function, line, words, put_in in list(_sites(tree)):
        take_out = put_in()
        ast.fix_missing_locations(tree)
        try:
            whole = compile(tree, str(module.__file__), "exec", dont_inherit=True)
        except SyntaxError:
            whole = None
        take_out()
        code = dict(_codes(whole, "")).get(function) if whole is not None else None
        if code is not None:
            yield Change(module.__name__, function, line, words, code)


def functions_of(module: ModuleType) -> dict[str, FunctionType]:
    """Return the functions and methods of a module by qualified name, caches and properties taken off."""
    found: dict[str, FunctionType] = {}
    for holder in (module, *(it for it in vars(module).values() if inspect.isclass(it))):
        if holder is not module and holder.__module__ != module.__name__:
            continue
        for value in vars(holder).values():
            function = _plain(value)
            if function is not None and function.__module__ == module.__name__:
                found[function.__qualname__] = function
    return found


def put(function: FunctionType, code: CodeType) -> bool:
    """Put changed code into a function; False where the two do not fit."""
    try:
        function.__code__ = code
    except ValueError:
        return False
    return True


def _plain(value: object) -> FunctionType | None:
    value = getattr(value, "fget", None) or value
    value = getattr(value, "__func__", value)
    value = inspect.unwrap(value) if callable(value) else value  # type: ignore[arg-type]
    return value if isinstance(value, FunctionType) else None


def _codes(code: CodeType, prefix: str) -> Iterator[tuple[str, CodeType]]:
    for constant in code.co_consts:
        if isinstance(constant, CodeType) and not constant.co_name.startswith("<"):
            name = f"{prefix}{constant.co_name}"
            yield name, constant
            if not constant.co_flags & inspect.CO_OPTIMIZED:  # a class: its methods are named through it
                yield from _codes(constant, f"{name}.")


Site = tuple[str, int, str, Callable[[], Callable[[], None]]]


def _sites(tree: ast.Module) -> Iterator[Site]:
    for node in tree.body:
        if isinstance(node, ast.ClassDef):
            for inner in node.body:
                if isinstance(inner, ast.FunctionDef):
                    yield from _of_function(inner, f"{node.name}.{inner.name}")
        elif isinstance(node, ast.FunctionDef):
            yield from _of_function(node, node.name)


def _of_function(function: ast.FunctionDef, name: str) -> Iterator[Site]:
    annotations = _annotations(function)
    for statement in function.body:
        for node in ast.walk(statement):
            if node not in annotations:
                for words, change in _of_node(node):
                    yield name, _line(node, function), words, change
    yield from ((name, line, words, change) for line, words, change in _of_bodies(function))


def _annotations(function: ast.FunctionDef) -> set[ast.AST]:
    """Return every node of an annotation inside a function: none of them is ever worked out."""
    outer: list[ast.AST] = []
    for node in ast.walk(function):
        if isinstance(node, ast.AnnAssign):
            outer.append(node.annotation)
        elif isinstance(node, ast.FunctionDef):
            outer += [it for it in (node.returns, *(arg.annotation for arg in node.args.args)) if it is not None]
    return {inner for node in outer for inner in ast.walk(node)}


def _line(node: ast.AST, function: ast.FunctionDef) -> int:
    if isinstance(node, ast.comprehension):  # it has no place of its own
        return node.iter.lineno
    return getattr(node, "lineno", function.lineno)


def _of_node(node: ast.AST) -> Iterator[tuple[str, Callable[[], Callable[[], None]]]]:
    match node:
        case ast.Compare(ops=ops):
            for place, op in enumerate(ops):
                if other := _COMPARED.get(type(op)):
                    yield _became(type(op), other), _set_item(ops, place, other())
        case ast.BinOp(op=op) if other := _WORKED.get(type(op)):
            yield _became(type(op), other), _set(node, "op", other())
        case ast.BoolOp(op=op):
            turned = ast.Or() if isinstance(op, ast.And) else ast.And()
            yield _became(type(op), type(turned)), _set(node, "op", turned)
        case ast.UnaryOp(op=ast.Not()):
            yield "'not' is left out", _set(node, "operand", ast.UnaryOp(ast.Not(), node.operand))
        case ast.Constant(value=bool() as value):
            yield f"{value} becomes {not value}", _set(node, "value", not value)
        case ast.Constant(value=int() | float() as value):
            yield f"{value} becomes {value + 1}", _set(node, "value", value + 1)
        case ast.Return(value=value) if value is not None and not _is_none(value):
            yield "returns None", _set(node, "value", ast.Constant(None))
        case ast.If(test=test) | ast.IfExp(test=test) | ast.While(test=test):
            yield "the condition is turned", _set(node, "test", ast.UnaryOp(ast.Not(), test))
        case ast.comprehension(ifs=ifs):
            for place, test in enumerate(ifs):
                words = f"the filter '{ast.unparse(test)[:60]}' is left out"
                yield words, _set_item(ifs, place, ast.copy_location(ast.Constant(True), test))


def _of_bodies(function: ast.FunctionDef) -> Iterator[tuple[int, str, Callable[[], Callable[[], None]]]]:
    for node in ast.walk(function):
        for field in ("body", "orelse"):
            body = getattr(node, field, None)
            if not isinstance(body, list):
                continue
            for place, statement in enumerate(body):
                if isinstance(statement, ast.Continue):
                    yield statement.lineno, "'continue' becomes 'break'", _set_item(body, place, ast.Break())
                elif isinstance(statement, ast.Break):
                    yield statement.lineno, "'break' becomes 'continue'", _set_item(body, place, ast.Continue())
                elif isinstance(statement, ast.AugAssign) or (
                    isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Call)
                ):
                    words = f"'{ast.unparse(statement)[:60]}' is left out"
                    yield statement.lineno, words, _set_item(body, place, ast.Pass())


def _is_none(value: ast.expr) -> bool:
    return isinstance(value, ast.Constant) and value.value is None


def _became(before: type, after: type) -> str:
    return f"{before.__name__} becomes {after.__name__}"


def _set(node: ast.AST, field: str, value: object) -> Callable[[], Callable[[], None]]:
    before = getattr(node, field)

    def put_in() -> Callable[[], None]:
        setattr(node, field, value)
        return lambda: setattr(node, field, before)

    return put_in


def _set_item(items: list, place: int, value: object) -> Callable[[], Callable[[], None]]:  # type: ignore[type-arg]
    before = items[place]

    def put_in() -> Callable[[], None]:
        items[place] = value
        return lambda: items.__setitem__(place, before)

    return put_in
