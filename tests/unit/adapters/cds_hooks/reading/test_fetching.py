"""What was not sent is asked for at a listed server, and at no other address whatever."""

import time
from http.server import BaseHTTPRequestHandler
from typing import Any

import pytest

from cds_calls import PATIENT, answered, bundle, call, hooks, order, sent
from fhir_server import FhirServer, serving
from fullcourse.adapters.cds_hooks.hooks import CdsHooks
from fullcourse.adapters.cds_hooks.reading.addresses import base_of
from fullcourse.adapters.cds_hooks.reading.fetching import Fetcher, FetchLimits
from fullcourse.adapters.cds_hooks.reading.request import NeededData

DRAFT = (order("sertraline", "d1", status="draft"),)
TOKEN = "opaque-token-of-the-client"  # noqa: S105 - made up
AUTHORIZATION = {"access_token": TOKEN, "token_type": "Bearer", "expires_in": 300, "scope": "x", "subject": "y"}


def asking(*bases: str, **limits: Any) -> CdsHooks:
    known = hooks()
    servers = tuple(base_of(base, "test") for base in bases)
    return CdsHooks(known.knowledge, known.profile, Fetcher(servers, FetchLimits(**limits)))


def record(*resources: Any) -> dict[str, Any]:
    """Return what a server answers to every template."""
    found: dict[str, Any] = {"Patient/p1": PATIENT}
    for template in hooks().templates[1:]:
        held = [it for it in resources if it["resourceType"] == template.resource]
        found[template.for_patient("p1")] = bundle(*held)
    return found


def test_what_was_not_sent_is_fetched_with_the_token_of_the_call():
    with serving(record(order("linezolid", "m1"))) as server:
        asked = call(drafts=DRAFT, fhirServer=server.base, fhirAuthorization=AUTHORIZATION)
        cards = answered(asked, asking(server.base))
    assert "Sertraline order with Linezolid" in cards[0]["summary"]
    assert "Lacking" not in cards[0]["detail"]
    assert {token for _, token in server.asked} == {f"Bearer {TOKEN}"}
    assert len(server.asked) == len(hooks().templates)


def test_only_what_was_not_sent_is_fetched():
    with serving(record(order("linezolid", "m1"))) as server:
        prefetch = sent(without=("medicationRequests",))
        cards = answered(call(drafts=DRAFT, prefetch=prefetch, fhirServer=f"{server.base}/"), asking(server.base))
    assert cards[0]["indicator"] == "critical"
    assert [path for path, _ in server.asked] == ["/fhir/MedicationRequest?patient=p1"]


def test_pages_are_followed_within_the_server_and_no_further():
    with serving({}) as other, serving(record()) as server:
        for following, is_whole in ((f"{server.base}?_getpages=2", True), (f"{other.base}?_getpages=2", False)):
            page = bundle(order("amlodipine", "m1"), link=[{"relation": "next", "url": following}])
            server.resources["MedicationRequest?patient=p1"] = page
            server.resources["/fhir?_getpages=2"] = bundle(order("linezolid", "m2"))
            cards = answered(call(drafts=DRAFT, fhirServer=server.base), asking(server.base))
            assert (cards[0]["indicator"] == "critical") == is_whole
            assert ("only the first page" in cards[0]["detail"]) != is_whole
        assert other.asked == []


def test_a_circle_of_pages_ends():
    with serving(record()) as server:
        page = bundle(order("amlodipine", "m1"), link=[{"relation": "next", "url": f"{server.base}?_getpages=2"}])
        server.resources |= {"MedicationRequest?patient=p1": page, "/fhir?_getpages=2": page}
        (card,) = answered(call(drafts=DRAFT, fhirServer=server.base), asking(server.base))
        assert card["indicator"] == "info"
        assert sum("_getpages" in path for path, _ in server.asked) == 10


def _redirect(server: FhirServer, handler: BaseHTTPRequestHandler) -> None:
    handler.send_response(302)
    handler.send_header("Location", server.resources["to"])
    handler.send_header("Content-Length", "0")
    handler.end_headers()


def _endless(server: FhirServer, handler: BaseHTTPRequestHandler) -> None:
    handler.send_response(200)
    handler.send_header("Content-Type", "application/json")
    handler.end_headers()
    try:
        for _ in range(2_000):
            handler.wfile.write(b" " * 100_000)
    except OSError:
        pass
    handler.close_connection = True


def _slow(server: FhirServer, handler: BaseHTTPRequestHandler) -> None:
    handler.send_response(200)
    handler.end_headers()
    try:
        for _ in range(40):
            handler.wfile.write(b" ")
            handler.wfile.flush()
            time.sleep(0.1)
    except OSError:
        pass
    handler.close_connection = True


def _no_json(server: FhirServer, handler: BaseHTTPRequestHandler) -> None:
    handler.send_response(200)
    handler.send_header("Content-Length", "5")
    handler.end_headers()
    handler.wfile.write(b'{"a":')


@pytest.mark.parametrize("answer", [_redirect, _endless, _slow, _no_json], ids=lambda it: it.__name__)
def test_a_server_that_misbehaves_gives_nothing_and_holds_nobody_up(answer: Any):
    with serving(record(order("linezolid", "m1"))) as other, serving({"*": answer, "to": ""}) as server:
        server.resources["to"] = f"{other.base}/Patient/p1"
        answering = asking(server.base, seconds=1.0, most_bytes=300_000)
        began = time.monotonic()
        with pytest.raises(NeededData):
            answered(
                call(drafts=(order("linezolid", "d1"),), fhirServer=server.base, fhirAuthorization=AUTHORIZATION),
                answering,
            )
        assert time.monotonic() - began < 4.0
        assert other.asked == []


def test_a_server_that_is_not_listed_is_never_asked():
    with serving(record()) as listed, serving(record()) as other:
        port = other.base.rsplit(":", 1)[1]
        for address in (
            other.base, f"http://localhost:{port}", f"http://127.1:{port}", f"http://[::ffff:127.0.0.1]:{port}",
            f"http://0x7f000001:{port}", f"http://2130706433:{port}", f"http://0.0.0.0:{port}",
            f"{listed.base}@127.0.0.1:{port}", f"{listed.base}#@127.0.0.1:{port}", f"{listed.base}/../x",
            f"{listed.base}/%2e%2e/x", f"{listed.base}x", f"{listed.base}?x=", f"//127.0.0.1:{port}", "file:///etc/passwd",
        ):  # fmt: skip
            with pytest.raises(NeededData):
                answered(call(drafts=(order("linezolid", "d1"),), fhirServer=address), asking(listed.base))
        assert other.asked == []
        assert listed.asked == []


def test_what_a_server_refuses_stays_lacking():
    with serving({"Patient/p1": PATIENT}) as server:
        cards = answered(call(drafts=(order("linezolid", "d1"),), fhirServer=server.base), asking(server.base))
        assert any("medicine orders (not sent)" in card["detail"].replace("\\", "") for card in cards)


def test_another_patient_than_the_one_that_was_asked_for_is_refused():
    with (
        serving(record() | {"Patient/p1": {**PATIENT, "id": "p2"}}) as server,
        pytest.raises(NeededData, match="another"),
    ):
        answered(call(drafts=(order("linezolid", "d1"),), fhirServer=server.base), asking(server.base))
