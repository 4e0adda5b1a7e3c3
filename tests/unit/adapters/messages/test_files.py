"""Messages as files: whole, their owner's alone, never written over; and nothing but what was said stands in them."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from email import message_from_bytes, policy
from pathlib import Path

import pytest

from fullcourse.adapters.messages.files import FileSender
from fullcourse.adapters.messages.message import Message, Way

AT = datetime(2026, 3, 10, 8, 0, tzinfo=UTC)
ID = "0f0e0d0c-0000-5000-8000-000000000001"
TEXT = Message("+27820000000", "", "There is something to do today.", AT, ID, Way.SMS)
MAIL = Message("someone@example.org", "My day", "There is something to do today.", AT, ID, Way.MAIL)


def test_a_text_message_is_one_object(tmp_path: Path):
    FileSender(tmp_path).send(TEXT)
    (file,) = tmp_path.iterdir()
    assert file.name == f"{ID}.sms.json"
    assert json.loads(file.read_text()) == {
        "key": ID,
        "to": TEXT.to,
        "text": TEXT.text,
        "at": "2026-03-10T08:00:00+00:00",
    }


def test_a_mail_is_one_of_rfc_5322(tmp_path: Path):
    FileSender(tmp_path).send(MAIL)
    (file,) = tmp_path.iterdir()
    mail = message_from_bytes(file.read_bytes(), policy=policy.default)
    assert file.name == f"{ID}.eml"
    assert (mail["To"], mail["Subject"], mail["Message-ID"]) == (MAIL.to, "My day", f"<{ID}@fullcourse.invalid>")


@pytest.mark.parametrize("message", [TEXT, MAIL])
def test_only_its_owner_may_read_it_and_half_of_it_is_never_there(tmp_path: Path, message: Message):
    FileSender(tmp_path).send(message)
    (file,) = tmp_path.iterdir()
    assert file.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("message", [TEXT, MAIL])
def test_what_is_there_under_its_key_is_the_same_and_is_not_written_over(tmp_path: Path, message: Message):
    sender = FileSender(tmp_path)
    sender.send(message)
    (file,) = tmp_path.iterdir()
    before = file.read_bytes()
    sender.send(replace(message, text="something else"))
    assert [it.read_bytes() for it in tmp_path.iterdir()] == [before]


def test_one_without_a_key_is_never_written_over(tmp_path: Path):
    sender = FileSender(tmp_path)
    sender.send(replace(MAIL, key=""))
    with pytest.raises(FileExistsError):
        sender.send(replace(MAIL, key=""))
    assert [it.name for it in tmp_path.iterdir()] == ["20260310T0800-someone-example-org.eml"]


def test_a_folder_that_is_gone_is_told_of(tmp_path: Path):
    with pytest.raises(OSError, match="No such file"):
        FileSender(tmp_path / "gone").send(TEXT)


def test_a_push_message_is_put_into_no_file(tmp_path: Path):
    with pytest.raises(OSError, match="push"):
        FileSender(tmp_path).send(Message("https://push.example.org/one", "", "", AT, ID, Way.PUSH))
    assert list(tmp_path.iterdir()) == []
