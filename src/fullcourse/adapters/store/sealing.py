"""How an event is encrypted, and how events are chained.

Each patient has a random key of 256 bits. It stands in the store encrypted ("wrapped") with the key of the key file,
which is never in the store. An event is encrypted with the patient's key by AES-256-GCM, bound to its patient and its
id, so that a row that was moved to another place cannot be read there. A nonce is 96 random bits, which is safe for far
more events than a patient can have.

The chain is over what is stored, not over what it says: it stays valid when the key is destroyed. It finds accidents,
and changes by whoever does not work out every later hash and the head anew; it is no signature.
"""

import hashlib
import hmac
import os
import struct
from typing import Final, final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

__all__ = ["START", "KeyRing", "PatientKey", "link", "named"]

START: Final = bytes(32)
"""What the first event of a chain is chained to."""

_KEY_BITS: Final = 256
_NONCE: Final = 12
_FORM: Final = b"\x01"
"""The first byte of whatever is sealed: AES-256-GCM, nonce of 12 bytes, then ciphertext with its tag."""

_PLACE: Final = struct.Struct(">qqI")


@final
class PatientKey:
    """Seals and opens the events of one patient."""

    __slots__ = ("_cipher", "_name")

    def __init__(self, key: bytes, name: bytes) -> None:
        """Take a key of 32 bytes, and what `named` makes of the patient."""
        self._cipher = AESGCM(key)
        self._name = name

    def seal(self, text: bytes, event_id: bytes) -> bytes:
        """Return an encrypted event."""
        nonce = os.urandom(_NONCE)
        return _FORM + nonce + self._cipher.encrypt(nonce, text, self._name + event_id)

    def open(self, sealed: bytes, event_id: bytes) -> bytes | None:
        """Return what was sealed; None where it is not what this key sealed in this place."""
        if sealed[:1] != _FORM:
            return None
        try:
            return self._cipher.decrypt(sealed[1 : 1 + _NONCE], sealed[1 + _NONCE :], self._name + event_id)
        except (InvalidTag, ValueError):
            return None


@final
class KeyRing:
    """Makes keys of patients, and wraps them with the key of the key file."""

    def __init__(self, key: bytes) -> None:
        """Take the key of the key file, 32 bytes."""
        self._cipher = AESGCM(key)
        self._key = key
        self.fingerprint = hashlib.sha256(b"fullcourse key file" + key).hexdigest()[:32]

    def make(self, name: bytes) -> tuple[bytes, PatientKey]:
        """Return a new key of a patient, wrapped and ready."""
        key = AESGCM.generate_key(_KEY_BITS)
        nonce = os.urandom(_NONCE)
        return _FORM + nonce + self._cipher.encrypt(nonce, key, name), PatientKey(key, name)

    def derive(self, purpose: bytes) -> bytes:
        """Return another key of 32 bytes for one purpose, from which this one cannot be worked out."""
        return hmac.digest(self._key, b"fullcourse derive 1 " + purpose, "sha256")

    def unwrap(self, wrapped: bytes, name: bytes) -> PatientKey | None:
        """Return a patient's key; None where it is damaged or belongs to another patient or key file."""
        if wrapped[:1] != _FORM:
            return None
        try:
            return PatientKey(self._cipher.decrypt(wrapped[1 : 1 + _NONCE], wrapped[1 + _NONCE :], name), name)
        except (InvalidTag, ValueError):
            return None


def named(patient: str) -> bytes:
    """Return a patient's id as it is hashed and bound: with its length before it, so that no two run together."""
    encoded = patient.encode()
    return len(encoded).to_bytes(4, "big") + encoded


def link(before: bytes, kind: bytes, name: bytes, place: tuple[int, int], event_id: bytes, sealed: bytes) -> bytes:
    """Return the hash of one stored event.

    Args:
        before: Hash of the event before it.
        kind: ``b"event"`` or ``b"aside"``.
        name: What `named` makes of the patient.
        place: seq, and microseconds since 1970 when it was received.
        event_id: Of the row.
        sealed: The encrypted event.
    """
    seq, received_us = place
    at = _PLACE.pack(seq, received_us, len(event_id))
    return hashlib.sha256(b"".join((b"fullcourse 1 ", kind, before, name, at, event_id, sealed))).digest()
