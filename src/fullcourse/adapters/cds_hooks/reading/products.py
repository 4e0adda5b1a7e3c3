"""What products are, each worked out once: the same few hundred names and codes come in every call.

A product is remembered by a digest of what it is called, so that nothing of a record stays in the memory.
"""

import hashlib
from collections.abc import Sequence
from typing import Final

from fullcourse.adapters.medicines.recognise import Recognition, recognise

__all__ = ["RecognisedProducts"]

_MOST: Final = 8_192


class RecognisedProducts:
    """Recognises products, and remembers those that were understood whole."""

    def __init__(self) -> None:
        """Begin with none."""
        self._known: dict[bytes, Recognition] = {}

    def __call__(self, name: str, codes: Sequence[tuple[str, str]], *, other_names: Sequence[str] = ()) -> Recognition:
        """Return what a product holds, as far as it is understood."""
        called = repr((name, tuple(codes), tuple(other_names))).encode("utf-8", "surrogatepass")
        digest = hashlib.blake2b(called, digest_size=16).digest()
        known = self._known.get(digest)
        if known is None:
            known = recognise(name, codes, other_names=other_names)
            if not known.ingredients:  # why a product was not understood repeats what it is called
                return known
            if len(self._known) >= _MOST:
                self._known.clear()
            self._known[digest] = known
        return known
