"""Search by token: a code with or without its system.

Source: FHIR R4, Search, 3.1.1.4.10 (Token) and 3.1.1.3.1 (Escaping).
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

__all__ = ["TokenAsked", "read_token", "split_values"]

_PARTS: Final = re.compile(r"(?:[^,\\]|\\.)+", re.DOTALL)
_ESCAPED: Final = re.compile(r"\\([\\,|$])")
_BAR: Final = re.compile(r"(?<!\\)\|")


@dataclass(frozen=True, slots=True)
class TokenAsked:
    """One token.

    Attributes:
        system: Which must be the code's; empty for one that has none; None for any.
        code: Empty for any of the system.
    """

    system: str | None
    code: str

    def matches(self, element: object) -> bool:
        """Return whether an element holds the code: a code, a Coding, a CodeableConcept, an Identifier, or a list."""
        return any(
            (not self.code or code == self.code) and (self.system is None or system == self.system)
            for system, code in _codes(element)
        )


def _codes(element: object) -> Iterator[tuple[str, str]]:
    match element:
        case str():
            yield "", element
        case list():
            for one in element:
                yield from _codes(one)
        case {"coding": list(codings)}:
            yield from _codes(codings)
        case {"system": str(system), "code": str(code)} | {"system": str(system), "value": str(code)}:
            yield system, code
        case {"code": str(code)} | {"value": str(code)}:
            yield "", code


def split_values(text: str) -> tuple[str, ...]:
    """Return values that stand for one another, still escaped.

    Example:
        >>> split_values("a,b\\\\,c")
        ('a', 'b\\\\,c')
    """
    return tuple(_PARTS.findall(text))


def read_token(text: str) -> TokenAsked:
    """Read a token: ``code``, ``system|code``, ``|code`` or ``system|``."""
    parts = _BAR.split(text, maxsplit=1)
    plain = [_ESCAPED.sub(r"\1", part) for part in parts]
    return TokenAsked(None, plain[0]) if len(plain) == 1 else TokenAsked(plain[0], plain[1])
