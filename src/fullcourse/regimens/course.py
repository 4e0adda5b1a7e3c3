"""A course that is under way by the record: which regimen it is, and whether a phase of it is to be made longer.

A regimen is under way when every drug that a patient takes against tuberculosis belongs to it, and each place of its
first phase that is filled to the end is. A course that is not under way has no extension to judge, only a condition.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from fullcourse.clinical.citation import Citation
from fullcourse.clinical.errors import InputError
from fullcourse.clinical.fact import Evidence
from fullcourse.clinical.moment import Moment
from fullcourse.knowledge.regimens import Extension, StandardRegimen
from fullcourse.regimens.eligibility import Reason
from fullcourse.regimens.phases import add_months
from fullcourse.rules.kleene import Truth, all_of, any_of

__all__ = ["START", "Course", "extensions_of", "is_under_way"]

START: Final = "treatment_start"
"""The fact that says when the treatment began."""


@dataclass(frozen=True, slots=True)
class Course:
    """What a record says of the treatment that is going on.

    Attributes:
        at: Date of the check.
        current: TB drugs that are taken now, companions included.
        began: When this treatment began; None while that is not known.
        because: The evidence for it.
        results: Of the tests that extensions ask for, every dated result, oldest first.
    """

    at: date
    current: frozenset[str]
    began: Moment | None
    because: tuple[Evidence, ...]
    results: Mapping[str, tuple[Evidence, ...]]

    @property
    def first_day(self) -> date | None:
        """Return the first day, where it is known to the day."""
        began = self.began
        return began.first_day if began is not None and began.first_day == began.last_day else None


def is_under_way(regimen: StandardRegimen, course: Course) -> bool:
    """Tell whether the drugs that are taken now are those of a regimen's first phase."""
    lasting = [part for part in regimen.phases[0].drugs if part.role == "counted" and part.months is None]
    taken = course.current
    return bool(taken) and taken <= set(regimen.members) and all(taken & set(part.one_of) for part in lasting)


def extensions_of(regimen: StandardRegimen, course: Course, citation: Citation) -> dict[int, Reason]:
    """Return, by the place of its phase, what each extension comes to that is due to be judged.

    Only the first phase is judged: the extension of a later one would need the day on which that one began.

    Args:
        regimen: That is under way.
        course: As the record has it.
        citation: Of the regimen.
    """
    extension = regimen.phases[0].extension
    if extension is None or not extension.tests:
        return {}
    fits, because, missing = _judged(extension, course)
    if fits is None and not missing:
        return {}
    return {
        0: Reason(
            criterion=f"{regimen.id}.extension",
            fits=fits,
            says=f"It is longer {extension.says}.",
            unmet=f"It is not longer: that is {extension.says}, and no result shows it.",
            because=because,
            missing=missing,
            citation=citation,
            blocks=False,
            proposes="",
            interpretation=extension.interpretation,
            review=regimen.review,
        )
    }


def _judged(extension: Extension, course: Course) -> tuple[Truth, tuple[Evidence, ...], tuple[str, ...]]:
    """Return whether a phase is to be longer, the results behind that, and what would settle it.

    Neither a truth nor anything missing says that it is not due yet.
    """
    first = course.first_day
    if first is None:
        return None, course.because, (START,)
    try:
        opens, closes = add_months(first, extension.from_month), add_months(first, extension.to_month)
    except InputError:
        return None, course.because, (START,)
    seen = {
        name: [it for it in pieces if it.on is not None and opens <= it.on.first_day and it.on.last_day < closes]
        for name, pieces in course.results.items()
        if name in extension.tests
    }
    because = tuple(piece for pieces in seen.values() for piece in pieces)
    if course.at < add_months(first, extension.due_month):
        return None, because, ()
    read: Callable[[list[Evidence]], Truth] = _any_positive if extension.any_result else _last_positive
    truths = [read(seen.get(name, [])) for name in extension.tests]
    fits = any_of(truths)
    if fits is False and extension.any_result and course.at < closes:
        fits = None  # a later result can still be positive
    open_tests = tuple(name for name, truth in zip(extension.tests, truths, strict=True) if truth is None)
    return fits, because, (open_tests or extension.tests) if fits is None else ()


def _any_positive(pieces: list[Evidence]) -> Truth:
    return any_of(piece.value == "positive" for piece in pieces) if pieces else None


def _last_positive(pieces: list[Evidence]) -> Truth:
    """Tell whether the newest result is positive; results of one day that disagree leave it open."""
    last = [piece.value == "positive" for piece in pieces if piece.on == pieces[-1].on]
    return None if not last else True if all_of(last) else False if not any(last) else None
