"""The key file of a store: 32 random bytes that wrap the key of each patient, kept apart from the database.

It is made once, for a store without any patient, and never again: a new key in the place of a lost one would make every
course unreadable while it looked as if nothing had happened.
"""

import base64
import binascii
import os
import secrets
from pathlib import Path
from typing import Final

from fullcourse.adapters.store.sealing import KeyRing
from fullcourse.clinical.errors import InputError

__all__ = ["make_key_file", "read_key_file", "ring_of", "sync_folder"]

_HEAD: Final = "fullcourse-key-1 "
_BYTES: Final = 32


def make_key_file(path: Path) -> bytes:
    """Make a key file that only its owner can read, bring it to the disk, and return the key.

    Raises:
        InputError: It is there already, or cannot be written.
    """
    key = secrets.token_bytes(_BYTES)
    line = f"{_HEAD}{base64.b64encode(key).decode()}\n"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(line)
            file.flush()
            os.fsync(file.fileno())
        sync_folder(path.parent)
    except OSError as error:
        raise InputError(f"the key file {path.name} cannot be made ({error.strerror}).") from None
    return key


def read_key_file(path: Path) -> bytes | None:
    """Return the key of a key file; None where there is no such file.

    Raises:
        InputError: It cannot be read, or is no key file.
    """
    try:
        text = path.read_text("ascii")
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "it is no text"
        raise InputError(f"the key file {path.name} cannot be read ({why}).") from None
    try:
        key = base64.b64decode(text.removeprefix(_HEAD).strip(), validate=True)
    except binascii.Error:
        key = b""
    if not text.startswith(_HEAD) or len(key) != _BYTES:
        raise InputError(
            f"{path.name} is no key file, or a damaged one. Without the right one no course can be read: restore it."
        )
    return key


def sync_folder(folder: Path) -> None:
    """Bring the names in a folder to the disk, so that a file that was made there is still there after a power cut."""
    if os.name == "nt":  # a folder cannot be opened there, and NTFS keeps its names in a journal
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def ring_of(path: Path, wanted: str | None, *, has_patients: bool) -> KeyRing:
    """Return the keys of a store.

    Args:
        path: Of its key file, which is made for a store without patients.
        wanted: Fingerprint of the key that the store was made with; None where it does not say.
        has_patients: Whether anybody is in the store.

    Raises:
        InputError: The key file is not there, or belongs to another store.
    """
    key = read_key_file(path)
    if key is None and (wanted is not None or has_patients):
        raise InputError(
            f"the key file {path.name} of the store is not there, and without it no course can be read. Put it back "
            "from its backup, or name it with FULLCOURSE_KEY_FILE."
        )
    ring = KeyRing(make_key_file(path) if key is None else key)
    if wanted is not None and ring.fingerprint != wanted:
        raise InputError(
            f"the key file {path.name} belongs to another store: no course here can be read with it. Name the right "
            "one with FULLCOURSE_KEY_FILE."
        )
    return ring
