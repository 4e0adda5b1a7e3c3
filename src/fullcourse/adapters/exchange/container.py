"""A zip of a closed list of parts whose last 64 bytes are the SHA-256 of all before them.

Any program that opens zips opens it: the 64 characters stand in the comment of the archive. No part is ever unpacked
to a disk and no name in it becomes a path, so that a name cannot lead out of a folder; a part is read up to the size
that it declares and no further, so that a small file cannot become a large one. The checksum finds damage and no
forgery: whoever can write the file can write the checksum too.
"""

import hashlib
import zipfile
import zlib
from collections.abc import Mapping
from io import BytesIO
from typing import Final

from fullcourse.clinical.errors import InputError

__all__ = ["MAX_FILE_BYTES", "MAX_PART_BYTES", "pack", "unpack"]

MAX_FILE_BYTES: Final = 64 * 1024**2
"""The largest file that is read. Two years of seven drugs are about half a mebibyte."""
MAX_PART_BYTES: Final = 128 * 1024**2
"""The largest part, unpacked."""

_SUM: Final = 64
"""Characters of a SHA-256 in hexadecimal."""
_MADE_AT: Final = (1980, 1, 1, 0, 0, 0)
_BEGINS: Final = b"PK\x03\x04"
_END: Final = b"PK\x05\x06"
_END_BYTES: Final = 22
"""Of the record that ends a zip, without its comment."""


def pack(parts: Mapping[str, bytes]) -> bytes:
    """Return the file: the same parts give the same bytes.

    Args:
        parts: By name, in the order in which they stand.

    Raises:
        InputError: It would be too large to be read again.
    """
    if large := next((name for name, part in parts.items() if len(part) > MAX_PART_BYTES), ""):
        raise InputError(f"{large} is larger than {_mebi(MAX_PART_BYTES)}, and would not be read again.")
    written = BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        archive.comment = b"0" * _SUM
        for name, part in parts.items():
            info = zipfile.ZipInfo(name, _MADE_AT)
            info.compress_type, info.create_system, info.external_attr = zipfile.ZIP_DEFLATED, 3, 0o600 << 16
            archive.writestr(info, part)
    body = written.getvalue()[:-_SUM]
    if len(body) + _SUM > MAX_FILE_BYTES:
        raise InputError(f"the file would be larger than {_mebi(MAX_FILE_BYTES)}, and would not be read again.")
    return body + _sum(body)


def unpack(data: bytes, names: tuple[str, ...], what: str) -> dict[str, bytes]:
    """Return the parts of a file that is whole.

    Args:
        data: The bytes of the file.
        names: The parts that it has to hold, in their order, and no other.
        what: What the file is called in messages.

    Raises:
        InputError: It is another kind of file, too large, cut short or altered; the message says where.
    """
    if len(data) > MAX_FILE_BYTES:
        raise InputError(f"{what} is larger than {_mebi(MAX_FILE_BYTES)}; no course is. Nothing was read from it.")
    if not data:
        raise InputError(f"{what} is empty: nothing was carried. Export it again.")
    if not data.startswith(_BEGINS):
        raise InputError(f"{what} is no exported course: it does not begin as one. Hand in what 'course export' wrote.")
    is_whole = data[-_SUM:] == _sum(data[:-_SUM])
    try:
        parts = _parts(data, names, what)
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError, ValueError):
        if not is_whole and _END not in data[-(_SUM + _END_BYTES) :]:
            raise InputError(
                f"{what} ends too early, after {len(data)} bytes: a part of it is missing. Nothing was taken from it; "
                "copy or export it again."
            ) from None
        raise _altered(what, "in the list of its parts") from None
    if not is_whole:
        raise _altered(what, "outside its parts, or packed again by another program")
    return parts


def _parts(data: bytes, names: tuple[str, ...], what: str) -> dict[str, bytes]:
    with zipfile.ZipFile(BytesIO(data)) as archive:
        listed = [info.filename for info in archive.infolist()]
        if tuple(listed) != names:
            strange = next((name for name in listed if name not in names), "")
            found = "holds something else" if strange else "lacks a part, or holds one twice"
            raise InputError(
                f"{what} is no exported course: it {found}. It has to hold {', '.join(names)}, and nothing else. "
                "Nothing was taken from it."
            )
        return {info.filename: _part(archive, info, what) for info in archive.infolist()}


def _part(archive: zipfile.ZipFile, info: zipfile.ZipInfo, what: str) -> bytes:
    if info.file_size > MAX_PART_BYTES:
        raise InputError(
            f"{what}, {info.filename}: it would unpack to more than {_mebi(MAX_PART_BYTES)}. Nothing was taken from it."
        )
    try:
        with archive.open(info) as opened:
            part = opened.read(info.file_size + 1)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError):
        raise _altered(what, f"in {info.filename}") from None
    if len(part) != info.file_size:
        raise _altered(what, f"in {info.filename}")
    return part


def _altered(what: str, where: str) -> InputError:
    return InputError(
        f"{what} was altered or damaged on its way ({where}). Nothing was taken from it; copy or export it again."
    )


def _sum(body: bytes) -> bytes:
    return hashlib.sha256(body).hexdigest().encode("ascii")


def _mebi(size: int) -> str:
    return f"{size // 1024**2} MiB"
