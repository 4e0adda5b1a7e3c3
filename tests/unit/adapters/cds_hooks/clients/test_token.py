"""Attacks on the signed token of a client; a right one holds once."""

import base64
import hashlib
import hmac
import json
import warnings
from collections.abc import Callable
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from joserfc import jws
from joserfc.jwk import ECKey, OctKey, RSAKey

from fhir_server import serving
from fullcourse.adapters.cds_hooks.clients.listed import Client, read_clients
from fullcourse.adapters.cds_hooks.clients.token import NotTrusted, TokenCheck
from fullcourse.clinical.errors import InputError

ADDRESS = "https://fullcourse.example/cds-services/fullcourse-order-sign"
NOW = datetime(2026, 11, 30, 8, tzinfo=UTC)
S = int(NOW.timestamp())
CLAIMS = {"iss": "https://ehr.example", "aud": ADDRESS, "exp": S + 300, "iat": S, "jti": "one", "tenant": "t1"}
HEADER = {"alg": "ES384", "typ": "JWT", "kid": "k1"}


def small_key() -> RSAKey:
    made = rsa.generate_private_key(public_exponent=65_537, key_size=1024)  # noqa: S505 - to see it refused
    pem = made.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    with warnings.catch_warnings(action="ignore"):
        return RSAKey.import_key(pem, {"kid": "small"})


@cache
def keys() -> dict[str, Any]:
    return {
        "k1": ECKey.generate_key("P-384", {"kid": "k1", "use": "sig"}, private=True),
        "r1": RSAKey.generate_key(2048, {"kid": "r1"}, private=True),
        "small": small_key(),
        "p256": ECKey.generate_key("P-256", {"kid": "p256"}, private=True),
        "evil": ECKey.generate_key("P-384", {"kid": "k1"}, private=True),
    }


def public(*names: str) -> dict[str, Any]:
    return {"keys": [{**keys()[name].as_dict(private=False), "kid": name} for name in names]}


def client(**more: Any) -> Client:
    known = {it["kid"]: it for it in public("k1", "r1", "small", "p256")["keys"]}
    known["enc"] = {**known["k1"], "kid": "enc", "use": "enc"}
    return Client(**{"iss": "https://ehr.example", "tenant": "t1", "keys": known, **more})


def b64(value: Any) -> str:
    data = value if isinstance(value, bytes) else json.dumps(value).encode()
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def signed(claims: dict[str, Any] | bytes | None = None, header: dict[str, Any] | None = None, key: str = "k1") -> str:
    body = claims if isinstance(claims, bytes) else json.dumps(CLAIMS if claims is None else claims).encode()
    head = HEADER if header is None else header
    algorithms = ["ES384", "RS384", "ES256", "HS256", "PS384"]
    return jws.serialize_compact(head, body, keys()[key], algorithms=algorithms)


def changed(**more: Any) -> dict[str, Any]:
    return {name: value for name, value in {**CLAIMS, **more}.items() if value is not None}


def headed(**more: Any) -> dict[str, Any]:
    return {name: value for name, value in {**HEADER, **more}.items() if value is not None}


def with_shared_secret() -> str:
    pem = keys()["r1"].as_pem(private=False)
    head = f"{b64({'alg': 'HS256', 'typ': 'JWT', 'kid': 'r1'})}.{b64(CLAIMS)}"
    return f"{head}.{b64(hmac.new(pem, head.encode(), hashlib.sha256).digest())}"


ATTACKS: dict[str, Callable[[], str]] = {
    "no signature": lambda: f"{b64(headed(alg='none'))}.{b64(CLAIMS)}.",
    "none with a signature": lambda: f"{b64(headed(alg='none'))}.{b64(CLAIMS)}.{b64(b'x')}",
    "None": lambda: f"{b64(headed(alg='None'))}.{b64(CLAIMS)}.{b64(b'x')}",
    "HS256 with the public key": with_shared_secret,
    "HS384 named over a right signature": lambda: f"{b64(headed(alg='HS384'))}.{'.'.join(signed().split('.')[1:])}",
    "RS384 named for a key of curves": lambda: f"{b64(headed(alg='RS384'))}.{'.'.join(signed().split('.')[1:])}",
    "a list of algorithms": lambda: f"{b64(headed(alg=['ES384']))}.{'.'.join(signed().split('.')[1:])}",
    "no algorithm": lambda: f"{b64(headed(alg=None))}.{'.'.join(signed().split('.')[1:])}",
    "ES256": lambda: signed(header=headed(alg="ES256", kid="p256"), key="p256"),
    "ES384 with a key of another curve": lambda: f"{b64(headed(kid='p256'))}.{'.'.join(signed().split('.')[1:])}",
    "a key of 1024 bits": lambda: signed(header=headed(alg="RS384", kid="small"), key="small"),
    "a key for encryption": lambda: signed(header=headed(kid="enc")),
    "another's key under the id": lambda: signed(key="evil"),
    "no key id": lambda: signed(header=headed(kid=None)),
    "an unknown key id": lambda: signed(header=headed(kid="k2")),
    "a path for a key id": lambda: signed(header=headed(kid="../../etc/passwd")),
    "SQL for a key id": lambda: signed(header=headed(kid="k1' OR '1'='1")),
    "crit": lambda: f"{b64(headed(crit=['exp']))}.{'.'.join(signed().split('.')[1:])}",
    "b64": lambda: f"{b64(headed(b64=False, crit=['b64']))}.{'.'.join(signed().split('.')[1:])}",
    "a key of its own": lambda: signed(header=headed(jwk=keys()["evil"].as_dict(private=False)), key="evil"),
    "an address of its own": lambda: signed(header=headed(jku="https://evil.example/jwks"), key="evil"),
    "an address of its own, rightly signed": lambda: signed(header=headed(jku="https://evil.example/jwks")),
    "a certificate of its own": lambda: signed(header=headed(x5u="https://evil.example/x"), key="evil"),
    "another type": lambda: signed(header=headed(typ="at+jwt")),
    "expired": lambda: signed(changed(exp=S - 31, iat=S - 400)),
    "five minutes and more ahead": lambda: signed(changed(exp=S + 331)),
    "no expiry": lambda: signed(changed(exp=None)),
    "an expiry in words": lambda: signed(changed(exp=str(S + 300))),
    "an expiry that is true": lambda: signed(changed(exp=True)),
    "an expiry without end": lambda: signed(json.dumps(CLAIMS).replace(str(S + 300), "Infinity").encode()),
    "not issued yet": lambda: signed(changed(iat=S + 31)),
    "no time of issue": lambda: signed(changed(iat=None)),
    "not before later": lambda: signed(changed(nbf=S + 31)),
    "another audience": lambda: signed(changed(aud="https://other.example/cds-services/x")),
    "the audience of another endpoint": lambda: signed(changed(aud="https://fullcourse.example/cds-services")),
    "an audience with more behind it": lambda: signed(changed(aud=f"{ADDRESS}/")),
    "a list of other audiences": lambda: signed(changed(aud=[f"{ADDRESS}x"])),
    "no audience": lambda: signed(changed(aud=None)),
    "another issuer": lambda: signed(changed(iss="https://evil.example")),
    "an issuer of a list": lambda: signed(changed(iss=["https://ehr.example"])),
    "no issuer": lambda: signed(changed(iss=None)),
    "another tenant": lambda: signed(changed(tenant="t2")),
    "no tenant": lambda: signed(changed(tenant=None)),
    "no id": lambda: signed(changed(jti=None)),
    "an empty id": lambda: signed(changed(jti="")),
    "a claim twice": lambda: signed(json.dumps(CLAIMS).replace("{", '{"iss": "https://evil.example", ', 1).encode()),
    "claims that are no object": lambda: signed(b"[1]"),
    "a body that was changed": lambda: f"{signed().split('.')[0]}.{b64(changed(jti='two'))}.{signed().split('.')[2]}",
    "a signature that is cut": lambda: signed()[:-4],
    "two parts": lambda: ".".join(signed().split(".")[:2]),
    "five parts": lambda: f"{signed()}.x.y",
    "nothing": lambda: "",
    "very long": lambda: signed(changed(more="x" * 9_000)),
    "no base64": lambda: f"{signed()}\n",
}


@pytest.mark.parametrize("attack", ATTACKS)
def test_an_attack_does_not_hold(attack: str):
    with pytest.raises(NotTrusted) as refused:
        TokenCheck([client()]).client_of(ATTACKS[attack](), ADDRESS, NOW)
    assert str(refused.value) == ""


RIGHT: dict[str, Callable[[], str]] = {
    "ES384": signed,
    "RS384": lambda: signed(header=headed(alg="RS384", kid="r1"), key="r1"),
    "a list of audiences": lambda: signed(changed(aud=["https://x.example", ADDRESS])),
    "no type": lambda: signed(header=headed(typ=None)),
    "just not expired": lambda: signed(changed(exp=S - 29, iat=S - 300)),
    "just five minutes ahead": lambda: signed(changed(exp=S + 330)),
    "its own address of keys": lambda: signed(header=headed(jku="https://ehr.example/jwks")),
}


@pytest.mark.parametrize("right", RIGHT)
def test_a_right_token_holds_once(right: str):
    check = TokenCheck([client(jku="https://ehr.example/jwks")])
    token = RIGHT[right]()
    assert check.client_of(token, ADDRESS, NOW).iss == "https://ehr.example"
    with pytest.raises(NotTrusted):
        check.client_of(token, ADDRESS, NOW)


def test_the_same_id_of_another_client_is_another_token():
    other = client(iss="https://b.example")
    check = TokenCheck([client(), other])
    check.client_of(signed(), ADDRESS, NOW)
    assert check.client_of(signed(changed(iss="https://b.example")), ADDRESS, NOW) is other


def test_keys_at_the_listed_address_are_fetched_once_and_again_for_a_new_key():
    with serving({"jwks": public("k1")}) as server:
        known = client(jku=f"{server.base}/jwks", keys={}, are_on_file=False)
        check = TokenCheck([known])
        for number in range(3):
            check.client_of(signed(changed(jti=f"n{number}")), ADDRESS, NOW)
        assert len(server.asked) == 1
        for number in range(5):  # a stranger's ids of keys do not make it ask again and again
            with pytest.raises(NotTrusted):
                check.client_of(signed(changed(jti=f"m{number}"), headed(kid="r9")), ADDRESS, NOW)
        assert len(server.asked) == 1
        server.resources["jwks"] = public("k1", "r1")
        assert known.key("r1", clock=lambda: 1e9) is not None
        server.resources["jwks"] = {"keys": "x"}
        assert known.key("r1", clock=lambda: 2e9) is not None


def test_a_token_that_does_not_hold_for_another_reason_fetches_nothing():
    with serving({"jwks": public("k1")}) as server:
        check = TokenCheck([client(jku=f"{server.base}/jwks", keys={}, are_on_file=False)])
        for claims in (
            changed(iss="https://evil.example"),
            changed(aud="x"),
            changed(exp=S - 100),
            changed(tenant="t2"),
        ):
            with pytest.raises(NotTrusted):
                check.client_of(signed(claims), ADDRESS, NOW)
        with pytest.raises(NotTrusted):
            check.client_of(signed(header=headed(jku=f"{server.base}/evil"), key="evil"), ADDRESS, NOW)
        assert server.asked == []


def test_a_file_of_clients(tmp_path: Path):
    (tmp_path / "keys.json").write_text(json.dumps(public("k1")))
    file = tmp_path / "clients.toml"
    file.write_text(
        '[[client]]\niss = "a"\njwks = "keys.json"\ntenant = "t"\n[[client]]\niss = "b"\njku = "https://b.example/k"\n'
    )
    one, two = read_clients(file)
    assert (one.iss, one.tenant, list(one.keys), one.are_on_file) == ("a", "t", ["k1"], True)
    assert (two.iss, two.jku, two.are_on_file) == ("b", "https://b.example/k", False)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "x = 1",
        "[[client]]\n",
        '[[client]]\niss = "a"\n',
        '[[client]]\njku = "https://b.example"\n',
        '[[client]]\niss = "a"\njku = "http://b.example"\n',
        '[[client]]\niss = "a"\njwks = "gone.json"\n',
        '[[client]]\niss = "a"\njku = "https://b.example"\nsecret = "x"\n',
        '[[client]]\niss = 1\njku = "https://b.example"\n',
        '[[client]]\niss = "a"\njku = "https://b.example"\n[[client]]\niss = "a"\njku = "https://b.example"\n',
        "[[client",
    ],
)
def test_a_file_that_cannot_be_used_stops_the_start(text: str, tmp_path: Path):
    file = tmp_path / "clients.toml"
    file.write_text(text)
    with pytest.raises(InputError, match="FULLCOURSE_CDS_CLIENTS"):
        read_clients(file)


def test_a_secret_shared_with_a_client_is_no_key():
    shared = {**OctKey.generate_key(256, {"kid": "s1"}).as_dict(private=True), "kid": "s1"}
    check = TokenCheck([client(keys={"s1": shared})])
    with pytest.raises(NotTrusted):
        check.client_of(signed(header=headed(kid="s1")), ADDRESS, NOW)
