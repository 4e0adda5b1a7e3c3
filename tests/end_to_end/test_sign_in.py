"""Sign-in as people use it and as others attack it, over HTTP, on both engines.

Longer than most: each attack stands beside the way in that it attacks, and all share one clinic.
"""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from statistics import median

import pyotp
import pytest

from access_places import ENGINES, opened
from fullcourse.interfaces.api.access.door import setup_link
from service_people import ADDRESS, PASSWORD, Clinic

LOGIN = "nurse@example.org"


@pytest.fixture(params=ENGINES)
def clinic(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Clinic]:
    for clinic in opened(request.param, tmp_path):
        clinic.add("nurse", ("nurse",), ("north",))
        yield clinic


@pytest.fixture
def strict(tmp_path: Path) -> Iterator[Clinic]:
    yield from opened("sqlite", tmp_path, FULLCOURSE_FAILURES_BY_ADDRESS="10")


def tried(clinic: Clinic, login: str, password: str, code: str = "", peer: str = "192.0.2.7", **headers: str):
    body = {"login": login, "password": password, "code": code, "as_bearer": True}
    return clinic.client(peer).post("/api/v1/sign-in", json=body, headers=headers)


def told(answer) -> object:
    body = answer.json()
    body.pop("instance", None)
    return answer.status_code, body


def test_an_unknown_name_and_a_wrong_password_get_the_same_answer(clinic: Clinic) -> None:
    unknown = tried(clinic, "nobody@example.org", PASSWORD)
    wrong = tried(clinic, LOGIN, "another password entirely")
    assert told(unknown) == told(wrong)
    assert unknown.status_code == 401 and unknown.headers.keys() == wrong.headers.keys()


@pytest.mark.parametrize("login", [LOGIN, "nobody@example.org"])
def test_the_eleventh_wrong_try_in_a_quarter_of_an_hour_is_not_looked_at(clinic: Clinic, login: str) -> None:
    for _ in range(10):
        assert tried(clinic, login, "wrong password here").status_code == 401
    refused = tried(clinic, login, PASSWORD)
    assert refused.status_code == 429 and refused.headers["retry-after"] == "900"
    clinic.clock.move(minutes=14, seconds=59)
    assert tried(clinic, login.upper(), PASSWORD).status_code == 429
    clinic.clock.move(seconds=1)
    assert tried(clinic, login, PASSWORD).status_code == (200 if login == LOGIN else 401)


def test_a_right_try_forgets_the_wrong_ones_of_its_account_and_not_those_of_the_address(strict: Clinic) -> None:
    strict.add("nurse", ("nurse",), ("north",))
    strict.clock.move(minutes=20)
    for _ in range(9):
        assert tried(strict, "somebody@example.org", "wrong password here").status_code == 401
    assert tried(strict, LOGIN, PASSWORD).status_code == 200
    assert tried(strict, "somebody-else@example.org", "wrong password here").status_code == 401
    assert tried(strict, "a-third@example.org", "wrong password here").status_code == 429
    assert tried(strict, LOGIN, PASSWORD, peer="198.51.100.4").status_code == 200


def test_an_address_that_the_caller_claims_changes_nothing_of_the_count(strict: Clinic) -> None:
    for number in range(10):
        forged = {"X-Forwarded-For": f"203.0.113.{number}", "Forwarded": f"for=203.0.113.{number}"}
        assert tried(strict, f"name-{number}@example.org", "wrong password here", **forged).status_code == 401
    assert tried(strict, "name-11@example.org", "wrong", **{"X-Forwarded-For": "203.0.113.99"}).status_code == 429


def test_many_tries_at_once_are_not_looked_at_more_often_than_one_after_another(clinic: Clinic) -> None:
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda n: tried(clinic, LOGIN, f"wrong password {n}").status_code, range(24)))
    assert sorted(answers) == [401] * 10 + [429] * 14


def test_the_time_tells_nobody_who_is_there(tmp_path: Path) -> None:
    for clinic in opened("sqlite", tmp_path):
        clinic.add("nurse", ("nurse",), ("north",))
        seconds: dict[str, list[float]] = {"known": [], "unknown": []}
        for number in range(40):
            for who, login in (("known", LOGIN), ("unknown", f"nobody-{number}@example.org")):
                clinic.clock.move(minutes=2)
                began = time.process_time()
                assert tried(clinic, login, "wrong password here").status_code == 401
                seconds[who].append(time.process_time() - began)
        assert abs(median(seconds["known"]) - median(seconds["unknown"])) < 0.010


def test_a_session_that_somebody_put_into_the_browser_is_not_the_one_that_begins(clinic: Clinic) -> None:
    attacker, _ = clinic.browser("admin@example.org")
    planted = attacker.cookies["fullcourse-session"]
    victim = clinic.client()
    victim.cookies.set("fullcourse-session", planted, domain="127.0.0.1", path="/")
    answer = victim.post("/api/v1/sign-in", json={"login": LOGIN, "password": PASSWORD})
    assert answer.status_code == 200
    begun = answer.cookies["fullcourse-session"]
    assert begun != planted and len(begun) == 43
    fresh = clinic.client()
    fresh.cookies.set("fullcourse-session", planted, domain="127.0.0.1", path="/")
    assert fresh.get("/api/v1/session").status_code == 401
    fresh.cookies.clear()
    fresh.cookies.set("fullcourse-session", "chosen-by-an-attacker", domain="127.0.0.1", path="/")
    again = fresh.post("/api/v1/sign-in", json={"login": LOGIN, "password": PASSWORD})
    assert again.cookies["fullcourse-session"] not in ("chosen-by-an-attacker", begun)


def test_a_word_that_was_signed_out_is_dead_on_the_server(clinic: Clinic) -> None:
    browser, headers = clinic.browser(LOGIN)
    word = browser.cookies["fullcourse-session"]
    answer = browser.post("/api/v1/sign-out", headers=headers)
    assert answer.status_code == 204 and "Max-Age=0" in answer.headers["set-cookie"]
    thief = clinic.client()
    thief.cookies.set("fullcourse-session", word, domain="127.0.0.1", path="/")
    assert thief.get("/api/v1/session").status_code == 401


def test_staff_are_signed_out_after_a_quarter_of_an_hour_without_a_call(clinic: Clinic) -> None:
    token = clinic.sign_in(LOGIN)
    for _ in range(3):
        clinic.clock.move(minutes=14, seconds=59)
        assert clinic.call("GET", "/api/v1/session", token).status_code == 200
    clinic.clock.move(minutes=15)
    assert clinic.call("GET", "/api/v1/session", token).status_code == 401


def test_nobody_stays_signed_in_for_more_than_twelve_hours(clinic: Clinic) -> None:
    token = clinic.sign_in(LOGIN)
    for _ in range(71):
        clinic.clock.move(minutes=10)
        assert clinic.call("GET", "/api/v1/session", token).status_code == 200
    clinic.clock.move(minutes=9, seconds=59)
    assert clinic.call("GET", "/api/v1/session", token).status_code == 200
    clinic.clock.move(seconds=1)
    assert clinic.call("GET", "/api/v1/session", token).status_code == 401


def test_ones_own_sessions_are_listed_and_ended_and_nobody_elses(clinic: Clinic) -> None:
    first, second = clinic.sign_in(LOGIN), clinic.sign_in(LOGIN)
    listed = clinic.call("GET", "/api/v1/sessions", first).json()["sessions"]
    mine = [it for it in listed if it["is_this"]]
    assert len(mine) == 1 and len(listed) == 3
    of_admin = clinic.ok("GET", "/api/v1/sessions", "administrator")["sessions"][0]["id"]
    assert clinic.call("DELETE", f"/api/v1/sessions/{of_admin}", first).status_code == 404
    assert clinic.call("DELETE", f"/api/v1/sessions/{mine[0]['id']}", second).status_code == 204
    assert clinic.call("GET", "/api/v1/session", first).status_code == 401
    assert clinic.call("GET", "/api/v1/session", clinic.tokens["administrator"]).status_code == 200


def test_the_id_of_a_session_is_no_proof(clinic: Clinic) -> None:
    token = clinic.sign_in(LOGIN)
    shown = clinic.call("GET", "/api/v1/sessions", token).json()["sessions"][0]["id"]
    assert clinic.call("GET", "/api/v1/session", shown).status_code == 401


def test_a_cookie_is_no_bearer_word_and_a_bearer_word_no_cookie(clinic: Clinic) -> None:
    browser, _ = clinic.browser(LOGIN)
    assert clinic.call("GET", "/api/v1/session", browser.cookies["fullcourse-session"]).status_code == 401
    other = clinic.client()
    other.cookies.set("fullcourse-session", clinic.sign_in(LOGIN), domain="127.0.0.1", path="/")
    assert other.get("/api/v1/session").status_code == 401


def test_a_change_by_cookie_needs_the_proof_of_this_session_and_our_own_page(clinic: Clinic) -> None:
    browser, headers = clinic.browser(LOGIN)
    _, foreign = clinic.browser("admin@example.org")
    proof, asked = headers["X-CSRF-Token"], ("PUT", "/api/v1/password")
    body = {"old": PASSWORD, "new": "another lantern gravel cobalt"}
    wrong: list[dict[str, str]] = [
        {},
        {"Origin": ADDRESS},
        {"X-CSRF-Token": proof},
        {"X-CSRF-Token": foreign["X-CSRF-Token"], "Origin": ADDRESS},
        {"X-CSRF-Token": proof, "Origin": "https://evil.example"},
        {"X-CSRF-Token": proof, "Origin": "null"},
        {"X-CSRF-Token": proof, "Origin": ADDRESS, "Sec-Fetch-Site": "cross-site"},
        {"X-CSRF-Token": proof, "Origin": ADDRESS, "Sec-Fetch-Site": "same-site"},
        {"X-CSRF-Token": proof + "0", "Origin": ADDRESS},
        {"X-CSRF-Token": "é", "Origin": ADDRESS},
    ]
    for sent in wrong:
        encoded = {name: value.encode() for name, value in sent.items()}
        assert browser.request(*asked, json=body, headers=encoded).status_code == 403, sent
    assert browser.get("/api/v1/sessions").status_code == 200
    right = {"X-CSRF-Token": proof, "Sec-Fetch-Site": "same-origin"}
    assert browser.request(*asked, json=body, headers=right).status_code == 204


def test_a_page_of_others_signs_nobody_in(clinic: Clinic) -> None:
    body = {"login": LOGIN, "password": PASSWORD}
    for headers in ({"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}):
        answer = clinic.client().post("/api/v1/sign-in", json=body, headers=headers)
        assert answer.status_code == 403 and "set-cookie" not in answer.headers


def test_over_plain_http_of_this_computer_the_cookie_is_open_and_elsewhere_secure(tmp_path: Path) -> None:
    for clinic in opened("sqlite", tmp_path):
        answer = clinic.client().post("/api/v1/sign-in", json={"login": "admin@example.org", "password": PASSWORD})
        name, *rest = answer.headers["set-cookie"].split("; ")
        assert name.startswith("fullcourse-session=") and rest == ["Path=/", "HttpOnly", "SameSite=Strict"]
    (tmp_path / "far").mkdir()
    for clinic in opened("sqlite", tmp_path / "far", FULLCOURSE_PUBLIC_URL="https://tb.example.org"):
        answer = clinic.client().post("/api/v1/sign-in", json={"login": "admin@example.org", "password": PASSWORD})
        name, *rest = answer.headers["set-cookie"].split("; ")
        assert name.startswith("__Host-fullcourse=")
        assert rest == ["Path=/", "HttpOnly", "SameSite=Strict", "Secure"]


def test_two_cookies_of_one_name_are_none(clinic: Clinic) -> None:
    browser, _ = clinic.browser(LOGIN)
    word = browser.cookies["fullcourse-session"]
    sent = {"Cookie": f"fullcourse-session=planted; fullcourse-session={word}"}
    assert clinic.client().get("/api/v1/session", headers=sent).status_code == 401


@pytest.mark.parametrize(
    "given", ["Basic bnVyc2U6cGFzcw==", "Bearer", "Bearer ", "bearer x y", "Bearer a.b.c", "Bearer \x00", "Negotiate x"]
)
def test_words_that_are_none_let_nobody_in_and_break_nothing(clinic: Clinic, given: str) -> None:
    answer = clinic.client().get("/api/v1/session", headers={"Authorization": given})
    assert answer.status_code == 401 and answer.headers["www-authenticate"] == "Bearer"
    assert clinic.client().get("/healthz", headers={"Authorization": given}).status_code == 200


def shown(totp: pyotp.TOTP, clinic: Clinic, steps: int) -> str:
    """Return what the app shows so many steps from now."""
    return totp.generate_otp(int(clinic.clock().timestamp()) // 30 + steps)


def second_factor(clinic: Clinic, token: str) -> tuple[pyotp.TOTP, list[str], str]:
    begun = clinic.call("POST", "/api/v1/second-factor", token).json()
    totp = pyotp.TOTP(begun["secret"])
    code = totp.at(clinic.clock())
    confirmed = clinic.call("PUT", "/api/v1/second-factor", token, {"code": code})
    assert confirmed.status_code == 200, confirmed.text
    assert "<svg" in begun["svg"] and "style" not in begun["svg"] and "script" not in begun["svg"]
    return totp, confirmed.json()["codes"], code


def test_the_second_factor_is_asked_and_each_step_holds_once(clinic: Clinic) -> None:
    totp, _, used = second_factor(clinic, clinic.tokens["nurse"])
    without = tried(clinic, LOGIN, PASSWORD)
    assert without.status_code == 401 and without.json()["type"].endswith("code_needed")
    assert tried(clinic, LOGIN, PASSWORD, used).status_code == 401, "the code that confirmed it is used up"
    clinic.clock.move(seconds=30)
    code = totp.at(clinic.clock())
    assert tried(clinic, LOGIN, PASSWORD, code).status_code == 200
    assert tried(clinic, LOGIN, PASSWORD, code).status_code == 401, "RFC 6238, section 5.2"
    clinic.clock.move(seconds=60)
    early, late = shown(totp, clinic, -1), shown(totp, clinic, 1)
    assert tried(clinic, LOGIN, PASSWORD, late).status_code == 200
    assert tried(clinic, LOGIN, PASSWORD, early).status_code == 401, "a step before one that was used"
    clinic.clock.move(seconds=300)
    assert tried(clinic, LOGIN, PASSWORD, shown(totp, clinic, 2)).status_code == 401
    assert tried(clinic, LOGIN, PASSWORD, shown(totp, clinic, -2)).status_code == 401


def test_of_two_who_use_one_code_at_one_moment_one_is_let_in(clinic: Clinic) -> None:
    totp, codes, _ = second_factor(clinic, clinic.tokens["nurse"])
    clinic.clock.move(seconds=30)
    for shown_now in (lambda: totp.at(clinic.clock()), lambda: codes[0]):
        code = shown_now()
        with ThreadPoolExecutor(6) as pool:
            answers = list(pool.map(lambda _, code=code: tried(clinic, LOGIN, PASSWORD, code).status_code, range(6)))
        assert answers.count(200) == 1
        assert set(answers) <= {200, 401, 429}, "more at once than may be wrong are not looked at"
        clinic.clock.move(minutes=16)


def test_a_recovery_code_holds_once_however_it_is_typed(clinic: Clinic) -> None:
    _, codes, _ = second_factor(clinic, clinic.tokens["nurse"])
    assert len(set(codes)) == 10
    assert tried(clinic, LOGIN, PASSWORD, codes[0].upper().replace("-", " ")).status_code == 200
    assert tried(clinic, LOGIN, PASSWORD, codes[0]).status_code == 401
    assert tried(clinic, LOGIN, PASSWORD, codes[1]).status_code == 200
    fresh = clinic.call("POST", "/api/v1/second-factor", clinic.sign_in(LOGIN, PASSWORD, codes[2]))
    assert fresh.status_code == 200
    assert tried(clinic, LOGIN, PASSWORD, codes[3]).status_code == 200, "a new secret holds once it is confirmed"


def test_wrong_codes_count_as_wrong_tries(clinic: Clinic) -> None:
    second_factor(clinic, clinic.tokens["nurse"])
    for _ in range(10):
        assert tried(clinic, LOGIN, PASSWORD, "000000").status_code == 401
    assert tried(clinic, LOGIN, PASSWORD, "000000").status_code == 429


def test_a_changed_password_ends_every_other_session(clinic: Clinic) -> None:
    mine, other = clinic.sign_in(LOGIN), clinic.sign_in(LOGIN)
    new = "another lantern gravel cobalt"
    assert clinic.call("PUT", "/api/v1/password", mine, {"old": "wrong", "new": new}).status_code == 401
    assert clinic.call("PUT", "/api/v1/password", mine, {"old": PASSWORD, "new": new}).status_code == 204
    assert clinic.call("GET", "/api/v1/session", mine).status_code == 200
    assert clinic.call("GET", "/api/v1/session", other).status_code == 401
    assert tried(clinic, LOGIN, PASSWORD).status_code == 401 and tried(clinic, LOGIN, new).status_code == 200


def test_a_password_alone_in_between_does_not_let_codes_be_guessed_on(clinic: Clinic) -> None:
    totp, _, _ = second_factor(clinic, clinic.tokens["nurse"])
    clinic.clock.move(minutes=1)
    right = totp.at(clinic.clock())
    wrong = [f"{number:06}" for number in range(100, 140) if f"{number:06}" != right][:30]
    told = []
    for code in wrong:
        told.append(tried(clinic, LOGIN, PASSWORD, code).status_code)
        tried(clinic, LOGIN, PASSWORD)
    assert told.count(401) == 10, told
    assert set(told[10:]) == {429}


def test_a_short_password_stands_beside_a_second_factor_alone(clinic: Clinic) -> None:
    token = clinic.tokens["nurse"]
    change = {"old": PASSWORD, "new": "kvx-72pm"}
    assert clinic.call("PUT", "/api/v1/password", token, change).status_code == 422
    second_factor(clinic, token)
    assert clinic.call("PUT", "/api/v1/password", token, {**change, "new": "kvx-72p"}).status_code == 422
    assert clinic.call("PUT", "/api/v1/password", token, change).status_code == 204
    drop = clinic.call("DELETE", "/api/v1/second-factor", token, {"password": "kvx-72pm"})
    assert drop.status_code == 422
    long = {"old": "kvx-72pm", "new": PASSWORD}
    assert clinic.call("PUT", "/api/v1/password", token, long).status_code == 204
    assert clinic.call("DELETE", "/api/v1/second-factor", token, {"password": "wrong"}).status_code == 401
    assert clinic.call("DELETE", "/api/v1/second-factor", token, {"password": PASSWORD}).status_code == 204
    assert tried(clinic, LOGIN, PASSWORD).status_code == 200


def test_a_password_typed_in_another_form_of_unicode_is_the_same(clinic: Clinic) -> None:
    composed, apart = (
        "gr\u00fcne W\u00e4lder \u00fcber Ko\u00dfdorf",
        "gru\u0308ne Wa\u0308lder u\u0308ber Ko\u00dfdorf",
    )
    change = {"old": PASSWORD, "new": composed}
    assert clinic.call("PUT", "/api/v1/password", clinic.tokens["nurse"], change).status_code == 204
    assert tried(clinic, LOGIN, apart).status_code == 200


def test_an_administrators_link_sets_a_new_password_and_ends_what_was(clinic: Clinic) -> None:
    second_factor(clinic, clinic.tokens["nurse"])
    user = clinic.ids["nurse"]
    link = clinic.ok("POST", f"/api/v1/users/{user}/link", "administrator", {"without_second_factor": True})["link"]
    assert clinic.call("GET", "/api/v1/session", clinic.tokens["nurse"]).status_code == 200
    body = {"link": link.partition("#")[2], "password": "another lantern gravel cobalt"}
    assert clinic.call("POST", "/api/v1/password", body=body).status_code == 201
    assert clinic.call("GET", "/api/v1/session", clinic.tokens["nurse"]).status_code == 401
    assert clinic.call("POST", "/api/v1/password", body=body).status_code == 401, "a link holds once"
    assert tried(clinic, LOGIN, "another lantern gravel cobalt").status_code == 200
    assert tried(clinic, LOGIN, PASSWORD).status_code == 401


def test_a_link_for_a_password_ends_after_three_days(clinic: Clinic) -> None:
    user = clinic.ids["nurse"]
    link = clinic.ok("POST", f"/api/v1/users/{user}/link", "administrator", {})["link"].partition("#")[2]
    clinic.clock.move(hours=72)
    body = {"link": link, "password": "another lantern gravel cobalt"}
    assert clinic.call("POST", "/api/v1/password", body=body).status_code == 401


def test_the_first_administrator_is_made_by_a_link_that_holds_once_and_for_an_hour(tmp_path: Path) -> None:
    from fullcourse.adapters.access.access import open_access
    from fullcourse.interfaces.api.access.door import Door
    from service_people import Clinic as Empty

    access = open_access(tmp_path / "courses.db")
    clinic = Empty(access, {})
    body = {"password": PASSWORD, "login": "first@example.org", "name": "Synthetic First"}

    def used(link: str) -> int:
        word = link.partition("#")[2]
        return clinic.call("POST", "/api/v1/password", body={**body, "link": word}).status_code

    late = setup_link(access, ADDRESS, clinic.clock())
    assert late.startswith(f"{ADDRESS}/desk/setup#") and isinstance(clinic.door, Door)
    clinic.clock.move(hours=1)
    assert used(late) == 401
    old, new = (setup_link(access, ADDRESS, clinic.clock()) for _ in range(2))
    assert used(old) == 401, "each start ends the links before"
    short = clinic.call("POST", "/api/v1/password", body={**body, "password": "short", "link": new.partition("#")[2]})
    assert short.status_code == 422
    clinic.clock.move(minutes=59, seconds=59)
    assert used(new) == 201, "a password that cannot be taken uses no link up"
    assert used(new) == 401
    assert setup_link(access, ADDRESS, clinic.clock()) == "", "there is an administrator"
    access.close()


def test_a_closed_account_signs_in_no_more_and_an_open_one_again(clinic: Clinic) -> None:
    user = f"/api/v1/users/{clinic.ids['nurse']}"
    clinic.ok("PATCH", user, "administrator", {"closed": True})
    assert clinic.call("GET", "/api/v1/session", clinic.tokens["nurse"]).status_code == 401
    assert told(tried(clinic, LOGIN, PASSWORD)) == told(tried(clinic, "nobody@example.org", PASSWORD))
    clinic.ok("PATCH", user, "administrator", {"closed": False})
    assert tried(clinic, LOGIN, PASSWORD).status_code == 200


def test_a_removed_account_keeps_its_id_in_the_audit_and_nothing_else(clinic: Clinic) -> None:
    clinic.add("auditor", ("auditor",), ())
    user = clinic.ids["nurse"]
    clinic.ok("DELETE", f"/api/v1/users/{user}", "administrator")
    assert tried(clinic, LOGIN, PASSWORD).status_code == 401
    listed = {it["id"]: it for it in clinic.ok("GET", "/api/v1/users", "administrator")["users"]}
    assert listed[user]["name"] == listed[user]["login"] == "" and listed[user]["is_removed"]
    entries = clinic.ok("GET", f"/api/v1/audit?account={user}", "auditor")["entries"]
    assert [it["did"] for it in entries] == ["password.by-account", "sign-in"]
    clinic.add("nurse", ("nurse",), ("north",))
    assert clinic.ids["nurse"] != user, "the sign-in word is free again"


def test_the_last_administrator_stays(clinic: Clinic) -> None:
    admin = clinic.ids["administrator"]
    token = clinic.tokens["administrator"]
    for method, body in (("PATCH", {"closed": True}), ("PATCH", {"roles": ["nurse"]}), ("DELETE", None)):
        assert clinic.call(method, f"/api/v1/users/{admin}", token, body).status_code == 422
    assert clinic.call("GET", "/api/v1/users", token).status_code == 200


def test_roles_that_were_taken_away_are_gone_at_the_next_call(clinic: Clinic) -> None:
    clinic.add("other", ("administrator",), ())
    clinic.ok("PATCH", f"/api/v1/users/{clinic.ids['other']}", "administrator", {"roles": ["nurse"]})
    assert clinic.call("GET", "/api/v1/users", clinic.tokens["other"]).status_code == 401
    assert clinic.call("GET", "/api/v1/users", clinic.sign_in("other@example.org")).status_code == 403


def test_two_accounts_never_have_one_sign_in_word(clinic: Clinic) -> None:
    body = {"login": LOGIN.upper(), "name": "Synthetic", "roles": ["nurse"], "clinics": []}
    assert clinic.call("POST", "/api/v1/users", clinic.tokens["administrator"], body).status_code == 409


@pytest.mark.parametrize("role", ["patient", "supporter", "integration", "anonymous", "root"])
def test_no_account_of_staff_gets_a_role_of_others(clinic: Clinic, role: str) -> None:
    body = {"login": "x@example.org", "name": "Synthetic", "roles": [role], "clinics": []}
    answer = clinic.call("POST", "/api/v1/users", clinic.tokens["administrator"], body)
    assert answer.status_code == (400 if role == "root" else 422)
