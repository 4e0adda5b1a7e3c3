"""The description of the service, OpenAPI 3.1, made of the very rows by which it answers, so that it cannot differ.

What a body may be comes from the struct that reads it, and what an answer is from the published schema that its tests
hold it to.
"""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import Any, Final

import msgspec

from fullcourse import __version__
from fullcourse.adapters.access.rights import rights
from fullcourse.clinical.answer_head import CONTENT_NOTICE
from fullcourse.interfaces.api.call import Call, Reply
from fullcourse.interfaces.api.problems import PROBLEM, every_status
from fullcourse.interfaces.api.routes import Route

__all__ = ["describe", "openapi_route"]

_SCHEMAS: Final = "fullcourse.adapters.published"
_REF: Final = "#/components/schemas/"
_SENT: Final = ".sent"
"""Ends the name of a form that is taken: what it is made of, without what the published schema says of each kind."""

_DESCRIBED_ELSEWHERE: Final = frozenset(("fhir", "desk"))
_NOTHING: Final = 204
"""Status of an answer without a body."""

_PART: Final = re.compile(r"\{(\w+)\}")
_Json = dict[str, Any]

_PROBLEM_SCHEMA: Final[_Json] = {
    "type": "object",
    "description": "RFC 9457. No problem repeats what was sent.",
    "required": ["type", "title", "status", "detail"],
    "properties": {
        "type": {"type": "string", "pattern": "^urn:fullcourse:problem:[a-z_]+$"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "instance": {"type": "string", "description": "Number of the call, by which it is found in the log."},
    },
}


def describe(routes: Iterable[Route]) -> _Json:
    """Return the description of routes as plain values.

    Args:
        routes: Those that are described; one under ``/fhir`` is described by its CapabilityStatement instead, and the
            pages of the desk are for people.
    """
    described = [route for route in routes if route.path.split("/")[1] not in _DESCRIBED_ELSEWHERE]
    paths: dict[str, _Json] = {}
    for route in described:
        paths.setdefault(route.path, {})[route.method.lower()] = _operation(route)
    return {
        "openapi": "3.1.0",
        "info": {"title": "Fullcourse", "version": __version__, "description": CONTENT_NOTICE},
        "paths": paths,
        "components": {
            "schemas": _components(described),
            "securitySchemes": {"bearer": {"type": "http", "scheme": "bearer"}},
        },
    }


def openapi_route(routes: Sequence[Route]) -> Route:
    """Return the route that gives the description of others, and of itself."""
    own: list[Route] = []

    def answer(call: Call) -> Reply:
        del call
        return Reply(_text(tuple(routes), own[0]))

    own.append(Route("GET", "/openapi.json", "knowledge.read", answer, "This description.", is_cross_origin=True))
    return own[0]


_texts: dict[int, bytes] = {}


def _text(routes: tuple[Route, ...], own: Route) -> bytes:
    key = id(own)
    if key not in _texts:
        _texts[key] = json.dumps(describe((*routes, own)), ensure_ascii=False).encode()
    return _texts[key]


def _operation(route: Route) -> _Json:
    right = rights()[route.right]
    told: _Json = {
        "operationId": _id_of(route),
        "summary": route.says,
        "description": f"Right: {right.name}. {right.says}.",
        "parameters": [*_parts(route), *_queries(route)],
        "responses": _responses(route),
    }
    if "anonymous" not in right.reach:
        told["security"] = [{"bearer": []}, {}] if route.is_open_here else [{"bearer": []}]
    if (schema := _body_schema(route)) is not None:
        content = {kind: {"schema": schema} for kind in route.media_types}
        told["requestBody"] = {"required": True, "content": content}
    return told


def _id_of(route: Route) -> str:
    return re.sub(r"[^a-z0-9]+", "_", f"{route.method} {route.path}".lower()).strip("_")


def _parts(route: Route) -> list[_Json]:
    return [
        {"name": name, "in": "path", "required": True, "schema": {"type": "string", "minLength": 1}}
        for name in _PART.findall(route.path)
    ]


def _queries(route: Route) -> list[_Json]:
    return [
        {"name": name, "in": "query", "required": False, "description": says, "schema": {"type": "string"}}
        for name, says in route.query.items()
    ]


def _body_schema(route: Route) -> _Json | None:
    if route.takes_schema:
        one = {"$ref": f"{_REF}{route.takes_schema}{_SENT}"}
        return {"type": "array", "items": one} if route.takes_many else one
    return {"$ref": f"{_REF}{route.takes.__name__}"} if route.takes else None


def _responses(route: Route) -> _Json:
    schema = _gives(route)
    content = {route.gives_type: {"schema": schema} if schema else {}}
    told: _Json = {}
    if not any(200 < status < 300 for status in route.statuses) or route.path.endswith("{event}"):
        told["200"] = {"description": "The answer.", "content": content}
    for status, says in route.statuses.items():
        has_content = 200 <= status < 300 and status != _NOTHING
        told[str(status)] = {"description": says, **({"content": content} if has_content else {})}
    problem: _Json = {PROBLEM: {"schema": {"$ref": f"{_REF}Problem"}}}
    if route.refuses_in:
        problem[route.refuses_in] = {}
    for status, title in _problems(route).items():
        told.setdefault(str(status), {"description": title, "content": problem})
    return told


def _problems(route: Route) -> Mapping[int, str]:
    """Return the problems that a route can have, each status with its meaning."""
    never = set() if _body_schema(route) else {408, 413, 415}
    if "anonymous" in rights()[route.right].reach:
        never |= {403}
    return {status: says for status, says in every_status().items() if status not in never}


def _gives(route: Route) -> _Json:
    if isinstance(route.gives, str):
        return {"$ref": f"{_REF}{route.gives}"} if route.gives else {}
    return {"$ref": f"{_REF}{route.gives.__name__}"}


def _components(routes: Sequence[Route]) -> _Json:
    structs = {it for route in routes for it in (route.takes, route.gives) if isinstance(it, type)}
    named = {it for route in routes for it in (route.takes_schema, route.gives) if isinstance(it, str) and it}
    _, made = msgspec.json.schema_components(sorted(structs, key=lambda it: it.__name__), ref_template=_REF + "{name}")
    components: _Json = {"Problem": _PROBLEM_SCHEMA, **made}
    for name in {route.takes_schema for route in routes if route.takes_schema}:
        whole = _published(name)[name]
        components[f"{name}{_SENT}"] = {key: it for key, it in whole.items() if key not in ("allOf", "anyOf", "oneOf")}
    waiting = sorted(named)
    while waiting:
        name = waiting.pop()
        if name in components:
            continue
        for key, schema in _published(name).items():
            components[key] = schema
            waiting.extend(_named_in(schema) - components.keys())
    return components


@cache
def _published(name: str) -> _Json:
    """Return a published schema and its parts by the names that they have in the description."""
    whole = json.loads((files(_SCHEMAS) / "schemas" / f"{name}.json").read_text("utf-8"))
    parts = whole.pop("$defs", {})
    whole.pop("$schema", None)
    return {
        name: _moved(whole, name),
        **{f"{name}.{part}": _moved(schema, name) for part, schema in parts.items()},
    }


def _moved(schema: object, name: str) -> Any:
    """Return a schema whose references point into the description."""
    if isinstance(schema, list):
        return [_moved(inner, name) for inner in schema]
    if not isinstance(schema, dict):
        return schema
    moved = {key: _moved(inner, name) for key, inner in schema.items() if key != "$id"}
    if isinstance(ref := schema.get("$ref"), str):
        own, _, part = ref.partition("#/$defs/")
        document = own.removesuffix(".json") or name
        moved["$ref"] = f"{_REF}{document}.{part}" if part else f"{_REF}{document}"
    return moved


def _named_in(schema: object) -> set[str]:
    if isinstance(schema, list):
        return set().union(*map(_named_in, schema))
    if not isinstance(schema, dict):
        return set()
    ref = schema.get("$ref")
    own = {ref.removeprefix(_REF).split(".")[0]} if isinstance(ref, str) else set()
    return own.union(*map(_named_in, schema.values()))
