"""A case safety report that is written and read again is the same report, whatever stands in it."""

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from lxml import etree

from e2b_files import SCENARIO_2, batches
from effort import examples
from fullcourse.adapters.e2b.read import read_file
from fullcourse.adapters.e2b.sections import walk
from fullcourse.adapters.e2b.write import write_file


@given(batches())
@settings(
    max_examples=examples(60), deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)
def test_writing_and_reading_loses_and_adds_nothing(batch):
    reading = read_file(write_file(batch))
    assert reading.unread == ()
    assert reading.batch == batch


ASIDE = {"displayName", "codeSystemVersion", "codeSystemName", "classCode", "moodCode", "determinerCode", "typeCode"}
"""What says nothing of a case, by the reader's own list (the version of MedDRA is read where an element has it)."""


def places() -> list[tuple[int, str | None]]:
    """Return every place of a sample where a value stands: the element by its order, and the attribute or the text."""
    root = etree.fromstring(SCENARIO_2.read_bytes(), etree.XMLParser(remove_comments=True))
    found: list[tuple[int, str | None]] = []
    for index, node in enumerate(root.iter()):
        found += [(index, name) for name in node.attrib if ":" not in name and name not in ASIDE | {"ITSVersion"}]
        if len(node) == 0:
            found.append((index, None))
    return found


@given(st.sampled_from(places()))
@settings(max_examples=examples(80), deadline=None)
def test_whatever_stands_anywhere_in_a_file_is_read_or_named(place):
    index, attribute = place
    root = etree.fromstring(SCENARIO_2.read_bytes(), etree.XMLParser(remove_comments=True))
    node = list(root.iter())[index]
    if attribute is None:
        node.text = "sentinel"
    else:
        node.set(attribute, "sentinel")
    reading = read_file(etree.tostring(root))
    read = [str(value) for _, _, value in walk(reading.batch)]
    assert any("sentinel" in value for value in [*read, *(one.value for one in reading.unread)]), place


@given(st.sampled_from(places()), st.sampled_from(places()))
@example((1, "extension"), (318, None))  # the only name in the only one of a group
@settings(max_examples=examples(40), deadline=None)
def test_a_file_without_some_of_its_elements_is_read_without_a_crash_and_written_again(first, second):
    root = etree.fromstring(SCENARIO_2.read_bytes(), etree.XMLParser(remove_comments=True))
    nodes = list(root.iter())
    for index in {first[0], second[0]} - {0}:
        parent = nodes[index].getparent()
        if parent is not None:
            parent.remove(nodes[index])
    batch = read_file(etree.tostring(root)).batch
    assert read_file(write_file(batch)).batch == batch
