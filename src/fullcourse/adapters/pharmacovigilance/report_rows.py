"""Single values of the input of a report: yes, no or unknown; dates as exact as they are known; codes as given.

Every fault is noted where it stands, so that all of them are told at once.
"""

import re
from collections.abc import Iterable
from datetime import date, datetime
from enum import Enum
from typing import Final, TypeVar

from fullcourse.adapters.countries import country_fault
from fullcourse.adapters.seen_text import seen_text
from fullcourse.clinical.errors import InputError
from fullcourse.clinical.moment import Moment, parse_moment
from fullcourse.clinical.quantity import exactly
from fullcourse.knowledge.tables import Table
from fullcourse.pharmacovigilance.patient import Measured
from fullcourse.pharmacovigilance.people import Contact
from fullcourse.pharmacovigilance.reaction import MeddraTerm

__all__ = ["Reading"]

_EUROPEAN_UNION: Final = "EU"
"""No country of ISO 3166, and allowed where one authorised a medicine (ICH E2B(R3))."""
_VERSION: Final = re.compile(r"[0-9]{1,2}\.[0-9]")
_CODE: Final = re.compile("[0-9]{8}")
_UNKNOWN: Final = "unknown"
_Word = TypeVar("_Word", bound=Enum)
_YEARS: Final = range(1900, 2200)
"""Whole numbers that are a year, where a day is asked for."""
_LONGEST: Final = 20_000
_CONTACT: Final = (
    "title", "given_name", "middle_name", "family_name", "organisation", "department", "street", "city", "state",
    "postcode", "telephone", "fax", "email",
)  # fmt: skip


class Reading:
    """Reads values for one report."""

    def __init__(self, at: date) -> None:
        """Take the day of the report: nothing that is reported lies after it."""
        self._at = at

    def text(self, table: Table, key: str, *, required: bool = False, most: int = _LONGEST) -> str:
        """Return a text without characters that nobody sees; one that is longer than ``most`` is a fault."""
        if required and table.raw(key) == "":
            table.fault(f"'{key}' is empty", "Fill it in, or take the whole table out.")
            return ""
        text = seen_text(table.text(key, required=required), lines=True)
        if len(text) > most:
            table.fault(f"'{key}' has {len(text)} characters", f"At most {most} are read. Shorten it.")
        return text

    def texts(self, table: Table, key: str) -> tuple[str, ...]:
        """Return a list of texts."""
        return tuple(seen_text(text, lines=True) for text in table.texts(key))

    def answer(self, table: Table, key: str) -> bool | None:
        """Return yes or no; None for ``"unknown"``, and where nothing stands."""
        value = table.raw(key)
        if value is None or value == _UNKNOWN or isinstance(value, bool):
            return value if isinstance(value, bool) else None
        table.fault(f"'{key}' must be true, false or \"{_UNKNOWN}\", not {str(value)[:40]!r}", "Correct it.")
        return None

    def day(self, table: Table, key: str) -> Moment | None:
        """Return a date as exact as it is known: 2026, 2026-11, 2026-11-03 or a time with its offset."""
        value = table.raw(key)
        if value is None:
            return None
        text = value.isoformat() if isinstance(value, date | datetime) else value
        if isinstance(value, int) and value in _YEARS:
            text = str(value)
        if not isinstance(text, str):
            table.fault(f"'{key}' must be a date", f'Write {key} = 2026-11-03, or {key} = "2026-11" for a month.')
            return None
        try:
            moment = parse_moment(text.strip(), key)
        except InputError as error:
            table.fault(str(error).removesuffix("."), "Correct it.")
            return None
        if not moment.has_begun(self._at):
            mend = "Nothing is reported before it happened: correct it, or the day of the report (--at)."
            table.fault(f"'{key}' ({moment.text}) lies after the day of the report, {self._at}", mend)
            return None
        return moment

    def ordered(self, table: Table, first: tuple[str, Moment | None], last: tuple[str, Moment | None]) -> None:
        """Note a fault where the second of two days surely lies before the first."""
        if first[1] is not None and last[1] is not None and last[1].last_day < first[1].first_day:
            what = f"'{last[0]}' ({last[1].text}) lies before '{first[0]}' ({first[1].text})"
            table.fault(what, "Correct one of them.")

    def number(self, table: Table, key: str, least: float, most: float) -> float | None:
        """Return a number inside a range."""
        value = table.number(key)
        if value is not None and not least <= value <= most:
            table.fault(f"'{key}' = {value:g} cannot be", f"It lies from {least:g} to {most:g}. Correct it.")
            return None
        return value

    def measured(self, table: Table, key: str, unit: str, limits: tuple[float, float], on: str = "") -> Measured | None:
        """Return a number of the patient with its day, where ``on`` names one."""
        value = self.number(table, key, *limits)
        day = self.day(table, on) if on else None
        return None if value is None else Measured(exactly(value), unit, day)

    def country(self, table: Table, key: str = "country") -> str:
        """Return the two letters of a country in capitals."""
        text = table.text(key, required=False).strip().upper()
        fault = country_fault(text) if text and text != _EUROPEAN_UNION else ""
        if fault:
            table.fault(
                f"'{key}': {fault.split('. Write', 1)[0]}", 'Write the two letters of ISO 3166, for example "ZA".'
            )
            return ""
        return text

    def meddra(self, table: Table, prefix: str = "meddra") -> MeddraTerm | None:
        """Return a term of MedDRA; a code without its version, or that is none, is a fault."""
        version, *words = (
            self.text(table, f"{prefix}_{name}", most=100) for name in ("version", "llt_code", "llt", "pt_code", "pt")
        )
        if not version and not any(words):
            return None
        if not _VERSION.fullmatch(version):
            what = "is missing" if not version else f"is '{version[:20]}'"
            table.fault(f"'{prefix}_version' {what}", 'A code means nothing without its version, for example "27.1".')
        for name, code in (("llt_code", words[0]), ("pt_code", words[2])):
            if code and not _CODE.fullmatch(code):
                table.fault(
                    f"'{prefix}_{name}' is '{code[:20]}'", "A code of MedDRA has eight digits, in quotation marks."
                )
        return MeddraTerm(version, *words)

    def contact(self, table: Table) -> Contact:
        """Return a person and where they are reached."""
        words = {key: self.text(table, key, most=100) for key in _CONTACT}
        return Contact(**words, country=self.country(table))

    def word(self, table: Table, key: str, words: type[_Word]) -> _Word | None:
        """Return a word of a closed list; None where nothing stands."""
        value = table.choice(key, [word.value for word in words], required=False)
        return words(value) if value else None

    def place(self, table: Table, key: str, names: Iterable[str]) -> int | None:
        """Return the place of a name in a list, from 0; None where none stands; a name that is not in it is a fault."""
        listed = list(names)
        word = self.text(table, key, most=250)
        if not word:
            return None
        if word not in listed:
            table.fault(f"there is no {key} '{word[:60]}' in this file", f"Write one of: {', '.join(listed)[:200]}.")
            return None
        return listed.index(word)
