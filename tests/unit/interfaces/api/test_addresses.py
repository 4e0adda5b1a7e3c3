"""The endpoint of an address: that with the most parts written out, and none for whatever is no address."""

import pytest
from starlette.routing import Match

from fullcourse.interfaces.api.addresses import Addresses
from fullcourse.interfaces.api.every_route import EVERY_ROUTE


def endpoint(path):
    async def answer(request):
        return path

    return answer


PATHS = ("/a", "/a/{b}", "/a/{b}/c", "/a/d", "/a/d/{e}", "/{f}/{g}/h")
ENDPOINTS = {path: endpoint(path) for path in PATHS}
HERE = Addresses(ENDPOINTS)


def found(path, method="GET", root_path=""):
    match, scope = HERE.matches({"type": "http", "method": method, "path": path, "root_path": root_path})
    if match is Match.NONE:
        return None
    return next(name for name, one in ENDPOINTS.items() if one is scope["endpoint"]), scope["path_params"]


@pytest.mark.parametrize(
    ("path", "wanted"),
    [
        ("/a", ("/a", {})),
        ("/a/x", ("/a/{b}", {"b": "x"})),
        ("/a/d", ("/a/d", {})),
        ("/a/x/c", ("/a/{b}/c", {"b": "x"})),
        ("/a/d/c", ("/a/d/{e}", {"e": "c"})),
        ("/a/x/h", ("/{f}/{g}/h", {"f": "a", "g": "x"})),
        ("/a/x y.é/c", ("/a/{b}/c", {"b": "x y.é"})),
        ("/a/{b}", ("/a/{b}", {"b": "{b}"})),
    ],
)
def test_the_address_with_the_most_parts_written_out_is_found(path: str, wanted: tuple[str, dict[str, str]]):
    assert found(path) == wanted


@pytest.mark.parametrize("path", ["", "/", "a", "/A", "/a/", "//a", "/a//c", "/a/x/", "/a/x/c/", "/a/x/c/y", "/b"])
def test_what_is_no_address_has_no_endpoint(path: str):
    assert found(path) is None


def test_a_method_that_reaches_no_endpoint_is_told_as_an_address_that_is_not_there():
    assert found("/a", "HEAD") == ("/a", {})
    assert found("/a", "TRACE") is None


def test_what_a_proxy_puts_before_an_address_is_left_out():
    assert found("/clinic/a/x", root_path="/clinic") == ("/a/{b}", {"b": "x"})


def test_every_route_is_found_under_its_own_address():
    paths = {route.path for route in EVERY_ROUTE}
    ends = {path: endpoint(path) for path in paths}
    addresses = Addresses(ends)
    for path in paths:
        scope = {"type": "http", "method": "GET", "path": path.replace("{", "x-").replace("}", ""), "root_path": ""}
        assert addresses.matches(scope)[1]["endpoint"] is ends[path]
