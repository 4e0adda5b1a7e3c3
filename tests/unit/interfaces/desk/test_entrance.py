"""The way in and out of the desk, in a browser without scripts."""

from collections.abc import Iterator
from pathlib import Path

import pyotp
import pytest
from starlette.testclient import TestClient

from fullcourse.adapters.access.access import open_access
from fullcourse.interfaces.api.access.door import PROOF_FIELD, setup_link
from service_people import ADDRESS, PASSWORD, Clinic, clinic_at

PAGE = {"Origin": ADDRESS}


@pytest.fixture(scope="module")
def clinic(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Clinic]:
    with clinic_at(tmp_path_factory.mktemp("clinic") / "courses.db") as opened:
        opened.add("nurse", ("nurse",), ("north",))
        yield opened


def proof_on(text: str) -> str:
    """Return the proof that a page holds, as a browser would send it."""
    return text.partition(f'name="{PROOF_FIELD}" value="')[2].partition('"')[0]


def sign_in(client: TestClient, login: str = "nurse@example.org", password: str = PASSWORD, code: str = "") -> int:
    form = {"login": login, "password": password, "code": code}
    return client.post("/desk/sign-in", data=form, headers=PAGE, follow_redirects=False).status_code


def test_who_has_not_signed_in_is_asked_to(clinic: Clinic):
    answer = clinic.client().get("/desk")
    assert answer.status_code == 401
    assert 'action="/desk/sign-in"' in answer.text


def test_a_sign_in_leads_to_a_page_that_names_the_person_and_out_again(clinic: Clinic):
    client = clinic.client()
    assert sign_in(client) == 303
    shown = client.get("/desk/account")
    assert shown.status_code == 200
    assert "Synthetic nurse" in shown.text
    left = client.post("/desk/sign-out", data={PROOF_FIELD: proof_on(shown.text)}, headers=PAGE)
    assert left.status_code == 200
    assert client.get("/desk/account").status_code == 401


@pytest.mark.parametrize(
    ("login", "password"), [("nurse@example.org", "turnip carpet"), ("nobody@example.org", PASSWORD)]
)
def test_what_does_not_fit_is_told_alike_and_the_password_is_not_sent_back(clinic: Clinic, login: str, password: str):
    form = {"login": login, "password": password, "code": ""}
    answer = clinic.client().post("/desk/sign-in", data=form, headers=PAGE)
    assert answer.status_code == 401
    assert "That does not fit." in answer.text
    assert password not in answer.text


def test_a_second_factor_is_asked_for(clinic: Clinic):
    clinic.add("second", ("pharmacist",), ("north",))
    begun = clinic.ok("POST", "/api/v1/second-factor", "second")
    totp = pyotp.TOTP(begun["secret"])
    clinic.ok("PUT", "/api/v1/second-factor", "second", {"code": totp.at(clinic.clock())})
    clinic.clock.move(minutes=1)
    client = clinic.client()
    asked = client.post(
        "/desk/sign-in", data={"login": "second@example.org", "password": PASSWORD, "code": ""}, headers=PAGE
    )
    assert asked.status_code == 401
    assert "second factor" in asked.text
    assert sign_in(client, "second@example.org", code=totp.at(clinic.clock())) == 303


def test_a_page_of_others_cannot_sign_somebody_in_or_out(clinic: Clinic):
    client = clinic.client()
    form = {"login": "nurse@example.org", "password": PASSWORD, "code": ""}
    elsewhere = {"Origin": "https://elsewhere.example"}
    assert client.post("/desk/sign-in", data=form, headers=elsewhere).status_code == 403
    assert sign_in(client) == 303
    assert client.post("/desk/sign-out", data={}, headers=PAGE).status_code == 403
    proof = proof_on(client.get("/desk/account").text)
    assert client.post("/desk/sign-out", data={PROOF_FIELD: proof}, headers=elsewhere).status_code == 403
    assert client.get("/desk/account").status_code == 200


def test_the_link_of_the_first_start_makes_the_administrator_once(tmp_path: Path):
    access = open_access(tmp_path / "new.db")
    try:
        clinic = Clinic(access, {})
        link = setup_link(access, ADDRESS, clinic.clock())
        path, _, word = link.removeprefix(ADDRESS).partition("#")
        client = clinic.client()
        assert f'action="{path}"' in client.get(path).text
        form = {"link": word, "name": "Synthetic", "login": "a@example.org", "password": PASSWORD, "again": "another"}
        differing = client.post(path, data=form, headers=PAGE)
        assert (differing.status_code, "differ" in differing.text) == (422, True)
        short = client.post(path, data={**form, "password": "short", "again": "short"}, headers=PAGE)
        assert (short.status_code, word in short.text) == (422, False)
        whole = {**form, "link": link, "again": PASSWORD}  # the whole link may be pasted
        made = client.post(path, data=whole, headers=PAGE, follow_redirects=False)
        assert made.headers["location"] == "/desk/sign-in"
        again = client.post(path, data=whole, headers=PAGE)
        assert (again.status_code, "was used" in again.text) == (422, True)
        assert sign_in(client, "a@example.org") == 303
    finally:
        access.close()


def test_a_link_of_an_account_sets_its_password_by_the_page(clinic: Clinic):
    body = {"login": "new@example.org", "name": "Synthetic new", "roles": ["nurse"], "clinics": ["north"]}
    link = clinic.ok("POST", "/api/v1/users", "administrator", body)["link"]
    path, _, word = link.removeprefix(ADDRESS).partition("#")
    client = clinic.client()
    assert client.get(path).status_code == 200
    form = {"link": word, "password": PASSWORD, "again": PASSWORD}
    assert client.post(path, data=form, headers=PAGE, follow_redirects=False).status_code == 303
    assert sign_in(client, "new@example.org") == 303


@pytest.mark.parametrize("body", ["login=a&login=b&password=c", "login=a&password=b&more=c", "login=%ff&password=b"])
def test_a_form_that_can_be_read_two_ways_is_not_read(clinic: Clinic, body: str):
    kind = {"Content-Type": "application/x-www-form-urlencoded"}
    answer = clinic.client().post("/desk/sign-in", content=body, headers=PAGE | kind)
    assert answer.status_code == 400


def test_a_page_loads_nothing_from_elsewhere_and_holds_no_script_or_style(clinic: Clinic):
    answer = clinic.client().get("/desk/sign-in")
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "<style" not in answer.text
    assert "style=" not in answer.text
    assert "<script>" not in answer.text
    assert "//" not in answer.text.replace("http://www.w3.org", "")


@pytest.mark.parametrize("kind", ["css", "js", "svg"])
def test_files_of_a_page_are_there_and_kept_by_the_browser(clinic: Clinic, kind: str):
    text = clinic.client().get("/desk/sign-in").text
    paths = [part.partition('"')[0] for part in text.split('"') if part.startswith("/desk/files/")]
    path = next(path for path in paths if path.endswith(f".{kind}"))
    answer = clinic.client().get(path)
    assert answer.status_code == 200
    assert "immutable" in answer.headers["cache-control"]
    assert clinic.client().get(path.replace("-", "-0")).status_code == 404
