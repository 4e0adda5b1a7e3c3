"""A label is read as it is, whatever its sections lack, and what could hide something in it is refused."""

import os
from pathlib import Path

import pytest

from fullcourse.adapters.documents.labels.spl import MOST_BYTES, open_label, read_label
from fullcourse.clinical import InputError

DATA = Path(__file__).parents[4] / "data" / "spl"
SYNTHETIC = DATA / "synthetic-cycloserine.xml"
OLDER_FORM = DATA / "no-title.xml"
ELSEWHERE = os.environ.get("FULLCOURSE_TESTDATA", "")


def document(body: str, before: str = "", encoding: str = "utf-8") -> bytes:
    text = (
        f'<?xml version="1.0" encoding="{encoding}"?>{before}'
        f'<document xmlns="urn:hl7-org:v3"><component><structuredBody>{body}</structuredBody></component></document>'
    )
    return text.encode(encoding)


def section(inner: str, code: str = "34070-3") -> str:
    coded = f'<code code="{code}" codeSystem="2.16.840.1.113883.6.1"/>' if code else ""
    return f"<component><section>{coded}{inner}</section></component>"


def only(inner: str, code: str = "34070-3"):
    (found,) = read_label(document(section(inner, code))).sections
    return found


def test_an_edition_says_what_it_is():
    label = open_label(SYNTHETIC)
    assert label.title == "SYNTHETIC cycloserine capsule, for tests"
    assert label.kind == "HUMAN PRESCRIPTION DRUG LABEL"
    assert (label.version, label.effective) == ("3", "2026-01-01")
    assert label.issuer == "Nobody (synthetic)"
    assert label.products == ("Synthetic Cycloserine",)


def test_sections_are_nested_repeated_and_untitled_as_in_the_file():
    warnings = next(it for it in open_label(SYNTHETIC).sections if it.code == "34071-1")
    assert [(it.code, it.title) for it in warnings.walk()] == [
        ("34071-1", "WARNINGS"),
        ("42229-5", "Nervous system"),
        ("42229-5", ""),
        ("42229-5", ""),
        ("34066-1", ""),
        ("34066-1", ""),
    ]
    assert warnings.paragraphs == ()
    assert warnings.sections[0].paragraphs == (
        "Stop, or take less, when the mind or the nerves suffer. Less than 5 < x is only a test of escaping.",
    )


def test_a_real_label_of_the_older_form_is_read_whole():
    label = open_label(OLDER_FORM)
    assert (label.title, label.effective, label.products) == ("", "2010-07-28", ("Haloperidol",))
    codes = [it.code for it in label.walk()]
    assert codes.count("34066-1") == 4
    assert [it.code for it in label.sections] == [
        "48780-1", "34066-1", "34089-3", "34090-1", "34067-9", "34070-3", "34071-1", "42232-9", "34084-4", "34088-5",
        "34068-7", "34069-5", "51945-4",
    ]  # fmt: skip
    assert next(it for it in label.walk() if it.code == "34070-3").paragraphs[0].startswith("Haloperidol is contra")
    assert max(_depths(label.sections)) == 5


def _depths(sections, depth=1):
    for item in sections:
        yield depth
        yield from _depths(item.sections, depth + 1)


@pytest.mark.skipif(not ELSEWHERE, reason="FULLCOURSE_TESTDATA names no folder with the larger label")
def test_a_real_label_of_the_newer_form_has_numbers_before_its_titles():
    label = open_label(Path(ELSEWHERE) / "spl" / "lipitor-orig.xml")
    by_number = {it.number: it for it in label.walk() if it.number}
    assert by_number["4"].title == "CONTRAINDICATIONS"
    assert by_number["8.1"].code == "42228-7"
    assert by_number["7.10"].title == "Warfarin"


@pytest.mark.parametrize(
    ("inner", "title", "number", "paragraphs"),
    [
        ("<title>4\tCONTRAINDICATIONS</title>", "CONTRAINDICATIONS", "4", ()),
        ("<title> 5.1  Heart </title><text>one</text>", "Heart", "5.1", ("one",)),
        ("<title>10 mg tablets</title>", "mg tablets", "10", ()),
        ("<title>2010</title>", "2010", "", ()),
        ("<title/><text><paragraph>a\n b</paragraph><paragraph> </paragraph></text>", "", "", ("a b",)),
        ("<text><list><item>a</item><item>b <content>c</content> d</item></list></text>", "", "", ("a", "b c d")),
        ("<text>a<br/>b<paragraph>c</paragraph>d</text>", "", "", ("a b", "c", "d")),
        ("<text><table><tbody><tr><td>a</td><td>b</td></tr></tbody></table></text>", "", "", ("a | b",)),
        ("<text><paragraph>a<!-- no -->b &amp; &lt;c&gt;</paragraph></text>", "", "", ("ab & <c>",)),
    ],
)
def test_title_number_and_text_of_a_section(inner, title, number, paragraphs):
    found = only(inner)
    assert (found.title, found.number, found.paragraphs) == (title, number, paragraphs)


def test_a_code_of_another_system_is_no_code_of_a_section():
    found = only('<code code="34070-3" codeSystem="1.2.3"/><text>x</text>', code="")
    assert (found.code, found.paragraphs) == ("", ("x",))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-16-le", "utf-16-be", "iso-8859-1"])
def test_every_encoding_that_xml_allows_is_read(encoding):
    label = read_label(document(section("<title>Größe</title>"), encoding=encoding))
    assert label.sections[0].title == "Größe"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-16-le", "utf-16-be", "iso-8859-1"])
@pytest.mark.parametrize(
    "doctype",
    [
        "<!DOCTYPE document>",
        '<!DOCTYPE document SYSTEM "file:///etc/hostname">',
        '<!DOCTYPE document [<!ENTITY x SYSTEM "file:///etc/hostname">]>',
        '<!DOCTYPE document [<!ENTITY a "ha"><!ENTITY b "&a;&a;"><!ENTITY c "&b;&b;">]>',
        '<!DOCTYPE document PUBLIC "-//X//Y" "http://127.0.0.1:9/x.dtd">',
    ],
)
def test_a_document_type_is_refused_in_every_encoding(doctype, encoding):
    with pytest.raises(InputError, match="document type"):
        read_label(document(section("<text>x</text>"), before=doctype, encoding=encoding))


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "not well-formed"),
        (b"not xml", "not well-formed"),
        (document("<component>"), "not well-formed"),
        (document(section("<text>&unknown;</text>")), "not well-formed"),
        (document("<component><section>" * 200 + "</section></component>" * 200), "nested too deep"),
        (b"\xff\xfe\x00", "not well-formed"),
        (b'<html xmlns="http://www.w3.org/1999/xhtml"/>', "no structured product label"),
        (b"<document/>", "no structured product label"),
        (b" " * (MOST_BYTES + 1), "larger than"),
    ],
)
def test_what_is_no_label_is_refused(data, says):
    with pytest.raises(InputError, match=says):
        read_label(data)


def test_a_label_without_a_body_has_no_sections():
    assert read_label(b'<document xmlns="urn:hl7-org:v3"/>').sections == ()


def test_a_file_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(InputError, match="no such file"):
        open_label(tmp_path / "none.xml")
    with pytest.raises(InputError, match="is a folder"):
        open_label(tmp_path)
