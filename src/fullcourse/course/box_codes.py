"""Short codes for the boxes of a printed sheet, and its id: made to be typed back from paper by a tired person.

The last sign of a code is a check: one wrong sign, or two neighbours swapped, is never another box of the sheet. The
signs have no look-alikes (no 0, 1, I, L, O, U, Z).
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from typing import Final

from fullcourse.clinical.errors import InputError

__all__ = ["SheetId", "box_codes", "parse_sheet_id", "sheet_id", "typed_code"]

_SIGNS: Final = "23456789ABCDEFGHJKMNPQRSTVWXY"
_BASE: Final = len(_SIGNS)  # 29 is a prime, so that every weight below it tells two signs apart
_SHEET_ID: Final = re.compile(rf"([WF])(\d{{6}})([{_SIGNS}]{{5}})")
DAYS: Final = {"W": 7, "F": 28}
_TELLING: Final = re.compile("TB|RR|MDR|XDR|DST|BDQ|EMB|ETH|MFX|PAS|TRD")
"""What a code never spells by chance: a sheet may hang in a kitchen, and says nothing of a disease or a drug."""
_SPARE: Final = 16
"""Room for the codes of three signs that spell one of them: at most two for each pair of signs, one for each three."""


@dataclass(frozen=True, slots=True)
class SheetId:
    """What a sheet is called: its length, its first day, and a digest of the planned doses on it.

    Attributes:
        days: 7 or 28.
        first: Its first day.
        digest: Five signs of the digest of its slots.
    """

    days: int
    first: date
    digest: str

    def __str__(self) -> str:
        """Return the id as it is printed."""
        letter = next(letter for letter, days in DAYS.items() if days == self.days)
        return f"{letter}{self.first:%y%m%d}-{self.digest}"


def sheet_id(days: int, first: date, slots: Sequence[str]) -> SheetId:
    """Return the id of a sheet by what stands on it, in any order."""
    digest = sha256("\n".join(sorted(slots)).encode()).digest()
    while _TELLING.search(signs := _written(int.from_bytes(digest[:8]) % _BASE**5, 5)):
        digest = sha256(digest).digest()
    return SheetId(days, first, signs)


def parse_sheet_id(text: str) -> SheetId:
    """Return a sheet's id as somebody typed it, in any case, with or without its hyphen.

    Raises:
        InputError: It is none.
    """
    match = _SHEET_ID.fullmatch(re.sub(r"[\s-]", "", text).upper())
    try:
        if match is None:
            raise ValueError
        first = date(2000 + int(match[2][:2]), int(match[2][2:4]), int(match[2][4:]))
    except ValueError:
        raise InputError(
            f"'{text[:30]}' is no id of a sheet. It stands in the sheet's corner, as W260302-K7QD4: look again."
        ) from None
    return SheetId(DAYS[match[1]], first, match[3])


def box_codes(sheet: SheetId, slots: Sequence[str]) -> dict[str, str]:
    """Return the slot of each box by its code; the codes of another sheet are others.

    Args:
        sheet: Whose boxes they are.
        slots: Ids of its planned doses, in any order.
    """
    size = 2 if len(slots) <= _BASE**2 - _SPARE else 3
    room = _BASE**size
    seed = int.from_bytes(sha256(str(sheet).encode()).digest()[:16])
    shift, step, salt = seed % room, seed // room % (room - 1) + 1, seed // room**2 % _BASE
    step += step % _BASE == 0  # no common factor with the room: every place has a code of its own
    free = (
        code for place in range(room) if not _TELLING.search(code := _code((shift + place * step) % room, size, salt))
    )
    return dict(zip(free, sorted(slots), strict=False))


def _code(place: int, size: int, salt: int) -> str:
    signs = _written(place, size)
    return signs + _SIGNS[(salt + sum((at + 1) * _SIGNS.index(sign) for at, sign in enumerate(signs))) % _BASE]


def typed_code(text: str) -> str:
    """Return a code as it is kept, from how somebody typed it."""
    return re.sub(r"[\s.,;-]", "", text).upper()


def _written(number: int, signs: int) -> str:
    written = ""
    for _ in range(signs):
        number, sign = divmod(number, _BASE)
        written = _SIGNS[sign] + written
    return written
