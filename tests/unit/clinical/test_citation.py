"""Where a claim comes from."""

from fullcourse.clinical.citation import Citation, Source


def test_a_source_is_read_at_its_own_address_unless_another_copy_was_read():
    source = Source("who-tb-2025", "TB handbook", "WHO", "2025", "https://who.int/x", "A")
    assert source.read_as == ""


def test_equal_citations_are_one():
    one, other = (Citation("who-tb-2025", "TB handbook", "3.2", "https://who.int/x", "A") for _ in range(2))
    assert len({one, other}) == 1


def test_a_section_is_cited_with_its_source_address_tier_and_date():
    source = Source("who-tb-2025", "TB handbook", "WHO", "2025", "https://who.int/x", "A", "https://copy.example")
    assert source.cited("3.2") == Citation("who-tb-2025", "TB handbook", "3.2", "https://who.int/x", "A", "2025")
