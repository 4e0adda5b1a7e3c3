"""Users and rights at the desk: an administrator invites, changes and closes; nobody else sees the page."""

import re
from collections.abc import Iterator

import pytest

from desk_clinic import PAGE, Browser, DeskClinic, desk_clinic
from service_people import PASSWORD


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DeskClinic]:
    with desk_clinic(tmp_path_factory.mktemp("desk")) as opened:
        yield opened


@pytest.fixture
def admin(desk: DeskClinic) -> Browser:
    client = desk.clinic.client()
    form = {"login": "admin@example.org", "password": PASSWORD, "code": ""}
    assert client.post("/desk/sign-in", data=form, headers=PAGE, follow_redirects=False).status_code == 303
    browser = Browser(client)
    browser.get("/desk/users")
    return browser


def link_on(text: str) -> str:
    found = re.search(r'class="once">([^<]+)<', text)
    assert found is not None, text
    return found[1]


def signs_in(desk: DeskClinic, login: str) -> int:
    form = {"login": login, "password": PASSWORD, "code": ""}
    return desk.clinic.client().post("/desk/sign-in", data=form, headers=PAGE, follow_redirects=False).status_code


def test_somebody_invited_sets_a_password_by_the_link_and_signs_in(desk: DeskClinic, admin: Browser):
    made = admin.post("/desk/users", name="Synthetic Eve", login="eve@example.org", roles="nurse", clinics="north")
    assert made.status_code == 200, made.text
    assert "Synthetic Eve" in made.text
    link = link_on(made.text)
    form = {"link": link, "password": PASSWORD, "again": PASSWORD}
    path = link.partition("#")[0].removeprefix("http://127.0.0.1:8080")
    assert desk.clinic.client().post(path, data=form, headers=PAGE, follow_redirects=False).status_code == 303
    assert signs_in(desk, "eve@example.org") == 303


def test_a_closed_account_signs_nobody_in_until_it_is_opened(desk: DeskClinic, admin: Browser):
    user = desk.clinic.add("adam", ("nurse",), ("north",))
    assert admin.post(f"/desk/users/{user}/close").status_code == 200
    assert signs_in(desk, "adam@example.org") == 401
    assert admin.post(f"/desk/users/{user}/open").status_code == 200
    assert signs_in(desk, "adam@example.org") == 303


def test_roles_and_clinics_are_changed(desk: DeskClinic, admin: Browser):
    user = desk.clinic.add("ruth", ("nurse",), ("north",))
    assert admin.post(f"/desk/users/{user}/change", roles="auditor", clinics="south").status_code == 200
    listed = {it["id"]: it for it in desk.clinic.ok("GET", "/api/v1/users", "administrator")["users"]}
    assert (listed[user]["roles"], listed[user]["clinics"]) == (["auditor"], ["south"])


def test_a_new_link_ends_the_one_before(desk: DeskClinic, admin: Browser):
    user = desk.clinic.add("noah", ("nurse",), ("north",))
    first = link_on(admin.post(f"/desk/users/{user}/link").text)
    second = link_on(admin.post(f"/desk/users/{user}/link").text)
    assert first != second
    form = {"link": first, "password": PASSWORD, "again": PASSWORD}
    assert desk.clinic.client().post("/desk/password", data=form, headers=PAGE).status_code == 422


WRONG = [
    ({"name": "", "login": "x@example.org", "roles": "nurse"}, "name"),
    ({"name": "Synthetic", "login": "x@example.org", "roles": "patient"}, "an account of staff"),
    ({"name": "Synthetic", "login": "x@example.org", "roles": "king"}, "none of the list"),
    ({"name": "Synthetic", "login": "x@example.org", "roles": "nurse", "clinics": "moon"}, "is not there"),
    ({"name": "Synthetic", "login": "admin@example.org", "roles": "nurse"}, "already"),
]


@pytest.mark.parametrize(("fields", "says"), WRONG)
def test_what_cannot_be_is_said_and_nobody_is_made(desk: DeskClinic, admin: Browser, fields: dict[str, str], says: str):
    before = desk.clinic.ok("GET", "/api/v1/users", "administrator")
    answer = admin.post("/desk/users", **fields)
    assert answer.status_code == 422
    assert says in answer.text
    assert desk.clinic.ok("GET", "/api/v1/users", "administrator") == before


def test_the_last_administrator_is_not_closed(desk: DeskClinic, admin: Browser):
    answer = admin.post(f"/desk/users/{desk.clinic.ids['administrator']}/close")
    assert answer.status_code == 422
    assert "nobody could administer" in answer.text


def test_a_clinic_is_added_once(admin: Browser):
    assert admin.post("/desk/clinics", id="hill-east", name="Synthetic hill").status_code == 200
    assert "Synthetic hill" in admin.text
    assert admin.post("/desk/clinics", id="hill-east", name="Another").status_code == 422
    assert admin.post("/desk/clinics", id="NO", name="Another").status_code == 422


def test_nobody_else_sees_or_changes_accounts(desk: DeskClinic):
    nurse = desk.at_the_desk("nurse", "nurse")
    assert nurse.get("/desk/users").status_code == 403
    nurse.get("/desk/account")
    assert "/desk/users" not in nurse.text
    assert nurse.post("/desk/users", name="Synthetic", login="y@example.org", roles="nurse").status_code == 403


def test_a_user_who_is_not_there_cannot_be_closed(admin: Browser):
    assert admin.post("/desk/users/99999999-9999-4999-8999-999999999999/close").status_code == 404
