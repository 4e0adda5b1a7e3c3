"""What evidence comes to at a date, for many patients at once: `rules.establish` over columns.

Every rule of that module stands here once more, as an operation on whole arrays. What is too odd for that is not
decided here: the patient is named for the one-patient reader instead, with the reason.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

import numpy as np

from fullcourse.clinical.acute_kidney_injury import KDIGO_LONGER_WINDOW_HOURS
from fullcourse.clinical.moment import day_number, end_of_day_s
from fullcourse.cohort.evidence import (
    BESIDE,
    F64,
    I32,
    I64,
    NO,
    OVER,
    STATED,
    YES,
    Bools,
    Codebook,
    EvidenceColumns,
    PatientColumns,
)
from fullcourse.knowledge.library import Knowledge
from fullcourse.knowledge.vocabulary import FactDefinition

__all__ = ["FactColumn", "Routed", "close_to", "establish_columns"]

_LISTS: Final = {"problems": "problem", "allergies": "allergy", "medicines": "medicine"}


@dataclass(slots=True)
class FactColumn:
    """What is known of one fact, one element a patient.

    Attributes:
        word: Number of the word; -1 where it is not known, or where the fact is a number.
        low: Lower end of a number; minus infinity where it is not known.
        high: Upper end; infinity where it is not known.
        days: Days between the newest evidence that counted and the check; -1 where it is not dated.
        has_evidence: Whether anything in the record speaks of it.
    """

    word: I32
    low: F64
    high: F64
    days: I32
    has_evidence: Bools

    @classmethod
    def unknown(cls, patients: int) -> "FactColumn":
        """Return a fact of which nothing is known for anybody."""
        return cls(
            np.full(patients, -1, np.int32),
            np.full(patients, -np.inf),
            np.full(patients, np.inf),
            np.full(patients, -1, np.int32),
            np.zeros(patients, np.bool_),
        )

    @property
    def is_number_known(self) -> Bools:
        """Whether anything is known of the number."""
        return (self.low > -np.inf) | (self.high < np.inf)


@dataclass(frozen=True, slots=True)
class Routed:
    """Patients for the one-patient reader, by reason."""

    reasons: dict[str, I64]

    def add(self, reason: str, patients: I64) -> None:
        """Name patients with the reason; naming one twice does no harm."""
        if patients.size:
            known = self.reasons.get(reason)
            self.reasons[reason] = np.unique(patients if known is None else np.concatenate([known, patients]))


def establish_columns(
    evidence: EvidenceColumns, patients: PatientColumns, knowledge: Knowledge, at: date, routed: Routed
) -> dict[str, FactColumn]:
    """Return what is known of every fact that records speak of, before derived facts.

    Args:
        evidence: Of these patients.
        patients: What was not understood in their records.
        knowledge: Its vocabulary decides what counts.
        at: Date of the check.
        routed: Gets the patients that the one-patient reader must read.
    """
    book = Codebook.of(knowledge)
    count = len(patients.problem)
    groups = _groups(evidence, book, at)
    facts: dict[str, FactColumn] = {}
    if groups is not None:
        facts = _decide(groups, knowledge, book, at, count, routed)
    _beside_later(facts, evidence, knowledge, book, at, count)
    for name, definition in knowledge.facts.items():
        if definition.listed_in:
            facts[name] = _listed(definition, facts, patients, count)
    return facts


@dataclass(slots=True)
class _Groups:
    """Evidence that is seen, grouped by patient and fact."""

    rows: EvidenceColumns
    starts: I64
    of_row: I64
    patient: I64
    fact: I64

    def any(self, flags: Bools) -> Bools:
        """Return for each group whether any of its rows is flagged."""
        flagged: Bools = np.logical_or.reduceat(flags, self.starts)
        return flagged

    def first(self, flags: Bools) -> I64:
        """Return for each group the first row that is flagged; the number of rows where none is."""
        numbers = np.where(flags, np.arange(len(flags)), len(flags))
        firsts: I64 = np.minimum.reduceat(numbers, self.starts)
        return firsts


def _groups(evidence: EvidenceColumns, book: Codebook, at: date) -> _Groups | None:
    """Return the evidence dated no later than the check, by patient and fact; None when there is none."""
    seen = ~_is_later(evidence, at) & (evidence.standing != BESIDE)
    key = evidence.patient[seen] * len(book.facts) + evidence.fact[seen]
    if not key.size:
        return None
    order = np.argsort(key, kind="stable")
    picked = np.flatnonzero(seen)[order]
    key = key[order]
    begins = np.concatenate([[True], key[1:] != key[:-1]])
    starts = np.flatnonzero(begins)
    rows = EvidenceColumns(
        **{name: getattr(evidence, name)[picked] for name in EvidenceColumns.__slots__}  # every column alike
    )
    return _Groups(rows, starts, np.cumsum(begins) - 1, key[starts] // len(book.facts), key[starts] % len(book.facts))


def _is_later(evidence: EvidenceColumns, at: date) -> Bools:
    """Return which evidence is dated after the check, by the calendar where it was written and as an instant."""
    later: Bools = evidence.has_date & (evidence.first_day > day_number(at)) & (evidence.start_s >= end_of_day_s(at))
    return later


def _beside_later(
    facts: dict[str, FactColumn], evidence: EvidenceColumns, knowledge: Knowledge, book: Codebook, at: date, count: int
) -> None:
    """Leave open what would be no beside evidence that is dated after the check; as `rules.establish` does."""
    later = np.flatnonzero(_is_later(evidence, at))
    if not later.size:
        return
    fact, patient = evidence.fact[later], evidence.patient[later]
    for number in np.unique(fact):
        name = book.facts[number]
        is_yes_or_no = knowledge.facts[name].kind in ("history", "state")
        rows = later[fact == number]
        denies = is_yes_or_no & (evidence.word[rows] == NO)
        who = patient[fact == number][~denies]
        column = facts.setdefault(name, FactColumn.unknown(count))
        column.has_evidence[who] = True
        if is_yes_or_no:
            denied = who[column.word[who] == NO]
            column.word[denied], column.days[denied] = -1, -1


@dataclass(frozen=True, slots=True)
class _Newest:
    """What the newest of some evidence comes to, group by group.

    Attributes:
        known: Whether it is known.
        first: The first row that counts; any row where none does.
        days: Days since the newest evidence that counted; -1 where it is not dated.
        because: The rows that it rests on.
    """

    known: Bools
    first: I64
    days: I32
    because: Bools


def _newest(groups: _Groups, among: Bools, limit: F64, is_number: Bools, today: int) -> _Newest:
    """Return the newest value that is still valid; what may be as new as the newest counts with it.

    Args:
        groups: All evidence that is seen.
        among: The rows to look at.
        limit: Shelf life of each row's fact, days; infinite where it has none.
        is_number: Whether each row's fact is a number.
        today: Day of the check.
    """
    rows, of_row = groups.rows, groups.of_row
    age = today - rows.first_day
    says = (rows.standing == STATED) | (rows.standing == OVER)
    expires = ~np.isinf(limit)
    fresh = rows.has_date & (age <= limit)
    dated = among & (rows.has_date | ~expires)
    start = np.maximum.reduceat(np.where(dated & rows.has_date, rows.start_s, -np.inf), groups.starts)
    counted = dated & (~rows.has_date | (rows.end_s >= start[of_row]))
    stale = groups.any(counted & expires & ~fresh)
    first = np.minimum(groups.first(counted), len(of_row) - 1)
    same = (rows.word == rows.word[first][of_row]) & close_to(rows.low, rows.low[first][of_row])
    same &= close_to(rows.high, rows.high[first][of_row])
    any_counted = groups.any(counted)
    known = any_counted & ~stale & ~groups.any(counted & ~says) & ~groups.any(counted & ~same)
    older = is_number & dated & ~counted & (rows.standing == STATED) & fresh & expires
    because = np.where(any_counted[of_row], counted | (older & known[of_row]), among)
    return _Newest(known, first, _days(groups, because, age), because)


def _days(groups: _Groups, kept: Bools, age: I64) -> I32:
    """Return for each group the fewest days since evidence that was kept; -1 where none is dated."""
    never = np.iinfo(np.int32).max
    ages = np.where(kept & groups.rows.has_date, age, never)
    youngest = np.minimum.reduceat(ages, groups.starts)
    return np.where(youngest == never, -1, np.maximum(youngest, 0)).astype(np.int32)


def _decide(
    groups: _Groups, knowledge: Knowledge, book: Codebook, at: date, count: int, routed: Routed
) -> dict[str, FactColumn]:
    definitions = [knowledge.facts[name] for name in book.facts]
    kinds = np.array([definition.kind for definition in definitions])
    limits = np.array(
        [np.inf if definition.valid_days is None else definition.valid_days for definition in definitions], np.float64
    )
    rows, of_row, today = groups.rows, groups.of_row, day_number(at)
    limit, is_number = limits[rows.fact], kinds[rows.fact] == "number"
    history, state = kinds[groups.fact] == "history", kinds[groups.fact] == "state"
    stated = rows.standing == STATED
    open_rows = ~stated & (rows.standing != OVER)
    # What was stated last leads a state; what is only raised, or over, speaks where that is no yes.
    spoken = _newest(groups, np.where(state[of_row], stated, True), limit, is_number, today)
    is_yes = spoken.known & (rows.word[spoken.first] == YES)
    has_stated = groups.any(stated)
    latest = np.maximum.reduceat(np.where(stated & rows.has_date, rows.start_s, -np.inf), groups.starts)
    raised = open_rows & ~(rows.has_date & (rows.end_s < latest[of_row]))
    again = np.where(has_stated[of_row], spoken.because & stated, False) | raised
    again = np.where((has_stated | groups.any(raised))[of_row], again, True)
    second = _newest(
        groups, np.where((state & ~(has_stated & is_yes))[of_row], again, spoken.because), limit, is_number, today
    )
    takes_second = state & ~(has_stated & is_yes)
    known = np.where(takes_second, second.known, spoken.known)
    first = np.where(takes_second, second.first, spoken.first)
    days = np.where(takes_second, second.days, spoken.days)
    # A history that was once yes stays yes.
    says_yes = stated & (rows.word == YES)
    was_yes = groups.any(says_yes)
    holds = np.isinf(limit) | (rows.has_date & (today - rows.first_day <= limit)) | (rows.standing == OVER)
    known = np.where(history, was_yes | (~groups.any(open_rows) & groups.any(holds)), known)
    kept = np.where(was_yes[of_row], says_yes, True)
    days = np.where(history, _days(groups, kept, today - rows.first_day), days)
    word = np.where(history, np.where(was_yes, YES, 0), rows.word[first])
    _route_dates_and_creatinine(groups, knowledge, book, stated, routed)
    facts: dict[str, FactColumn] = {}
    for number in np.unique(groups.fact):
        chosen = np.flatnonzero(groups.fact == number)
        column = facts[book.facts[number]] = FactColumn.unknown(count)
        who = groups.patient[chosen]
        column.has_evidence[who] = True
        sure = chosen[known[chosen]]
        who = groups.patient[sure]
        column.days[who] = days[sure]
        if definitions[number].kind in ("number", "date"):
            column.low[who], column.high[who] = rows.low[first[sure]], rows.high[first[sure]]
        else:
            column.word[who] = word[sure]
    return facts


def close_to(value: F64, other: F64) -> Bools:
    """Return where two ends are equal, or differ by no more than the rounding of a unit; as `rules.establish` does."""
    finite = np.isfinite(value) & np.isfinite(other)
    plain_one, plain_other = np.where(finite, value, 0.0), np.where(finite, other, 1.0)
    larger = np.maximum(np.abs(plain_one), np.abs(plain_other))
    close: Bools = (value == other) | (finite & (np.abs(plain_one - plain_other) <= 1e-9 * larger))
    return close


def _route_dates_and_creatinine(
    groups: _Groups, knowledge: Knowledge, book: Codebook, stated: Bools, routed: Routed
) -> None:
    """Name those with several birth dates, and those whose creatinine may not be stable."""
    sizes = np.diff(np.append(groups.starts, len(groups.of_row)))
    for name, definition in knowledge.facts.items():
        number = book.number_of[name]
        if definition.kind == "date":
            routed.add("several birth dates", groups.patient[(groups.fact == number) & (sizes > 1)])
    creatinine = book.number_of.get("creatinine")
    if creatinine is None:
        return
    rows, of_row = groups.rows, groups.of_row
    usable = stated & rows.has_date & (rows.fact == creatinine)
    latest = np.maximum.reduceat(np.where(usable, rows.end_s, -np.inf), groups.starts)
    recent = usable & (latest[of_row] - rows.end_s <= KDIGO_LONGER_WINDOW_HOURS * 3600)
    first = np.minimum(groups.first(recent), len(of_row) - 1)
    differs = recent & ((rows.low != rows.low[first][of_row]) | (rows.high != rows.high[first][of_row]))
    routed.add("several creatinines within a week", groups.patient[groups.any(differs)])


def _listed(
    definition: FactDefinition, facts: Mapping[str, FactColumn], patients: PatientColumns, count: int
) -> FactColumn:
    """Return a listed fact: no where it is not on a complete list of which everything was understood."""
    column = facts.get(definition.id) or FactColumn.unknown(count)
    complete = facts.get(f"{definition.listed_in}_complete")
    if complete is None:
        return column
    unclear: Bools = getattr(patients, _LISTS[definition.listed_in])
    absent = ~column.has_evidence & (complete.word == YES) & ~unclear
    column.word[absent] = 0
    column.days[absent] = complete.days[absent]
    # Whether it rests on evidence matters to ``never_when`` alone, and there only for what is not known.
    rests = ~column.has_evidence & (complete.word == YES) & unclear
    column.has_evidence |= rests & complete.has_evidence
    return column
