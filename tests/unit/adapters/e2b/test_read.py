"""Reading E2B(R3): FDA's samples whole, other forms that files have, and every value that no element takes."""

import re

import pytest
from lxml import etree

from e2b_files import SAMPLES, SCENARIO_1, SCENARIO_2
from fullcourse.adapters.e2b.read import MOST_BYTES, Reading, read_file
from fullcourse.adapters.e2b.sections import Null, Section, walk
from fullcourse.clinical.errors import InputError

SAID_IN_COMMENTS = re.compile(r"(?:FDA\.)?[CDEGHN]\.(?:\w+\.)*\w+")


def read(path=SCENARIO_1, *changes: tuple[str, str]) -> Reading:
    text = path.read_text(encoding="utf-8-sig")
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    return read_file(text.encode())


def message(reading: Reading) -> Section:
    return reading.batch.repeated("N.2.r")[0]


@pytest.mark.parametrize("path", [SCENARIO_1, SCENARIO_2], ids=["scenario-1", "scenario-2"])
def test_every_value_of_a_sample_is_read(path):
    assert read(path).unread == ()


@pytest.mark.parametrize(("path", "count"), [(SCENARIO_1, 139), (SCENARIO_2, 162)], ids=["scenario-1", "scenario-2"])
def test_every_coded_element_of_a_sample_is_found(path, count):
    """Each code, value, id and text of the file that is no frame of HL7 comes back under some element number."""
    values = [str(value.flavor if isinstance(value, Null) else value) for _, _, value in walk(read(path).batch)]
    assert len(values) == count
    root = etree.fromstring(path.read_bytes(), etree.XMLParser(remove_comments=True))
    in_values = [
        node for node in root.iter("{*}value") if node.get("code") or node.get("value") or node.get("nullFlavor")
    ]
    assert len(in_values) > 20
    for node in in_values:
        assert (node.get("code") or node.get("value") or node.get("nullFlavor")) in values


@pytest.mark.parametrize("path", [SCENARIO_1, SCENARIO_2], ids=["scenario-1", "scenario-2"])
def test_each_element_that_the_sample_names_beside_a_value_is_read_under_that_number(path):
    """FDA's comments name the element that stands before them; where the value carries a text, both must agree."""
    known = {(number, value) for _, number, value in walk(read(path).batch) if isinstance(value, str)}
    pairs = re.findall(r">([^<>]+)</\w+>\s*<!--\s*([^>]*?)-->", path.read_text(encoding="utf-8-sig"))
    named = [
        (number, text)
        for text, comment in pairs
        if text.strip() and (number := SAID_IN_COMMENTS.match(comment.strip()))
    ]
    agreeing = [1 for number, text in named if (number[0].replace("FDA.G.K", "FDA.G.k"), text) in known]
    assert len(named) >= 30
    assert len(agreeing) == len(named)


def test_what_repeats_is_nested_by_its_numbers():
    report = message(read())
    assert [reaction.values["E.i.2.1b"] for reaction in report.repeated("E.i")] == ["10027940", "10009896"]
    assert [drug.values["G.k.2.2"] for drug in report.repeated("G.k")] == ["Drug A", "Drug B", "Drug C"]
    assert [drug.values["G.k.1"] for drug in report.repeated("G.k")] == ["1", "1", "2"]
    assert [race.values["FDA.D.11.r.1"] for race in report.repeated("FDA.D.11.r")] == ["C41260", "C41219"]


def test_an_assessment_stands_with_its_drug_and_its_reaction():
    first, second, third = message(read()).repeated("G.k")
    reactions = [reaction.values["E.i@id"] for reaction in message(read()).repeated("E.i")]
    judged = {
        one.values["G.k.9.i.1"]: one.repeated("G.k.9.i.2.r")[0].values["G.k.9.i.2.r.3"]
        for one in first.repeated("G.k.9.i")
    }
    assert judged == {reactions[0]: "Not Suspected", reactions[1]: "Suspected"}
    assert len(second.repeated("G.k.9.i")) == 2
    assert third.repeated("G.k.9.i") == []


def test_a_null_flavour_is_never_a_value():
    report = message(read())
    assert report.values["C.1.9.1"] == Null("NI")
    assert report.repeated("E.i")[0].values["E.i.3.2a"] == Null("NI")
    assert report.given("C.1.9.1") is None


def test_a_time_that_is_null_as_a_whole_is_that_of_the_start():
    dose = message(read()).repeated("G.k")[0].repeated("G.k.4.r")[0]
    assert dose.values["G.k.4.r.4"] == Null("ASKU")


@pytest.mark.parametrize(
    ("old", "new", "number", "value"),
    [
        ('<birthTime value="20010615"/>', '<birthTime nullFlavor="MSK"/>', "D.2.1", Null("MSK")),
        ("<name>JD</name>", '<name nullFlavor="MSK"/>', "D.1", Null("MSK")),
        ("<name>JD</name>", "<name>J<!-- x -->D &amp; 患者</name>", "D.1", "JD & 患者"),
        ('<value value="48" unit="a" xsi:type="PQ"/>', '<value value="48" unit="a"/>', "D.2.2a", "48"),
    ],
)
def test_other_forms_of_a_value_are_read(old, new, number, value):
    assert message(read(SCENARIO_1, (old, new))).values[number] == value


COMP = '<comp xsi:type="IVL_TS"{operator}>{inner}</comp>'


@pytest.mark.parametrize("operator", ["", ' operator="A"', ' operator="I"'])
@pytest.mark.parametrize(
    ("parts", "known"),
    [
        (['<low value="2014"/>'], {"E.i.4": "2014"}),
        (['<low value="2014"/><high value="2015"/>'], {"E.i.4": "2014", "E.i.5": "2015"}),
        (['<low value="2014"/><width value="3" unit="d"/>'], {"E.i.4": "2014", "E.i.6a": "3", "E.i.6b": "d"}),
        (['<width value="3" unit="d"/><high value="2015"/>'], {"E.i.5": "2015", "E.i.6a": "3", "E.i.6b": "d"}),
        (
            ['<low value="2014"/><high value="2015"/>', '<width value="3" unit="d"/>'],
            {"E.i.4": "2014", "E.i.5": "2015", "E.i.6a": "3", "E.i.6b": "d"},
        ),
    ],
)
def test_a_time_in_parts_is_read_however_it_is_cut(operator, parts, known):
    time = "".join(COMP.format(operator=operator, inner=part) for part in parts)
    text = SCENARIO_1.read_text("utf-8-sig")
    begin, end = text.index('<effectiveTime xsi:type="IVL_TS">'), text.index("</effectiveTime>", text.index("E.i.4"))
    reading = read_file((text[:begin] + f'<effectiveTime xsi:type="SXPR_TS">{time}' + text[end:]).encode())
    values = message(reading).repeated("E.i")[0].values
    assert {
        number: value for number, value in values.items() if number.startswith(("E.i.4", "E.i.5", "E.i.6"))
    } == known
    assert reading.unread == ()


def test_a_part_that_is_taken_away_from_a_time_is_named():
    part = COMP.format(operator=' operator="E"', inner='<low value="2014"/>')
    new = f'<effectiveTime xsi:type="SXPR_TS">{part}</effectiveTime>'
    text = SCENARIO_1.read_text("utf-8-sig")
    begin, end = text.index('<effectiveTime xsi:type="IVL_TS">'), text.index("</effectiveTime>", text.index("E.i.4"))
    reading = read_file((text[:begin] + new + text[end + len("</effectiveTime>") :]).encode())
    assert [one.value for one in reading.unread] == ["E"]


def test_the_places_of_the_published_table_are_read_too():
    race = '<raceCode code="C41261" codeSystem="2.16.840.1.113883.3.26.1.1"/>'
    report = message(read(SCENARIO_1, ('<birthTime value="20010615"/>', f'<birthTime value="20010615"/>{race}')))
    assert report.repeated("FDA.D.11.r")[0].values["FDA.D.11.r.1"] == "C41261"
    code = (
        'code="7" codeSystem="2.16.840.1.113883.3.989.5.1.2.2.1.3"',
        'code="726" codeSystem="2.16.840.1.113883.3.989.5.1.2.2.1.3"',
    )
    assert message(read(SCENARIO_1, code)).repeated("E.i")[0].values["FDA.E.i.3.2h"] == Null("NI")


@pytest.mark.parametrize(
    ("old", "new", "value", "why"),
    [
        ("<name>JD</name>", "<name>JD</name><name>John</name>", "John", "twice"),
        ("<name>JD</name>", "<name>JD</name>stray", "stray", "between elements"),
        ("<name>JD</name>", '<name use="L">JD</name>', "L", "attribute"),
        ("<name>JD</name>", "<name>JD</name><eyeColour>green</eyeColour>", "green", "no data element"),
        ('<processingCode code="P"/>', '<processingCode code="T"/>', "T", "usually P"),
        ('code="1" displayName="Male" codeSystem="1.0.5218"', 'code="1" codeSystem="1.2.3"', "1 (code system 1.2.3)",
         "no data element"),
        ('<value xsi:type="BL" value="true"/>', '<value xsi:type="ST">yes</value>', "yes", "no data element"),
        ('<id root="40d6f5ce-3b3b-45c7-92dd-69e06730c2b6"/>', '<id root="another"/>',
         "2 (code system 2.16.840.1.113883.3.989.2.1.1.13)", "does not describe"),
        ('<id root="59d6f5ce-3b3b-45c7-92dd-69e06730c2b7"/>', '<id root="68d6f5ce-3b3b-45c7-92dd-69e06730c3a9"/>',
         "Drug B", "described twice"),
    ],
)  # fmt: skip
def test_a_value_that_no_element_takes_is_listed_with_its_line(old, new, value, why):
    unread = read(SCENARIO_1, (old, new)).unread
    assert value in [one.value for one in unread]
    assert any(why in one.why for one in unread)
    assert all(one.line > 0 for one in unread)


def test_another_value_of_the_same_element_is_listed_and_the_first_counts():
    text = SCENARIO_1.read_text(encoding="utf-8-sig")
    head, tail = text.rsplit("<country>US</country>", 1)
    reading = read_file(f"{head}<country>MX</country>{tail}".encode())
    assert message(reading).repeated("G.k")[0].values["G.k.2.4"] == "US"
    assert [(one.value, "G.k.2.4 stands twice" in one.why) for one in reading.unread] == [("MX", True)]


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "b">]><a>&b;</a>', "document type"),
        (b"<a>" * 300, "not well-formed"),
        (b'<MCCI_IN200100UV01/>', "neither"),
        (b'<ichicsr lang="en"/>', r"E2B\(R2\)"),
        (b'<x xmlns="urn:hl7-org:v3"/>', "neither"),
        (b" " * (MOST_BYTES + 1), "larger than"),
    ],
)  # fmt: skip
def test_what_is_no_e2b_file_is_refused(data, says):
    with pytest.raises(InputError, match=says):
        read_file(data)


@pytest.mark.parametrize(
    ("name", "batch", "report"), [("R3ack-positive.ack", "AA", "CA"), ("R3ack-negative.ack", "AE", "CR")]
)
def test_both_acknowledgements_are_read_whole(name, batch, report):
    reading = read_file((SAMPLES / name).read_bytes())
    assert reading.kind == "acknowledgement"
    assert reading.unread == ()
    assert reading.batch.values["ACK.A.4"] == batch
    assert reading.batch.repeated("ACK.B.r")[0].values["ACK.B.r.6"] == report
