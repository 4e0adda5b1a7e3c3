"""One page for each JSON that Fullcourse writes or reads, from its schema: every key, what it holds, what it means."""

import json
from collections.abc import Iterator, Mapping
from importlib.resources import files
from typing import Any

from site_pages.markdown import escaped, table

__all__ = ["schema_pages", "schemas"]

_DEEPEST = 6
_MOST_WORDS = 12


def schemas() -> dict[str, dict[str, Any]]:
    """Return every schema by the name of its file, without ending."""
    folder = files("fullcourse.adapters.published") / "schemas"
    found = sorted((it for it in folder.iterdir() if it.name.endswith(".json")), key=lambda it: it.name)
    return {it.name.removesuffix(".json"): json.loads(it.read_text("utf-8")) for it in found}


def schema_pages() -> dict[str, str]:
    """Return the pages by file name, and an index."""
    found = schemas()
    index = [
        "# JSON",
        "",
        "Each answer names its schema under `schema`. Keys may be added within a version; none is removed",
        "",
    ]
    index[-2] += " or changes its meaning."
    index += table(("schema", "what it is"), ((f"[{_title(it)}]({name}.md)", _first(it)) for name, it in found.items()))
    index += ["", "```{toctree}", ":hidden:", "", *found, "```"]
    return {"index": "\n".join(index) + "\n", **{name: _page(schema) for name, schema in found.items()}}


def _title(schema: Mapping[str, Any]) -> str:
    return str(schema["title"])


def _first(schema: Mapping[str, Any]) -> str:
    return escaped(str(schema.get("description", "")).split(". ", 1)[0])


def _page(schema: Mapping[str, Any]) -> str:
    lines = [f"# {_title(schema)}", "", escaped(str(schema.get("description", ""))), ""]
    lines += table(("key", "holds", "meaning"), _rows(schema, schema, "", 0))
    for name, inner in schema.get("$defs", {}).items():
        rows = list(_rows(inner, schema, "", 0))
        lines += ["", f"## {name}", "", escaped(str(inner.get("description", ""))), ""]
        lines += table(("key", "holds", "meaning"), rows) if rows else [_holds(inner)]
    return "\n".join(lines) + "\n"


def _rows(schema: Mapping[str, Any], root: Mapping[str, Any], path: str, depth: int) -> Iterator[tuple[str, str, str]]:
    if depth > _DEEPEST:
        return
    needed = schema.get("required", ())
    for name, inner in schema.get("properties", {}).items():
        where = f"{path}.{name}" if path else name
        always = "" if name in needed else " (may be absent)"
        yield f"`{where}`", f"{_holds(inner)}{always}", escaped(str(inner.get("description", "")))
        yield from _inside(inner, root, where, depth)
    extra = schema.get("additionalProperties")
    if isinstance(extra, Mapping):
        where = f"{path}.*" if path else "*"
        yield f"`{where}`", _holds(extra), escaped(str(extra.get("description", "any name")))
        yield from _inside(extra, root, where, depth)


def _inside(
    schema: Mapping[str, Any], root: Mapping[str, Any], path: str, depth: int
) -> Iterator[tuple[str, str, str]]:
    for choice in (schema, *schema.get("anyOf", ()), *schema.get("oneOf", ())):
        for number, place in enumerate(choice.get("prefixItems", ())):
            yield from _inside(place, root, f"{path}[{number}]", depth)
        if isinstance(choice.get("items"), Mapping):  # or false: no more than the places before it
            yield from _inside(choice["items"], root, f"{path}[]", depth)
        yield from _rows(choice, root, path, depth + 1)


def _holds(schema: Mapping[str, Any]) -> str:
    if str(schema.get("$ref", "")).endswith(".json"):  # another schema, which has a page of its own
        other = schema["$ref"].removesuffix(".json")
        return f"[{other}]({other}.md)"
    if "$ref" in schema:
        return f"[{schema['$ref'].rsplit('/', 1)[-1]}](#{schema['$ref'].rsplit('/', 1)[-1].casefold()})"
    if "const" in schema:
        return f"`{schema['const']}`"
    if "enum" in schema:
        words = [f"`{word}`" for word in schema["enum"]]
        more = [f"and {len(words) - _MOST_WORDS} more"] if len(words) > _MOST_WORDS else []
        return ", ".join(words[:_MOST_WORDS] + more)
    for several in ("anyOf", "oneOf"):
        if several in schema:
            return " or ".join(dict.fromkeys(_holds(it) for it in schema[several]))
    kind = schema.get("type", "anything")
    kinds = [str(it) for it in kind] if isinstance(kind, list) else [str(kind)]
    if "array" in kinds:
        places = [_holds(it) for it in schema.get("prefixItems", ())]
        if isinstance(schema.get("items"), Mapping):
            places.append(_holds(schema["items"]))
        if places:
            kinds[kinds.index("array")] = f"array of {', '.join(places)}"
    bounds = [f"{word} {schema[key]}" for key, word in (("minimum", "from"), ("maximum", "to")) if key in schema]
    return " ".join([" or ".join(kinds), *bounds])
