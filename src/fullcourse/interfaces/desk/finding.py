"""Finds a course by its id: for a laboratory, whose results name it, and for whoever holds a card with it."""

from typing import Final

from fullcourse.adapters.access.rights import permits
from fullcourse.interfaces.api.access.asked import door_of
from fullcourse.interfaces.api.call import Call, Reply
from fullcourse.interfaces.api.routes import Route
from fullcourse.interfaces.desk.pages import page, see_other
from fullcourse.interfaces.desk.rows import shown
from fullcourse.interfaces.desk.words import t

__all__ = ["FINDING"]

_LONGEST: Final = 100


def _find(call: Call) -> Reply:
    asked = (call.asked("patient") or "").strip()
    wrong = ""
    if asked:
        subject = door_of(call).subject(asked) if len(asked) <= _LONGEST else None
        if subject is not None and permits(call.caller, "course.read", subject):
            return see_other(f"/desk/courses/{subject.patient}")
        if subject is not None and permits(call.caller, "result.enter", subject):
            return see_other(f"/desk/courses/{subject.patient}/enter")
        wrong = t("No course of yours has this id. Check it; every character counts.")
    return page(call, "find.html", t("Find a course"), {"wrong": wrong}, here="find")


FINDING: Final[tuple[Route, ...]] = (
    shown(
        "/desk/find", "result.enter", _find, "Find a course by its id.", {"patient": "Random id of the course."},
        finds_subjects=True,
    ),
)  # fmt: skip
"""The address of finding a course."""
