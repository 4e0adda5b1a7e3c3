"""Feedback is kept once, names nobody, and keeps a card away until a fact changes; on both engines."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import create_engine

from cds_calls import NOW, answered, call, hooks, observation, order, sent
from fullcourse.adapters.cds_hooks.hooks import CdsHooks
from fullcourse.adapters.cds_hooks.kept.feedback_store import EDITION_TABLE, FeedbackStore
from fullcourse.adapters.cds_hooks.kept.tables import METADATA
from fullcourse.adapters.cds_hooks.reading.feedback import Feedback
from fullcourse.adapters.cds_hooks.reading.request import Hook
from fullcourse.adapters.store.migrate import edition_of, move_to
from fullcourse.adapters.store.opening import open_store
from fullcourse.clinical.errors import InputError
from open_files import is_open, needs_open_files
from postgres_server import new_database

CARD = "4e0a3a1e-3283-4575-ab82-028d55fe2719"
COMMENT = "Zebediah Canary asked for it"


@dataclass
class Opened:
    """A store of feedback, and where it is."""

    store: FeedbackStore
    place: str
    key_file: Path


@pytest.fixture(params=["sqlite", "postgresql"])
def opened(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Opened]:
    place = str(tmp_path / "courses.db") if request.param == "sqlite" else new_database()
    key_file = tmp_path / "the.key"
    with open_store(place, key_file=key_file):
        store = FeedbackStore(place, key_file)
        yield Opened(store, place, key_file)
        store.close()


def overridden(card: str, hour: int = 8, code: str = "risk-benefit-ratio", comment: str = "") -> Feedback:
    return Feedback(card, "overridden", datetime(2026, 11, 30, hour, tzinfo=UTC), code, "http://x.example", comment)


def accepted(card: str, hour: int) -> Feedback:
    return Feedback(card, "accepted", datetime(2026, 11, 30, hour, tzinfo=UTC), accepted=(CARD,))


def test_the_same_twice_is_once_and_the_latest_counts(opened: Opened):
    for _ in range(3):
        opened.store.take([overridden(CARD), overridden(CARD, 9, "patient-refuses")], NOW)
    assert opened.store.overridden([CARD])[CARD].reason == "patient-refuses"
    assert opened.store.overridden([CARD])[CARD].on.isoformat() == "2026-11-30"
    opened.store.take([accepted(CARD, 10)], NOW)
    assert opened.store.overridden([CARD]) == {}
    opened.store.take([overridden(CARD, 11)], NOW)
    assert set(opened.store.overridden([CARD, CARD[::-1]])) == {CARD}


def test_a_comment_is_there_for_whoever_has_the_key_alone(opened: Opened):
    opened.store.take([overridden(CARD, comment=COMMENT)], NOW)
    assert opened.store.comments(CARD) == (COMMENT,)
    if not opened.place.startswith("postgresql"):
        for path in Path(opened.place).parent.iterdir():
            assert b"Zebediah" not in path.read_bytes()


def test_what_was_kept_is_there_when_the_store_is_opened_again(opened: Opened):
    opened.store.take([overridden(CARD)], NOW)
    again = FeedbackStore(opened.place, opened.key_file)
    assert set(again.overridden([CARD])) == {CARD}
    assert again.key == opened.store.key
    again.close()


def test_without_its_key_file_it_is_not_opened(opened: Opened, tmp_path: Path):
    with pytest.raises(InputError, match="key file"):
        FeedbackStore(opened.place, tmp_path / "gone.key")


def test_the_history_comes_to_the_table_and_is_not_undone_while_something_is_kept(opened: Opened):
    history = Path(FeedbackStore.__init__.__code__.co_filename).parent / "migrations"
    address = opened.place if opened.place.startswith("postgresql") else f"sqlite:///{opened.place}.cds"
    engine = create_engine(address.replace("postgresql://", "postgresql+psycopg://"))
    with engine.begin() as connection:
        options = {
            "version_table": EDITION_TABLE,
            "include_name": lambda name, kind, _: kind != "table" or name == "cds_feedback",
        }
        context = MigrationContext.configure(connection, opts=options)
        assert compare_metadata(context, METADATA) == []
        beside = "0002" if opened.place.startswith("postgresql") else ""  # SQLite has a file for each
        assert edition_of(connection) == beside  # that of the courses is its own
    opened.store.take([overridden(CARD)], NOW)
    with pytest.raises(RuntimeError, match="lose it"), engine.begin() as connection:
        move_to(connection, "base", history, EDITION_TABLE)
    engine.dispose()


def told(cards: list[dict[str, Any]]) -> list[tuple[str, str]]:
    return [(card["indicator"], card["summary"]) for card in cards]


def test_an_override_keeps_a_card_away_until_a_fact_changes(opened: Opened):
    known = hooks()
    answering = CdsHooks(known.knowledge, known.profile, kept=opened.store)
    draft = (order("bedaquiline", "d1", status="draft"),)
    potassium = observation("2823-3", "Potassium", 4.1, "mmol/L", "o1")
    asked = call(drafts=draft, prefetch=sent(order("sertraline", "m1"), potassium))
    first = answered(asked, answering)
    assert first == answered(asked, answering)
    assert len({card["uuid"] for card in first}) == len(first) > 1
    warning = next(card for card in first if card["indicator"] == "warning" and "sertraline" in card["summary"])
    assert {it["code"] for it in warning["overrideReasons"]} >= {"risk-benefit-ratio", "patient-refuses"}
    opened.store.take([overridden(warning["uuid"])], NOW)
    after = answered(asked, answering)
    assert told(after) == [it for it in told(first) if it != (warning["indicator"], warning["summary"])]
    # Another patient, another client, another fact, another order: the whole card again.
    for other in (
        answered(asked, answering, client="another"),
        answered(call(drafts=draft, prefetch=sent(order("sertraline", "m1", authoredOn="2026-11-20"))), answering),
    ):
        assert warning["summary"] in [card["summary"] for card in other]


def test_what_forbids_stays_in_one_line_after_an_override(opened: Opened):
    known = hooks()
    answering = CdsHooks(known.knowledge, known.profile, kept=opened.store)
    asked = call(drafts=(order("linezolid", "d1", status="draft"),), prefetch=sent(order("sertraline", "m1")))
    first = answered(asked, answering)[0]
    assert first["indicator"] == "critical"
    opened.store.take([overridden(first["uuid"])], NOW)
    line = next(card for card in answered(asked, answering) if card["uuid"] == first["uuid"])
    assert line["indicator"] == "info"
    assert line["summary"].startswith(
        "Overridden on 2026-11-30 for risk-benefit-ratio: Linezolid order with sertraline"
    )
    assert not {"detail", "suggestions", "overrideReasons"} & set(line)
    newly = call(
        drafts=(order("linezolid", "d1", status="draft"),),
        prefetch=sent(order("sertraline", "m1"), order("fluoxetine", "m2")),
    )
    assert answered(newly, answering)[0]["indicator"] == "critical"


def test_a_draft_that_is_signed_a_day_later_is_the_same_matter(opened: Opened):
    known = hooks()
    answering = CdsHooks(known.knowledge, known.profile, kept=opened.store)
    asked = call(drafts=(order("sertraline", "d1", status="draft"),), prefetch=sent(order("linezolid", "m1")))
    today = answered(asked, answering)[0]["uuid"]
    later: Any = answering.answer(asked, Hook.ORDER_SIGN, datetime(2026, 12, 1, 8, tzinfo=UTC))
    assert later["cards"][0]["uuid"] == today


def test_a_card_tells_nobody_whose_it_is(opened: Opened):
    known = hooks()
    answering = CdsHooks(known.knowledge, known.profile, kept=opened.store)
    asked = call(drafts=(order("linezolid", "d1", status="draft"),), prefetch=sent())
    one = {card["uuid"] for card in answered(asked, answering, client="a")}
    assert one.isdisjoint(card["uuid"] for card in answered(asked, answering, client="b"))


@needs_open_files
def test_a_file_of_a_newer_edition_is_refused_and_let_go_of(tmp_path: Path):
    place, key_file = tmp_path / "courses.db", tmp_path / "the.key"
    open_store(place, key_file=key_file).close()
    FeedbackStore(str(place), key_file).close()
    kept = tmp_path / "courses.db.cds"
    with closing(sqlite3.connect(kept)) as raw, raw:
        raw.execute(f"UPDATE {EDITION_TABLE} SET version_num = '9999'")  # noqa: S608 - a name of ours
    with pytest.raises(InputError, match="newer version"):
        FeedbackStore(str(place), key_file)
    assert not is_open(kept)
