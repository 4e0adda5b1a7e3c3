"""A line is read as strictly as one record is; what cannot be read names its patient where that can be read."""

import json
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fullcourse.adapters.json_text import decode_text, parse_json
from fullcourse.adapters.register.read.lines import Mention, SetAside, parse_line, read_line
from fullcourse.clinical.errors import InputError
from patients import knowledge
from registers import Register, dates_of, written

ABOUT = '"subject":{"reference":"Patient/p1"}'
TEXTS = st.text(max_size=6) | st.sampled_from(["a b", "\\ud800", '"', "{", "a:b", "\t", "é", "1e5"])
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | TEXTS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4),
    max_leaves=12,
)


def outcome(read: object, line: bytes) -> object:
    try:
        return repr(read(line))  # type: ignore[operator]  # 1 and 1.0 are told apart
    except InputError as error:
        return str(error)


def strictly(line: bytes) -> object:
    return parse_json(decode_text(line, "the line"), "the line")


@settings(deadline=None)
@given(
    value=VALUES,
    separators=st.sampled_from([(",", ":"), (", ", ": "), (" ,", " :")]),
    is_ascii=st.booleans(),
    seed=st.integers(),
)
def test_a_line_is_what_the_strict_reader_makes_of_it_or_refused_alike(value, separators, is_ascii: bool, seed: int):
    line = json.dumps(value, separators=separators, ensure_ascii=is_ascii).encode("utf-8", "surrogatepass")
    assert outcome(parse_line, line) == outcome(strictly, line)
    damaged = damage(line, random.Random(seed))
    assert outcome(parse_line, damaged) == outcome(strictly, damaged)


def damage(line: bytes, chance: random.Random) -> bytes:
    at = chance.randrange(len(line) + 1)
    piece = chance.choice([
        b"", b"NaN", b"1e999", b"1.50", b"1E4", b"-0", b"00", b'"a":1,"a":2,', b'"a":1,', b"\\ud800", b"\xff", b" ",
        b'"', b"{", b"}", b"9" * 400,
        b"\\/", b"\x00",
    ])  # fmt: skip
    return line[:at] + piece + line[at + chance.randrange(3) :]


@pytest.mark.parametrize(
    "line",
    [
        b'{"a":1,"a":1}',
        b'{"a":1,"x":1e6,"a":1}',  # written again the number is longer by what the key is shorter
        b'{"a":{"b":[{"c":1,"d":2,"c":3}]}}',
        b'{"a b":1,"a b":1}',
        b'{"ab":1, "a b":2, "a b":2}',
        b'{"\\u0061":1,"a":1}',
        b'{"a":1e999}',
        b'{"a":NaN}',
        b'{"a":-Infinity}',
        b'{"a":' + b"9" * 301 + b"}",
        b'{"a":"\\ud800"}',
        b'{"a":"\xc3"}',
        b'{"a":' + b"[" * 200 + b"]" * 200 + b"}",
        b'{"a":' * 201 + b"1" + b"}" * 201,
        b'{"a":1} {"a":1}',
        b"\xff\xfe{}",
    ],
)
def test_what_the_strict_reader_refuses_is_refused(line: bytes):
    with pytest.raises(InputError) as alone:
        parse_line(line)
    assert str(alone.value) == outcome(strictly, line)


@pytest.mark.parametrize(
    "line",
    [
        b'{"a":' + b"[" * 199 + b"]" * 199 + b"}",
        b'{"a":' + b"9" * 300 + b"}",
        b'{"a":1.50,"b":1E4,"c":-0,"d":"\\u00e9\\/"}',
        b'\xef\xbb\xbf{"a":1}',
        b'{"a": [1, {"b": "x y"}]}',
    ],
)
def test_what_the_strict_reader_takes_is_taken(line: bytes):
    assert repr(parse_line(line)) == outcome(strictly, line)


@pytest.mark.parametrize("seed", [1, 2])
def test_a_repeated_key_anywhere_in_a_line_is_found(seed: int):
    chance, register = random.Random(seed), Register(seed)
    for number in range(40):
        for resource in register.patient(f"p{number}"):
            line = written(resource)
            begins = [at for at in range(len(line) - 1) if line[at : at + 2] == b'{"']
            begin = chance.choice(begins)
            end = line.index(b'"', begin + 2)
            twice = line[: begin + 1] + line[begin + 1 : end + 1] + b":null," + line[begin + 1 :]
            assert isinstance(read_line(twice, dates_of(knowledge())), SetAside), twice


@pytest.mark.parametrize(
    ("line", "patients"),
    [
        ('{"resourceType":"Condition",' + ABOUT + ',"note":[],"note":[]}', ("p1",)),
        ('{"resourceType":"Condition",' + ABOUT + ',"note":', ("p1",)),
        (
            '{"resourceType":"AllergyIntolerance","patient":{"display":"x","reference":"http://a/Patient/p.2"},"x":NaN}',
            ("p.2",),
        ),
        ('{"resourceType":"Condition","subject":{"reference":"urn:uuid:p-3"},"a":1,"a":1}', ("p-3",)),
        ('{"resourceType":"Condition",' + ABOUT + ',"subject":{"reference":"Patient/p4"}}', ("p1", "p4")),
        ('{"resourceType":"Patient","id":"p5","gender":"male","gender":"female"}', ("p5",)),
        ('{ "resourceType" : "Patient", "id" : "p6", "gender":', ("p6",)),
        ('{"resourceType":"Patient","id":"p7","id":"p8"}', ("p7", "p8")),
        ('{"resourceType":"Condition","subject":{"reference":"Gro', ()),
        ('{"resourceType":', ()),
    ],
)
def test_a_line_that_cannot_be_read_names_its_patient(line: str, patients: tuple[str, ...]):
    aside = read_line(line.encode(), dates_of(knowledge()))
    assert isinstance(aside, SetAside)
    assert aside.patients == patients
    assert "p1" not in aside.reason


@pytest.mark.parametrize(
    ("reference", "patient", "is_odd", "is_by_id"),
    [
        ("Patient/p1", "p1", False, False),
        ("https://emr.example.org/fhir/Patient/p1", "p1", False, False),
        (" Patient/p1/_history/3 ", "p1", False, False),
        ("urn:uuid:p1", "p1", False, True),
        ("urn:uuid:p1/_history/2", "p1", False, True),
        ("urn:a/Patient/p1", "p1", True, False),
        ("#a/Patient/p1", "p1", True, False),
    ],
)
def test_the_patient_is_found_however_a_reference_is_written(
    reference: str, patient: str, is_odd: bool, is_by_id: bool
):
    line = written({"resourceType": "Condition", "subject": {"reference": reference}})
    mention = read_line(line, dates_of(knowledge()))
    assert isinstance(mention, Mention)
    assert (mention.patient, mention.is_odd, mention.is_by_id) == (patient, is_odd, is_by_id)
