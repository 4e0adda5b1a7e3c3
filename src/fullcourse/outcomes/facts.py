"""What one treatment comes to, as the facts that definitions of outcomes ask for, each with the words for why.

A result that nobody can read, a reason in free words and a count that no source gives leave a fact unknown, never no.
"""

import math
from collections.abc import Callable, Iterable
from datetime import date
from typing import Final, NamedTuple

from fullcourse.clinical.ages import months_passed
from fullcourse.clinical.fact import Fact, Value
from fullcourse.clinical.quantity import Interval, exactly
from fullcourse.outcomes.bacteriology import Bacteriology, Criterion, Specimen, bacteriology_of
from fullcourse.outcomes.episode import CULTURE, SMEAR, Episode

__all__ = ["Laboratory", "facts_of", "laboratory_of", "said", "unread_last", "unresolved_positives"]

_NEGATIVE, _POSITIVE = "negative", "positive"
_WORDS: Final = {SMEAR: "smear", CULTURE: "culture"}
_REASONS: Final = {
    "no response": "changed_for_no_response",
    "adverse reaction": "changed_for_adverse_reaction",
    "additional resistance": "changed_for_resistance",
}

_READ: Final = frozenset((_NEGATIVE, _POSITIVE, "contaminated", "cancelled", "canceled", "rejected", "not done"))
"""What is read, and the words by which a laboratory says that there is no result (I-1447)."""
_OF_LAST_MONTH: Final = frozenset(
    ("latest_positive_month", "negative_in_last_month", "positive_in_last_month", "negative_before_last_month")
)


class Laboratory(NamedTuple):
    """What the laboratory's results of one treatment come to.

    Attributes:
        culture: By cultures.
        smear: By smears.
        counts_smears: Whether smears convert too: in drug-susceptible disease only.
        during: Results up to the end of treatment, whatever test.
        after: Results after it.
    """

    culture: Bacteriology
    smear: Bacteriology
    counts_smears: bool
    during: tuple[Specimen, ...]
    after: tuple[Specimen, ...]

    @property
    def counted(self) -> tuple[Bacteriology, ...]:
        """Return what counts for a conversion."""
        return (self.culture, self.smear) if self.counts_smears else (self.culture,)


def laboratory_of(episode: Episode, negatives: Criterion, positives: Criterion) -> Laboratory:
    """Return what results come to: those until the end of treatment, or until today while it goes on."""
    ended = episode.recorded_on or episode.ends_on
    last = episode.at if ended is None else ended
    during = tuple(one for one in episode.specimens if one.until <= last)
    after = tuple(one for one in episode.specimens if last < one.until <= episode.at)
    culture, smear = (
        bacteriology_of(test, during, episode.starts_on, negatives, positives) for test in (CULTURE, SMEAR)
    )
    return Laboratory(culture, smear, episode.as_susceptible is True, during, after)


def facts_of(episode: Episode, laboratory: Laboratory, asked: frozenset[str]) -> dict[str, Fact]:
    """Return the facts that are known, and those that are not with the reason why.

    Args:
        episode: The treatment.
        laboratory: What its results come to.
        asked: The facts that the definitions ask for: what only another edition asks is not worked out.
    """
    facts: dict[str, Fact] = {}

    def known(name: str, value: Value | None, why: str = "") -> None:
        facts[name] = Fact(name, value, reason=why)

    last_day = episode.recorded_on or episode.ends_on
    died = episode.died_on
    is_late = died is not None and episode.recorded != "" and last_day is not None and died > last_day
    has_died = died is not None and not is_late
    known("died_before_or_during_treatment", has_died or (None if not episode.has_log else False), _died(died))
    known("pulmonary_at_start", episode.pulmonary)
    known("bacteriologically_confirmed_at_start", *_confirmed(episode, laboratory))
    known("regimen_completed", episode.completed, episode.completed_because)
    known("regimen_ended_or_changed", episode.ended_or_changed, episode.ended_because)
    for word, name in _REASONS.items():
        given = word in episode.reasons
        known(name, True if given else None if episode.other_reason or episode.ended_or_changed is None else False)
    known("resistance_acquired", bool(episode.acquired), ", ".join(episode.acquired))
    known("no_bacteriological_response", *_no_response(laboratory))
    known("bacteriological_response", *_response(laboratory))
    known("transferred_out", episode.transferred)
    known("treated_as_susceptible", episode.as_susceptible)
    if episode.interrupted_months is not None:
        known("interruption_months", episode.interrupted_months, _length(episode.interrupted_months))
    if episode.recorded:
        known("outcome_recorded", episode.recorded, f"{episode.recorded}, recorded {episode.recorded_on}")
        known("months_free_of_tb", *_months_free(episode, laboratory))
    if asked & _OF_LAST_MONTH:
        _of_last_month(episode, laboratory, known)
    return facts


def _died(died: date | None) -> str:
    return "" if died is None else f"died {died}"


def _length(months: Interval) -> str:
    if months.is_exact:
        return f"{months.low:.1f}"
    return f"{months.low:.1f} to {months.high:.1f}: of some doses nobody said anything"


def _confirmed(episode: Episode, laboratory: Laboratory) -> tuple[bool | None, str]:
    """Return whether bacteria were shown at the beginning: a positive result until day 1, or a clinician's word."""
    if episode.confirmed is not None:
        return episode.confirmed, "as said"
    start = episode.starts_on
    first = [one for one in laboratory.during if start is not None and one.until <= start and one.result == _POSITIVE]
    return (
        (True, said(first[:1])) if first else (None, "no positive result until the first day of treatment is on file")
    )


def unresolved_positives(laboratory: Laboratory) -> tuple[Specimen, ...]:
    """Return positive results after the start that no conversion follows, or that are the newest; empty for none."""
    return next((one.positives for one in laboratory.counted if one.positives), ()) or _last_positive(laboratory)


def unread_last(laboratory: Laboratory) -> tuple[Specimen, ...]:
    """Return results after the start that are neither negative nor positive and newer than every one that is.

    One may be a positive in words of the laboratory's own ("M. tuberculosis grown"). Words that say that there is no
    result (I-1447), and an older smear, do not weigh.
    """
    culture, smear = laboratory.culture, laboratory.smear
    of_culture, of_smear = (max((it.until for it in one.last), default=date.min) for one in (culture, smear))
    newest = of_smear if laboratory.counts_smears else max(of_culture, of_smear)
    rows = ((culture, of_culture), (smear, newest))
    return tuple(
        it for one, since in rows for it in one.unread if it.until > since and it.result.casefold() not in _READ
    )


def _no_response(laboratory: Laboratory) -> tuple[bool | None, str]:
    rows = [one.positives for one in laboratory.counted if one.positives]
    if rows:
        return True, f"positive in a row, no conversion since: {said(rows[0])}"
    last = _last_positive(laboratory)
    if last:
        return None, f"the last result is positive: {said(last)}"
    if not any(one.followed for one in laboratory.counted):
        return None, "no result after the start is on file"
    return False, ""


def _response(laboratory: Laboratory) -> tuple[bool | None, str]:
    last = _last_positive(laboratory)
    for one in laboratory.counted:
        if one.converted and not any(it.positives for it in laboratory.counted):
            if last:
                return None, f"converted, and the last result is positive: {said(last)}"
            return True, f"converted: {said(one.converted)}"
    may_be = [one for one in laboratory.counted if one.may_be_converted]
    if may_be:
        return None, f"two negatives are not in a row for certain: {said(may_be[0].unread) or 'see the results'}"
    rows = [one.positives for one in laboratory.counted if one.positives]
    if rows:
        return False, f"positive in a row, no conversion since: {said(rows[0])}"
    which = "culture or smear" if laboratory.counts_smears else "culture"
    return False, f"no two negative results in a row by {which}, far enough apart"


def _last_positive(laboratory: Laboratory) -> tuple[Specimen, ...]:
    """Return the newest results of a test where they are positive; an older smear does not weigh."""
    culture, smear = laboratory.culture, laboratory.smear
    if culture.last_is_positive:
        return culture.last
    newest = max((one.until for one in culture.last), default=date.min)
    is_newer = any(one.until > newest for one in smear.last)
    return smear.last if smear.last_is_positive and (is_newer or laboratory.counts_smears) else ()


def _months_free(episode: Episode, laboratory: Laboratory) -> tuple[Interval, str]:
    """Return for how many months after the end somebody is known to be alive and free of tuberculosis, and may be.

    A negative result shows it up to its day while no positive lies before it. Two positives end it; one leaves it open.
    """
    end = episode.recorded_on or episode.at
    results = sorted(laboratory.after, key=lambda one: one.until)
    positives = [one for one in results if one.result == _POSITIVE]
    first = positives[0].until if positives else date.max
    clear = [one for one in results if one.result == _NEGATIVE and one.collected == one.until < first]
    low = float(_months(end, clear[-1].collected)) if clear and not episode.not_read else 0.0
    high, why = math.inf, said(clear[-1:]) or "no negative result after the end is on file"
    if len({one.until for one in positives}) > 1:
        high, why = float(_months(end, first)), f"positive after the end: {said(positives)}"
    elif positives:
        why = f"one positive after the end: {said(positives)}"
    if episode.died_on is not None and episode.died_on > end:
        high, why = min(high, float(_months(end, episode.died_on))), f"died {episode.died_on}"
    return Interval(min(low, high), high), why


def _of_last_month(episode: Episode, laboratory: Laboratory, known: Callable[[str, Value | None, str], None]) -> None:
    """Set what editions ask of the last month of treatment, and of the latest positive."""
    end, start = episode.ends_on, episode.starts_on
    after_start = [one for one in laboratory.during if start is None or one.until > start]
    positives = [one for one in after_start if one.result == _POSITIVE]
    spoiled = {one.until for one in positives}
    negatives = [one for one in after_start if _is_clear(one) and one.until not in spoiled]
    if start is not None:
        latest = max(positives, key=lambda one: one.until, default=None)
        month = 0.0 if latest is None else float(_months(start, latest.until))
        latest_month = Interval(month, math.inf) if episode.not_read else exactly(month)
        known("latest_positive_month", latest_month, said([latest] if latest else ()))
    if end is None or end > episode.at:
        return
    last = [one for one in negatives if _months(one.collected, end) < 1]
    bad = [one for one in positives if _months(one.until, end) < 1]
    newest_bad = max((one.until for one in bad), default=date.min)
    last = [one for one in last if one.collected > newest_bad]
    known("negative_in_last_month", bool(last), said(last) or "no clear negative in the last month is on file")
    is_bad = bool(bad) and not last
    known("positive_in_last_month", None if episode.not_read and not is_bad else is_bad, said(bad))
    earlier = [one for one in negatives if _months(one.collected, end) >= 1]
    known("negative_before_last_month", bool(earlier), said(earlier[-1:]))


def _months(first: date, until: date) -> int:
    return int(months_passed(first.year, first.month, first.day, until))


def _is_clear(one: Specimen) -> bool:
    return one.result == _NEGATIVE and one.collected == one.until


def said(specimens: Iterable[Specimen]) -> str:
    """Return results in words.

    Example:
        >>> said([Specimen(date(2026, 3, 2), date(2026, 3, 2), "negative", CULTURE)])
        'culture negative 2026-03-02'
    """
    return ", ".join(f"{_WORDS.get(one.test, one.test)} {one.result} {_day(one)}" for one in specimens)


def _day(one: Specimen) -> str:
    return one.collected.isoformat() if one.collected == one.until else f"by {one.until}"
