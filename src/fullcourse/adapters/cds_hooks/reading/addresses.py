"""Addresses of servers that may be asked: exactly those that somebody listed, and nothing beneath another name.

Everything that could make one address look like another is refused and never put right: a user name, a port that is
not the listed one, a dot segment, an encoded slash, a backslash, a letter that no address has.
"""

import re
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from fullcourse.clinical.errors import InputError

__all__ = ["LOOPBACK", "Base", "base_of"]

LOOPBACK: Final = frozenset({"127.0.0.1", "::1", "localhost"})

_PLAIN: Final = re.compile(r"[A-Za-z0-9\-._~:/?#\[\]@!$&'()*+,;=%|]{1,8000}")
_DOTS: Final = re.compile(r"(?:^|/)(?:\.|%2e){1,2}(?:/|$)", re.IGNORECASE)
_ENCODED: Final = re.compile(r"%(?:2f|5c|00|0a|0d)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Base:
    """The address of one server, as it was listed.

    Attributes:
        scheme: ``https``, or ``http`` of this computer.
        host: In lower case.
        port: Of the scheme where none was given.
        path: Without a slash at its end.
    """

    scheme: str
    host: str
    port: int
    path: str

    def within(self, address: str) -> str | None:
        """Return the path and query of an address that lies within this server; None for any other.

        Args:
            address: Absolute, or None of it is used.
        """
        other = _parts(address)
        if other is None or (other.scheme, other.host, other.port) != (self.scheme, self.host, self.port):
            return None
        path, _, query = other.path.partition("?")
        if path != self.path and not path.startswith(f"{self.path}/"):
            return None
        return f"{path}?{query}" if query else path

    def is_at(self, address: str) -> bool:
        """Return whether an address is this server's, a slash at its end aside."""
        return _parts(address) == self


def base_of(address: str, setting: str) -> Base:
    """Return a server that somebody lists.

    Args:
        address: https, or http of this computer alone.
        setting: Where it stands, for messages.

    Raises:
        InputError: It is no such address.
    """
    base = _parts(address)
    if base is None or "?" in base.path:
        raise InputError(f"{setting}: an address in it is none of a server. Write it as https://ehr.example/fhir.")
    if base.scheme != "https" and base.host not in LOOPBACK:
        raise InputError(f"{setting}: an address in it is not https, and http is for this computer alone.")
    return base


def _parts(address: str) -> Base | None:
    if not _PLAIN.fullmatch(address) or "#" in address or "@" in address.partition("?")[0]:
        return None
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError:
        return None
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.netloc.endswith(":"):
        return None
    if _DOTS.search(parts.path) or _ENCODED.search(parts.path) or "//" in parts.path:
        return None
    port = port if port is not None else (443 if parts.scheme == "https" else 80)
    query = f"?{parts.query}" if parts.query else ""
    return Base(parts.scheme, parts.hostname, port, parts.path.rstrip("/") + query)
