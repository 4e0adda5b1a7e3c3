"""The clients that may call: one file names each by its issuer, and where its keys are.

A key is taken from nowhere else: no address, no key and no certificate that a token itself names is looked at.
"""

import time
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from fullcourse.adapters.cds_hooks.reading.addresses import base_of
from fullcourse.adapters.cds_hooks.reading.fetching import FetchLimits, Unreachable, get_json
from fullcourse.adapters.json_text import decode_text, parse_json
from fullcourse.clinical.errors import InputError

__all__ = ["Client", "read_clients"]

_KNOWN: Final = frozenset({"iss", "jwks", "jku", "tenant"})
_FORGOTTEN_AFTER_S: Final = 300.0
_ASKED_AGAIN_AFTER_S: Final = 30.0
_SETTING: Final = "FULLCOURSE_CDS_CLIENTS"


@dataclass(eq=False)
class Client:
    """One client.

    Attributes:
        iss: Its issuer, exactly as its tokens have it.
        tenant: What its tokens must name; empty where they need not.
        jku: Address of its keys, the only one that its tokens may name; empty for none.
        keys: By their ids.
        are_on_file: Whether the keys were read from a file: the address is then never asked.
    """

    iss: str
    tenant: str = ""
    jku: str = ""
    keys: Mapping[str, Mapping[str, object]] = field(default_factory=dict)
    are_on_file: bool = True
    _fetched_s: float | None = None

    def key(self, kid: str, clock: Callable[[], float] = time.monotonic) -> Mapping[str, object] | None:
        """Return a key by its id; None where there is none.

        Keys at an address are kept for five minutes; for an id that is not among them the address is asked again, at
        most twice a minute, so that nobody makes this service ask it at will.
        """
        if not self.are_on_file:
            since = None if self._fetched_s is None else clock() - self._fetched_s
            if since is None or since > _FORGOTTEN_AFTER_S or (kid not in self.keys and since > _ASKED_AGAIN_AFTER_S):
                self._fetched_s = clock()
                self._fetch()
        return self.keys.get(kid)

    def _fetch(self) -> None:
        base = base_of(self.jku, _SETTING)
        try:
            self.keys = _keys_of(get_json(base, base.path, "", "application/json", FetchLimits(2.0, 200_000)))
        except (Unreachable, InputError):  # those that were had are used while the address does not answer
            return


def read_clients(path: Path) -> tuple[Client, ...]:
    """Return the clients of a file.

    Args:
        path: TOML with ``[[client]]``: ``iss``; ``jwks``, a file beside it, ``jku``, an address, or both; ``tenant``.

    Raises:
        InputError: It cannot be used; the message says which entry.
    """
    try:
        table = tomllib.loads(path.read_text("utf-8"))
    except OSError:
        raise InputError(f"{_SETTING}: the file cannot be read.") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError):
        raise InputError(f"{_SETTING}: the file is no TOML.") from None
    listed = table.get("client")
    if set(table) != {"client"} or not isinstance(listed, list) or not listed:
        raise InputError(f"{_SETTING}: the file holds [[client]] entries and nothing else.")
    clients = [_client(entry, number, path.parent) for number, entry in enumerate(listed, 1)]
    if len({client.iss for client in clients}) != len(clients):
        raise InputError(f"{_SETTING}: an issuer stands there twice.")
    return tuple(clients)


def _client(entry: object, number: int, folder: Path) -> Client:
    where = f"{_SETTING}: client {number}"
    if not isinstance(entry, dict) or not set(entry) <= _KNOWN or not all(isinstance(it, str) for it in entry.values()):
        raise InputError(f"{where} has {', '.join(sorted(_KNOWN))}, each a text, and nothing else.")
    iss, jwks, jku = entry.get("iss", ""), entry.get("jwks", ""), entry.get("jku", "")
    if not iss or not (jwks or jku):
        raise InputError(f"{where} needs 'iss', and 'jwks' (a file) or 'jku' (an address).")
    keys: Mapping[str, Mapping[str, object]] = {}
    if jku:
        base_of(jku, f"{where}, jku")
    if jwks:
        try:
            text = decode_text((folder / jwks).read_bytes(), "its keys")
        except OSError:
            raise InputError(f"{where}: the file of its keys cannot be read.") from None
        keys = _keys_of(parse_json(text, "its keys"))
    return Client(iss, entry.get("tenant", ""), jku, keys, are_on_file=bool(jwks))


def _keys_of(value: object) -> dict[str, Mapping[str, object]]:
    """Return the keys of a JWKS by their ids.

    Raises:
        InputError: It is none, or holds an id twice.
    """
    listed = value.get("keys") if isinstance(value, dict) else None
    if not isinstance(listed, list):
        raise InputError(f"{_SETTING}: keys stand in a JSON Web Key Set.")
    keys: dict[str, Mapping[str, object]] = {}
    for key in listed:
        kid = key.get("kid") if isinstance(key, dict) else None
        if isinstance(kid, str) and kid in keys:
            raise InputError(f"{_SETTING}: two keys have one id.")
        if isinstance(kid, str) and isinstance(key, dict):
            keys[kid] = key
    return keys
