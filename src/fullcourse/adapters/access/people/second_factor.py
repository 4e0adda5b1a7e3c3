"""The second factor: a code that changes every half minute (RFC 6238), and codes for whoever has lost it."""

import secrets
from datetime import datetime
from typing import Final

import pyotp

__all__ = ["RECOVERY_CODES", "new_recovery_code", "new_secret", "plain_code", "setup_address", "step_of"]

_STEP_S: Final = 30
_LETTERS: Final = "abcdefghjkmnpqrstuvwxyz23456789"
_RECOVERY_LETTERS: Final = 16
RECOVERY_CODES: Final = 10
"""How many codes are given at once."""


def new_secret() -> str:
    """Return a new secret of 160 bits, as an app takes it."""
    return pyotp.random_base32()


def setup_address(secret: str, login: str) -> str:
    """Return the address that an app reads from a QR code."""
    return pyotp.TOTP(secret).provisioning_uri(name=login, issuer_name="Fullcourse")


def step_of(secret: str, code: str, now: datetime) -> int | None:
    """Return the step of a code that holds now, one step early or late; None for one that does not."""
    if not (len(code) == 6 and code.isascii() and code.isdigit()):
        return None
    present = int(now.timestamp()) // _STEP_S
    totp = pyotp.TOTP(secret)
    right = [
        step
        for step in (present - 1, present, present + 1)
        if secrets.compare_digest(totp.generate_otp(step), code)  # never by local time: it is off when clocks change
    ]
    return max(right, default=None)


def new_recovery_code() -> str:
    """Return a code of 79 random bits in groups of four."""
    letters = "".join(secrets.choice(_LETTERS) for _ in range(_RECOVERY_LETTERS))
    return "-".join(letters[place : place + 4] for place in range(0, _RECOVERY_LETTERS, 4))


def plain_code(code: str) -> str:
    """Return a code as it is compared: without what people put between its groups."""
    return "".join(letter for letter in code.casefold() if letter.isalnum())
