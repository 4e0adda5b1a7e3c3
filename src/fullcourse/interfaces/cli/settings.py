"""``fullcourse settings``: everything that can be set, what it is now and what it does."""

import os
from collections.abc import Iterable, Mapping

import click

from fullcourse.adapters.published.settings import SettingNow, settings_json
from fullcourse.clinical.errors import InputError
from fullcourse.interfaces.api.settings import SETTINGS, Setting, read_settings, unknown_settings
from fullcourse.interfaces.cli.course_commands.told import tell
from fullcourse.interfaces.cli.echo import echo, print_json
from fullcourse.interfaces.cli.format_option import format_option

__all__ = ["settings"]


@click.command()
@format_option("text", "json")
def settings(form: str) -> None:
    """List every setting: its value now, what it is without one, and what it does. A secret is never shown.

    Each is an environment variable, and none has to be set. Ends with 2 where one cannot be used, as 'serve' would.
    """
    rows = tuple(_now(setting, os.environ) for setting in SETTINGS)
    slips = unknown_settings()
    if form == "json":
        print_json(settings_json(rows, slips))
    else:
        _tell(rows, slips)
    if any(row.fault for row in rows):
        raise InputError("a setting cannot be used, and the service would not start. It is named above.")


def _now(setting: Setting, given: Mapping[str, str]) -> SettingNow:
    fault = ""
    try:
        read_settings(given, (setting,))
    except InputError as error:
        fault = str(error).partition(f"{setting.name}: ")[2].removesuffix(f" {setting.says}")
    by_file = setting.is_secret and f"{setting.name}_FILE" in given
    is_set = by_file or setting.name in given
    value = given.get(setting.name, setting.default)
    if setting.is_secret:
        value = "set" if is_set else ""
    return SettingNow(setting.name, value, setting.default, setting.says, is_set, setting.is_secret, fault)


def _tell(rows: Iterable[SettingNow], slips: Iterable[str]) -> None:
    for row in rows:
        now = row.value or "empty"
        default = "" if not row.is_set else f" (without it: {row.default or 'empty'})"
        echo(f"{row.name} = {now}{default}")
        tell(row.says, 4)
        if row.is_secret:
            tell(f"A secret: it may stand in a file that {row.name}_FILE names.", 4)
        if row.fault:
            tell(f"! It cannot be used: {row.fault}", 4)
    for name in slips:
        tell(f"! {name} is no setting, and nothing follows from it.")
