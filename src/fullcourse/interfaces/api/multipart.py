"""Reads a form with files in it (``multipart/form-data``, RFC 7578) out of a body that is held already.

Strict, since what is misread is misread silently: no part without a name, no part that another encoding wraps, nothing
before the first boundary and nothing behind the last. It touches no disk: the body has come whole, at most as long as
its address allows, and nothing is left when it is answered.
"""

import re
from dataclasses import dataclass
from typing import Final

from fullcourse.interfaces.api.problems import BadRequest

__all__ = ["MULTIPART", "Part", "is_multipart", "read_multipart"]

MULTIPART: Final = "multipart/form-data"

_MOST_PARTS: Final = 500
_LONGEST_HEAD: Final = 2000
_BOUNDARY: Final = re.compile(r"""boundary=(?:"([^"\r\n]{1,70})"|([^\s;"]{1,70}))\s*(?:;.*)?""")
_ALLOWED: Final = re.compile(r"[0-9A-Za-z'()+_,./:=? -]*[0-9A-Za-z'()+_,./:=?-]")
_DISPOSITION: Final = re.compile(r'form-data; ?name="([^"\r\n]{1,200})"(?:; ?filename="([^"\r\n]{0,1000})")?', re.ASCII)
_HEADS: Final = frozenset((b"content-disposition", b"content-type", b"content-transfer-encoding"))
_PLAIN: Final = frozenset((b"", b"7bit", b"8bit", b"binary"))
_UNREAD: Final = "The form cannot be read. Load its page again, and repeat it."


@dataclass(frozen=True, slots=True)
class Part:
    """One field of a form.

    Attributes:
        name: Of the field.
        content: As it came.
        is_file: Whether a file was chosen for it. What the file was called is not kept: it may name a patient.
    """

    name: str
    content: bytes
    is_file: bool


def is_multipart(content_type: str) -> bool:
    """Return whether a body is a form with files in it."""
    return content_type.partition(";")[0].strip().lower() == MULTIPART


def read_multipart(body: bytes, content_type: str) -> tuple[Part, ...]:
    """Return the fields of a form, in their order.

    Args:
        body: Of the request.
        content_type: Its header, which names the boundary.

    Raises:
        BadRequest: It is not a form as browsers write one. Nothing of it is repeated.
    """
    boundary = b"--" + _boundary(content_type)
    if not body.startswith(boundary + b"\r\n"):
        raise BadRequest(_UNREAD)
    ends = (boundary + b"--\r\n", boundary + b"--")
    end = next((it for it in ends if body.endswith(b"\r\n" + it)), None)
    if end is None:
        raise BadRequest("The form did not come whole. Send it again.")
    inner = body[len(boundary) + 2 : -len(end)]
    pieces = inner.split(b"\r\n" + boundary + b"\r\n", _MOST_PARTS)
    if len(pieces) > _MOST_PARTS:
        raise BadRequest("The form has more fields than any page here. Load its page again.")
    pieces[-1] = pieces[-1].removesuffix(b"\r\n")
    if any(b"\r\n" + boundary in piece for piece in pieces):
        raise BadRequest(_UNREAD)
    return tuple(_part(piece) for piece in pieces)


def _boundary(content_type: str) -> bytes:
    """Return what stands between the parts; raises BadRequest where none is named."""
    found = _BOUNDARY.fullmatch(content_type.partition(";")[2].strip())
    named = (found[1] or found[2]) if found is not None else ""
    if not named or not _ALLOWED.fullmatch(named):
        raise BadRequest("The form does not say where its fields begin. Load its page again, and repeat it.")
    return named.encode("ascii")


def _part(piece: bytes) -> Part:
    head, gap, content = piece.partition(b"\r\n\r\n")
    if not gap or len(head) > _LONGEST_HEAD:
        raise BadRequest(_UNREAD)
    headers: dict[bytes, bytes] = {}
    for line in head.split(b"\r\n"):
        name, colon, value = line.partition(b":")
        if not colon or name.lower() not in _HEADS or name.lower() in headers:
            raise BadRequest(_UNREAD)
        headers[name.lower()] = value.strip()
    if headers.get(b"content-transfer-encoding", b"").lower() not in _PLAIN:
        raise BadRequest(_UNREAD)
    try:
        told = _DISPOSITION.fullmatch(headers.get(b"content-disposition", b"").decode("utf-8"))
    except UnicodeDecodeError:
        told = None
    if told is None:
        raise BadRequest(_UNREAD)
    return Part(told[1], content, is_file=bool(told[2]))
