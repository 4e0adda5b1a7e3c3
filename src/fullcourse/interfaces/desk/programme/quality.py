"""What the data lack as a page: each number with what to do about it, and its list."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from fullcourse.adapters.worklist.rows import Row
from fullcourse.cohort.programme.case import Case
from fullcourse.cohort.programme.quality import Check, QualityPart, quality_parts
from fullcourse.cohort.programme.table import Behind, Number
from fullcourse.interfaces.api.call import Call, Reply
from fullcourse.interfaces.api.routes import Route
from fullcourse.interfaces.desk.pages import page
from fullcourse.interfaces.desk.programme.asked import FILTERS, PROGRAMME_RIGHT, Asked, asked_of, pages_names
from fullcourse.interfaces.desk.programme.reports import Figure, figure_of
from fullcourse.interfaces.desk.rows import shown
from fullcourse.interfaces.desk.words import t
from fullcourse.interfaces.desk.worklist import fresh_worklist

__all__ = ["QUALITY", "refills_of", "whole_quality"]


@dataclass(frozen=True, slots=True)
class _CheckView:
    figure: Figure
    to_do: str


def whole_quality(call: Call, asked: Asked) -> tuple[QualityPart, ...]:
    """Return what the data lack: in cases, in the store, and on the list of who is needed."""
    parts = quality_parts(asked.cases(), asked.now.date())
    unread, waiting = parts[0], parts[3]
    return (
        QualityPart(unread.title, (*_in_the_store(asked), *unread.checks)),
        *parts[1:3],
        QualityPart(waiting.title, (*waiting.checks, _silent(call, asked))),
        *parts[4:],
    )


def _in_the_store(asked: Asked) -> Iterator[Check]:
    """Yield what no course can be made of; of such courses no quarter is known, so all of them are named."""
    unreadable = [Behind(Case(patient, 1, None), None, why) for patient, why in asked.held.read.unreadable]
    yield Check(
        Number("quality.not-readable", "courses that could not be read", unreadable),
        "Nothing of them is counted anywhere. Ask whoever runs the service to call 'fullcourse course verify', and to "
        "restore them from a backup.",
    )
    last = _last_cases(asked.held.cases)
    aside = [Behind(last.get(it, Case(it, 1, None)), None, "an event was set aside") for it in asked.held.asides]
    yield Check(
        Number("quality.set-aside", "courses with events that were set aside", aside),
        "Two events came under one id: the first counts, the other is kept apart. Look at both in the log of the "
        "course, and write down again what is true.",
    )


def _silent(call: Call, asked: Asked) -> Check:
    rows = fresh_worklist(call).listing(_patients(asked), asked.now).rows["silent"]
    return Check(
        Number("quality.silent", "courses of which no dose was told", list(_behind(rows, asked))),
        "Nobody said anything of doses that were due. Call, and look at the phone or the box: nothing heard is not "
        "nothing taken.",
    )


def refills_of(call: Call, asked: Asked) -> Check:
    """Return the courses whose own supply is to be ordered."""
    rows = fresh_worklist(call).listing(asked.patients, asked.now).rows["refills"]
    return Check(
        Number("need.refills", "courses whose own supply is to be ordered", list(_behind(rows, asked))),
        "By what was handed out, counted and taken. Hand out what is needed, and write it down.",
    )


def _patients(asked: Asked) -> frozenset[str]:
    """Return whose courses are looked at: of the quarter where one was chosen, else all."""
    return asked.patients & {case.patient for case in asked.cases()} if asked.is_chosen else asked.patients


def _behind(rows: Iterable[Row], asked: Asked) -> Iterator[Behind]:
    last = _last_cases(asked.held.cases)
    for row in rows:
        case = last.get(row.patient, Case(row.patient, 1, None))
        yield Behind(case, row.since.date(), "; ".join(row.says))


def _last_cases(cases: Iterable[Case]) -> dict[str, Case]:
    return {case.patient: case for case in cases}


def _show(call: Call) -> Reply:
    asked = asked_of(call)
    not_listed, _ = fresh_worklist(call).not_read(asked.patients)  # before the list: see `HeldCases.report`
    parts = [
        (t(part.title), [_CheckView(figure_of(it.number, asked), t(it.to_do)) for it in part.checks])
        for part in whole_quality(call, asked)
    ]
    names = {**pages_names(asked, "quality"), "parts": parts, "cases": len(asked.cases()), "not_listed": not_listed}
    return page(call, "programme_quality.html", t("Data quality"), names, here="programme")


QUALITY: Final[tuple[Route, ...]] = (
    shown(
        "/desk/programme/quality", PROGRAMME_RIGHT, _show, "Show what the data lack, and what to do about it.",
        FILTERS, finds_subjects=True,
    ),
)  # fmt: skip
"""The address of what the data lack."""
