"""What a reader of records asks of a recogniser of medicine names."""

from collections.abc import Sequence
from typing import Protocol

__all__ = ["Recognise", "Recognition"]


class Recognition(Protocol):
    """What a recogniser of medicine names found."""

    @property
    def ingredients(self) -> tuple[str, ...]:
        """INN in lower case; empty when the product was not recognised."""

    @property
    def recognised_by(self) -> str:
        """How, for people; empty when it was not recognised."""

    @property
    def partial(self) -> tuple[str, ...]:
        """When it was not recognised: the ingredients that it has or may have."""

    @property
    def reason(self) -> str:
        """Why it was not recognised; empty when it was."""


class Recognise(Protocol):
    """Reads a product's names and codes into ingredients."""

    def __call__(self, name: str, codes: Sequence[tuple[str, str]], *, other_names: Sequence[str] = ()) -> Recognition:
        """Return what the product holds, as far as it is understood."""
