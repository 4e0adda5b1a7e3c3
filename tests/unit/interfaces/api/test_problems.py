"""Errors as HTTP statuses: every kind of error has its row, and no problem tells what was not foreseen."""

import json

import pytest

import fullcourse.adapters.access.oidc  # noqa: F401 - loaded late elsewhere, and its errors are asked about here
from fullcourse.adapters.store.durable import DamagedCourse, ErasedCourse, NotKept
from fullcourse.clinical.errors import FullcourseError, InputError, KnowledgeError, OutsideLabel, SolverStopped
from fullcourse.interfaces.api import problems
from fullcourse.interfaces.api.problems import every_status, problem_of, problem_reply


@pytest.mark.parametrize(
    ("error", "status", "word"),
    [
        (InputError("x"), 422, "input"), (OutsideLabel("x"), 422, "outside_label"),
        (SolverStopped("x"), 422, "solver_stopped"), (KnowledgeError(()), 503, "knowledge"),
        (ErasedCourse("p"), 410, "erased"), (DamagedCourse("p", ("torn",)), 409, "damaged"),
        (NotKept("x"), 503, "not_kept"),
        (problems.BadRequest("x"), 400, "bad_request"), (problems.NotSignedIn(), 401, "not_signed_in"),
        (problems.Forbidden("x"), 403, "forbidden"), (problems.NotFound(), 404, "not_found"),
        (problems.TooSlow("x"), 408, "too_slow"), (problems.TooLarge("x"), 413, "too_large"),
        (problems.UnreadKind("x"), 415, "unread_kind"), (problems.TooMany("x"), 429, "too_many"),
        (problems.Busy(), 503, "busy"), (problems.Unusable("x"), 422, "input"),
    ],
)  # fmt: skip
def test_each_error_has_one_status(error, status, word):
    problem = problem_of(error)
    assert (problem.status, problem.word) == (status, word)
    reply = problem_reply(problem, "0f")
    assert (reply.status, reply.media_type) == (status, "application/problem+json")
    assert json.loads(reply.body)["type"] == f"urn:fullcourse:problem:{word}"


def test_every_kind_of_error_that_is_raised_on_purpose_is_in_the_table():
    kinds = [kind for kind in _below(FullcourseError) if kind.__module__.startswith("fullcourse.")]
    untold = [kind for kind in kinds if problem_of(_made(kind)).word == "internal" and kind not in _BASES]
    assert [it.__name__ for it in untold if not it.__module__.startswith(_TOLD_WHERE_THEY_ARE_CAUGHT)] == []


_TOLD_WHERE_THEY_ARE_CAUGHT = ("fullcourse.adapters.access.people", "fullcourse.adapters.access.oidc")
"""By interfaces/api/access, each with its tests."""
_BASES = (problems.ServiceError,)


def _below(kind):
    for one in kind.__subclasses__():
        yield one
        yield from _below(one)


def _made(kind):
    made = kind.__new__(kind)
    Exception.__init__(made, "x")
    made.headers = {}
    return made


def test_what_asks_to_come_again_says_when():
    for error in (NotKept("x"), problems.Busy()):
        assert int(problem_of(error).headers["Retry-After"]) >= 1


def test_an_error_that_nobody_foresaw_says_nothing_of_itself():
    class Unforeseen(FullcourseError):
        pass

    problem = problem_of(Unforeseen("Zebediah Canary-4711"))
    assert (problem.status, "Canary" in problem.detail) == (500, False)


def test_every_status_has_a_title():
    assert every_status().keys() >= {400, 401, 403, 404, 408, 409, 410, 413, 415, 422, 429, 503}
    assert all(title.strip() for title in every_status().values())
