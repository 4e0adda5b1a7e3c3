"""Guidelines that are built from their tables when somebody asks for them: most commands never do."""

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from fullcourse.clinical.errors import Fault, KnowledgeError
from fullcourse.knowledge.read_statements import StatementReader

if TYPE_CHECKING:
    from fullcourse.knowledge.regimens import Guidelines

__all__ = ["KINDS", "GuidelineShelf"]

KINDS = ("criterion", "regimen", "construction", "named_regimen", "toxicity")
"""The kinds of tables that make guidelines."""


class GuidelineShelf:
    """The tables of guidelines, and what was built from them."""

    def __init__(
        self,
        rows: Callable[[], Mapping[str, Sequence[tuple[str, object]]]],
        reader: StatementReader,
        faults: list[Fault],
    ) -> None:
        """Take what returns the tables by kind, the reader of conditions, and the list that faults are noted in."""
        self._rows, self._reader, self._faults = rows, reader, faults
        self._built: Guidelines | None = None

    def guidelines(self) -> "Guidelines":
        """Return the guidelines; raises KnowledgeError when their tables have faults."""
        if self._built is None:
            built = self.build()
            if self._faults:
                raise KnowledgeError(self._faults)
            return built
        return self._built

    def build(self) -> "Guidelines":
        """Read every table and return what was read, with the faults noted and none raised."""
        from fullcourse.knowledge.regimens_reader import read_guidelines  # a check of a drug does not wait for it

        self._built = built = read_guidelines(self._rows(), self._reader, self._faults)
        return built
