"""The most that sources give of a drug, which an amount taken is held against."""

from fullcourse.triage.greatest import greatest_mg_per_kg, least_daily_maximum_mg
from patients import knowledge


def test_a_maximum_for_children_alone_is_none_for_everybody():
    assert least_daily_maximum_mg(knowledge(), "cycloserine") == 1000.0
    assert least_daily_maximum_mg(knowledge(), "isoniazid") == 300.0


def test_the_highest_range_for_each_kilogram_counts():
    assert greatest_mg_per_kg(knowledge(), "cycloserine") == 20.0


def test_where_no_source_states_one_there_is_none():
    assert least_daily_maximum_mg(knowledge(), "clofazimine") is None
    assert greatest_mg_per_kg(knowledge(), "clofazimine") is None
