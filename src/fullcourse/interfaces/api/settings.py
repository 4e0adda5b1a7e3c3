"""Every setting of the program: one table, read from the environment alone; a bad one stops the start of the service.

A secret may stand in a file instead: the variable's name with ``_FILE`` names it. The command ``settings``, the manual
and the description of the service all print this table.
"""

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from fullcourse.clinical.errors import InputError
from fullcourse.interfaces.api.setting_texts import (
    addresses,
    between,
    clinic_readers,
    country,
    folder,
    kernel,
    morning,
    networks,
    one_address,
    one_origin,
    push_services,
    token,
    yes_or_no,
    zone,
)

__all__ = ["PREFIX", "SETTINGS", "Setting", "Settings", "read_settings", "unknown_settings"]

PREFIX: Final = "FULLCOURSE_"


@dataclass(frozen=True, slots=True)
class Setting:
    """One row of the table.

    Attributes:
        name: Of the environment variable.
        default: As it would stand there; empty for none.
        says: What it does, with its unit and range.
        read: Makes a value of its text; raises ValueError with what is wrong.
        is_secret: Whether its value is never printed, and may stand in a file that ``NAME_FILE`` names.
        is_everywhere: Whether every command reads it, and not the service alone.
    """

    name: str
    default: str
    says: str
    read: Callable[[str], object]
    is_secret: bool = False
    is_everywhere: bool = False


SETTINGS: Final[tuple[Setting, ...]] = (
    Setting("FULLCOURSE_HOST", "127.0.0.1", "Address on which the service listens.", str),
    Setting("FULLCOURSE_PORT", "8080", "Port on which it listens; 0 for any that is free.", between(0, 65535)),
    Setting(
        "FULLCOURSE_PUBLIC_URL", "", "Address by which others reach it, with https; empty for host and port.",
        one_origin,
    ),
    Setting(
        "FULLCOURSE_PROXIES",
        "",
        "Addresses or networks of proxies in front of the service, by commas: only theirs is believed on who "
        "called, and by which scheme.",
        networks,
    ),
    Setting(
        "FULLCOURSE_METRICS_TOKEN",
        "",
        "With it as a bearer token /metrics may be read from anywhere; without it from this computer alone.",
        token,
        is_secret=True,
    ),
    Setting(
        "FULLCOURSE_OPEN_ADVICE",
        "no",
        "yes: whoever reaches the service may ask about a record that comes with the call, without a sign-in. Nothing "
        "of it is kept.",
        yes_or_no,
    ),
    Setting("FULLCOURSE_BODY_BYTES", "1000000", "Longest body of a call, in bytes.", between(1_000, 64_000_000)),
    Setting(
        "FULLCOURSE_RECORD_BYTES", "20000000", "Longest body that holds records, in bytes.", between(1_000, 64_000_000)
    ),
    Setting("FULLCOURSE_BODY_SECONDS", "10", "A body must have come within so many seconds.", between(1, 120)),
    Setting(
        "FULLCOURSE_CALLS_AT_ONCE", "64", "Calls that are answered at once; more are told to come again.",
        between(1, 10_000),
    ),
    Setting(
        "FULLCOURSE_CALLS_BY_STRANGERS",
        "600",
        "Calls in a minute from one address without a sign-in, in each process; questions of symptoms are not counted.",
        between(1, 1_000_000),
    ),
    Setting(
        "FULLCOURSE_CALLS_BY_CALLERS",
        "6000",
        "Calls in a minute of one account, in each process; programs of others are not held to it.",
        between(1, 1_000_000),
    ),
    Setting(
        "FULLCOURSE_FAILURES_BY_ADDRESS",
        "10",
        "Wrong sign-ins from one address in 15 minutes, at most; raise it where a clinic shares one.",
        between(10, 10_000),
    ),
    Setting(
        "FULLCOURSE_BODIES_BYTES", "64000000", "Bytes of bodies that are held at once, of all calls together.",
        between(1_000_000, 1_000_000_000),
    ),
    Setting("FULLCOURSE_HEADER_BYTES", "32768", "Longest head of a call, in bytes.", between(4096, 1_000_000)),
    Setting("FULLCOURSE_HEADER_SECONDS", "5", "The head of a call must have come within so many.", between(1, 60)),
    Setting(
        "FULLCOURSE_KEEP_ALIVE_SECONDS",
        "75",
        "For so many a connection may stay open without a call; longer than a proxy in front keeps it.",
        between(1, 600),
    ),
    Setting(
        "FULLCOURSE_CONNECTIONS", "4000", "Connections that are open at once; more are told to come again.",
        between(10, 100_000),
    ),
    Setting(
        "FULLCOURSE_STOP_SECONDS", "20", "For so long calls that were taken are finished when the service is stopped.",
        between(1, 600),
    ),
    Setting(
        "FULLCOURSE_DIGEST_TO",
        "",
        "Who is sent the morning's numbers of which clinic, by commas: north=ward@example.org; empty: nobody.",
        clinic_readers,
    ),
    Setting("FULLCOURSE_DIGEST_AT", "07:00", "When that is sent, by the clocks of the zone; before noon.", morning),
    Setting("FULLCOURSE_DIGEST_ZONE", "", "Zone of the clinics, such as Africa/Johannesburg.", zone),
    Setting("FULLCOURSE_DIGEST_OUTBOX", "", "Folder for these messages, for a mail program to send.", str),
    Setting("FULLCOURSE_EXPORT_FOLDER", "", "Folder for the files of FHIR exports; empty: nothing is exported.", str),
    Setting("FULLCOURSE_EXPORT_HOURS", "24", "After so many hours the files of an export go.", between(1, 720)),
    Setting(
        "FULLCOURSE_PHONE_DAYS",
        "14",
        "For so many days a patient's phone advises without hearing from the service; after them it advises no dose.",
        between(1, 28),
    ),
    Setting(
        "FULLCOURSE_OUTBOX",
        "",
        "Folder in which text messages and mails are put for another program to send; empty: none are made.",
        folder,
    ),
    Setting(
        "FULLCOURSE_PUSH_SERVICES",
        "",
        "Push services that may be called to wake a patient's phone, by commas: their origins, https://*.example.org "
        "for every host below one; empty: none is called. FULLCOURSE_PUBLIC_URL has to be set.",
        push_services,
    ),
    Setting(
        "FULLCOURSE_REMIND_AGAIN_MINUTES",
        "60",
        "So many minutes after its time a dose that nobody told of is told of once more; 0 for not at all.",
        between(0, 720),
    ),
    Setting(
        "FULLCOURSE_REMIND_SUPPORTER_MINUTES",
        "240",
        "So many minutes after its time a supporter is told of such a dose, where the patient agreed to it.",
        between(30, 1440),
    ),
    Setting(
        "FULLCOURSE_REMINDERS_A_DAY", "6", "Reminders to one person within 24 hours, at most.", between(1, 48),
    ),
    Setting(
        "FULLCOURSE_RECORDINGS",
        "",
        "Folder with what the clinic recorded of the phone's texts, a folder in it for each language; "
        "'fullcourse recordings' lists its files.",
        folder,
    ),
    Setting(
        "FULLCOURSE_COUNTRY", "", "Two letters of the country whose emergency numbers patients are given.", country,
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
        addresses,
    ),
    Setting(
        "FULLCOURSE_OIDC_ISSUER", "", "Address of an issuer of OpenID Connect, where linked accounts sign in.",
        one_address,
    ),
    Setting("FULLCOURSE_OIDC_CLIENT", "", "By which that issuer knows this service.", str),
    Setting("FULLCOURSE_OIDC_SECRET", "", "That the issuer gave to this service.", str, is_secret=True),
    Setting("FULLCOURSE_ORIGINS", "", "Web pages of others that may call CDS Hooks, by commas.", addresses),
    Setting(
        "FULLCOURSE_DATABASE_URL",
        "",
        "Where courses are kept: an SQLite file or postgresql://...; without it one file in your data folder. --store "
        "comes first.",
        str,
        is_secret=True,
        is_everywhere=True,
    ),
    Setting(
        "FULLCOURSE_KEY_FILE", "", "The file of the key under which courses are sealed; else one beside the database.",
        str, is_everywhere=True,
    ),
    Setting(
        "FULLCOURSE_CACHE", "", "Folder of what is kept between calls (parsed knowledge, summaries); else the user's.",
        str, is_everywhere=True,
    ),
    Setting(
        "FULLCOURSE_KERNEL",
        "",
        "reference: levels are worked out by NumPy alone, without the compiled kernels; slower.",
        kernel,
        is_everywhere=True,
    ),
    Setting(
        "FULLCOURSE_TRACEBACK",
        "",
        "Set to anything: an internal error shows where it happened, and perhaps a record.",
        str,
        is_everywhere=True,
    ),
)  # fmt: skip
"""Every setting."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What was set.

    Attributes:
        values: By the names of the variables.
    """

    values: Mapping[str, object]

    def changed(self, **values: object) -> "Settings":
        """Return the same with other values, by the names of the variables."""
        return Settings({**self.values, **values})

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


def unknown_settings(environment: Mapping[str, str] | None = None) -> tuple[str, ...]:
    """Return the variables that begin as a setting does and are none: likely a slip, and nothing follows from them."""
    given = os.environ if environment is None else environment
    known = {setting.name for setting in SETTINGS}
    known |= {f"{setting.name}_FILE" for setting in SETTINGS if setting.is_secret}
    return tuple(sorted(name for name in given if name.startswith(PREFIX) and name not in known))


def _text(setting: Setting, given: Mapping[str, str]) -> str:
    name = f"{setting.name}_FILE"
    if not setting.is_secret or name not in given:
        return given.get(setting.name, setting.default)
    if setting.name in given:
        raise ValueError(f"both it and {name} are set, and they may differ; set one")
    try:
        return Path(given[name]).read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError):
        raise ValueError(f"the file that {name} names cannot be read") from None
