"""Writing E2B(R3): the samples again, the same report as the same file, and errors where something would be lost."""

import pytest
from lxml import etree

from e2b_files import SCENARIO_1, SCENARIO_2
from fullcourse.adapters.e2b.read import read_file
from fullcourse.adapters.e2b.sections import Null, Section
from fullcourse.adapters.e2b.write import identified, write_file
from fullcourse.clinical.errors import InputError


def batch(**values: str | Null) -> Section:
    made = Section()
    made.add("N.2.r", {"C.1.1": "XX-CLINIC-1", **{name.replace("_", "."): value for name, value in values.items()}})
    return made


@pytest.mark.parametrize("path", [SCENARIO_1, SCENARIO_2], ids=["scenario-1", "scenario-2"])
def test_a_sample_read_and_written_reads_the_same_element_by_element(path):
    first = read_file(path.read_bytes())
    second = read_file(write_file(first.batch))
    assert second.unread == ()
    assert second.batch == first.batch


def order(data: bytes) -> list[str]:
    root = etree.fromstring(data, etree.XMLParser(remove_comments=True))
    return [etree.QName(node).localname for node in root.iter()]


@pytest.mark.parametrize("path", [SCENARIO_1, SCENARIO_2], ids=["scenario-1", "scenario-2"])
def test_elements_stand_in_the_order_of_the_sample(path):
    """What both files have, the second has in the order of the first; only emptied and moved elements differ."""
    frames = {"controlActProcess", "investigationEvent", "player1", "subject1", "adverseEventAssessment"}
    for frame in frames:
        pair = []
        for data in (path.read_bytes(), write_file(read_file(path.read_bytes()).batch)):
            root = etree.fromstring(data, etree.XMLParser(remove_comments=True))
            node = next(root.iter(f"{{urn:hl7-org:v3}}{frame}"))
            pair.append([etree.QName(child).localname for child in node])
        assert pair[0] == pair[1]


def test_the_same_report_is_the_same_file_and_another_report_has_other_ids():
    def drugs(case: str) -> bytes:
        made = Section()
        made.add("N.2.r", {"C.1.1": case}).add("G.k", {"G.k.2.2": "cycloserine"})
        return write_file(identified(made))

    assert drugs("XX-CLINIC-1") == drugs("XX-CLINIC-1")
    assert drugs("XX-CLINIC-1").replace(b"CLINIC-1", b"CLINIC-2") != drugs("XX-CLINIC-2")


@pytest.mark.parametrize(
    "text", ["a < b & c > \"d\" 'e'", "Пациент: судороги", "患者痙攣", "مريض", "👩‍⚕️", " kept  spaces ", "a\r\nb\tc"]
)
def test_any_text_comes_back_as_it_was(text):
    made = batch(H_1=text, D_1=text)
    assert read_file(write_file(made)).batch == made


def test_a_long_narrative_is_never_cut():
    made = batch(H_1="x" * 150_000)
    assert read_file(write_file(made)).batch == made


@pytest.mark.parametrize("bad", ["\x00", "\x0b", "\ud800", "￿"])
def test_what_xml_cannot_carry_is_named_and_nothing_is_written(bad):
    with pytest.raises(InputError, match=r"H\.1 in N\.2\.r\[1\].*U\+"):
        write_file(batch(H_1=f"a{bad}b"))


def test_an_element_without_a_place_is_named_and_nothing_is_written():
    with pytest.raises(InputError, match=r"no place for C\.9\.9"):
        write_file(batch(C_9_9="x"))


def test_an_assessment_of_nothing_is_named():
    made = Section()
    drug = made.add("N.2.r", {"C.1.1": "XX-CLINIC-1"}).add("G.k", {"G.k.2.2": "cycloserine"})
    drug.add("G.k.9.i", {"G.k.9.i.1": "no-reaction"})
    with pytest.raises(InputError, match=r"no place for G\.k\.9\.i\.1"):
        write_file(identified(made))


@pytest.mark.parametrize(
    "known",
    [
        {"E.i.4": "2026"},
        {"E.i.4": "2026", "E.i.5": "2027"},
        {"E.i.4": "2026", "E.i.6a": "3", "E.i.6b": "d"},
        {"E.i.5": "2026", "E.i.6a": "3", "E.i.6b": "d"},
        {"E.i.4": "2026", "E.i.5": "2027", "E.i.6a": "3", "E.i.6b": "d"},
        {"E.i.4": Null("ASKU")},
    ],
)
def test_any_time_of_a_reaction_comes_back(known):
    made = Section()
    made.add("N.2.r", {"C.1.1": "XX-CLINIC-1"}).add("E.i", dict(known))
    assert read_file(write_file(identified(made))).batch == made


def test_a_middle_name_without_a_first_name_stays_a_middle_name():
    made = Section()
    made.add("N.2.r", {"C.1.1": "XX-CLINIC-1"}).add("C.2.r", {"C.2.r.1.3": "Q"})
    assert read_file(write_file(made)).batch == made


@pytest.mark.parametrize("number", ["C.2.r.2.7", "FDA.C.2.r.2.8"])
def test_a_masked_telephone_and_a_masked_address_are_told_apart(number):
    made = Section()
    made.add("N.2.r", {"C.1.1": "XX-CLINIC-1"}).add("C.2.r", {number: Null("MSK")})
    assert read_file(write_file(made)).batch == made


@pytest.mark.parametrize("result", ["5", "<5", "<=5", ">5", ">=5"])
def test_a_result_beyond_a_limit_keeps_its_sign(result):
    made = Section()
    made.add("N.2.r", {"C.1.1": "XX-CLINIC-1"}).add("F.r", {"F.r.3.2": result, "F.r.3.3": "mg/L"})
    data = write_file(made)
    assert read_file(data).batch == made
    assert (b"NINF" in data) == result.startswith("<")
    assert (b"PINF" in data) == result.startswith(">")
