"""What all lines of one key say, found by reading one of them with stand-ins in its gaps.

The strict reader of lines says where a gap comes to: a stand-in that it hands on as the date of a line is the gap of
the date. Where one shows in what the record reader would look at, what the line says hangs on the text of the gap, and
lines of that key are read one by one.
"""

from collections.abc import Sequence
from typing import Final

from fullcourse.adapters.register.read.columns import Meaning
from fullcourse.adapters.register.read.lines import Mention, read_line
from fullcourse.adapters.register.read.taken_out import Dates
from fullcourse.adapters.register.scan.gaps import NUMBER
from fullcourse.adapters.register.scan.library import GAPS

__all__ = ["meaning_of", "mention_in"]

_MARK: Final = "stand-in-gap-"
_FIRST_NUMBER: Final = 7_306_102.5
_NUMBER_MARK: Final = b"73061"
_NONE: Final = -1
_TEXTS: Final = [f"{_MARK}{number}" for number in range(GAPS)]
_NUMBERS: Final = [str(_FIRST_NUMBER + number) for number in range(GAPS)]
_GAP_OF: Final = {text: number for texts in (_TEXTS, _NUMBERS) for number, text in enumerate(texts)}


def mention_in(line: bytes, gaps: Sequence[tuple[int, int, int]], dates: Dates) -> Mention | None:
    """Return what a line says with stand-ins in its gaps; None where it must be read by itself.

    Args:
        line: One line that has the key.
        gaps: Kind, begin and end of each gap in the line, in order.
        dates: The dating elements of each type.
    """
    if _MARK.encode() in line or _NUMBER_MARK in line:
        return None  # nobody could tell its own text from a stand-in
    parts, behind = [], 0
    for number, (kind, begin, end) in enumerate(gaps):
        parts += [line[behind:begin], (_NUMBERS if kind == NUMBER else _TEXTS)[number].encode()]
        behind = end
    mention = read_line(b"".join([*parts, line[behind:]]), dates)
    return mention if isinstance(mention, Mention) and not mention.entries else None


def meaning_of(mention: Mention, read: bytes, shape: int) -> Meaning | None:
    """Return what all lines say whose gaps stand where those of a line with stand-ins do.

    Args:
        mention: Of the line with stand-ins.
        read: What of it the record reader looks at.
        shape: The number of that.

    Returns:
        None where what a line says hangs on the text of a gap.
    """
    if _MARK.encode() in read or _NUMBER_MARK in read or _MARK in mention.linked:
        return None
    number = "" if mention.value is None else str(mention.value)
    written = (mention.patient, mention.id, mention.on, mention.until, number)
    if any(text and text not in _GAP_OF for text in written):
        return None  # it stands in the key itself
    return Meaning(shape, mention.is_odd, mention.is_by_id, *(_GAP_OF.get(text, _NONE) for text in written))
