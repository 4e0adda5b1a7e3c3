"""The layout against the published table: same elements, and the same places wherever the table can be followed."""

import re

import pytest
from lxml import etree

from e2b_files import one_of_each, spots, written_numbers
from fullcourse.adapters.e2b.layout import layout
from fullcourse.adapters.e2b.sections import walk
from fullcourse.adapters.e2b.table import elements
from fullcourse.adapters.e2b.write import write_file

ELSEWHERE = {
    # FDA's samples hold these elsewhere than the table's path says; the samples are followed, the path is read too.
    "FDA.C.1.7.1": "an observation of the case (C54588), not a characteristic",
    "FDA.C.1.12": "an observation of the case (C156384), not a characteristic",
    "FDA.D.11.r.1": "an observation (C17049), not raceCode",
    "FDA.E.i.3.2h": "code 7, where the path has 726 and two code systems run together",
    "FDA.G.k.12.r.2.r": "a characteristic (C54592), not an observation of the device",
    "FDA.G.k.12.r.3.r": "the path asks for an element named typeCode",
    "FDA.G.k.12.r.5": "the second name, not the display name of the code",
    "FDA.G.k.12.r.6": "NCI's code system",
    "FDA.G.k.12.r.9": "productInstanceInstance",
    # The path names a code system that was still to come when it was printed; the samples have EDQM's.
    **dict.fromkeys(
        ("G.k.4.r.9.1", "G.k.4.r.9.2a", "G.k.4.r.9.2b", "G.k.4.r.10.1", "G.k.4.r.10.2a", "G.k.4.r.10.2b",
         "G.k.4.r.11.1", "G.k.4.r.11.2a", "G.k.4.r.11.2b"),
        "code system of EDQM",
    ),
}  # fmt: skip


def plain(data: bytes) -> etree._Element:
    root = etree.fromstring(data)
    for node in root.iter():
        node.tag = etree.QName(node).localname
    return root


def at(root: etree._Element, path: str) -> str | None:
    found = root.xpath(re.sub(r"\[[rki]\]", "", path), namespaces={"xsi": "http://www.w3.org/2001/XMLSchema-instance"})
    return found if isinstance(found, str) else (str(found[0]) if found else None)


def test_every_element_of_the_table_has_a_place_and_no_other_has():
    placed = {number for numbers in written_numbers().values() for number in numbers} | {"G.k.9.i.1"}
    assert placed == set(elements())


@pytest.mark.parametrize("without", [{"E.i.5"}, {"E.i.4", "E.i.6a", "E.i.6b"}])
def test_what_is_written_stands_where_the_published_path_looks(without):
    """Start and length of a reaction are looked for in one form of time, its end in another: hence the two cases."""
    full = one_of_each()
    have = {number for _, number, _ in walk(full)} - without
    if "E.i.5" not in without:
        have -= {"E.i.5"}  # alone it needs no expression, where its path looks for one
    root = plain(write_file(one_of_each(have)))
    looked_for = [one for one in elements().values() if one.path and one.number in have and one.number not in ELSEWHERE]
    assert len(looked_for) >= 183
    assert {one.number: at(root, one.path) for one in looked_for} == {one.number: one.number for one in looked_for}


def test_the_elements_that_stand_elsewhere_really_do():
    root = plain(write_file(one_of_each()))
    assert {number for number in ELSEWHERE if at(root, elements()[number].path) == number} == set()


def test_every_text_of_the_layout_is_an_element_and_every_group_lies_in_another():
    assert all(capture.number for spot in spots() for capture in spot.captures)
    around = layout().around
    for group in around:
        steps = [group]
        while steps[-1]:
            steps.append(around[steps[-1]])
            assert len(steps) < 8
