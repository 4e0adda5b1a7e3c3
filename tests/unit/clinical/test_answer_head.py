"""What every answer says of itself, in one place."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

import fullcourse
from fullcourse.clinical import answer_head
from fullcourse.clinical.answer_head import CONTENT_NOTICE, MODELS_NOTICE, AnswerHead

DIGEST = "0123456789abcdef" * 4
NOTICES = [getattr(answer_head, name) for name in answer_head.__all__ if name.endswith("_NOTICE")]


def test_a_head_says_what_an_answer_rests_on():
    head = AnswerHead(DIGEST, CONTENT_NOTICE, "who", date(2026, 11, 28), "0.1.0")
    assert head.as_json() == {
        "at": "2026-11-28",
        "profile": "who",
        "software": "fullcourse 0.1.0",
        "knowledge": f"sha256:{DIGEST}",
        "notice": CONTENT_NOTICE,
    }


def test_what_a_head_does_not_know_is_left_out():
    assert list(AnswerHead(DIGEST).as_json()) == ["software", "knowledge"]


def test_a_moment_keeps_its_zone():
    at = datetime(2026, 11, 28, 8, 0, tzinfo=UTC)
    assert AnswerHead(DIGEST, at=at).as_json()["at"] == "2026-11-28T08:00:00+00:00"


def test_an_answer_in_words_ends_with_its_notice_and_edition():
    head = AnswerHead(DIGEST, MODELS_NOTICE, version="0.1.0")
    assert head.foot("models") == f"{MODELS_NOTICE} fullcourse 0.1.0, models 0123456789ab."
    assert AnswerHead(DIGEST, version="0.1.0").foot() == "fullcourse 0.1.0, knowledge 0123456789ab."


def test_the_software_is_this_one_unless_told():
    assert AnswerHead(DIGEST).software == f"fullcourse {fullcourse.__version__}"


@pytest.mark.parametrize("notice", NOTICES)
def test_a_notice_stands_once(notice: str):
    sources = Path(fullcourse.__file__).parent.rglob("*")
    holding = [path.name for path in sources if path.suffix in {".py", ".html"} and notice in path.read_text("utf-8")]
    assert holding == ["answer_head.py"]
