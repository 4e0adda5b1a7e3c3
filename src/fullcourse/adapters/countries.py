"""Which countries there are: ISO 3166-1, as the time zone database carries it in the public domain."""

from functools import cache
from importlib.resources import files

__all__ = ["country_fault", "known_countries"]

_MEANT = {"UK": "GB", "EN": "GB", "EL": "GR", "SF": "FI"}
"""Letters that are written for a country and are not its own; nothing is taken for it, it is only named."""


@cache
def known_countries() -> dict[str, str]:
    """Return the English name of each country by its two letters."""
    table = (files("tzdata.zoneinfo") / "iso3166.tab").read_text("utf-8")
    rows = (line.partition("\t") for line in table.splitlines() if line and not line.startswith("#"))
    return {code: name for code, _, name in rows}


def country_fault(letters: str) -> str:
    """Return what is wrong with the two letters of a country, in capitals, and what to write; empty for nothing."""
    if letters in known_countries():
        return ""
    meant = _MEANT.get(letters)
    near = f" Did you mean {meant} ({known_countries()[meant]})?" if meant else ""
    return f"'{letters[:20]}' is no country of ISO 3166.{near} Write its two letters, for example US"
