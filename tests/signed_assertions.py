"""Assertions as programs of others sign them, right ones and wrong ones."""

import json
import uuid
from base64 import urlsafe_b64encode
from datetime import datetime
from functools import cache
from typing import Any

from joserfc import jws
from joserfc.jwk import ECKey, OctKey, RSAKey

__all__ = ["claims_for", "ec_key", "key_set", "rsa_key", "signed", "unsigned"]


@cache
def ec_key() -> ECKey:
    """Return a key on P-384."""
    return ECKey.generate_key("P-384", {"kid": "ec-1"})


@cache
def rsa_key() -> RSAKey:
    """Return an RSA key of 2048 bits."""
    return RSAKey.generate_key(2048, {"kid": "rsa-1"})


def key_set() -> dict[str, Any]:
    """Return the public parts of both."""
    return {"keys": [key.as_dict(private=False) for key in (ec_key(), rsa_key())]}


def claims_for(client: str, audience: str, now: datetime, **other: Any) -> dict[str, Any]:
    """Return the claims of an assertion that holds; a claim that is given as None is left out."""
    present = int(now.timestamp())
    made = {
        "iss": client, "sub": client, "aud": audience, "exp": present + 240, "iat": present, "jti": str(uuid.uuid4()),
        **other,
    }  # fmt: skip
    return {name: value for name, value in made.items() if value is not None}


def signed(claims: dict[str, Any], key: ECKey | RSAKey | OctKey | None = None, **header: Any) -> str:
    """Return a signed assertion, whatever its header says."""
    key = key or ec_key()
    algorithm = {"EC": "ES384", "RSA": "RS384", "oct": "HS384"}[key.key_type]
    sent = {"alg": algorithm, "kid": key.kid, "typ": "JWT", **header}
    text = ".".join(_encoded(json.dumps(part).encode()) for part in (sent, claims))
    made = jws.JWSRegistry.algorithms[sent["alg"]].sign(text.encode(), key)
    return f"{text}.{_encoded(made)}"


def _encoded(part: bytes) -> str:
    return urlsafe_b64encode(part).rstrip(b"=").decode()


def unsigned(claims: dict[str, Any], algorithm: str = "none", signature: str = "") -> str:
    """Return an assertion that says that it needs no signature."""
    parts = [json.dumps({"alg": algorithm, "kid": "ec-1", "typ": "JWT"}), json.dumps(claims)]
    return ".".join([_encoded(part.encode()) for part in parts] + [signature])
