"""A small issuer of OpenID Connect on this computer: discovery, keys, authorization code with PKCE, signed words."""

import base64
import hashlib
import secrets
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import parse_qs, urlencode

import uvicorn
from joserfc import jwt
from joserfc.jwk import ECKey
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

__all__ = ["OidcIssuer", "oidc_issuer"]

CLIENT, SECRET = "fullcourse", "a-secret-of-the-test"


class OidcIssuer:
    """An issuer whose next word can be made wrong."""

    def __init__(self) -> None:
        self.address, self.subject, self.back = "", "subject-one", ""
        self.key = ECKey.generate_key("P-256", {"kid": "issuer-1"})
        self.signs_with = self.key
        self.changed: dict[str, Any] = {}
        self.described: dict[str, Any] = {}
        self.now = 0
        self.codes: dict[str, dict[str, str]] = {}

    def app(self) -> Starlette:
        return Starlette(
            routes=[
                Route("/.well-known/openid-configuration", self.describe),
                Route("/keys", self.keys),
                Route("/authorize", self.authorize),
                Route("/token", self.token, methods=["POST"]),
            ]
        )

    async def describe(self, request: Request) -> Response:
        told = {"issuer": self.address, "authorization_endpoint": f"{self.address}/authorize",
                "token_endpoint": f"{self.address}/token", "jwks_uri": f"{self.address}/keys"}  # fmt: skip
        return JSONResponse(told | self.described)

    async def keys(self, request: Request) -> Response:
        return JSONResponse({"keys": [self.key.as_dict(private=False)]})

    async def authorize(self, request: Request) -> Response:
        asked = dict(request.query_params)
        assert asked["response_type"] == "code" and asked["client_id"] == CLIENT and asked["scope"] == "openid"
        assert asked["code_challenge_method"] == "S256" and asked["redirect_uri"] == self.back
        code = secrets.token_urlsafe(16)
        self.codes[code] = asked
        return RedirectResponse(f"{self.back}?{urlencode({'code': code, 'state': asked['state']})}", 303)

    async def token(self, request: Request) -> Response:
        sent = {name: values[0] for name, values in parse_qs((await request.body()).decode()).items()}
        basic = base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode()
        asked = self.codes.pop(sent.get("code", ""), None)
        if asked is None or request.headers.get("authorization") != f"Basic {basic}":
            return JSONResponse({"error": "invalid_grant"}, 400)
        challenge = base64.urlsafe_b64encode(hashlib.sha256(sent["code_verifier"].encode()).digest()).rstrip(b"=")
        if challenge.decode() != asked["code_challenge"] or sent["redirect_uri"] != self.back:
            return JSONResponse({"error": "invalid_grant"}, 400)
        claims = {"iss": self.address, "sub": self.subject, "aud": CLIENT, "nonce": asked["nonce"],
                  "iat": self.now, "exp": self.now + 300} | self.changed  # fmt: skip
        word = jwt.encode({"alg": "ES256", "kid": "issuer-1"}, claims, self.signs_with, algorithms=["ES256"])
        return JSONResponse({"access_token": "x", "token_type": "Bearer", "id_token": word})


@contextmanager
def oidc_issuer() -> Iterator[OidcIssuer]:
    """Serve an issuer on 127.0.0.1."""
    issuer = OidcIssuer()
    server = uvicorn.Server(uvicorn.Config(issuer.app(), host="127.0.0.1", port=0, log_config=None, lifespan="off"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    issuer.address = f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    yield issuer
    server.should_exit = True
    thread.join(10)
