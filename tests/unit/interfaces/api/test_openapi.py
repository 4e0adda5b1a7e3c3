"""The description of the service: whole, of what is there, and true of what the service takes and gives."""

import json
import re

import jsonschema_rs
import pytest

from clinic_service import clinic_service
from fullcourse.interfaces.api.every_route import EVERY_ROUTE
from fullcourse.interfaces.api.openapi import describe

DESCRIBED = describe(EVERY_ROUTE)
OPERATIONS = [(path, method, it) for path, methods in DESCRIBED["paths"].items() for method, it in methods.items()]


def test_every_route_but_those_of_fhir_and_the_pages_of_the_desk_is_described():
    told = {(method.upper(), path) for path, method, _ in OPERATIONS}
    assert told == {
        (route.method, route.path) for route in EVERY_ROUTE if not route.path.startswith(("/fhir", "/desk"))
    }


def test_every_reference_leads_somewhere():
    named = set(re.findall(r'"#/components/schemas/([^"]+)"', json.dumps(DESCRIBED)))
    assert named <= DESCRIBED["components"]["schemas"].keys()
    assert len(named) > 20


def test_every_operation_has_an_id_of_its_own_and_says_what_it_does():
    ids = [it["operationId"] for _, _, it in OPERATIONS]
    assert len(ids) == len(set(ids))
    assert all(it["summary"].strip() for _, _, it in OPERATIONS)


@pytest.mark.parametrize(("path", "method", "operation"), OPERATIONS, ids=[f"{it[1]} {it[0]}" for it in OPERATIONS])
def test_what_is_not_open_to_everybody_says_so(path, method, operation):
    right = next(route.right for route in EVERY_ROUTE if (route.path, route.method.lower()) == (path, method))
    is_open = right in ("health.read", "knowledge.read", "help.read")
    assert ("security" not in operation) == is_open or not is_open
    assert "200" in operation["responses"] or "201" in operation["responses"] or "204" in operation["responses"]


@pytest.mark.parametrize("name", sorted(DESCRIBED["components"]["schemas"]))
def test_every_schema_is_one(name):
    whole = {"$ref": f"#/components/schemas/{name}", "components": DESCRIBED["components"]}
    jsonschema_rs.validator_for(whole)


def test_it_is_given_at_its_address(tmp_path):
    with clinic_service(tmp_path) as service:
        assert service.get("/openapi.json").json() == json.loads(json.dumps(DESCRIBED))
