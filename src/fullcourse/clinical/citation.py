"""Where a claim comes from: a section of one edition of one document."""

from dataclasses import dataclass

__all__ = ["Citation", "Source"]


@dataclass(frozen=True, slots=True)
class Source:
    """One edition of one document.

    Attributes:
        id: For example ``us-label-cycloserine-2023``.
        title: The document's own title.
        issuer: Who published it.
        dated: Its date as printed, ISO 8601, as exact as is known (``2014``, ``2023-01-19``).
        address: Where it can be read.
        tier: ``A`` official text seen, ``B`` faithful copy, ``C`` secondary. C never stands alone under a dose
            or a clearance.
        read_as: The address of the copy that was read, where it is not the document's own.
    """

    id: str
    title: str
    issuer: str
    dated: str
    address: str
    tier: str
    read_as: str = ""

    def cited(self, section: str) -> "Citation":
        """Return a section of it as an output shows it."""
        return Citation(self.id, self.title, section, self.address, self.tier, self.dated)


@dataclass(frozen=True, slots=True)
class Citation:
    """A section of a source, as an output shows it; ``dated`` is the date of the edition, empty where it has none."""

    source: str
    title: str
    section: str
    address: str
    tier: str
    dated: str = ""
