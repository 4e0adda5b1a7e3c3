"""The body of a request: at most so long, within so much time, and read so that nothing in it is misread."""

import asyncio
from collections.abc import Mapping
from typing import TypeVar

import msgspec
from starlette.types import Receive

from fullcourse.adapters.json_text import decode_text, is_certain, parse_json
from fullcourse.clinical.errors import InputError
from fullcourse.interfaces.api.problems import BadRequest, Busy, TooLarge, TooSlow, UnreadKind

__all__ = ["BodyRoom", "read_body", "read_json", "read_struct"]

Form = TypeVar("Form")
_WHAT = "the body"


class BodyRoom:
    """Bytes of bodies that are held at once, of all calls together: a few hundred long ones would fill the memory."""

    def __init__(self, most_bytes: int) -> None:
        """Take how many there may be."""
        self._left = most_bytes

    def take(self, length: int) -> None:
        """Take room; raises Busy where there is none left."""
        if length > self._left:
            raise Busy
        self._left -= length

    def give_back(self, length: int) -> None:
        """Give it back."""
        self._left += length


async def read_body(
    receive: Receive,
    headers: Mapping[str, str],
    most_bytes: int,
    seconds: float,
    media_types: tuple[str, ...],
    room: BodyRoom,
) -> bytes:
    """Return the body of a request; its length has been taken of the room, and is the caller's to give back.

    Args:
        receive: Gives what comes.
        headers: By their names in lower case.
        most_bytes: Longest that is read.
        seconds: It must have come within so many.
        media_types: That are read; a body of none is taken for the first.
        room: Of all bodies together.

    Raises:
        Busy: There is no room for it now.
        TooLarge: It is longer.
        TooSlow: It did not come in time.
        UnreadKind: It is compressed, or of another media type.
    """
    if headers.get("content-encoding", "identity") != "identity":
        raise UnreadKind("A compressed body is not read, since a small one can unpack to any size. Send it as it is.")
    told = headers.get("content-length", "")
    if told and not (told.isascii() and told.isdigit()):
        raise BadRequest("The length of the body is no number.")
    if told and int(told) > most_bytes:
        raise TooLarge(f"The body is longer than {most_bytes} bytes. Send less at once.")
    parts: list[bytes] = []
    length = 0
    try:
        try:
            async with asyncio.timeout(seconds):
                more = True
                while more:
                    message = await receive()
                    if message["type"] == "http.disconnect":
                        raise BadRequest("The caller went away before the body had come.")
                    part, more = message.get("body", b""), message.get("more_body", False)
                    if length + len(part) > most_bytes:
                        raise TooLarge(f"The body is longer than {most_bytes} bytes. Send less at once.")
                    room.take(len(part))
                    length += len(part)
                    parts.append(part)
        except TimeoutError:
            raise TooSlow(f"The body did not come within {seconds:g} seconds.", {"Connection": "close"}) from None
        _refuse_kind(headers, length, media_types)
    except BaseException:
        room.give_back(length)
        raise
    return b"".join(parts)


def _refuse_kind(headers: Mapping[str, str], length: int, media_types: tuple[str, ...]) -> None:
    kind = headers.get("content-type", "").partition(";")[0].strip().lower()
    if length and kind and kind not in media_types:
        raise UnreadKind(f"This address reads {' or '.join(media_types)}.", {"Accept": ", ".join(media_types)})


def read_json(body: bytes) -> object:
    """Return the value of a body, read as strictly as a record is; most are read by the quick parser alone.

    Raises:
        BadRequest: It is not JSON, a key stands twice, or a number is none. No value of it is repeated.
    """
    try:
        value: object = msgspec.json.decode(body)
        if is_certain(body, value):
            return value
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        pass  # the careful parser says in words what is wrong
    try:
        return parse_json(decode_text(body, _WHAT), _WHAT)
    except InputError as error:
        raise BadRequest(str(error)) from None


def read_struct(body: bytes, form: type[Form]) -> Form:
    """Return a body as a struct, strictly.

    Args:
        body: JSON.
        form: A struct that forbids unknown fields.

    Raises:
        BadRequest: It is not JSON, a key stands twice, a number is none, or it has another form. The message names
            the field, and never what stands in it.
    """
    if not body:
        raise BadRequest("The body is empty. See the description of this address for what it takes.")
    read_json(body)
    try:
        return msgspec.json.decode(body, type=form)
    except msgspec.ValidationError as error:
        raise BadRequest(f"the body has another form than this address takes: {_told(str(error))}.") from None
    except msgspec.DecodeError:
        raise BadRequest("the body is not JSON.") from None


def _told(message: str) -> str:
    """Return what msgspec found, without a value of the body: it names one for an unknown word or field."""
    for value_follows in ("Invalid enum value", "Invalid value"):
        if message.startswith(value_follows):
            _, _, where = message.rpartition(" - at ")
            return f"a word that is no choice here, at {where}" if where else "a word that is no choice here"
    if message.startswith("Object contains unknown field"):
        _, _, where = message.rpartition(" - at ")
        return f"a field that is not known here, at {where}" if where != message else "a field that is not known here"
    return message[0].lower() + message[1:]
