"""Rows of the desk's addresses: a page that is shown, and a form that is sent to it."""

from collections.abc import Mapping
from typing import Final

from fullcourse.interfaces.api.multipart import MULTIPART
from fullcourse.interfaces.api.routes import Handler, Route
from fullcourse.interfaces.desk.pages import desk_problem

__all__ = ["FORM", "sent", "shown"]

FORM: Final = "application/x-www-form-urlencoded"
_HTML: Final = "text/html"
_ON: Final = {303: "It is done, and the next page is named."}


def shown(
    path: str,
    right: str,
    answer: Handler,
    says: str,
    query: Mapping[str, str] | None = None,
    *,
    finds_subjects: bool = False,
) -> Route:
    """Return the row of a page.

    Args:
        path: Template of the address.
        right: Name of a row of the table of rights.
        answer: Makes the page.
        says: What it shows, in one line.
        query: What may stand after the question mark.
        finds_subjects: Whether the page finds out by itself whose data is in it.
    """
    return Route(
        "GET", path, right, answer, says, query=query or {}, gives_type=_HTML, is_slow=True,
        finds_subjects=finds_subjects, tells=desk_problem,
    )  # fmt: skip


def sent(path: str, right: str, answer: Handler, says: str, *, takes_files: bool = False) -> Route:
    """Return the row of a form.

    Args:
        path: Template of the address.
        right: Name of a row of the table of rights.
        answer: Takes what was sent.
        says: What becomes of it, in one line.
        takes_files: Whether a file may be in it.
    """
    kinds = (FORM, MULTIPART) if takes_files else (FORM,)
    return Route(
        "POST", path, right, answer, says, media_types=kinds, gives_type=_HTML, is_slow=True, statuses=_ON,
        tells=desk_problem,
    )  # fmt: skip
