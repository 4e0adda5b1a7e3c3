import pytest

from fullcourse.interfaces.api.metrics import is_watcher
from fullcourse.interfaces.api.settings import read_settings

TOKEN = "0123456789abcdef" * 2


@pytest.mark.parametrize(
    ("headers", "peer", "given", "may"),
    [
        ({}, "127.0.0.1", {}, True),
        ({}, "::1", {}, True),
        ({}, "10.0.0.7", {}, False),
        ({}, "", {}, False),
        ({}, "testclient", {}, False),
        ({"x-forwarded-for": "127.0.0.1"}, "127.0.0.1", {}, False),
        ({"forwarded": "for=127.0.0.1"}, "127.0.0.1", {}, False),
        ({}, "127.0.0.1", {"PUBLIC_URL": "https://tb.example.org"}, False),
        ({"authorization": f"Bearer {TOKEN}"}, "10.0.0.7", {"METRICS_TOKEN": TOKEN}, True),
        ({"authorization": f"bearer {TOKEN}"}, "10.0.0.7", {"METRICS_TOKEN": TOKEN}, True),
        ({"authorization": f"Bearer {TOKEN[:-1]}"}, "10.0.0.7", {"METRICS_TOKEN": TOKEN}, False),
        ({"authorization": f"Basic {TOKEN}"}, "10.0.0.7", {"METRICS_TOKEN": TOKEN}, False),
        ({"authorization": "Bearer "}, "10.0.0.7", {}, False),
    ],
)
def test_figures_are_for_this_computer_or_whoever_has_the_token(headers, peer, given, may):
    settings = read_settings({f"FULLCOURSE_{name}": value for name, value in given.items()})
    assert is_watcher(headers, peer, settings) is may
