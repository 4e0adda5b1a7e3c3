"""How what differs from line to line is taken out of what is kept of a resource, and what marks its place."""

from collections.abc import Callable, Iterable, Mapping

import msgspec

__all__ = ["DATE_A", "DATE_B", "LINKED", "VALUE", "Dates", "Kept", "Resource", "Shape", "cut", "each", "some"]

DATE_A, DATE_B, VALUE, LINKED = "@A", "@B", "@V", "@M"
"""What stands in a shape for the date that dates the resource, its end, its measured value, and a product it names."""

Dates = Mapping[str, tuple[str, ...]]
"""The dating elements of every type of resource, first found wins."""

Shape = dict[str, object]
Resource = Mapping[str, object]


class Kept(msgspec.Struct):
    """What is kept of a resource.

    Attributes:
        shape: What the record reader looks at.
        on: The date that dates it, as written; empty when there is none.
        until: Its end, as written; empty when there is none.
        value: Its measured value; None when it has none.
        linked: The product that it refers to, outside itself; of a Patient, the clinic.
        entries: What a list refers to, as ``Type/id``.
        is_cut: Whether numbers of components were taken out; they count only where a fact reads components.
    """

    shape: Shape
    on: str = ""
    until: str = ""
    value: float | None = None
    linked: str = ""
    entries: tuple[str, ...] = ()
    is_cut: bool = False


def some(resource: Resource, names: Iterable[str]) -> Shape:
    """Return the elements of these names that are there."""
    return {name: resource[name] for name in names if name in resource}


def cut(resource: Resource, shape: Shape, paths: Iterable[str], mark: str) -> str:
    """Take the first date out and return it; a date that is no text stays, for the reader to refuse.

    The elements behind it are not read, and do not come into the shape.
    """
    for path in paths:
        name, _, inner = path.partition(".")
        written = resource.get(name)
        if written is None:
            continue
        if not inner:
            if not isinstance(written, str):
                shape[name] = written
                return ""
            if text := written.strip():
                shape[name] = mark
                return text
            continue
        steps = inner.split(".")
        for step in steps:
            if not isinstance(written, dict):
                shape[name] = resource[name]
                return ""
            written = written.get(step)
            if written is None:
                break
        if written is None:
            continue
        if not isinstance(written, str):
            shape[name] = resource[name]
            return ""
        if text := written.strip():
            _put(shape, name, steps, mark)
            return text
    return ""


def _put(shape: Shape, name: str, steps: list[str], mark: str) -> None:
    """Put a mark at a path; objects on the way are those of the shape alone."""
    *outer, last = steps
    here = shape[name] = dict(kept) if isinstance(kept := shape.get(name), dict) else {}
    for step in outer:
        inner = here.get(step)
        here[step] = dict(inner) if isinstance(inner, dict) else {}
        here = here[step]
    here[last] = mark


def each(rows: object, lean: Callable[[Resource], object]) -> object:
    """Return what is kept of each row of a list of objects; what is none stays as it is."""
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        return rows
    return [lean(row) for row in rows]
