"""Sign-in by OpenID Connect against a real issuer on this computer, honest and not."""

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from joserfc.jwk import ECKey
from starlette.testclient import TestClient

from access_places import opened
from oidc_issuer import CLIENT, SECRET, OidcIssuer, oidc_issuer
from service_people import ADDRESS, Clinic

BACK = "/api/v1/oidc/return"


@pytest.fixture
def both(tmp_path: Path) -> Iterator[tuple[Clinic, OidcIssuer]]:
    with oidc_issuer() as issuer:
        named = {"ISSUER": issuer.address, "CLIENT": CLIENT, "SECRET": SECRET}
        set_ = {f"FULLCOURSE_OIDC_{name}": value for name, value in named.items()}
        for clinic in opened("sqlite", tmp_path, **set_):
            issuer.back, issuer.now = f"{ADDRESS}{BACK}", int(clinic.clock().timestamp())
            clinic.add("nurse", ("nurse",), ("north",))
            clinic.ok("PATCH", f"/api/v1/users/{clinic.ids['nurse']}", "administrator", {"subject": "subject-one"})
            yield clinic, issuer


def begun(clinic: Clinic) -> tuple[TestClient, str]:
    """Go to the issuer and back; return the browser and the address to which it was sent back."""
    browser = clinic.client()
    to_issuer = browser.get("/api/v1/oidc/begin", follow_redirects=False)
    assert to_issuer.status_code == 303, to_issuer.text
    assert "SameSite=Lax" in to_issuer.headers["set-cookie"] and "HttpOnly" in to_issuer.headers["set-cookie"]
    back = httpx.get(to_issuer.headers["location"], follow_redirects=False)
    return browser, back.headers["location"]


def test_a_linked_account_signs_in(both: tuple[Clinic, OidcIssuer]) -> None:
    clinic, _ = both
    browser, back = begun(clinic)
    answer = browser.get(back)
    assert answer.status_code == 200 and answer.json()["csrf"]
    who = browser.get("/api/v1/session").json()
    assert who["account"] == clinic.ids["nurse"] and who["roles"] == ["nurse"]
    assert browser.get(back).status_code == 401, "a code holds once"


def test_nobody_gets_an_account_by_an_issuer(both: tuple[Clinic, OidcIssuer]) -> None:
    clinic, issuer = both
    issuer.subject = "a-stranger"
    browser, back = begun(clinic)
    assert browser.get(back).status_code == 401
    issuer.subject = "subject-one"
    clinic.ok("PATCH", f"/api/v1/users/{clinic.ids['nurse']}", "administrator", {"closed": True})
    browser, back = begun(clinic)
    assert browser.get(back).status_code == 401
    clinic.ok("PATCH", f"/api/v1/users/{clinic.ids['nurse']}", "administrator", {"closed": False, "subject": ""})
    browser, back = begun(clinic)
    assert browser.get(back).status_code == 401


def test_a_subject_belongs_to_one_account(both: tuple[Clinic, OidcIssuer]) -> None:
    clinic, _ = both
    clinic.add("other", ("nurse",), ("north",))
    path, token = f"/api/v1/users/{clinic.ids['other']}", clinic.tokens["administrator"]
    assert clinic.call("PATCH", path, token, {"subject": "subject-one"}).status_code == 409


@pytest.mark.parametrize(
    "changed",
    [
        {"iss": "http://127.0.0.1:9"}, {"aud": "another"}, {"aud": [CLIENT, "another"]}, {"azp": "another"},
        {"nonce": "another"}, {"nonce": None}, {"exp": 1}, {"exp": None}, {"iat": 4102444800}, {"sub": ""}, {"sub": 7},
    ],
)  # fmt: skip
def test_a_word_of_the_issuer_that_is_not_for_this_sign_in_is_refused(
    both: tuple[Clinic, OidcIssuer], changed: dict[str, object]
) -> None:
    clinic, issuer = both
    issuer.changed = changed
    browser, back = begun(clinic)
    assert browser.get(back).status_code == 401


def test_a_word_that_a_stranger_signed_is_refused(both: tuple[Clinic, OidcIssuer]) -> None:
    clinic, issuer = both
    issuer.signs_with = ECKey.generate_key("P-256", {"kid": "issuer-1"})
    browser, back = begun(clinic)
    assert browser.get(back).status_code == 401


def test_what_was_begun_in_another_browser_or_long_ago_is_refused(both: tuple[Clinic, OidcIssuer]) -> None:
    clinic, _ = both
    _, attackers = begun(clinic)
    victim, own = begun(clinic)
    assert victim.get(attackers).status_code == 401, "the attacker's account is not put into the victim's browser"
    assert clinic.client().get(own).status_code == 401
    code = parse_qs(urlsplit(own).query)["code"][0]
    assert victim.get(f"{BACK}?code={code}&state=guessed").status_code == 401
    assert victim.get(BACK).status_code == 401
    clinic.clock.move(minutes=10)
    assert victim.get(own).status_code == 401


@pytest.mark.parametrize(
    "described",
    [
        {"issuer": "http://127.0.0.1:9"},
        {"authorization_endpoint": "http://example.org/authorize"},
        {"token_endpoint": "file:///etc/passwd"},
        {"jwks_uri": ""},
    ],
)
def test_an_issuer_that_describes_another_or_names_an_open_address_is_not_asked(
    both: tuple[Clinic, OidcIssuer], described: dict[str, str]
) -> None:
    clinic, issuer = both
    issuer.described = described
    assert clinic.client().get("/api/v1/oidc/begin", follow_redirects=False).status_code == 503


def test_without_an_issuer_there_is_nothing_here(tmp_path: Path) -> None:
    for clinic in opened("sqlite", tmp_path):
        for path in ("/api/v1/oidc/begin", BACK):
            assert clinic.client().get(path, follow_redirects=False).status_code == 404
        path, token = f"/api/v1/users/{clinic.ids['administrator']}", clinic.tokens["administrator"]
        assert clinic.call("PATCH", path, token, {"subject": "x"}).status_code == 422
