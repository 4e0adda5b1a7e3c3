"""A file that only its claim code opens: AES-256-GCM with a key that scrypt makes of the code.

What it gives: whoever finds the file without the code has to try codes, each of which takes 128 MiB of memory and a
good part of a second; half of 2**55 codes are out of reach. Any change of the file is found. What it does not give: a
file that can be copied cannot count attempts, so that the cost of each is the only limit; and the code is worth no more
than its way to the receiver. The two must not travel together.
"""

import hashlib
import hmac
import secrets
from typing import TYPE_CHECKING, Final

from fullcourse.adapters.exchange.claim_code import base32
from fullcourse.clinical.errors import InputError

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

__all__ = ["fits_token", "new_token", "number_of", "open_sealed", "seal", "short"]

_MAGIC: Final = b"fullcourse-transfer-1\n"
_COST: Final = 2**17
"""Of scrypt, with blocks of 8 and one lane: the first of the settings that OWASP's cheat sheet on passwords names."""
_BLOCK: Final = 8
_SALT: Final = 16
_NONCE: Final = 12
_TAG: Final = 16
_KEY: Final = 32
_TOKEN: Final = 32
_NUMBER: Final = 26
"""Letters of the number of a transfer: 128 bits."""


def new_token() -> str:
    """Return what is sealed in a transfer and given back in its receipt: only who opened the file can know it."""
    return secrets.token_hex(_TOKEN)


def number_of(token: str) -> str:
    """Return the number of a transfer, which follows from its token and does not give it away."""
    head = hashlib.sha256(b"fullcourse transfer " + token.encode("utf-8")).digest()[:16]
    return base32(int.from_bytes(head, "big"), _NUMBER)


def short(number: str) -> str:
    """Return the beginning of a number as people compare it."""
    return f"{number[:4]}-{number[4:8]}"


def fits_token(token: str, number: str) -> bool:
    """Return whether a token is that of a transfer, in a time that tells nothing of how far it fits."""
    return hmac.compare_digest(number_of(token).encode(), number.encode("utf-8"))


def seal(data: bytes, code: str, number: str) -> bytes:
    """Return the sealed file.

    Args:
        data: What is in it.
        code: In its one form.
        number: Of the transfer; it can be read without the code.

    Raises:
        InputError: The package that encrypts is not installed.
    """
    salt, nonce = secrets.token_bytes(_SALT), secrets.token_bytes(_NONCE)
    head = _MAGIC + number.encode("ascii") + b"\n" + salt + nonce
    return head + _cipher(code, salt).encrypt(nonce, data, head)


def open_sealed(data: bytes, code: str, what: str) -> tuple[bytes, str]:
    """Return what is in a sealed file, and the number of the transfer.

    Args:
        data: Bytes of the file.
        code: In its one form.
        what: What the file is called in messages.

    Raises:
        InputError: It is no transfer, was cut, or the code does not open it.
    """
    salted = len(_MAGIC) + _NUMBER + 1
    head_ends = salted + _SALT + _NONCE
    if not data.startswith(_MAGIC):
        raise InputError(f"{what} is no transfer: it does not begin as one. Hand in what 'course transfer out' wrote.")
    if len(data) < head_ends + _TAG:
        raise InputError(f"{what} ends too early, after {len(data)} bytes. Nothing was taken from it; copy it again.")
    head, sealed = data[:head_ends], data[head_ends:]
    opened = _opened(code, head[salted : salted + _SALT], head[-_NONCE:], sealed, head)
    if opened is None:
        raise InputError(
            f"the code does not open {what}: it belongs to another transfer, or the file was altered or cut short. "
            "Nobody can tell which. Nothing was taken from it; compare the code with the sender, or have the file sent "
            "again."
        )
    return opened, head[len(_MAGIC) : salted - 1].decode("ascii")


def _opened(code: str, salt: bytes, nonce: bytes, sealed: bytes, head: bytes) -> bytes | None:
    cipher = _cipher(code, salt)
    from cryptography.exceptions import InvalidTag  # there, since the cipher was made

    try:
        return cipher.decrypt(nonce, sealed, head)
    except InvalidTag:
        return None


def _cipher(code: str, salt: bytes) -> "AESGCM":
    try:
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM
        from cryptography.hazmat.primitives.kdf.scrypt import Scrypt
    except ImportError:
        raise InputError("a transfer is encrypted, which needs fullcourse[course]. Install it.") from None
    return AESGCM(Scrypt(salt=salt, length=_KEY, n=_COST, r=_BLOCK, p=1).derive(code.encode("ascii")))
