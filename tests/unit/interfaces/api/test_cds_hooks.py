"""CDS Hooks over HTTP: who may call, what is answered to what is wrong, and what stands in no log."""

import json
import logging
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from joserfc import jws
from joserfc.jwk import ECKey
from starlette.testclient import TestClient

from cds_calls import NOW, PATIENT, bundle, call, order, sent
from fullcourse.adapters.knowledge_cache import load_knowledge
from fullcourse.adapters.store.opening import open_store
from fullcourse.clinical.errors import InputError
from fullcourse.interfaces.api.app import make_app
from fullcourse.interfaces.api.cds_hooks import CDS_HOOKS, prepare
from fullcourse.interfaces.api.service import Service
from fullcourse.interfaces.api.settings import read_settings

SIGN = "/cds-services/fullcourse-order-sign"
PAGE = "http://localhost:9080"
CANARY = "Zebediah-Canary"
KEY = ECKey.generate_key("P-384", {"kid": "k1"}, private=True)
DRAFT = (order("sertraline", "d1", status="draft"),)


def service(store: Any = None, **settings: str) -> Service:
    given = {name: value for name, value in {"FULLCOURSE_ORIGINS": PAGE, **settings}.items() if value}
    return Service(read_settings(given), load_knowledge(), store=store, now=lambda: NOW)


def client(store: Any = None, **settings: str) -> TestClient:
    return TestClient(make_app(service(store, **settings), CDS_HOOKS), raise_server_exceptions=False)


@cache
def open_to_all() -> TestClient:
    return client(FULLCOURSE_OPEN_ADVICE="yes")


def right() -> dict[str, Any]:
    return call(drafts=DRAFT, prefetch=sent(order("linezolid", "m1")))


def token(path: str, jti: str = "one", **more: Any) -> dict[str, str]:
    at = int(NOW.timestamp())
    claims = {"iss": "https://ehr.example", "aud": f"https://fc.example{path}", "exp": at + 300, "iat": at, "jti": jti}
    signed = jws.serialize_compact({"alg": "ES384", "kid": "k1"}, json.dumps(claims | more), KEY, algorithms=["ES384"])
    return {"Authorization": f"Bearer {signed}"}


@pytest.fixture
def clients(tmp_path: Path) -> str:
    (tmp_path / "keys.json").write_text(json.dumps({"keys": [{**KEY.as_dict(private=False), "kid": "k1"}]}))
    (tmp_path / "clients.toml").write_text('[[client]]\niss = "https://ehr.example"\njwks = "keys.json"\n')
    return str(tmp_path / "clients.toml")


def test_a_call_is_answered_with_cards():
    answer = open_to_all().post(SIGN, json=right())
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/json"
    assert answer.json()["cards"][0]["indicator"] == "critical"


def test_without_a_client_or_an_open_door_nobody_is_answered():
    closed = client()
    assert closed.post(SIGN, json=right()).status_code == 401
    assert closed.post(f"{SIGN}/feedback", json={}).status_code == 401
    assert closed.get("/cds-services").status_code == 200  # it says nothing of anybody
    # The sandbox of CDS Hooks signs this call too, before anybody could have listed it.
    assert closed.get("/cds-services", headers=token("/cds-services")).status_code == 200
    assert closed.post(SIGN, json=right(), headers=token(SIGN)).status_code == 401


def test_a_listed_client_is_answered_once_for_each_token(clients: str):
    listed = client(FULLCOURSE_CDS_CLIENTS=clients, FULLCOURSE_PUBLIC_URL="https://fc.example/")
    assert listed.post(SIGN, json=right(), headers=token(SIGN)).status_code == 200
    again = listed.post(SIGN, json=right(), headers=token(SIGN))
    assert again.status_code == 401
    assert again.json()["detail"] == "Sign in, and call again with what you were given."
    assert listed.post(SIGN, json=right(), headers=token("/cds-services", "two")).status_code == 401
    assert listed.post(SIGN, json=right()).status_code == 401
    assert listed.get("/cds-services", headers=token("/cds-services", "three")).status_code == 200
    assert listed.get("/cds-services", headers=token(SIGN, "four")).status_code == 401
    stranger = token(SIGN, "five", iss="https://other.example")
    assert listed.post(SIGN, json=right(), headers=stranger).status_code == 401


def test_a_token_is_checked_where_advice_is_open_and_clients_are_listed(clients: str):
    listed = client(
        FULLCOURSE_CDS_CLIENTS=clients, FULLCOURSE_PUBLIC_URL="https://fc.example", FULLCOURSE_OPEN_ADVICE="yes"
    )
    assert listed.post(SIGN, json=right(), headers=token(SIGN, exp=1)).status_code == 401
    assert listed.post(SIGN, json=right()).status_code == 200
    # Where nobody is listed there is nothing to hold a token against, and none is needed.
    assert open_to_all().post(SIGN, json=right(), headers=token(SIGN, exp=1)).status_code == 200


@pytest.mark.parametrize(
    ("settings", "name"),
    [
        ({"FULLCOURSE_CDS_CLIENTS": "/nowhere/clients.toml"}, "FULLCOURSE_CDS_CLIENTS"),
        ({"FULLCOURSE_FHIR_SERVERS": "https://ehr.example/fhir?x=1"}, "FULLCOURSE_FHIR_SERVERS"),
        ({"FULLCOURSE_PROFILE": "nobody"}, "profile"),
    ],
)
def test_a_list_that_cannot_be_used_stops_the_start(settings: dict[str, str], name: str):
    with pytest.raises(InputError, match=name):
        prepare(service(**settings))


WRONG: dict[str, tuple[bytes, int]] = {
    "nothing": (b"", 400),
    "no JSON": (f"{{{CANARY}".encode(), 400),
    "a list": (b"[]", 400),
    "a key twice": (b'{"hook": "order-sign", "hook": "order-sign"}', 400),
    "NaN": (b'{"hook": NaN}', 400),
    "a number without end": (b'{"hook": 1e999}', 400),
    "half a letter": (b'{"hook": "\\ud800"}', 400),
    "no UTF-8": (b'{"hook": "\xff"}', 400),
    "very deep": (b'{"a":' * 5_000 + b"1" + b"}" * 5_000, 400),
    "an empty object": (b"{}", 400),
    "another hook": (json.dumps(call("patient-view", prefetch=sent())).encode(), 400),
    "no patient": (json.dumps(call(drafts=(order("linezolid", "d1"),))).encode(), 412),
    "another patient's problem": (
        json.dumps(
            call(
                drafts=(order("linezolid", "d1"),),
                prefetch=sent()
                | {"conditions": bundle({"resourceType": "Condition", "subject": {"reference": f"Patient/{CANARY}"}})},
            )
        ).encode(),
        422,
    ),
}


@pytest.mark.parametrize("name", WRONG)
def test_what_is_wrong_is_refused_and_never_a_fault_of_ours(name: str):
    body, status = WRONG[name]
    answer = open_to_all().post(SIGN, content=body, headers={"content-type": "application/json"})
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert CANARY not in answer.text


def test_an_address_that_is_none_is_none():
    assert open_to_all().post("/cds-services/nobody", json=right()).status_code == 404
    assert open_to_all().post("/cds-services/nobody/feedback", json={"feedback": []}).status_code == 404
    assert open_to_all().get(SIGN).status_code == 405
    assert open_to_all().post("/cds-services/..%2fhealthz", json=right()).status_code == 404


@pytest.mark.parametrize("path", ["/cds-services", SIGN, f"{SIGN}/feedback"])
def test_a_web_page_on_the_list_may_call_and_no_other(path: str):
    asked = {"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "authorization,content-type"}
    answer = open_to_all().options(path, headers={"Origin": PAGE, **asked})
    assert answer.status_code == 204
    assert answer.headers["access-control-allow-origin"] == PAGE
    assert answer.headers["access-control-allow-headers"] == "Authorization, Content-Type"
    other = open_to_all().options(path, headers={"Origin": "http://evil.example", **asked})
    assert "access-control-allow-origin" not in other.headers
    refused = open_to_all().post(SIGN, content=b"{", headers={"Origin": PAGE})
    assert refused.status_code == 400
    assert refused.headers["access-control-allow-origin"] == PAGE


def feedback(card: str) -> dict[str, Any]:
    return {
        "feedback": [
            {
                "card": card,
                "outcome": "overridden",
                "overrideReason": {"reason": {"code": "patient-refuses"}, "userComment": CANARY},
                "outcomeTimestamp": datetime(2026, 11, 30, 8, 1, tzinfo=UTC).isoformat(),
            }
        ]
    }


def test_feedback_is_kept_where_there_is_a_database(tmp_path: Path):
    place = str(tmp_path / "courses.db")
    with open_store(place) as store:
        keeping = client(store, FULLCOURSE_OPEN_ADVICE="yes", FULLCOURSE_DATABASE_URL=place)
        card = keeping.post(SIGN, json=right()).json()["cards"][0]
        for _ in range(2):
            assert keeping.post(f"{SIGN}/feedback", json=feedback(card["uuid"])).status_code == 200
        line = keeping.post(SIGN, json=right()).json()["cards"]
        (told,) = (it["summary"] for it in line if it["uuid"] == card["uuid"])
        assert told.startswith("Overridden on 2026-11-30 for patient-refuses: Sertraline order with Linezolid: ")
        assert keeping.post(f"{SIGN}/feedback", json={"feedback": [{"card": CANARY}]}).status_code == 400


def test_feedback_that_cannot_be_kept_is_not_said_to_be_kept():
    answer = open_to_all().post(f"{SIGN}/feedback", json=feedback("4e0a3a1e-3283-4575-ab82-028d55fe2719"))
    assert answer.status_code == 404
    assert "cannot keep feedback" in answer.json()["detail"]
    assert all("uuid" not in card for card in open_to_all().post(SIGN, json=right()).json()["cards"])


def test_nobody_stands_in_a_log_or_an_error(caplog: pytest.LogCaptureFixture):
    caplog.set_level(logging.DEBUG)
    person = {
        **PATIENT,
        "name": [{"family": CANARY}],
        "identifier": [{"value": CANARY}],
        "telecom": [{"value": CANARY}],
    }
    prefetch = sent(order("linezolid", "m1")) | {"patient": person}
    authorization = {"access_token": CANARY, "token_type": "Bearer"}
    asked = call(
        drafts=DRAFT, prefetch=prefetch, fhirServer=f"https://{CANARY}.example", fhirAuthorization=authorization
    )
    for body in (asked, {**asked, "hook": CANARY}, {**asked, "context": CANARY}, {**asked, "prefetch": CANARY}):
        answer = open_to_all().post(SIGN, json=body, headers={"Authorization": f"Bearer {CANARY}.x.y"})
        assert CANARY not in answer.text
    open_to_all().post(f"/cds-services/{CANARY}", json=asked)
    ours = [it.getMessage() for it in caplog.records if it.name.startswith("fullcourse")]
    assert len(ours) >= 5
    assert all(CANARY not in line for line in ours)


def test_the_caller_that_is_proven_may_ask_for_advice_and_nothing_else(clients: str):
    from fullcourse.interfaces.api.cds_hooks import _proof

    made = service(FULLCOURSE_CDS_CLIENTS=clients, FULLCOURSE_PUBLIC_URL="https://fc.example")
    headers = {name.lower(): value for name, value in token(SIGN).items()}
    caller = _proof(made, headers, SIGN, NOW)
    assert caller is not None
    assert caller.scopes == {"advice.ask"}
    assert [role.value for role in caller.roles] == ["integration"]
    assert "ehr.example" not in caller.id
    assert _proof(made, {}, SIGN, NOW) is None
