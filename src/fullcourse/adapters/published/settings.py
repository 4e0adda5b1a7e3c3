"""The one writer of the settings for other programs: ``fullcourse/settings/1``. A secret's value is never in it."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

__all__ = ["SCHEMA", "SettingNow", "settings_json"]

SCHEMA: Final = "fullcourse/settings/1"


@dataclass(frozen=True, slots=True)
class SettingNow:
    """One setting as it is now.

    Attributes:
        name: Of the environment variable.
        value: What holds now; of a secret "set", or empty for none.
        default: What holds without it.
        says: What it does.
        is_set: Whether the environment sets it.
        is_secret: Whether its value is never shown.
        fault: Why it cannot be used; empty where it can.
    """

    name: str
    value: str
    default: str
    says: str
    is_set: bool
    is_secret: bool
    fault: str


def settings_json(rows: Iterable[SettingNow], unknown: Iterable[str]) -> dict[str, object]:
    """Return the settings.

    Args:
        rows: Every setting.
        unknown: Variables that begin as a setting does and are none.
    """
    return {
        "schema": SCHEMA,
        "settings": [
            {
                "name": row.name,
                "value": row.value,
                "default": row.default,
                "says": row.says,
                "set": row.is_set,
                "secret": row.is_secret,
                "fault": row.fault,
            }
            for row in rows
        ],
        "unknown": list(unknown),
    }
