"""The page of one drug's levels: the curve by the doses logged, measured points, and what other doses would have been.

It stands apart from the patient's page, since an estimate takes seconds: a page that waits for one says so at once.
"""

from dataclasses import replace
from typing import Final

from markupsafe import Markup

from fullcourse.adapters.documents.level_chart import svg_chart
from fullcourse.clinical.dose_plan import parse_dose_plan
from fullcourse.clinical.errors import FullcourseError, InputError
from fullcourse.interfaces.api.call import Call, Reply
from fullcourse.interfaces.api.problems import Busy, NotFound
from fullcourse.interfaces.api.routes import PATIENT, Route
from fullcourse.interfaces.cli.level_commands.answer import level_chart
from fullcourse.interfaces.cli.monitor import SEED
from fullcourse.interfaces.desk.courses_read import CourseHere, opened_here
from fullcourse.interfaces.desk.long_work import LongWork, Pending
from fullcourse.interfaces.desk.pages import page
from fullcourse.interfaces.desk.rows import shown
from fullcourse.interfaces.desk.words import t
from fullcourse.journey.desk import LevelsSeen, levels_seen

__all__ = ["LEVEL_PAGES"]

_LONGEST: Final = 200
_PART: Final = "desk.levels"
_WAIT_S: Final = 0.5
"""For so long a call waits for a curve; one that takes longer is said to be worked out, and the page looks again."""


def _levels(call: Call) -> Reply:
    patient, drug, typed = call.path[PATIENT], call.path["drug"], (call.asked("dose") or "").strip()
    if drug not in call.service.knowledge.drugs:
        raise NotFound
    try:
        here = opened_here(call)
    except FullcourseError:
        _work_of(call).forget(patient)  # an erased course is in nobody's memory
        raise
    seen, why_not = None, ""
    try:
        seen = _seen(call, here, drug, typed[:_LONGEST])
    except Busy:
        raise
    except InputError as error:
        why_not = str(error)
    except FullcourseError as error:
        why_not = f"{t('the curve could not be worked out')}: {error}"
    shown = seen if isinstance(seen, LevelsSeen) else None
    names = {
        "patient": patient,
        "short": patient[:8],
        "drug": drug,
        "typed": typed,
        "why_not": why_not,
        "pending": seen if isinstance(seen, Pending) else None,
        "seen": shown,
        "drawn": _drawn(shown) if shown is not None else "",
        "rows": _rows(shown) if shown is not None else (),
    }
    return page(call, "patient_levels.html", t("Levels of ") + drug, names, here="queue")


def _seen(call: Call, here: CourseHere, drug: str, typed: str) -> LevelsSeen | Pending:
    """Return the levels, or that they are being worked out; what was worked out of this very log is shown at once."""
    other = parse_dose_plan(typed) if typed else ()
    opened, now = here.opened, call.now

    def work() -> LevelsSeen:
        return levels_seen(opened.course, opened.knowledge, drug, now, (typed, other), SEED)

    return _work_of(call).ask((opened.patient, drug, typed), here.bound, now, work, _WAIT_S)


def _work_of(call: Call) -> LongWork[LevelsSeen]:
    work = call.service.parts.setdefault(_PART, LongWork[LevelsSeen]())
    if not isinstance(work, LongWork):
        raise TypeError(_PART)
    return work


def _drawn(seen: LevelsSeen) -> Markup:
    title = f"{seen.drug.capitalize()}: {t('own curve by the doses logged')} ({seen.model})"
    chart = level_chart(title, seen.curve, seen.targets)
    svg = svg_chart(replace(chart, beside=[*chart.beside, *seen.lines]))
    return Markup(svg)  # noqa: S704 - drawn here, with every word escaped


def _rows(seen: LevelsSeen) -> list[tuple[str, list[str]]]:
    """Return the curve every four hours as a table: hour, and mg/L of each line."""
    columns = [seen.curve.quantiles[2], seen.curve.quantiles[0], seen.curve.quantiles[4], *(it for _, it in seen.lines)]
    rows, following = [], seen.curve.time_h[0]
    for place, hour in enumerate(seen.curve.time_h):
        if hour >= following:
            rows.append((f"{hour:.1f}", [f"{column[place]:.1f}" for column in columns]))
            following = hour + 4.0
    return rows


LEVEL_PAGES: Final[tuple[Route, ...]] = (
    shown(
        "/desk/courses/{patient}/levels/{drug}", "course.read", _levels,
        "Levels of one drug by the doses logged, with the plan's and another dose's line.",
        {"dose": "Another dose whose line is drawn too, such as 250 mg q8h."},
    ),
)  # fmt: skip
"""The addresses of levels."""
