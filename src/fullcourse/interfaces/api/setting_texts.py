"""The texts of settings as values: each reader raises ValueError with what is wrong, as the end of a sentence."""

from collections.abc import Callable
from datetime import datetime, time
from ipaddress import ip_network
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from fullcourse.adapters.countries import country_fault
from fullcourse.adapters.zones import load_zone
from fullcourse.clinical.errors import InputError

__all__ = [
    "addresses",
    "between",
    "clinic_readers",
    "country",
    "folder",
    "kernel",
    "morning",
    "networks",
    "one_address",
    "one_origin",
    "push_services",
    "token",
    "words",
    "yes_or_no",
    "zone",
]

_NOON: Final = time(12)
_TOKEN_LENGTH: Final = 32
"""Of a token that a person made up, at least: some 128 bits in base64 or hexadecimal digits."""


def between(least: int, most: int) -> Callable[[str], int]:
    """Return a reader of whole numbers within a range, both ends in it."""

    def read(text: str) -> int:
        try:
            number = int(text)
        except ValueError:
            raise ValueError("it is no whole number") from None
        if not least <= number <= most:
            raise ValueError(f"it lies outside {least} to {most}")
        return number

    return read


def yes_or_no(text: str) -> bool:
    """Read yes or no."""
    if text not in ("yes", "no"):
        raise ValueError("it is neither yes nor no")
    return text == "yes"


def words(text: str) -> tuple[str, ...]:
    """Read words between commas."""
    return tuple(word for word in (part.strip() for part in text.split(",")) if word)


def addresses(text: str) -> tuple[str, ...]:
    """Read origins or addresses of servers: https, or http of this computer alone."""
    for word in words(text):
        if not word.startswith(("https://", "http://127.0.0.1", "http://localhost", "http://[::1]")):
            raise ValueError("an address in it begins neither with https:// nor with http:// of this computer")
    return words(text)


def one_address(text: str) -> str:
    """Read one address, with a path where it has one."""
    addresses(text)
    if "," in text or any(sign in text for sign in "?#@ "):
        raise ValueError("it is no single address")
    return text


def one_origin(text: str) -> str:
    """Read the address of this service as others know it: no path, since its own addresses begin at the root."""
    addresses(text)
    text = text.removesuffix("/")
    if "," in text or text.count("/") > 2 or any(sign in text for sign in "?#@ "):
        raise ValueError("it is no address of one place without a path, such as https://tb.example.org")
    return text


def networks(text: str) -> tuple[str, ...]:
    """Read addresses of proxies, or networks of them."""
    for word in words(text):
        try:
            ip_network(word, strict=False)
        except ValueError:
            raise ValueError("what stands in it is no address and no network, such as 10.0.0.0/8") from None
    return words(text)


def push_services(text: str) -> tuple[str, ...]:
    """Read origins of push services; a star stands for the part before a host."""
    for word in addresses(text):
        host = urlsplit(word).netloc
        if not host or word != f"{urlsplit(word).scheme}://{host}" or "@" in host or "*" in host.removeprefix("*."):
            raise ValueError("what stands in it is no address without a path, such as https://push.example.org")
    return words(text)


def folder(text: str) -> str:
    """Read a folder that is there, or nothing."""
    if text and not Path(text).is_dir():
        raise ValueError("there is no such folder; make it first")
    return text


def token(text: str) -> str:
    """Read a word that nobody guesses, or nothing."""
    if text and len(text) < _TOKEN_LENGTH:
        raise ValueError(f"it is shorter than {_TOKEN_LENGTH} characters, and could be guessed")
    return text


def morning(text: str) -> str:
    """Read a time of the morning; it stays text."""
    try:
        clock = datetime.strptime(text, "%H:%M").time()  # noqa: DTZ007 - a time of the clock of no day
    except ValueError:
        raise ValueError("it is no time such as 07:00") from None
    if clock >= _NOON:
        raise ValueError("it is no time before noon")
    return f"{clock:%H:%M}"


def clinic_readers(text: str) -> tuple[str, ...]:
    """Read who gets the list of which clinic, as ``north=ward@example.org``."""
    pairs = words(text)
    for pair in pairs:
        clinic, _, address = pair.partition("=")
        if not clinic or "@" not in address.strip("@") or not pair.isprintable() or " " in pair:
            raise ValueError("what stands in it is not the id of a clinic, '=' and an address of mail")
    addresses = [pair.partition("=")[2] for pair in pairs]
    if len(set(addresses)) < len(addresses):
        raise ValueError("an address stands in it twice, and its messages could not be told apart")
    return pairs


def zone(text: str) -> str:
    """Read a zone of the time zone database, or nothing."""
    try:
        return load_zone(text).name if text else ""
    except InputError:
        raise ValueError("no zone of this name is in the time zone database; write it as Africa/Johannesburg") from None


def country(text: str) -> str:
    """Read two letters of a country, or nothing."""
    if text and (fault := country_fault(text.upper())):
        raise ValueError(fault)
    return text.upper()


def kernel(text: str) -> str:
    """Read by which kernel levels are worked out."""
    if text not in ("", "reference"):
        raise ValueError("it is neither empty nor 'reference'")
    return text
