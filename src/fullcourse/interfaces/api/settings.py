"""Settings of the service: one table, read from the environment alone, each explained; a bad one stops the start.

A secret may stand in a file instead: the variable's name with ``_FILE`` names it.
"""

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from fullcourse.clinical.errors import InputError

__all__ = ["SETTINGS", "Setting", "Settings", "read_settings"]


@dataclass(frozen=True, slots=True)
class Setting:
    """One row of the table.

    Attributes:
        name: Of the environment variable.
        default: As it would stand there; empty for none.
        says: What it does, with its unit and range.
        read: Makes a value of its text; raises ValueError with what is wrong.
        is_secret: Whether its value is never printed.
    """

    name: str
    default: str
    says: str
    read: Callable[[str], object]
    is_secret: bool = False


def _between(least: int, most: int) -> Callable[[str], int]:
    def read(text: str) -> int:
        try:
            number = int(text)
        except ValueError:
            raise ValueError("it is no whole number") from None
        if not least <= number <= most:
            raise ValueError(f"it lies outside {least} to {most}")
        return number

    return read


def _yes_or_no(text: str) -> bool:
    if text not in ("yes", "no"):
        raise ValueError("it is neither yes nor no")
    return text == "yes"


def _words(text: str) -> tuple[str, ...]:
    return tuple(word for word in (part.strip() for part in text.split(",")) if word)


def _addresses(text: str) -> tuple[str, ...]:
    """Read origins or addresses of servers: https, or http of this computer alone."""
    for word in _words(text):
        if not word.startswith(("https://", "http://127.0.0.1", "http://localhost", "http://[::1]")):
            raise ValueError("an address in it begins neither with https:// nor with http:// of this computer")
    return _words(text)


SETTINGS: Final[tuple[Setting, ...]] = (
    Setting("FULLCOURSE_HOST", "127.0.0.1", "Address on which the service listens.", str),
    Setting("FULLCOURSE_PORT", "8080", "Port on which it listens; 0 for any that is free.", _between(0, 65535)),
    Setting("FULLCOURSE_PUBLIC_URL", "", "Address by which others reach it, with https; empty for host and port.", str),
    Setting("FULLCOURSE_DATABASE_URL", "", "Where courses are kept: an SQLite file or postgresql://...", str),
    Setting(
        "FULLCOURSE_OPEN_ADVICE",
        "no",
        "yes: whoever reaches the service may ask about a record that comes with the call, without a sign-in. Nothing "
        "of it is kept.",
        _yes_or_no,
    ),
    Setting("FULLCOURSE_BODY_BYTES", "1000000", "Longest body of a call, in bytes.", _between(1_000, 64_000_000)),
    Setting(
        "FULLCOURSE_RECORD_BYTES", "20000000", "Longest body that holds records, in bytes.", _between(1_000, 64_000_000)
    ),
    Setting("FULLCOURSE_BODY_SECONDS", "10", "A body must have come within so many seconds.", _between(1, 120)),
    Setting(
        "FULLCOURSE_CALLS_AT_ONCE", "64", "Calls that are answered at once; more are told to come again.",
        _between(1, 10_000),
    ),
    Setting("FULLCOURSE_PROFILE", "us", "Which sources lead where a call names none: us, who, msf or india.", str),
    Setting(
        "FULLCOURSE_CDS_CLIENTS",
        "",
        "File (TOML) of the clients that may call CDS Hooks: [[client]] with iss, jwks (a file) or jku (an address).",
        str,
    ),
    Setting(
        "FULLCOURSE_FHIR_SERVERS",
        "",
        "FHIR servers of CDS Hooks clients that may be asked for what was not sent: exact base addresses, by commas.",
        _addresses,
    ),
    Setting("FULLCOURSE_ORIGINS", "", "Web pages of others that may call CDS Hooks, by commas.", _addresses),
)  # fmt: skip
"""Every setting of the service."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What was set.

    Attributes:
        values: By the names of the variables.
    """

    values: Mapping[str, object]

    def text(self, name: str) -> str:
        """Return a setting that is text."""
        return str(self.values[name])

    def number(self, name: str) -> int:
        """Return a setting that is a whole number."""
        value = self.values[name]
        if not isinstance(value, int):
            raise TypeError(name)
        return value

    def is_on(self, name: str) -> bool:
        """Return a setting that is yes or no."""
        return self.values[name] is True

    def words(self, name: str) -> tuple[str, ...]:
        """Return a setting that is a list."""
        value = self.values[name]
        if not isinstance(value, tuple):
            raise TypeError(name)
        return value


def read_settings(environment: Mapping[str, str] | None = None, table: tuple[Setting, ...] = SETTINGS) -> Settings:
    """Read the settings, all of them before anything is started.

    Args:
        environment: Variables by their names; those of this process without it.
        table: What can be set.

    Raises:
        InputError: One is wrong; each that is wrong stands in the message by its name, and its value never does.
    """
    given = os.environ if environment is None else environment
    values: dict[str, object] = {}
    faults: list[str] = []
    for setting in table:
        try:
            values[setting.name] = setting.read(_text(setting, given))
        except ValueError as error:
            faults.append(f"{setting.name}: {error}. {setting.says}")
    if faults:
        raise InputError("the service does not start, since a setting cannot be used. " + " ".join(faults))
    return Settings(values)


def _text(setting: Setting, given: Mapping[str, str]) -> str:
    name = f"{setting.name}_FILE"
    if name not in given:
        return given.get(setting.name, setting.default)
    if setting.name in given:
        raise ValueError(f"both it and {name} are set, and they may differ; set one")
    try:
        return Path(given[name]).read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError):
        raise ValueError(f"the file that {name} names cannot be read") from None
