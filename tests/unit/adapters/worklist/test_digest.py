"""The morning's list on paper and in a message; the message holds numbers, and nothing of anybody."""

from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from pathlib import Path

import pytest

from fullcourse.adapters.messages.files import FileSender
from fullcourse.adapters.worklist.digest import Digest, digest_html, digest_text, message_of
from fullcourse.adapters.worklist.rows import Listing, listing_of, shown_of
from fullcourse.journey.course.queue import Need, Needs, Rank

AT = datetime(2026, 11, 30, 7, 0, tzinfo=UTC)
RANKS = {"safety": Rank.EMERGENCY, "silent": Rank.GAP}
PATIENT = "6f1c2f0a-0000-4000-8000-000000000000"


def listing(*lines: Need) -> Listing:
    needs = Needs(lines, (), None, (), AT + timedelta(days=1))
    return listing_of([shown_of(PATIENT, needs, AT)])


def line(matter: str, says: str, days: int, *, is_now: bool = False) -> Need:
    since = AT - timedelta(days=days)
    return Need(matter, RANKS[matter], "now" if is_now else "this week", says, since, since)


DIGEST = Digest(
    "north", AT, listing(line("safety", "A fit <was> told.", 1, is_now=True), line("silent", "Nothing was told.", 5)), 2
)


def test_the_text_names_each_person_once_a_matter_with_its_age_and_what_is_urgent():
    lines = digest_text(DIGEST).splitlines()
    assert f"  [ ] {PATIENT}  1 day  NOW A fit <was> told." in lines
    assert f"  [ ] {PATIENT}  5 days  Nothing was told." in lines
    assert lines.index("Safety: 1") < lines.index("Silent devices: 1")
    assert any("2 courses cannot be read" in it for it in lines)


def test_the_page_holds_the_same_and_is_escaped():
    html = digest_html(DIGEST)
    assert html.count(PATIENT) == 2
    assert "A fit &lt;was&gt; told." in html
    assert "2 courses cannot be read" in html
    assert "<script" not in html


def test_nobody_is_said_as_far_as_it_is_known():
    nobody = Digest("north", AT, listing(), 0)
    assert "Nobody, as far as is written down." in digest_text(nobody)
    assert "Nobody, as far as is written down." in digest_html(nobody)


def test_a_message_holds_numbers_and_nothing_of_anybody(tmp_path: Path):
    FileSender(tmp_path).send(message_of(DIGEST, "ward@example.org", "https://desk.example.org/desk"))
    (file,) = tmp_path.iterdir()
    mail = message_from_bytes(file.read_bytes(), policy=policy.default)
    assert (mail["To"], mail["Subject"]) == ("ward@example.org", "Today's list")
    text = mail.get_content()
    assert text.split("\n")[:3] == ["Safety: 1", "Silent devices: 1", "2 records cannot be read."]
    whole = file.read_bytes().decode()
    assert not [word for word in (PATIENT[:8], "fit", "north", "tuberculosis", "TB") if word in whole]


def test_a_message_is_never_written_over(tmp_path: Path):
    sender, message = FileSender(tmp_path), message_of(DIGEST, "ward@example.org", "")
    sender.send(message)
    with pytest.raises(FileExistsError):
        sender.send(message)


def test_an_address_is_no_path(tmp_path: Path):
    FileSender(tmp_path).send(message_of(DIGEST, "../../x@example.org", ""))
    assert len(list(tmp_path.iterdir())) == 1
