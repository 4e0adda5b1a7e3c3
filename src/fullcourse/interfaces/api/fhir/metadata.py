"""The CapabilityStatement, made of the routes and of the table of parameters, and what a SMART client is told.

Nothing is listed here by hand that could be untrue: a type, an interaction or an operation stands in it where a route
answers it.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from fullcourse import __version__
from fullcourse.adapters.fhir.search.parameters import PARAMETERS, parameters_of
from fullcourse.adapters.fhir.write.elements import Resource
from fullcourse.interfaces.api.access.programs import TOKEN_PATH
from fullcourse.interfaces.api.call import Call, Reply
from fullcourse.interfaces.api.fhir.courses import AUDIT_TYPE
from fullcourse.interfaces.api.fhir.told import BASE, FHIR_JSON, base_of, refuse_other_kinds, resource_reply
from fullcourse.interfaces.api.routes import Handler, Route

__all__ = ["capability_statement", "metadata", "smart_configuration"]

_INTERACTIONS: Final = (("GET", "/{id}", "read"), ("GET", "", "search-type"), ("POST", "", "create"))
_ALGORITHMS: Final = ("RS384", "ES384")
_SECURITY: Final = "http://terminology.hl7.org/CodeSystem/restful-security-service"
_EXPORT: Final = "http://hl7.org/fhir/uv/bulkdata/OperationDefinition/export"
_SINCE: Final = "2026-11-30"
"""When what the statement says last changed."""


def capability_statement(routes: Iterable[Route], base: str) -> Resource:
    """Return the statement.

    Args:
        routes: Every route of this part.
        base: Address of the service's FHIR.
    """
    answered = {(route.method, route.path.removeprefix(BASE)) for route in routes}
    interactions = [{"code": code} for code in ("transaction", "batch") if ("POST", "") in answered]
    return {
        "resourceType": "CapabilityStatement",
        "status": "active",
        "date": _SINCE,
        "publisher": "Fullcourse",
        "kind": "instance",
        "software": {"name": "fullcourse", "version": __version__},
        "implementation": {"description": "What a course of treatment of tuberculosis says", "url": base},
        "fhirVersion": "4.0.1",
        "format": [FHIR_JSON, "json"],
        "rest": [
            {
                "mode": "server",
                "documentation": (
                    "Resources are made of the events of a course. An unknown parameter is named in the answer, and "
                    "refused with Prefer: handling=strict. A patient that is not the caller's is not found."
                ),
                "security": {
                    "cors": False,
                    "service": [{"coding": [{"system": _SECURITY, "code": "SMART-on-FHIR"}]}],
                    "description": "SMART Backend Services; people sign in at the service itself.",
                },
                "resource": list(_types(answered)),
                **({"interaction": interactions} if interactions else {}),
                **_export(("GET", "/$export") in answered),
            }
        ],
    }


def _types(answered: set[tuple[str, str]]) -> Iterator[Resource]:
    for kind in sorted(PARAMETERS):
        codes = [code for method, end, code in _INTERACTIONS if (method, f"/{kind}{end}") in answered]
        if not codes:
            continue
        searched: list[Resource] = [
            {"name": it.name, "type": it.kind.value, "documentation": it.says} for it in parameters_of(kind).values()
        ]
        yield {
            "type": kind,
            "interaction": [{"code": code} for code in codes],
            "versioning": "versioned",
            "readHistory": False,
            "updateCreate": False,
            "conditionalCreate": False,
            "conditionalRead": "not-match",
            "conditionalUpdate": False,
            "conditionalDelete": "not-supported",
            "referencePolicy": ["literal", "local"],
            **({"searchParam": searched} if "search-type" in codes else {}),
            **_export(("GET", f"/{kind}/$export") in answered),
        }


def _export(is_there: bool) -> Resource:
    return {"operation": [{"name": "export", "definition": _EXPORT}]} if is_there else {}


def metadata(routes: Sequence[Route]) -> Handler:
    """Return what tells the statement of the routes."""

    def told(call: Call) -> Reply:
        refuse_other_kinds(call)
        absent = [] if call.service.settings.text("FULLCOURSE_EXPORT_FOLDER") else ["$export"]
        absent += [] if call.service.access is not None else [AUDIT_TYPE]
        answering = (route for route in routes if not set(route.path.split("/")) & set(absent))
        return resource_reply(capability_statement(answering, base_of(call)))

    return told


def smart_configuration(call: Call) -> Reply:
    """Tell a SMART client where it gets a token, and how it proves who it is."""
    service = base_of(call).removesuffix(BASE)
    told = {
        "token_endpoint": f"{service}{TOKEN_PATH}",
        "grant_types_supported": ["client_credentials"],
        "token_endpoint_auth_methods_supported": ["private_key_jwt"],
        "token_endpoint_auth_signing_alg_values_supported": list(_ALGORITHMS),
        "capabilities": ["client-confidential-asymmetric"],
    }
    return Reply(json.dumps(told).encode())
