"""The token that a program of others gets, and the assertions by which others would like to get one."""

import hmac
import json
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest
from joserfc.jwk import ECKey

from access_places import ENGINES, opened
from service_people import ADDRESS, Clinic
from signed_assertions import claims_for, ec_key, key_set, rsa_key, signed, unsigned

AUDIENCE = f"{ADDRESS}/api/v1/token"


class Program:
    """A clinic with a program of others."""

    def __init__(self, clinic: Clinic) -> None:
        self.clinic = clinic
        body = {
            "name": "Synthetic EHR",
            "jwks": key_set(),
            "scopes": ["course.read", "event.write", "fhir.read", "fhir.write"],
            "clinics": ["north"],
        }
        made = clinic.ok("POST", "/api/v1/programs", "administrator", body)
        self.id = made["client_id"]
        assert made["audience"] == AUDIENCE

    def ask(self, assertion: str, **fields: str) -> httpx.Response:
        sent = {
            "grant_type": "client_credentials",
            "client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
            "client_assertion": assertion,
            **fields,
        }
        return self.clinic.client().post("/api/v1/token", data=sent)

    def claims(self, **other: object) -> dict[str, object]:
        return claims_for(self.id, AUDIENCE, self.clinic.clock(), **other)


@pytest.fixture
def program(tmp_path: Path) -> Iterator[Program]:
    for clinic in opened("sqlite", tmp_path):
        yield Program(clinic)


@pytest.mark.parametrize("key", [ec_key, rsa_key])
def test_a_signed_assertion_gets_a_token_for_five_minutes(program: Program, key) -> None:
    answer = program.ask(signed(program.claims(), key()))
    token = answer.json()
    assert answer.status_code == 200, answer.text
    assert (token["token_type"], token["expires_in"]) == ("Bearer", 300)
    assert token["scope"] == "course.read event.write fhir.read fhir.write"
    clinic = program.clinic
    clinic.place("11111111-1111-4111-8111-111111111111", "north")
    path = "/api/v1/courses/11111111-1111-4111-8111-111111111111/consents"
    assert clinic.call("GET", path, token["access_token"]).status_code == 404, "a right that no program has"
    assert clinic.call("GET", "/api/v1/users", token["access_token"]).status_code == 403
    clinic.clock.move(seconds=299)
    assert clinic.call("GET", "/api/v1/users", token["access_token"]).status_code == 403
    clinic.clock.move(seconds=1)
    assert clinic.call("GET", "/api/v1/users", token["access_token"]).status_code == 401


WRONG_CLAIMS = {
    "no audience": {"aud": None},
    "another audience": {"aud": "https://other.example/api/v1/token"},
    "an audience with more behind it": {"aud": AUDIENCE + "/"},
    "ours among other audiences": {"aud": [AUDIENCE, "https://other.example"]},
    "another issuer": {"iss": "somebody-else"},
    "another subject": {"sub": "somebody-else"},
    "no subject": {"sub": None},
    "no number": {"jti": None},
    "an empty number": {"jti": ""},
    "a number that is none": {"jti": 7},
    "a number longer than any": {"jti": "x" * 201},
    "no end": {"exp": None},
    "an end that is text": {"exp": "1796025840"},
    "an end that is yes": {"exp": True},
}


@pytest.mark.parametrize("wrong", WRONG_CLAIMS.values(), ids=WRONG_CLAIMS)
def test_an_assertion_with_a_wrong_claim_is_refused(program: Program, wrong: dict[str, object]) -> None:
    answer = program.ask(signed(program.claims(**wrong)))
    assert (answer.status_code, answer.json()) == (401, {"error": "invalid_client"})


def test_both_sides_of_every_limit_of_time(program: Program) -> None:
    present = int(program.clinic.clock().timestamp())
    for claims, status in (
        ({"exp": present + 300}, 200), ({"exp": present + 301}, 401), ({"exp": present + 1}, 200),
        ({"exp": present}, 401), ({"exp": present - 1}, 401), ({"nbf": present + 60}, 200),
        ({"nbf": present + 61}, 401),
        ({"iat": present + 60}, 200), ({"iat": present + 61}, 401), ({"iat": None}, 200),
    ):  # fmt: skip
        assert program.ask(signed(program.claims(**claims))).status_code == status, claims


def test_an_assertion_holds_once_also_at_one_moment_and_until_it_ends(program: Program) -> None:
    once = signed(program.claims())
    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(lambda _: program.ask(once).status_code, range(6)))
    assert sorted(answers) == [200] + [401] * 5
    same_number = program.claims(jti="the-same-number")
    assert program.ask(signed(same_number)).status_code == 200
    program.clinic.clock.move(seconds=239)
    assert program.ask(signed(same_number)).status_code == 401
    assert program.ask(signed(program.claims(jti="the-same-number"))).status_code == 401, "another end, the same number"


def by_secret(claims: dict[str, object], text: str) -> str:
    """Return an assertion that an attacker signs with a public text as if it were a secret."""
    bare = unsigned(claims, "HS384").removesuffix(".")
    made = hmac.digest(text.encode(), bare.encode(), "sha384")
    return f"{bare}.{urlsafe_b64encode(made).rstrip(b'=').decode()}"


def test_forged_signatures_are_refused(program: Program) -> None:
    claims = program.claims()
    public = json.dumps(ec_key().as_dict(private=False))
    pem = rsa_key().as_pem(private=False).decode()
    stranger = ECKey.generate_key("P-384", {"kid": "ec-1"})
    good = signed(claims)
    head, body, signature = good.split(".")
    other = urlsafe_b64encode(json.dumps({**claims, "sub": "x", "iss": "x"}).encode()).rstrip(b"=").decode()
    forged = {
        "none": unsigned(claims),
        "None": unsigned(claims, "None"),
        "none with a signature": unsigned(claims, "none", signature),
        "RS384 without a signature": unsigned(claims, "RS384"),
        "HS384 with the public key as text": by_secret(claims, public),
        "HS384 with the public key as PEM": by_secret(claims, pem),
        "ES384 of a stranger": signed(claims, stranger),
        "RS256 of the right key": signed(claims, rsa_key(), alg="RS256"),
        "PS384 of the right key": signed(claims, rsa_key(), alg="PS384"),
        "the other key's name": signed(claims, ec_key(), kid="rsa-1"),
        "a name that nobody has": signed(claims, ec_key(), kid="../../etc/passwd"),
        "no name": signed(claims, ec_key(), kid=None),
        "a changed body": f"{head}.{other}.{signature}",
        "a cut signature": good[:-4],
        "four parts": good + ".x",
        "two parts": f"{head}.{body}",
        "nothing": "",
        "not of ASCII": good + "é",
        "longer than any": "a" * 20_000,
        "an empty ES384 signature": f"{head}.{body}.{'A' * 128}",
    }
    for name, assertion in forged.items():
        answer = program.ask(assertion)
        assert (answer.status_code, answer.json()["error"]) == (401, "invalid_client"), name
    assert program.ask(good).status_code == 200


@pytest.mark.parametrize(
    "header",
    [
        {"jku": "http://127.0.0.1:9/keys"},
        {"jwk": {}},
        {"x5u": "http://127.0.0.1:9/cert"},
        {"x5c": ["MIIB"]},
        {"crit": ["exp"], "exp": 1},
        {"b64": False, "crit": ["b64"]},
    ],
)
def test_a_header_that_asks_to_trust_something_else_is_refused_and_nothing_is_fetched(
    program: Program, header: dict[str, object], monkeypatch: pytest.MonkeyPatch
) -> None:
    key = ECKey.generate_key("P-384", {"kid": "ec-1"})
    if "jwk" in header:
        header = {"jwk": key.as_dict(private=False)}
    assertion = signed(program.claims(), key, **header)

    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("something was fetched")

    monkeypatch.setattr("socket.socket.connect", refuse)
    assert program.ask(assertion).status_code == 401
    assert program.ask(signed(program.claims(), ec_key(), **header)).status_code == 401


def test_scopes_are_rights_that_were_registered_and_no_more(program: Program) -> None:
    for scope, status in (
        ("course.read", 200), ("event.write course.read", 200), ("course.begin", 400), ("course.read clinic.read", 400),
        ("system/*.rs", 200), ("system/*.read", 200), ("system/*.cruds", 200), ("system/Patient.rs", 400),
        ("patient/*.rs", 400), ("system/*.rs course.begin", 400), ("no-such-right", 400),
    ):  # fmt: skip
        answer = program.ask(signed(program.claims()), scope=scope)
        assert answer.status_code == status, scope
        assert answer.json().get("error") == (None if status == 200 else "invalid_scope")


@pytest.mark.parametrize(
    ("fields", "error"),
    [
        ({"grant_type": "password"}, "unsupported_grant_type"),
        ({"grant_type": "authorization_code"}, "unsupported_grant_type"),
        ({"client_assertion_type": "x"}, "invalid_client"),
        ({"client_secret": "x"}, "invalid_request"),
    ],
)
def test_other_ways_to_ask_are_refused(program: Program, fields: dict[str, str], error: str) -> None:
    assert program.ask(signed(program.claims()), **fields).json() == {"error": error}


def test_a_field_that_stands_twice_is_refused(program: Program) -> None:
    assertion = signed(program.claims())
    body = f"grant_type=client_credentials&grant_type=password&client_assertion={assertion}"
    kind = {"Content-Type": "application/x-www-form-urlencoded"}
    answer = program.clinic.client().post("/api/v1/token", content=body, headers=kind)
    assert answer.json() == {"error": "invalid_request"}


def test_a_program_that_was_ended_or_got_other_keys_holds_nothing_more(program: Program) -> None:
    clinic = program.clinic
    token = program.ask(signed(program.claims())).json()["access_token"]
    new = ECKey.generate_key("P-384", {"kid": "ec-2"})
    keys = {"jwks": {"keys": [new.as_dict(private=False)]}}
    clinic.ok("PUT", f"/api/v1/programs/{program.id}/keys", "administrator", keys)
    assert clinic.call("GET", "/api/v1/users", token).status_code == 401
    assert program.ask(signed(program.claims())).status_code == 401
    token = program.ask(signed(program.claims(), new)).json()["access_token"]
    assert clinic.call("GET", "/api/v1/users", token).status_code == 403
    clinic.ok("DELETE", f"/api/v1/programs/{program.id}", "administrator")
    assert clinic.call("GET", "/api/v1/users", token).status_code == 401
    assert program.ask(signed(program.claims(), new)).status_code == 401
    assert clinic.call("DELETE", "/api/v1/programs/none", clinic.tokens["administrator"]).status_code == 404


def wrong_key_sets() -> dict[str, object]:
    small = {"kty": "RSA", "kid": "s", "e": "AQAB", "n": urlsafe_b64encode(b"\xc1" * 255).decode()}
    return {
        "no keys": {"keys": []},
        "no set": [],
        "a private key": {"keys": [ec_key().as_dict(private=True)]},
        "a secret": {"keys": [{"kty": "oct", "k": "AAAA", "kid": "x"}]},
        "no name": {"keys": [{k: v for k, v in ec_key().as_dict(private=False).items() if k != "kid"}]},
        "P-256": {"keys": [ECKey.generate_key("P-256", {"kid": "p"}).as_dict(private=False)]},
        "a small RSA key": {"keys": [small]},
        "a point off the curve": {"keys": [{**ec_key().as_dict(private=False), "x": "AAAA"}]},
        "a place to fetch them": {"jwks_uri": "http://127.0.0.1:9/"},
    }


def test_keys_that_cannot_be_taken_are_refused_at_the_registration(program: Program) -> None:
    for name, keys in wrong_key_sets().items():
        body = {"name": name, "jwks": keys, "scopes": ["course.read"], "clinics": ["north"]}
        answer = program.clinic.call("POST", "/api/v1/programs", program.clinic.tokens["administrator"], body)
        assert answer.status_code == 422, name


@pytest.mark.parametrize("engine", ENGINES)
def test_no_program_is_given_a_right_of_people(engine: str, tmp_path: Path) -> None:
    for clinic in opened(engine, tmp_path):
        for scope in ("account.manage", "course.transfer", "nothing"):
            body = {"name": "x", "jwks": key_set(), "scopes": [scope], "clinics": []}
            answer = clinic.call("POST", "/api/v1/programs", clinic.tokens["administrator"], body)
            assert answer.status_code == 422
        made = Program(clinic)
        assert made.ask(signed(made.claims())).status_code == 200
