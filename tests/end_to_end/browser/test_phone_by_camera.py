"""A first visit as it happens: a nurse makes the invitation, its picture is seen on her screen, a phone reads it."""

import base64
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import Connection

from chromium import CHROMIUM
from fullcourse.adapters.access.caller import Role
from fullcourse.adapters.access.people.accounts import add_account
from fullcourse.adapters.access.people.courses import Consent, say_consent
from fullcourse.adapters.access.people.sessions import Kind, begin_session
from phone_browser import phone_of
from phone_clinic import PhoneClinic, phone_clinic
from qr_reading import DARK, read_code

pytestmark = pytest.mark.skipif(
    CHROMIUM is None, reason="no Chromium is installed, and these tests look at pages in it"
)

DRUG = "cycloserine: 2 capsules of 250 mg q12h"


@pytest.fixture
def clinic(tmp_path: Path) -> Iterator[PhoneClinic]:
    with phone_clinic(tmp_path) as running:
        yield running


def nurse(clinic: PhoneClinic) -> str:
    """Return the word by which a nurse of the clinic calls."""

    def work(connection: Connection) -> str:
        roles, clinics = (Role.NURSE,), ("synthetic",)
        account = add_account(
            connection, clinic.access.keys, roles, clinic.now, name="Example", login="n@example.org", clinics=clinics
        )
        return begin_session(connection, account, Kind.BEARER, clinic.now, idle=None)

    return clinic.access.write(work)


def seen(page: Page, svg: str) -> str:
    """Return what a camera reads off a screen that shows a picture."""
    page.set_content(f"<body style='margin:40px;background:#fff'>{svg}</body>")
    shot = page.locator("svg").screenshot()
    page.goto("about:blank")
    return read_code(page.evaluate(DARK, f"data:image/png;base64,{base64.b64encode(shot).decode()}"))


@pytest.mark.parametrize("role", ["patient", "supporter"])
def test_from_the_picture_to_the_first_card(browser: Browser, clinic: PhoneClinic, role: str) -> None:
    patient = clinic.begin(DRUG)
    screen = browser.new_page()
    asked = screen.request.post(
        f"{clinic.url}/api/v1/courses/{patient}/invitations",
        headers={"Authorization": f"Bearer {nurse(clinic)}"},
        data={"role": role},
    )
    assert asked.status == 201, asked.text()
    told = asked.json()
    link = seen(screen, told["svg"])
    screen.close()
    assert link == told["link"]
    if role == "supporter":  # without the patient's consent it is shown nothing
        consent = Consent(told["account"], True, told["account"], clinic.now)
        clinic.access.write(lambda connection: say_consent(connection, patient, consent))
    assert link.startswith(f"{clinic.url}/p/#")
    with phone_of(browser, clinic.now) as phone:
        phone.page.goto(link)
        expect(phone.page.get_by_role("heading", name="Start on this phone")).to_be_visible()
        assert "#/join" in phone.page.url  # the secret is out of the address at once
        phone.page.locator("button#join").click()
        expect(phone.page.locator("main[data-screen=today]")).to_be_visible(timeout=15_000)
        expect(phone.page.locator("#state")).to_have_text("Due now", timeout=15_000)
