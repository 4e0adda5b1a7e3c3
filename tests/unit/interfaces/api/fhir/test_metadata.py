"""What the server says of itself is what its routes do."""

import re

from fhir_service import MINE, as_of, clinic, sample, schema
from fullcourse.adapters.fhir.search.parameters import parameters_of
from fullcourse.interfaces.api.every_route import EVERY_ROUTE
from fullcourse.interfaces.api.fhir.metadata import capability_statement
from fullcourse.interfaces.api.fhir.routes import FHIR

BASE = "https://clinic.example/fhir"


def statement():
    return capability_statement(FHIR, BASE)


def test_the_statement_is_valid_and_open_to_everybody(tmp_path):
    with clinic(log=sample()[:2], FULLCOURSE_EXPORT_FOLDER=str(tmp_path)) as north:
        answer = north.get("/fhir/metadata", {})
        assert answer.status_code == 200
        schema().validate(answer.json())
        assert answer.json()["rest"][0]["operation"][0]["name"] == "export"


def test_every_route_stands_in_the_statement_and_nothing_else_does():
    told = set()
    rest = statement()["rest"][0]
    for resource in rest["resource"]:
        kind = resource["type"]
        for interaction in resource["interaction"]:
            told |= {
                "read": {("GET", f"/fhir/{kind}/{{id}}")},
                "search-type": {("GET", f"/fhir/{kind}"), ("POST", f"/fhir/{kind}/_search")},
                "create": {("POST", f"/fhir/{kind}")},
            }[interaction["code"]]
        if "operation" in resource:
            told.add(("GET", f"/fhir/{kind}/$export"))
    assert [it["code"] for it in rest["interaction"]] == ["transaction", "batch"]
    told |= {("POST", "/fhir"), ("GET", "/fhir/$export")}
    of_export = {
        ("GET", "/fhir/export-files/{job}"),
        ("DELETE", "/fhir/export-files/{job}"),
        ("GET", "/fhir/export-files/{job}/{file}"),
    }
    about = {("GET", "/fhir/metadata"), ("GET", "/fhir/.well-known/smart-configuration")}
    assert told | of_export | about == {(route.method, route.path) for route in FHIR}


def test_a_type_that_nothing_answers_is_visibly_absent():
    kinds = {it["type"] for it in statement()["rest"][0]["resource"]}
    with clinic(log=sample()[:2]) as north:  # nothing is kept of who saw what
        told = north.get("/fhir/metadata", {}).json()["rest"][0]["resource"]
        assert {it["type"] for it in told} == kinds - {"AuditEvent"}
        assert north.get(f"/fhir/AuditEvent?patient={MINE}", as_of("auditor")).status_code == 404
    fewer = capability_statement([it for it in FHIR if "CarePlan" not in it.path], BASE)
    assert {it["type"] for it in fewer["rest"][0]["resource"]} == kinds - {"CarePlan"}


def test_every_parameter_that_is_told_is_understood_strictly():
    with clinic(log=sample()[:2]) as north:
        told = {it["type"]: it for it in statement()["rest"][0]["resource"]}
        del told["AuditEvent"]  # it needs the audit: see test_audit_events
        for kind, resource in told.items():
            assert {it["name"] for it in resource["searchParam"]} == set(parameters_of(kind))
            for parameter in resource["searchParam"]:
                value = {"date": "2026", "token": "x", "reference": MINE}[parameter["type"]]
                if parameter["name"] == "_id":
                    value = MINE if kind == "Patient" else f"{MINE}.{'a' * 26}"
                asked = f"/fhir/{kind}?{parameter['name']}={value}"
                answer = north.get(asked, Prefer="handling=strict")
                assert answer.status_code == 200, (asked, answer.text)


def test_every_right_and_every_problem_of_these_routes_is_fhirs():
    assert {route.right for route in FHIR} == {
        "knowledge.read",
        "fhir.read",
        "fhir.write",
        "fhir.export",
        "course.audit",
    }
    assert all(re.match(r"/fhir(/|$)", route.path) for route in FHIR)
    assert len({route.tells for route in FHIR}) == 1


def test_a_smart_client_is_told_where_it_gets_a_token():
    with clinic(log=sample()[:2], FULLCOURSE_PUBLIC_URL="https://clinic.example") as north:
        told = north.get("/fhir/.well-known/smart-configuration", {}).json()
        assert told["token_endpoint"].removeprefix("https://clinic.example") == "/api/v1/token"
        assert ("POST", "/api/v1/token") in {(route.method, route.path) for route in EVERY_ROUTE}
        assert told["token_endpoint_auth_methods_supported"] == ["private_key_jwt"]
        assert told["token_endpoint_auth_signing_alg_values_supported"] == ["RS384", "ES384"]
        assert north.get("/fhir/metadata", {}).json()["implementation"]["url"] == "https://clinic.example/fhir"
