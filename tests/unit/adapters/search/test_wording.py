"""The words of questions are read whole or refused with every fault, and name only what exists."""

from pathlib import Path

import pytest

from fullcourse.adapters.search.wording import FOLDER, read_wording
from fullcourse.clinical.errors import KnowledgeError
from fullcourse.knowledge.reader import digest_of, read_files
from fullcourse.knowledge.statements import Tells
from patients import knowledge


def test_every_emergency_is_answered_by_a_statement_that_tells_an_emergency() -> None:
    for emergency in read_wording().emergencies:
        body = knowledge().statements[emergency.statement].body
        assert isinstance(body, Tells)
        assert body.topic == "emergency"


def test_every_statement_that_tells_an_emergency_is_raised_by_some_words() -> None:
    told = {item.id for item in knowledge().statements.values() if getattr(item.body, "topic", "") == "emergency"}
    assert {emergency.statement for emergency in read_wording().emergencies} == told


def test_every_fact_named_exists() -> None:
    wording = read_wording()
    named = {fact for row in (*wording.emergencies, *wording.topics) for fact in row.facts}
    assert named <= set(knowledge().facts)


def test_every_topic_and_kind_that_a_question_can_be_about_is_one_of_some_statement() -> None:
    statements = knowledge().statements.values()
    topics = {item.body.topic for item in statements if isinstance(item.body, Tells)}
    kinds = {item.id.split(".")[1] for item in statements}
    for topic in read_wording().topics:
        assert set(topic.topics) <= topics, topic.id
        assert {*topic.kinds, *topic.else_kinds} <= kinds, topic.id


def test_the_digest_covers_the_words_of_questions() -> None:
    files = read_files()
    assert {f"search/{path.name}" for path in FOLDER.glob("*.toml")} <= set(files)
    assert digest_of(files) != digest_of({**files, "search/words.toml": b""})


def test_faults_of_all_files_come_at_once(tmp_path: Path) -> None:
    (tmp_path / "topics.toml").write_text('[[topic]]\nid = "x"\nwordings = []\nkindz = ["y"]\n', "utf-8")
    (tmp_path / "emergencies.toml").write_text("not toml", "utf-8")
    with pytest.raises(KnowledgeError) as caught:
        read_wording(tmp_path)
    message = str(caught.value)
    assert "no wording" in message
    assert "kindz" in message
    assert "emergencies.toml" in message
    assert "words.toml" in message
