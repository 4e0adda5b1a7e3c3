"""XML from outside: what is refused, and what is left of the rest."""

import pytest

from fullcourse.adapters.xml_text import parse_xml
from fullcourse.clinical.errors import InputError


def parsed(text: str | bytes):
    return parse_xml(text.encode() if isinstance(text, str) else text, "the file", "Take it anew.")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "iso-8859-1"])
@pytest.mark.parametrize(
    "doctype",
    [
        "<!DOCTYPE a>",
        '<!DOCTYPE a [<!ENTITY b "bb"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;"><!ENTITY d "&c;&c;&c;&c;&c;&c;&c;&c;">]>',
        '<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/hostname">]>',
        '<!DOCTYPE a SYSTEM "http://127.0.0.1:9/x.dtd">',
        '<!DOCTYPE a [<!ENTITY % b SYSTEM "file:///etc/hostname"> %b;]>',
    ],
)
def test_a_document_type_is_refused_whatever_it_hides(doctype, encoding):
    text = f'<?xml version="1.0" encoding="{encoding}"?>{doctype}<a>&d;</a>'
    with pytest.raises(InputError, match="document type"):
        parsed(text.encode(encoding))


@pytest.mark.parametrize(
    "text", ["", "no xml", "<a>", "<a>&b;</a>", "<a></b>", "<a>" * 300 + "</a>" * 300, b"\xff\xfe\x00", "<a/><b/>"]
)
def test_what_is_not_well_formed_or_too_deep_is_refused(text):
    with pytest.raises(InputError, match=r"not well-formed.*Take it anew"):
        parsed(text)


def test_comments_and_instructions_go_and_the_text_around_them_stays_whole():
    assert parsed("<a>one<!-- c --> two<?p i?> three<![CDATA[ <4>]]></a>").text == "one two three <4>"


def test_a_line_is_known():
    assert parsed("<a>\n<b/>\n</a>")[0].sourceline == 2
