"""What has not begun and what is surely over leave the list that a check looks at, and nothing else does."""

from datetime import date

from fullcourse.clinical import Medicine, Record, Taken, Unrecognised, parse_moment
from fullcourse.rules.begun_medicines import begun, without_what_is_over

AT = date(2026, 6, 15)


def entry(name, *ingredients, taken=Taken.NOW, since=None):
    begun_on = parse_moment(since, "since") if since else None
    return Medicine(name, ingredients, (), "name", taken, begun_on, None, f"MedicationStatement/{name}")


def unread(name, kind="medicine"):
    return Unrecognised(kind, name, f"MedicationStatement/{name}", "not known")


def left(*unrecognised):
    """Return what is left of unread entries where a is over, b is taken and c has not begun."""
    medicines = (
        entry("a", taken=Taken.PAST),
        entry("b"),
        entry("c", taken=Taken.PAST, since="2026-06-16"),
    )
    return [it.text for it in without_what_is_over(Record({}, medicines, unrecognised=unrecognised), AT).unrecognised]


def test_only_an_unread_product_that_is_over_is_left_out():
    assert left(unread("a"), unread("b"), unread("c"), unread("d")) == ["b", "c", "d"]


def test_an_unread_entry_of_another_kind_stays_even_where_it_shares_the_place():
    assert left(unread("a", "problem"), unread("a")) == ["a"]
    assert left(unread("a", "problem"), unread("b", "allergy")) == ["a", "b"]


def test_what_begins_after_the_date_is_not_counted_and_is_asked_for_unless_it_is_past():
    today, later, over = (
        entry("a", "examplam", since="2026-06-15"),
        entry("b", "examplam", since="2026-06-16"),
        entry("c", taken=Taken.PAST, since="2026-06-16"),
    )
    unknown = entry("d", since="2026-07-01")
    counted, asked = begun([later, today, over, unknown], AT)
    assert counted == (today,)
    assert [(it.kind, it.text, it.why, it.is_later) for it in asked] == [
        ("medicine", "b", "it is dated after the check (2026-06-16)", True),
        ("medicine", "d", "it is dated after the check (2026-07-01)", False),
    ]
