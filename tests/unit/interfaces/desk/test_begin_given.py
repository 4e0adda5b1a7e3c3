"""A record is uploaded as a file: read as it is, or refused with what it is and what to do; nothing of it is kept."""

import gzip
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from lxml import html

from begin_pages import EXAMPLES, alerts, fields_of, first, kept, looked, send, upload
from clinic_service import NORTH, as_of
from desk_courses import Desk, desk_at

BUNDLES = Path(__file__).parents[3] / "data" / "synthea-bundles"
BUNDLE = min(BUNDLES.glob("*.json"))
READY = (EXAMPLES / "widely-resistant.toml").read_bytes()
FHIR = (EXAMPLES / "synthetic-patient.json").read_bytes()
ZONE = {"zone": "Africa/Johannesburg", "clinic": NORTH}


@pytest.fixture(scope="module")
def desk(tmp_path_factory) -> Iterator[Desk]:
    with desk_at(tmp_path_factory.mktemp("begin")) as opened:
        yield opened


READ = {
    "a FHIR bundle": FHIR,
    "a FHIR bundle of another program, 300 kB": BUNDLE.read_bytes(),
    "facts in TOML": READY,
    "with the mark that some editors put first (UTF-8 BOM)": b"\xef\xbb\xbf" + READY,
    "with the ends of lines of Windows": READY.replace(b"\n", b"\r\n"),
    "FHIR as NDJSON": b'{"resourceType":"Patient","gender":"female","birthDate":"1990-05-01"}\n'
    b'{"resourceType":"Condition","code":{"coding":[{"system":"http://hl7.org/fhir/sid/icd-10","code":"A15.0"}]}}\n',
}


@pytest.mark.parametrize("content", READ.values(), ids=READ)
def test_a_record_that_is_uploaded_is_what_it_would_be_pasted(desk, content):
    answer = upload(desk, content, **ZONE)
    assert answer.status_code == 200, alerts(html.document_fromstring(answer.text))
    page = html.document_fromstring(answer.text)
    pasted = looked(desk, first(desk) | {"record": content.decode("utf-8-sig")})
    for section in ("regimens", "doses", "watch", "kept"):
        there, here = (it.xpath(f"//section[@aria-labelledby='{section}']")[0] for it in (page, pasted))
        assert " ".join(there.text_content().split()) == " ".join(here.text_content().split())
    assert kept(desk) == []


REFUSED = {
    "a PDF": (b"%PDF-1.7\n", "a PDF"),
    "a zip file, or a sheet of an office program": (b"PK\x03\x04....", "a zip file"),
    "packed with gzip": (gzip.compress(FHIR), "packed with gzip"),
    "a picture": (b"\x89PNG\r\n\x1a\n", "a picture"),
    "a photograph": (b"\xff\xd8\xff\xe0", "a picture"),
    "bytes that are no text": (b"\xc3\x28", "no text in UTF-8"),
    "text with a zero in it": (b"abc\0", "no text"),
    "FHIR in XML": (b"<Bundle xmlns='http://hl7.org/fhir'/>", "XML"),
    "an empty file": (b"", "empty"),
    "a file of blanks": (b" \n", "empty"),
    "a bundle that was cut off": (FHIR[: len(FHIR) // 2], "record"),
    "too long": (b"#" * 16_000_001, "longer than 16 MB"),
}


@pytest.mark.parametrize(("content", "told"), REFUSED.values(), ids=REFUSED)
def test_what_is_no_record_is_said_and_what_was_typed_stays(desk, content, told):
    answer = upload(desk, content, **ZONE, **{"f-weight": "54", "group": "relapse"})
    assert answer.status_code == 422
    page = html.document_fromstring(answer.text)
    assert told in alerts(page)
    assert page.get_element_by_id("f-weight").get("value") == "54"
    assert page.xpath("//select[@name='group']/option[@selected]/@value") == ["relapse"]
    assert kept(desk) == []


def test_the_longest_file_is_looked_at(desk):
    answer = upload(desk, READY + b"#" * (16_000_000 - len(READY)), **ZONE)
    assert answer.status_code == 200


def test_a_file_and_a_pasted_record_are_never_chosen_between(desk):
    fields = first(desk, "ready.toml")
    fields.pop("record_file")
    answer = desk.client.post(
        "/desk/begin/look", data=fields, files={"record_file": ("a", FHIR)}, headers=as_of("clinician", NORTH)
    )
    assert answer.status_code == 422
    assert "only one can be meant" in alerts(html.document_fromstring(answer.text))


def test_a_file_need_not_be_chosen_again_where_something_else_is_wrong(desk):
    answer = upload(desk, BUNDLE.read_bytes(), **{**ZONE, "zone": "Nowhere/There"})
    assert answer.status_code == 422
    again = html.document_fromstring(answer.text)
    assert "is still here" in again.text_content()
    looked(desk, {**fields_of(again, "/desk/begin/look"), "zone": "Africa/Johannesburg"})


def test_what_a_file_is_called_is_never_said(desk):
    answer = upload(desk, READY, "Maria Example 1990.toml", **ZONE)
    assert "Maria" not in answer.text
    assert "Maria" not in upload(desk, b"%PDF", "Maria Example 1990.pdf", **ZONE).text


def test_an_upload_leaves_no_file_behind(desk, tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    assert upload(desk, BUNDLE.read_bytes(), **ZONE).status_code == 200
    assert list(tmp_path.iterdir()) == []


def test_a_form_longer_than_a_record_may_be_is_refused_whole(desk):
    answer = upload(desk, b"#" * 20_000_000, **ZONE)
    assert answer.status_code == 413
    assert "bytes" in answer.text
    assert kept(desk) == []


AHEAD = {
    "registered tomorrow (DHIS2-6925)": ({"registered_on": "2026-11-23"}, "Day of registration"),
    "registered on no day": ({"registered_on": "soon"}, "not a date"),
    "registered before the day of birth": (
        {"registered_on": "1984-01-01", "f-birth_date": "1985-06-02"},
        "before the day of birth",
    ),
    "a result of tomorrow": ({"told_on": "2026-11-23", "f-sputum_smear": "positive"}, "Day of what is typed"),
    "a group that is none": ({"group": "sometimes"}, "Registration group"),
    "forms that are none": ({"made_of": "gold"}, "Handed out as"),
}


@pytest.mark.parametrize(("typed", "told"), AHEAD.values(), ids=AHEAD)
def test_what_the_register_cannot_hold_is_said(desk, typed, told):
    answer = send(desk, "/desk/begin/look", {**first(desk, "first-line.toml"), **typed})
    assert answer.status_code == 422
    assert told in alerts(html.document_fromstring(answer.text))


def test_today_is_no_day_ahead(desk):
    looked(desk, first(desk, "first-line.toml", registered_on="2026-11-22", told_on="2026-11-22"))
