"""Fills the templates of the desk, and says by headers what a page may load: what this service sends, and nothing else.

Everything is escaped; a name that a template uses and nobody gave is an error. No page holds a script or a style of its
own, so that what somebody wrote into a note can never run.
"""

import functools
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from fullcourse.adapters.access.people.accounts import find_account
from fullcourse.adapters.access.rights import may_ever, permits
from fullcourse.adapters.seen_text import seen_in_page
from fullcourse.clinical.answer_head import CONTENT_NOTICE
from fullcourse.interfaces.api.access.asked import access_of, door_of
from fullcourse.interfaces.api.call import Call, Reply
from fullcourse.interfaces.api.problems import NotSignedIn, Problem
from fullcourse.interfaces.desk.static_files import address_of
from fullcourse.interfaces.desk.words import t

__all__ = ["HTML", "PAGE_HEADERS", "Place", "Viewer", "desk_problem", "page", "places_of", "see_other", "viewer_of"]

HTML: Final = "text/html; charset=utf-8"
PAGE_HEADERS: Final = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src 'self'; "
        "form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
    ),
    "X-Robots-Tag": "noindex, nofollow",  # nothing of the desk is for a search engine, the page of the sign-in neither
    "Referrer-Policy": "same-origin",  # with none at all a browser sends no origin with a form, and it would be refused
}
"""Headers of a page, in the place of those that every answer has."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where one can go from every page.

    Attributes:
        name: By which a page says that it is here.
        path: Address.
        label: What is read.
        right: Without which it is not shown.
        is_about_patients: Whether the right is one over patients.
    """

    name: str
    path: str
    label: str
    right: str
    is_about_patients: bool = False


_PLACES: Final = (
    Place("queue", "/desk/queue", "Who needs me today?", "queue.read", is_about_patients=True),
    Place("find", "/desk/find", "Find a course", "result.enter", is_about_patients=True),
    Place("begin", "/desk/begin", "Begin a course", "course.begin"),
    Place("programme", "/desk/programme", "Programme", "programme.read", is_about_patients=True),
    Place("knowledge", "/desk/knowledge", "What the sources say", "knowledge.read"),
    Place("users", "/desk/users", "Users and rights", "account.manage"),
    Place("account", "/desk/account", "Your account", "account.own"),
)


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who looks at a page.

    Attributes:
        name: Of the person.
        roles: In words.
        csrf: Proof that goes with every form.
        places: Where they can go.
    """

    name: str
    roles: str
    csrf: str
    places: tuple[Place, ...]


def places_of(call: Call) -> tuple[Place, ...]:
    """Return where a caller can go, in the order in which it is shown."""
    return tuple(
        place for place in _PLACES if (may_ever if place.is_about_patients else permits)(call.caller, place.right)
    )


def viewer_of(call: Call) -> Viewer | None:
    """Return who looks at a page; None for somebody who has not signed in with a browser."""
    caller = call.caller
    if not caller.is_by_cookie:
        return None
    door, access = door_of(call), access_of(call)
    account = access.read(lambda connection: find_account(connection, access.keys, caller.id))
    roles = ", ".join(t(role.value) for role in sorted(caller.roles))
    return Viewer(
        account.name if account else "", roles, access.keys.proof(door.word_of(call.headers)), places_of(call)
    )


def page(
    call: Call, template: str, title: str, names: Mapping[str, object], *, here: str = "", reply: Reply | None = None
) -> Reply:
    """Return a page.

    Args:
        call: Whose page it is.
        template: Name of its file.
        title: What stands in the browser's tab and over the page; never anything of a patient but the random id.
        names: What the template uses beside what every page has: ``title``, ``here``, ``viewer``.
        here: Name of the place that it belongs to.
        reply: Status, further headers, and whose data is in it; a plain 200 without.
    """
    given = reply or Reply()
    body = _filled(template, title=title, here=here, viewer=viewer_of(call), **names)
    return Reply(
        body, given.status, HTML, {**PAGE_HEADERS, **given.headers}, given.patients, given.about, given.subjects
    )


def see_other(path: str, **headers: str) -> Reply:
    """Return an answer that leads a browser to another page, as after a form that was taken."""
    return Reply(status=303, headers={"Location": path, **{name.replace("_", "-"): it for name, it in headers.items()}})


def desk_problem(problem: Problem, call_id: str) -> Reply:
    """Return a page that tells a problem; who has not signed in is asked to."""
    if problem.status == NotSignedIn.status:
        body = _filled("sign_in.html", title=t("Sign in"), here="", viewer=None, wrong="", login="", asks_code=False)
    else:
        body = _filled("problem.html", title=t(problem.title), here="", viewer=None, problem=problem, number=call_id)
    return Reply(body, problem.status, HTML, {**PAGE_HEADERS, **problem.headers})


def _filled(template: str, **names: object) -> bytes:
    return _environment().get_template(template).render(names).encode()


@functools.cache
def _environment() -> Environment:
    made = Environment(
        loader=PackageLoader("fullcourse", "interfaces/desk/templates"),
        autoescape=select_autoescape(default=True),
        undefined=StrictUndefined,
        finalize=seen_in_page,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.globals.update(t=t, file=address_of, notice=CONTENT_NOTICE)
    return made
