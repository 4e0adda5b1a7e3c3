"""The parts of a leaflet are each there once, and whatever is told to patients has a place in one of them."""

from fullcourse.adapters.documents.leaflet_parts import EMERGENCY, PARTS
from fullcourse.knowledge.statements import Tells
from patients import knowledge

ELSEWHERE = {"emergency", "disclaimer", "sources", "reporting", "similar drugs", "numbers to call, United States"}
"""Told at the top or the foot of the page, by country, or to whoever asks."""


def test_each_part_is_there_once() -> None:
    assert len({part.id for part in PARTS}) == len({part.heading for part in PARTS}) == len(PARTS)


def test_emergencies_come_first() -> None:
    assert PARTS[0].action == EMERGENCY


def test_every_topic_told_in_plain_words_has_a_place() -> None:
    placed = {topic for part in PARTS for topic in part.topics}
    told = {
        item.body.topic
        for item in knowledge().statements.values()
        if isinstance(item.body, Tells) and item.patient and not item.body.topic.endswith(", US")
    }
    assert told - placed - ELSEWHERE == set()
