"""The pages escape what they are given, carry no script, and fetch nothing."""

import re
from dataclasses import replace

import pytest

from fullcourse.adapters.documents.leaflet import Leaflet, Personal, make_leaflet
from fullcourse.adapters.documents.pages import leaflet_html, sheet_html
from fullcourse.adapters.documents.sheet import make_sheet
from fullcourse.clinical.finding import Decision
from patients import AT, knowledge


def leaflet(country: str = "US") -> Leaflet:
    return make_leaflet(knowledge(), knowledge().drugs["cycloserine"], country)


def sheet() -> str:
    return sheet_html(make_sheet(knowledge(), knowledge().drugs["cycloserine"], {}, {}))


def test_every_line_of_the_leaflet_stands_in_the_page() -> None:
    made = leaflet()
    page = re.sub(r"<a class=\"tel\"[^>]*>|</a>", "", leaflet_html(made)).replace("&#39;", "'")
    for section in made.sections:
        for line in section.lines:
            assert line.text in page


def test_what_a_record_holds_is_escaped() -> None:
    evil = "<script>alert('x')</script> & <b>tea</b>"
    personal = Personal("Headline.", Decision.CAUTION, (), (evil,), (evil,), (evil,), AT, "us")
    page = leaflet_html(replace(leaflet(), personal=personal))
    assert "<script" not in page
    assert "<b>tea" not in page
    assert page.count("&lt;script&gt;") == 3


@pytest.mark.parametrize("make", [lambda: leaflet_html(leaflet()), sheet], ids=["leaflet", "sheet"])
def test_a_page_has_no_script_and_fetches_nothing(make) -> None:
    page = make()
    assert "default-src 'none'" in page
    for forbidden in ("<script", "<img", "<link", "@import", "url(", "onclick", "javascript:", "<iframe"):
        assert forbidden not in page.lower()


def test_numbers_can_be_dialled() -> None:
    page = leaflet_html(leaflet())
    assert 'href="tel:911"' in page
    assert 'href="tel:800-222-1222"' in page
    assert "tel:" not in leaflet_html(leaflet("ZA"))


def test_only_plain_web_addresses_are_linked() -> None:
    made = leaflet()
    sources = (replace(made.sources[0], address="javascript:alert(1)"), *made.sources[1:])
    page = leaflet_html(replace(made, sources=sources))
    assert "javascript:" not in page
    assert sources[0].title in page


def test_the_part_on_the_person_stands_before_every_other_part() -> None:
    personal = Personal("Headline.", Decision.CAUTION, (), (), (), (), AT, "us")
    page = leaflet_html(replace(leaflet(), personal=personal))
    assert page.index('id="you"') < page.index('id="help"') < page.index('id="what"')
