"""What a message is, and what every sender of messages keeps to.

A message says nothing of anybody: mail is read by others, and a text lies on a screen that everybody sees.
"""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum

__all__ = ["AddressGone", "Message", "Sender", "Way"]


class Way(Enum):
    """By which a message goes."""

    PUSH = "push"
    """To the page of a phone, without any content; its address is that of a push service."""
    SMS = "sms"
    """To a telephone number."""
    MAIL = "mail"
    """To a mail address."""


@dataclass(frozen=True, slots=True)
class Message:
    """A message.

    Attributes:
        to: Address.
        subject: It tells nothing of what it is about; a text message has none.
        text: What is said; nothing for a push message.
        at: When it was made.
        key: By which the same message is known however often it is handed over; empty where each is one of its own.
        way: By which it goes.
        holds: For so long it may still arrive, where the way knows that.
    """

    to: str
    subject: str
    text: str
    at: datetime
    key: str = ""
    way: Way = Way.MAIL
    holds: timedelta = timedelta(hours=1)


class AddressGone(OSError):
    """Nobody has the address any more: nothing is ever sent there again."""


class Sender(ABC):
    """Sends messages."""

    @abstractmethod
    def send(self, message: Message) -> None:
        """Hand a message over.

        Raises:
            AddressGone: Nobody has the address any more.
            OSError: It cannot be handed over now. The error holds no address.
        """
