"""Every page of the desk is looked at by axe in a browser: the table of pages against the routes."""

import re

import pytest

from desk_courses import desk_at
from desk_pages import OPENED_BY_A_TEST_OF_THEIR_OWN, PAGES, PATIENT_PAGES, PROGRAMME_PAGES
from fullcourse.interfaces.api.every_route import EVERY_ROUTE

FILES = re.compile(r"/desk/files/|.*\.(csv|pdf)$")
"""What is no page."""
LOOKED_AT = (
    *(page.partition("?")[0] for page in (*PAGES, *PROGRAMME_PAGES)),
    *(f"/desk/courses/{{patient}}{page}" for page in PATIENT_PAGES),
    *OPENED_BY_A_TEST_OF_THEIR_OWN,
)
SHOWN = [
    it.path for it in EVERY_ROUTE if it.method == "GET" and it.path.startswith("/desk") and not FILES.match(it.path)
]


@pytest.mark.parametrize("template", SHOWN)
def test_a_page_of_the_desk_stands_in_the_table_of_those_that_a_browser_opens(template: str):
    form = re.compile(re.sub(r"\\\{\w+\\\}", "[^/]+", re.escape(template)))
    assert any(form.fullmatch(page) for page in LOOKED_AT), f"add an address of {template} to tests/desk_pages.py"


@pytest.mark.parametrize("page", LOOKED_AT)
def test_a_page_of_the_table_is_one_of_the_desk(page: str):
    forms = (re.sub(r"\\\{\w+\\\}", "[^/]+", re.escape(template)) for template in SHOWN)
    assert any(re.fullmatch(form, page) for form in forms)


def test_no_page_of_the_desk_is_for_a_search_engine(tmp_path):
    with desk_at(tmp_path) as desk:
        for page in ("/desk/sign-in", "/desk/queue", "/desk/knowledge"):
            assert desk.client.get(page).headers["X-Robots-Tag"] == "noindex, nofollow"
