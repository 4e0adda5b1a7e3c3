"""Without a compiled scan, or one that fits, every line is left to the strict reader; nobody has to have a compiler."""

import json

import pytest

from fullcourse.adapters.register.scan import library as module
from fullcourse.adapters.register.scan.gaps import DATE, ID, NUMBER, PATIENT, rules_of
from fullcourse.adapters.register.scan.library import BLANK, GAPS, STRICTLY, VERSION, library, library_file, scan
from patients import knowledge
from registers import dates_of

RULES = rules_of(dates_of(knowledge()))
LINE = (
    b'{"resourceType":"Observation","id":"o1","meta":{"tag":[1]},"status":"final","code":{"text":"weight"},'
    b'"subject":{"reference":"Patient/p1"},"effectiveDateTime":"2026-11-01","valueQuantity":{"value":61.5,"unit":"kg"}}'
)
needs_scan = pytest.mark.skipif(library() is None, reason="no compiled scan here: the build found no C compiler")


@pytest.fixture(autouse=True)
def opened():
    """The library as nobody has opened it yet, before and after."""
    library.cache_clear()
    yield
    library.cache_clear()


def keys_of(*lines: bytes) -> list[int]:
    return scan(b"\n".join(lines) + b"\n", RULES).key.tolist()


@needs_scan
def test_gaps_are_found_where_they_stand_and_in_order():
    lines = scan(LINE, RULES)
    kinds = [kind for kind in lines.gap_kind[0].tolist() if kind]
    places = zip(lines.gap_begin[0].tolist(), lines.gap_end[0].tolist(), strict=True)
    assert kinds == [ID, PATIENT, DATE, NUMBER]
    assert [LINE[begin:end] for (begin, end), _ in zip(places, kinds, strict=False)] == [
        b"o1", b"p1", b"2026-11-01", b"61.5"
    ]  # fmt: skip


@needs_scan
def test_lines_that_differ_in_gaps_and_in_what_nobody_reads_have_one_key_and_others_another():
    other = LINE.replace(b"o1", b"o2").replace(b"p1", b"p2").replace(b"2026-11", b"2025-01").replace(b"61.5", b"-7e2")
    assert keys_of(LINE, other, LINE.replace(b"[1]", b"[2]"), LINE.replace(b"kg", b"g"), b"", b" \r") == [
        0, 0, 0, 1, BLANK, BLANK
    ]  # fmt: skip


@needs_scan
@pytest.mark.parametrize("line", [
    LINE.replace(b'"meta"', b'"status":"final","meta"'),
    LINE.replace(b'"tag":[1]', b'"a":1,"b":2,"a":3'),
    LINE.replace(b'"tag"', b'"t\\u0061g"'),
    LINE.replace(b"weight", b"\\ud800"), LINE.replace(b"weight", b"\x01"), LINE.replace(b"weight", b"\xc0\xaf"),
    LINE.replace(b"weight", b"\xed\xa0\x80"), LINE.replace(b"weight", b"\xf4\x90\x80\x80"), LINE.replace(b"weight",
    b"\xe9"),
    LINE.replace(b"[1]", b"[01]"), LINE.replace(b"[1]", b"[1e999]"), LINE.replace(b"[1]", b"[" + b"9" * 41 + b"]"),
    LINE.replace(b"[1]", b"[" * 41 + b"]" * 41), LINE.replace(b"[1]", b"[1,]"), LINE.replace(b"[1]", b"NaN"),
    LINE.replace(b"61.5", b'"61.5"'), LINE.replace(b"61.5", b"1" * 25), LINE.replace(b'"2026-11-01"', b'" 2026-11-01"'),
    LINE.replace(b'"2026-11-01"', b"null"), LINE.replace(b'"o1"', b"1"), LINE.replace(b'"Patient/p1"', b"null"),
    LINE.replace(b'"reference":"Patient/p1"', b'"display":"x"'), LINE.replace(b'"reference":"Patient/p1"', b""),
    LINE.replace(b"o1", b"o" * 65), LINE + b"x", LINE[:-1], b"\xef\xbb\xbf" + LINE, b"\x0b", b"[]", b"{}",
    LINE.replace(b"Observation", b"Bundle"), LINE.replace(b"Observation", b"Nothing"), LINE.replace(b"o1", b"o\\u0031"),
])  # fmt: skip
def test_what_is_not_plainly_right_is_left_to_the_strict_reader(line: bytes):
    assert keys_of(LINE, line) == [0, STRICTLY]


@needs_scan
@pytest.mark.parametrize("line", [
    LINE.replace(b"weight", "ж💊￿".encode()), LINE.replace(b"weight", b"\\u00e9\\n\\/"), LINE.replace(b":", b" : "),
    LINE.replace(b"[1]", b"[-0.5e-99,true,false,null,{}]"), LINE.replace(b"[1]", b"[" * 35 + b"]" * 35),
    LINE.replace(b"o1", b"o" * 64), LINE.replace(b"61.5", b"1" * 24), LINE + b"\r", LINE + b" \t",
    LINE.replace(b"[1]", b"[" + b"9" * 40 + b"]"),
])  # fmt: skip
def test_what_is_plainly_right_has_a_key(line: bytes):
    assert keys_of(line) == [0]


@needs_scan
def test_the_type_may_stand_anywhere():
    resource = json.loads(LINE)
    kind = resource.pop("resourceType")
    last = json.dumps({**resource, "resourceType": kind}).encode()
    assert keys_of(last, last.replace(b"p1", b"p2")) == [0, 0]


@needs_scan
@pytest.mark.parametrize(("more", "key"), [(GAPS - 4, 0), (GAPS - 3, STRICTLY)])
def test_a_line_has_so_many_gaps_and_no_more(more: int, key: int):
    component = b",".join([b'{"valueQuantity":{"value":1}}'] * more)
    assert keys_of(LINE[:-1] + b',"component":[' + component + b"]}") == [key]


@needs_scan
@pytest.mark.parametrize(("count", "key"), [(64, 0), (65, STRICTLY)])
def test_an_object_has_so_many_elements_and_no_more(count: int, key: int):
    inner = b",".join(b'"n%d":1' % number for number in range(count))
    assert keys_of(LINE.replace(b'"tag":[1]', inner)) == [key]


@needs_scan
@pytest.mark.parametrize("reference", [
    b"Group/p1", b"p1", b"xPatient/p1", b"urn:uuid:Patient:p1", b"Patient/p1/_history/p1", b"Patient/p_1", b"Patient/",
])  # fmt: skip
def test_a_reference_that_is_not_plainly_to_a_patient_is_no_gap(reference: bytes):
    lines = scan(LINE.replace(b"Patient/p1", reference), RULES)
    assert PATIENT not in lines.gap_kind[0].tolist()


def test_every_line_is_read_by_itself_where_the_reference_is_asked_for(monkeypatch):
    monkeypatch.setenv("FULLCOURSE_KERNEL", "reference")
    lines = scan(LINE + b"\r\n\n" + LINE, RULES)
    assert lines.key.tolist() == [STRICTLY] * 3
    assert lines.start.tolist() == [0, len(LINE) + 2, len(LINE) + 3]
    assert lines.length.tolist() == [len(LINE), 0, len(LINE)]


@pytest.mark.parametrize("content", [None, b"", b"no library of this machine"])
def test_every_line_is_read_by_itself_where_there_is_no_library_or_a_strange_one(monkeypatch, tmp_path, content):
    strange = tmp_path / "scan.so"
    if content is not None:
        strange.write_bytes(content)
    monkeypatch.setattr(module, "library_file", lambda: strange)
    assert library() is None
    assert keys_of(LINE) == [STRICTLY]


@needs_scan
def test_a_library_of_another_version_is_not_used(monkeypatch):
    assert library_file().exists()
    monkeypatch.setattr(module, "VERSION", VERSION + 1)
    assert library() is None
