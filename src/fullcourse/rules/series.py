"""Results of one fact in the order of their dates: a fact is its newest value, and its series is its evidence."""

from datetime import date

from fullcourse.clinical.fact import Evidence, Standing
from fullcourse.clinical.patient import Record

__all__ = ["stated_series"]


def stated_series(record: Record, fact: str, at: date) -> tuple[Evidence, ...]:
    """Return every result of a fact that a record states, oldest first; those without a date stand before all others.

    Nothing expires here and nothing is settled: results of one day that disagree stand beside each other, as recorded.

    Args:
        record: What an adapter read, answers included.
        fact: Id of the fact, for example ``sputum_culture``.
        at: Date of the check; what the record dates later is not seen.
    """
    seen = [
        piece
        for piece in record.evidence.get(fact, ())
        if piece.standing is Standing.STATED and (piece.on is None or piece.on.has_begun(at))
    ]
    return tuple(sorted(seen, key=_place))


def _place(piece: Evidence) -> tuple[float, str, str]:
    return (piece.on.start_s if piece.on else float("-inf"), str(piece.value), piece.origin)
