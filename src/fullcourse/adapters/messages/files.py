"""Messages as files in a folder, for another program to send: a mail server's, or that of an SMS gateway.

A mail is a file of RFC 5322 (``.eml``), a text message one of JSON (``.sms.json``) with ``key``, ``to``, ``text`` and
``at``. A file comes whole or not at all, and only its owner may read it. Whoever has sent one removes it.
"""

import contextlib
import json
import os
import uuid
from email.message import EmailMessage
from pathlib import Path
from typing import final

from fullcourse.adapters.messages.message import Message, Sender, Way

__all__ = ["FileSender"]


@final
class FileSender(Sender):
    """Puts each message into a folder as a file."""

    def __init__(self, folder: Path) -> None:
        """Take the folder, which has to be there."""
        self._folder = folder

    def send(self, message: Message) -> None:
        """Write the file, whole or not at all; what stands under a key is there already, and is written once.

        One without a key of the same minute and reader is written over by nobody: it raises FileExistsError.
        """
        if message.way is Way.PUSH:
            raise OSError("a push message goes to its push service and into no file")
        name = message.key or f"{message.at:%Y%m%dT%H%M}-{message.to}"
        name = "".join(letter if letter.isalnum() else "-" for letter in name)
        ending, body = (".eml", _mail(message)) if message.way is Way.MAIL else (".sms.json", _text(message))
        with contextlib.suppress(FileExistsError) if message.key else contextlib.nullcontext():
            self._put(name + ending, body)

    def _put(self, name: str, body: bytes) -> None:
        """Write a file under another name first, so that whoever looks into the folder never sees half of it."""
        half = self._folder / f".{uuid.uuid4()}.part"
        place = os.open(half, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            with os.fdopen(place, "wb") as file:
                file.write(body)
                file.flush()
                os.fsync(file.fileno())
            os.link(half, self._folder / name)
        finally:
            with contextlib.suppress(FileNotFoundError):
                half.unlink()


def _mail(message: Message) -> bytes:
    mail = EmailMessage()
    mail["To"], mail["Subject"], mail["Date"] = message.to, message.subject, message.at
    if message.key:
        mail["Message-ID"] = f"<{message.key}@fullcourse.invalid>"
    mail.set_content(message.text)
    return bytes(mail)


def _text(message: Message) -> bytes:
    told = {"key": message.key, "to": message.to, "text": message.text, "at": message.at.isoformat()}
    return json.dumps(told, ensure_ascii=False).encode()
