"""Programs of others: registered with public keys, let in by a signed assertion (RFC 7523; SMART Backend Services).

The algorithm is that of the registered key, never that which the assertion names; nothing is fetched, whatever its
header says; and an assertion holds once.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, TypeGuard

from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, RSAKey
from sqlalchemy import Connection, delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from fullcourse.adapters.access.access import Access
from fullcourse.adapters.access.audit.entry import AuditEntry
from fullcourse.adapters.access.caller import Role
from fullcourse.adapters.access.people.accounts import add_account
from fullcourse.adapters.access.people.sessions import PROGRAM, Kind, begin_session
from fullcourse.adapters.access.rights import rights
from fullcourse.adapters.access.store.opening import hashed, us
from fullcourse.adapters.access.store.tables import ACCOUNT, CLIENT, JTI, SESSION
from fullcourse.adapters.json_text import parse_json
from fullcourse.clinical.errors import FullcourseError, InputError

__all__ = ["Granted", "RefusedClient", "RefusedScope", "add_client", "change_keys", "grant"]

LONGEST: Final = timedelta(minutes=5)
"""An assertion holds for so long at most."""
_AHEAD_S: Final = 60
"""The clock of a program may be ahead of ours by so many seconds."""
_LONGEST_TEXT: Final = 16_000
_LONGEST_JTI: Final = 200
_LEAST_RSA_BITS: Final = 2048
_SMART: Final[Mapping[str, frozenset[str]]] = {
    "system/*.read": frozenset(("course.read",)),
    "system/*.rs": frozenset(("course.read",)),
    "system/*.cruds": frozenset(("course.read", "event.write")),
}
"""Scopes of SMART that are taken. Narrower ones are refused: the rights that stand for them would reach further."""
_HEADER: Final = frozenset(("alg", "kid", "typ"))


class RefusedClient(FullcourseError):
    """The assertion does not hold; why is not said."""


class RefusedScope(FullcourseError):
    """More is asked than was registered."""


@dataclass(frozen=True, slots=True)
class Granted:
    """What a program is given.

    Attributes:
        word: That it sends with each call.
        scopes: As it asked for them.
    """

    word: str
    scopes: tuple[str, ...]


def add_client(
    access: Access, name: str, jwks: str, scopes: Iterable[str], clinics: Iterable[str], made_by: AuditEntry
) -> str:
    """Register a program, and return its client id.

    Args:
        access: What access has open.
        name: Of the program, for people.
        jwks: Its public keys as a JSON Web Key Set.
        scopes: Rights that it may ask for.
        clinics: Whose courses it may reach.
        made_by: Entry of the audit.

    Raises:
        InputError: A key or a right cannot be taken.
    """
    keys = json.dumps(_public_keys(jwks))
    asked = sorted(set(scopes))
    for scope in asked:
        if scope not in rights() or Role.INTEGRATION not in rights()[scope].reach:
            raise InputError("scopes: one of them is no right that a program can have. See the table of rights.")

    def work(connection: Connection) -> str:
        account = add_account(
            connection,
            access.keys,
            (Role.INTEGRATION,),
            made_by.at,
            name=name,
            login=f"program {name}",
            clinics=clinics,
        )
        connection.execute(insert(CLIENT).values(account=account, jwks=keys, scopes=" ".join(asked)))
        return account

    return access.write(work, made_by)


def change_keys(access: Access, client: str, jwks: str, made_by: AuditEntry) -> bool:
    """Give a program other keys; what it was given with the old ones ends. False where there is none of this id."""
    keys = json.dumps(_public_keys(jwks))

    def work(connection: Connection) -> bool:
        done = connection.execute(update(CLIENT).where(CLIENT.c.account == client).values(jwks=keys)).rowcount
        connection.execute(delete(SESSION).where(SESSION.c.account == client))
        return bool(done)

    return access.write(work, made_by)


def _public_keys(jwks: str) -> list[dict[str, object]]:
    """Return the keys of a set, without whatever else stands there."""
    read = parse_json(jwks, "jwks")
    listed = read.get("keys") if isinstance(read, dict) else None
    if not isinstance(listed, list) or not listed:
        raise InputError('jwks: it is no key set: {"keys": [...]} with one key or more.')
    return [_public_key(key) for key in listed]


def _public_key(key: object) -> dict[str, object]:
    if not isinstance(key, dict) or not isinstance(key.get("kid"), str) or not key["kid"]:
        raise InputError("jwks: a key has no 'kid', so nobody could tell by which an assertion is signed.")
    if set(key) & {"d", "p", "q", "k", "dp", "dq", "qi", "oth"}:
        raise InputError("jwks: it holds a private key. Keep that, make a new one, and send the public part alone.")
    try:
        if key.get("kty") == "RSA":
            rsa = RSAKey.import_key({name: key[name] for name in ("kty", "n", "e")})
            if rsa.raw_value.key_size < _LEAST_RSA_BITS:
                raise InputError(f"jwks: an RSA key has less than {_LEAST_RSA_BITS} bits.")
            return {name: key[name] for name in ("kty", "kid", "n", "e")}
        if key.get("kty") == "EC" and key.get("crv") == "P-384":
            ECKey.import_key({name: key[name] for name in ("kty", "crv", "x", "y")})
            return {name: key[name] for name in ("kty", "kid", "crv", "x", "y")}
    except (JoseError, ValueError, KeyError, TypeError):
        raise InputError("jwks: a key cannot be read.") from None
    raise InputError("jwks: a key is neither RSA (for RS384) nor EC on P-384 (for ES384).")


def grant(access: Access, assertion: str, audience: str, scope: str, now: datetime, address: str) -> Granted:
    """Let a program in by its assertion.

    Args:
        access: What access has open.
        assertion: As it was sent.
        audience: Address at which it was sent, as the assertion has to name it.
        scope: What is asked, words with spaces between; empty for all that was registered.
        now: This moment.
        address: From which it came.

    Raises:
        RefusedClient: The assertion does not hold, or did already.
        RefusedScope: More is asked than was registered.
    """
    header, claims = _unproved(assertion)
    client = claims.get("iss")
    if not isinstance(client, str) or claims.get("sub") != client:
        raise RefusedClient
    row = access.read(
        lambda connection: connection.execute(
            select(CLIENT.c.jwks, CLIENT.c.scopes)
            .join(ACCOUNT, ACCOUNT.c.id == CLIENT.c.account)
            .where(CLIENT.c.account == client, ACCOUNT.c.closed_us.is_(None))
        ).first()
    )
    if row is None:
        raise RefusedClient
    _prove(assertion, header, json.loads(row.jwks))
    ends_us, jti = _judge(claims, audience, now)
    asked = tuple(dict.fromkeys(scope.split())) or tuple(row.scopes.split())
    granted = frozenset[str]().union(*(_SMART.get(word, frozenset((word,))) for word in asked))
    if not granted <= set(row.scopes.split()):
        raise RefusedScope

    def work(connection: Connection) -> str:
        connection.execute(delete(JTI).where(JTI.c.ends_us < us(now)))
        connection.execute(insert(JTI).values(account=client, jti=hashed(jti), ends_us=ends_us))
        return begin_session(connection, client, Kind.PROGRAM, now, idle=None, ends=PROGRAM, scopes=sorted(granted))

    entry = AuditEntry(now, "sign-in", client, roles=(Role.INTEGRATION.value,), where=address, status=200)
    try:
        word = access.write(work, entry)
    except IntegrityError:
        raise RefusedClient from None
    return Granted(word, asked)


def _unproved(assertion: str) -> tuple[dict[str, object], dict[str, object]]:
    """Return the header and claims of an assertion before it was proved: only to find whose it would be."""
    try:
        if len(assertion) > _LONGEST_TEXT:
            raise RefusedClient
        read = jws.extract_compact(assertion.encode("ascii"))
        header, claims = dict(read.headers()), parse_json(read.payload.decode(), "the claims")
    except (JoseError, ValueError, TypeError, InputError):
        raise RefusedClient from None
    if not isinstance(claims, dict) or set(header) - _HEADER:
        raise RefusedClient  # jku, jwk, x5u, x5c, crit: each asks to trust or do something that was not registered
    return header, claims


def _prove(assertion: str, header: Mapping[str, object], listed: list[dict[str, str]]) -> None:
    """Refuse an assertion that none of the registered keys signed, by the algorithm of that key alone."""
    for key in listed:
        if key["kid"] != header.get("kid"):
            continue
        algorithm = "RS384" if key["kty"] == "RSA" else "ES384"
        if header.get("alg") != algorithm:
            continue
        public = RSAKey.import_key(dict(key)) if key["kty"] == "RSA" else ECKey.import_key(dict(key))
        try:
            jws.deserialize_compact(assertion, public, algorithms=[algorithm])
        except (JoseError, ValueError):
            continue
        return
    raise RefusedClient


def _judge(claims: Mapping[str, object], audience: str, now: datetime) -> tuple[int, str]:
    """Return until when an assertion must be remembered, and its number; refuse one that does not hold now."""
    aud, exp, jti = claims.get("aud"), claims.get("exp"), claims.get("jti")
    present = now.timestamp()
    if aud != audience and aud != [audience]:
        raise RefusedClient
    if not isinstance(jti, str) or not 0 < len(jti) <= _LONGEST_JTI:
        raise RefusedClient
    if (
        isinstance(exp, bool)
        or not isinstance(exp, int | float)
        or not present < exp <= present + LONGEST.total_seconds()
    ):
        raise RefusedClient
    for name in ("iat", "nbf"):
        begins = claims.get(name)
        if begins is not None and (
            isinstance(begins, bool) or not isinstance(begins, int | float) or begins > present + _AHEAD_S
        ):
            raise RefusedClient
    return us(now + LONGEST) + _AHEAD_S * 1_000_000, jti


def _is_number(value: object) -> TypeGuard[float]:
    return isinstance(value, int | float) and not isinstance(value, bool)
