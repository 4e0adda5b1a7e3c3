"""Facts that a choice of regimen hands in: the day of this treatment, one result of fluoroquinolones."""

from collections.abc import Mapping
from datetime import date
from typing import Final

from fullcourse.clinical.fact import Fact
from fullcourse.clinical.moment import parse_moment
from fullcourse.clinical.quantity import Interval

__all__ = ["handed_in"]

_BEGAN: Final = "treatment_start"
_DAY: Final = "treatment_day"
_CLASS: Final = "fluoroquinolone_susceptibility"
_MEMBERS: Final = ("levofloxacin_susceptibility", "moxifloxacin_susceptibility")
_RESULT: Final = "fluoroquinolone_result"


def handed_in(facts: Mapping[str, Fact], at: date, start: date | None) -> dict[str, Fact]:
    """Return the facts handed in, each with the evidence it follows from.

    Args:
        facts: As established.
        at: Date of the check.
        start: First day of the regimen to come; while the record has no start of treatment, it has not begun before.
    """
    began = facts.get(_BEGAN)
    handed = {_DAY: Fact(_DAY, None, missing=(_BEGAN,))}
    if began is not None and isinstance(began.value, str):
        first = parse_moment(began.value, "start of treatment")
        days = Interval(float((at - first.last_day).days + 1), float((at - first.first_day).days + 1))
        handed[_DAY] = Fact(_DAY, days, "", began.because, () if days.is_exact else (_BEGAN,))
    elif start is not None and (began is None or not began.because):
        handed[_DAY] = Fact(_DAY, Interval(0.0, float(max((at - start).days + 1, 0))))
    handed[_RESULT] = _fluoroquinolones(facts)
    return handed


def _fluoroquinolones(facts: Mapping[str, Fact]) -> Fact:
    """Return what is known of the fluoroquinolones as one result.

    A lone result, of the class or of a member, stands for all (I-0803). Results that disagree leave it open: no source
    says that the one counts for the other.
    """
    known = [fact for name in (_CLASS, *_MEMBERS) if (fact := facts.get(name)) is not None and fact.value is not None]
    words = {fact.value for fact in known}
    because = tuple(piece for fact in known for piece in fact.because)
    if len(words) == 1:
        return Fact(_RESULT, known[0].value, "", because)
    return Fact(_RESULT, None, "", because, (_CLASS,))
